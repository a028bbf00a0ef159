"""The leaderboard: who picks a right solution most often at one N, and how sure that is."""

import streamlit as st

from harness.report import cite
from leaderboard.draw import board_table, downloads, figures, latex, published_table, tables, words
from leaderboard.page import choose, messages
from leaderboard.read import data, queries, sheet

board = choose.board()
n = choose.n(board)
messages.title(
    f"Best of {n} on {board.title}",
    "How often each verifier picks a right solution when it may choose among N. Ranks come with the places that "
    "significant differences leave open.",
)
rule, filters = choose.filters(sheet.entries(board))
curves = sheet.overall(board)
lines = [x for x in sheet.standings(board, rule, n, filters.min_scored) if filters.shows(x.entry)]
st.html(board_table.html(lines, curves, choose.colours(), "./method?run=" if not board.members else ""))
if not any(x.rank and not x.entry.control for x in lines):
    messages.nothing(
        "No verifier is ranked here. Loosen the filters, or choose an N that the verifiers were measured at."
    )


def as_latex() -> str:
    """The board in view for a paper."""
    cells = [
        [
            figures.ranks(x.best, x.worst),
            cite.label(x.entry.verifier, x.entry.aggregation),
            x.entry.rule,
            figures.percent(x.value),
            figures.interval(x.low, x.high),
            figures.points(x.gain),
        ]
        for x in lines
    ]
    heads = [
        ("Rank", "r"),
        ("Verifier", "l"),
        ("Rule", "l"),
        ("Accuracy (%)", "r"),
        ("95% interval", "r"),
        ("vs majority", "r"),
    ]
    runs = ", ".join(dict.fromkeys(x.entry.run_id for x in lines))
    return latex.table(heads, cells, f"{words.about(board)}; N = {n}; bonbench runs {runs}")


downloads.offer(f"{board.task}-best-of-{n}", tables.board_rows(board, n, lines), text=as_latex)
with st.expander("As a table to sort and search"):
    st.dataframe(tables.board_rows(board, n, lines), hide_index=True, height="content")
found = data.ask(queries.published, board.task)
if found:
    st.html(published_table.html(found))
    downloads.offer(f"{board.task}-published", found)
st.caption(words.about(board))
