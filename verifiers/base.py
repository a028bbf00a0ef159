"""The classes to extend: one number a solution, one a step, one a pair of solutions, or many questions at once.

    class Brief(OutcomeVerifier):
        name = "brief"

        def score_solutions(self, problem, solutions):
            return [1.0 / (1 + len(s)) for s in solutions]

What a verifier is handed is text only; the right answer, the labels and other verifiers' scores never reach it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from harness import strangers
from harness.errors import VerifierError
from harness.pool import steps
from harness.records import Score, Solution
from harness.score.batching import OneByOne

_FLOAT, _LISTS = frozenset([float]), (list, tuple)
NO_TEXT = "the pool has no text for this sample"
NO_SCORE = "the verifier gave no score"


class BaseVerifier(OneByOne):
    """What all verifiers of this package share; whoever extends it writes ``score``.

    Attributes:
        name: As it stands on the board.
        version: Raise it when the same options give other scores than before.
        aggregation: How step scores become a solution score; "" for an outcome verifier.
        rules: The selection rules it is measured under.
        carried: "" (it computes its scores).
        control: "" (it is none of the controls).
        about: What ``bonbench verifiers`` lists: licence, size, context, source.
        spec: How it was named on the command line, so that a run can be repeated.
        chunk_size: Solutions that are scored and stored together; few where each costs much.
    """

    name: str = ""
    version: int = 1
    aggregation: str = ""
    rules: tuple[str, ...] = ("best-of-n", "weighted-vote")
    carried: str = ""
    control: str = ""
    about: Mapping[str, str] = {}
    spec: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A class that builds on a control is none, whatever it is called."""
        super().__init_subclass__(**kwargs)
        if "control" not in vars(cls):
            cls.control = ""

    def options(self) -> Mapping[str, Any]:
        """The options that change a score, as JSON values: by default every public attribute set on the instance.

        Aggregation and rules are not among them: step scores are kept raw, and put together when they are read.
        """
        late = ("spec", "aggregation", "rules")
        return {k: v for k, v in vars(self).items() if not k.startswith("_") and k not in late}

    def fingerprint(self) -> Mapping[str, Any]:
        """Name, version, options, and a hash of the source: an edited verifier is another verifier."""
        kind = type(self)
        return {
            "name": self.name or kind.__name__,
            "class": kind.__qualname__,
            "version": self.version,
            "options": dict(self.options()),
            "source": strangers.source(kind),
        }


class BatchedVerifier(BaseVerifier):
    """Many questions at once. Extend ``score_prepared``, and ``prepare`` where it can get ready ahead."""

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One Score per solution."""
        return self.score_prepared(self.prepare([(problem, solutions)]))[0]

    def score_prepared(self, prepared: Any) -> Sequence[Sequence[Score]]:
        """For each question, as ``prepare`` left them, one Score per solution."""
        raise VerifierError(f"{type(self).__name__} has no score_prepared(prepared) method.")


class OutcomeVerifier(BaseVerifier):
    """One number a solution. Extend ``score_solutions``."""

    def score_solutions(self, problem: str, solutions: Sequence[str]) -> Sequence[float | None]:
        """One number per solution, any scale, higher is better; None where it cannot judge."""
        raise VerifierError(f"{type(self).__name__} has no score_solutions(problem, solutions) method.")

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One Score per solution; a sample without text has none."""
        asked = [i for i, s in enumerate(solutions) if s.text]
        values = self.score_solutions(problem, [solutions[i].text for i in asked])
        wanted = "a list with exactly one number per solution is expected, None where it cannot judge"
        if _length(self, values, wanted) != len(asked):
            strangers.fault(self, f"returned {len(values)} scores for {len(asked)} solutions", wanted)
        out = [Score(None, note=NO_TEXT)] * len(solutions)
        for i, value in zip(asked, _numbers(self, values, wanted, gaps=True), strict=True):
            out[i] = Score(None, note=NO_SCORE) if value is None else Score(value)
        return out


