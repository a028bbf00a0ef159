"""How a problem and its solution stand in a model's input.

step.py     a marker after every step
outcome.py  one number at the end
layout.py   what ``bonbench train`` trains on and writes down
"""
