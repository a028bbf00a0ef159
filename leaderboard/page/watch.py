"""The page is drawn again when another store has been published."""

import streamlit as st

from harness.errors import StoreError
from leaderboard.read import store
from leaderboard.read.store import Stamp

POLL_SECONDS = 20.0


def _look() -> None:
    """Look now and then whether another store was published, and draw the page again if so."""
    try:
        found: Stamp | None = store.stamp()
    except StoreError:
        found = None
    if st.session_state.setdefault("_drawn_from", found) != found:
        st.session_state["_drawn_from"] = found
        st.rerun()


watch = st.fragment(_look, run_every=POLL_SECONDS)
