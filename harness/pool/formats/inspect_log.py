r"""Logs of Inspect: ``.eval`` files (zip archives) or ``.json`` ones, with epochs.

A ``.eval`` file holds ``header.json`` (or, unfinished, ``_journal/start.json``) with the evaluation's ``eval``, and one
file a sample, ``samples/{id}_epoch_{n}.json`` (a large one is ``samples/{id}_epoch_{n}/sample.json`` with its long
texts in ``attachments/{start}.json``). A ``.json`` file holds the header's fields and ``samples``. A sample (invented):

    {"id": "add-1", "epoch": 1, "input": "What is 1 + 1?", "choices": null, "target": "2",
     "output": {"model": "m", "choices": [{"message": {"role": "assistant", "content": "It is 2."},
                                           "stop_reason": "stop"}], "usage": {"output_tokens": 5}},
     "scores": {"match": {"value": "C", "answer": "2", "explanation": "It is 2."}},
     "attachments": {}, "error": null}

The slot is the epoch less one; M is the configured number of epochs, the generator the evaluated model. The problem's
text is ``input`` (of a conversation, what the user says) with the ``choices``; a list of messages' content counts as
its text parts. ``target`` is the right answer: with ``choices`` a letter or several; without, a list of more than one
gives none, and the task must. A sample that ended in an error has no solution: it is set aside and its slot is missing;
and so are all slots of a sample that ``eval.dataset.sample_ids`` lists and the log never came to, unless it was limited
on purpose. A scorer's ``answer``, and its ``value`` where that is C, I, 1 or 0, are the upstream's answer and label, if
there is one scorer or one was picked.

Options:
    scorer: The scorer whose answer and verdict are kept as the upstream's.
    score: A scorer whose numeric value is a verifier's score: carried under its name.
    kind: ``math``, ``number`` or ``choice``, where samples without choices are not mathematics.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from harness.pool.fields import (
    Unfit,
    count_of,
    flag_of,
    index_of,
    kind_spec,
    number_of,
    score_name,
    text_of,
    texts_of,
    with_options,
)
from harness.pool.formats import Converted, Described, Item, OpenRecords, Stated, attempt, each
from harness.pool.sources import Record, Reject, most_unpacked, parse_json, too_large
from harness.records import AnswerSpec, Sample, Score

SLOTS = None
SPLIT = "train"
FILES = ("*.eval", "*.json")

_ZSTANDARD = 93
_SAMPLE = re.compile(r"samples/(?:[^/]+\.json|[^/]+/sample\.json)")
_ATTACHMENT = "attachment://"
_VALUES = {"C": True, "I": False}


def read_files(
    files: Sequence[Path | str], open_records: OpenRecords, *, scorer: str = "", score: str = "", kind: str = ""
) -> Iterator[Item]:
    """One Entry per sample and epoch."""
    form = _Form(scorer, score, kind_spec(kind))
    for file in files:
        archived = isinstance(file, Path) and file.name.endswith(".eval")
        records = _archived(Path(file)) if archived else _logged(open_records(file))
        yield from each(records, form.convert)
        yield from form.never_reached()


def _logged(records: Iterable[Record | Reject]) -> Iterator[Record | Reject]:
    """The samples of a ``.json`` log, as records of their own."""
    for record in records:
        if isinstance(record, Reject) or "eval" not in record.row:
            yield record if isinstance(record, Reject) else Reject(record.file, record.line, "no log of Inspect")
            continue
        for position, sample in enumerate(record.row.get("samples") or [], start=1):
            yield Record(record.file, position, {"eval": record.row["eval"], "sample": sample})


def _archived(path: Path) -> Iterator[Record | Reject]:
    """The samples of a ``.eval`` log."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            head = next((n for n in ("header.json", "_journal/start.json") if n in names), None)
            if head is None:
                raise BadInput(f"{str(path)!r} holds no header.json: it is no log of Inspect.")
            header = parse_json(_member(archive, head))
            if not isinstance(header, dict) or not isinstance(header.get("eval"), dict):
                raise BadInput(f'{str(path)!r} has a {head} without the object "eval": it is no log of Inspect.')
            evaluation = header["eval"]
            for position, name in enumerate((n for n in names if _SAMPLE.fullmatch(n)), start=1):
                where = f"{path}:{name}"
                try:
                    sample = parse_json(_member(archive, name))
                except ValueError as error:
                    yield Reject(where, position, f"not JSON: {error}")
                    continue
                if name.endswith("/sample.json"):
                    sample["attachments"] = _attachments(archive, name.removesuffix("sample.json"))
                yield Record(where, position, {"eval": evaluation, "sample": sample})
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadInput(f"{str(path)!r} is no readable .eval file: {error}.") from error


