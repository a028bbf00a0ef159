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
numerals     digits, bases, mixed numbers
cursor       a place in a list of tokens
latex        structures around arithmetic
expressions  arithmetic into a tree
nodes        that tree
units        units behind numbers
readings     what an answer may be read as

What it means:

meanings     its parts and its voting key
scalars      what a single value means
points       where expressions are sampled
values       what they are worth there, exactly or to 40 digits
reals        real numbers that know how exact they are
quantities   numbers with a tolerance and a unit
equality     when two meanings are one
symbolic     what Math-Verify and SymPy say of the rest

A verdict:

judging      on every distinct answer; ``harness.pool.grading`` does it for a pool
explaining   why one answer is right or wrong
workers      the processes that may be killed
child        what runs in them
"""
