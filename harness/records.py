"""The nouns of bonbench, all frozen, on the standard library alone.

A *task* is a set of problems with right answers. A *pool* holds *samples*: many solutions of each problem by one
generator. A *verifier* gives each sample a *score*. A *run* is one verifier measured on one pool of one task. A *step
set* is a pool of solutions with labelled steps: what does a verifier say of them, not which one does it pick.

``None`` always means "not known". It is kept, counted and shown; no -1, 0.5 or NaN stands in for it.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

AnswerKind = Literal["math", "number", "choice"]


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """What counts as the same answer.

    Attributes:
        kind: ``math`` (symbolic equivalence), ``number`` (within a tolerance, units understood) or ``choice``
            (letters of the options, in any order).
        relative_tolerance: For ``number``, and for numbers in ``math``: largest |answer - gold| / |gold| still right.
        absolute_tolerance: Likewise: largest |answer - gold| still right.
        unit: For ``number``: the unit that the gold answer is in, "" when it has none.
        choices: For ``choice``: the options' texts, in letter order from A.

    Raises:
        ValueError: A tolerance is negative, infinite or NaN: nothing, or everything, would be right.
    """

    kind: AnswerKind = "math"
    relative_tolerance: float = 0.0
    absolute_tolerance: float = 0.0
    unit: str = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for tolerance in (self.relative_tolerance, self.absolute_tolerance):
            if not 0 <= tolerance < math.inf:
                raise ValueError(f"a tolerance of {tolerance:g}; a number from 0 on was expected")


@dataclass(frozen=True, slots=True)
class Problem:
    """One question with its right answer.

    Attributes:
        id: Stable within its task; never a position in a file that may be reordered.
        text: The question as the generator and the verifiers see it.
        gold: The right answer. Verifiers never see it.
        subject: Subject within the task, or None.
        level: The source's own difficulty level, 1 = easiest, or None.
        answer: What counts as the same answer here, where it differs from the task's.
    """

    id: str
    text: str
    gold: str
    subject: str | None = None
    level: int | None = None
    answer: AnswerSpec | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a task's records come from: a hub dataset, the upstream's own files, or the package itself.

    Attributes:
        dataset: Hugging Face dataset id, "" when there is none.
        revision: The pinned commit of that dataset.
        split: Its split.
        config: Its configuration, or None for the only one.
        files: The upstream's own file names, looked up under ``--data``, or under ``BONBENCH_DATA/TASK``.
        records: A function that yields the records themselves, for a task whose data ships with its code.
    """

    dataset: str = ""
    revision: str = ""
    split: str = "test"
    config: str | None = None
    files: tuple[str, ...] = ()
    records: Callable[[], Iterable[Mapping[str, Any]]] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A set of problems and all that is needed to read, prompt, grade and cite it.

    Attributes:
        name: The registered name.
        version: Raised by whatever moves a digit; results of two versions are never mixed.
        title: The name a reader sees.
        domain: ``math``, ``ood-stem``, ...
        source: Where the records come from.
        problem: Maps one upstream record and its position to a Problem, or to None where the task leaves it out.
        answer: What counts as the same answer, unless the problem says otherwise.
        prompt: What a generator is asked; ``{problem}`` is replaced by the problem's text.
        step_separator: What separates two steps of a solution that comes as one text.
        licence: SPDX identifier, or the upstream's own words.
        citation: BibTeX.
        url: A page about the data.
        superseded_by: The name of the corrected task, if there is one.
    """

    name: str
    version: int
    title: str
    domain: str
    source: Source
    problem: Callable[[Mapping[str, Any], int], Problem | None]
    answer: AnswerSpec = AnswerSpec()
    prompt: str = "{problem}"
    step_separator: str = "\n\n"
    licence: str = ""
    citation: str = ""
    url: str = ""
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of a group: some subjects (all of them when empty) of some tasks, under one label."""

    label: str
    tasks: tuple[str, ...]
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks reported together; the aggregate is over problems, not over tasks."""

    name: str
    title: str
    domain: str
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a verifier says of one solution.

    Attributes:
        value: The score of the whole solution; None where the verifier gives steps only, or could not judge.
        steps: Raw scores, one per step and in order; empty for an outcome verifier.
        note: Why there is no score, or what the reader should know ("truncated at 4096 tokens").
        tokens: Tokens the verifier processed for it, where known.
    """

    value: float | None = None
    steps: tuple[float, ...] = ()
    note: str = ""
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One solution of one problem by the pool's generator.

    Attributes:
        index: Its slot, 0 <= index < M, or None where the source has no numbers: then the next free one is its. Missing
            slots are simply absent.
        text: The whole solution, or None where the source kept only the answer.
        steps: The steps as the source segmented them, or None.
        answer: The answer as the source extracted it, or None.
        finish: Why generation ended: ``stop``, ``length``, or the source's own word.
        tokens: Generated tokens.
        given_correct: The source's own label. Kept, compared, never trusted.
        step_labels: True step labels where the source has them: 1 right, 0 neutral, -1 wrong; None for a step that
            nobody judged, which only stands behind a wrong one.
        scores: Scores the source carries, by verifier name.
    """

    index: int | None
    text: str | None = None
    steps: tuple[str, ...] | None = None
    answer: str | None = None
    finish: str | None = None
    tokens: int | None = None
    given_correct: bool | None = None
    step_labels: tuple[int | None, ...] | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Solution:
    """What a verifier is handed: the text of a solution and, where the source had them, its steps.

    It holds no answer label, no gold and no other verifier's score, so that nothing can leak.

    Attributes:
        text: The whole solution.
        steps: Its steps as the source segmented them, or None.
        as_given: Whether just these steps are asked about, as in a step set: scored as they stand, never split again.
    """

    text: str
    steps: tuple[str, ...] | None = None
    as_given: bool = False

    def given(self, *, wanted: bool) -> tuple[str, ...] | None:
        """The source's steps where they are asked about, or wanted; else None: the text is to be split."""
        return self.steps if self.as_given or wanted else None


