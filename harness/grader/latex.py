r"""Read the mathematics of an answer into a tree. Nothing is evaluated, simplified or guessed.

Answers are short and their notation is narrow: numbers, fractions, roots, powers, functions, tuples, intervals, sets,
matrices, equations, inequalities, words. This reader knows that notation and is bounded by construction: one pass over
at most ``solutions.MAX_ANSWER`` characters, nesting of at most ``notation.MAX_DEPTH``, no Python evaluated.
What it does not know raises ``Unreadable`` and is left to Math-Verify's full grammar in a grading process
(``symbolic``).
"""

import re

from harness.grader import notation, numberwords
from harness.grader.expressions import HEADS, RELATIONS, ExpressionParser
from harness.grader.nodes import Node
from harness.grader.notation import TooLarge, Unreadable, plain_text

_CLOSINGS = {"(": (")", "]"), "[": ("]", ")"), "\\{": ("\\}",), "\\langle": ("\\rangle",)}
_LINKS = ("^", "/", "*", "\\cdot", "\\times", "%", "-")
_CONDITION = re.compile(
    r"(?:if|for|when|where|otherwise|else|such|except|unless|as|with|is|are|not|no)\b", re.IGNORECASE
)

_DEGREES_OF = re.compile(r"(\^\s{0,2}\{?\s{0,2}\\circ\s{0,2}\}?)\s{0,2}(?:⟦\s{0,2}[CFK]\s{0,2}⟧|[CF](?![A-Za-z]))")
_HEDGE = re.compile(
    r"\b(?:or|maybe|perhaps|possibly|more|less|fewer|greater|above|below|least|most|than|upwards?|downwards?|minimum|"
    r"maximum|plus)\b|\s\d",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\bor\s{1,3}(?:more|less|fewer|greater|above|below|higher|lower|maybe|perhaps|possibly)\b|\b(?:maybe|perhaps|possibly)\b",
    re.IGNORECASE,
)
_QUALITY = re.compile(r"(?:odd|even|prime|composite|positive|negative|all|any|every|integer|rational|irrational|real)")
_WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2,}")
_PROSE = 4  # words that make a sentence of what cannot be read as mathematics
WORDS = {
    **dict.fromkeys(
        ("nosolution", "nosolutions", "norealsolution", "norealsolutions", "emptyset"), Node("universe", value="empty")
    ),
    **dict.fromkeys(("allrealnumbers", "allreals", "realnumbers"), Node("universe", value="R")),
}


class Hedged(Unreadable):
    """A value that its words take back: "5 or more", "2 or maybe 3"."""


def read(answer: str) -> Node:
    r"""The tree of an answer.

    >>> read(r"\frac{1}{2}").kind, read("(1, 2]").value, read(r"x \ge 3").value
    ('divide', '(]', ('>=',))

    Raises:
        Unreadable: It is not in the notation this reader knows.
    """
    text = _DEGREES_OF.sub(r"\1", notation.clean(answer))
    if not text:
        raise Unreadable("empty")
    words = notation.words(text)
    if words is not None:
        value = numberwords.value(text)
        return Node("number", value=value) if value is not None else WORDS.get(words) or _text(text, words)
    if _TAKEN_BACK.search(text):
        return Node("text", value=plain_text(text))
    block = text.startswith("⟦") and text.find("⟧") == len(text) - 1
    if block:
        text = text[1:-1].strip()
    pieces: list[str] = []
    try:
        pieces = notation.tokens(text)
        return _parsed(pieces)
    except TooLarge:
        raise
    except Hedged:
        return Node("text", value=plain_text(text))
    except Unreadable:
        node = None if block else _named(pieces)
        if node is not None:
            return node
        if block or len(_WORD.findall(text)) >= _PROSE:
            return Node("text", value=plain_text(text))
        raise


def _text(text: str, words: str) -> Node:
    """Words; "n odd" and "odd n" say the same."""
    found = text.replace("⟦", " ").replace("⟧", " ").split()
    if len(found) == 2 and len(found[0]) == 1 and _QUALITY.fullmatch(found[1].lower()):
        words = plain_text(found[1] + found[0])
    return Node("text", value=words)


def _named(pieces: list[str]) -> Node | None:
    """What stands behind the last "=": what is named may be anything, what it equals counts. Unless that is 0."""
    if "=" not in pieces:
        return None
    try:
        node = _parsed(pieces[len(pieces) - pieces[::-1].index("=") :])
    except Unreadable:
        return None
    return None if node == Node("number", value=0) else node


def _parsed(pieces: list[str]) -> Node:
    parser = _Parser(pieces)
    node = parser.items()
    if parser.peek():
        raise Unreadable(f"{parser.peek()!r} was not expected")
    return node


def _rows(node: Node) -> Node:
    """[[1, 2], [3, 4]] is a matrix; [(1, 2), (3, 4)] is a list of points."""
    widths = {len(part.parts) for part in node.parts}
    if len(widths) > 1 or any(part.value == "()" and len(part.parts) == 2 for part in node.parts):
        return node
    return Node("matrix", tuple(cell for part in node.parts for cell in part.parts), (len(node.parts), widths.pop()))


