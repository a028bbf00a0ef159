"""What the board shows, read from the store; no Streamlit here.

records   boards, entries and the numbers of an entry
store     the open store, asked once per version of it
cache     what was made once is kept
queries   every SELECT
boards    what the views ask: of single tasks and of groups alike
front     every verifier on every board at one N, and what is nearest
ranking   who is ahead, by how much, and how sure that is
groups    several tasks reported together
ood       in distribution against out of it
training  policies that were trained on a verifier
frontier  accuracy for its cost
steps     what verifiers say of steps, and what moves them
samples   samples, grades and scores of one problem
search    a text, undecided grades and disagreeing labels in a whole pool
bulk      scores and grades of a whole pool
"""
