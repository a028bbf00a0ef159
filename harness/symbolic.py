r"""Answers as mathematics, through Math-Verify and SymPy. Only the grading processes may import this.

SymPy work on a hostile answer can run for ever, in C, where no signal reaches it; so nothing here has a time limit of
its own, and the caller must be a process that can be killed. Answers reach SymPy through Math-Verify's LaTeX grammar
alone, never through ``sympify`` or ``parse_expr``, which evaluate Python.
"""

import logging
import math
import re
from functools import lru_cache
from typing import Any

import sympy
from latex2sympy2_extended.sets import FiniteSet as LatexSet
from math_verify import LatexExtractionConfig, parse, verify
from sympy import FiniteSet, Interval, MatrixBase, Tuple, Union
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from harness import answers

logging.getLogger("math_verify").setLevel(logging.ERROR)

_LATEX = (LatexExtractionConfig(boxed_match_priority=0),)
_DEGREES = re.compile(
    r"(\\(?:sin|cos|tan|cot|sec|csc)\s*(?:\^\{?-?\d+\}?)?)\s*[({]?\s*(\d+(?:\.\d+)?)\s*\^\{?\\circ\}?[)}]?"
)
_DIGITS = 12
_POINTS = ("0.7316850922", "1.2094573162", "0.4138802771", "1.6620483157", "0.9027733841", "1.3871196609")


@lru_cache(maxsize=4096)
def read(answer: str) -> list[Any]:
    r"""Math-Verify's reading of one extracted answer: SymPy objects, and the text itself as the last resort.

    It drops degree signs, which is right for an angle and wrong inside a sine, so those become radians first.
    """
    radians = _DEGREES.sub(r"\1(\\frac{\2 \\pi}{180})", answer)
    return list(parse("\\boxed{" + radians + "}", _LATEX, parsing_timeout=None))


def same(answer: str, gold: str) -> bool:
    """Is the answer the gold one?

    Equal keys are the same answer. Two exact expressions with different values at the same points are not, however
    long a simplification would look for a proof. Everything else (decimals, percentages, relations, sets against
    intervals) is Math-Verify's to say, gold first.
    """
    if key(answer) == key(gold):
        return True
    a, g = read(answer), read(gold)
    if a and g and _is_exact(a[0]) and _is_exact(g[0]) and a[0].free_symbols == g[0].free_symbols:
        ours, theirs = _fingerprint(a[0]), _fingerprint(g[0])
        if ours is not None and theirs is not None:
            return False
    return bool(verify(g, a, timeout_seconds=None))


def _is_exact(value: Any) -> bool:
    """A single expression without decimals, percentages or unknown functions."""
    return (
        isinstance(value, sympy.Expr)
        and not isinstance(value, Relational)
        and not value.atoms(sympy.Float, AppliedUndef, sympy.UnevaluatedExpr)
    )


@lru_cache(maxsize=4096)
def key(answer: str) -> str:
    """The equivalence key of an answer: two answers are the same vote exactly when their keys are equal.

    An equivalence relation by construction, found from each answer alone, without the gold. Numbers are keyed by
    their value to 12 significant digits, expressions by their values at fixed irrational-like points, equations by
    the same up to a constant factor, tuples, sets, intervals and matrices by their parts; what does not parse is
    keyed by its text.
    """
    plain = answers.plain_key(answer)
    if plain is not None:
        return plain
    parsed = read(answer)
    if parsed and not isinstance(parsed[0], str):
        found = _object_key(parsed[0])
        if found is not None:
            return found
    return "s:" + answers.tidy(answer).casefold()


