r"""Whether a formula can be handed to KaTeX: known commands only, balanced, and complete.

KaTeX itself refuses what it cannot parse and does nothing dangerous with its default settings; this check keeps out
what could still disturb a page (huge rules, spacing, colours, links, macros) and what would show as an error instead of
as text. ``katex.txt`` lists the commands it lets through.
"""

import re
from pathlib import Path

MAX_LENGTH = 2_000
MAX_DEPTH = 30
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}\[\]^_&]|[^\\{}\[\]^_&]", re.DOTALL)
_KNOWN = {
    name: frozenset(words)
    for name, *words in (
        line.split() for line in Path(__file__).with_name("katex.txt").read_text(encoding="utf-8").split("\n\n")[1:]
    )
}
_SYMBOLS = frozenset("\\,;:! {}%$#&_|>'\"")
_NAMED = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")


def harmless(formula: str) -> bool:
    r"""Whether KaTeX will typeset the formula as one small, quiet thing.

    >>> harmless(r"\frac{1}{2} + x^{2}"), harmless(r"\frac{1}"), harmless(r"\href{http://x}{y}"), harmless("x^")
    (True, False, False, False)
    """
    if not formula.strip() or len(formula) > MAX_LENGTH or re.search(r"[^\S\n ]|[\x00-\x09\x0b-\x1f]", formula):
        return False
    if re.search(r"(?<!\\)%", formula):  # a comment: it would swallow what follows
        return False
    rest = _environments(formula)
    return rest is not None and _Reader(_TOKEN.findall(rest)).complete()


def _environments(formula: str) -> str | None:
    """The formula with its environments as groups; None where they are unknown or do not nest."""
    stack: list[str] = []
    for kind, name in _NAMED.findall(formula):
        if name not in _KNOWN["environments"]:
            return None
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return None
    if stack or re.search(r"\\(begin|end)(?!\s*\{)", formula):
        return None
    outside = re.sub(r"\\begin\s*\{[^{}]*\}.*\\end\s*\{[^{}]*\}", "", formula, flags=re.DOTALL)
    if re.search(r"(?<!\\)&", outside):
        return None
    return re.sub(r"(?<!\\)&", " ", _NAMED.sub(lambda m: "{" if m[1] == "begin" else "}", formula))


class _Reader:
    """A recursive reading of the pieces, far enough to see that every command has what it needs."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces
        self.at = 0
        self.ok = True

    def complete(self) -> bool:
        self.row("", 0)
        return self.ok and self.at == len(self.pieces)

    def peek(self) -> str:
        while self.at < len(self.pieces) and self.pieces[self.at].isspace():
            self.at += 1
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def row(self, closing: str, depth: int) -> None:
        """Things up to the closing piece, with at most one of each script on each of them."""
        scripts, opened, has_base = set[str](), 0, False
        while self.ok and (piece := self.peek()) and piece != closing:
            if piece in ("^", "_"):
                self.at += 1
                self.ok = piece not in scripts
                scripts.add(piece)
                self.argument(depth)
                continue
            if piece == "'" and "^" in scripts:
                self.ok = False
            scripts = set()
            opened += {"\\left": 1, "\\right": -1}.get(piece, 0)
            self.ok = self.ok and opened >= 0
            self.thing(depth)
            has_base = True
        self.ok = self.ok and opened == 0 and (self.peek() == closing) and (has_base or not scripts or closing == "}")

    def argument(self, depth: int) -> None:
        piece = self.peek()
        if not piece or piece in ("}", "^", "_", "]"):
            self.ok = False
            return
        self.thing(depth)

    def thing(self, depth: int) -> None:
        """One group, command with its arguments, or character."""
        piece = self.peek()
        self.at += 1
        if depth > MAX_DEPTH or piece in ("", "}"):
            self.ok = False
        elif piece == "{":
            self.row("}", depth + 1)
            self.ok = self.ok and self.peek() == "}"
            self.at += 1
        elif piece.startswith("\\"):
            self.command(piece[1:].rstrip("*"), depth)

    def command(self, name: str, depth: int) -> None:
        arguments = 2 if name in _KNOWN["two"] else int(name in _KNOWN["one"])
        if arguments:
            if name == "sqrt" and self.peek() == "[":
                self.at += 1
                self.row("]", depth + 1)
                self.at += 1
            for _ in range(arguments):
                if self.ok:
                    self.argument(depth + 1)
        elif name in _KNOWN["sized"]:
            after = self.peek()
            self.ok = bool(after) and (after in "()[]|./<>" or after.startswith("\\"))
            self.at += 1
        else:
            self.ok = name in _KNOWN["plain"] or name in _SYMBOLS
