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
        st.Page("views/ood.py", title="Out of distribution", url_path="ood"),
        st.Page("views/compare.py", title="Compare", url_path="compare"),
        st.Page("views/problems.py", title="Problems", url_path="problems"),
        st.Page("views/calibration.py", title="Calibration", url_path="calibration"),
        st.Page("views/compute.py", title="Compute", url_path="compute"),
        st.Page("views/method.py", title="Data and method", url_path="method"),
    ],
    position="top",
)
try:
    choose.frame()
    page.run()
except BestOfNError as problem:
    messages.cannot_show(problem)
