"""What can be said of a graded, scored pool.

graded        the graded pool as arrays
scored        a verifier's scores as arrays
rules         selection rules, one file each: best-of-N, votes, pass@N
steps         step measures, one file each: against true step labels
labelled      the solutions with labelled steps that they are about
jackknife     a step measure with its error over problems
catalogue     every rule and step measure, described for whoever only reads results
evaluation    scores against grades: everything that can be said, as curves
curves        from curves to every reported number
probes        what a probe measures
protocol      what is drawn, and at which N
aggregation   step scores into one solution score
step_rewards  step scores as what a policy is given at each step
slices        difficulty quintiles, subjects, levels
statistics    intervals, paired tests, Holm's adjustment
ranking       the order of verifiers, and the places left open
calibration   what scores are worth as probabilities, and within problems
pooling       several tasks as one
voting        what the two votes share
kernels       their compiled inner loops
arrays        the arrays that all of these speak of
"""
