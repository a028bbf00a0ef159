"""The leaderboard, which reads the store and nothing that computes.

app    navigation, nothing else
read   boards, entries, numbers and samples out of the store
draw   numbers as charts, tables and pages
page   the Streamlit page: choices, messages, views
"""

import bonbench

bonbench.check()
