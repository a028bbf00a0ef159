"""The tokens of one answer, and the place a parser has come to."""

from collections.abc import Callable

from harness.grader.nodes import Node
from harness.grader.notation import MAX_DEPTH, TooLarge, Unreadable


class Cursor:
    """A position in the tokens of an answer, and how deeply it is nested."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces
        self.position = 0
        self.depth = 0
        self.bars = 0
        self.degrees = False

    def peek(self, ahead: int = 0) -> str:
        """The next piece, or one further on; "" at the end."""
        at = self.position + ahead
        return self.pieces[at] if at < len(self.pieces) else ""

    def take(self, *expected: str) -> str:
        """The next piece, which must be one of those expected, if any are named."""
        piece = self.peek()
        if not piece or (expected and piece not in expected):
            raise Unreadable(f"{piece!r} where {' or '.join(expected) or 'more'} was expected")
        self.position += 1
        return piece

    def nested(self, parse: Callable[[], Node]) -> Node:
        """Parse one level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooLarge("nested too deeply")
        bars, self.bars = self.bars, 0
        node = parse()
        self.bars = bars
        self.depth -= 1
        return node

    def braced_name(self) -> str:
        """The text of ``{...}`` as a name."""
        self.take("{")
        name = ""
        while self.peek() != "}":
            name += self.take().lstrip("⟦\\")
        self.take("}")
        return name
