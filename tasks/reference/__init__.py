"""Real pools that ship with bonbench, without the texts that may not, and the standard that is made of them.

origins    where each comes from, under which licence, and what reads it; files.tsv pins every file of theirs
build      makes them from the upstreams' files, and shows that leaving out the texts moves no number
freeze     measures them and writes the standard
validation the figures of docs/validation.md: ours beside a calculation of another kind
peers      what Math-Verify and OpenR's authors say of these pools, kept in peers.json
pools      the pools: answers, right answers, grades, carried scores and tokens
standards  frozen lists of pools, with the cards of every verifier on them
"""
