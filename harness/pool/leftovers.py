"""What killed processes leave beside the pools and among their grades and scores; how a pool is put in its place."""

import contextlib
import os
import shutil
from pathlib import Path

from harness import files

REJECTS = ".rejects.jsonl"  # after a pool's name: why an import of it was stopped


def work_folder(target: Path) -> Path:
    """Where this process writes the pool that will stand at ``target``; hidden, so that it is not taken for one."""
    return target.with_name(f".{target.name}.importing-{os.getpid()}")


def put(work: Path, target: Path, *, replace: bool) -> None:
    """Give a finished pool its name; killed anywhere, the name has the old pool or the new one after ``clear``.

    Raises:
        FileExistsError: There is a pool of this name, and it may not be replaced.
    """
    retired = target.with_name(f".{target.name}.replaced-{os.getpid()}")
    while True:
        try:
            work.rename(target)  # fails where a folder with files is in the way
            break
        except OSError as error:
            if not target.exists():
                raise
            if not replace:
                raise FileExistsError(str(target)) from error
        with contextlib.suppress(FileNotFoundError):  # another import that replaces it was faster
            shutil.rmtree(retired, ignore_errors=True)
            target.rename(retired)
    shutil.rmtree(retired, ignore_errors=True)


def clear(folder: Path) -> None:
    """Take away what killed imports left in the folder of the pools, and give a name back that a kill took away.

    What belongs to a running process stays.
    """
    for path in folder.glob(".*-*"):
        kind, _, process = path.suffix.rpartition("-")
        if kind not in (".importing", ".replaced") or not process.isdigit() or files.runs(process):
            continue
        name = folder / path.name[1:].removesuffix(path.suffix)
        with contextlib.suppress(OSError):  # a home that cannot be written keeps its leftovers; they count as nothing
            if kind == ".replaced" and not name.exists():
                path.rename(name)
            else:
                shutil.rmtree(path)


def clear_parts(folder: Path) -> None:
    """Take away what killed runs left half-written in a pool's work folder, and parts whose whole is there."""
    for path in [*folder.rglob(".*.part"), *folder.rglob("*parts")]:
        process = path.name.split(".")[-2:-1]
        whole = path.with_name("scores.parquet") if path.name == "parts" else path.with_suffix(".parquet")
        with contextlib.suppress(OSError):
            if path.is_dir() and whole.exists():
                shutil.rmtree(path)
            elif path.suffix == ".part" and process and process[0].isdigit() and not files.runs(process[0]):
                path.unlink()
