"""The leaderboard: who picks a right solution most often at one N, and how sure that is."""

import streamlit as st

from harness.report import cite
from leaderboard.draw import numbers, words
from leaderboard.draw.tables import board as board_table
from leaderboard.draw.tables import latex, published, rows, rules
from leaderboard.page import address, choose, downloads, messages
from leaderboard.read import boards, queries, store

board = choose.board()
n = choose.n(board)
messages.title(
    f"Best of {n} on {board.named}",
    "How often each verifier picks a right solution when it may choose among N. Ranks come with the places that "
    "significant differences leave open; equal accuracies share one (=), and controls have none.",
)
rule, filters = choose.filters(boards.entries(board))
curves = boards.overall(board)
lines = [x for x in boards.standings(board, rule, n, filters.min_scored) if filters.shows(x.entry)]
to_run = "" if board.members else address.link("run", board=board.slug, n=n) + "&run="
if rule == "headline":
    st.html(board_table.html(lines, curves, choose.colours(), to_run))
else:
    st.html(rules.html(lines, choose.colours()))
    st.caption(rules.NOTE)
if rule == "headline" and not any(x.place for x in lines):
    messages.nothing(
        "No verifier is ranked here. Loosen the filters, or choose an N that the verifiers were measured at."
    )


def as_latex() -> str:
    """The board in view for a paper."""
    cells = [
        [
            str(x.place or ""),
            cite.label(x.entry.verifier, x.entry.aggregation, x.entry.options if x.entry.headline else None),
            x.entry.described.label,
            numbers.percent(x.value),
            numbers.interval(x.low, x.high),
            numbers.points(x.gain),
            numbers.points(x.choosing),
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
        ("Choosing", "r"),
    ]
    runs = ", ".join(dict.fromkeys(x.entry.run_id for x in lines))
    return latex.table(heads, cells, f"{words.about(board)}; N = {n}; bonbench runs {runs}")


st.caption(words.GAINS)
table = rows.of_board(board, n, lines)
downloads.offer(choose.file(board, "board", [x.entry for x in lines], n), table, text=as_latex)
if choose.toggle("As a table to sort and search", "table"):  # its code is a third of the page's: loaded when asked for
    st.dataframe(table, hide_index=True, height="content")
found = store.ask(queries.published, board.task)
if found:
    st.html(published.html(found, store.ask(queries.measures)))
    downloads.offer(f"{board.task}-published", found)
messages.about(board)
