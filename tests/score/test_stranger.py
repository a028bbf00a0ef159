"""A verifier is a stranger's code: whatever it does is told in one sentence, and costs no more than its own scores."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from harness import registry
from harness.errors import BonbenchError
from harness.home import default_store
from harness.report import lookup, store
from harness.score import asking, executors, local, scoring
from harness.score.local import LocalWorkers
from worlds.strangers import CASES, ODD, UNMADE, USAGE, one_sentence, scoring_class


@pytest.mark.parametrize(("kind", "does", "said"), CASES, ids=[c[1] for c in CASES])
def test_what_a_verifier_does_on_every_problem_is_one_sentence(write, pool, problems, kind, does, said):
    """With its name, and the file and line of its own code."""
    verifier = registry.verifier(write(scoring_class(kind, does)))

    with pytest.raises(BonbenchError) as raised:
        scoring.score(verifier, pool, problems)

    one_sentence(str(raised.value), said)
    assert "The verifier 'v' " in str(raised.value)
    assert re.search(r"/mine\.py, line \d+\)", str(raised.value))
    assert not list(scoring.scores_folder(verifier, pool).glob("scores.parquet"))


# A generator function cannot score some problems and not others, and a separator is the same for all.
SOME = [c for c in CASES if "yield" not in c[1] and "separator" not in c[1]]


@pytest.mark.parametrize(("kind", "does", "said"), SOME, ids=[c[1] for c in SOME])
def test_what_a_verifier_does_on_one_problem_costs_that_problem(write, pool, problems, kind, does, said):
    """The others are scored, the reason stands beside the samples, and once it is mended only the failed are asked."""
    spec = write(scoring_class(kind, does, only="of c?"))
    found = scoring.score(registry.verifier(spec), pool, problems)

    assert list(found.failed) == ["c"]
    one_sentence(found.failed["c"], said)
    notes = dict(zip(found.table["problem_id"].to_pylist(), found.table["note"].to_pylist(), strict=True))
    assert notes == {"a": "", "b": "", "c": found.failed["c"], "d": "", "e": ""}
    assert found.table.num_rows == 20
    one_sentence(found.notes[0], "INCOMPLETE: 'v' failed on 1 problems (4 samples)")
    asked = []

    def watched(verifier, opened, texts, todo):
        asked.extend(piece[0] for chunk in todo for piece in chunk.pieces)
        return asking.here(verifier, opened, texts, todo)

    assert scoring.score(registry.verifier(spec), pool, problems, executor=watched).table == found.table
    assert asked == ["c"]


def test_there_are_enough_of_them():
    """At least forty kinds, and each says something of its own."""
    assert len(CASES) + len(UNMADE) + len(ODD) + len(USAGE) >= 80


@pytest.mark.parametrize(("text", "said"), UNMADE.items(), ids=list(UNMADE))
def test_what_cannot_be_made_is_one_sentence(write, text, said):
    """Before anything is scored."""
    spec = write(f"from verifiers.base import OutcomeVerifier\n{text}\n")

    with pytest.raises(BonbenchError) as raised:
        registry.verifier(spec)

    one_sentence(str(raised.value), said)
    assert "mine.py" in str(raised.value)


@pytest.mark.parametrize(("has", "said"), ODD.items(), ids=list(ODD))
def test_what_a_class_has_is_one_sentence(write, pool, problems, has, said):
    """Sizes, fingerprints and batches are a stranger's too."""
    verifier = registry.verifier(write(scoring_class("OutcomeVerifier", "return [0.5] * 4") + f"    {has}\n"))

    with pytest.raises(BonbenchError) as raised:
        scoring.score(verifier, pool, problems)

    one_sentence(str(raised.value), said)
    assert "'v'" in str(raised.value)


@pytest.mark.parametrize(("does", "said"), USAGE.items(), ids=list(USAGE))
def test_a_cost_that_cannot_be_told_costs_no_score(write, pool, problems, does, said):
    """It is left out, with a sentence."""
    text = scoring_class("OutcomeVerifier", "return [0.5] * 4") + f"    def usage(self):\n        {does}\n"
    found = scoring.score(registry.verifier(write(text)), pool, problems)

    assert found.table["value"].to_pylist() == [0.5] * 20
    assert found.cost == {}
    (note,) = found.notes
    one_sentence(note, said)
    assert "What 'v' cost is not known" in note


