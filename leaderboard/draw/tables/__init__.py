"""Tables: the board, plain ones, published numbers; as HTML, as LaTeX and as rows.

board      the ranking, with drawn intervals and sparklines
matrix     verifiers by boards
rules      every rule and aggregation: verifiers by aggregations
grid       a plain table of names and numbers
steps      what step scores are worth against step labels
published  numbers that others published
latex      a table for a paper
rows       entries and curves as plain rows: what charts draw and CSV files hold
"""