class _Parser(ExpressionParser):
    """Lists, relations, sets, tuples, intervals, matrices, units and words, around the arithmetic."""

    def items(self) -> Node:
        """Items between commas or semicolons; a single item stands for itself."""
        found = [self.item()]
        while self.peek() in (",", ";"):
            self.take()
            if self.peek() in ("", ",", ";", ")", "]", "\\}", "}"):
                continue  # "1, 2, and 3" and a trailing comma
            found.append(self.item())
        return found[0] if len(found) == 1 else Node("list", tuple(found))

    def item(self) -> Node:
        """A relation, after a label in words ("Area ="), before a unit."""
        start = self.position
        while self.peek().startswith("⟦"):
            self.take()
        if self.position > start and self.peek() in ("=", ":", "\\approx"):
            self.take()
        else:
            self.position = start
        if self.peek().startswith("⟦") and not (self.depth and len(self.peek()) <= 4):
            return self.text()
        if self.peek() in ("\\approx", "\\sim", "="):
            self.take()
        self.skip_applied_label()
        parts, operators = [self.sets()], []
        while self.peek() in RELATIONS:
            operators.append(RELATIONS[self.take()])
            parts.append(self.sets())
        self.skip_unit()
        if self.peek() == ":" and self.peek(1):  # "x < 3 : (-oo, 3)" says the same twice
            self.take()
            self.sets()
        if not operators:
            return parts[0]
        return Node("relation", tuple(parts), tuple(operators))

    def text(self) -> Node:
        """Words up to the next separator."""
        words = []
        while self.peek() and self.peek() not in (",", ";", ")", "\\}", "]"):
            words.append(self.take().lstrip("⟦"))
        return Node("text", value=plain_text(" ".join(words)))

    def skip_applied_label(self) -> None:
        """``f(x) =`` names the answer; it is not a product that equals something."""
        name = 2 if self.peek(1) == "'" else 1
        if not re.fullmatch(r"[A-Za-z]|\\[A-Za-z]+", self.peek()) or self.peek(name) != "(" or self.peek() in HEADS:
            return
        depth, at = 0, self.position + name
        while at < len(self.pieces):
            depth += (self.pieces[at] == "(") - (self.pieces[at] == ")")
            at += 1
            if depth == 0:
                break
        if at < len(self.pieces) and self.pieces[at] == "=":
            self.position = at + 1

    def skip_unit(self) -> None:
        """Words, and powers and slashes among them, behind a complete expression."""
        if not self.peek().startswith("⟦"):
            return
        linked = False
        while self.peek().startswith("⟦") or self.peek() in _LINKS or (linked and self.peek().isalpha()):
            piece = self.take()
            linked = piece in _LINKS
            if piece.startswith("⟦") and _HEDGE.search(piece):
                raise Hedged("a value and words that take it back")
            if piece.startswith("⟦") and _QUALITY.fullmatch(piece[1:].strip().lower()) and self.position == 2:
                raise Unreadable("a quality")
            if piece.startswith("⟦") and _CONDITION.match(piece[1:].strip()):
                raise Unreadable("a condition in words")
            if piece == "^":
                self.exponent()

    def sets(self) -> Node:
        """Unions and differences of sets, of which a single expression is the commonest case."""
        node = self.sum()
        while self.peek() in ("\\cup", "\\bigcup", "\\setminus", "\\backslash"):
            kind = "union" if "cup" in self.take() else "difference"
            node = Node(kind, (node, self.sum()))
        return node

    def bracketed(self, opening: str) -> Node:
        """What stands between brackets: an expression, a tuple, an interval, a set."""
        self.take(opening)
        if opening == "\\{" and self.peek() == "\\}":
            self.take()
            return Node("universe", value="empty")
        if opening == "\\{":
            self.skip_builder()
        degrees, self.degrees = self.degrees, self.degrees and opening == "("
        node = self.nested(self.items)
        self.degrees = degrees
        closing = self.take(*_CLOSINGS[opening])
        if opening == "\\{":
            return node if node.kind == "relation" else Node("set", node.parts if node.kind == "list" else (node,))
        if node.kind == "list":
            if opening == "[" and closing == "]" and all(part.kind == "tuple" for part in node.parts):
                return _rows(node)
            round_ = opening == "(" and closing == ")"
            if not round_ and len(node.parts) != 2 and opening != "\\langle":
                return Node("tuple", node.parts, "()")  # [1, 2, 3] is a list in another dress
            return Node("tuple", node.parts, "()" if opening == "\\langle" or closing == ">" else opening + closing)
        if (opening == "(") != (closing == ")"):
            raise Unreadable("brackets that do not belong together")
        return node

    def skip_builder(self) -> None:
        """What a set-builder begins with: {x | ...}, {x in R : ...}."""
        if self.peek(1) in ("|", ":"):
            self.position += 2
        elif self.peek(1) == "\\in" and self.peek(2) == "\\mathbb":
            end = 7 if self.peek(3) == "{" else 5
            if self.peek(end - 1) in ("|", ":"):
                self.position += end

    def matrix(self) -> Node:
        self.take("\\begin")
        kind = self.braced_name()
        if kind not in ("pmatrix", "bmatrix", "matrix", "smallmatrix", "Bmatrix", "array"):
            raise Unreadable(f"the environment {kind}")
        if kind == "array" and self.peek() == "{":
            self.braced_name()
        rows: list[list[Node]] = [[]]
        while self.peek() != "\\end":
            if self.peek() in ("\\\\", "\\hline"):
                if self.take() == "\\\\" and self.peek() != "\\end":
                    rows.append([])
            elif self.peek() == "&":
                self.take()
            else:
                rows[-1].append(self.nested(self.sum))
        self.take()
        self.braced_name()
        width = len(rows[0])
        if not width or any(len(row) != width for row in rows):
            raise Unreadable("a matrix with rows of different lengths")
        return Node("matrix", tuple(cell for row in rows for cell in row), (len(rows), width))
