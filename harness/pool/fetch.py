"""Get an upstream's files: pinned by commit, checked by size and SHA-256, resumed where they broke off."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from harness import digest
from harness.errors import BadInput
from harness.progress import Progress

GITHUB = "https://raw.githubusercontent.com"
_BLOCK = 1 << 18
_TIMEOUT = 60
_SHOWN = 5
_RESUMED = HTTPStatus.PARTIAL_CONTENT


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a repository at one commit.

    Attributes:
        path: In the repository.
        sha256: Of its bytes.
        size: In bytes.
    """

    path: str
    sha256: str
    size: int


def fetch(url: str, files: Sequence[Wanted], folder: Path, progress: Progress | None = None) -> int:
    """Put files into a folder under their own paths; what is there and whole is not fetched again.

    Args:
        url: What the paths follow, such as ``https://raw.githubusercontent.com/OWNER/NAME/COMMIT``.
        files: What is wanted.
        folder: Where they go.
        progress: Called with (bytes there, bytes in all).

    Returns:
        How many were fetched.

    Raises:
        BadInput: The server cannot be reached, does not have a file, breaks off, or has another one in its place.
    """
    total, done, fetched = sum(f.size for f in files), 0, 0
    for wanted in files:
        place = folder / wanted.path
        if not (place.is_file() and place.stat().st_size == wanted.size and digest.of_file(place) == wanted.sha256):
            _one(f"{url}/{quote(wanted.path)}", wanted, place, files, folder)
            fetched += 1
        done += wanted.size
        if progress:
            progress(done, total)
    return fetched


def _one(url: str, wanted: Wanted, place: Path, files: Sequence[Wanted], folder: Path) -> None:
    part = place.with_name(f"{place.name}.part")
    place.parent.mkdir(parents=True, exist_ok=True)
    there = part.stat().st_size if part.exists() else 0
    if there < wanted.size:
        _download(url, part, there, wanted, files, folder)
    size = part.stat().st_size
    if size < wanted.size:
        raise BadInput(
            f"{url} broke off after {size:,} of {wanted.size:,} bytes. What came is kept: the same command goes on "
            "there."
        )
    found = digest.of_file(part)
    if size > wanted.size or found != wanted.sha256:
        part.unlink()
        raise BadInput(
            f"{url} is another file than the one that was pinned: {size:,} bytes with SHA-256 {found[:16]}, expected "
            f"{wanted.size:,} with {wanted.sha256[:16]}. It was thrown away; run the command again, and if it is so "
            "again, the upstream or something on the way has changed it."
        )
    part.replace(place)


def _download(url: str, part: Path, there: int, wanted: Wanted, files: Sequence[Wanted], folder: Path) -> None:
    request = urllib.request.Request(url, headers={"Range": f"bytes={there}-"} if there else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  http and https alone are asked
            resumed = there and answer.status == _RESUMED
            with part.open("ab" if resumed else "wb") as file:
                left = wanted.size + 1 - (there if resumed else 0)
                while left > 0 and (block := answer.read(min(_BLOCK, left))):
                    file.write(block)
                    left -= len(block)
    except urllib.error.HTTPError as error:
        raise BadInput(
            f"{url} cannot be had: the server answers {error.code} {error.reason}. The file may have been moved or "
            f"taken down; if you have it (SHA-256 {wanted.sha256}), put it at {str(part.with_suffix(''))!r}."
        ) from error
    except (OSError, ValueError) as error:
        missing = [f for f in files if not (folder / f.path).is_file()]
        listed = "; ".join(str(folder / f.path) for f in missing[:_SHOWN])
        more = f"; and {len(missing) - _SHOWN} more, which --list prints" if len(missing) > _SHOWN else ""
        raise BadInput(
            f"{url} cannot be reached ({getattr(error, 'reason', error)}). Where the network is closed, bring these "
            f"files from elsewhere and run the command again: {listed}{more}."
        ) from error
