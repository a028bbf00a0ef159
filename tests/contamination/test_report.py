"""From training files to a run with and without the contaminated problems."""

import json

import pytest
from typer.testing import CliRunner

from harness import cli, registry
from harness.contamination import report as reports
from harness.contamination.search import Limits, Search
from harness.errors import BadInput, UnknownName
from harness.material import Options
from harness.pool import pools
from harness.pool.importing import About, import_pool
from harness.records import Problem, Source, Task
from harness.report import cards
from harness.report import store as stores
from harness.run import evaluate
from worlds.made import entry

TASK = Task("fruit", 1, "Fruit", "math", Source(), lambda row, position: None)
PROBLEMS = [Problem(name, f"What is the number of {name}?", "1", "Counting", 1) for name in ("figs", "pears", "plums")]


def run(*words):
    """A command's output; it must succeed."""
    result = CliRunner().invoke(cli.app, list(map(str, words)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def pool(home):
    """Two slots each. figs: both right; pears: one right, which the score prefers; plums: none."""
    scores = [{"orm": 0.9}, {"orm": 0.1}]
    rights = {"figs": "11", "pears": "17", "plums": "77"}
    entries = [entry(name, a, scores=s) for name, own in rights.items() for a, s in zip(own, scores, strict=True)]
    return import_pool("fruit", entries, About("fruit", task=TASK, problems=PROBLEMS))


def report(*found, limits=None):
    """A report in which these problems are contaminated."""
    search = Search(PROBLEMS, limits or Limits())
    search.read(_records(found))
    return reports.make("r", TASK, PROBLEMS, search)


def _records(names):
    from harness.pool.sources import Record

    return [Record("train.jsonl", i, {"problem": f"What is the number of {name}?"}) for i, name in enumerate(names, 1)]


def test_both_numbers_stand_beside_the_whole(pool):
    """All (1 + 1 + 0) / 3; without figs (1 + 0) / 2; figs alone 1."""
    reports.save(report("figs"))
    (result,) = evaluate(TASK, pool, [registry.verifier("carried:orm")], Options(contamination="r"))

    at = {(r.slice_kind, r.slice): r for r in result.rows if r.measure == "best-of-n" and r.n == 2}
    assert at["all", "all"].value == pytest.approx(2 / 3)
    assert (at["contamination", "clean"].value, at["contamination", "clean"].n_problems) == (0.5, 2)
    assert (at["contamination", "contaminated"].value, at["contamination", "contaminated"].n_problems) == (1.0, 1)
    assert any("1 of 3 problems stand in train.jsonl" in note for note in result.run.notes)


def test_a_report_changes_a_runs_id_and_only_its_content_does(pool):
    """Without a report the id is as ever; the name of the report does not matter, which problems it names does."""
    verifier = [registry.verifier("carried:orm")]
    reports.save(report("figs"))
    reports.save(reports.make("other-name", TASK, PROBLEMS, _searched("figs")))
    reports.save(reports.make("more", TASK, PROBLEMS, _searched("figs", "pears")))
    ids = [
        evaluate(TASK, pool, verifier, Options(contamination=name))[0].run.run_id
        for name in ("", "r", "other-name", "more")
    ]

    assert ids[1] == ids[2]
    assert len(set(ids)) == 3


def _searched(*names):
    search = Search(PROBLEMS)
    search.read(_records(names))
    return search


def test_a_slice_without_problems_is_left_out(pool):
    """Where nothing was found, all problems are clean, and that is reported."""
    reports.save(reports.make("r", TASK, PROBLEMS, _searched("nothing")))
    (result,) = evaluate(TASK, pool, [registry.verifier("majority")], Options(contamination="r"))

    assert {r.slice for r in result.rows if r.slice_kind == "contamination"} == {"clean"}


def test_a_report_is_read_as_it_was_written(home):
    """By name, by file and by digest; a changed file is refused."""
    made = report("figs", "plums")
    path = reports.save(made)

    assert reports.read("r") == reports.read(str(path)) == reports.read(f"digest:{made.digest}")
    assert reports.read("r").contaminated == ["figs", "plums"]
    values = json.loads(path.read_text())
    values["findings"]["figs"]["contaminated"] = False
    path.write_text(json.dumps(values))
    with pytest.raises(BadInput, match="was changed after it was made"):
        reports.read("r")
    with pytest.raises(UnknownName, match="bonbench contamination"):
        reports.read("s")


def test_the_limit_of_ngrams_decides():
    """Half of a text's words shared is contaminated at 0.5 and not at 0.6; any n-gram at 0."""
    text = " ".join(f"word{i} x" for i in range(16))  # 48 words, of which the first 26 are shared
    problem = Problem("p", text, "1")
    made = {}
    for limit in (0.0, 0.5, 0.6):
        search = Search([problem], Limits(overlap=limit))
        search.read(_row(" ".join(text.split()[:18])))
        made[limit] = reports.make("r", TASK, [problem], search).findings["p"]

    assert [made[limit].contaminated for limit in (0.0, 0.5, 0.6)] == [True, True, False]
    assert made[0.6].kind == "some"


def _row(text):
    from harness.pool.sources import Record

    return [Record("train.jsonl", 1, {"problem": text})]


def test_a_report_of_another_task_is_refused(pool):
    """The message says which it is of."""
    other = Task("vegetables", 1, "Vegetables", "math", Source(), lambda row, position: None)
    reports.save(reports.make("r", other, PROBLEMS, _searched("figs")))
    with pytest.raises(BadInput, match="is of the task 'vegetables'"):
        evaluate(TASK, pool, [registry.verifier("majority")], Options(contamination="r"))


def test_the_commands_from_a_training_file_to_a_citation(training, tmp_path):
    """contamination, run, show, cite and reproduce: both numbers are in each."""
    data = tmp_path / "fruit.jsonl"
    names = ("figs", "pears")
    texts = [{"unique_id": n, "problem": f"What is the number of {n}?", "answer": "1"} for n in names]
    data.write_text("".join(json.dumps(row) + "\n" for row in texts))
    task = tmp_path / "fruit.py"
    task.write_text(
        "from harness.records import Problem, Source, Task\n"
        "TASK = Task('fruit', 1, 'Fruit', 'math', Source(files=('fruit.jsonl',)),\n"
        "            lambda row, i: Problem(row['unique_id'], row['problem'], row['answer']))\n"
    )
    rows = [{"problem_id": n, "samples": [{"text": f"\\boxed{{{i}}}", "scores": {"orm": 0.5}} for i in (1, k)]}
            for n, k in zip(names, (1, 2), strict=True)]  # fmt: skip
    pool = training("pool.jsonl", rows)
    against = training("train.jsonl", [{"question": {"problem": "What is the number of figs?"}}])
    more = training("more.jsonl.gz", [{"text": "Nothing."}])

    out = run("contamination", "--task", task, "--data", data, "--against", against, more, "--name", "ours")
    assert "1 of 2" in out
    run("pool", "import", "generic", pool, "--task", task, "--data", data, "--name", "fruit")
    shown = run("run", "--pool", "fruit", "--task", task, "-v", "carried", "--no-controls",
                "--exclude-contaminated", "ours")  # fmt: skip
    assert "clean (1) %" in shown
    assert "contaminated (1) %" in shown
    with stores.reading(tmp_path / "home" / "results.duckdb") as connection:
        (run_id,) = [row[0] for row in connection.execute("select run_id from runs").fetchall()]
        parts = connection.execute("select distinct slice from results where slice_kind = 'contamination'").fetchall()
        card = cards.card(connection, run_id)
    assert {part for (part,) in parts} == {"clean", "contaminated"}
    assert "contaminated (1)" in run("show", run_id)
    cited = " ".join(run("cite", run_id, "--n", "1").split())
    assert "on the 1 clean problems 50.0 %" in cited
    assert "on the 1 contaminated problems 100.0 %" in cited
    assert card["run"]["options"]["contamination"] == reports.read("ours").digest


def test_a_card_is_reproduced_with_its_report(pool, tmp_path):
    """The report is found by its digest; without it the message says how to make it again."""
    reports.save(report("figs"))
    path = tmp_path / "results.duckdb"
    (result,) = evaluate(None, pools.open_pool("fruit"), [registry.verifier("carried:orm")], Options(contamination="r"))
    stores.write(path, [result])
    with stores.reading(path) as connection:
        card = cards.card(connection, result.run.run_id)
    again = Options(
        ns=tuple(card["run"]["options"]["ns"]),
        rules=tuple(card["run"]["options"]["rules"]),
        contamination=f"digest:{card['run']['options']['contamination']}",
    )
    (same,) = evaluate(None, pools.open_pool("fruit"), [registry.verifier("carried:orm")], again)

    assert cards.first_difference(card, same) is None
    (tmp_path / "home" / "contamination" / "r.json").unlink()
    with pytest.raises(BadInput, match="make it again"):
        reports.read(again.contamination)
