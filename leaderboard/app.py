"""The entry: page settings and navigation, nothing else. Started by ``bonbench leaderboard``."""

from pathlib import Path

import streamlit as st

from harness.errors import BonbenchError
from leaderboard.page import choose, messages, watch

HERE = Path(__file__).resolve().parent  # whatever script started this one
VIEWS = HERE / "page" / "views"

st.set_page_config(page_title="bonbench", page_icon=str(HERE / "icon.svg"), layout="wide")
messages.style()
page = st.navigation(
    [
        st.Page(VIEWS / "ranking.py", title="Leaderboard", default=True),
        st.Page(VIEWS / "curves.py", title="Accuracy vs N", url_path="curves"),
        st.Page(VIEWS / "ood.py", title="Out of distribution", url_path="ood"),
        st.Page(VIEWS / "compare.py", title="Compare", url_path="compare"),
        st.Page(VIEWS / "problems.py", title="Problems", url_path="problems"),
        st.Page(VIEWS / "calibration.py", title="Calibration", url_path="calibration"),
        st.Page(VIEWS / "compute.py", title="Compute", url_path="compute"),
        st.Page(VIEWS / "method.py", title="Data and method", url_path="method"),
    ],
    position="top",
)
try:
    choose.frame()
    page.run()
except BonbenchError as problem:
    messages.cannot_show(problem)
watch.watch()
