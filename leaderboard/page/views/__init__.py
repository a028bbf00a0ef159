"""One file a page; each is a script that Streamlit runs.

front        which verifier, on which board: the front page
board        the ranking at one N
verifier     one verifier on all its boards
run          one run, and how to cite its numbers
curves       accuracy against N
ood          out of distribution
compare      two entries, problem by problem
problems     the explorer
training     whether a reward was hacked
calibration  whether scores mean what they say
steps        what verifiers say of steps, and what moves them
compute      accuracy for its cost
method       data and method
"""
