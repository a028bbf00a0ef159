"""A reference pool out of an upstream's files: without its texts, with every number, and only then."""

import json
from dataclasses import replace

import pytest

from harness import registry
from harness.errors import BonbenchError
from harness.pool import pools
from harness.run import evaluate
from tasks.reference import build
from tasks.reference.origins import Origin

ORIGIN = Origin(
    "tiny", "owner/name", "0" * 40, ("samples.jsonl",), "generic", "CC-BY-4.0", "somebody", "some-model", "Tiny",
    task="tiny",
)  # fmt: skip


@pytest.fixture
def upstream(tmp_path):
    """Files as the upstream has them: two problems, three solutions each, scored in steps and as a whole."""
    folder = tmp_path / "upstream" / "owner+name"
    folder.mkdir(parents=True)
    rows = [
        {
            "id": f"p{k}",
            "problem": f"Add {k} and 1/2.",
            "gold": f"{k}.5",
            "subject": "Sums",
            "level": k,
            "samples": [
                {"index": i, "text": f"We add.\n\nIt is $\\boxed{{\\frac{{{2 * k + 1 + (i > 1)}}}{{2}}}}$.",
                 "tokens": 9 + i, "scores": {"orm": 0.1 * i + 0.123456789}, "step_scores": {"prm": [0.9, 0.8 - i / 7]}}
                for i in range(3)
            ],
        }
        for k in (1, 2)
    ]  # fmt: skip
    (folder / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "upstream"


def test_a_pool_ships_without_texts_and_with_every_number(upstream, tmp_path):
    """Answers are those of the texts; the full pool's digest, the grader and the attribution stand in the manifest."""
    said = build.build(ORIGIN, tmp_path, upstream, tmp_path / "made")

    pool = pools.open_pool(str(tmp_path / "made" / "tiny"))
    table = pool.of_problem("p1")
    assert table["text"].null_count == table["steps"].null_count == 3
    assert table["answer"].to_pylist() == ["\\frac{3}{2}", "\\frac{3}{2}", "\\frac{4}{2}"]
    assert table["score/orm"].to_pylist()[0] == 0.123456789
    problem = pool.problems["p1"].problem
    assert (problem.text, problem.gold, problem.subject, problem.level) == ("", "1.5", "Sums", 1)
    assert pool.manifest.origin["full_pool"] == pools.open_pool("full-tiny").digest
    assert (pool.manifest.licence, pool.manifest.origin["attribution"]) == ("CC-BY-4.0", "somebody")
    assert pool.manifest.origin["grader"].startswith("grader-")
    assert len(list((pool.path / "grades").iterdir())) == 1
    assert "2 problems, 6 samples, 5 verifiers" in said
    assert "rows equal to the last digit" in said


def test_texts_ship_where_the_licence_lets_them(upstream, tmp_path):
    """The pool is then the full one under its own name."""
    build.build(replace(ORIGIN, texts=True), tmp_path, upstream, tmp_path / "made")

    pool = pools.open_pool(str(tmp_path / "made" / "tiny"))
    assert pool.name == "tiny"
    assert pool.of_problem("p1")["text"].null_count == 0
    assert pool.verify() == pools.open_pool("full-tiny").digest


def test_a_verifier_reads_the_full_pool_for_the_one_without_texts(upstream, tmp_path, monkeypatch):
    """Where it is at hand: the numbers are the full pool's, under the digest of the one that ships."""
    build.build(ORIGIN, tmp_path, upstream, tmp_path / "made")
    bare, length = pools.open_pool(str(tmp_path / "made" / "tiny")), registry.verifier("length")

    (there,) = evaluate(None, pools.open_pool("full-tiny"), [length])
    (here,) = evaluate(None, bare, [length])

    assert here.rows == there.rows
    assert here.run.pool_digest == bare.digest
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "elsewhere"))
    assert evaluate(None, bare, [length])[0].run.coverage["unscored"] == 6


def test_a_number_that_moves_stops_the_build(upstream, tmp_path, monkeypatch):
    """A score of fewer digits makes a tie, and the build says which verifier it was."""
    exact = build._score
    monkeypatch.setattr(build, "_score", lambda column, value: exact(column, 0.1 if column == "score/orm" else value))

    with pytest.raises(BonbenchError, match="tiny: without texts some numbers differ: orm: rows of results"):
        build.build(ORIGIN, tmp_path, upstream, tmp_path / "made")


def test_grades_beside_a_strangers_pool_are_not_taken_on_trust(upstream, tmp_path, monkeypatch):
    """Only a pool that ships with bonbench brings its grades; any other is graded here."""
    build.build(ORIGIN, tmp_path, upstream, tmp_path / "made")
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "elsewhere"))

    (result, *_) = build.measured(pools.open_pool(str(tmp_path / "made" / "tiny")))

    assert result.grades.path.is_relative_to(tmp_path / "elsewhere")
