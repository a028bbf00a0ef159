"""Build micromath from nothing: ``python -m experiments.micromath.build``.

recipe        every number and seed
tokenizer     words and digits to ids
generator     the small language model that writes the solutions
decoding      many samples of it, fast on a CPU
sampling      many solutions of each problem
labelled      solutions with all their labels, as training data
scoring       scores of many solutions by a trained verifier
checked       a pool under the checker's own grades
step_set      solutions with exact step labels, as a step benchmark
pools         the test pools in the harness's layout
cards         the models' cards
side_by_side  processes for stages that do not wait for one another
build         the stages, one after another; a stage that is done is not done again
"""
