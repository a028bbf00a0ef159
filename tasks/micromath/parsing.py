"""From the text of a step to its tree.

    expression := term (("+" | "-") term)*
    term       := factor (("*" | "/" | "mod") factor | factor without an operator, as in 3x or 2(x + 1))*
    factor     := "-" factor | power
    power      := postfix ("^" factor)?
    postfix    := atom "!"*
    atom       := number | name | function "(" expression ("," expression)* ")" | "(" expression ")"

Model output is hostile text: it goes through this parser and nothing else, and what it may ask for is bounded.
"""

import re

from tasks.micromath.expressions import FUNCTIONS, Expression, Name, NotAnExpression, Number, Operation

LONGEST_TEXT = 200
LARGEST_NUMBER = 10**9
DEEPEST_TREE = 20

_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]+|[-+*/^(),!])", re.ASCII)


def parse(text: str) -> Expression:
    """The tree of a text.

    >>> parse("2x")
    Operation(symbol='*', operands=(Number(value=2), Name(name='x')))

    Raises:
        NotAnExpression: The text is not in the language, or larger than it allows.
    """
    if len(text) > LONGEST_TEXT:
        raise NotAnExpression(f"An expression of {len(text)} characters was found; at most {LONGEST_TEXT} are read.")
    return _Parser(_tokens(text), text).whole()


def _tokens(text: str) -> list[str]:
    pieces: list[str] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise NotAnExpression(f"{text!r} holds {stripped[position]!r}, which no expression does.")
        pieces.append(match[1])
        position = match.end()
    return pieces


class _Parser:
    """Recursive descent over the pieces of one text."""

    def __init__(self, pieces: list[str], text: str) -> None:
        self._pieces = pieces
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
            piece = self._peek()
            if piece in ("*", "/", "mod"):
                tree = Operation(self._next(), (tree, self._factor()))
            elif isinstance(tree, Number | Operation) and (piece == "(" or piece.isalpha()):
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
        piece = self._next()
        if piece.isdigit():
            if int(piece) > LARGEST_NUMBER:
                raise self._wrong("a number is too large")
            return Number(int(piece))
        if piece in FUNCTIONS:
            return self._call(piece)
        if piece == "(":
            tree = self._expression()
            self._expect(")")
            return tree
        if piece.replace("_", "").isalpha() and piece != "mod":
            return Name(piece)
        raise self._wrong(f"{piece!r} was not expected" if piece else "it stops too early")

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
        return self._pieces[self._position] if self._position < len(self._pieces) else ""

    def _next(self) -> str:
        piece = self._peek()
        self._position += 1
        return piece

    def _expect(self, piece: str) -> None:
        if self._next() != piece:
            raise self._wrong(f"{piece!r} is missing")

    def _wrong(self, why: str) -> NotAnExpression:
        return NotAnExpression(f"{self._text!r} is not an expression: {why}.")
