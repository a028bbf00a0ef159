"""Scoring in worker processes and on Ray: the same rows as here, whatever happens to a worker."""

import os

import pytest
from transformers import Qwen2Config, Qwen2ForTokenClassification

from harness import registry
from harness.errors import BadInput, VerifierError
from harness.pool.importing import About, import_pool
from harness.score import executors, local, process, scoring
from harness.score.ray import RayWorkers
from verifiers.base import OutcomeVerifier
from worlds.made import entry
from worlds.tiny import STEPS, qwen_tokenizer, tiny

VERIFIER = """
import os
import signal
from pathlib import Path

from verifiers.base import OutcomeVerifier


class Plain(OutcomeVerifier):
    name = "plain"
    chunk_size = 3

    def score_solutions(self, problem, solutions):
        return [len(problem) + len(s) / 7 for s in solutions]

    def usage(self):
        return {"tokens": 0, "device": "cpu"}


class Dies(Plain):
    '''Kills its own process when it first meets a certain solution, as many times as it is told.'''

    def __init__(self, notes, times=1):
        self._notes, self._times = Path(notes), times

    def score_solutions(self, problem, solutions):
        deaths = len(list(self._notes.glob("died-*")))
        if any("4 - 2" in s for s in solutions) and deaths < self._times:
            (self._notes / f"died-{deaths}-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score_solutions(problem, solutions)


class Fails(Plain):
    def score_solutions(self, problem, solutions):
        raise ZeroDivisionError("in the verifier")


class FailsAtOnce(Fails):
    chunk_size = 1000


class Elsewhere(Plain):
    '''Another verifier in every process.'''

    def options(self):
        return {"process": os.getpid()}
"""


@pytest.fixture
def pool(home):
    """Four problems with seven samples each."""
    entries = [
        entry(f"p{p}", "1", text=f"{i} - 2 = {i - 2}\n\n" + "\n\n".join(STEPS[i % len(STEPS)]))
        for p in range(4)
        for i in range(7)
    ]
    return import_pool("spread", entries, About(task_name="made", slots="available"))


@pytest.fixture
def problems(pool):
    return [p.problem for p in pool.problems.values()]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(VERIFIER)
    return path


@pytest.fixture
def moved(monkeypatch, tmp_path):
    """A second home, so that the same verifier is scored again."""

    def move():
        monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "other"))

    return move


def both_ways(spec, pool, problems, executor, moved):
    here = scoring.score(registry.verifier(spec), pool, problems)
    moved()
    there = scoring.score(registry.verifier(spec), pool, problems, executor=executor)
    return here, there


def test_worker_processes_give_the_same_rows(file, pool, problems, moved):
    """Three workers, chunks in any order, one table."""
    here, there = both_ways(f"{file}:Plain", pool, problems, local.LocalWorkers(3), moved)

    assert there.table == here.table
    assert there.path != here.path


def test_worker_processes_with_a_model_give_the_same_rows(tmp_path, pool, problems, moved):
    """Each worker loads the checkpoint itself; the rows are equal, bit for bit."""
    folder = tmp_path / "model"
    tokenizer = qwen_tokenizer(folder)
    tiny(Qwen2ForTokenClassification, Qwen2Config, folder, len(tokenizer), num_labels=2)
    spec = f"hf-prm model={folder} marker='\\n\\n'"

    here, there = both_ways(spec, pool, problems, local.LocalWorkers(2), moved)

    assert there.table == here.table
    assert there.cost["tokens"] == here.cost["tokens"]
    assert there.cost["computed_tokens"] == here.cost["computed_tokens"]


def test_a_worker_that_is_killed_costs_one_chunk(file, pool, problems, moved, tmp_path):
    """kill -9 of a worker: its chunk goes to a new one, and the rows are the same."""
    here = scoring.score(registry.verifier(f"{file}:Plain"), pool, problems)
    moved()

    there = scoring.score(
        registry.verifier(f"{file}:Dies notes={tmp_path}"), pool, problems, executor=local.LocalWorkers(2)
    )

    assert len(list(tmp_path.glob("died-*"))) == 1
    assert there.table["value"] == here.table["value"]


