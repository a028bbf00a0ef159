"""The project's own exchange form."""

import pytest

from harness.errors import BadInput
from harness.pool.formats import SEVERAL_MODELS


def nested(*samples, **more):
    return {"problem_id": "add-1", "problem": "What is 1 + 1?", "gold": "2", "samples": list(samples), **more}


def test_samples_nested_under_a_problem(write, take):
    """Every field has its place; what a sample lacks is None."""
    full = {
        "index": 3,
        "text": "It is 2.",
        "answer": "2",
        "correct": 1,
        "tokens": 5,
        "finish": "stop",
        "steps": ["We add.", "It is 2."],
        "step_labels": [0, 1],
        "scores": {"my orm": 0.5},
        "step_scores": {"prm": [0.25, 0.75]},
    }
    found = take("generic", write("pool.jsonl", [nested(full, {"index": 0, "answer": ""}, n=4, temperature=0.8)]))

    sample, bare = found.samples
    assert (found.problems[0].id, found.problems[0].text, found.problems[0].gold) == ("add-1", "What is 1 + 1?", "2")
    assert (sample.index, sample.text, sample.answer, sample.given_correct, sample.tokens) == (
        3,
        "It is 2.",
        "2",
        True,
        5,
    )
    assert (sample.steps, sample.step_labels, sample.finish) == (("We add.", "It is 2."), (0, 1), "stop")
    assert sample.scores["my-orm"].value == 0.5
    assert sample.scores["prm"].steps == (0.25, 0.75)
    assert (bare.text, bare.answer, bare.given_correct, bare.scores) == (None, None, None, {})
    assert (found.stated[0].slots, found.stated[0].sampling) == (4, {"temperature": 0.8})


def test_one_sample_a_row_with_other_spellings(write, take):
    """The fields of the problem and of the sample side by side, under names in use elsewhere."""
    row = {"unique_id": "u", "question": "1 + 1?", "target": 2, "response": "2", "pred": "2", "is_correct": "false"}

    (entry,) = take("generic", write("flat.jsonl", [row])).entries

    assert (entry.problem.id, entry.problem.text, entry.problem.gold) == ("u", "1 + 1?", "2")
    assert (entry.sample.text, entry.sample.answer, entry.sample.given_correct) == ("2", "2", False)
    assert entry.sample.index is None


def test_a_bad_sample_does_not_take_the_others_with_it(write, take):
    """Three samples, the second with one step score too many: it alone is set aside, and says which it is."""
    good = {"steps": ["a", "b"], "step_scores": {"prm": [0.5, 0.5]}}
    bad = {"steps": ["a", "b"], "step_scores": {"prm": [0.5, 0.5, 0.5]}}

    found = take("generic", write("pool.jsonl", [nested(good, bad, good)]))

    assert len(found.entries) == 2
    assert found.reasons() == ["its sample 1: unexpected content: 3 step scores of 'prm' for 2 steps"]
    assert not found.rejects[0].whole


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ({"text": 7}, "a solution is not a text but 7"),
        ({"answer": "2", "index": "third"}, "a number was expected, found 'third'"),
        ({"steps": ["a"], "step_labels": [1, 1]}, "2 step labels for 1 steps"),
        ({"steps": ["a"], "step_labels": [5]}, "a step label is 5; -1, 0 or 1 was expected"),
        ({"score": 0.5}, "the sample has none of text, response"),
        ({"answer": "2", "scores": {"***": 1}}, "has no name that can be kept"),
        ({"answer": "2", "tokens": 1e12}, "a count of 1e+12"),
    ],
)
def test_what_a_sample_cannot_be_is_said(write, take, sample, reason):
    """Each with its reason, and no entry."""
    found = take("generic", write("pool.jsonl", [nested(sample)]))

    assert found.entries == []
    assert reason in found.rejects[0].reason


def test_a_score_that_is_not_a_number_is_no_score(write, take):
    """NaN and null stand for no score, and one unknown step makes the steps unknown."""
    sample = {"answer": "2", "scores": {"a": None, "b": float("nan")}, "step_scores": {"c": [0.5, None], "d": None}}

    (found,) = take("generic", write("pool.jsonl", [nested(sample)])).samples

    assert [(s.value, s.steps) for s in found.scores.values()] == [(None, ()), (None, ()), (None, ())]


def test_what_counts_as_the_same_answer(write, take):
    """Choices, tolerances and the option kind each give their own answer specification."""
    rows = [
        {"id": "1", "choices": ["x", "y"], "answer": "B"},
        {"id": "2", "relative_tolerance": 0.05, "unit": "m", "answer": "3"},
        {"id": "3", "answer": "B"},
    ]

    specs = [p.answer for p in take("generic", write("flat.jsonl", rows), kind="number").problems]

    assert (specs[0].kind, specs[0].choices) == ("choice", ("x", "y"))
    assert (specs[1].kind, specs[1].relative_tolerance, specs[1].unit) == ("number", 0.05, "m")
    assert (specs[2].kind, specs[2].absolute_tolerance) == ("number", 0.0)
    with pytest.raises(BadInput, match="kind is math, number or choice, not 'letters'"):
        take("generic", write("flat.jsonl", rows), kind="letters")


def test_one_sample_of_each_model_gives_every_model_a_slot(write, pool):
    """The second problem lacks model b: its slot stays missing, and c is not moved into it."""
    rows = [
        nested({"model": "a", "text": "1"}, {"model": "b", "text": "2"}, {"model": "c", "text": "3"}),
        {"problem": "2 + 2?", "gold": "4", "samples": [{"model": "c", "text": "6"}, {"model": "a", "text": "4"}]},
    ]

    made = pool("generic", write("pool.jsonl", rows))

    assert made.manifest.generator == SEVERAL_MODELS
    assert made.manifest.sampling == {"slots": ["a", "b", "c"]}
    assert (made.manifest.slots, made.manifest.uneven) == (3, 1)
    second = list(made.problems)[1]
    assert made.of_problem(second, ["index", "text"]).to_pylist() == [
        {"index": 0, "text": "4"},
        {"index": 2, "text": "6"},
    ]


def test_one_model_or_run_can_be_picked(write, take, pool):
    """By name; a name that does not occur is answered with those that do."""
    file = write(
        "pool.jsonl",
        [nested(*[{"run": run, "epoch": e, "text": f"{run}{e}"} for run in (0, 1) for e in (1, 2)])],
    )

    assert [s.text for s in take("generic", file, run=1).samples] == ["11", "12"]
    assert [s.index for s in take("generic", file, run=1).samples] == [0, 1]
    assert take("generic", file).stated[0].sampling["slots"] == [
        "run 0 epoch 1",
        "run 0 epoch 2",
        "run 1 epoch 1",
        "run 1 epoch 2",
    ]
    with pytest.raises(BadInput, match="has the run '7'. There are 0, 1."):
        take("generic", file, run=7)


def test_numbered_samples_of_several_models_are_not_mixed(write, take):
    """Both models have a sample 0, so neither may give way: one must be picked, and the message lists all of them."""
    rows = [{"id": "p", "model": m, "index": i, "text": "x"} for m in ("a", "b", "c") for i in range(2)]
    file = write("flat.jsonl", rows)

    with pytest.raises(BadInput, match="3 models.*--option model=NAME. There are a, b, c."):
        take("generic", file)

    picked = take("generic", file, model="b")
    assert [s.index for s in picked.samples] == [0, 1]
    assert picked.stated[0].generator == "b"
