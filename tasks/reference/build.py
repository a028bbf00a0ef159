"""Make the reference pools: import what the upstream has, grade it, leave out the texts, compare every number.

    python -m tasks.reference.build UPSTREAM --data DATA [--only NAME,...] [--whole] [--into FOLDER]

UPSTREAM holds the repositories' files as ``OWNER+NAME/PATH``; DATA holds the tasks' records. With ``--whole`` the
samples are read from the files of DATA that hold the same ones; both ways end at the same digests.

A pool is shipped without texts unless its licence lets them be passed on. What is left out moves nothing: the full pool
and the one that ships are both run, with every carried score, and each row of results, each problem's p and each
quintile must be equal to the last digit. Carried scores are kept as the full pool has them, to the last bit.
"""

import argparse
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from harness import registry
from harness.errors import BonbenchError
from harness.grader.answers import GRADER
from harness.material import graded_problems
from harness.pool import formats, grading, importing, sources
from harness.pool.formats import Described, Entry, Item
from harness.pool.manifest import write_manifest
from harness.pool.matching import Matcher
from harness.pool.pools import OUTCOME, PROCESS, Pool
from harness.pool.problems import load_problems
from harness.records import Problem, Sample, Score
from harness.run import Result, evaluate
from tasks.reference.origins import ORIGINS, Origin

CONTROLS = ("majority", "oracle", "random")  # length needs the texts
HERE = Path(__file__).parent / "pools"


def full(origin: Origin, data: Path | None, upstream: Path | None = None) -> Pool:
    """The pool with all that its source has, in the home, from the upstream's own files or from those of ``data``.

    Args:
        origin: Of the pool.
        data: The folder of the tasks' records; None for where the tasks themselves find them.
        upstream: The folder of the repositories' files.
    """
    form, options = origin.form, origin.options
    if upstream is not None:
        base = upstream / origin.repository.replace("/", "+")
        places = [base / path for path in origin.paths]
    elif origin.whole is not None and data is not None:
        file, form, options = origin.whole
        places = [data / file]
    else:
        raise BonbenchError(f"The samples of {origin.name!r} are only in {origin.repository}; name its folder.")
    task = registry.task(origin.task) if origin.data else None
    module = registry.pool_format(form)
    found = formats.read(module, sources.expand(places, getattr(module, "FILES", ())), _records, options)
    about = importing.About(
        task_name=origin.task,
        task=task,
        problems=load_problems(task, data and data / origin.data) if task else None,
        format_slots=module.SLOTS,
        generator=origin.generator,
        origin={"repository": origin.repository, "commit": origin.commit, "paths": list(origin.paths)},
        licence=origin.licence,
        replace=True,
    )
    return importing.import_pool(f"full-{origin.name}", _labelled(origin, data, found), about)


def _records(file: Path | str) -> Iterator[sources.Record | sources.Reject]:
    """The records of one file. A number that somebody added to a row would name other problems than the upstream's."""
    for item in sources.records(file):
        if isinstance(item, sources.Record) and "problem_ref" in item.row:
            yield replace(item, row={k: v for k, v in item.row.items() if k != "problem_ref"})
        else:
            yield item


def _labelled(origin: Origin, data: Path | None, items: Iterator[Item]) -> Iterator[Item]:
    """The items, with id, subject and level as MATH-500 has them where the pool is of its problems."""
    if not origin.labels:
        yield from items
        return
    known = load_problems(registry.task("math500"), data and data / origin.labels)
    matcher = Matcher(known)
    for item in items:
        if isinstance(item, Described):
            yield _with_labels(item, known, matcher, numbered=origin.numbered)
        elif isinstance(item, Entry):
            described = _with_labels(item.problem, known, matcher, numbered=origin.numbered)
            yield replace(item, problem=described)
        else:
            yield item


def _with_labels(found: Described, known: list[Problem], matcher: Matcher, *, numbered: bool) -> Described:
    position = int(str(found.id)) if numbered else matcher.position(found)
    if position is None:  # the upstream respelt it beyond recognition: it counts, without subject and level
        return found
    problem = known[position]
    return replace(found, id=problem.id, subject=problem.subject, level=problem.level)


def answers_only(origin: Origin, whole: Pool, into: Path) -> Pool:
    """The pool as it ships: without texts, its answers as the grader extracted them, with the grades beside it."""
    manifest = whole.manifest
    task = registry.task(manifest.task) if manifest.problems == "task" else None
    problems, spec = graded_problems(task, whole, None)
    grades = grading.grade(whole, problems, spec)
    bare = [replace(p, text="") for p in problems]
    about = importing.About(
        task_name=manifest.task,
        task=task,
        problems=bare if task else None,
        task_problems=manifest.task_problems,
        slots=manifest.slots,
        generator=manifest.generator,
        sampling=dict(manifest.sampling),
        origin=_said(origin, whole),
        licence=origin.licence,
        replace=True,
    )
    entries = _entries(whole, grades, {p.id: p for p in bare})
    return importing.import_pool(origin.name, entries, about, into)


