"""The language of steps: its tree, and the tree's printed form. ``parsing`` reads it."""

from dataclasses import dataclass

from harness.errors import BadInput

FUNCTIONS = {"gcd": 2, "lcm": 2, "C": 2, "sqrt": 1, "floor": 1}

_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "mod": 2, "negative": 3, "^": 4, "!": 5}


class NotAnExpression(BadInput):
    """A text outside the language of steps."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, as written: never negative."""

    value: int


@dataclass(frozen=True, slots=True)
class Name:
    """The variable x, or a quantity of a plan."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or a function with its operands, in the order in which they were written.

    Attributes:
        symbol: ``+ - * / mod ^ ! negative``, or a function of ``FUNCTIONS``.
        operands: One or two expressions.
    """

    symbol: str
    operands: tuple["Expression", ...]


Expression = Number | Name | Operation


def render(tree: Expression) -> str:
    """The text of a tree, with no more brackets than needed; ``parsing.parse`` gives the tree back."""
    match tree:
        case Number(value):
            return str(value)
        case Name(name):
            return name
        case Operation("negative", (inner,)):
            return "-" + _wrapped(inner, 3)
        case Operation("!", (inner,)):
            return _wrapped(inner, 5) + "!"
        case Operation("^", (base, exponent)):
            return f"{_wrapped(base, 5)}^{_wrapped(exponent, 5)}"
        case Operation(symbol, (left, right)) if symbol in _PRECEDENCE:
            level = _PRECEDENCE[symbol]
            if symbol == "*" and isinstance(left, Number) and _starts_with_x(right):
                return f"{left.value}{render(right)}"
            if symbol == "/" and isinstance(right, Number) and _is_whole(left):
                return f"{render(left)}/{right.value}"
            tail = f"({render(right)})" if _is_negative(right) else _wrapped(right, level + 1)
            return f"{_wrapped(left, level)} {symbol} {tail}"
        case Operation(symbol, operands):
            return f"{symbol}({', '.join(map(render, operands))})"


def substitute(tree: Expression, values: dict[str, Expression]) -> Expression:
    """The tree with every name that has a value replaced by it."""
    match tree:
        case Name(name):
            return values.get(name, tree)
        case Operation(symbol, operands):
            return Operation(symbol, tuple(substitute(operand, values) for operand in operands))
        case _:
            return tree


def names(tree: Expression) -> frozenset[str]:
    """Every name that occurs in the tree."""
    match tree:
        case Name(name):
            return frozenset({name})
        case Operation(_, operands):
            return frozenset().union(*map(names, operands))
        case _:
            return frozenset()


def _wrapped(tree: Expression, level: int) -> str:
    text = render(tree)
    if isinstance(tree, Operation) and _PRECEDENCE.get(tree.symbol, 9) < level:
        return f"({text})"
    return text


def _is_negative(tree: Expression) -> bool:
    match tree:
        case Operation("negative", _):
            return True
        case Operation("/" | "*", (left, _)):
            return _is_negative(left)
        case _:
            return False


def _is_whole(tree: Expression) -> bool:
    match tree:
        case Number() | Operation("negative", (Number(),)):
            return True
        case _:
            return False


def _starts_with_x(tree: Expression) -> bool:
    match tree:
        case Name("x") | Operation("^", (Name("x"), _)):
            return True
        case _:
            return False
