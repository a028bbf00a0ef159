"""Verifiers of strangers: what their methods do, and what must be said of it."""

HEAD = """
import itertools, os, sys, time
import numpy as np
from harness.records import Score
from verifiers.base import BatchedVerifier, OutcomeVerifier, ProcessVerifier


class V({kind}):
    name = "v"
"""
ANSWER = {"OutcomeVerifier": "score_solutions", "ProcessVerifier": "score_steps", "BatchedVerifier": "score"}

# What the method that scores does, by the class that is extended; and what must be said.
WRONG = {
    "OutcomeVerifier": {
        "raise ZeroDivisionError('in the verifier')": "ZeroDivisionError: in the verifier",
        "return {}['key']": "KeyError: 'key'",
        "raise MemoryError": "MemoryError",
        "raise SystemExit(0)": "SystemExit: 0",
        "sys.exit()": "SystemExit",
        "raise KeyboardInterrupt": "KeyboardInterrupt",
        "raise GeneratorExit": "GeneratorExit",
        "raise BaseException('all')": "BaseException: all",
        "raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})": "Odd: its message cannot be read",
        "raise ValueError('x' * 10**6)": "ValueError: xxx",
        "raise ValueError('two\\n\\x1b[31mlines')": "ValueError: two",
        "return self.score_solutions(problem, solutions)": "RecursionError",
        "assert not solutions": "AssertionError",
        "return None": "returned None; a list with exactly one number per solution",
        "return 0.5": "returned 0.5 (of type float)",
        "return 'good'": "returned 'good' (of type str)",
        "return b'abcd'": "of type bytes",
        "return {s: 1.0 for s in solutions}": "a value of type dict",
        "return {1.0, 2.0, 3.0, 4.0}": "of type set",
        "return (1.0 for s in solutions)": "a value of type generator",
        "return itertools.count()": "count(0) (of type count)",
        "yield from [1.0] * len(solutions)": "a value of type generator",
        "return []": "returned 0 scores for 4 solutions",
        "return [1.0] * (len(solutions) - 1)": "returned 3 scores for 4 solutions",
        "return [1.0] * (len(solutions) + 1)": "returned 5 scores for 4 solutions",
        "solutions.pop(); return [1.0] * len(solutions)": "returned 3 scores for 4 solutions",
        "return ['0.5'] * len(solutions)": "returned '0.5' (of type str) as a score",
        "return [[0.5]] * len(solutions)": "returned [0.5] (of type list) as a score",
        "return [object] * len(solutions)": "returned a value of type type as a score",
        "return [1j] * len(solutions)": "returned 1j (of type complex) as a score",
        "return [10**400] * len(solutions)": "returned a value of type int as a score",
        "return [10**5000] * len(solutions)": "returned a value of type int as a score",
        "return [float('nan')] * len(solutions)": "returned NaN as a score; Score(None, note='why') is expected",
        "return np.full(len(solutions), np.nan)": "returned NaN as a score",
        "return np.zeros((len(solutions), 2))": "as a score; a list with exactly one number",
        "return [Score(1.0)] * len(solutions)": "of type Score as a score",
    },
    "ProcessVerifier": {
        "return [0.5] * len(solutions)": "returned 0.5 (of type float); exactly one score per step",
        "return [[0.5]] * len(solutions)": "returned 1 scores for a solution of 2 steps; exactly one score per step",
        "return [[None] * len(s) for s in solutions]": "returned None as a score; exactly one score per step",
        "return [itertools.repeat(0.5) for s in solutions]": "repeat(0.5) (of type repeat)",
        "return [[float('inf')] * len(s) for s in solutions]": "returned infinity as the score of a step; finite",
        "return [[float('-inf'), float('inf')] for s in solutions]": "returned infinity as the score of a step",
        "return [['a', 'b'] for s in solutions]": "returned 'a' (of type str) as a score",
        "return [[0.5, float('nan')] for s in solutions]": "returned NaN",
        "return [[0.5, 0.5]]": "returned 1 rows of step scores for 4 solutions",
        "self.separator = ''; return self.score(problem, [])": "has separator = ''; a text that separates steps",
    },
    "BatchedVerifier": {
        "return [Score(1.0)]": "returned 1 scores for 4 solutions; exactly one Score per solution",
        "return [1.0] * len(solutions)": "returned 1.0 (of type float) for a solution; exactly one Score",
        "return [Score('high')] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(10**400)] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(1.0, tokens=2**40)] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(1.0, note=object())] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(steps='ab')] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(steps=(0.1, float('nan')))] * len(solutions)": "returned NaN",
        "return [Score(steps=(None,))] * len(solutions)": "returned None as the score of a step",
        "return iter([])": "for 4 solutions; exactly one Score per solution",
    },
}
CASES = [(kind, does, said) for kind, cases in WRONG.items() for does, said in cases.items()]

