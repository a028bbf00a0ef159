"""The entry: page settings and navigation, nothing else."""

import contextlib
from pathlib import Path

import streamlit as st

from harness.errors import BonbenchError
from leaderboard.page import address, messages, watch
from leaderboard.page.address import NotHere
from leaderboard.page.messages import Ended

HERE = Path(__file__).resolve().parent  # whatever script started this one
VIEWS = {  # a file of page/views, which is also its address, and its title; the first is where one lands
    "front": "Overview",
    "board": "Board",
    "curves": "Accuracy vs N",
    "compare": "Compare",
    "problems": "Problems",
    "calibration": "Calibration",
    "steps": "Steps",
    "compute": "Compute",
    "ood": "Out of distribution",
    "training": "Training",
    "method": "Data and method",
}
LINKED = {"verifier": "Verifier", "run": "Run"}  # what other views lead to

st.set_page_config(page_title=messages.SITE, page_icon=str(HERE / "icon.svg"), layout="wide")
messages.style()
page = st.navigation(
    [
        st.Page(
            HERE / "page" / "views" / f"{name}.py",
            title=title,
            default=name == next(iter(VIEWS)),
            visibility="visible" if name in VIEWS else "hidden",
        )
        for name, title in (VIEWS | LINKED).items()
    ],
    position="top",
)
address.read()
try:
    with contextlib.suppress(Ended):
        page.run()
    address.write()
except NotHere as problem:
    address.leave()
    messages.not_here(page.url_path, problem)
except BonbenchError as problem:
    messages.cannot_show(problem)
watch.watch()
