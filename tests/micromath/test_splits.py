"""Problems come from a seed, and a problem belongs to one split."""

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from harness.pool.problems import load_problems
from harness.records import Task
from tasks.micromath.builder import LEVELS, build, needed
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.parsing import parse
from tasks.micromath.plans import Slip, Step
from tasks.micromath.splits import balanced, split_of, stream
from tasks.micromath_tasks import MICROMATH, MICROMATH_OOD, OOD_PER_CELL, PER_CELL, TASKS


def test_the_same_seed_gives_the_same_problems():
    one = list(islice(stream(IN_DISTRIBUTION, "train", "a"), 30))
    again = list(islice(stream(IN_DISTRIBUTION, "train", "a"), 30))
    other = list(islice(stream(IN_DISTRIBUTION, "train", "b"), 30))

    assert one == again
    assert one != other


def test_no_split_shares_a_problem_with_another():
    drawn = {
        split: {plan.text for plan in islice(stream(IN_DISTRIBUTION, split, "s"), 150)}
        for split in ("train", "validation", "test")
    }

    assert not drawn["train"] & drawn["test"]
    assert not drawn["train"] & drawn["validation"]
    assert not drawn["validation"] & drawn["test"]


@given(st.text(max_size=40))
def test_every_text_has_one_split(text):
    assert split_of(text) == split_of(text)
    assert split_of(text) in {"train", "validation", "test"}


def test_the_splits_have_their_sizes():
    counts = Counter(split_of(f"problem {i}") for i in range(20_000))

    assert abs(counts["test"] / 20_000 - 0.10) < 0.01
    assert abs(counts["validation"] / 20_000 - 0.05) < 0.01


def test_the_test_problems_are_balanced_and_distinct():
    plans = balanced(IN_DISTRIBUTION, "test", 2)

    assert len({plan.text for plan in plans}) == len(plans) == 7 * 5 * 2
    assert set(Counter((plan.subject, plan.level) for plan in plans).values()) == {2}
    assert all(split_of(plan.text) == "test" for plan in plans)


def test_the_tasks_are_these_problems_for_ever():
    """Their ids are part of every published number: a change here is a new task version."""
    problems = load_problems(MICROMATH)
    ood = load_problems(MICROMATH_OOD)

    assert len(problems) == 35 * PER_CELL == 280
    assert len(ood) == 20 * OOD_PER_CELL == 120
    assert {p.level for p in problems} == {p.level for p in ood} == set(LEVELS)
    assert {p.subject for p in problems}.isdisjoint({p.subject for p in ood})
    assert all(isinstance(task, Task) for task in TASKS[:2])
    assert all(row.subjects[0] in {p.subject for p in ood} for row in TASKS[2].rows)


def test_every_family_has_a_name_of_its_own():
    names = [family.name for family in (*IN_DISTRIBUTION, *OUT_OF_DISTRIBUTION)]

    assert len(set(names)) == len(names)


def test_levels_are_parts_of_one_story():
    """The first sentence of a problem does not depend on how far its story goes."""
    family = next(f for f in IN_DISTRIBUTION if f.name == "shopping")
    easy, hard = build(family, 1, "story"), build(family, 5, "story")

    assert easy.text.split(" at ")[0].startswith("A shop sells")
    assert hard.text.split(" at ")[0].startswith("A shop sells")
    assert len(hard.steps) > len(easy.steps)


def step(name, formula, slips=(), also=()):
    wrong = tuple(Slip(parse(text), 0.1) for text in slips)
    return Step(name, name, parse(formula), (), wrong, tuple(map(parse, also)))


def test_a_plan_holds_only_what_its_answer_needs():
    """c needs a, not b; so b goes, and with it the wrong and the other formulas that use b."""
    steps = [step("a", "g + 1"), step("b", "g + 2"), step("c", "2 * a", slips=("b + 1", "a + 1"), also=("b", "a + a"))]

    kept = needed(steps, ["g"])

    assert [s.name for s in kept] == ["a", "c"]
    assert [slip.formula for slip in kept[1].slips] == [parse("a + 1")]
    assert kept[1].also == (parse("a + a"),)
