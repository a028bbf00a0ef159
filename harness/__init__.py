"""The engine of bonbench. Read ``records`` first, ``run`` second.

records       the nouns: Task, Problem, Sample, Score, Run, and the Verifier protocol
errors        every error a user can meet
registry      names -> tasks, verifiers, formats
answers       find the answer in a solution; are two answers the same; the key they vote under
steps         split a solution into steps; turn step scores into one solution score
estimators    exact best-of-N, pass@N and majority vote; seeded weighted vote
statistics    error bars, paired tests, rank intervals
difficulty    quintiles and the other slices of a task
pools         the cached samples of one generator on one task
formats       one file per public cached-sample format
grading       which samples are right
scoring       what a verifier says of every sample
run           evaluate(): the whole path
store         the results, in DuckDB
cite          numbers on their way into papers and model cards
cli           the commands
"""

import bonbench

bonbench.check()
