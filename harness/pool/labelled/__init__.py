"""Solutions whose steps are labelled, in the layouts in which they are published: to train on, and to measure on.

solution   one labelled solution                                                              READ FIRST
labels     the rule by which labels and texts are read
layouts    every layout, told apart by a row's fields
prm800k    PRM800K's files
shepherd   Math-Shepherd's data
stepwise   TRL's stepwise supervision
openr      OpenR's training data
judged     one row of a step benchmark on its way into a pool
recorded   scores that a step benchmark carries
"""
