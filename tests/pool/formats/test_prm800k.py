"""OpenAI's scored test samples."""

import math

import pytest


def row(**more):
    """One sample; rating_probs give 0.99 and 0.9 with neutral as positive, 0.8 and 0.8 with neutral as negative."""
    rating = [{"-1": 0.01, "0": 0.19, "1": 0.8}, {"0": 0.1, "-1": 0.1, "1": 0.8}]
    return {
        "problem": "What is 1 + 1?",
        "answer": "2",
        "is_correct": True,
        "subject": "Prealgebra",
        "level": 1,
        "unique_id": "test/prealgebra/0.json",
        "ground_truth_answer": "2",
        "steps": ["We add.", "It is 2.\n\n# Answer\n\n2"],
        "rating_probs": rating,
        "prm_score": 0.891,
        "orm_score": 0.93,
        **more,
    }


def test_a_row_becomes_a_sample_with_its_four_scores(write, take):
    """The step scores both ways, the product and the outcome score."""
    found = take("prm800k", write("scored.jsonl", [row()]))

    (sample,), (problem,) = found.samples, found.problems
    assert (problem.id, problem.gold, problem.subject, problem.level) == (
        "test/prealgebra/0.json",
        "2",
        "Prealgebra",
        1,
    )
    assert sample.steps == ("We add.", "It is 2.\n\n# Answer\n\n2")
    assert (sample.text, sample.answer, sample.given_correct) == (None, "2", True)
    assert sample.scores["prm"].steps == pytest.approx((0.99, 0.9))
    assert sample.scores["prm-neutral-as-negative"].steps == (0.8, 0.8)
    assert sample.scores["prm_score"].value == pytest.approx(math.prod(sample.scores["prm"].steps))
    assert sample.scores["orm_score"].value == 0.93


def test_the_samples_of_a_problem_fill_its_1860_slots_in_order(write, pool):
    """Two of 1860 are there; the rest are missing slots."""
    made = pool("prm800k", write("scored.jsonl.gz", [row(), row(answer=None)]))

    assert (made.manifest.slots, made.manifest.n_samples, made.manifest.uneven) == (1860, 2, 1)
    assert made.of_problem("test/prealgebra/0.json")["index"].to_pylist() == [0, 1]


def test_scores_of_another_length_than_the_steps_are_no_guess(write, take):
    """The row is set aside, the next one is not."""
    found = take("prm800k", write("scored.jsonl", [row(steps=["one"]), row()]))

    assert found.reasons() == ["unexpected content: 2 rating_probs for 1 steps"]
    assert (found.rejects[0].line, len(found.entries)) == (1, 1)


def test_what_is_not_known_is_none(write, take):
    """A missing outcome score, a NaN among the ratings and the answer's older name."""
    ratings = [{"-1": 0.1, "0": float("nan"), "1": 0.8}, {"-1": 0.1, "0": 0.1, "1": 0.8}]
    older = {k: v for k, v in row(orm_score=None, rating_probs=ratings, given_answer="3").items() if k != "answer"}

    (sample,) = take("prm800k", write("scored.jsonl", [older])).samples

    assert sample.answer == "3"
    assert "orm_score" not in sample.scores
    assert (sample.scores["prm"].steps, sample.scores["prm"].value) == ((), None)
    assert sample.scores["prm-neutral-as-negative"].steps == (0.8, 0.8)


def test_a_rounded_probability_never_exceeds_one(write, take):
    """P(1) + P(0) of rounded values may come to 1.0000001."""
    ratings = [{"-1": 0.0, "0": 0.2000001, "1": 0.8}, {"-1": 0.1, "0": 0.1, "1": 0.8}]

    (sample,) = take("prm800k", write("scored.jsonl", [row(rating_probs=ratings)])).samples

    assert sample.scores["prm"].steps == (1.0, pytest.approx(0.9))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"steps": "We add."}, "steps were expected as a list, found 'We add.'"),
        ({"steps": ["a", 2]}, "one of the steps is not a text but 2"),
        ({"is_correct": "maybe"}, "a label is 'maybe'"),
        ({"orm_score": "high"}, "a number was expected, found 'high'"),
        ({"rating_probs": [{"1": 1.0}, {"1": 1.0}]}, "the field '0' is missing"),
    ],
)
def test_content_of_another_kind_is_set_aside(write, take, change, reason):
    """Each with its reason."""
    found = take("prm800k", write("scored.jsonl", [row(**change)]))

    assert reason in found.rejects[0].reason
