"""The choices that all views share, kept in the address: which board, which N, which entries."""

from collections.abc import Sequence

import streamlit as st

from leaderboard import charts, data, palette, queries, ranking
from leaderboard.palette import Colour
from leaderboard.queries import Board, Curve, Entry
from leaderboard.ranking import Key

RULES = {
    "headline": "each verifier's own",
    "best-of-n": "best-of-N, every aggregation",
    "weighted-vote": "weighted vote",
    "all": "all rules and aggregations",
}
_SHOWN = 4


def frame() -> None:
    """The board and N, above every view; they survive the change of view and stand in the address."""
    boards = data.ask(queries.boards)
    if not boards:
        return
    names = [b.name for b in boards]
    _forget_unless("board", names)
    left, right = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    name = left.selectbox("Task and pool", names, key="board", bind="query-params")
    chosen = boards[names.index(name)]
    ns = list(chosen.ns)
    _forget_unless("n", ns)
    if len(ns) > 1:
        right.select_slider("N, solutions to choose from", ns, value=ns[-1], key="n", bind="query-params")


def _forget_unless(key: str, options: Sequence[object]) -> None:
    """A value that another board left behind would not be an option of this one."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def board() -> Board:
    """The chosen board; where the store has none, a friendly page and the end of the script."""
    boards = data.ask(queries.boards)
    if not boards:
        st.info("The store is empty. Measure something first: `bestofn run --pool POOL --verifier VERIFIER`.")
        st.stop()
    name = st.session_state.get("board")
    return next((b for b in boards if b.name == name), boards[0])


def n(chosen: Board) -> int:
    """The chosen N."""
    value = st.session_state.get("n")
    return value if value in chosen.ns else chosen.ns[-1]


def colours() -> dict[str, Colour]:
    """The colour of every verifier of the store."""
    return palette.assign(data.ask(queries.verifiers))


def theme() -> str:
    """``light`` or ``dark``, as the visitor's browser has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def rule(key: str = "rule") -> str:
    """Which rules and aggregations stand on the board."""
    return str(st.selectbox("Rule", list(RULES), format_func=_rule_name, key=key, bind="query-params"))


def _rule_name(name: str) -> str:
    return RULES[name]


def overall(chosen: Board) -> dict[Key, Curve]:
    """The curves of a board over all its problems."""
    return data.ask(queries.curves, chosen).get("all", {})


def entries(found: Sequence[Entry], curves: dict[Key, Curve], at: int) -> list[str]:
    """The entries to draw, by label, in the order of the board."""
    options = [e.label for e in found]
    _forget_unless_all("entries", options)
    picked = st.multiselect("Entries", options, _first(found, curves, at), key="entries", bind="query-params")
    return list(picked)


def _forget_unless_all(key: str, options: Sequence[object]) -> None:
    if any(value not in options for value in st.session_state.get(key, ())):
        del st.session_state[key]


def style(found: Sequence[Entry]) -> charts.Style:
    """How these entries are drawn, on the visitor's background."""
    assigned = colours()
    return charts.Style(
        {e.label: palette.colour(e, assigned) for e in found},
        palette.dashes(found, assigned),
        frozenset(e.label for e in found if e.control),
        theme(),
    )


def _first(entries: Sequence[Entry], curves: dict[Key, Curve], at: int) -> list[str]:
    """The labels that a chart shows before anyone chooses: the controls, and the best verifiers by their headline."""
    controls = [e.label for e in entries if e.control in ("oracle", "majority")]
    verifiers = [e for e in ranking.chosen(entries, "headline") if not e.control and e.key in curves]

    def value(entry: Entry) -> float:
        curve = curves[entry.key]
        place = curve.at(at)
        return -1.0 if place is None else float(curve.value[place])

    best = sorted(verifiers, key=value, reverse=True)[:_SHOWN]
    return [e.label for e in best] + controls
