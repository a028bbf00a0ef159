r"""Answers in notation that ``latex`` does not know, through Math-Verify and SymPy. Only grading processes import this.

SymPy work on a hostile answer can run for ever, in C, where no signal reaches it; so nothing here has a time limit of
its own, and the caller must be a process that can be killed. Answers reach SymPy through Math-Verify's LaTeX grammar
alone, never through ``sympify`` or ``parse_expr``, which evaluate Python.
"""

import logging
import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import sympy
from latex2sympy2_extended.latex2sympy2 import NormalizationConfig, latex2sympy, normalize_latex
from math_verify import verify
from math_verify.grader import should_treat_as_complex
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from harness.grader import equality, meanings, notation
from harness.grader.nodes import Node
from harness.grader.notation import Unreadable
from harness.grader.scalars import Meaning
from harness.records import AnswerSpec

logging.getLogger("math_verify").setLevel(logging.ERROR)

_NORMALIZATION = NormalizationConfig(
    basic_latex=True, units=True, malformed_operators=True, nits=True, boxed="none", equations=False
)
_DIGITS = 40
_NUMBERS = re.compile(r"\d+")
_RELATIONS = {
    sympy.Eq: "=", sympy.Ne: "!=", sympy.StrictLessThan: "<", sympy.LessThan: "<=", sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
}  # fmt: skip
_FUNCTIONS = {
    "Abs": "abs", "ceiling": "ceil", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "acot": "arccot",
    "asec": "arcsec", "acsc": "arccsc", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "Max": "max",
    "Min": "min",
}  # fmt: skip
_PLAIN = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "exp", "floor",
          "factorial", "binomial")  # fmt: skip
_UNIVERSES = {sympy.S.Reals: "R", sympy.S.Integers: "Z", sympy.S.Naturals: "N", sympy.S.Rationals: "Q",
              sympy.S.Complexes: "C", sympy.S.EmptySet: "empty"}  # fmt: skip


def key(answer: str) -> str | None:
    """The voting key of an answer; None where nothing can read it."""
    try:
        return understood(answer).key
    except Unreadable:
        return None


def same(answer: str, gold: str, spec: AnswerSpec | None = None) -> bool:
    """Is the answer the gold one? Math-Verify is asked where one of the two cannot be understood.

    Raises:
        TooLarge: One of them is a number that nobody should compute.
    """
    try:
        return equality.same(understood(answer), understood(gold), spec)
    except notation.TooLarge:
        raise
    except Unreadable:
        return bool(verify(parsed(gold), parsed(answer), timeout_seconds=None))


@lru_cache(maxsize=4096)
def understood(answer: str) -> Meaning:
    """What an answer means, read by ``latex`` or else by Math-Verify's grammar.

    Raises:
        Unreadable: Neither can read it.
    """
    try:
        return meanings.meaning(answer)
    except notation.TooLarge:
        raise
    except Unreadable:
        found = parsed(answer)
        if isinstance(found, str):
            raise
        return meanings.of_node(tree(found))


@lru_cache(maxsize=4096)
def parsed(answer: str) -> Any:
    """Math-Verify's reading of one extracted answer: a SymPy object, or the text itself where its grammar fails."""
    text = normalize_latex(answer, _NORMALIZATION)
    try:
        found = latex2sympy(
            text, is_real=not should_treat_as_complex(text), convert_degrees=False, normalization_config=None
        )
    except Exception:  # noqa: BLE001  the grammar raises bare Exceptions; what it cannot read stays text
        return text
    partly = isinstance(found, sympy.Number | sympy.Symbol) and len(_NUMBERS.findall(answer)) > 1
    return text if partly else found  # "10 ft x 18 ft" is not 10


def tree(value: Any) -> Node:
    """A SymPy object as a tree of ours.

    Raises:
        Unreadable: It has no counterpart.
    """
    if isinstance(value, sympy.Expr):
        return _expression(value)
    if isinstance(value, sympy.MatrixBase):
        return Node("matrix", _trees(list(value)), (value.rows, value.cols))
    if value in _UNIVERSES:
        return Node("universe", value=_UNIVERSES[value])
    if isinstance(value, sympy.FiniteSet):
        return Node("set", _trees(value.args))
    if isinstance(value, sympy.Tuple):
        return Node("tuple", _trees(value.args), "()")
    if isinstance(value, sympy.Interval):
        brackets = ("(" if value.left_open else "[") + (")" if value.right_open else "]")
        return Node("tuple", _trees((value.start, value.end)), brackets)
    if isinstance(value, sympy.Union):
        return Node("union", _trees(value.args))
    if isinstance(value, sympy.Complement):
        return Node("difference", _trees(value.args))
    if isinstance(value, Relational) and type(value) in _RELATIONS:
        return Node("relation", _trees((value.lhs, value.rhs)), (_RELATIONS[type(value)],))
    raise Unreadable(f"a {type(value).__name__}")


def _trees(parts: Sequence[Any]) -> tuple[Node, ...]:
    return tuple(tree(part) for part in parts)


def _expression(value: Any) -> Node:
    if isinstance(value, sympy.Rational):
        return Node("number", value=Fraction(int(value.p), int(value.q)))
    if isinstance(value, sympy.Float):
        return Node("decimal", value=Fraction(str(value)))
    if isinstance(value, sympy.Symbol):
        return Node("symbol", value=value.name)
    constants = {sympy.pi: "pi", sympy.E: "e", sympy.I: "i", sympy.oo: "oo"}
    if value in constants:
        return Node("constant", value=constants[value])
    if value == -sympy.oo:
        return Node("multiply", (Node("number", value=Fraction(-1)), Node("constant", value="oo")))
    if isinstance(value, sympy.UnevaluatedExpr):
        return _expression(value.args[0])
    if isinstance(value, sympy.Add | sympy.Mul):
        kind = "add" if isinstance(value, sympy.Add) else "multiply"
        percent = sympy.UnevaluatedExpr(sympy.Rational(1, 100))
        parts = _trees([part for part in value.args if kind == "add" or part != percent])
        whole = reduce(lambda a, b: Node(kind, (a, b)), parts)
        return Node("percent", (whole,)) if len(parts) < len(value.args) else whole
    if isinstance(value, sympy.Pow):
        return Node("power", _trees(value.args))
    return _function(value)


def _function(value: Any) -> Node:
    name = type(value).__name__
    if isinstance(value, sympy.log):
        return Node("function", _trees(value.args), "log" if len(value.args) == 2 else "ln")
    if name in _FUNCTIONS or name in _PLAIN:
        return Node("function", _trees(value.args), _FUNCTIONS.get(name, name))
    if isinstance(value, AppliedUndef):
        raise Unreadable(f"the function {name}")
    done = value.doit()  # an integral, a sum, a limit, a derivative
    if type(done) is not type(value):
        return tree(done)
    number = value.evalf(_DIGITS)
    if isinstance(number, sympy.Float):
        return Node("measured", value=Fraction(str(number)))
    raise Unreadable(f"a {name}")
