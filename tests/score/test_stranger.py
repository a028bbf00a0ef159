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
from harness.pool.importing import About, import_pool
from harness.report import lookup, store
from harness.run import Options, evaluate
from harness.score import asking, executors, local, scoring
from harness.score.local import LocalWorkers
from worlds.made import entry

HEAD = """
import itertools, os, sys, time
import numpy as np
from harness.records import Score
from verifiers.base import BatchedVerifier, OutcomeVerifier, ProcessVerifier


class V({kind}):
    name = "v"
"""
ANSWER = {"OutcomeVerifier": "score_solutions", "ProcessVerifier": "score_steps", "BatchedVerifier": "score"}

# What the method that scores does, by the class that is extended; and what must be said.
WRONG = {
    "OutcomeVerifier": {
        "raise ZeroDivisionError('in the verifier')": "ZeroDivisionError: in the verifier",
        "return {}['key']": "KeyError: 'key'",
        "raise MemoryError": "MemoryError",
        "raise SystemExit(0)": "SystemExit: 0",
        "sys.exit()": "SystemExit",
        "raise KeyboardInterrupt": "KeyboardInterrupt",
        "raise GeneratorExit": "GeneratorExit",
        "raise BaseException('all')": "BaseException: all",
        "raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})": "Odd: its message cannot be read",
        "raise ValueError('x' * 10**6)": "ValueError: xxx",
        "raise ValueError('two\\n\\x1b[31mlines')": "ValueError: two",
        "return self.score_solutions(problem, solutions)": "RecursionError",
        "assert not solutions": "AssertionError",
        "return None": "returned None; a list with exactly one number per solution",
        "return 0.5": "returned 0.5 (of type float)",
        "return 'good'": "returned 'good' (of type str)",
        "return b'abcd'": "of type bytes",
        "return {s: 1.0 for s in solutions}": "a value of type dict",
        "return {1.0, 2.0, 3.0, 4.0}": "of type set",
        "return (1.0 for s in solutions)": "a value of type generator",
        "return itertools.count()": "count(0) (of type count)",
        "yield from [1.0] * len(solutions)": "a value of type generator",
        "return []": "returned 0 scores for 4 solutions",
        "return [1.0] * (len(solutions) - 1)": "returned 3 scores for 4 solutions",
        "return [1.0] * (len(solutions) + 1)": "returned 5 scores for 4 solutions",
        "solutions.pop(); return [1.0] * len(solutions)": "returned 3 scores for 4 solutions",
        "return ['0.5'] * len(solutions)": "returned '0.5' (of type str) as a score",
        "return [[0.5]] * len(solutions)": "returned [0.5] (of type list) as a score",
        "return [object] * len(solutions)": "returned a value of type type as a score",
        "return [1j] * len(solutions)": "returned 1j (of type complex) as a score",
        "return [10**400] * len(solutions)": "returned a value of type int as a score",
        "return [10**5000] * len(solutions)": "returned a value of type int as a score",
        "return [float('nan')] * len(solutions)": "returned NaN as a score; Score(None, note='why') is expected",
        "return np.full(len(solutions), np.nan)": "returned NaN as a score",
        "return np.zeros((len(solutions), 2))": "as a score; a list with exactly one number",
        "return [Score(1.0)] * len(solutions)": "of type Score as a score",
    },
    "ProcessVerifier": {
        "return [0.5] * len(solutions)": "returned 0.5 (of type float); exactly one score per step",
        "return [[0.5]] * len(solutions)": "returned 1 scores for a solution of 2 steps; exactly one score per step",
        "return [[None] * len(s) for s in solutions]": "returned None as a score; exactly one score per step",
        "return [itertools.repeat(0.5) for s in solutions]": "repeat(0.5) (of type repeat)",
        "return [[float('inf')] * len(s) for s in solutions]": "returned infinity as the score of a step; finite",
        "return [[float('-inf'), float('inf')] for s in solutions]": "returned infinity as the score of a step",
        "return [['a', 'b'] for s in solutions]": "returned 'a' (of type str) as a score",
        "return [[0.5, float('nan')] for s in solutions]": "returned NaN",
        "return [[0.5, 0.5]]": "returned 1 rows of step scores for 4 solutions",
        "self.separator = ''; return self.score(problem, [])": "has separator = ''; a text that separates steps",
    },
    "BatchedVerifier": {
        "return [Score(1.0)]": "returned 1 scores for 4 solutions; exactly one Score per solution",
        "return [1.0] * len(solutions)": "returned 1.0 (of type float) for a solution; exactly one Score",
        "return [Score('high')] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(10**400)] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(1.0, tokens=2**40)] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(1.0, note=object())] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(steps='ab')] * len(solutions)": "returned a Score that cannot be kept",
        "return [Score(steps=(0.1, float('nan')))] * len(solutions)": "returned NaN",
        "return [Score(steps=(None,))] * len(solutions)": "returned None as the score of a step",
        "return iter([])": "for 4 solutions; exactly one Score per solution",
    },
}
CASES = [(kind, does, said) for kind, cases in WRONG.items() for does, said in cases.items()]

