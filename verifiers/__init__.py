"""What scores solutions: a class of one's own extends ``base``, a published model is an entry of a family.

    base.py            the classes to extend
    controls.py        majority, oracle, random, length: the only ones that are controls
    carried.py         scores that came with the pool
    language_model.py  what all language models share: weights, tokenizer, identity, cost
    model.py           a language model that is read at places of its input
    options.py         the options that every model takes, from ``key=value`` to records
    golden.py          the authors' own examples, with the scores that they print
    setup_check.py     ``bonbench verify-setup``
    families/          one file a family of published verifiers
    formats/           how a solution stands in a model's input
    engine/            what runs a model, here or behind a server
    training/          how one's own is trained

One that *prefers* between two solutions extends ``base.PreferenceVerifier``: a question has all distinct solutions of a
problem (up to ``chunk_size``), and what it prefers becomes a win rate each. One that ranks lists extends
``base.BatchedVerifier`` in the same way. Two kinds are not here yet, and each has its place:

- One that reads the *generator's own log-probabilities* needs them in its hands: a field of ``records.Solution``,
  filled by ``Pool.solutions`` from a column of the pool. It then extends ``OutcomeVerifier`` or ``ProcessVerifier``.
- One *made of others* extends ``base.BatchedVerifier``, makes its parts by ``registry.verifier``, asks each with
  ``batching.batched``, and has their fingerprints in its own.
"""

import bonbench

bonbench.check()
