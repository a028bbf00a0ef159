"""Is this answer right, and which answers are the same: from a solution's text to a verdict and an equivalence key.

``answers``, ``turns``, ``solutions``, ``closing`` and ``choices`` find the answer in a text; ``notation``, ``styles``,
``latex``, ``expressions`` and ``units`` read it; ``meanings`` says what it means (``scalars`` what a single value does,
sampled at ``points``) and ``equality`` when two meanings are one; ``symbolic`` asks Math-Verify and SymPy about the
rest, in the processes of ``workers``. ``judging`` puts them together for one answer, ``explaining`` says why,
``harness.grading`` does it for a pool.
"""