# What a whole class has or does that no verifier can be made from.
UNMADE = {
    "def f(:": "SyntaxError",
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "1 / 0": "ZeroDivisionError",
    "raise SystemExit(0)": "SystemExit: 0",
    "import sys; sys.exit(3)": "SystemExit: 3",
    "V = 5": "is of type int; a class or function that makes a verifier is expected",
    "V = 'text'": "is of type str",
    "V = None": "is of type NoneType",
    "def V(): return None": "made a NoneType, which is no verifier",
    "class V: pass": "made a V, which is no verifier",
    "def V(): raise ValueError('not today')": "cannot be made with the options none: ValueError: not today",
    "def V(): exit()": "SystemExit",
    "class V(OutcomeVerifier):\n    name = 5": "has name = 5; a text is expected",
    "class V(OutcomeVerifier):\n    name = ''": "has no name",
    "class V(OutcomeVerifier):\n    name = 'v'; rules = 'best-of-n'": "has rules = 'best-of-n'; a tuple",
    "class V(OutcomeVerifier):\n    name = 'v'; rules = ()": "has rules = (); a tuple",
    "class V(OutcomeVerifier):\n    name = 'v'; aggregation = None": "has aggregation = None",
    "class V(OutcomeVerifier):\n    __slots__ = (); name = property(lambda self: 1 / 0)": "ZeroDivisionError",
    "x = 1": "defines no 'V'; it has OutcomeVerifier, x",
}

# What it has that fails once it is asked, whatever it scores.
ODD = {
    "chunk_size = 0": "has chunk_size = 0 (of type int); a whole number from 1 on is expected",
    "chunk_size = -3": "has chunk_size = -3",
    "chunk_size = '8'": "has chunk_size = '8' (of type str)",
    "chunk_size = None": "has chunk_size = None",
    "def fingerprint(self): raise ValueError('who am I')": "failed at fingerprint()",
    "def fingerprint(self): return None": "failed at fingerprint()",
    "def options(self): return {'f': object()}": "not made of JSON values",
    "def options(self): return {'f': float('nan')}": "not made of JSON values",
    "def prepare(self, questions): raise OSError('no room')": "OSError: no room",
    "def prepare(self, questions): exit(0)": "SystemExit: 0",
    "def score_prepared(self, prepared): return None": "returned None; one list of scores for each question",
    "def score_prepared(self, prepared): return [[]] * 9": "answered 9 of 1 questions",
    "def score_prepared(self, prepared): return [None] * len(prepared)": "returned None for 4 solutions",
}
USAGE = {
    "raise OSError('no meter')": "OSError: no meter",
    "return None": "returned None from usage()",
    "return {'tokens': 'many'}": "tells tokens = 'many' (of type str) in usage()",
    "return {'tokens': float('nan')}": "tells tokens = nan (of type float) in usage()",
    "return {'device': object}": "tells device = ",
    "return {5: 5}": "tells 5 = 5 (of type int) in usage()",
    "exit(0)": "SystemExit: 0",
}


@pytest.fixture
def pool(home):
    """Five problems with four samples each, of two steps."""
    entries = [entry(p, "1", text=f"We count {i}.\n\nSo it is $\\boxed{{{i}}}$.") for p in "abcde" for i in range(4)]
    return import_pool("scored", entries, About(task_name="made", slots=4))


@pytest.fixture
def problems(pool):
    return [p.problem for p in pool.problems.values()]


@pytest.fixture
def write(tmp_path):
    """A file of somebody's own, by what stands in it; the specification of its V."""

    def write(text, name="mine.py"):
        (tmp_path / name).write_text(text)
        return f"{tmp_path / name}:V"

    return write


