"""Parse the arithmetic of an answer: sums, products, powers, functions. ``latex`` adds the structures around them."""

from abc import ABC, abstractmethod
from fractions import Fraction

from harness.grader.cursor import Cursor
from harness.grader.nodes import Node, negative, number
from harness.grader.notation import FUNCTIONS, GREEK, Unreadable, names

_UNIVERSES = {"R": "R", "Z": "Z", "N": "N", "Q": "Q", "C": "C", "emptyset": "empty", "varnothing": "empty"}
_ACCENTS = names("vec hat overline bar tilde overrightarrow dot ddot widehat mathring")
_TRIGONOMETRIC = names("sin cos tan cot sec csc cis")
HEADS = frozenset("\\" + name for name in FUNCTIONS)
_NO_ATOM = names(
    "\\cup \\cap \\bigcup \\setminus \\backslash \\pm \\mp \\end \\\\ \\} \\rangle \\rfloor \\rceil \\circ \\% \\mid "
    "\\cdot \\times \\div \\degree \\hline \\land \\lor \\bmod \\mod \\pmod"
)
RELATIONS = {
    "=": "=", "==": "=", "\\equiv": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "\\lt": "<", "\\gt": ">",
    "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "!=": "!=",
    "\\ne": "!=", "\\neq": "!=", "\\approx": "~", "\\sim": "~", "\\simeq": "~", "\\in": "in", "\\colon": "=",
}  # fmt: skip
_OPENINGS = frozenset(("(", "[", "\\{", "\\mathbb", "\\emptyset", ""))
UNIT_VECTORS = names("unitvectori unitvectorj unitvectork")
_ONE = Node("number", value=Fraction(1))
_DEGREE = Node("divide", (Node("constant", value="pi"), Node("number", value=Fraction(180))))


