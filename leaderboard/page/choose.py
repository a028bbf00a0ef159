"""The choices that views share, kept in the address: which board, which N, which entries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from leaderboard.draw import palette
from leaderboard.draw.charts.style import Style, styled
from leaderboard.draw.palette import Colour
from leaderboard.page import messages
from leaderboard.read import boards, queries, ranking, store
from leaderboard.read.records import Board, Curve, Entry, Key

OWN, ALL = {"headline": "each verifier's own"}, {"all": "all rules and aggregations"}
SIZES: dict[str, tuple[float, float]] = {
    "under 1B": (0.0, 1e9),
    "1B to 5B": (1e9, 5e9),
    "5B to 15B": (5e9, 15e9),
    "15B and more": (15e9, float("inf")),
}
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the ranking shows: families and sizes hide lines; the coverage decides which entries have a rank."""

    families: tuple[str, ...]
    sizes: tuple[str, ...]
    min_scored: float

    def shows(self, entry: Entry) -> bool:
        """Whether the entry's line is shown; controls always are."""
        if not entry.competes:
            return True
        size = next(
            (name for name, (low, high) in SIZES.items() if low <= (entry.parameters or -1.0) < high), NOT_KNOWN
        )
        return (not self.families or entry.family in self.families) and (not self.sizes or size in self.sizes)


def frame() -> None:
    """The board and N, above every view; they survive the change of view and stand in the address."""
    known = boards.boards()
    if not known:
        return
    names = [b.name for b in known]
    forget_unless("board", names)
    with st.container(key="frame"):
        left, right = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    name = left.selectbox("Task and pool", names, key="board", bind="query-params")
    ns = list(known[names.index(name)].ns)
    forget_unless("n", ns)
    if len(ns) > 1:
        right.select_slider("N, solutions to choose from", ns, value=ns[-1], key="n", bind="query-params")


def forget_unless(key: str, options: Sequence[object]) -> None:
    """Forget a value that another board left behind and that is not an option of this one."""
    value = st.session_state.get(key)
    values = value if isinstance(value, list | tuple) else (value,)
    if key in st.session_state and any(v not in options for v in values if v is not None):
        del st.session_state[key]


def board() -> Board:
    """The chosen board; where the store has none, a friendly page and the end of the script."""
    known = boards.boards()
    if not known:
        messages.end("The store is empty. Measure something first: bonbench run --pool POOL --verifier VERIFIER")
    name = st.session_state.get("board")
    return next((b for b in known if b.name == name), known[0])


def n(chosen: Board) -> int:
    """The chosen N."""
    value = st.session_state.get("n")
    return value if value in chosen.ns else chosen.ns[-1]


def colours() -> dict[str, Colour]:
    """The colour of every verifier of the store."""
    return palette.assign(store.ask(queries.verifiers))


def theme() -> str:
    """``light`` or ``dark``, as the visitor's browser has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def style(found: Sequence[Entry], ground: str = "") -> Style:
    """How these entries are drawn: on the visitor's background, or on ``light`` or ``dark``."""
    return styled(found, colours(), ground or theme())


def filters(found: Sequence[Entry]) -> tuple[str, Filters]:
    """The rule, and what the ranking shows of it."""
    names = rules(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rule = st.selectbox(
            "Rule", list(names), format_func=names.__getitem__, key="rule", bind="query-params", width=280
        )
        with st.popover("Filters", icon=":material/tune:"):
            families = sorted({e.family for e in found if e.competes})
            forget_unless("family", families)
            chosen = st.multiselect("Family", families, key="family", bind="query-params")
            sizes = st.multiselect("Size", [*SIZES, NOT_KNOWN], key="size", bind="query-params")
            least = st.slider(
                "Rank only what scored at least, % of the samples",
                0.0,
                100.0,
                100 * ranking.MIN_SCORED,
                0.5,
                key="coverage",
                bind="query-params",
            )
    return str(rule), Filters(tuple(chosen), tuple(sizes), float(least) / 100)


def rules(found: Sequence[Entry]) -> dict[str, str]:
    """What may stand on the board, by name: each verifier's own rule, any rule that these entries are under, or all."""
    known = sorted({e.described for e in found if e.competes}, key=lambda d: (d.position, d.measure))
    return OWN | {d.measure: f"{d.label}, every aggregation" for d in known} | ALL


def several(found: Sequence[Entry], curves: Mapping[Key, Curve], at: int, key: str = "entries") -> list[Entry]:
    """The entries to draw; first the best verifiers by their headline, majority and the ceiling."""
    options = [e.label for e in found]
    forget_unless(key, options)
    picked = st.multiselect(
        "Entries", options, [e.label for e in ranking.notable(found, curves, at)], key=key, bind="query-params"
    )
    return [e for label in picked for e in found if e.label == label]


def pair(found: Sequence[Entry], curves: Mapping[Key, Curve], at: int) -> tuple[Entry, Entry]:
    """Two entries, A and B: by default the most accurate verifier at this N and majority vote."""
    options = [e.label for e in found]
    ordered = ranking.best(found, curves, at) or list(found)
    other = next((e for e in found if e.control == "majority"), ordered[-1])
    for key in ("a", "b"):
        forget_unless(key, options)
    left, right = st.columns(2)
    first = left.selectbox("A", options, options.index(ordered[0].label), key="a", bind="query-params")
    second = right.selectbox("B", options, options.index(other.label), key="b", bind="query-params")
    by_label = {e.label: e for e in found}
    return by_label[first], by_label[second]


def one(label: str, options: Sequence[Any], key: str, name: Callable[[Any], str] = str, **more: Any) -> Any:
    """One of some options, by name, as a row of buttons that always has one pressed."""
    forget_unless(key, [name(o) for o in options])
    names = {name(o): o for o in options}
    more.setdefault("default", next(iter(names)))
    picked = st.segmented_control(label, list(names), key=key, bind="query-params", required=True, **more)
    return names[picked or more["default"]]