def test_samples_that_kill_every_worker_are_told(file, pool, problems, tmp_path):
    """After three deaths they have no score, and the reason stands beside them; the others are scored."""
    verifier = registry.verifier(f"{file}:Dies notes={tmp_path} times=3")

    found = scoring.score(verifier, pool, problems, executor=local.LocalWorkers(1))

    assert found.failed == {"p0": "the process that scored it ended with exit code -9; memory may be short"}
    assert "'plain' failed on 1 problems (3 samples)" in found.notes[0]
    assert found.table["value"].null_count == 3
    assert len(list(tmp_path.glob("died-*"))) == 3


def test_an_error_in_a_worker_is_this_runs_error(file, pool, problems):
    """What the verifier raised is shown, and nobody tries again."""
    with pytest.raises(VerifierError, match="ZeroDivisionError: in the verifier"):
        scoring.score(registry.verifier(f"{file}:Fails"), pool, problems, executor=local.LocalWorkers(2))


def test_an_error_in_the_only_chunk_is_told_at_once(file, pool, problems):
    """A worker that was promised no other chunk does not wait for one before it tells."""
    with pytest.raises(VerifierError, match="ZeroDivisionError: in the verifier"):
        scoring.score(registry.verifier(f"{file}:FailsAtOnce"), pool, problems, executor=local.LocalWorkers(2))


def test_a_worker_with_another_verifier_is_refused(file, pool, problems):
    """If the code or weights differ there, nothing is mixed."""
    with pytest.raises(VerifierError, match="is another verifier here"):
        scoring.score(registry.verifier(f"{file}:Elsewhere"), pool, problems, executor=local.LocalWorkers(2))


def test_a_verifier_made_in_python_cannot_be_sent(pool, problems):
    """A worker makes its verifier from a specification."""

    class Mine(OutcomeVerifier):
        name = "mine"

        def score_solutions(self, problem, solutions):
            return [0.0] * len(solutions)

    with pytest.raises(BadInput, match="was made in Python"):
        scoring.score(Mine(), pool, problems, executor=local.LocalWorkers(2))


def test_controls_are_scored_here(pool, problems, monkeypatch):
    """A length rule is not worth a process."""
    monkeypatch.setattr(local, "_Process", None)

    scores = scoring.score(registry.verifier("length"), pool, problems, executor=local.LocalWorkers(2))

    assert scores.table["value"].null_count == 0


def test_workers_share_the_gpus_and_the_cores(monkeypatch):
    """Each takes the next GPU that may be seen, and its part of the cores."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,6")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)

    process.take_share(index=3, of=4)

    assert os.environ["CUDA_VISIBLE_DEVICES"] == "6"
    assert int(os.environ["OMP_NUM_THREADS"]) >= 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_a_number_of_threads_that_is_set_holds_for_both_libraries(monkeypatch):
    """Else one of them would start as many as there are cores."""
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)

    process.take_share(index=0, of=1)

    assert os.environ["MKL_NUM_THREADS"] == "3"


def test_kinds_of_executors():
    """One local worker is this process; an unknown kind or no worker is an error."""
    assert executors.make("local", 1) is None
    assert isinstance(executors.make("local", 2), local.LocalWorkers)
    assert isinstance(executors.make("ray", 2), RayWorkers)
    with pytest.raises(BadInput, match="use local or ray"):
        executors.make("slurm", 2)
    with pytest.raises(BadInput, match="--workers 0"):
        executors.make("local", 0)


@pytest.mark.slow
def test_ray_gives_the_same_rows_and_survives_a_lost_worker(file, pool, problems, moved, tmp_path):
    """Ray Data over two actors, one of which is killed once: the rows equal those of this process."""
    ray = pytest.importorskip("ray")
    here = scoring.score(registry.verifier(f"{file}:Plain"), pool, problems)
    moved()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    try:
        there = scoring.score(
            registry.verifier(f"{file}:Dies notes={tmp_path}"), pool, problems, executor=RayWorkers(2)
        )
        with pytest.raises(VerifierError, match="in the verifier"):
            scoring.score(registry.verifier(f"{file}:Fails"), pool, problems, executor=RayWorkers(2))
    finally:
        ray.shutdown()

    assert len(list(tmp_path.glob("died-*"))) == 1
    assert there.table["value"] == here.table["value"]
    assert there.table["problem_id"] == here.table["problem_id"]