def _attachments(archive: zipfile.ZipFile, folder: str) -> dict[str, str]:
    """The long texts of a sample that is stored in pieces, by the number they are referred to by."""
    start = f"{folder}attachments/"
    pieces = sorted(
        (int(n.removeprefix(start).removesuffix(".json")), n) for n in archive.namelist() if n.startswith(start)
    )
    return {str(first + i): text for first, name in pieces for i, text in enumerate(json.loads(_member(archive, name)))}


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of the archive. Inspect compresses with Zstandard, which ``zipfile`` reads from Python 3.14 on only."""
    info = archive.getinfo(name)
    most = most_unpacked(info.compress_size)
    if info.compress_type != _ZSTANDARD:
        with archive.open(info) as member:
            return _whole(member.read(most + 1), name, most)
    import pyarrow as pa

    file = archive.fp
    assert file is not None
    file.seek(info.header_offset)
    header = file.read(30)
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(info.header_offset + len(header) + lengths)
    data = file.read(info.compress_size)
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        return _whole(bytes(stream.read(most + 1)), name, most)


def _whole(data: bytes, name: str, most: int) -> bytes:
    if len(data) > most:
        raise too_large(repr(name), most)
    return data


class _Form:
    def __init__(self, scorer: str, score: str, spec: AnswerSpec | None) -> None:
        self.scorer = scorer
        self.score = score
        self.spec = spec
        self.listed: set[str] = set()  # of the log's data set
        self.seen: set[str] = set()

    def never_reached(self) -> Iterator[Described]:
        """The problems of the log's data set that no sample is of: the log was stopped before."""
        yield from (Described(id=name) for name in sorted(self.listed - self.seen))
        self.listed, self.seen = set(), set()

    def convert(self, row: Mapping[str, Any]) -> Iterator[Converted]:
        evaluation, sample = row["eval"], row["sample"]
        config = {**(evaluation.get("model_generate_config") or {})}
        sampling = {k: v for k, v in config.items() if k in ("temperature", "top_p", "top_k", "max_tokens", "seed")}
        epochs = count_of((evaluation.get("config") or {}).get("epochs"))
        yield Stated(text_of(evaluation.get("model")) or "", sampling, epochs)
        problem = self._problem(sample)
        self.listed = self.listed or _ids(evaluation)
        self.seen.add(str(problem.id))
        yield problem, attempt(self._sample, sample)

    def _problem(self, sample: Mapping[str, Any]) -> Described:
        text = _said(sample["input"], sample)
        choices = sample.get("choices")
        targets = [sample["target"]] if isinstance(sample["target"], str) else list(sample["target"])
        gold = ", ".join(targets) if choices else (targets[0] if len(targets) == 1 else None)
        if choices and text:
            text = with_options(text, texts_of(choices, "choices"))
        return Described(
            id=text_of(sample["id"]),
            text=text_of(text),
            gold=text_of(gold),
            subject=text_of((sample.get("metadata") or {}).get("subject")),
            answer=AnswerSpec("choice", choices=texts_of(choices, "choices")) if choices else self.spec,
        )

    def _sample(self, sample: Mapping[str, Any]) -> Sample:
        error = sample.get("error")
        if error:
            raise Unfit(f"the sample ended in an error: {str(error.get('message', error))[:200]}")
        output = sample["output"]
        completions = output.get("choices") or []
        text = _content(completions[0]["message"]["content"], sample) if completions else output.get("completion")
        scores = sample.get("scores") or {}
        if self.scorer and self.scorer not in scores:
            raise Unfit(f"no scorer {self.scorer!r}; there are {', '.join(scores) or 'none'}")
        verdict = scores[self.scorer] if self.scorer else next(iter(scores.values())) if len(scores) == 1 else {}
        carried = number_of((scores.get(self.score) or {}).get("value")) if self.score else None
        return Sample(
            index_of(sample["epoch"]) - 1,
            text,
            answer=text_of(verdict.get("answer")),
            finish=text_of(completions[0].get("stop_reason")) if completions else None,
            tokens=count_of((output.get("usage") or {}).get("output_tokens")),
            given_correct=_label(verdict.get("value")),
            scores={} if carried is None else {score_name(self.score): Score(carried)},
        )


def _ids(evaluation: Mapping[str, Any]) -> set[str]:
    """The ids of the samples that were to be solved; none where only some were asked for on purpose."""
    config, listed = evaluation.get("config") or {}, (evaluation.get("dataset") or {}).get("sample_ids")
    partly = config.get("limit") is not None or config.get("sample_id") is not None
    return set() if partly or not isinstance(listed, list) else set(map(str, listed))


def _label(value: Any) -> bool | None:
    if isinstance(value, str):
        return _VALUES.get(value)
    return flag_of(value) if value in (0, 1) else None


def _said(given: Any, sample: Mapping[str, Any]) -> str | None:
    """The problem in an input: the text, or what the user says in a conversation."""
    if isinstance(given, str):
        return _resolved(given, sample)
    return "\n\n".join(_content(m["content"], sample) or "" for m in given if m.get("role") == "user")


def _content(content: Any, sample: Mapping[str, Any]) -> str | None:
    """The text of a message: itself, or its text parts."""
    if content is None or isinstance(content, str):
        return _resolved(content, sample)
    return "".join(_resolved(part.get("text"), sample) or "" for part in content if part.get("type") == "text")


def _resolved(text: str | None, sample: Mapping[str, Any]) -> str | None:
    if text is not None and text.startswith(_ATTACHMENT):
        return str(sample["attachments"][text.removeprefix(_ATTACHMENT)])
    return text
