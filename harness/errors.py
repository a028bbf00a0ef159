"""Every error a user can meet, in one small tree.

    BonbenchError
    ├── UnknownName      a task, verifier, format, pool or run that nobody registered
    ├── BadInput         a file, option or value that is not what was expected
    ├── BadPool          a pool that is incomplete, altered, or belongs to another task
    ├── StoreError       a results database that is locked, too new, or not ours
    ├── VerifierError    a verifier that broke its contract (wrong number of scores, ...)
    └── MissingExtra     an optional package that is not installed

A message is one or two sentences: what was found, what was expected, what to do next. The command line prints it
alone, without a traceback, and exits with status 2.
"""

from collections.abc import Iterable


class BonbenchError(Exception):
    """The root of the tree; catch it to catch every error bonbench raises on purpose."""


class UnknownName(BonbenchError):
    """A name that is not registered. The message lists the nearest names.

    Args:
        what: The kind of thing asked for: ``task``, ``verifier``, ``pool``, ...
        name: The name as it was given.
        known: Every name that would have been accepted.
        hint: What else would have been accepted, as a full sentence.
    """

    def __init__(self, what: str, name: str, known: Iterable[str], hint: str = "") -> None:
        import difflib

        everything = sorted(known)
        near = difflib.get_close_matches(name, everything, n=3, cutoff=0.5)
        message = f"No {what} is called {name!r}."
        if near:
            message += " Did you mean " + " or ".join(repr(n) for n in near) + "?"
        elif everything:
            shown = ", ".join(everything[:12]) + (", ..." if len(everything) > 12 else "")
            message += f" Known: {shown}."
        else:
            message += f" There is no {what}."
        super().__init__(f"{message} {hint}".rstrip())


class BadInput(BonbenchError):
    """A file, option or value that is not what was expected."""


class BadPool(BonbenchError):
    """A pool that is incomplete, altered, or belongs to another task."""


class StoreError(BonbenchError):
    """A results database that is locked, too new, or not ours."""


class VerifierError(BonbenchError):
    """A verifier that broke its contract."""


class MissingExtra(BonbenchError):
    """An optional package that is not installed.

    Args:
        package: The package that could not be imported.
        extra: The extra of this distribution that brings it.
        purpose: What it is needed for, completing "... is needed to".
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(f"The package {package!r} is needed to {purpose}: pip install 'bonbench[{extra}]'.")