@pytest.mark.parametrize("spec", ["majority x='1", 'majority x="', "", "majority foo", "majority =1", "majority \\"])
def test_a_specification_that_cannot_be_read_is_told(spec):
    """Quotation marks and all."""
    with pytest.raises(BonbenchError) as raised:
        registry.verifier(spec)
    one_sentence(str(raised.value), "verifier")


AWAY = {
    "raise ZeroDivisionError('in the verifier')": "ZeroDivisionError: in the verifier (",
    "raise SystemExit(0)": "SystemExit: 0 (",
    "raise KeyboardInterrupt": "KeyboardInterrupt (",
    "return None": "returned None; a list",
    "return ['0.5'] * len(solutions)": "returned '0.5' (of type str) as a score",
    "os._exit(9)": "exit code 9",
    "time.sleep(600)": "it took longer than 2 s",
    "[0 for _ in itertools.count()]": "it took longer than 2 s",
}


@pytest.mark.parametrize(("does", "said"), AWAY.items(), ids=list(AWAY))
def test_in_a_process_of_its_own_it_costs_that_problem_too(write, pool, problems, does, said):
    """Also a hang, which nothing but the end of its process stops, and the end of its process itself."""
    verifier = registry.verifier(write(scoring_class("OutcomeVerifier", does, only="of c?")))

    found = scoring.score(verifier, pool, problems, executor=LocalWorkers(1, 2.0))

    assert list(found.failed) == ["c"]
    one_sentence(found.failed["c"], said)
    assert found.table["value"].null_count == 4


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "does", "said"), CASES, ids=[c[1] for c in CASES])
def test_two_workers_say_the_same(write, pool, problems, kind, does, said):
    """Every one of the table."""
    verifier = registry.verifier(
        write(scoring_class(kind, does).replace('name = "v"', 'name = "v"\n    chunk_size = 4'))
    )

    with pytest.raises(BonbenchError) as raised:
        scoring.score(verifier, pool, problems, executor=LocalWorkers(2))

    one_sentence(str(raised.value), said)


def test_a_verifier_that_hangs_on_everything_is_not_waited_for(write, pool, problems):
    """After three problems without any score."""
    verifier = registry.verifier(write(scoring_class("OutcomeVerifier", "time.sleep(600)")))
    asked = time.monotonic()

    with pytest.raises(BonbenchError, match=r"failed on each of the 3 problems that it was asked.*longer than 0\.5 s"):
        scoring.score(verifier, pool, problems, executor=LocalWorkers(1, 0.5))
    assert time.monotonic() - asked < 300


def test_a_limit_is_a_time_that_somebody_keeps():
    """Below nothing and without end are refused; with one, even a single worker is a process of its own."""
    assert executors.make("local", 1, 5.0).limit == 5.0
    assert isinstance(executors.make("local", 1, 5.0), local.LocalWorkers)
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(BonbenchError, match="--verifier-timeout"):
            executors.make("local", 1, wrong)
    with pytest.raises(BonbenchError, match="local workers only"):
        executors.make("ray", 2, 5.0)


# ------------------------------------------------------------------------------------------------ the command


def stored():
    """Each verifier of the store, with its coverage and notes."""
    with store.reading(default_store()) as connection:
        rows = lookup.rows(connection, "select * from runs", [])
    return {row["verifier"]: {**row, "coverage": json.loads(row["coverage"])} for row in rows}


def test_a_command_goes_on_and_the_next_tries_what_is_missing(bonbench, write, pool, tmp_path):
    """Exit status 3 and a count; once the cause is gone, the same command completes the run under the same id."""
    text = scoring_class("OutcomeVerifier", f"assert os.path.exists({str(tmp_path / 'there')!r}), 'not there'", "of c?")
    spec = write(text)
    fine = write(text.replace('"v"', '"fine"').replace("of c?", "of nobody"), "fine.py")

    status, out, err = bonbench("run", "--pool", "scored", "-v", spec, "-v", fine)
    first = stored()

    assert status == 3
    assert "fine" in out
    assert "INCOMPLETE: 'v' failed on 1 problems (4 samples)" in err
    assert "AssertionError: not there" in err
    assert first["v"]["coverage"]["failed_problems"] == 1
    assert first["v"]["coverage"]["unscored"] == 4
    assert "failed_problems" not in first["fine"]["coverage"]
    (tmp_path / "there").touch()
    assert bonbench("run", "--pool", "scored", "-v", spec, "-v", fine)[0] == 0
    second = stored()
    assert second["v"]["run_id"] == first["v"]["run_id"]
    assert "failed_problems" not in second["v"]["coverage"]
    assert len(second) == len(first)


