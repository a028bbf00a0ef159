"""A small mathematical world whose every step a program can check.

polynomials   exact values: polynomials in x with rational coefficients (a number is one of degree 0)
expressions   the language of steps: its tree and how it is printed
parsing       from text to tree; nothing is ever evaluated as Python
values        what an expression is worth, and when two expressions do the same thing
mistakes      how people get arithmetic wrong, rule by rule
plans         a problem and the way to its answer
builder       what a problem family is written with
families      the families, one file per subject
splits        problems from a seed: train, validation and test share none
writers       reference solutions, and solutions by authors who err
checker       a label for every step of any solution
problems      the test problems as records
generator     the weights of the generator
pools         the shipped pools
"""
