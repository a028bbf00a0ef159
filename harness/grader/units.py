r"""Units behind numbers: products of powers of the names that pint knows, written in LaTeX or in words.

Only single names are handed to pint, never a text for it to parse.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

Dimension = tuple[tuple[str, float], ...]

_ALIASES = {
    "AU": "astronomical_unit", "Torr": "torr", "KJ": "kilojoule", "kPA": "kilopascal", "Omega": "ohm", "Ω": "ohm",
    "AA": "angstrom", "Å": "angstrom", "mole": "mol", "moles": "mol", "cc": "milliliter", "amps": "ampere",
    "sec": "second", "secs": "second", "yrs": "year", "lbs": "pound", "hours": "hour", "ly": "light_year",
}  # fmt: skip
_LETTERS = frozenset("mshgdAKJNWVCFTHLlDGSMeu")  # the others are variables or constants more often than units
_TEMPERATURES = {"degC": (1.0, 273.15), "degF": (5 / 9, 459.67 * 5 / 9)}
_CELSIUS = re.compile(
    r"(?:\^?\s{0,4}\{?\s{0,4}\\circ\s{0,4}\}?|\\degree|degrees?|deg)"
    r"\s{0,4}⟦?\s{0,4}([CF])(?:elsius|ahrenheit)?\b"
)
_DEGREE = re.compile(r"\^?\s{0,4}\{?\s{0,4}\\circ\s{0,4}\}?|\\degree")
_MICRO = re.compile(r"\\mu\s{0,4}[⟦{]?\s{0,4}(?=[A-Za-z])")
_FOOT_POUND = re.compile(r"\bft\s{0,4}(?:-|\\cdot)\s{0,4}lbf?\b|\b(?:foot|feet)[- ]pounds?\b")
_PIECE = re.compile(
    r"(?P<name>\\?[A-Za-zΩÅµ]+)(?P<power>-?\d+(?!\d*\.\d))?|\^\s{0,4}\{?\s{0,4}(?P<exponent>[-+]?\d+(?:/\d+)?)\s{0,4}\}?"
    r"|\*\*\s{0,4}(?P<stars>[-+]?\d+)|(?P<slash>/)|(?P<percent>\\?%)|(?P<between>[\s{0,4}().,;{}$⟦⟧-]+)"
)
_TIMES = ("\\cdot", "\\times", "\\text", "\\left", "\\right")
_FILLERS = frozenset(("of", "the", "a", "an", "in", "and", "units", "unit", "about", "to", "or", "is"))
_SCALE = re.compile(
    r"^\s{0,4}(?:\\times\s{0,4})?(?:⟦?\s{0,4})"
    r"10\s{0,4}\^\s{0,4}\{?\s{0,4}([-+]?\d{1,3})\s{0,4}\}?\s{0,4}⟧?"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    Attributes:
        factor: What one of it is in base units.
        dimension: Powers of the base dimensions; () for a pure number.
        offset: Base units at its zero, for temperatures.
        scale: The part of ``factor`` that is a pure number: a power of ten in front, or 0.01 for a percent.
    """

    factor: float
    dimension: Dimension
    offset: float = 0.0
    scale: float = 1.0


@lru_cache(maxsize=1024)
def unit(text: str) -> Unit | None:
    r"""The unit a task states, with a power of ten in front where there is one; None where it is not known.

    >>> unit(r"$10^{-19} \mathrm{~J}$").scale, unit("km/h").dimension
    (1e-19, (('[length]', 1.0), ('[time]', -1.0)))
    """
    from harness.grader import notation

    text = notation.clean(text)
    match = _SCALE.match(text)
    scale = 10.0 ** int(match.group(1)) if match else 1.0
    _, found = read(text[match.end() :] if match else text)
    if found is None:
        return None if scale == 1.0 else Unit(scale, (), scale=scale)
    return replace(found, factor=found.factor * scale, scale=found.scale * scale)


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[bool, Unit | None]:
    """Whether a cleaned text (``notation.clean``) can stand behind a number, and the unit it is.

    Words that name no unit count things ("electrons") and are passed over; a lone letter that names none is a
    variable, so the number before it is no number but the start of a formula.
    """
    if not text.strip(" .,;$"):
        return True, None
    temperature = _CELSIUS.fullmatch(text.strip(" .⟧"))
    if temperature:
        factor, offset = _TEMPERATURES["deg" + temperature.group(1)]
        return True, Unit(factor, (("[temperature]", 1.0),), offset)
    text = _DEGREE.sub(" degree ", _CELSIUS.sub(" kelvin ", text))
    text = _FOOT_POUND.sub("ft lbf", _MICRO.sub("µ", text))
    factor, scale, powers = 1.0, 1.0, dict[str, float]()
    sign, position, found = 1, 0, list[list[Any]]()
    inside = False
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            return False, None
        inside = "⟧" not in (match.group("between") or "") and (inside or "⟦" in (match.group("between") or ""))
        position = match.end()
        name, exponent = match.group("name"), match.group("exponent") or match.group("stars")
        if match.group("slash") or name == "per":
            sign = -1
        elif match.group("percent"):
            scale *= 0.01**sign
        elif exponent and found:
            found[-1][1] = sign * _fraction(exponent)
        elif exponent:
            return False, None
        elif name and name not in _TIMES and not _filler(name):
            parts = _names(name.lstrip("\\"))
            if parts is None:
                if not inside and len(name) < 3:
                    return False, None
                found.append(["", 1.0])  # a count of something
                continue
            found += [[part, float(sign)] for part in parts]
            if match.group("power"):
                found[-1][1] = sign * float(match.group("power"))
    for name, power in found:
        if name:
            size, dimension = _base(name)
            factor *= size**power
            for base, exponent in dimension:
                powers[base] = powers.get(base, 0.0) + exponent * power
    dimension = tuple(sorted((base, power) for base, power in powers.items() if power))
    return True, Unit(factor * scale, dimension, scale=scale)


def _filler(name: str) -> bool:
    """A word that says nothing; "A" alone is the ampere."""
    return name in _FILLERS or (len(name) > 1 and name.lower() in _FILLERS)


def _fraction(text: str) -> float:
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()


@lru_cache(maxsize=4096)
def _names(name: str) -> tuple[str, ...] | None:
    """The pint names that a written name stands for: one, or two run together (Jmol); None for no unit."""
    if len(name) > 24:
        return None
    one = _known(name)
    if one:
        return (one,)
    for cut in range(1, len(name) if len(name) <= 6 else 0):
        first, second = _known(name[:cut]), _known(name[cut:])
        if first and second:
            return (first, second)
    return None


def _known(name: str) -> str | None:
    if name in _ALIASES:
        return _ALIASES[name]
    if len(name) == 1 and name not in _LETTERS:
        return None
    found = _registry().parse_unit_name(name) or _registry().parse_unit_name(name.lower() if len(name) > 3 else name)
    return found[0][0] + found[0][1] if found else None


@lru_cache(maxsize=4096)
def _base(name: str) -> tuple[float, Dimension]:
    registry = _registry()
    factor = float(registry.get_root_units(name)[0])
    if name == "kelvin":
        factor = 1.0
    dimension = tuple((base, float(power)) for base, power in registry.get_dimensionality(name).items())
    return factor, dimension
