"""Build micromath from nothing: ``python -m experiments.micromath.build``.

recipe      every number and seed
tokenizer   words and digits to ids
generator   the small language model that writes the solutions
sampling    many solutions of each problem
labelled    samples with answers and step labels, as training data and as pools
side_by_side  processes for stages that do not wait for one another
build       the stages, one after another; a stage that is done is not done again
"""
