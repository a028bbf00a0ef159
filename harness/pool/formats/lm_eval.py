r"""Samples logged by lm-eval's ``--log_samples``: ``samples_{task}_{date}.jsonl``.

One line per document and filter (invented content):

    {"doc_id": 0, "doc": {"question": "What is 1 + 1?", "answer": "1 + 1 = 2\n#### 2"}, "target": "1 + 1 = 2\n#### 2",
     "arguments": {"gen_args_0": {"arg_0": "Q: What is 1 + 1?\nA:", "arg_1": "{...}"}},
     "resps": [["It is 2.", "It is 3."]], "filtered_resps": ["2"], "filter": "strict-match",
     "metrics": ["exact_match"], "exact_match": 1.0, "doc_hash": "...", "prompt_hash": "...", "target_hash": "..."}

``resps`` holds the repeats, whose position is the slot; they are the same in every filter's line, so one filter is
read. ``filtered_resps`` gives the samples' answers where it has one per repeat. The upstream's metrics are of the whole
line, so a label is kept only where there is one sample and one metric that is 0 or 1. Lines of log-likelihoods (choice
tasks that generate nothing) are no samples and are set aside. The problem's text is ``doc.problem`` or
``doc.question``; the right answer is in ``target``: what follows ``####``, else the last ``\boxed{...}``, else all of
it. An answer ``[invalid]`` is none. The id is the document's ``unique_id`` or ``id``, else ``doc_id``.

``bonbench pool export`` writes these lines too. What lm-eval has no place for stands in a field ``bonbench`` of the
line: ``slots`` (M), ``index``, ``steps``, ``finish``, ``tokens``, ``correct``, ``step_labels`` by sample, ``scores``
and ``step_scores`` by name and sample, ``answer_spec``; so that the pool that is imported again is the same.

Versions before 0.4.3 wrote no ``filter``: a document's lines with the same ``resps`` are then the filters 1, 2, ... in
their order.

Options:
    filter: The filter whose lines are read; needed where there are several.
    text: The field of ``doc`` that is the problem's text.
    kind: ``math``, ``number`` or ``choice``, where the answers are not mathematics.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from harness.pool.fields import (
    Unfit,
    first_of,
    flag_of,
    gold_in,
    index_of,
    item,
    kind_spec,
    level_of,
    list_of,
    shown,
    solution_of,
    step_labels_of,
    steps_score,
    text_of,
    texts_of,
)
from harness.pool.formats import Converted, Described, Item, Stated, attempt, each
from harness.pool.slots import NamedSlots
from harness.pool.sources import Record, Reject
from harness.records import AnswerSpec, Problem, Sample, Score

SLOTS = None
SPLIT = "latest"
FILES = ("samples_*.jsonl",)

_NOT_FOUND = "[invalid]"  # what its regular expressions give for no match


def read(
    records: Iterable[Record | Reject],
    *,
    filter: str = "",  # noqa: A002  its name upstream
    text: str = "",
    kind: str = "",
) -> Iterator[Item]:
    """One Entry per repeat."""
    form = _Form(NamedSlots(filter=filter), text, kind_spec(kind))
    yield from each(records, form.convert)
    form.filters.check()
    form.filters.check_single("filter")


class _Form:
    def __init__(self, filters: NamedSlots, text: str, spec: AnswerSpec | None) -> None:
        self.filters = filters
        self.text = text
        self.spec = spec
        self.unnamed: dict[tuple[str, str], int] = {}  # lines without a filter's name: document and responses -> count

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        if not self.filters.chosen(filter=self._filter(row)) or not self.filters.is_single("filter"):
            return
        problem = self._problem(row)
        yield problem
        own = row.get("bonbench") or {}
        if own:
            yield Stated(own.get("generator", ""), own.get("sampling", {}), own.get("slots"))
        answers = list_of(row, "filtered_resps")
        if len(answers) == 1 and isinstance(answers[0], list):
            answers = answers[0]
        requests = list_of(row, "resps")
        if len(requests) != 1:
            raise Unfit(f"{len(requests)} requests for one document: log-likelihoods of options, not samples")
        if not isinstance(requests[0], list | tuple):
            raise Unfit(f"the responses are {shown(requests[0])}; a list was expected")
        texts = requests[0]
        known = len(answers) == len(texts)
        for i, text in enumerate(texts):
            labelled = row if len(texts) == 1 else {}
            yield problem, attempt(_sample, i, text, answers[i] if known else None, labelled, own)

    def _filter(self, row: Mapping[str, Any]) -> str:
        """The name of the line's filter; where it has none, how often the document stood there with these responses."""
        if row.get("filter") is not None:
            return str(row["filter"])
        if row.get("doc_id") is None or row.get("resps") is None:
            return "1"
        line = (str(row.get("doc_id")), _hash(str(row.get("resps"))))
        self.unnamed[line] = self.unnamed.get(line, 0) + 1
        return str(self.unnamed[line])

    def _problem(self, row: Mapping[str, Any]) -> Described:
        doc = row["doc"]
        text = doc.get(self.text) if self.text else first_of(doc, "problem", "question")
        if not isinstance(text, str):
            raise Unfit(
                f"the document has no text in {self.text or 'problem or question'}; name its field with --option "
                f"text=FIELD (it has {', '.join(map(str, doc))})"
            )
        own = first_of(doc, "unique_id", "id")
        return Described(
            id=text_of(row["doc_id"] if own is None else own),
            text=text,
            gold=gold_in(row.get("target")),
            subject=text_of(first_of(doc, "subject", "type")),
            level=level_of(doc.get("level")),
            answer=_spec((row.get("bonbench") or {}).get("answer_spec")) or self.spec,
        )


