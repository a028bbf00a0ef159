"""Text of strangers on its way to a terminal, a table or a file: it shows as itself, and holds no secret.

visible   every character that is not seen, or that moves what is seen, is written out
cell      a spreadsheet takes it for text, not for a formula
masked    keys, tokens and passwords are ``***``
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

MASK = "***"
_HIDDEN = {
    **{c: chr(0x2400 + c) for c in range(0x20) if c not in (0x09, 0x0A)},
    0x7F: "␡",
    **{c: f"⟨U+{c:04X}⟩" for c in range(0x80, 0xA0)},
}
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORMULA = ("=", "+", "-", "@")
_KINDS = (
    r"(?:[\w.-]*[_.-])?(?:api[_-]?key|apikey|access[_-]?key|private[_-]?key|secret|token|password|passwd|pwd|"
    r"authorization|credential)s?"
)
_NAME = re.compile(_KINDS, re.IGNORECASE)
_COUNTED = re.compile(r"[\w.-]*tokens|(?:eos|bos|pad|label|special|stop|step)[\w-]*token", re.IGNORECASE)
_GIVEN = re.compile(rf"(?<![\w.-])({_KINDS})(\s*[=:]\s*|[\"']\s*:\s*[\"'])([^\s\"'&;,]+)", re.IGNORECASE)
_COUNT = re.compile(r"[-+]?(?:\d{1,7}|nan|inf|none|null)", re.IGNORECASE)  # of tokens, not a token
_FOLDERS = ("PWD", "OLDPWD")  # of a shell: where somebody is, not what nobody may know
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")
_SHAPE = re.compile(
    r"\b(?:sk-[\w-]{12,}|hf_\w{12,}|gh[opsu]_\w{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{10,}|AKIA\w{12,}|AIza[\w-]{20,}|"
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,})"
)


def visible(text: str) -> str:
    r"""The text with every unseen character written out; tabs and line ends stay.

    >>> visible("a\x00b\u202ec")
    'a␀b⟨U+202E⟩c'
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").translate(_HIDDEN)
    return "".join(f"⟨U+{ord(c):04X}⟩" if c in _DIRECTION or _unseen(c) else c for c in text)


def _unseen(character: str) -> bool:
    return character not in "\n\t\u200d" and unicodedata.category(character) in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def line(text: str) -> str:
    r"""The same in one line.

    >>> line("a\nb")
    'a␊b'
    """
    return visible(text).replace("\n", "␊").replace("\t", "␉")


def cell(value: Any) -> Any:
    """A value for a table that a spreadsheet may open: text that it would compute gets an apostrophe before it.

    >>> cell("=1+1"), cell("prm"), cell(-0.5)
    ("'=1+1", 'prm', -0.5)
    """
    if not isinstance(value, str):
        return value
    text = line(value)
    return f"'{text}" if text.lstrip(" ␉␊␍").startswith(_FORMULA) else text


def secret(name: str) -> bool:
    """Whether an option of this name holds a secret.

    >>> secret("api_key"), secret("hf_token"), secret("tokens"), secret("key_env")
    (True, True, False, False)
    """
    return bool(_NAME.fullmatch(name)) and not _COUNTED.fullmatch(name)


def masked(text: str) -> str:
    """A text without keys, tokens and passwords: by their names, their shapes, their places, or from the environment.

    >>> masked("judge api_key=abc server=http://me:pw@host/v1?token=x max_tokens=9")
    'judge api_key=*** server=http://***@host/v1?token=*** max_tokens=9'
    """
    for name, value in os.environ.items():
        if len(value) >= 8 and value in text and secret(name) and name not in _FOLDERS:
            text = text.replace(value, MASK)
    text = _GIVEN.sub(_without, text)
    text = _BEARER.sub(lambda m: f"{m[1]} {MASK}", text)
    return _SHAPE.sub(MASK, _ADDRESS.sub(f"{MASK}@", text))


def _without(found: re.Match[str]) -> str:
    harmless = _COUNTED.fullmatch(found[1]) or _COUNT.fullmatch(found[3])
    return found[0] if harmless else found[1] + found[2] + MASK


def masked_values(value: Any, name: str = "") -> Any:
    """The same for whatever JSON can hold; numbers under any name stay.

    >>> masked_values({"api_key": "abc", "server": "http://a:b@c", "max_tokens": 9})
    {'api_key': '***', 'server': 'http://***@c', 'max_tokens': 9}
    """
    if isinstance(value, str):
        return MASK if value and secret(name) else masked(value)
    if isinstance(value, Mapping):
        return {key: masked_values(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(masked_values(inner, name) for inner in value)
    return value


def without_secrets(spec: str) -> str:
    """What names a verifier, without the options that hold a secret.

    >>> without_secrets("judge model=m api_key=abc server=http://me:pw@host")
    'judge model=m server=http://***@host'
    """
    words = re.findall(r"(?:[^\s\"']|\"[^\"]*\"|'[^']*')+|[\"']", spec)
    kept = [word for word in words if not secret(word.partition("=")[0])]
    return masked(spec if len(kept) == len(words) else " ".join(kept))