def _object_key(value: Any) -> str | None:
    if isinstance(value, Relational):
        return _relation_key(value)
    if isinstance(value, MatrixBase):
        return _join(f"m{value.rows}x{value.cols}", list(value))
    if isinstance(value, FiniteSet | LatexSet):
        parts = [_object_key(part) for part in value.args]
        return None if None in parts else "{" + ",".join(sorted(set(map(str, parts)))) + "}"
    if isinstance(value, Tuple | tuple):
        return _join("t", list(value))
    if isinstance(value, Interval):
        ends = [_object_key(value.start), _object_key(value.end)]
        return (
            None
            if None in ends
            else f"i{'(' if value.left_open else '['}{','.join(map(str, ends))}" + (")" if value.right_open else "]")
        )
    if isinstance(value, Union):
        parts = [_object_key(part) for part in value.args]
        return None if None in parts else "u" + "|".join(sorted(map(str, parts)))
    if isinstance(value, sympy.And):
        parts = [_object_key(part) for part in value.args]
        return None if None in parts else "&" + "&".join(sorted(map(str, parts)))
    if isinstance(value, sympy.Expr):
        return _expression_key(value)
    return None


def _join(tag: str, parts: list[Any]) -> str | None:
    keys = [_object_key(part) for part in parts]
    return None if None in keys else f"{tag}({','.join(map(str, keys))})"


def _relation_key(value: Relational) -> str | None:
    left, right = value.lhs, value.rhs
    if isinstance(value, sympy.Eq):
        if isinstance(left, sympy.Symbol | AppliedUndef):
            return _object_key(right)  # x = 5 votes with 5
        parts = _fingerprint(left - right)
        if parts is None or abs(parts[1]) < 1e-12:
            return None
        names = ",".join(sorted(str(s) for s in (left - right).free_symbols))
        return f"e:{names}:{_rounded(parts[0] / parts[1])}"
    if value.gts is not left:  # a > b and b < a are one relation
        left, right = right, left
    keys = [_object_key(left), _object_key(right)]
    strict = isinstance(value, sympy.StrictGreaterThan | sympy.StrictLessThan)
    return None if None in keys else f"{'>' if strict else '>='}({keys[0]},{keys[1]})"


def _expression_key(value: sympy.Expr) -> str | None:
    if value.atoms(AppliedUndef):
        return None
    value = _without_percent(value)
    if isinstance(value, sympy.Rational):
        return f"n:{value.p}" if value.q == 1 else f"n:{value.p}/{value.q}"
    parts = _fingerprint(value)
    if parts is None:
        return None
    names = ",".join(sorted(str(s) for s in value.free_symbols))
    if not names:
        done = value.doit()
        if isinstance(done, sympy.Rational):
            return f"n:{done.p}" if done.q == 1 else f"n:{done.p}/{done.q}"
        return f"v:{_rounded(parts[0])}"
    return f"f:{names}:{_rounded(parts[0])};{_rounded(parts[1])}"


def _without_percent(value: sympy.Expr) -> sympy.Expr:
    """50% votes with 50: Math-Verify marks a percentage by an unevaluated factor of 1/100."""
    mark = sympy.UnevaluatedExpr(sympy.Rational(1, 100))
    if isinstance(value, sympy.Mul) and mark in value.args:
        return sympy.Mul(*[part for part in value.args if part != mark])
    return value


def _fingerprint(value: sympy.Expr) -> tuple[complex, complex] | None:
    """The values of an expression at two fixed points, to 20 digits; None where it has none."""
    symbols = sorted(value.free_symbols, key=str)
    if len(symbols) > len(_POINTS) // 2:
        return None
    out = []
    for shift in (0, len(symbols)):
        at = {s: sympy.Float(_POINTS[shift + i], 30) for i, s in enumerate(symbols)}
        number = value.evalf(20, subs=at) if at else value.evalf(20)
        if not number.is_number or number.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            return None
        try:
            out.append(complex(number))
        except TypeError:  # a symbol that evalf could not remove, an unevaluated limit, ...
            return None
    return (out[0], out[1]) if all(math.isfinite(abs(v)) for v in out) else None


def _rounded(value: complex) -> str:
    scale = abs(value)
    real = 0.0 if abs(value.real) < 1e-13 * scale else value.real
    imaginary = 0.0 if abs(value.imag) < 1e-13 * scale else value.imag
    text = f"{real:.{_DIGITS}g}"
    return text if imaginary == 0.0 else f"{text}{imaginary:+.{_DIGITS}g}i"
