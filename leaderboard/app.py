"""The entry: page settings and navigation, nothing else. Started by ``bestofn leaderboard``."""

import streamlit as st

from harness.errors import BestOfNError
from leaderboard import choose, messages

st.set_page_config(page_title="bestofn", page_icon=":material/leaderboard:", layout="wide")
messages.style()
page = st.navigation(
    [
        st.Page("views/ranking.py", title="Leaderboard", default=True),
        st.Page("views/curves.py", title="Accuracy vs N", url_path="curves"),
    ],
    position="top",
)
try:
    choose.frame()
    page.run()
except BestOfNError as problem:
    messages.cannot_show(problem)
