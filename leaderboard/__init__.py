"""The leaderboard: what was measured, as pages in a browser or as one file.

serve  what ``bonbench leaderboard`` starts: the app, its files compressed
app    page settings and navigation
read   what the board shows, from the store
draw   numbers as charts, tables and pages
page   the Streamlit page and its views
"""

import bonbench

bonbench.check()
