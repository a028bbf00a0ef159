"""One colour per verifier, the same in every view, told apart by colour-blind readers, in light and in dark.

The eight hues were searched for: to readers with full colour vision, protanopia or deuteranopia any two of them are at
least 20 apart (CIE76), on paper as on the dark ground; tests/leaderboard/test_palette.py holds them to it. Controls are
neutral and differ by dash. Where there are more verifiers than hues, the hues repeat with another dash.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leaderboard.read.records import Entry


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour on paper and on dark ground."""

    light: str
    dark: str

    def of(self, theme: str) -> str:
        """The one for ``light`` or ``dark``."""
        return self.dark if theme == "dark" else self.light

    @property
    def css(self) -> str:
        """The one that fits the page it is on."""
        return f"light-dark({self.light},{self.dark})"


HUES = (
    Colour("#027ecb", "#25c0fc"),
    Colour("#802904", "#fba87b"),
    Colour("#09825b", "#86f1c1"),
    Colour("#7b075a", "#dd8ab2"),
    Colour("#91770e", "#a2893c"),
    Colour("#2e2e81", "#ab78bf"),
    Colour("#018692", "#12e1ec"),
    Colour("#760525", "#d46c76"),
)
CONTROL = {
    "majority": Colour("#3d3a36", "#e2dfd9"),
    "oracle": Colour("#77726a", "#a09a90"),
    "random": Colour("#8b867d", "#8b867d"),
    "length": Colour("#8b867d", "#8b867d"),
}
CONTROL_DASH = {"majority": (1, 0), "oracle": (6, 4), "random": (2, 3), "length": (7, 3, 2, 3)}
OTHER, OTHER_DASH = Colour("#8b867d", "#8b867d"), (4, 2)  # of whatever else is no verifier
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (1, 4))


def assign(verifiers: Iterable[str]) -> dict[str, Colour]:
    """Verifier name -> colour, in the order in which they first appeared, so that a new one moves no other."""
    return {name: HUES[i % len(HUES)] for i, name in enumerate(verifiers)}


def colour(entry: Entry, assigned: Mapping[str, Colour]) -> Colour:
    """The colour of an entry."""
    return assigned.get(entry.verifier, HUES[0]) if entry.competes else CONTROL.get(entry.control, OTHER)


def dashes(entries: Iterable[Entry], assigned: Mapping[str, Colour]) -> dict[str, tuple[int, ...]]:
    """Entry label -> dash, so that entries of the same colour differ."""
    used: dict[str, int] = {}
    out: dict[str, tuple[int, ...]] = {}
    for entry in entries:
        if not entry.competes:
            out[entry.label] = CONTROL_DASH.get(entry.control, OTHER_DASH)
        else:
            light = colour(entry, assigned).light
            out[entry.label] = DASHES[used.get(light, 0) % len(DASHES)]
            used[light] = used.get(light, 0) + 1
    return out
