"""Grading against Math-Verify called sample by sample, on the texts of a real pool.

    python -m benchmarks.grading [FILE] [--samples N]

The peer's method is what evaluation scripts do: parse the gold once per problem, ``parse`` every sample's whole text
and ``verify`` it. Ours is ``grade`` from the stored pool to the stored grades, the start of its worker processes
included. Prints both times, the ratio, and every kind of disagreement with who finds what. FILE is the StrictPRM
MATH-500 pool unless named.
"""

import argparse
import collections
import os
import tempfile
import time
from pathlib import Path

from harness.pool import sources

ROOT = Path(__file__).resolve().parent.parent
FILE = "bon_strictprm_math500/strictprm_math500.jsonl.gz"


def rows_of(path: Path) -> list[dict]:
    """The problems of a pool file in the generic form, golds and samples inside."""
    return [dict(record.row) for record in sources.records(path) if isinstance(record, sources.Record)]


def math_verify(rows: list[dict], samples: int) -> tuple[float, list[list[bool]]]:
    """Math-Verify's verdict on each sample, and the seconds it took."""
    from math_verify import parse, verify

    parse("$1$")  # its imports and its grammar are not part of the claim
    started = time.perf_counter()
    out = []
    for row in rows:
        gold = parse("\\boxed{" + str(row["gold"]) + "}")
        out.append([bool(verify(gold, parse(sample["text"]))) for sample in row["samples"][:samples]])
    return time.perf_counter() - started, out


def ours(path: Path) -> tuple[float, dict[tuple[str, int], tuple[str | None, bool | None]]]:
    """Our grade of each sample of the pool, and the seconds ``grade`` took."""
    from harness import registry
    from harness.pool import grading, pools
    from harness.pool.importing import About, import_pool
    from harness.records import AnswerSpec

    form = registry.pool_format("generic")
    pool = import_pool("benchmark", form.read(sources.records(path)), About(task_name="benchmark"))
    problems = pools.evaluated_problems(pool, None)
    started = time.perf_counter()
    table = grading.grade(pool, problems, AnswerSpec()).table
    seconds = time.perf_counter() - started
    columns = (table[name].to_pylist() for name in ("problem_id", "index", "answer", "correct"))
    return seconds, {(p, i): (answer, correct) for p, i, answer, correct in zip(*columns, strict=True)}


def main() -> None:
    """Time both and print the ratio and the disagreements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--samples", type=int, default=10_000, help="Of each problem at most, for a quick look.")
    arguments = parser.parse_args()
    data = Path(os.environ.get("BONBENCH_TEST_DATA", ROOT.parent / "shared" / "data"))
    path = arguments.file or data / FILE
    rows = rows_of(path)
    with tempfile.TemporaryDirectory() as home:
        os.environ["BONBENCH_HOME"] = home
        our_seconds, grades = ours(path)
    their_seconds, verdicts = math_verify(rows, arguments.samples)
    total = sum(map(len, verdicts))
    share = total / sum(len(row["samples"]) for row in rows)
    print(f"Math-Verify, sample by sample: {their_seconds:.2f} s for {total} samples")
    print(f"bonbench grade:                 {our_seconds:.2f} s for {len(grades)} samples")
    print(f"ratio: {their_seconds / share / our_seconds:.1f}")
    kinds: collections.Counter[tuple] = collections.Counter()
    for row, theirs in zip(rows, verdicts, strict=True):
        for sample, verdict in zip(row["samples"], theirs, strict=False):
            key = str(row.get("unique_id") or row.get("problem_id") or row["idx"])
            answer, correct = grades[key, sample["i"]]
            if bool(correct) != verdict:
                kinds[row["gold"], answer, correct, verdict] += 1
    print(f"different verdicts: {sum(kinds.values())} of {total} (times, gold, answer, ours, Math-Verify's)")
    for (gold, answer, correct, verdict), count in kinds.most_common():
        print(f"  {count:4d}  {str(gold)[:40]:40}  {str(answer)[:40]:40}  {correct!s:5}  {verdict!s:5}")


if __name__ == "__main__":
    main()
