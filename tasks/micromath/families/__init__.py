"""The problem families, one file per subject.

In distribution, the seven subjects of MATH: ``prealgebra``, ``algebra``, ``intermediate_algebra``, ``number_theory``,
``counting``, ``geometry`` and ``precalculus``. Out of distribution: ``kinematics``, ``stoichiometry``, ``calculus`` and
``contest``, with other words and other operations, which no verifier is trained on. ``catalogue`` lists them.

The numbers beside wrong formulas say how often an author of the generator's training text falls for them. Some are
above one half: there most people are wrong, and a vote is lost.
"""
