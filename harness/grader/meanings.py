"""What an answer means: its parts and its voting key.

A key is found from one answer alone, never from the gold or from other answers, so "equal keys" is an equivalence
relation by construction.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from harness.grader import latex, nodes, notation, numerals, points, readings, reals, values
from harness.grader.nodes import Node, negative
from harness.grader.notation import TooLarge, Unreadable
from harness.grader.numerals import Number
from harness.grader.scalars import POINTS, Meaning, bare, collection, holds, number_key, scalar, step_values

_FAST = 40  # digits of an integer that needs no reader
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_INFINITY = Node("constant", value="oo")
_FIRST_CHOICES = ("y", "z")  # which symbol an equation is solved for, where it can be


@lru_cache(maxsize=16_384)
def meaning(answer: str) -> Meaning:
    r"""What an answer means.

    >>> meaning(r"\frac{2}{4}").key == meaning("0.5").key == meaning(r"x = \sqrt{1/4}").key
    True
    >>> meaning("(1, 2)").key == meaning("1 < x < 2").key, meaning("{2, 1}").key == meaning("1, 2").key
    (True, True)

    Raises:
        Unreadable: It is not in the notation that is read here, or has no value.
    """
    try:
        return _read(answer)
    except RecursionError as error:
        raise TooLarge("nested too deeply") from error


def _read(answer: str) -> Meaning:
    if answer.isascii() and answer.isdigit() and len(answer) < _FAST:
        return scalar(nodes.number(answer))
    text = notation.clean(answer)
    if "_" in text and (numeral := readings.numeral(text)):
        digits, base = numeral
        return _with_base(of_node(_folded(latex.read(digits))), base)
    if "(" in text and (option := readings.option(text)):
        letter, rest = option
        return replace(of_node(_folded(latex.read(rest))), states=meaning(letter))
    return of_node(_folded(latex.read(answer)))


def _with_base(found: Meaning, base: str) -> Meaning:
    return replace(found, key=f"{found.key}_{base}", base=base) if base else found


def _folded(node: Node) -> Node:
    """The tree with its symbols in lower case, unless that would make two of them one."""
    names = set(points.symbols(node))
    if len({name.lower() for name in names}) < len(names):
        return node
    return _in_lower_case(node)


def _in_lower_case(node: Node) -> Node:
    value = node.value.lower() if node.kind == "symbol" and node.value not in ("E", "I") else node.value
    return replace(node, parts=tuple(map(_in_lower_case, node.parts)), value=value)


def of_node(node: Node) -> Meaning:
    """What a tree means."""
    if node.kind == "text":
        return Meaning("text", f"s:{node.value}")
    if node.kind == "universe":
        return Meaning("universe", f"u:{node.value}")
    if node.kind == "relation":
        return _relation(node)
    if node.kind == "list":
        return _list(node.parts)
    if node.kind in ("set", "union"):
        return collection([of_node(part) for part in node.parts], distinct=True)
    if node.kind == "tuple":
        return _tuple([of_node(part) for part in node.parts], str(node.value))
    if node.kind == "matrix":
        return _matrix(node)
    if node.kind == "difference":
        return _difference(*(of_node(part) for part in node.parts))
    if holds(node, "plus-minus"):
        return bare(collection([scalar(_signed(node, sign)) for sign in (1, -1)], distinct=True))
    coordinates = readings.coordinates(node)
    if coordinates is not None:
        return _tuple([scalar(part) for part in coordinates], "()")
    return scalar(node)


def _signed(node: Node, sign: int) -> Node:
    """The expression with every plus-minus decided."""
    parts = tuple(_signed(part, sign) for part in node.parts)
    if node.kind == "plus-minus":
        return Node("add", (parts[0], parts[1] if sign * node.value > 0 else negative(parts[1])))
    return replace(node, parts=parts)


# ---------------------------------------------------------------------------------------------- structures


def _list(nodes: Sequence[Node]) -> Meaning:
    """Items side by side: solutions in any order, or the coordinates of a point where each is named."""
    names = [n.parts[0].value if n.kind == "relation" and n.value == ("=",) else None for n in nodes]
    named = all(n.kind == "relation" and n.parts[0].kind == "symbol" for n in nodes)
    if named and None not in names and len(set(names)) == len(names):
        ordered = [node for _, node in sorted(zip(names, nodes, strict=True), key=lambda pair: str(pair[0]))]
        return _tuple([of_node(node) for node in ordered], "()")
    return bare(collection([of_node(node) for node in nodes], distinct=named))


def _tuple(parts: Sequence[Meaning], brackets: str) -> Meaning:
    """A point, or an interval; the open interval and the point cannot be told apart, and need not be."""
    if len(parts) == 2:
        opening = "(" if parts[0].key == "n:-oo" else brackets[0]
        closing = ")" if parts[1].key == "n:oo" else brackets[1]
        brackets = opening + closing
    inside = ",".join(part.key for part in parts)
    if brackets + inside == "()n:-oo,n:oo":
        return Meaning("universe", "u:R")
    kind = "tuple" if brackets == "()" else "interval"
    return Meaning(kind, f"{brackets[0]}{inside}{brackets[1]}", tuple(parts))


def _difference(whole: Meaning, removed: Meaning) -> Meaning:
    """What is left of a set of real numbers; of other sets, the pair."""
    line = reals.Piece(of_node(negative(_INFINITY)), of_node(_INFINITY), "()")
    pieces, holes = reals.pieces(whole, line), reals.pieces(removed, line)
    if pieces is None or holes is None or whole.kind == "scalar":
        return Meaning("difference", f"{whole.key}\\{removed.key}", (whole, removed))
    left = [_tuple([p.low, p.high], p.brackets) for p in reals.without(pieces, holes)]
    return collection(left, distinct=True) if left else Meaning("universe", "u:empty")


def _matrix(node: Node) -> Meaning:
    rows, columns = node.value
    parts = tuple(of_node(part) for part in node.parts)
    if columns == 1:
        return parts[0] if rows == 1 else _tuple(parts, "()")  # a column is a vector
    return Meaning("matrix", f"m{rows}x{columns}({','.join(part.key for part in parts)})", parts)


# ---------------------------------------------------------------------------------------------- relations


def _relation(node: Node) -> Meaning:
    operators, parts = node.value, node.parts
    if all(operator in ("=", "~", "in") for operator in operators):
        return _equation(parts, operators)
    if operators == ("!=",):
        excluded = of_node(parts[1])
        if parts[0].kind == "symbol" and excluded.kind == "scalar":
            return _difference(Meaning("universe", "u:R"), excluded)
        return Meaning("difference", f"!={excluded.key}", (excluded,))
    if all(operator in _FLIPPED for operator in operators):
        return _inequality(parts, operators)
    raise Unreadable("relations of several kinds")


def _equation(parts: Sequence[Node], operators: Sequence[str]) -> Meaning:
    """An equation; one that only names its answer (x = 5, A = B = 5) means that answer."""
    first, last = parts[0], parts[-1]
    if "in" in operators or last.kind in ("set", "tuple", "list", "matrix", "union", "difference", "universe", "text"):
        return of_node(last)
    valued = [part for part in parts if not points.has_symbol(part)]
    if len(parts) > 2 and set(operators) == {"="} and [last] == valued and _all_symbols(parts[:-1]):  # x = y = 1
        value = of_node(last)
        return replace(value, states=_tuple([value] * (len(parts) - 1), "()"))
    if not points.has_symbol(first) or (_is_name(first) and valued):
        exact = [part for part in valued if not holds(part, "decimal")]
        return of_node((exact[0] if "~" in operators else exact[-1]) if exact else valued[-1])
    if "~" in operators:
        return of_node(last if first.kind == "symbol" else first)
    if holds(first, "plus-minus") or holds(last, "plus-minus"):
        return of_node(last)
    if first.kind == "symbol" and points.steps(last) and first.value not in points.symbols(last):
        return of_node(last)
    difference = Node("add", (first, negative(last)))
    if not points.steps(difference) and all(
        numerals.digits(values.evaluate(difference, point)) == "0" for point in range(POINTS)
    ):
        return of_node(last)  # an identity: the last form is the answer
    states = None if points.has_symbol(last) else of_node(last)
    return replace(_zeros(difference), states=states)


def _all_symbols(parts: Sequence[Node]) -> bool:
    return all(part.kind == "symbol" for part in parts) and len({part.value for part in parts}) == len(parts)


def _is_name(node: Node) -> bool:
    """Whether the left side only names a quantity: a symbol, or a product of some (dV)."""
    return node.kind == "symbol" or (node.kind == "multiply" and all(map(_is_name, node.parts)))


def _zeros(difference: Node) -> Meaning:
    """An equation "difference = 0": solved for a symbol that stands in it alone and linearly, else up to a factor."""
    rough = holds(difference, "decimal")
    if points.steps(difference):
        found = [number for number in step_values(difference, points.integers(difference)) if number is not None]
        return Meaning("equation", "e|" + ";".join(map(numerals.digits, _ratios(found))), rough=rough)
    names = sorted(set(points.symbols(difference)))
    order = [n for n in _FIRST_CHOICES if n in names] + [n for n in names if n not in (*_FIRST_CHOICES, "x")] + ["x"]
    solved = {name: root for name in order if name in names and (root := _solved(difference, name)) is not None}
    if solved:
        name, numbers = next(iter(solved.items()))
        key = number_key(numbers, rough=rough)
        if len(solved) == 1:  # "V = abc" only names abc
            return Meaning("scalar", key, numbers=numbers, rough=rough)
        key += "" if name == _FIRST_CHOICES[0] else f"@{name}"
        return Meaning("scalar", key, numbers=numbers, rough=rough, solved=name)
    ratios = _ratios([values.evaluate(difference, point) for point in range(POINTS + 1)])
    return Meaning("equation", "e:" + ";".join(map(numerals.digits, ratios)), numbers=ratios, rough=rough)


def _ratios(numbers: Sequence[Number]) -> tuple[Number, ...]:
    """Numbers up to a common factor."""
    first = next((number for number in numbers if number != 0), None)
    if first is None or len(numbers) < POINTS + 1:
        raise numerals.Undefined("an equation that holds everywhere")
    return tuple(values.divide(number, first) for number in numbers[numbers[0] == first :])


def _solved(difference: Node, name: str) -> tuple[Number, ...] | None:
    """The values of the symbol that make the difference zero, where its coefficient is one constant."""
    out, slopes = [], set()
    for point in range(POINTS):
        try:
            at = [values.evaluate(difference, point, {name: Fraction(v)}) for v in (0, 1, 3)]
        except numerals.Undefined:
            return None
        slope = values.minus(at[1], at[0])
        thrice = values.minus(at[2], at[0])
        if (
            numerals.digits(thrice) != numerals.digits(values.times(slope, Fraction(3)))
            or numerals.digits(slope) == "0"
        ):
            return None
        slopes.add(numerals.digits(slope))
        out.append(values.divide(-at[0], slope))
    return tuple(out) if len(slopes) == 1 else None


def _absolute(parts: Sequence[Node], operators: Sequence[str]) -> Meaning | None:
    """|x| < 2 as -2 < x < 2, and 2 < |x| as what that leaves."""
    inside = [part.parts[0] for part in parts if part.kind == "function" and part.value == "abs"]
    bounds = [part for part in parts if not points.has_symbol(part)]
    if len(parts) != 2 or len(inside) != 1 or len(bounds) != 1 or inside[0].kind != "symbol":
        return None
    bound, operator = bounds[0], operators[0]
    if bounds[0] is parts[1]:
        return _inequality((negative(bound), inside[0], bound), (operator, operator))
    outside = {"<": "<=", "<=": "<"}[operator]
    within = _inequality((negative(bound), inside[0], bound), (outside, outside))
    return _difference(Meaning("universe", "u:R"), within)


def _inequality(parts: Sequence[Node], operators: Sequence[str]) -> Meaning:
    """An interval, where one symbol stands between numbers; else the inequality up to a positive factor."""
    if operators[0] in (">", ">="):
        parts, operators = parts[::-1], [_FLIPPED[o] for o in reversed(operators)]
    absolute = _absolute(parts, operators)
    if absolute is not None:
        return absolute
    middle = [i for i, part in enumerate(parts) if part.kind == "symbol"]
    bounds = [part for part in parts if not points.has_symbol(part)]
    if len(middle) == 1 and len(bounds) == len(parts) - 1 and len(parts) <= 3 and (len(parts) == 2 or middle == [1]):
        low = of_node(parts[0]) if middle[0] == 1 else of_node(negative(_INFINITY))
        high = of_node(parts[-1]) if middle[0] < len(parts) - 1 else of_node(_INFINITY)
        opening = "(" if middle[0] == 0 or operators[0] == "<" else "["
        closing = ")" if middle[0] == len(parts) - 1 or operators[-1] == "<" else "]"
        return _tuple([low, high], opening + closing)
    texts = []
    for left, right, operator in zip(parts[:-1], parts[1:], operators, strict=True):
        gap = Node("add", (left, negative(right)))
        if points.steps(gap):
            numbers = [number for number in step_values(gap, points.integers(gap)) if number is not None]
            scale = next((abs(number) for number in numbers if number != 0), Fraction(0))
        else:
            numbers = [values.evaluate(gap, point) for point in range(POINTS)]
            scale = abs(numbers[1])
        texts.append(operator + ";".join(numerals.digits(values.divide(n, scale)) for n in numbers))
    return Meaning("inequality", "r:" + ",".join(sorted(texts)))
