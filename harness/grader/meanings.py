"""What an answer means: its parts and its voting key.

A key is found from one answer alone, never from the gold or from other answers, so "equal keys" is an equivalence
relation by construction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from harness.grader import latex, values
from harness.grader.nodes import Node, negative
from harness.grader.notation import TooLarge, Unreadable
from harness.grader.values import Number

_POINTS = 2
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FIRST_CHOICES = ("y", "z")  # which symbol an equation is solved for, where it can be


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer understood.

    Attributes:
        kind: ``scalar`` (a number or an expression), ``tuple``, ``interval``, ``collection`` (order and repetition do
            not count), ``matrix``, ``equation``, ``inequality``, ``universe``, ``difference`` or ``text``.
        key: Equal keys are the same vote.
        parts: Of a structure, in the order they were written.
        numbers: Of a scalar: its values at the fixed points.
        shares: Of a scalar with a percent sign: its values where 50% is 1/2.
        rough: Of a scalar: it holds a decimal, so it may be rounded.
        bare: A collection written without brackets.
        states: Of an equation between something with symbols and a number: that number.
    """

    kind: str
    key: str
    parts: tuple["Meaning", ...] = ()
    numbers: tuple[Number, ...] = ()
    shares: tuple[Number, ...] = ()
    rough: bool = False
    bare: bool = False
    states: "Meaning | None" = None


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
        return of_node(_folded(latex.read(answer)))
    except RecursionError as error:
        raise TooLarge("nested too deeply") from error


def _folded(node: Node) -> Node:
    """The tree with its symbols in lower case, unless that would make two of them one."""
    names = set(_symbols(node))
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
        return _collection([of_node(part) for part in node.parts])
    if node.kind == "tuple":
        return _tuple([of_node(part) for part in node.parts], str(node.value))
    if node.kind == "matrix":
        return _matrix(node)
    if node.kind == "difference":
        parts = tuple(of_node(part) for part in node.parts)
        return Meaning("difference", "\\".join(part.key for part in parts), parts)
    if _holds(node, "plus-minus"):
        return replace(_collection([_scalar(_signed(node, sign)) for sign in (1, -1)]), bare=True)
    return _scalar(node)


# ---------------------------------------------------------------------------------------------- scalars


def _scalar(node: Node) -> Meaning:
    numbers = tuple(values.evaluate(node, point) for point in range(_POINTS))
    shares: tuple[Number, ...] = ()
    if _holds(node, "percent"):
        shares = tuple(values.evaluate(node, point, percent=True) for point in range(_POINTS))
    texts = [values.digits(number) for number in numbers]
    if _holds_signed(node):  # |x| is not x: the fixed points alone are positive
        texts.append("|")
    key = f"n:{texts[0]}" if texts[0] == texts[1] else "f:" + ";".join(texts)
    return Meaning("scalar", key, numbers=numbers, shares=shares, rough=_holds(node, "decimal"))


def _holds(node: Node, kind: str) -> bool:
    return node.kind == kind or any(_holds(part, kind) for part in node.parts)


def _holds_signed(node: Node) -> bool:
    """Whether an absolute value of something with a symbol is in it."""
    if node.kind == "function" and node.value == "abs":
        return _holds(node, "symbol")
    return any(_holds_signed(part) for part in node.parts)


def _signed(node: Node, sign: int) -> Node:
    """The expression with every plus-minus decided."""
    parts = tuple(_signed(part, sign) for part in node.parts)
    if node.kind == "plus-minus":
        return Node("add", (parts[0], parts[1] if sign * node.value > 0 else negative(parts[1])))
    return replace(node, parts=parts)


# ---------------------------------------------------------------------------------------------- structures


def _collection(parts: Sequence[Meaning]) -> Meaning:
    flat: list[Meaning] = []
    for part in parts:
        flat += part.parts if part.kind == "collection" else [part]
    distinct = {part.key: part for part in flat}
    if len(distinct) == 1:
        return flat[0]
    return Meaning("collection", "{" + ",".join(sorted(distinct)) + "}", tuple(distinct.values()))


def _list(nodes: Sequence[Node]) -> Meaning:
    """Items side by side: solutions in any order, or the coordinates of a point where each is named."""
    names = [n.parts[0].value if n.kind == "relation" and n.value == ("=",) else None for n in nodes]
    named = all(n.kind == "relation" and n.parts[0].kind == "symbol" for n in nodes)
    if named and None not in names and len(set(names)) == len(names):
        ordered = [node for _, node in sorted(zip(names, nodes, strict=True), key=lambda pair: str(pair[0]))]
        return _tuple([of_node(node) for node in ordered], "()")
    found = _collection([of_node(node) for node in nodes])
    return replace(found, bare=True) if found.kind == "collection" else found


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
        return Meaning("difference", f"!={of_node(parts[1]).key}", (of_node(parts[1]),))
    if all(operator in _FLIPPED for operator in operators):
        return _inequality(parts, operators)
    raise Unreadable("relations of several kinds")


