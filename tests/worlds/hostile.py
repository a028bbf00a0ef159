r"""Texts and names that try to be something else than text: executed, expanded, obeyed, hidden, or a path.

``texts`` stand where a model wrote; ``names`` where a source names things. In hostile.json ``{file}`` stands for a file
that must not appear, ``{port}`` for a port of this machine that nobody may call.
"""

import json
from pathlib import Path

_NAMES = ("paths", "queries", "cells", "markup", "escapes", "documents", "templates")
_PAIRS = (
    ("{", "}"), ("(", ")"), ("[", "]"), (r"\frac{1}{", "}"), (r"\sqrt{", "}"), (r"\text{", "}"), ("|", "|"),
    (r"\left(", r"\right)"), (r"\boxed{", "}"), (r"\begin{cases}", r"\end{cases}"), ("<think>", "</think>"),
    ("<answer>", "</answer>"),
)  # fmt: skip
_LONG = (
    "{" * 50_000, "(" * 900, "}" * 50_000, r"\left(" * 5_000, '{"answer":' * 2_000, "[" * 100_000, "<br/>" * 900,
    "0x" + "f" * 900, "7" * 990, "1" * 5_000, "9" * 100_000, "1." + "3" * 900, "1/" * 400 + "1", "x" + "+x" * 490,
    "2" + "^2" * 400, "2" + "\u0301" * 5_000, "\u1cd0" * 3_000, "\U0001f600" * 500, "\ufdfa" * 300,
)  # fmt: skip


def _read() -> dict[str, list[str]]:
    return json.loads(Path(__file__).with_name("hostile.json").read_text(encoding="utf-8"))


def texts(file: str, port: int) -> list[str]:
    """All of them, each once."""
    found = _read()
    payloads, wraps = found.pop("payloads"), found.pop("wraps")
    evaluated = [wrap % payload for payload in payloads for wrap in wraps]
    nested = [opening * depth + "1" + closing * depth for opening, closing in _PAIRS for depth in (60, 3_000)]
    plain = [text for kind, part in found.items() if kind != "paths" for text in part]
    return _filled([*evaluated, *plain, *nested, *_LONG], file, port)


def names(file: str, port: int) -> list[str]:
    """What calls itself after a path, a command, markup, a formula or an escape sequence."""
    found = _read()
    return _filled([text for kind in _NAMES for text in found[kind]], file, port)


def _filled(found: list[str], file: str, port: int) -> list[str]:
    return list(dict.fromkeys(text.replace("{file}", file).replace("{port}", str(port)) for text in found))
