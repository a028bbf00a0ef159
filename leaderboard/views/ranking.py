"""The leaderboard: who picks a right solution most often at one N, and how sure that is."""

import streamlit as st

from leaderboard import board_table, choose, data, messages, queries, ranking

board = choose.board()
n = choose.n(board)
messages.title(f"Best of {n} on {board.title}", "How often each verifier picks a right solution out of N.")
rule = choose.rule()
entries = ranking.chosen(data.ask(queries.entries, board), rule)
curves = choose.overall(board)
values = data.ask(queries.values, board, n)
lines = data.derive(("standings", board, rule, n), lambda: ranking.standings(board, entries, curves, values, n))
st.html(board_table.html(lines, curves, choose.colours(), "./method?run="))
st.caption(messages.about(board))
