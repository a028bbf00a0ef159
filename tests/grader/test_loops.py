"""Every loop of every regular expression that reads a stranger's text, made to go round: from 10 kB to 10 MB.

The texts are made from the expressions themselves: for each loop one that stays in it as long as it can, and then
fails. They are read by whatever reads solutions and answers, in whose work every expression has its part.
"""

import importlib
import pkgutil
import re

import pytest

from harness import grader, plain
from harness.grader import answers, notation
from harness.pool import matching, steps
from harness.records import AnswerSpec
from leaderboard.draw import mathematics, text
from worlds.growing import cost, grows_too_fast, loops

KINDS = {
    "math": AnswerSpec(),
    "number": AnswerSpec("number"),
    "choice": AnswerSpec("choice", choices=("red", "blue", "3", "4")),
}
READERS = {
    **{kind: lambda given, spec=spec: answers.extract(given, spec) for kind, spec in KINDS.items()},
    "board": text.markdown,
    "names": lambda given: (plain.visible(given), plain.masked(given), plain.without_secrets(given)),
    "matching": lambda given: (matching.folded(given), matching.letters(given)),
}
SIZES = {"names": (2_000, 8_000, 1_000_000), "matching": (2_000, 8_000, 1_000_000)}
OTHERWISE = 10_000, 40_000, 10_000_000


def patterns():
    """All expressions of the grader and of what shows text, by where they stand."""
    modules = [importlib.import_module(f"harness.grader.{m.name}") for m in pkgutil.iter_modules(grader.__path__)]
    found = {}
    for module in (*modules, plain, matching, steps, text, mathematics):
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.setdefault(value, f"{module.__name__}.{name}")
    return found


PATTERNS = patterns()


def test_every_pattern_is_looked_at():
    """A hundred and more, with several hundred loops."""
    assert len(PATTERNS) > 100
    assert sum(1 for pattern in PATTERNS for _ in loops(pattern, 100)) > 200


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_no_loop_costs_more_than_its_text(reader):
    """Work grows with the text, from 10 kB to 40 kB; of the dearest two, up to 10 MB. Names are shorter."""
    read, (short, long, huge) = READERS[reader], SIZES.get(reader, OTHERWISE)
    dear = []
    for pattern, name in PATTERNS.items():
        for small, large in zip(loops(pattern, short), loops(pattern, long), strict=True):
            assert not grows_too_fast(read, small, large), name
            dear.append((cost(read, large), large))
    for _, shape in sorted(dear)[-2:]:
        whole = (shape[:-1] * (huge // len(shape) + 1))[:huge]
        assert not grows_too_fast(read, whole[: huge // 10], whole)


def test_an_answer_is_cut_before_it_is_read():
    """What the grader's other expressions see has a thousand characters at most."""
    for pattern in PATTERNS:
        for shape in loops(pattern, 900):
            assert len(shape) < 100_000
            try:
                notation.tokens(notation.clean(shape[:1000]))
            except notation.Unreadable:
                continue
