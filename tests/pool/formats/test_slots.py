"""Slots by name."""

import pytest

from harness.errors import BadInput
from harness.pool.slots import NamedSlots


def test_names_get_slots_in_order_of_first_sight():
    """Problem one has a, b and a second b; problem two has c, b and a."""
    slots = NamedSlots(model="")

    one = set()
    first = [slots.slot(one, model=m) for m in ("a", "b", "b")]
    two = set()
    second = [slots.slot(two, model=m) for m in ("c", "b", "a")]

    assert (first, second) == ([0, 1, 2], [3, 1, 0])
    assert slots.names() == ["a", "b", "b #2", "c"]


def test_numbers_and_texts_name_the_same():
    """Run 0 is asked for as 0 or "0"."""
    for wanted in (0, "0"):
        slots = NamedSlots(run=wanted)

        assert [slots.chosen(run=r) for r in (0, 1, "0")] == [True, False, True]
        slots.check()


def test_what_was_asked_for_must_occur():
    """Else the names that did occur are listed; a source without names says so."""
    slots = NamedSlots(model="c")
    assert not slots.chosen(model="a")

    with pytest.raises(BadInput, match="has the model 'c'. There are a."):
        slots.check()
    with pytest.raises(BadInput, match="There are no model named in it at all"):
        NamedSlots(model="c").check()