def test_a_verifier_that_fails_on_everything_takes_no_other_with_it(bonbench, write, pool):
    """Exit status 2 with its sentence; what the others found is stored."""
    spec = write(scoring_class("OutcomeVerifier", "raise ZeroDivisionError"))
    fine = write(scoring_class("OutcomeVerifier", "return [0.5] * 4").replace('"v"', '"fine"'), "fine.py")

    status, _, err = bonbench("run", "--pool", "scored", "-v", spec, "-v", fine)

    assert status == 2
    assert "failed on each of the 5 problems" in err
    assert "Traceback" not in err
    assert "fine" in stored()
    assert "v" not in stored()


@pytest.mark.parametrize("has", ["rules = ('bestofn',)", "aggregation = 'prodct'"])
def test_rules_and_aggregations_that_nobody_knows_are_told_first(bonbench, write, pool, has):
    """With the verifier's name, before it is asked."""
    spec = write(scoring_class("OutcomeVerifier", "return [0.5] * 4") + f"    {has}\n")

    status, _, err = bonbench("run", "--pool", "scored", "-v", spec)

    assert status == 2
    assert "The verifier 'v' cannot be measured: No" in err


def test_ctrl_c_says_what_becomes_of_the_work(write, pool, home):
    """The promised sentence, and 130."""
    spec = write(scoring_class("OutcomeVerifier", "print('asked', flush=True); time.sleep(600)"))
    command = [sys.executable, "-m", "harness.cli", "run", "--pool", "scored", "-v", spec]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()

    assert process.returncode == 130
    assert err == "bonbench: interrupted; what was finished is kept, the same command continues.\n"


def test_two_equal_runs_at_once_both_succeed(write, pool, home, tmp_path):
    """Several times: one waits for the other where it must, and both end with the same table."""
    spec = write(scoring_class("OutcomeVerifier", "time.sleep(0.02); return [float(len(s)) for s in solutions]"))
    command = [sys.executable, "-m", "harness.cli", "run", "--pool", "scored", "-v", spec]
    for i in range(3):
        env = {**os.environ, "BONBENCH_HOME": str(tmp_path / f"home{i}")}
        (tmp_path / f"home{i}" / "pools").mkdir(parents=True)
        (tmp_path / f"home{i}" / "pools" / "scored").symlink_to(pool.path.resolve())
        both = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) for _ in "ab"
        ]
        said = [process.communicate() for process in both]

        assert [process.returncode for process in both] == [0, 0], said
        assert said[0][0] == said[1][0]
        assert not list((tmp_path / f"home{i}").glob("work/**/*part*"))


def test_what_killed_runs_left_is_cleared(bonbench, pool, home):
    """Half-written files of a dead process, and parts whose whole is there; what a living one writes stays."""
    assert bonbench("run", "--pool", "scored", "-v", "length")[0] == 0
    (grades,) = home.glob("work/*/grades/*.parquet")
    (scores, *_) = home.glob("work/*/scores/*/scores.parquet")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = [
        grades.with_name(f".{grades.name}.{dead.pid}.part"),
        scores.with_name(f".plan.json.{dead.pid}.part"),
        grades.with_suffix(".parts") / "000000-000001.parquet",
        scores.parent / "parts" / "part-000000.parquet",
    ]
    ours = grades.with_name(f".other.parquet.{os.getpid()}.part")
    for path in (*left, ours):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")

    assert bonbench("run", "--pool", "scored", "-v", "length")[0] == 0

    assert not [path for path in (*left, left[2].parent, left[3].parent) if path.exists()]
    assert ours.exists()


# ------------------------------------------------------------------------------------------------ others' words
