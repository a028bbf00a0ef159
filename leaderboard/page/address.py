"""The whole state of a page stands in its address, as text: what a link says is shown, or said not to be here.

Each choice has a key. At the start of a script run ``read`` takes over what the browser's address says, unless the page
wrote that itself; a choice is prepared before its widget is made, kept after it, and ``write`` puts all that were kept
into the address. Choices of other views are remembered and do not stand in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from harness.errors import BonbenchError

Texts = dict[str, list[str]]

_KNOWN, _ASKED, _WRITTEN, _USED = "_known", "_asked", "_written", "_used"
_MOVED, _TOUCHED = "_moved", "_touched"


class NotHere(BonbenchError):
    """What a link names and the store does not hold.

    Args:
        what: The kind of thing: ``board``, ``N``, ``problem``, ...
        name: As the link has it.
        instead: What is nearest: what it is, and the choices that lead there.
    """

    def __init__(self, what: str, name: str, instead: Sequence[tuple[str, Mapping[str, str]]] = ()) -> None:
        self.what, self.name, self.instead = what, name, tuple(instead)
        super().__init__(f"This link asks for the {what} {name!r}, which is not here.")


def read() -> None:
    """Take over the browser's address, where a link or the way back leads to another than the page wrote."""
    state = st.session_state
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    first = _KNOWN not in state
    moved = not state.pop(_TOUCHED, False) and now != state.get(_WRITTEN)
    if first or (moved and now):
        state[_KNOWN], state[_ASKED] = dict(now), dict(now)
    elif now != state.get(_WRITTEN):  # another view was opened, or a choice was made
        state[_ASKED] = {}
    state[_MOVED] = first or moved
    state[_USED] = {}


def write() -> None:
    """Put every choice that this run kept into the address."""
    used: Texts = st.session_state[_USED]
    st.session_state[_WRITTEN] = used
    if used != {key: st.query_params.get_all(key) for key in st.query_params}:
        st.query_params.from_dict(used)


def leave() -> None:
    """Leave the address as the link has it: what it names is not here."""
    st.session_state[_WRITTEN] = {key: st.query_params.get_all(key) for key in st.query_params}


def touched() -> None:
    """A visitor has chosen something: what the link asked for is history."""
    st.session_state[_TOUCHED] = True
    st.session_state[_ASKED] = {}


def known(key: str) -> list[str]:
    """What the address, or an earlier view, says of a choice."""
    found: list[str] = st.session_state[_KNOWN].get(key, [])
    return found


def asked(key: str) -> list[str]:
    """What a link says of a choice that nobody has changed since."""
    found: list[str] = st.session_state[_ASKED].get(key, [])
    return found


def moved() -> bool:
    """Whether this run shows another address than the one before."""
    return bool(st.session_state[_MOVED])


def rename(key: str, text: str) -> None:
    """Give a choice its proper name, where a link has another one for it."""
    for place in (_KNOWN, _ASKED):
        if key in st.session_state[place]:
            st.session_state[place][key] = [text]


def one(key: str, options: Sequence[Any], default: Any, empty: Any = None) -> str | None:
    """Set a choice of one before its widget is made; returns what a link names and is not among the options.

    Args:
        key: Of the choice and its widget.
        options: As the widget has them; their text stands in the address.
        default: Where nothing is said, or what is said belongs to another board.
        empty: What the widget shows where a link names what is not here.
    """
    state = st.session_state
    by_text = {str(option): option for option in options}
    wanted = known(key)[:1]
    if wanted and wanted[0] not in by_text and asked(key):
        state[key] = empty
        return wanted[0]
    if state[_MOVED] or key not in state or state[key] not in options:
        state[key] = by_text.get(wanted[0], default) if wanted else default
    else:
        state[key] = state[key]  # another view's widget of this key may be of another kind
    return None


def several(key: str, options: Sequence[Any], default: Sequence[Any]) -> list[str]:
    """Set a choice of several before its widget is made; returns what a link names and is not among the options."""
    state = st.session_state
    by_text = {str(option): option for option in options}
    wanted = known(key)
    missing = [text for text in asked(key) if text and text not in by_text]
    here = [by_text[text] for text in wanted if text in by_text]
    if state[_MOVED] or key not in state or any(value not in options for value in state[key]):
        state[key] = here if here or wanted == [""] else list(default)
    else:
        state[key] = state[key]
    return missing


def plain(key: str, default: Any) -> None:
    """Set a switch, a number or a text before its widget is made; what cannot be read as one is the default."""
    state = st.session_state
    if not (state[_MOVED] or key not in state):
        return
    wanted = known(key)[:1]
    state[key] = default
    if wanted and isinstance(default, bool):
        state[key] = wanted[0] == "true"
    elif wanted and isinstance(default, float):
        try:
            state[key] = float(wanted[0])
        except ValueError:
            state[key] = default
    elif wanted:
        state[key] = wanted[0]


def keep(key: str, value: Any, *, default: Any = None) -> None:
    """Let a choice stand in the address, unless it is the default of a switch, a number or a text.

    Args:
        key: Of the choice.
        value: One, or several in a list; an empty list stands as an empty text.
        default: What need not be said.
    """
    texts = [str(v) for v in value] or [""] if isinstance(value, list | tuple) else [text_of(value)]
    st.session_state[_KNOWN][key] = texts
    if value is None or (default is not None and value == default):
        st.session_state[_KNOWN].pop(key)
    else:
        st.session_state[_USED][key] = texts


def put(key: str, value: Any) -> None:
    """Choose something from a button: before the run in which its widget is made."""
    touched()
    st.session_state[key] = value


def text_of(value: Any) -> str:
    """A choice as it stands in an address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def link(view: str, **choices: Any) -> str:
    """The address of a view with these choices, a path of this site."""
    return f"./{view}?" + urlencode({k: v for k, v in choices.items() if v not in (None, "")}, doseq=True)
