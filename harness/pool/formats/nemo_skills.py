r"""Generations of NeMo-Skills: one file a random seed, ``output-rs*.jsonl``, aligned row by row.

One problem a row of every file (invented content):

    {"problem": "What is 1 + 1?", "expected_answer": "2", "generation": "We add. It is $\\boxed{2}$.",
     "predicted_answer": "2", "symbolic_correct": true, "judgement": "Judgement: Yes", "num_generated_tokens": 12,
     "reward_model_score": 0.93, "subject": "Prealgebra", "level": 1, "id": "0"}

The files are taken in order of their seeds, and a file's position in that order is the slot. Row k of every file must
hold the same problem, by its text; one that does not is set aside. A seed written in chunks
(``output-rs0_chunk_0.jsonl``, ...) is read as one file; every seed must have the same, unbroken chunks. Files that are
still being written (``output-rs0.jsonl-async``) are refused, and so is ``output.jsonl`` (one greedy answer) beside
seeds. ``symbolic_correct``, else the last ``Judgement: Yes`` or ``No`` of ``judgement``, is the upstream's label.
``reward_model_score`` (of older versions) is carried.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.errors import BadInput
from harness.pool.fields import count_of, first_of, flag_of, level_of, number_of, solution_of, text_of
from harness.pool.formats import Converted, Described, Item, OpenRecords, Stated, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = None
SPLIT = "train"
FILES = ("output*.jsonl", "output*.jsonl-async")

_NAME = re.compile(r"output(?:-rs(\d+))?(?:_chunk_(\d+))?\.jsonl(?:\.gz)?")
_VERDICT = re.compile(r"Judgement:\s*(yes|no)", re.IGNORECASE)


def read_files(files: Sequence[Path | str], open_records: OpenRecords) -> Iterator[Item]:
    """One Entry per row of every seed's file."""
    seeds = _seeds(files)
    yield Stated(slots=len(seeds), sampling={"seeds": [seed for seed in seeds if seed is not None]})
    aligned = _Aligned(seeds)
    for slot, parts in enumerate(seeds.values()):
        yield from each(aligned.rows(parts, open_records), partial(_convert, slot))


def _seeds(files: Sequence[Path | str]) -> dict[int | None, list[Path]]:
    """The files of each seed, seeds and chunks in order.

    Raises:
        BadInput: A file that is not of this kind or not finished, a seed twice, chunks that are missing.
    """
    found: dict[int | None, dict[int | None, Path]] = {}
    for file in files:
        if isinstance(file, Path) and file.name.removesuffix(".gz").endswith("-async"):
            raise BadInput(
                f"{str(file)!r} is still being written, or was cut off. Let the generation finish, or name only the "
                "finished files."
            )
        match = _NAME.fullmatch(file.name) if isinstance(file, Path) else None
        if match is None or isinstance(file, str):
            raise BadInput(f"{str(file)!r} is not called output-rsSEED.jsonl; this format reads only such files.")
        seed, chunk = (None if part is None else int(part) for part in match.groups())
        parts = found.setdefault(seed, {})
        if chunk in parts or (parts and (chunk is None or None in parts)):
            other = next(iter(parts.values()))
            raise BadInput(
                f"{str(file)!r} and {str(other)!r} hold the same seed. Import one folder at a time, and either the "
                "chunks or the merged file."
            )
        parts[chunk] = file
    if None in found and len(found) > 1:
        raise BadInput(f"{str(found[None][None])!r} is one greedy answer beside sampled seeds: name only the seeds.")
    whole = {len(parts) for parts in found.values() if None not in parts}
    for seed, parts in found.items():
        chunks = sorted(-1 if chunk is None else chunk for chunk in parts)
        if None not in parts and (len(whole) > 1 or chunks != list(range(len(parts)))):
            raise BadInput(
                f"Seed {seed} has the chunks {', '.join(map(str, chunks))}; some are missing, or other seeds have "
                "others. Wait for all of them, or leave the seed out."
            )
    return {
        seed: [found[seed][chunk] for chunk in sorted(found[seed], key=_numbered)]
        for seed in sorted(found, key=_numbered)
    }


def _numbered(number: int | None) -> int:
    return -1 if number is None else number


class _Aligned:
    """Rows that must hold the same problem in every file."""

    def __init__(self, seeds: Mapping[int | None, Sequence[Path]]) -> None:
        self.first = next(iter(seeds.values()))[0].name
        self.texts: list[str | None] = []

    def rows(self, parts: Sequence[Path], open_records: OpenRecords) -> Iterator[Record | Reject]:
        position = 0
        for part in parts:
            for record in open_records(part):
                found = _text(record.row) if isinstance(record, Record) else None
                text = found if isinstance(found, str) else None  # anything else is set aside with its row
                if position == len(self.texts):
                    self.texts.append(None)
                known = self.texts[position]
                self.texts[position] = known or text
                position += 1
                if known is not None and text is not None and known != text:
                    reason = f"row {position} holds another problem than row {position} of {self.first}"
                    yield Reject(record.file, record.line, reason, text[:2000])
                else:
                    yield record


def _text(row: Mapping[str, Any]) -> Any:
    return first_of(row, "problem", "question")


def _convert(slot: int, row: Mapping[str, Any]) -> Iterator[Converted]:
    if _text(row) is None:
        raise KeyError("problem")
    problem = Described(
        id=text_of(first_of(row, "unique_id", "problem_id", "id")),
        text=text_of(_text(row)),
        gold=text_of(row.get("expected_answer")),
        subject=text_of(first_of(row, "subject", "subset_for_metrics")),
        level=level_of(row.get("level")),
    )
    yield problem, attempt(_sample, slot, row)


def _sample(slot: int, row: Mapping[str, Any]) -> Sample:
    verdicts = _VERDICT.findall(row.get("judgement") or "")
    label = flag_of(row.get("symbolic_correct"))
    if label is None and verdicts:
        label = verdicts[-1].casefold() == "yes"
    score = number_of(row.get("reward_model_score"))
    return Sample(
        slot,
        solution_of(row["generation"]),
        answer=text_of(row.get("predicted_answer")),
        finish=text_of(row.get("finish_reason")),
        tokens=count_of(row.get("num_generated_tokens")),
        given_correct=label,
        scores={} if score is None else {"reward_model_score": Score(score)},
    )