def _said(origin: Origin, whole: Pool) -> dict[str, Any]:
    """What the manifest of a pool that ships says of where it came from."""
    return {
        **whole.manifest.origin,
        "title": origin.title,
        "attribution": origin.attribution,
        "full_pool": whole.digest,
        "grader": GRADER,
        "notes": list(origin.notes),
    }


def _entries(whole: Pool, grades: grading.Grades, bare: Mapping[str, Problem]) -> Iterator[Entry]:
    """Every sample of the full pool without its text."""
    scores = [c for c in whole.columns() if c.startswith((OUTCOME, PROCESS))]
    answers = iter(grades.table["answer"].to_pylist())
    for problem_id, table in whole.batches(["index", "finish", "tokens", "given_correct", *scores]):
        p = bare[problem_id]
        described = Described(p.id, None, p.gold, p.subject, p.level, p.answer)
        for row in table.to_pylist():
            carried = {c.partition("/")[2]: _score(c, row[c]) for c in scores if row[c] is not None}
            sample = Sample(
                row["index"],
                answer=next(answers),
                finish=row["finish"],
                tokens=row["tokens"],
                given_correct=row["given_correct"],
                scores=carried,
            )
            yield Entry(described, sample, whole.name, row["index"] + 1)


def _score(column: str, value: Any) -> Score:
    return Score(value) if column.startswith(OUTCOME) else Score(steps=tuple(value))


def measured(pool: Pool) -> list[Result]:
    """Every carried score of a pool, and the controls that need no text."""
    task = registry.task(pool.manifest.task) if pool.manifest.problems == "task" else None
    specs = (*CONTROLS, *(f"carried:{score}" for score in pool.manifest.scores))
    return evaluate(task, pool, [registry.verifier(spec) for spec in specs])


def differences(before: list[Result], after: list[Result]) -> list[str]:
    """Where two runs of the same verifiers differ in any digit; empty where every number is the same."""
    out = []
    for a, b in zip(before, after, strict=True):
        name = a.run.verifier
        if [asdict(row) for row in a.rows] != [asdict(row) for row in b.rows]:
            out.append(f"{name}: rows of results")
        pairs = zip(a.curves, b.curves, strict=True)
        if not all(np.array_equal(x.values, y.values, equal_nan=True) for x, y in pairs):
            out.append(f"{name}: p of a problem")
        if (a.quintile, a.pass_rate, a.run.coverage) != (b.quintile, b.pass_rate, b.run.coverage):
            out.append(f"{name}: quintiles, pass rates or coverage")
    return out


def build(origin: Origin, data: Path, upstream: Path | None, into: Path) -> str:
    """Make one pool, prove it, ship its grades; returns what was found in one line.

    Raises:
        BonbenchError: A number moved.
    """
    whole = full(origin, data, upstream)
    folder = into / origin.name
    if origin.texts:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole.path, folder)
        manifest = replace(whole.manifest, name=origin.name, origin=_said(origin, whole))
        write_manifest(folder, manifest)
        made = Pool(folder, manifest)
    else:
        made = answers_only(origin, whole, into)
    before, after = measured(whole), measured(made)
    moved = differences(before, after)
    if moved:
        raise BonbenchError(f"{origin.name}: without texts some numbers differ: {'; '.join(moved)}.")
    (folder / "rejects.jsonl").unlink(missing_ok=True)
    grades = after[0].grades
    assert grades is not None
    shipped = folder / "grades" / grades.path.name
    shipped.parent.mkdir(exist_ok=True)
    shutil.copyfile(grades.path, shipped)
    rows = sum(len(result.rows) for result in after)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    return (
        f"{origin.name}: {made.manifest.n_problems} problems, {made.manifest.n_samples} samples, {len(after)} "
        f"verifiers, {rows} rows equal to the last digit, {size:,} bytes, full {whole.digest[:16]}, {made.digest[:16]}"
    )


def main() -> None:
    """Build the pools that were named, or all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("upstream", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--into", type=Path, default=HERE)
    given = parser.parse_args()
    wanted = set(filter(None, given.only.split(",")))
    given.into.mkdir(parents=True, exist_ok=True)
    for origin in ORIGINS:
        if not wanted or origin.name in wanted:
            print(build(origin, given.data, None if given.whole else given.upstream, given.into), flush=True)


if __name__ == "__main__":
    main()
