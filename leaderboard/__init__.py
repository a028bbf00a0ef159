"""The leaderboard: what was measured, as pages in a browser or as one file.

app   page settings and navigation; started by ``bonbench leaderboard``
read  what the board shows, from the store
draw  numbers as charts, tables and pages
page  the Streamlit page and its views
"""

import bonbench

bonbench.check()
