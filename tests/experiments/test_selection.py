"""Which solutions get a label: uniformly chosen ones, and convincing ones."""

import pytest

from experiments.active_learning import convincing
from experiments.candidates import distinct, uniform
from harness.pool.labelled.solution import LabelledSolution


def right(name):
    return LabelledSolution("p", (name, "Answer: 1"), (1, 1), correct=True)


def wrong(name):
    return LabelledSolution("p", (name, "Answer: 2"), (-1, -1), correct=False)


def silent(name):
    return LabelledSolution("p", (name,), (-1,), correct=False)


def names(solutions):
    return [solution.steps[0] for solution in solutions]


FOUND = [right("r9"), wrong("w8"), wrong("w7"), right("r6"), wrong("w5"), wrong("w4"), wrong("w3"), right("r2")]
SCORES = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0]


def test_four_of_five_are_the_most_convincing_wrong_answers():
    """Of five: w8, w7, w5, w4, and then the most convincing of all others, which is right."""
    assert names(convincing(FOUND, SCORES, 5, 0.8)) == ["w8", "w7", "w5", "w4", "r9"]


@pytest.mark.parametrize(("count", "mistaken"), [(1, 1), (2, 2), (4, 3), (10, 8), (16, 13)])
def test_the_share_of_wrong_answers_is_rounded_to_the_nearest(count, mistaken):
    """With as many of each as are asked for, and every right one more convincing than every wrong one."""
    found = [right(f"r{i}") for i in range(20)] + [wrong(f"w{i}") for i in range(20)]
    chosen = convincing(found, [40.0 - i for i in range(40)], count, 0.8)

    assert len(chosen) == count
    assert sum(name.startswith("w") for name in names(chosen)) == mistaken


def test_others_may_be_wrong_too():
    """The fifth is the most convincing of the rest, whatever its answer: w3 where the right ones convince less."""
    scores = [0.0, 8.0, 7.0, 0.1, 5.0, 4.0, 3.0, 0.2]

    assert names(convincing(FOUND, scores, 5, 0.8)) == ["w8", "w7", "w5", "w4", "w3"]


def test_where_wrong_answers_are_few_the_others_fill_up():
    found = [right("a"), right("b"), wrong("c"), right("d")]

    assert names(convincing(found, [4.0, 3.0, 2.0, 1.0], 4, 0.8)) == ["c", "a", "b", "d"]
    assert names(convincing(found, [4.0, 3.0, 2.0, 1.0], 9, 0.8)) == ["c", "a", "b", "d"]


def test_no_answer_is_not_a_wrong_answer():
    found = [silent("s"), wrong("w"), right("r")]

    assert names(convincing(found, [3.0, 2.0, 1.0], 2, 0.8)) == ["w", "s"]
    assert names(convincing(found, [1.0, 3.0, 2.0], 2, 0.8)) == ["w", "r"]


def test_a_label_is_not_spent_on_a_repeat():
    drawn = [right("a"), right("a"), wrong("b"), right("a")]

    assert names(distinct(drawn)) == ["a", "b"]
    assert sorted(names(uniform(drawn, 3, "seed"))) == ["a", "b"]


def test_a_larger_uniform_choice_holds_the_smaller():
    drawn = [wrong(str(i)) for i in range(30)]
    few, many = uniform(drawn, 4, "1/0"), uniform(drawn, 16, "1/0")

    assert many[:4] == few
    assert names(uniform(drawn, 4, "2/0")) != names(few)
    assert names(drawn) == [str(i) for i in range(30)]


def test_frequent_solutions_are_chosen_more_often():
    """With nine of ten samples the same, it is the first choice in about nine of ten seeds."""
    drawn = [right("often")] * 90 + [wrong(str(i)) for i in range(10)]
    firsts = [names(uniform(drawn, 1, str(seed)))[0] for seed in range(300)]

    assert 0.84 < firsts.count("often") / 300 < 0.95
