"""The engine of bonbench. Read ``records`` first, ``run`` second.

records         the nouns: Task, Problem, Sample, Score, and what a verifier is
run_record      what stands on record of a run, in the store and on cards
run             evaluate(): the whole path, straight down
material        what is measured against: problems, grades or step labels, slices
registry        names -> tasks, verifiers, formats
strangers       code that somebody else wrote: loaded, told apart, blamed
errors          every error a user can meet
pool            the cached samples: imported, matched with their problems, generated, graded
grader          what reads an answer, and what may ask SymPy
score           run a verifier over a pool: here, in other processes, on other machines
measure         what can be said of a graded, scored pool: selection rules, step measures, their errors
probe           how a verifier can be moved
report          the store, result cards, exports, citations, the published board
contamination   which problems stand in a verifier's training data
backends        language models that write solutions
serve           a verifier behind HTTP, and a client of one file for trainers
telemetry       training logs: was the reward hacked
cli             the commands
files           files that are either whole or not there
locks           one process at a time
plain           text of strangers: nothing unseen in it, no formula, no secret
home            where everything lives
digest          what identifies the content of a pool
version         of bonbench, and of the libraries that can move a digit
packages        which optional packages are there
progress        how long work tells how far it is
wording         numbers with their nouns
"""

import bonbench

bonbench.check()