class ProcessVerifier(BaseVerifier):
    """One number a step. Extend ``score_steps``.

    Attributes:
        separator: What separates two steps of a text; part of the verifier, as it changes the scores.
        pool_steps: Take the steps the pool comes with, where it has them, instead of splitting the text.
    """

    aggregation = "product"
    separator: str = "\n\n"
    pool_steps: bool = False

    def score_steps(self, problem: str, solutions: Sequence[Sequence[str]]) -> Sequence[Sequence[float]]:
        """For each solution one number per step; probabilities in [0, 1] unless the aggregation takes raw rewards."""
        raise VerifierError(f"{type(self).__name__} has no score_steps(problem, solutions) method.")

    def split(self, solution: Solution) -> tuple[str, ...]:
        """The steps of a solution as this verifier sees them."""
        given = solution.given(wanted=self.pool_steps)
        return steps.split(solution.text, self.separator) if given is None else given

    def options(self) -> Mapping[str, Any]:
        """The instance's options and how it splits."""
        return {**super().options(), "separator": self.separator, "pool_steps": self.pool_steps}

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One Score with raw step scores per solution; a sample without steps has none."""
        if not isinstance(self.separator, str) or not self.separator:
            wanted = r"a text that separates steps, as '\n', is expected"
            strangers.fault(self, f"has separator = {self.separator!r}", wanted)
        pieces = [self.split(s) for s in solutions]
        asked = [i for i, p in enumerate(pieces) if p]
        values = self.score_steps(problem, [pieces[i] for i in asked])
        wanted = "one list of step scores per solution is expected"
        if _length(self, values, wanted) != len(asked):
            strangers.fault(self, f"returned {len(values)} rows of step scores for {len(asked)} solutions", wanted)
        out = [Score(None, note=NO_TEXT)] * len(solutions)
        each = "exactly one score per step is expected, a finite number each"
        for i, row in zip(asked, values, strict=True):
            if _length(self, row, each) != len(pieces[i]):
                did = f"returned {len(row)} scores for a solution of {len(pieces[i])} steps"
                strangers.fault(self, did, each)
            out[i] = Score(steps=tuple(_numbers(self, row, each)))
        return out


class PreferenceVerifier(BaseVerifier):
    """Says of two solutions which is better. Extend ``prefer``.

    The score of a solution is its win rate: the mean over the distinct solutions of its question, itself among them, of
    the probability that it is the better of the two. Each pair is asked in both orders and the two answers are
    averaged, since a judge may favour what stands first; against itself a solution wins half, so that one alone has a
    score too. A win rate depends on what else is compared: it holds within its question, and n solutions cost
    n (n - 1) comparisons.
    """

    def prefer(self, problem: str, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """For each pair of solutions the probability, in [0, 1], that the first is better."""
        raise VerifierError(f"{type(self).__name__} has no prefer(problem, pairs) method.")

    def score(self, problem: str, solutions: Sequence[Solution]) -> Sequence[Score]:
        """One win rate per solution; a sample without text has none."""
        texts = list(dict.fromkeys(s.text for s in solutions if s.text))
        pairs = [(a, b) for a in texts for b in texts if a != b]
        values = self.prefer(problem, pairs) if pairs else []
        wanted = "one probability from 0 to 1 per pair is expected, that the first solution is better"
        if _length(self, values, wanted) != len(pairs):
            strangers.fault(self, f"returned {len(values)} preferences for {len(pairs)} pairs", wanted)
        wins = dict.fromkeys(texts, 0.5)
        for (a, b), value in zip(pairs, _numbers(self, values, wanted), strict=True):
            if not 0.0 <= value <= 1.0:
                strangers.fault(self, f"returned {strangers.shown(value)} as a preference", wanted)
            wins[a] += value / 2
            wins[b] += (1.0 - value) / 2
        return [Score(wins[s.text] / len(texts)) if s.text else Score(None, note=NO_TEXT) for s in solutions]


def _length(verifier: BaseVerifier, values: Any, wanted: str) -> int:
    """How many values a verifier returned, if it returned a list or array at all: no generator, which may never end."""
    if isinstance(values, _LISTS):
        return len(values)
    if isinstance(values, str | bytes | Mapping | AbstractSet) or not hasattr(values, "__len__"):
        strangers.fault(verifier, f"returned {strangers.shown(values)}", wanted)
    return len(values)


def _numbers(verifier: BaseVerifier, values: Any, wanted: str, *, gaps: bool = False) -> Sequence[Any]:
    """The values as floats; None may stand for one where there may be gaps."""
    if _FLOAT.issuperset(map(type, values)):
        return values  # type: ignore[no-any-return]
    out: list[float | None] = []
    for value in values:
        try:
            if isinstance(value, str | bytes):
                raise TypeError  # float() would read it
            out.append(None if gaps and value is None else float(value))
        except (TypeError, ValueError, OverflowError):
            strangers.fault(verifier, f"returned {strangers.shown(value)} as a score", wanted)
    return out
