"""Every number of every real pool and of micromath, exported; and two such exports compared to the last digit.

    python tests/golden.py export FOLDER [--only NAME,...]
    python tests/golden.py compare BEFORE AFTER

``export`` imports each pool of ``BONBENCH_TEST_DATA`` into a home of its own below FOLDER, runs all its carried scores
and the controls, and writes all rows of ``results`` and ``problem_results``. A change of the code that should move no
number is followed by ``compare``: it names each pool's rows that differ, are new or are gone.
"""

import gzip
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

DATA = Path(os.environ.get("BONBENCH_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
BOINF = {  # the models of the answers-only files that are measured
    "math500": ("gpt-oss-20b", "EXAONE-Deep-32B"),
    "aime2024": ("gpt-oss-20b", "EXAONE-Deep-32B"),
    "aime2025": ("gpt-oss-20b", "EXAONE-Deep-32B"),
    "gpqa_diamond": ("gpt-oss-20b",),
}
MATH500 = ("--task", "math500", "--data", str(DATA / "problems_math500" / "test.jsonl"))
POOLS = {  # name: (format, file, options, words of ``pool import``)
    "strictprm-math500": ("generic", "bon_strictprm_math500/strictprm_math500.jsonl.gz", {}, MATH500),
    "strictprm-gsm8k": ("generic", "bon_strictprm_gsm8k/strictprm_gsm8k.jsonl.gz", {}, ()),
    "qwen": ("qwen-math", "bon_qwen_math100_rm/math_cot_100.jsonl.gz", {}, ()),
    "openr": ("openr", "bon_openr_math500_prm/openr_math500_n4_prm.jsonl.gz", {}, ()),
    "otis": ("generic", "bon_epoch_otis_aime/epoch_otis_aime.jsonl.gz", {"run": "0"}, ()),
    "gpqa": ("gpqa-runs", "bon_epoch_gpqa_diamond", {"run": "11"}, ()),
    "aime-r1": ("generic", "bon_aime_r1distill14b_n5/aime_r1distill14b_n5.jsonl.gz", {}, ()),
    "mmlu-pro": ("mmlu-pro", "multi_mmlupro_stem/mmlupro_stem_text.jsonl.gz", {}, ()),
    "jeebench": ("jeebench", "multi_jeebench/jeebench_multi.jsonl.gz", {}, ()),
    "zeroeval": ("generic", "multi_zeroeval_math_l5/zeroeval_math_l5.jsonl.gz", {}, ()),
    "gsm8k-solutions": ("gsm8k-solutions", "multi_gsm8k_openai_solutions/example_model_solutions.jsonl.gz", {}, ()),
    "interlace": ("generic", "bon_interlace_gsm8k/gsm8k_trajectories.jsonl.gz", {}, ()),
    "rewardmath": ("generic", "bon_rewardmath/rewardmath_scores.jsonl.gz", {}, ()),
    "rprm-olympiad": ("generic", "bon_rprm_olympiad/olympiadbench_200x8.jsonl.gz", {}, ()),
    **{
        f"boinf-{name}-{model}": ("answers-only", f"bon_boinf_answers/boinf_{name}.jsonl.gz", {"model": model}, ())
        for name, models in BOINF.items()
        for model in models
    },
}  # fmt: skip


def interlace(row: dict) -> dict:
    """Sixteen samples with the generator's own mean log-probability."""
    samples = [
        {"index": i, "text": t["text"], "finish": t["finish_reason"], "tokens": t["n_tokens"],
         "scores": {"logprob": t["logprob"]}}
        for i, t in enumerate(row["trajectories"])
    ]  # fmt: skip
    return {"id": str(row["gsm8k_id"]), "problem": row["question"], "gold": row["gold"], "samples": samples}


def rewardmath(row: dict) -> dict | None:
    """One right and nine wrong solutions without texts; scores of reward models, PRMs and judges."""
    samples = []
    for i in range(10):
        sample = {"index": i, "answer": "1" if i == row["position"] else "0", "scores": {}, "step_scores": {}}
        for name, values in row["scores"].items():
            if len(values) == 10 and values[i] is not None:
                sample["step_scores" if isinstance(values[i], list) else "scores"][name] = values[i]
        samples.append(sample)
    return {"problem": row["problem"], "gold": "1", "samples": samples}


def rprm_olympiad(row: dict) -> dict:
    """Eight solutions in steps, with labels of correctness."""
    samples = [
        {"index": i, "text": "\n\n".join(steps), "correct": label}
        for i, (steps, label) in enumerate(zip(row["steps"], row["labels"], strict=True))
    ]
    return {"id": str(row["id"]), "problem": row["question"], "gold": row["gold"][0], "samples": samples}


ROWS = {"interlace": interlace, "rewardmath": rewardmath, "rprm-olympiad": rprm_olympiad}


def source(name: str, file: str, folder: Path) -> Path:
    """The file to import: the real one, or its rows in the generic form."""
    if name not in ROWS:
        return DATA / file
    out = folder / f"{name}.jsonl"
    seen = set()
    with gzip.open(DATA / file, "rt", encoding="utf-8") as lines, out.open("w", encoding="utf-8") as made:
        for line in lines:
            row = ROWS[name](json.loads(line))
            if row["problem"] not in seen:
                seen.add(row["problem"])
                made.write(json.dumps(row) + "\n")
    return out


def command(*words: str) -> None:
    """A command of ours, in this process."""
    from typer.testing import CliRunner

    from harness.cli import app

    done = CliRunner().invoke(app, list(words))
    if done.exit_code:
        raise SystemExit(f"{' '.join(words)}\n{done.output}\n{done.exception!r}")


def measure(name: str, home: Path) -> None:
    """Import a pool and run everything that needs no model on it."""
    from harness import registry
    from harness.pool import pools

    if name not in ("micromath", "micromath-ood"):
        form, file, options, words = POOLS[name]
        given = [word for key, value in options.items() for word in ("--option", f"{key}={value}")]
        own = () if "--task" in words else ("--problems", "from-pool", "--task", name)
        command("pool", "import", form, str(source(name, file, home)), "--name", name, *given, *own, *words)
    carried = pools.open_pool(name).manifest.scores
    named = ["carried"] if carried else [registry.controls()[0]]
    if name.startswith("micromath"):
        named = ["micromath-orm", "micromath-prm"]
    command("run", "--pool", name, *[word for one in named for word in ("-v", one)])


def rows(home: Path) -> tuple[dict[str, list], dict[str, list]]:
    """All rows of ``results`` and ``problem_results``, by a key that names them."""
    import duckdb

    store = duckdb.connect(str(home / "results.duckdb"), read_only=True)
    key = "r.verifier || ' ' || x.measure || ' ' || x.aggregation"
    results = store.execute(
        f"select {key} || ' ' || x.slice_kind || ' ' || x.slice || ' ' || coalesce(cast(x.n as varchar), '-'), "
        "x.value, x.draw_deviation, x.standard_error, x.low, x.high, x.n_problems, x.estimator, x.mc_error "
        "from results x join runs r using (run_id) order by 1"
    ).fetchall()
    problems = store.execute(
        f"select {key} || ' ' || x.problem_id, x.p from problem_results x join runs r using (run_id) order by 1"
    ).fetchall()
    return {r[0]: list(r[1:]) for r in results}, {r[0]: list(r[1]) for r in problems}


def export(folder: Path, names: list[str]) -> None:
    """One file a pool: every number, floats in full."""
    for name in names:
        started = time.monotonic()
        home = folder / "homes" / name
        home.mkdir(parents=True, exist_ok=True)
        os.environ["BONBENCH_HOME"] = str(home)
        measure(name, home)
        results, problems = rows(home)
        with gzip.open(folder / f"{name}.json.gz", "wt", encoding="utf-8") as file:
            json.dump({"results": results, "problem_results": problems}, file)
        print(
            f"{name}: {len(results)} results, {len(problems)} problem rows, {time.monotonic() - started:.0f} s",
            flush=True,
        )


def differences(before: Path, after: Path) -> Iterator[str]:
    """What differs, as sentences."""
    for file in sorted(before.glob("*.json.gz")):
        with gzip.open(file, "rt") as old, gzip.open(after / file.name, "rt") as new:
            was, now = json.load(old), json.load(new)
        for table in was:
            gone, added = was[table].keys() - now[table].keys(), now[table].keys() - was[table].keys()
            moved = [key for key in was[table].keys() & now[table].keys() if was[table][key] != now[table][key]]
            if gone or added or moved:
                yield (
                    f"{file.name} {table}: of {len(was[table])} rows {len(moved)} moved, {len(gone)} gone, "
                    f"{len(added)} new"
                )
                for label, keys in (("moved", moved), ("gone", gone), ("new", added)):
                    for key in sorted(keys)[:5]:
                        yield f"  {label}: {key}: {str(was[table].get(key))[:120]} -> {str(now[table].get(key))[:120]}"


def main() -> None:
    """See the module's docstring."""
    words = sys.argv[1:]
    if words[0] == "export":
        only = (
            words[words.index("--only") + 1].split(",") if "--only" in words else [*POOLS, "micromath", "micromath-ood"]
        )
        export(Path(words[1]).resolve(), only)
    else:
        found = list(differences(Path(words[1]), Path(words[2])))
        print("\n".join(found) or "equal to the last digit")
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
