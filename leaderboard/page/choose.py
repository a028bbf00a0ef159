"""The choices that views share, all of them kept in the address: which board, which N, which entries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from leaderboard.draw import palette, words
from leaderboard.draw.charts.style import Style, styled
from leaderboard.draw.palette import Colour
from leaderboard.page import address, messages
from leaderboard.page.address import NotHere
from leaderboard.read import boards, queries, ranking, store
from leaderboard.read.records import MIN_SCORED, Board, Curve, Entry, Key

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


# --------------------------------------------------------------------------------------- one widget of each kind


def select(
    label: str,
    options: Sequence[Any],
    key: str,
    default: Any = None,
    *,
    what: str = "",
    names: Callable[[Any], str] = str,
    instead: Sequence[tuple[str, Mapping[str, str]]] = (),
    **more: Any,
) -> Any:
    """One of some options, in a list that can be searched by typing.

    Args:
        label: Above it.
        options: As the address has them.
        key: Of the choice.
        default: By default the first.
        what: What one option is called, where a link asks for another.
        names: How an option reads.
        instead: Where such a link may lead.
        more: For the widget.

    Raises:
        NotHere: A link names none of them.
    """
    missing = address.one(key, options, options[0] if default is None else default)
    picked = st.selectbox(label, options, format_func=names, key=key, on_change=address.touched, **more)
    return _picked(key, picked, missing, what or label.lower(), instead)


def buttons(
    label: str, options: Sequence[Any], key: str, default: Any = None, *, names: Callable[[Any], str] = str, **more: Any
) -> Any:
    """One of a few options as a row of buttons, one of which is always pressed.

    Raises:
        NotHere: A link names none of them.
    """
    first = options[0] if default is None else default
    missing = address.one(key, options, first, first)
    picked = st.segmented_control(
        label, options, format_func=names, key=key, on_change=address.touched, required=True, **more
    )
    return _picked(key, picked, missing, label.lower())


def _picked(
    key: str, picked: Any, missing: str | None, what: str, instead: Sequence[tuple[str, Mapping[str, str]]] = ()
) -> Any:
    if missing is not None:
        raise NotHere(what, missing, instead)
    address.keep(key, picked)
    return picked


def many(label: str, options: Sequence[Any], key: str, default: Sequence[Any] = (), **more: Any) -> list[Any]:
    """Several of some options; what a link names and is not among them is said, and the rest is shown."""
    missing = address.several(key, options, default)
    picked = st.multiselect(label, options, key=key, on_change=address.touched, **more)
    return _several(key, picked, missing, label, default)


def pills(label: str, options: Sequence[Any], key: str, **more: Any) -> list[Any]:
    """Several of a few options as buttons; what a link names and is not among them is said."""
    missing = address.several(key, options, ())
    picked = st.pills(label, options, selection_mode="multi", key=key, on_change=address.touched, **more)
    return _several(key, picked, missing, label, ())


def _several(key: str, picked: list[Any], missing: list[str], label: str, default: Sequence[Any]) -> list[Any]:
    if missing:
        messages.missing(label, missing)
    if picked or default:
        address.keep(key, [*picked, *missing])
    return picked


def toggle(label: str, key: str, **more: Any) -> bool:
    """A switch, off by default."""
    address.plain(key, default=False)
    value = st.toggle(label, key=key, on_change=address.touched, **more)
    address.keep(key, value, default=False)
    return bool(value)


def text(label: str, key: str, **more: Any) -> str:
    """A line of text, empty by default."""
    address.plain(key, "")
    value = st.text_input(label, key=key, on_change=address.touched, **more)
    address.keep(key, value, default="")
    return str(value)


# ------------------------------------------------------------------------------------------------ board and N


def board() -> Board:
    """The board, chosen by task and then by pool, and N beside it; they stand above a view and survive its change.

    Raises:
        NotHere: A link names a board, or an N of it, that the store does not hold.
    """
    tasks = boards.by_task()
    if not tasks:
        messages.end("The store is empty. Measure something first: bonbench run --pool POOL --verifier VERIFIER")
    text = "".join(address.known("board")[:1])
    named = boards.named(text) if text else None
    if named is not None:
        address.rename("board", named.slug)
    shown = named or next(iter(tasks.values()))[0]
    state = st.session_state
    if address.moved() or state.get("_task") not in tasks:
        state["_task"] = shown.task
    with st.container(key="frame"):
        left, middle, right = st.columns([3, 5, 6], gap="medium", vertical_alignment="bottom")
    with left:
        st.selectbox(
            "Task", list(tasks), format_func=lambda t: words.task(tasks[t]), key="_task", on_change=address.touched
        )
    known = {b.slug: b for b in tasks[state["_task"]]}
    with middle:
        slug = select(
            "Pool of solutions",
            list(known),
            "board",
            what="board",
            names=lambda s: words.pool(known[s]),
            placeholder="Choose a pool",
            instead=_boards_instead(text),
        )
    chosen = known[slug]
    state["_n"] = _n(chosen, right)
    return chosen


def _boards_instead(text: str) -> list[tuple[str, Mapping[str, str]]]:
    """Boards that a link to an unknown one may have meant: of the same pool by name or digest, else of the task."""
    name, _, held = text.partition("~")
    digest, _, rest = held.partition("~")
    task = rest.rpartition("~")[2].rpartition("-")[0]
    near = [b for b in boards.boards() if b.pool == name or (digest and b.pool_digest.startswith(digest))]
    near += [b for b in boards.boards() if b.task == task and b not in near]
    return [(f"{b.title}: {words.pool(b)}; {b.protocol}, {b.grader}", {"board": b.slug}) for b in near[:4]]


def _n(chosen: Board, place: Any) -> int:
    ns = list(chosen.ns)
    last = ns[-1]
    text = "".join(address.asked("n")[:1])
    near = min(ns, key=lambda m: abs(m - int(text))) if text.isdecimal() else last
    missing = address.one("n", ns, last, near)
    if len(ns) > 1:
        place.select_slider("N, solutions to choose from", ns, key="n", on_change=address.touched)
    instead = [(f"N = {near} on this board", {"board": chosen.slug, "n": str(near)})]
    for other in boards.boards():
        if text.isdecimal() and int(text) in other.ns and other.task == chosen.task and len(instead) < 4:
            instead.append((f"N = {text} on {words.pool(other)}", {"board": other.slug, "n": text}))
    return int(_picked("n", st.session_state["n"], missing, "number of solutions N =", instead))


def n(chosen: Board) -> int:
    """The chosen N of the board that ``board`` gave."""
    value: int = st.session_state["_n"]
    return value if value in chosen.ns else chosen.ns[-1]


# ------------------------------------------------------------------------------------------------ how things look


def colours() -> dict[str, Colour]:
    """The colour of every verifier of the store."""
    return palette.assign(store.ask(queries.verifiers))


def theme() -> str:
    """``light`` or ``dark``, as the visitor's browser has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def style(found: Sequence[Entry], *, printed: bool = False) -> Style:
    """How these entries are drawn: on the visitor's background, or for a paper."""
    return styled(found, colours(), "light" if printed else theme(), printed=printed)