class ExpressionParser(Cursor, ABC):
    """Recursive descent over the tokens of one answer, from sums down to atoms."""

    @abstractmethod
    def items(self) -> Node:
        """What may stand between brackets."""

    @abstractmethod
    def bracketed(self, opening: str) -> Node:
        """What stands from an opening bracket to its closing one."""

    @abstractmethod
    def matrix(self) -> Node:
        r"""A matrix, from its ``\begin``."""

    # ------------------------------------------------------------------------------------------ expressions

    def sum(self) -> Node:
        """A sum: products with signs between them."""
        node = self.product()
        while self.peek() in ("+", "-", "\\pm", "\\mp"):
            sign = self.take()
            right = self.product()
            if sign == "-" and node.kind == "universe":
                node = Node("difference", (node, right))
            elif sign in ("+", "-"):
                node = Node("add", (node, right if sign == "+" else negative(right)))
            else:
                node = Node("plus-minus", (node, right), 1 if sign == "\\pm" else -1)
        return node

    def product(self) -> Node:
        """A product: factors with ``*``, ``/`` or nothing between them."""
        node = self.factor()
        while True:
            piece = self.peek()
            if piece in ("*", "\\cdot", "\\times", "\\ast"):
                self.take()
                node = Node("multiply", (node, self.factor()))
            elif piece in ("/", "\\div") or (piece == ":" and self.peek(1) not in _OPENINGS):
                self.take()
                node = Node("divide", (node, self.factor()))
            elif piece in ("\\bmod", "\\mod"):
                self.take()
                node = Node("function", (node, self.factor()), "mod")
            elif self.starts_atom(piece):
                node = self.implicit(node)
            else:
                return node

    def implicit(self, left: Node) -> Node:
        """Two factors side by side: a product, or a mixed number."""
        piece = self.peek()
        whole = left.kind == "number" and left.value.denominator == 1
        if piece[0].isdigit():
            if left.kind not in ("number", "decimal"):
                return Node("multiply", (left, self.power()))
            if not whole or self.peek(1) != "/" or not self.peek(2).isdigit():
                raise Unreadable("two numbers side by side")
            right = self.factor()
            self.take("/")
            right = Node("divide", (right, self.factor()))
            if right.parts[1].kind == "percent":  # 2 1/2 %
                right = Node("percent", (Node("divide", (right.parts[0], *right.parts[1].parts)),))
        else:
            right = self.power()
        if whole and right.kind == "percent":  # 37\frac{1}{2}\% is a percentage, not a product
            mixed = self.mixed(left, right.parts[0])
            return Node("percent", (mixed,)) if mixed else Node("multiply", (left, right))
        return (self.mixed(left, right) if whole else None) or Node("multiply", (left, right))

    @staticmethod
    def mixed(left: Node, right: Node) -> Node | None:
        """A whole number and a proper fraction behind it, which is not in parentheses."""
        if right.kind == "divide" and all(p.kind == "number" for p in right.parts):
            top, bottom = (part.value for part in right.parts)
            if 0 < top < bottom and right.value != "grouped":  # 2 1/2, and -2 1/2
                return Node("add", (left, right if left.value >= 0 else negative(right)))
        return None

    def starts_atom(self, piece: str) -> bool:
        """Whether a factor can begin with this piece, so that two stand side by side."""
        if not piece or piece.startswith("⟦") or piece in RELATIONS or piece in _NO_ATOM:
            return False
        if piece == "|":
            return self.bars == 0
        return piece[0].isalnum() or piece[0] == "." or piece in ("(", "{", "[", "\\{") or piece[0] == "\\"

    def factor(self) -> Node:
        """A factor: a power, with any signs before it."""
        piece = self.peek()
        if piece in ("+", "-"):
            self.take()
            return self.factor() if piece == "+" else negative(self.factor())
        if piece in ("\\pm", "\\mp"):
            self.take()
            return Node("plus-minus", (Node("number", value=Fraction(0)), self.factor()), 1)
        return self.power()

    def power(self) -> Node:
        """A power: an atom with its exponents and signs behind it."""
        node = self.postfix(self.atom())
        while self.peek() in ("^", "**"):
            self.take()
            if self.peek() == "\\circ" or (self.peek() == "{" and self.peek(1) == "\\circ"):
                self.exponent()
                node = self.in_degrees(node)
            elif self.peek().startswith("⟦"):  # 5^{\text{th}}, m^\text{2}
                self.take()
            else:
                node = Node("power", (node, self.tower()))
            node = self.postfix(node)
        return node

    def tower(self) -> Node:
        """An exponent, which may have one of its own: a ** b ** c is a ** (b ** c)."""
        node = self.exponent()
        if self.peek() == "**" or (self.peek() == "^" and self.peek(1) not in ("\\circ", "{")):
            self.take()
            return self.nested(lambda: Node("power", (node, self.tower())))
        return node

    def in_degrees(self, node: Node) -> Node:
        """A number with a degree sign: radians inside a sine, the bare number elsewhere."""
        return Node("multiply", (node, _DEGREE)) if self.degrees else node

    def exponent(self) -> Node:
        """What stands behind a ``^``: a group, a signed atom, or a degree sign."""
        piece = self.peek()
        if piece == "{":
            self.take()
            if self.peek().startswith("⟦") or self.peek() == "\\circ":
                while self.peek() != "}":
                    self.take()
                self.take()
                return _ONE
            node = self.nested(self.items)
            self.take("}")
            return node
        if piece in ("-", "+"):
            self.take()
            return negative(self.exponent()) if piece == "-" else self.exponent()
        if piece == "\\circ":
            self.take()
            return _ONE
        return self.atom()

    def postfix(self, node: Node) -> Node:
        """Factorials, percent signs, degree signs, and the base of a numeral."""
        while True:
            piece = self.peek()
            if piece == "!" and self.peek(1) != "=":
                double = self.peek(1) == "!" and self.peek(2) != "="
                node = Node("function", (node,), "double factorial" if double else "factorial")
                self.position += double
            elif piece in ("%", "\\%"):
                node = Node("percent", (node,))
            elif piece == "\\degree":
                node = self.in_degrees(node)
            elif piece == "_" and node.kind in ("number", "decimal"):  # the base of a numeral in a longer answer
                self.take()
                node = Node("numeral", (node,), self.subscript())
                continue
            else:
                return node
            self.take()

    def atom(self) -> Node:
        """A number, a symbol, a command, or something in brackets."""
        piece = self.take()
        if piece[0].isdigit() or piece[0] == ".":
            return number(piece)
        if piece in ("(", "[", "\\{", "\\langle"):
            self.position -= 1
            node = self.bracketed(piece)
            return Node("divide", node.parts, "grouped") if node.kind == "divide" else node
        if piece == "{":
            node = self.nested(self.items)
            self.take("}")
            return node
        if piece == "|":
            self.bars += 1
            node = self.sum()
            self.bars -= 1
            self.take("|")
            return Node("function", (node,), "abs")
        if piece.isalpha():
            return self.symbol(piece)
        if piece[0] == "\\":
            return self.command(piece)
        if piece[0] == "⟦" and piece[1:].isalpha() and len(piece) <= 4:  # letters set upright
            node = self.symbol(piece[1])
            for letter in piece[2:]:
                node = Node("multiply", (node, self.symbol(letter)))
            return node
        raise Unreadable(f"{piece!r}")

    def symbol(self, name: str) -> Node:
        """A symbol with its primes and its subscript."""
        primes = ""
        while self.peek() == "'":
            primes += self.take()
        if self.peek() == "_":
            self.take()
            return Node("symbol", value=f"{name}{primes}_{self.subscript()}")
        if name in ("e", "i") and not primes:
            return Node("constant", value=name)
        return Node("symbol", value=name + primes)

    def subscript(self) -> str:
        """The text of a subscript."""
        if self.peek() == "{":
            return self.braced_name()
        return self.take().lstrip("⟦\\")

    def command(self, piece: str) -> Node:
        """What a LaTeX command with its arguments means."""
        name = piece.lstrip("\\")
        if name == "frac":
            top, bottom = self.argument(digits=True), self.argument(digits=True)
            return Node("divide", (top, bottom))
        if name in ("sqrt", "cbrt"):
            degree = Node("number", value=Fraction(3 if name == "cbrt" else 2))
            if self.peek() == "[":
                self.take()
                degree = self.nested(self.sum)
                self.take("]")
            return Node("function", (self.argument(), degree), "root")
        if name in ("binom", "dbinom", "tbinom", "choose"):
            return Node("function", (self.argument(digits=True), self.argument(digits=True)), "binomial")
        if name in ("pi", "infty"):
            return Node("constant", value="pi" if name == "pi" else "oo")
        if name in FUNCTIONS:
            return self.function(name)
        if name in ("lfloor", "lceil"):
            node = self.nested(self.sum)
            self.take("\\r" + name[1:])
            return Node("function", (node,), name[1:])
        if name in ("mathbb", "mathcal", "mathbf"):
            inner = self.braced_name() if self.peek() == "{" else self.take()
            return Node("universe", value=_UNIVERSES[inner]) if inner in _UNIVERSES else self.symbol(inner)
        if name in ("emptyset", "varnothing", "oslash"):
            return Node("universe", value="empty")
        if name == "begin":
            self.position -= 1
            return self.matrix()
        if name in _ACCENTS:
            inner = self.braced_name() if self.peek() == "{" else self.take().lstrip("\\")
            return self.symbol(f"{name} {inner}")
        if name in GREEK or name in UNIT_VECTORS:
            return self.symbol(name)
        raise Unreadable(piece)

    def argument(self, *, digits: bool = False) -> Node:
        r"""The argument of a command: a group, or a single piece; of ``\frac`` a single digit."""
        piece = self.peek()
        if piece == "{":
            self.take()
            node = self.nested(self.items)
            self.take("}")
            return node
        if digits and piece.isdigit() and len(piece) > 1:
            self.pieces[self.position] = piece[1:]
            return Node("number", value=Fraction(piece[0]))
        return self.atom()

    def function(self, name: str) -> Node:
        """A function: its exponent, its base, its argument."""
        exponent = base = None
        for _ in range(2):
            if self.peek() == "^" and exponent is None:
                self.take()
                exponent = self.exponent()
            elif self.peek() == "_" and base is None:
                self.take()
                base = self.argument()
        degrees, self.degrees = self.degrees, name in _TRIGONOMETRIC
        node = self.function_argument(name)
        self.degrees = degrees
        if exponent is not None and exponent == negative(_ONE):
            name, exponent = "arc" + name, None
        parts = node.parts if node.kind in ("list", "tuple") and name in ("gcd", "lcm", "max", "min") else (node,)
        out = Node("function", (*parts, *([base] if base is not None else [])), name)
        return out if exponent is None else Node("power", (out, exponent))

    def function_argument(self, name: str) -> Node:
        """What a function is applied to: a bracket, or the factors up to the next function or sign."""
        if self.peek() in ("(", "{", "[", "|"):
            return self.atom()
        sign = self.peek() == "-" and bool(self.take())
        node = self.power()
        while self.starts_atom(self.peek()) and self.peek() not in ("(", "[", "\\{", "|") and self.peek() not in HEADS:
            node = self.implicit(node)
        return negative(node) if sign else node
