"""The language of steps: a tree, its parser and its printer.

    expression := term (("+" | "-") term)*
    term       := factor (("*" | "/" | "mod") factor | factor without an operator, as in 3x or 2(x + 1))*
    factor     := "-" factor | power
    power      := postfix ("^" factor)?
    postfix    := atom "!"*
    atom       := number | name | function "(" expression ("," expression)* ")" | "(" expression ")"

Model output is hostile text: it goes through this parser and nothing else, and what it may ask for is bounded.
"""

import re
from dataclasses import dataclass

from harness.errors import BadInput

LONGEST_TEXT = 200
LARGEST_NUMBER = 10**9
DEEPEST_TREE = 20

FUNCTIONS = {"gcd": 2, "lcm": 2, "C": 2, "sqrt": 1, "floor": 1}

_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]+|[-+*/^(),!])", re.ASCII)
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


def parse(text: str) -> Expression:
    """The tree of a text.

    >>> render(parse("2(3+4) * x^2"))
    '2 * (3 + 4) * x^2'

    Raises:
        NotAnExpression: The text is not in the language, or larger than it allows.
    """
    if len(text) > LONGEST_TEXT:
        raise NotAnExpression(f"An expression of {len(text)} characters was found; at most {LONGEST_TEXT} are read.")
    return _Parser(_tokens(text), text).whole()


def render(tree: Expression) -> str:
    """The text of a tree, with no more brackets than needed; ``parse`` gives the tree back."""
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


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise NotAnExpression(f"{text!r} holds {stripped[position]!r}, which no expression does.")
        tokens.append(match[1])
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, tokens: list[str], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._position = 0
        self._depth = 0

    def whole(self) -> Expression:
        tree = self._expression()
        if self._peek():
            raise self._wrong(f"{self._peek()!r} was not expected")
        return tree

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST_TREE:
            raise self._wrong("it is nested too deeply")
        tree = self._term()
        while self._peek() in ("+", "-"):
            tree = Operation(self._next(), (tree, self._term()))
        self._depth -= 1
        return tree

    def _term(self) -> Expression:
        tree = self._factor()
        while True:
            token = self._peek()
            if token in ("*", "/", "mod"):
                tree = Operation(self._next(), (tree, self._factor()))
            elif isinstance(tree, Number | Operation) and (token == "(" or token.isalpha()):
                tree = Operation("*", (tree, self._power()))
            else:
                return tree

    def _factor(self) -> Expression:
        if self._peek() == "-":
            self._next()
            self._depth += 1
            if self._depth > DEEPEST_TREE:
                raise self._wrong("it is nested too deeply")
            tree = Operation("negative", (self._factor(),))
            self._depth -= 1
            return tree
        return self._power()

    def _power(self) -> Expression:
        tree = self._postfix()
        if self._peek() == "^":
            self._next()
            return Operation("^", (tree, self._factor()))
        return tree

    def _postfix(self) -> Expression:
        tree = self._atom()
        while self._peek() == "!":
            self._next()
            tree = Operation("!", (tree,))
        return tree

    def _atom(self) -> Expression:
        token = self._next()
        if token.isdigit():
            if int(token) > LARGEST_NUMBER:
                raise self._wrong("a number is too large")
            return Number(int(token))
        if token in FUNCTIONS:
            return self._call(token)
        if token == "(":
            tree = self._expression()
            self._expect(")")
            return tree
        if token.replace("_", "").isalpha() and token != "mod":
            return Name(token)
        raise self._wrong(f"{token!r} was not expected" if token else "it stops too early")

    def _call(self, function: str) -> Expression:
        self._expect("(")
        operands = [self._expression()]
        while self._peek() == ",":
            self._next()
            operands.append(self._expression())
        self._expect(")")
        if len(operands) != FUNCTIONS[function]:
            raise self._wrong(f"{function} takes {FUNCTIONS[function]} operands")
        return Operation(function, tuple(operands))

    def _peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._position += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise self._wrong(f"{token!r} is missing")

    def _wrong(self, why: str) -> NotAnExpression:
        return NotAnExpression(f"{self._text!r} is not an expression: {why}.")
