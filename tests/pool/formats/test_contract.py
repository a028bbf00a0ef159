"""What every format has in common."""

import inspect
import re
from pathlib import Path

import pytest

from harness import registry
from harness.errors import BadInput, UnknownName
from harness.pool import formats

ROOT = Path(__file__).resolve().parents[3]
NAMES = sorted(registry.formats())


@pytest.mark.parametrize("name", NAMES)
def test_a_format_says_what_it_reads_and_takes(name):
    """Its docstring opens with one sentence, shows a record, and names every option."""
    form = registry.pool_format(name)
    text = inspect.getdoc(form)

    assert re.match(r"[A-Z].*\.$", registry.summary(form))
    assert "{" in text
    assert form.SLOTS is None or form.SLOTS > 0
    assert isinstance(form.SPLIT, str)
    options = text.partition("\nOptions:\n")[2]
    assert sorted(formats.options_of(form)) == sorted(
        name.strip() for group in re.findall(r"^ {4}(\w[\w, ]*):", options, re.MULTILINE) for name in group.split(",")
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_format_refuses_options_it_does_not_know(name):
    """A misspelt option is never ignored."""
    with pytest.raises(BadInput, match="no option 'modell'; it takes"):
        formats.read(registry.pool_format(name), [], lambda file: [], {"modell": "x"})


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_documented(name):
    """The data page has a section for it."""
    assert f"\n### `{name}`" in (ROOT / "docs" / "data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_records_of_something_else_are_set_aside_with_a_reason(name, write, take):
    """No format takes a record it does not understand for a sample, and none breaks on it."""
    rows = [{"hello": "world"}, {"samples": 3, "output": {}, "code": None, "answers": 7, "problem": ["x"]}]

    found = take(name, write(OWN_NAMES.get(name, "other.jsonl"), rows))

    assert found.entries == []
    assert len(found.rejects) == 2
    assert all(reject.reason and reject.line == line for line, reject in enumerate(found.rejects, start=1))


OWN_NAMES = {"nemo-skills": "output-rs0.jsonl"}


def test_an_unknown_format_is_answered_with_the_nearest_names():
    """Prm800 is probably prm800k."""
    with pytest.raises(UnknownName, match="Did you mean 'prm800k'"):
        registry.pool_format("prm800")


def test_a_format_of_ones_own_is_a_file(tmp_path, write, take):
    """A module with SLOTS, SPLIT and read, named by its path, works like a bundled one."""
    (tmp_path / "mine.py").write_text(
        '''"""Mine. {}"""
from harness.pool.formats import Described, each
from harness.records import Sample

SLOTS = 2
SPLIT = "test"


def read(records, *, shout=False):
    return each(records, lambda row: [(Described(text=row["q"]), Sample(row["k"], row["a"].upper() * shout))])
'''
    )

    found = take(str(tmp_path / "mine.py"), write("mine.jsonl", [{"q": "1 + 1", "k": 1, "a": "two"}]), shout=True)

    assert [(s.index, s.text) for s in found.samples] == [(1, "TWO")]
