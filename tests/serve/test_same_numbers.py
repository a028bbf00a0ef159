"""Served scores are a run's, row for row: for an ORM, a PRM, a judge, and a verifier that prefers."""

import math

import pytest

from harness import registry
from harness.measure.scored import scored
from harness.pool.importing import About, import_pool
from harness.score import scoring
from harness.serve.client import Client
from worlds.made import entry
from worlds.model_server import ModelServer
from worlds.model_server import serving as serving_model
from worlds.reward_server import serving


@pytest.fixture
def pool(home):
    """Three micromath-like problems with four samples each, two of which are equal."""
    lines = ("The sum is 2 + 3 = 5\nAnswer: 5", "The sum is 2 + 3 = 6\nAnswer: 6", "Answer: 5", "Answer: 5")
    entries = [entry(p, "5", text=text) for p in ("apples", "pears", "plums") for text in lines]
    return import_pool("served", entries, About(task_name="made", slots=4))


def rows(spec, pool):
    """What a run keeps: for each problem its solutions, and for each (steps, note, tokens, aggregated value)."""
    verifier = registry.verifier(spec)
    problems = [p.problem for p in pool.problems.values()]
    table = scoring.score(verifier, pool, problems).table
    together = scored(table).under(verifier.aggregation).value
    found = {}
    for row, value in zip(table.to_pylist(), together.tolist(), strict=True):
        own = (row["steps"] or [], row["note"], row["tokens"], None if math.isnan(value) else value)
        found.setdefault(row["problem_id"], []).append(own)
    texts = {i: [s.text for s in pool.solutions(pool.of_problem(i, ["text", "steps"]))] for i in pool.problems}
    return [(pool.problems[i].problem.text, texts[i], own) for i, own in found.items()]


def asked(server, questions):
    """The same from a server, all problems in one request."""
    body = {"questions": [{"problem": problem, "solutions": texts} for problem, texts in questions]}
    answers = Client(server.url).post("/score", body)["answers"]
    return [
        [([step["score"] for step in s["steps"]], s["note"], s["tokens"], s["value"]) for s in answer["scores"]]
        for answer in answers
    ]


@pytest.mark.parametrize("spec", ["micromath-orm", "micromath-prm", "FILE:Long", "FILE:Lengths", "FILE:Shorter"])
def test_a_served_score_is_a_runs(spec, pool, file):
    """Steps, notes, tokens, values; bit for bit where the same solutions are asked about together, else to rounding."""
    spec = spec.replace("FILE", str(file))
    wanted = rows(spec, pool)
    with serving(spec) as server:
        found = asked(server, [(problem, texts) for problem, texts, _ in wanted])
        alone = [asked(server, [(problem, texts)])[0] for problem, texts, _ in wanted]

    assert found == [own for _, _, own in wanted]
    for each, (_, _, own) in zip(alone, wanted, strict=True):
        for (steps, note, tokens, value), (other, *rest, last) in zip(each, own, strict=True):
            assert [note, tokens] == rest
            assert steps == pytest.approx(other, abs=1e-6)
            assert value == pytest.approx(last, abs=1e-6)


def test_a_served_judge_says_what_it_says_in_a_run(pool):
    """The judge itself is behind a server of its own; what is served are the shares of its verdicts."""
    likes = lambda messages, sample: "True" if "= 5" in messages[-1]["content"] else "False"  # noqa: E731
    with serving_model(ModelServer(chat=likes)) as model:
        spec = f"judge server={model.url} model=judge"
        wanted = rows(spec, pool)
        with serving(spec) as server:
            found = asked(server, [(problem, texts) for problem, texts, _ in wanted])

    assert found == [own for _, _, own in wanted]
    assert {value for own in found for *_, value in own} == {0.0, 1.0}


def test_steps_stand_where_the_answer_says(file, served):
    """Characters of the solution's own text, whatever was stripped from the steps."""
    _, client = served(f"{file}:Lengths")
    text = "  One step.\n\nAnd a longer one. \nAnd a longer one."

    (score,) = client.scores(["p"], [text])

    assert [text[s["start"] : s["end"]] for s in score["steps"]] == [
        "One step.",
        "And a longer one.",
        "And a longer one.",
    ]
    assert [s["score"] for s in score["steps"]] == [1 / 9, 1 / 17, 1 / 17]
    assert score["value"] == 1 / 17


def test_another_aggregation_and_a_credit_are_a_matter_of_the_request(file, served):
    """The scores are raw; each step's credit adds up to the solution's reward."""
    _, client = served(f"{file}:Lengths")
    body = {"questions": [{"problem": "p", "solutions": ["ab\nabcd"]}]}

    product = client.post("/score", {**body, "aggregation": "product", "credit": "mean"})["answers"][0]["scores"][0]

    assert product["value"] == pytest.approx(1 / 8)
    assert [s["credit"] for s in product["steps"]] == [0.25, 0.125]


def test_given_steps_are_taken_by_a_verifier_that_takes_a_pools(file, served):
    """A question's solution may come with its steps, as a pool's may."""
    _, client = served(f"{file}:Given")
    given = {"text": "ab abcd", "steps": ["ab", "abcd"]}

    answer = client.post("/score", {"questions": [{"problem": "p", "solutions": [given]}]})["answers"][0]

    assert [s["score"] for s in answer["scores"][0]["steps"]] == [0.5, 0.25]
