"""The command ``bonbench``, and a look at who else here has packages of the names of ours.

Our five packages have the names of other people's distributions; this one has not. So the command starts here, and each
of the five begins with ``bonbench.check()``: whichever of them is imported, a stranger in the place of another is named
in one sentence instead of failing somewhere later.
"""

import importlib.util
import sys
from functools import cache
from pathlib import Path

NAMES = ("harness", "tasks", "verifiers", "leaderboard", "experiments")
ROOT = Path(__file__).resolve().parents[1]
_SIGN = b"bonbench.check()"  # what every one of ours begins with
_AGAIN = "pip install --force-reinstall --no-deps bonbench"


class Shadowed(ImportError):
    """Another package stands where one of ours should."""


@cache
def check() -> None:
    """Make sure that our packages are the ones that Python finds; none is imported for it.

    Only those that stand beside this one are looked for: a published board has no others.

    Raises:
        Shadowed: A package of one of our names comes first, or was installed over ours.
    """
    for name in NAMES:
        own = ROOT / name / "__init__.py"
        if not own.parent.is_dir():
            continue
        spec = importlib.util.find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found != own:
            raise Shadowed(_sentence(name, found, own))
        if _SIGN not in own.read_bytes():
            owner = _owner(name, own)
            raise Shadowed(
                f"{str(own)!r} was written over by {owner or 'another distribution'!r}, which has a package of "
                f"that name too. Uninstall it (pip uninstall {owner or name}) and run {_AGAIN!r}, or give bonbench "
                "an environment of its own."
            )


def _sentence(name: str, found: Path | None, own: Path) -> str:
    if found is None:
        return (
            f"The package {name!r} has lost its {str(own)!r}, as when another package of that name is uninstalled. "
            f"Run {_AGAIN!r}."
        )
    owner = _owner(name, found)
    installed = owner or {"site-packages", "dist-packages"} & {*found.parts}
    away = (
        f"Uninstall it (pip uninstall {owner or name})"
        if installed
        else "Rename it, or take its folder off Python's path"
    )
    return (
        f"The package {name!r} that Python finds is {str(found)!r}, not bonbench's own {str(own)!r}. {away}, or give "
        "bonbench an environment of its own."
    )


def _owner(name: str, file: Path) -> str:
    """The distribution, other than ours, that brought the file of a package; "" where none says so."""
    from importlib.metadata import distributions  # a tenth of the time of --help

    record = f"{name}/{file.name}" if file.name == "__init__.py" else file.name
    for found in distributions():
        listed = f"\n{record}," in f"\n{found.read_text('RECORD') or ''}"
        if listed and found.name != "bonbench" and Path(str(found.locate_file(record))).resolve() == file:
            return found.name
    return ""


def main() -> None:
    """The command line; who stands in our place is said in one line, with exit status 2."""
    try:
        check()
    except Shadowed as error:
        print(f"bonbench: {error}", file=sys.stderr)
        sys.exit(2)
    from harness import cli

    cli.main()