Question = tuple[str, Sequence[Solution]]  # a problem's text and solutions of it


@runtime_checkable
class Verifier(Protocol):
    """What a person writes: a name and ``score``. ``verifiers.base`` has the classes to extend, which bring the rest.

    Attributes:
        name: As it stands on the board.
        aggregation: How step scores become a solution score by default; "" for an outcome verifier.
        rules: The selection rules it is measured under.
        carried: The name of the pool's own scores to use instead of calling ``score``; "" for a real verifier.
        control: Which control of every board it is: ``majority``, ``oracle``, ``random`` or ``length``, as only
            ``verifiers.controls`` declares; "" for a real verifier.
        spec: How it was named on the command line, so that it can be made again; "" for one made in Python.
    """

    name: str
    aggregation: str
    rules: tuple[str, ...]
    carried: str
    control: str
    spec: str

    def fingerprint(self) -> Mapping[str, Any]:
        """Everything that can change a score, as JSON values. Scores are cached under its hash."""
        ...

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One Score per solution, in order."""
        ...


@runtime_checkable
class BatchVerifier(Verifier, Protocol):
    """What the engine asks: many questions at once. ``harness.score.batching`` makes one of any Verifier.

    Attributes:
        chunk_size: Solutions that are asked about, and stored, together.
    """

    chunk_size: int

    def prepare(self, questions: Sequence[Question]) -> Any:
        """Whatever ``score_prepared`` takes. Another thread calls this while the questions before are scored."""
        ...

    def score_prepared(self, prepared: Any) -> Sequence[Sequence[Score]]:
        """For each question one Score per solution, in order."""
        ...

    def usage(self) -> Mapping[str, Any]:
        """Running totals of the cost: ``tokens``, ``flops``, ... as far as they are known."""
        ...


@runtime_checkable
class SplitsSteps(Protocol):
    """A verifier that says how it splits a solution into the steps that it scores."""

    def split(self, solution: Solution) -> tuple[str, ...]:
        """The steps, in order; () for one that scores none."""
        ...


@runtime_checkable
class Described(Protocol):
    """Whatever makes a verifier and can say what it is without making it: a class, or a family's entry.

    Attributes:
        aggregation: How step scores become a solution score.
        about: What ``bonbench verifiers`` lists: kind, licence, size, context, source.
    """

    aggregation: str
    about: Mapping[str, str]
