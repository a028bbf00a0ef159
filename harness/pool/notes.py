"""What a reader of a pool's numbers should know of how its samples came in, as sentences."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from harness.pool.intake import Intake
from harness.wording import counted

_TIMES = {2: "twice", 3: "three times", 5: "five times"}


def notes(intake: Intake, copies: Collection[int], slots: int | None, origin: Mapping[str, Any]) -> Iterator[str]:
    """The sentences.

    Args:
        intake: What the first pass over the source found.
        copies: How often the samples of every problem stand there over again, where they do.
        slots: M.
        origin: The manifest's, with the files and their SHA-256.
    """
    if copies:
        times = _TIMES[max(copies)]
        of = "" if slots is None else f" M = {slots:,} counts each of them so often."
        yield (
            f"The samples of every problem stand there {times}, in the same order, as if a source were in it {times}."
            f"{of} If so, import it once."
        )
    for name, other in _same_content(origin.get("sources", ())):
        yield f"The files {name} and {other} have the same content: its samples count twice."
    for name, known in sorted(intake.ranges.items()):
        note = known.note(name)
        if note:
            yield note
    matcher = intake.matcher
    if matcher.reused:
        yield (
            f"{counted(matcher.reused, 'text')} came under an id that another text had before: "
            f"{'it is a problem of its own' if matcher.reused == 1 else 'they are problems of their own'}, called "
            "problem-NUMBER."
        )
    if matcher.aliases:
        yield (
            f"{counted(matcher.aliases, 'id')} came with a text that stood there under another id: the samples of both "
            "are samples of one problem."
        )


def _same_content(sources: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Pairs of named files that hold the same bytes."""
    first: dict[str, str] = {}
    for source in sources:
        if "sha256" in source:
            if source["sha256"] in first:
                yield first[source["sha256"]], source["file"]
            first.setdefault(source["sha256"], source["file"])
