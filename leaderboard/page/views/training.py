"""Trainings with a verifier as the reward: does what it pays for go on meaning what it should?"""

import streamlit as st

from leaderboard.draw.charts import training as charts
from leaderboard.page import choose, downloads, messages
from leaderboard.read import training

MOST = 5  # trainings that are drawn unless others are chosen

messages.title(
    "Trained on a verifier",
    "A policy that is paid by a verifier finds what the verifier overlooks. Where the true reward falls while the one "
    "that is paid rises, the verifier has been hacked.",
)
names = training.names()
if not names:
    messages.end("No training is here yet. Read the log of one: bonbench telemetry add trainer_state.json --name NAME")
chosen = choose.many("Trainings", names, "training", names[:MOST])
if not chosen:
    messages.end("Choose a training.")
found = training.trainings(chosen)
rows, turns = training.rows(found), training.turns(found)
marks = {name: at.step for name, at in turns.items() if at is not None}
messages.chart(charts.rewards(rows, marks, training.REWARDS, choose.theme()))
downloads.offer("training", rows, lambda: charts.rewards(rows, marks, training.REWARDS, "light"))
for name, at in turns.items():
    if at is None:
        st.caption(f"{messages.plain(name)}: no turn; the truth does not fall, or the reward does not rise.")
    else:
        apart = "" if at.kl is None else f", at a divergence of {at.kl:.2g}"
        st.caption(
            f"{messages.plain(name)}: the truth was highest at step {at.step}, {100 * at.best:.0f} %{apart}; at the "
            f"end it is {100 * at.last:.0f} %, though the reward has risen by {at.rise:.2g}."
        )
for measure, title in training.OTHERS.items():
    own = [row for row in rows if row["measure"] == measure]
    if own:
        messages.chart(charts.measure(own, title, chosen, choose.theme()))