def file(board: Board, what: str, found: Sequence[Entry] = (), at: int | None = None) -> str:
    """The name of a file without its suffix: pool, what it is, N, and the rules of its verifiers."""
    own = dict.fromkeys(e.measure for e in found if e.competes)
    span = f"N-{board.ns[0]}-to-{board.ns[-1]}" if at is None else f"N-{at}"
    return words.file_name(board.task if board.members else board.pool, what, span, *own)


# ------------------------------------------------------------------------------------------------ rules and entries


def filters(found: Sequence[Entry]) -> tuple[str, Filters]:
    """The rule, and what the ranking shows of it."""
    names = rules(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rule = select("Rule", list(names), "rule", names=names.__getitem__, width=280)
        with st.popover("Filters", icon=":material/tune:"):
            chosen = many("Family", sorted({e.family for e in found if e.competes}), "family")
            sizes = many("Size", [*SIZES, NOT_KNOWN], "size")
            usual = 100 * MIN_SCORED
            address.plain("coverage", usual)
            least = st.slider(
                "Rank only what scored at least, % of the samples",
                0.0,
                100.0,
                step=0.5,
                key="coverage",
                on_change=address.touched,
            )
            address.keep("coverage", least, default=usual)
    return str(rule), Filters(tuple(chosen), tuple(sizes), float(least) / 100)


def rules(found: Sequence[Entry]) -> dict[str, str]:
    """What may stand on the board, by name: each verifier's own rule, any rule that these entries are under, or all."""
    known = sorted({e.described for e in found if e.competes}, key=lambda d: (d.position, d.measure))
    return OWN | {d.measure: f"{d.label}, every aggregation" for d in known} | ALL


def several(found: Sequence[Entry], curves: Mapping[Key, Curve], at: int, key: str = "entries") -> list[Entry]:
    """The entries to draw; first the best verifiers by their headline, majority and the ceiling."""
    by_label = {e.label: e for e in found}
    picked = many("Entries", list(by_label), key, [e.label for e in ranking.notable(found, curves, at)])
    return [by_label[label] for label in picked]


def pair(found: Sequence[Entry], curves: Mapping[Key, Curve], at: int) -> tuple[Entry, Entry]:
    """Two entries, A and B: by default the most accurate verifier at this N and majority vote."""
    by_label = {e.label: e for e in found}
    ordered = ranking.best(found, curves, at) or list(found)
    other = next((e for e in found if e.control == "majority"), ordered[-1])
    left, right = st.columns(2)
    with left:
        first = select("A", list(by_label), "a", ordered[0].label, what="entry")
    with right:
        second = select("B", list(by_label), "b", other.label, what="entry")
    return by_label[first], by_label[second]