def _equation(parts: Sequence[Node], operators: Sequence[str]) -> Meaning:
    """An equation; one that only names its answer (x = 5, A = B = 5) means that answer."""
    first, last = parts[0], parts[-1]
    if "in" in operators or last.kind in ("set", "tuple", "list", "matrix", "union", "difference", "universe", "text"):
        return of_node(last)
    valued = [part for part in parts if not _holds(part, "symbol")]
    if not _holds(first, "symbol") or (_is_name(first) and valued):
        exact = [part for part in valued if not _holds(part, "decimal")]
        return of_node((exact[0] if "~" in operators else exact[-1]) if exact else valued[-1])
    if "~" in operators:
        return of_node(last if first.kind == "symbol" else first)
    if _holds(first, "plus-minus") or _holds(last, "plus-minus"):
        return of_node(last)
    difference = Node("add", (first, negative(last)))
    if all(values.digits(values.evaluate(difference, point)) == "0" for point in range(_POINTS)):
        return of_node(last)  # an identity: the last form is the answer
    states = None if _holds(last, "symbol") else of_node(last)
    return replace(_zeros(difference), states=states)


def _is_name(node: Node) -> bool:
    """Whether the left side only names a quantity: a symbol, or a product of some (dV)."""
    return node.kind == "symbol" or (node.kind == "multiply" and all(map(_is_name, node.parts)))


def _zeros(difference: Node) -> Meaning:
    """An equation "difference = 0": solved for a symbol that stands in it alone and linearly, else up to a factor."""
    names = sorted(set(_symbols(difference)))
    for name in (
        [n for n in _FIRST_CHOICES if n in names] + [n for n in names if n not in (*_FIRST_CHOICES, "x")] + ["x"]
    ):
        solved = _solved(difference, name) if name in names else None
        if solved is not None:
            texts = [values.digits(number) for number in solved]
            key = f"n:{texts[0]}" if texts[0] == texts[1] else "f:" + ";".join(texts)
            return Meaning("scalar", key, numbers=solved, rough=_holds(difference, "decimal"))
    numbers = tuple(values.evaluate(difference, point) for point in range(_POINTS + 1))
    ratios = tuple(values.divide(number, numbers[0]) for number in numbers[1:])
    return Meaning(
        "equation", "e:" + ";".join(map(values.digits, ratios)), numbers=ratios, rough=_holds(difference, "decimal")
    )


def _symbols(node: Node) -> list[str]:
    return [str(node.value)] if node.kind == "symbol" else [name for part in node.parts for name in _symbols(part)]


def _solved(difference: Node, name: str) -> tuple[Number, ...] | None:
    """The values of the symbol that make the difference zero, where its coefficient is one constant."""
    out, slopes = [], set()
    for point in range(_POINTS):
        try:
            at = [values.evaluate(difference, point, {name: Fraction(v)}) for v in (0, 1, 3)]
        except values.Undefined:
            return None
        slope = values.minus(at[1], at[0])
        thrice = values.minus(at[2], at[0])
        if values.digits(thrice) != values.digits(values.times(slope, Fraction(3))) or values.digits(slope) == "0":
            return None
        slopes.add(values.digits(slope))
        out.append(values.divide(-at[0], slope))
    return tuple(out) if len(slopes) == 1 else None


def _inequality(parts: Sequence[Node], operators: Sequence[str]) -> Meaning:
    """An interval, where one symbol stands between numbers; else the inequality up to a positive factor."""
    if operators[0] in (">", ">="):
        parts, operators = parts[::-1], [_FLIPPED[o] for o in reversed(operators)]
    middle = [i for i, part in enumerate(parts) if part.kind == "symbol"]
    bounds = [part for part in parts if not _holds(part, "symbol")]
    if len(middle) == 1 and len(bounds) == len(parts) - 1 and len(parts) <= 3 and (len(parts) == 2 or middle == [1]):
        low = of_node(parts[0]) if middle[0] == 1 else of_node(negative(Node("constant", value="oo")))
        high = of_node(parts[-1]) if middle[0] < len(parts) - 1 else of_node(Node("constant", value="oo"))
        opening = "(" if middle[0] == 0 or operators[0] == "<" else "["
        closing = ")" if middle[0] == len(parts) - 1 or operators[-1] == "<" else "]"
        return _tuple([low, high], opening + closing)
    texts = []
    for left, right, operator in zip(parts[:-1], parts[1:], operators, strict=True):
        numbers = [values.evaluate(Node("add", (left, negative(right))), point) for point in range(_POINTS)]
        texts.append(operator + ";".join(values.digits(values.divide(n, abs(numbers[1]))) for n in numbers))
    return Meaning("inequality", "r:" + ",".join(sorted(texts)))