def _label(row: Mapping[str, Any]) -> bool | None:
    names = row.get("metrics") or []
    values = [row.get(name) for name in names]
    return flag_of(values[0]) if len(values) == 1 and values[0] in (0, 1, True, False) else None


def _spec(values: Mapping[str, Any] | None) -> AnswerSpec | None:
    return None if values is None else replace(AnswerSpec(**values), choices=tuple(values.get("choices", ())))


def _sample(position: int, text: Any, answer: Any, labelled: Mapping[str, Any], own: Mapping[str, Any]) -> Sample:
    if isinstance(text, list | tuple):
        raise Unfit("a response is a log-likelihood, not a text")
    read = None if answer == _NOT_FOUND else text_of(answer)
    index = position if own.get("index") is None else index_of(own["index"][position])
    sample = Sample(index, solution_of(text), answer=read, given_correct=_label(labelled))
    if not own:
        return sample
    steps = item(own.get("steps"), position)
    steps = None if steps is None else texts_of(steps, "steps")
    scores = {name: Score(values[position]) for name, values in own.get("scores", {}).items()}
    process = {name: values[position] for name, values in own.get("step_scores", {}).items()}
    return replace(
        sample,
        steps=steps,
        finish=item(own.get("finish"), position),
        tokens=item(own.get("tokens"), position),
        given_correct=item(own.get("correct"), position),
        step_labels=step_labels_of(item(own.get("step_labels"), position), steps),
        scores={**scores, **{name: steps_score(v) for name, v in process.items() if v is not None}},
    )


# ------------------------------------------------------------------------------------------------ writing


def line(
    number: int, problem: Problem, samples: Sequence[Sample], slots: int, prompt: str, pool: Mapping[str, Any]
) -> dict[str, Any]:
    """One problem with its samples as a line of ``--log_samples``.

    Args:
        number: ``doc_id``.
        problem: The problem.
        samples: In the order of their slots, each with a text.
        slots: M.
        prompt: What the generator was asked, else the problem's text.
        pool: ``generator`` and ``sampling``, to be stated in the first line.
    """
    doc = {"id": problem.id, "problem": problem.text, "subject": problem.subject, "level": problem.level}
    labels = [s.given_correct for s in samples]
    single = {"exact_match": float(labels[0])} if len(labels) == 1 and labels[0] is not None else {}
    return {
        "doc_id": number,
        "doc": doc,
        "target": problem.gold,
        "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": pool.get("sampling", {})}},
        "resps": [[s.text for s in samples]],
        "filtered_resps": [[_NOT_FOUND if s.answer is None else s.answer for s in samples]],
        "filter": "none",
        "metrics": list(single),
        "doc_hash": _hash(json.dumps(doc, indent=2, ensure_ascii=False)),
        "prompt_hash": _hash(prompt),
        "target_hash": _hash(problem.gold),
        "bonbench": {**_own(samples), "slots": slots, "answer_spec": problem.answer and asdict(problem.answer), **pool},
        **single,
    }


def _own(samples: Sequence[Sample]) -> dict[str, Any]:
    """What lm-eval has no place for; a column that is unknown throughout is left out."""
    columns: dict[str, list[Any]] = {
        "index": [s.index for s in samples],
        "steps": [s.steps for s in samples],
        "finish": [s.finish for s in samples],
        "tokens": [s.tokens for s in samples],
        "correct": [s.given_correct for s in samples],
        "step_labels": [s.step_labels for s in samples],
    }
    known: dict[str, Any] = {name: values for name, values in columns.items() if any(v is not None for v in values)}
    for name in sorted({name for s in samples for name in s.scores}):
        of = [s.scores.get(name, Score()) for s in samples]
        if any(score.steps for score in of):
            known.setdefault("step_scores", {})[name] = [score.steps or None for score in of]
        else:
            known.setdefault("scores", {})[name] = [score.value for score in of]
    return known


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
