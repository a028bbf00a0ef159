"""The front page: which verifier, on which board, at which N."""

import streamlit as st

from leaderboard.draw import numbers, words
from leaderboard.draw.tables import matrix
from leaderboard.page import address, choose, downloads, messages
from leaderboard.read import boards, front
from leaderboard.read.front import Column
from leaderboard.read.records import Board

FEW = 18  # options that fit on a few lines of buttons

tasks = boards.by_task()
if not tasks:
    messages.title("Which verifier?", "Every verifier on every board, at one number of solutions to choose from.")
    messages.end("The store is empty. Measure something first: bonbench run --pool POOL --verifier VERIFIER")
found = front.shown()
titles = {task: words.title(own) for task, own in tasks.items()}
messages.title(
    "Which verifier?",
    "How often each verifier picks a right solution when it may choose among N: every verifier on every board. "
    "Choose a task and an N to be told which one.",
)
options = ["all", *dict.fromkeys(b.task for b in found), *[t for t in tasks if not any(b.verifiers for b in tasks[t])]]
ns = front.ns(found)
with st.container(key="ask"):
    pick = choose.buttons if len(options) <= FEW else choose.select
    task = pick("Task", options, "task", names=lambda t: "all tasks" if t == "all" else titles[t])
    pick = choose.buttons if len(ns) <= FEW else choose.select
    n = int(pick("N, solutions to choose from", ns, "n", front.usual_n(found)))


def to_board(board: Board) -> str:
    """A board at this N, or at its nearest."""
    return address.link("board", board=board.slug, n=n if n in board.ns else min(board.ns, key=lambda m: abs(m - n)))


def to_verifier(name: str) -> str:
    """A verifier's page at this N."""
    return address.link("verifier", verifier=name, n=n)


def told(column: Column, at: int) -> str:
    """Which verifier is best on a board, in a sentence."""
    board = column.board
    first = column.leaders
    where = f"{messages.plain(board.title)} ({messages.plain(matrix.about(board))})"
    if not first:
        return f"On {where} no verifier is ranked at N = {at}."
    line = first[0]
    names = " and ".join(f"**{messages.plain(x.entry.verifier)}**" for x in first)
    verdict = {1: "better than", -1: "worse than", 0: "not told from"}
    beside = column.lines.get("majority")
    against = ""
    if line.verdict is not None and beside is not None:
        against = f", {verdict[line.verdict]} majority vote ({numbers.percent(beside.value)} %)"
    also = [messages.plain(x.entry.verifier) for x in column.level_with_leader]
    level = f" Not told from it: {', '.join(also)}." if also else ""
    return (
        f"On {where}, choosing among **{at}**: {names}, {numbers.percent(line.value)} % "
        f"({numbers.interval(line.low, line.high)}){against}.{level} "
        f"[Its board]({address.link('board', board=board.slug, n=at)})"
    )


in_view = [b for b in found if (not b.members if task == "all" else b.task == task)]
columns = front.columns(in_view, n)
if task != "all":
    having = [c for c in columns if c.lines]
    with st.container(key="answer", border=True):
        for column in having:
            st.markdown(told(column, n))
        if not having:
            others = [b for b in tasks[task] if not b.verifiers and n in b.ns]
            held = f" {len(others)} of its pools hold that many answers, but no verifier's scores." if others else ""
            largest = max((b.ns[-1] for b in in_view), default=0)
            why = f"the largest with a verifier has N = {largest}" if largest else "none has a verifier"
            st.markdown(f"No pool of {messages.plain(titles[task])} is large enough for N = {n}: {why}.{held}")
            near = front.nearest(found, task, n)
            for x in near:
                kind = "Nearest of this task" if x.same_task else "Nearest of another task"
                (column,) = front.columns([x.board], x.n)
                st.markdown(f"{kind}. {told(column, x.n)}")
columns = [c for c in columns if c.lines]
if columns:
    st.html(matrix.html(columns, front.verifiers(columns), choose.colours(), to_board, to_verifier))
    st.caption(matrix.LEGEND)
    downloads.offer(f"verifiers-best-of-{n}", matrix.rows(columns, n))
without = [b for b in in_view if n not in b.ns]
if without:
    st.caption(
        f"Not measured at N = {n}: "
        + "; ".join(f"{messages.plain(b.title)}, {messages.plain(b.pool)} (N to {b.ns[-1]})" for b in without)
        + "."
    )
bare = [b for b in boards.boards() if not b.verifiers and task in ("all", b.task)]
if bare:
    with st.expander(f"{len(bare)} more boards have answers and votes, but no verifier to rank"):
        st.html(matrix.plain_list([(b, to_board(b)) for b in bare]))
