"""The whole path at the size of OpenAI's file: a made pool of 500 problems x 1860 slots, about 815,600 samples.

    python -m benchmarks.load [--problems 500] [--keep FOLDER]

The made file is read with json.loads into a list, as every script does first; then it is imported, graded, run with the
scores that it carries and all controls, published with its samples, and every view of the board is opened on it. Each
stage is a process of its own; the memory is that of all its processes together, at its highest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from benchmarks.importing import theirs, write
from benchmarks.leaderboard import APP, VIEWS

MOST = 8.0  # GB
EVERY = 0.1  # seconds between two looks at the memory


def measured(words: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of the clock, seconds of processor time, and the peak memory in GB of a program and its processes."""
    started = time.perf_counter()
    process = psutil.Popen([sys.executable, *words], env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    peak, worked = 0.0, {}
    done = threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(EVERY):
            resident = 0
            for one in [process, *_children(process)]:
                try:
                    resident += one.memory_info().rss
                    worked[one.pid] = sum(one.cpu_times()[:2])
                except psutil.Error:
                    continue
            peak = max(peak, resident / 1e9)

    watch = threading.Thread(target=look)
    watch.start()
    status = process.wait()
    done.set()
    watch.join()
    if status:
        sys.exit(f"'{' '.join(words)}' failed")
    return time.perf_counter() - started, sum(worked.values()), peak


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def browse() -> None:
    """Open every view of the board, in this process."""
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(APP), default_timeout=600).run()
    for view in VIEWS:
        page.switch_page(f"page/views/{view}.py").run()
        if page.exception:
            sys.exit(f"{view}: {page.exception[0].value}")


def main() -> None:
    """Measure, print, and fail where more memory was taken than may be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="Where the file and the home lie, to be looked at afterwards.")
    parser.add_argument("--only", choices=["json", "browse"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only == "json":
        theirs(arguments.file)
    elif arguments.only == "browse":
        browse()
    elif arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        stages(arguments.keep, arguments.problems)
    else:
        with tempfile.TemporaryDirectory() as folder:
            stages(Path(folder), arguments.problems)


def stages(folder: Path, problems: int) -> None:
    """Every stage, one line each."""
    path, home = folder / "samples.jsonl", folder / "home"
    write(path, problems, 1860)
    size = path.stat().st_size / 1e6
    with path.open("rb") as file:
        rows = sum(1 for _ in file)
    print(f"{rows:,} samples of {problems} problems, {size:,.0f} MB of JSON lines", flush=True)
    ours = ["-m", "bonbench"]
    environment = {"BONBENCH_HOME": str(home)}
    largest = 0.0
    for name, words, of in (
        ("json.loads into a list", ["-m", "benchmarks.load", "--only", "json", "--file", str(path)], size),
        ("import", [*ours, "pool", "import", "prm800k", str(path), "--problems", "from-pool", "--task", "made",
                    "--name", "made"], size),
        ("grade", [*ours, "grade", "--pool", "made"], 0),
        ("run", [*ours, "run", "--pool", "made", "-v", "carried"], 0),
        ("publish", [*ours, "publish", str(folder / "board")], 0),
        ("browse, eight views", ["-m", "benchmarks.load", "--only", "browse"], 0),
    ):  # fmt: skip
        clock, processor, memory = measured(words, environment)
        speed = f", {of / processor:4.0f} MB/s a core" if of else ""
        print(f"  {name:24} {clock:6.1f} s, {processor:6.1f} s of processor, {memory:5.2f} GB{speed}", flush=True)
        largest = max(largest, memory if words[0:2] == ours or "browse" in name else 0.0)
    if largest > MOST:
        sys.exit(f"{largest:.2f} GB of memory; {MOST:g} GB are allowed")


if __name__ == "__main__":
    main()
