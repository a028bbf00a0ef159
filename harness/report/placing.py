"""A folder that bonbench wrote: the list of what is its own in it, and how a new one takes the old one's place.

    .bonbench-published.json     every file that was written, with its bytes and SHA-256; nothing else is ever touched
    .bonbench-new-PID/           what is being written: killed here, the folder is as it was
    .bonbench-ready/             complete and being moved: killed here, ``app.py`` says so, and the next publish goes on

A folder that is not there yet is written beside its place and appears as a whole.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from harness import digest, files
from harness.errors import BadInput

MARKER = ".bonbench-published.json"
READY = ".bonbench-ready"
_NEW = ".bonbench-new-"
_BESIDE = frozenset({".git", ".gitattributes", ".gitignore"})  # of a checkout; never ours, never in the way

Listed = Mapping[str, Mapping[str, Any]]


@contextmanager
def folder(target: Path, *, replace: bool) -> Iterator[Path]:
    """An empty folder to write into; what was written there stands at ``target`` afterwards, or nothing changed.

    Args:
        target: Where it will stand.
        replace: Whether what bonbench wrote there before may be replaced.

    Raises:
        BadInput: The folder is not to be replaced, or holds what bonbench did not write.
    """
    fresh = not target.exists()
    _check(target, replace=replace)
    work = target.with_name(f".{target.name}.publishing-{os.getpid()}") if fresh else target / f"{_NEW}{os.getpid()}"
    for left in work.parent.glob(f".{target.name}.publishing-*" if fresh else f"{_NEW}*"):
        process = left.name.rpartition("-")[2]
        if process == str(os.getpid()) or not files.runs(process):
            shutil.rmtree(left)
    work.mkdir(parents=True)
    try:
        yield work
        listed = _list(work)
        if fresh:
            work.rename(target)
            return
        _check_places(target, listed)
        work.rename(target / READY)
        _move(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check(target: Path, *, replace: bool) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise BadInput(f"{str(target)!r} is not a folder; name a folder to publish into.")
    others = sorted(p.name for p in target.iterdir() if p.name not in _BESIDE and not p.name.startswith(_NEW))
    if not others:
        return
    ours = (target / MARKER).is_file() or (target / READY).is_dir()
    if not ours and replace:
        raise BadInput(
            f"The folder {str(target)!r} holds something else than a published leaderboard, such as {others[0]!r}: "
            f"only a folder with the list {MARKER} of what bonbench wrote is replaced. Choose another."
        )
    if not replace:
        raise BadInput(
            f"The folder {str(target)!r} is not empty. Choose another" + (", or pass --replace." if ours else ".")
        )
    if (target / READY).is_dir():  # a publication was killed while its files were moved
        _move(target)


def _list(work: Path) -> Listed:
    """Writes the list of the files in a folder, each of which is on disk by then."""
    found = {}
    for path in sorted(p for p in work.rglob("*") if p.is_file()):
        files.settle(path)
        found[path.relative_to(work).as_posix()] = {"bytes": path.stat().st_size, "sha256": digest.of_file(path)}
    files.write_json({"files": found}, work / MARKER)
    return found


def _read(path: Path) -> Listed:
    """The list in a marker. It may be a stranger's, so it may only name files inside its folder.

    Raises:
        BadInput: It is damaged, or names others.
    """
    value = files.read_json(path, "Take the folder away and publish again.")
    listed = value.get("files") if isinstance(value, dict) else None
    good = isinstance(listed, dict) and all(
        isinstance(entry, dict)
        and not PurePosixPath(name).is_absolute()
        and not {"..", ".git"} & set(PurePosixPath(name).parts)
        for name, entry in listed.items()
    )
    if not isinstance(listed, dict) or not good:
        raise BadInput(f"{str(path)!r} is no list of files in its own folder. Take the folder away and publish again.")
    return listed


def _check_places(target: Path, new: Listed) -> None:
    """Nothing may stand where a file goes that bonbench did not write there, and no link may lead out of the folder."""
    old = _read(target / MARKER) if (target / MARKER).is_file() else {}
    for name in new:
        path = target / name
        links = [p for p in (path, *path.parents) if p != target and p.is_relative_to(target) and p.is_symlink()]
        if links or (name not in old and os.path.lexists(path)) or (path.is_dir()):
            raise BadInput(
                f"{str(links[-1] if links else path)!r} stands where the board would be written, and bonbench did not "
                "write it. Move it away, or choose another folder. Nothing was changed."
            )


def _move(target: Path) -> None:
    """Puts the files of a complete publication in place; given again after a kill, it goes on.

    Raises:
        BadInput: One cannot be moved.
    """
    ready = target / READY
    try:
        if (ready / MARKER).is_file():
            new = _read(ready / MARKER)
            old = _read(target / MARKER) if (target / MARKER).is_file() else {}
            _take_away(target, {name: entry for name, entry in old.items() if name not in new})
            for name in new:
                if (ready / name).is_file():
                    (target / name).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(ready / name, target / name)
            os.replace(ready / MARKER, target / MARKER)
        shutil.rmtree(ready)
    except OSError as error:
        raise BadInput(
            f"The new board stands in {str(ready)!r} and could not be moved into place ({files.reason(error)}). Mend "
            "that and give the same command again with --replace: it goes on from here."
        ) from error


def _take_away(target: Path, listed: Listed) -> None:
    """Files of the old board that the new one does not have, where they are still what was written."""
    for name, entry in listed.items():
        path = target / name
        outside = any(p.is_symlink() for p in (path, *path.parents) if p != target and p.is_relative_to(target))
        if outside or not path.is_file() or path.stat().st_size != entry.get("bytes"):
            continue
        if digest.of_file(path) == entry.get("sha256"):
            path.unlink()
            for parent in path.relative_to(target).parents[:-1]:
                with contextlib.suppress(OSError):  # not empty: somebody's else, or of the new board
                    (target / parent).rmdir()