# What a whole class has or does that no verifier can be made from.
UNMADE = {
    "def f(:": "SyntaxError",
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "1 / 0": "ZeroDivisionError",
    "raise SystemExit(0)": "SystemExit: 0",
    "import sys; sys.exit(3)": "SystemExit: 3",
    "V = 5": "is of type int; a class or function that makes a verifier is expected",
    "V = 'text'": "is of type str",
    "V = None": "is of type NoneType",
    "def V(): return None": "made a NoneType, which is no verifier",
    "class V: pass": "made a V, which is no verifier",
    "def V(): raise ValueError('not today')": "cannot be made with the options none: ValueError: not today",
    "def V(): exit()": "SystemExit",
    "class V(OutcomeVerifier):\n    name = 5": "has name = 5; a text is expected",
    "class V(OutcomeVerifier):\n    name = ''": "has no name",
    "class V(OutcomeVerifier):\n    name = 'v'; rules = 'best-of-n'": "has rules = 'best-of-n'; a tuple",
    "class V(OutcomeVerifier):\n    name = 'v'; rules = ()": "has rules = (); a tuple",
    "class V(OutcomeVerifier):\n    name = 'v'; aggregation = None": "has aggregation = None",
    "class V(OutcomeVerifier):\n    __slots__ = (); name = property(lambda self: 1 / 0)": "ZeroDivisionError",
    "x = 1": "defines no 'V'; it has OutcomeVerifier, x",
}

# What it has that fails once it is asked, whatever it scores.
ODD = {
    "chunk_size = 0": "has chunk_size = 0 (of type int); a whole number from 1 on is expected",
    "chunk_size = -3": "has chunk_size = -3",
    "chunk_size = '8'": "has chunk_size = '8' (of type str)",
    "chunk_size = None": "has chunk_size = None",
    "def fingerprint(self): raise ValueError('who am I')": "failed at fingerprint()",
    "def fingerprint(self): return None": "failed at fingerprint()",
    "def options(self): return {'f': object()}": "not made of JSON values",
    "def options(self): return {'f': float('nan')}": "not made of JSON values",
    "def prepare(self, questions): raise OSError('no room')": "OSError: no room",
    "def prepare(self, questions): exit(0)": "SystemExit: 0",
    "def score_prepared(self, prepared): return None": "returned None; one list of scores for each question",
    "def score_prepared(self, prepared): return [[]] * 9": "answered 9 of 1 questions",
    "def score_prepared(self, prepared): return [None] * len(prepared)": "returned None for 4 solutions",
}
USAGE = {
    "raise OSError('no meter')": "OSError: no meter",
    "return None": "returned None from usage()",
    "return {'tokens': 'many'}": "tells tokens = 'many' (of type str) in usage()",
    "return {'tokens': float('nan')}": "tells tokens = nan (of type float) in usage()",
    "return {'device': object}": "tells device = ",
    "return {5: 5}": "tells 5 = 5 (of type int) in usage()",
    "exit(0)": "SystemExit: 0",
}


def scoring_class(kind, does, only=""):
    """A class that does something else than score; where ``only`` is given, on these problems alone."""
    good = "[0.5] * len(solutions)" if kind == "OutcomeVerifier" else "[[0.5] * len(s) for s in solutions]"
    good = "[Score(0.5)] * len(solutions)" if kind == "BatchedVerifier" else good
    bad = (
        f"        if {only!r} in problem:\n            {does}\n        return {good}\n" if only else f"        {does}\n"
    )
    batched = "    def score_prepared(self, prepared):\n        return [self.score(*q) for q in prepared]\n"
    method = f"    def {ANSWER[kind]}(self, problem, solutions):\n{bad}"
    return HEAD.format(kind=kind) + (batched if kind == "BatchedVerifier" else "") + method


def one_sentence(text, said):
    """That a text is what a person can read, and says what is expected."""
    assert said in text
    assert "\n" not in text
    assert "\x1b" not in text
    assert "Traceback" not in text
    assert len(text) < 1200
