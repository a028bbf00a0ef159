"""One file a page; each is a script that Streamlit runs.

ranking      the leaderboard
curves       accuracy against N
ood          out of distribution
compare      two entries, problem by problem
problems     the explorer
calibration  whether scores mean what they say
compute      accuracy for its cost
method       data and method
"""
