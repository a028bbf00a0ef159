"""Import speed and memory: a made file in OpenAI's format, streamed into a pool, against reading it with json alone.

    python -m benchmarks.importing [--problems 500] [--samples 1860]

The peer is what every script does first: json.loads of each line into a list. It keeps everything in memory.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = ["we", "find", "that", "the", "value", "$x + 7$", "equals", "\\frac{1}{2}", "so", "therefore", "hence", "sum"]


def write(path: Path, problems: int, samples: int) -> None:
    """A file of scored samples: invented text, about 12 % of the samples absent."""
    rng = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for problem in range(problems):
            text = f"Problem {problem}: " + " ".join(rng.choices(WORDS, k=40))
            gold = str(rng.randrange(50))
            for _ in range(samples):
                if rng.random() < 0.123:
                    continue
                answer = gold if rng.random() < 0.6 else str(rng.randrange(60))
                steps = [" ".join(rng.choices(WORDS, k=22)) + f" {rng.random()}" for _ in range(rng.randrange(4, 14))]
                steps[-1] += f"\n\n# Answer\n\n{answer}"
                probabilities = [{"1": round(rng.random() * 0.9, 9), "0": 0.05, "-1": 0.05} for _ in steps]
                row = {
                    "problem": text, "answer": answer, "is_correct": answer == gold, "subject": "Algebra",
                    "level": 1 + problem % 5, "unique_id": f"test/{problem}.json", "ground_truth_answer": gold,
                    "steps": steps, "rating_probs": probabilities, "prm_score": 0.5, "orm_score": 0.5,
                }  # fmt: skip
                file.write(json.dumps(row) + "\n")


def ours(path: Path, home: Path) -> None:
    """Import the file into a pool."""
    os.environ["BONBENCH_HOME"] = str(home)
    from harness import registry
    from harness.pool import importing, sources

    form = registry.pool_format("prm800k")
    about = importing.About(task_name="made", format_slots=form.SLOTS)
    importing.import_pool("made", form.read(sources.records(path)), about)


def theirs(path: Path) -> None:
    """Read every line into memory."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert rows


def measured(*words: str) -> tuple[float, float, float]:
    """Seconds of the clock, seconds of processor time and peak memory in GB of this program run with these words."""
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.importing", *words])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"'{' '.join(words)}' failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return time.perf_counter() - started, processor, usage.ru_maxrss / 1e6


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=100)
    parser.add_argument("--samples", type=int, default=1860)
    parser.add_argument("--only", choices=["ours", "theirs"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only == "ours":
        ours(arguments.file, arguments.home)
    elif arguments.only == "theirs":
        theirs(arguments.file)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "samples.jsonl"
            write(path, arguments.problems, arguments.samples)
            size = path.stat().st_size / 1e6
            print(f"{arguments.problems} problems x {arguments.samples} samples, {size:.0f} MB of JSON lines")
            for name, words in (
                ("bonbench pool import", ("--only", "ours", "--file", str(path), "--home", f"{folder}/home")),
                ("json.loads into a list", ("--only", "theirs", "--file", str(path))),
            ):
                clock, processor, memory = measured(*words)
                print(
                    f"  {name:24} {clock:6.1f} s, {processor:6.1f} s of processor: {size / processor:5.0f} MB/s "
                    f"a core, peak memory {memory:.2f} GB"
                )


if __name__ == "__main__":
    main()
