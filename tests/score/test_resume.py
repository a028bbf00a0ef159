"""kill -9 during scoring, at random moments: the final scores are those of an undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest
from transformers import Qwen2Config, Qwen2ForTokenClassification

from harness.pool.importing import About, import_pool
from worlds.made import entry
from worlds.tiny import STEPS, qwen_tokenizer, tiny

SCORE = """
import os
import sys
from harness import registry
from harness.pool import pools
from harness.score import executors, scoring
from verifiers.language_model import LanguageModel
pool = pools.open_pool("long")
verifier, workers = registry.verifier(sys.argv[1]), int(sys.argv[2])
if workers == 1 and isinstance(verifier, LanguageModel):
    verifier.runner  # the model is loaded: from here on it is scoring
print("scoring", flush=True)
if "CHUNK" in os.environ:
    verifier.chunk_size = int(os.environ["CHUNK"])
problems = [p.problem for p in pool.problems.values()]
scoring.score(verifier, pool, problems, executor=executors.make("local", workers))
print("done", flush=True)
"""
SLOW = """
import time
from verifiers.base import ProcessVerifier

class Slow(ProcessVerifier):
    name = "slow"
    chunk_size = 4

    def score_steps(self, problem, solutions):
        time.sleep(0.02)
        return [[1.0 / (1 + len(problem) + len(step)) for step in steps] for steps in solutions]
"""


@pytest.fixture
def pool(home):
    """Thirty problems with eight samples each."""
    entries = [
        entry(f"p{p}", "1", text="\n\n".join((*STEPS[i % len(STEPS)], f"{p} + {i}")))
        for p in range(30)
        for i in range(8)
    ]
    return import_pool("long", entries, About(task_name="made", slots="available"))


def start(spec: str, workers: int = 1) -> subprocess.Popen:
    """A process that scores; it has said that it begins."""
    command = [sys.executable, "-c", SCORE, spec, str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ), start_new_session=True)
    assert process.stdout.readline() == "scoring\n"
    return process


def kill(spec: str, times: int, longest: float, workers: int = 1) -> int:
    """Start the scoring so many times and kill it, with its workers, each time after a random time.

    Returns:
        How many of these runs had not come to their end.
    """
    rng = random.Random(workers)
    cut = 0
    for _ in range(times):
        process = start(spec, workers)
        time.sleep(rng.uniform(0.0, longest))
        os.killpg(process.pid, signal.SIGKILL)
        cut += "done" not in process.communicate()[0]
    return cut


def finish(spec: str) -> None:
    """Let it come to its end."""
    assert start(spec).communicate()[0] == "done\n"


def finished(home):
    """The one table of scores in a home."""
    (path,) = home.glob("work/*/scores/*/scores.parquet")
    assert not (path.parent / "parts").exists()
    return pq.read_table(path)


def test_ten_kills_change_no_score(tmp_path, home, pool, monkeypatch):
    """Ten processes are killed at random moments of scoring; what the eleventh ends with is what one run gives."""
    (tmp_path / "slow.py").write_text(SLOW)
    spec = f"{tmp_path / 'slow.py'}:Slow"

    cut = kill(spec, 10, longest=0.12)
    finish(spec)
    killed = finished(home)

    assert cut >= 8
    import_elsewhere(pool, monkeypatch, tmp_path)
    finish(spec)
    assert killed == finished(tmp_path / "undisturbed")


@pytest.mark.slow
def test_kills_of_a_model_and_of_its_workers_change_no_score(tmp_path, home, pool, monkeypatch):
    """The same with a language model, in this process and in two workers that are killed with it."""
    folder = tmp_path / "model"
    tokenizer = qwen_tokenizer(folder)
    tiny(Qwen2ForTokenClassification, Qwen2Config, folder, len(tokenizer), num_labels=2)
    spec = f"hf-prm model={folder} marker='\\n\\n' batch_tokens=64"

    monkeypatch.setenv("CHUNK", "8")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # another number of threads sums in another order

    kill(spec, 1, longest=0.1)
    kill(spec, 1, longest=6.0, workers=2)
    finish(spec)
    killed = finished(home)

    import_elsewhere(pool, monkeypatch, tmp_path)
    finish(spec)
    assert killed == finished(tmp_path / "undisturbed")


def import_elsewhere(pool, monkeypatch, tmp_path):
    """The same pool in a home of its own."""
    (tmp_path / "undisturbed" / "pools").mkdir(parents=True)
    (tmp_path / "undisturbed" / "pools" / "long").symlink_to(pool.path.resolve())
    monkeypatch.setenv("BONBENCH_HOME", str(tmp_path / "undisturbed"))
