"""The entry: page settings and navigation, nothing else. Started by ``bonbench leaderboard``."""

import contextlib
from pathlib import Path

import streamlit as st

from harness.errors import BonbenchError
from leaderboard.page import address, messages, watch
from leaderboard.page.address import NotHere
from leaderboard.page.messages import Ended

HERE = Path(__file__).resolve().parent  # whatever script started this one
VIEWS = (  # file, title, address
    ("front", "Overview", ""),
    ("ranking", "Board", "board"),
    ("curves", "Accuracy vs N", "curves"),
    ("compare", "Compare", "compare"),
    ("problems", "Problems", "problems"),
    ("calibration", "Calibration", "calibration"),
    ("compute", "Compute", "compute"),
    ("ood", "Out of distribution", "ood"),
    ("training", "Training", "training"),
    ("method", "Data and method", "method"),
)
LINKED = (  # what other views lead to
    ("verifier", "Verifier", "verifier"),
    ("run", "Run", "run"),
)

st.set_page_config(page_title=messages.SITE, page_icon=str(HERE / "icon.svg"), layout="wide")
messages.style()
page = st.navigation(
    [
        st.Page(HERE / "page" / "views" / f"{name}.py", title=title, url_path=path, default=not path, visibility=shown)
        for views, shown in ((VIEWS, "visible"), (LINKED, "hidden"))
        for name, title, path in views
    ],
    position="top",
)
address.read()
try:
    with contextlib.suppress(Ended):
        page.run()
except NotHere as problem:
    messages.not_here(page.url_path, problem)
except BonbenchError as problem:
    messages.cannot_show(problem)
address.write()
watch.watch()
