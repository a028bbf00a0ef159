"""Is this answer right, and which answers are the same: from a solution's text to a verdict and an equivalence key.

``answers``, ``solutions`` and ``choices`` find the answer in a text; ``notation``, ``latex``, ``expressions`` and
``units`` read it; ``meanings`` says what it means and ``equality`` when two meanings are one; ``symbolic`` asks
Math-Verify and SymPy about the rest, in the processes of ``workers``. ``judging`` puts them together for one answer,
``harness.pool.grading`` for a pool.
"""
