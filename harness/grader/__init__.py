"""Is this answer right, and which answers are the same: from a solution's text to a verdict and an equivalence key.

Finding the answer in a text:

answers      which rule finds it, in which order                                               READ FIRST
turns        what is thought and what is said; where a turn ends
solutions    boxes, answer blocks and other marks
closing      the sentence that closes a solution
choices      option letters

Reading it:

notation     from text or LaTeX to tokens
styles       commands that change how an answer looks, not what it is
numberwords  seven, million, half
numerals     numbers as keys, exact where they are rational
cursor       the tokens of one answer, and a place in them
latex        structures around arithmetic
expressions  arithmetic into a tree
nodes        that tree
units        units behind numbers
readings     second readings: a base, an option's letter, unit vectors

What it means:

meanings     its parts and its voting key
scalars      what a single value means: a number, or an expression sampled
points       where expressions are sampled
values       what they are worth there, exactly or to 40 digits
reals        sets of real numbers as intervals
quantities   numbers with a tolerance and a unit
equality     when two meanings are one
symbolic     what Math-Verify and SymPy say of the rest

A verdict:

judging      on every distinct answer; ``harness.pool.grading`` does it for a pool
explaining   why one answer is right or wrong
workers      the processes that may be killed
child        what runs in them
"""
