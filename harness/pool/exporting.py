"""Write a pool's samples in another tool's format."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness import files
from harness.errors import BadInput, UnknownName
from harness.pool.formats import lm_eval
from harness.pool.pools import OUTCOME, PROCESS, Pool
from harness.records import Sample, Score

FORMATS = ("lm-eval",)
PLACE = "{problem}"


def export(pool: Pool, kind: str, output: Path, progress: Callable[[int], None] | None = None) -> None:
    """Write a pool to a file, which appears under its name only when it is whole.

    Args:
        pool: The pool.
        kind: One of ``FORMATS``.
        output: The file; gzipped where its name ends in ``.gz``.
        progress: Called with the number of samples written.

    Raises:
        UnknownName: There is no such format to write.
        BadInput: A sample has no text: answers alone are no lm-eval log.
    """
    if kind not in FORMATS:
        raise UnknownName("format to write pools in", kind, FORMATS)
    part = files.beside(output)
    try:
        with ExitStack() as stack:
            file: Any = stack.enter_context(part.open("wb"))
            if output.suffix == ".gz":  # without name and time: the same pool is the same file
                file = stack.enter_context(gzip.GzipFile("", "wb", fileobj=file, mtime=0))
            for row, samples in _lines(pool):
                file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                if progress:
                    progress(samples)
        files.put(part, output)
    finally:
        part.unlink(missing_ok=True)


def _lines(pool: Pool) -> Iterator[tuple[dict[str, Any], int]]:
    manifest = pool.manifest
    template = str(manifest.sampling.get("prompt", PLACE))
    stated: dict[str, Any] = {"generator": manifest.generator, "sampling": manifest.sampling}
    for number, (problem_id, table) in enumerate(pool.batches(pool.columns())):
        entry = pool.problems[problem_id]
        samples = _samples(pool, table)
        prompt = template.replace(PLACE, entry.problem.text)
        yield lm_eval.line(number, entry.problem, samples, entry.slots, prompt, stated), len(samples)
        stated = {}


def _samples(pool: Pool, table: pa.Table) -> list[Sample]:
    texts = [solution.text for solution in pool.solutions(table)]
    out = []
    for text, row in zip(texts, table.to_pylist(), strict=True):
        if row["text"] is None and row["steps"] is None:
            raise BadInput(
                f"Slot {row['index']} of the problem {row['problem_id']!r} has an answer, but no text; the pool "
                f"{pool.name!r} cannot be written as a log of texts."
            )
        values = {n: Score(row[OUTCOME + n]) for n, kind in pool.manifest.scores.items() if kind == "outcome"}
        process = {n: row[PROCESS + n] for n, kind in pool.manifest.scores.items() if kind == "process"}
        values.update({n: Score(steps=tuple(v)) for n, v in process.items() if v is not None})
        out.append(
            Sample(
                index=row["index"],
                text=text,
                steps=None if row["steps"] is None else tuple(row["steps"]),
                answer=row["answer"],
                finish=row["finish"],
                tokens=row["tokens"],
                given_correct=row["given_correct"],
                step_labels=None if row["step_labels"] is None else tuple(row["step_labels"]),
                scores=values,
            )
        )
    return out
