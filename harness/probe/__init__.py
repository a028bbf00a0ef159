"""How a verifier can be moved: rewrites of a pool's solutions that it should not, or should, mind.

rewrites          every rewrite: what it does, and what it claims of the answer                      READ FIRST
rewritten         the rewrites of a pool as a pool of their own, confirmed by the grader
attack            what they do to a verifier's scores and to its best-of-N
outcome           what a probe comes to, as a run
overoptimisation  what a verifier's choice is worth as N grows: accuracy, its fall after the peak, the score chosen
"""