def scoring_class(kind, does, only=""):
    """A class that does something else than score; where ``only`` is given, on these problems alone."""
    good = "[0.5] * len(solutions)" if kind == "OutcomeVerifier" else "[[0.5] * len(s) for s in solutions]"
    good = "[Score(0.5)] * len(solutions)" if kind == "BatchedVerifier" else good
    bad = (
        f"        if {only!r} in problem:\n            {does}\n        return {good}\n" if only else f"        {does}\n"
    )
    batched = "    def score_prepared(self, prepared):\n        return [self.score(*q) for q in prepared]\n"
    method = f"    def {ANSWER[kind]}(self, problem, solutions):\n{bad}"
    return HEAD.format(kind=kind) + (batched if kind == "BatchedVerifier" else "") + method


def one_sentence(text, said):
    """That a text is what a person can read, and says what is expected."""
    assert said in text
    assert "\n" not in text
    assert "\x1b" not in text
    assert "Traceback" not in text
    assert len(text) < 1200


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


@pytest.fixture
def canary(tmp_path):
    """A file that leaves a trace where its code is run: as a task, as a verifier, as what a task of lm-eval calls."""
    (tmp_path / "canary.py").write_text(
        f"open({str(tmp_path / 'sang')!r}, 'w').close()\nTASK = VERIFIER = V = None\ndef process(docs): return docs\n"
    )
    (tmp_path / "canary.yaml").write_text(
        "task: canary\noutput_type: generate_until\ndataset_path: json\nprocess_docs: !function canary.process\n"
        "test_split: test\ndoc_to_text: x\ndoc_to_target: y\n"
    )
    return tmp_path


def test_a_canary_sings(canary):
    """Where a person names it, its code is run."""
    with pytest.raises(BonbenchError):
        registry.verifier(f"{canary / 'canary.py'}:V")
    assert (canary / "sang").exists()


@pytest.mark.parametrize(
    "named", ["{}/canary.py", "{}/canary.py:TASK", "lm-eval:{}/canary.yaml", "lm-eval:canary.yaml"]
)
@pytest.mark.parametrize("problems", ["task", "pool"])
@pytest.mark.parametrize("command", ["run", "grade"])
def test_a_pools_own_word_runs_no_code(bonbench, pool, canary, monkeypatch, named, problems, command):
    """Not where its samples are measured, nor where they are graded; the way to do it all the same is named."""
    monkeypatch.chdir(canary)
    file = pool.path / "manifest.json"
    manifest = {**json.loads(file.read_text()), "task": named.format(canary), "problems": problems}
    file.write_text(json.dumps(manifest))

    status, _, err = bonbench(command, "--pool", "scored", *(["-v", "length"] if command == "run" else []))

    assert status == (2 if problems == "task" else 0)
    assert problems == "pool" or "name the task yourself with --task" in err
    assert not (canary / "sang").exists()


def test_a_cards_own_word_runs_no_code(bonbench, pool, canary, write, tmp_path):
    """Only with ``--allow-code``: then it is as if a person had named the file."""
    spec = write(scoring_class("OutcomeVerifier", "return [0.5] * 4"))
    bonbench("run", "--pool", "scored", "-v", spec, "--no-controls")
    bonbench("export", "card", "-o", tmp_path / "cards")
    (card,) = (tmp_path / "cards").glob("*.json")
    assert bonbench("reproduce", card)[0] == 2
    assert bonbench("reproduce", card, "--allow-code")[0] == 0
    told = json.loads(card.read_text())
    told["run"]["spec"] = f"{canary / 'canary.py'}:V"
    card.write_text(json.dumps(told))

    status, _, err = bonbench("reproduce", card)

    assert status == 2
    assert "Somebody else's word is not enough for that: read the file, and say --allow-code" in err
    assert not (canary / "sang").exists()


@pytest.mark.parametrize("draws", [10**12, 0, -1, 1.5, True, "many", 100_001])
def test_a_cards_draws_are_a_number_that_can_be_drawn(pool, draws):
    """Refused before memory is asked for."""
    with pytest.raises(BonbenchError, match="a whole number from 1 to 100,000 is expected"):
        evaluate(None, pool, [registry.verifier("length")], Options(draws=draws))
