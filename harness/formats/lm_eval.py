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

Options:
    filter: The filter whose lines are read; needed where there are several.
    text: The field of ``doc`` that is the problem's text.
    kind: ``math``, ``number`` or ``choice``, where the answers are not mathematics.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.fields import first_of, flag_of, gold_in, kind_spec, level_of, solution_of, text_of
from harness.formats import Converted, Described, Item, attempt, each
from harness.records import AnswerSpec, Sample
from harness.slots import NamedSlots
from harness.sources import Record, Reject

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

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        if not self.filters.chosen(filter=row.get("filter", "none")) or not self.filters.is_single("filter"):
            return
        problem = self._problem(row)
        answers = row["filtered_resps"]
        if len(answers) == 1 and isinstance(answers[0], list):
            answers = answers[0]
        if len(row["resps"]) != 1:
            raise ValueError(f"{len(row['resps'])} requests for one document: log-likelihoods of options, not samples")
        texts = row["resps"][0]
        known = len(answers) == len(texts)
        for i, text in enumerate(texts):
            yield problem, attempt(_sample, i, text, answers[i] if known else None, row if len(texts) == 1 else {})

    def _problem(self, row: Mapping[str, Any]) -> Described:
        doc = row["doc"]
        text = doc.get(self.text) if self.text else first_of(doc, "problem", "question")
        if not isinstance(text, str):
            raise TypeError(
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
            answer=self.spec,
        )


def _label(row: Mapping[str, Any]) -> bool | None:
    names = row.get("metrics") or []
    values = [row.get(name) for name in names]
    return flag_of(values[0]) if len(values) == 1 and values[0] in (0, 1, True, False) else None


def _sample(index: int, text: Any, answer: Any, labelled: Mapping[str, Any]) -> Sample:
    if isinstance(text, list | tuple):
        raise TypeError("a response is a log-likelihood, not a text")
    read = None if answer == _NOT_FOUND else text_of(answer)
    return Sample("", index, solution_of(text), answer=read, given_correct=_label(labelled))
