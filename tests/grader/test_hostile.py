"""Hostile answers: nothing is evaluated, nothing hangs, nothing grows, and the rest of the run is unharmed."""

import subprocess
import sys
from collections import Counter

import psutil
import pytest

from harness.grader import judging, workers
from harness.grader.workers import Reply, Request
from harness.records import AnswerSpec, Problem

HOSTILE = {
    "code": "__import__('os').system('touch {marker}')",
    "code in a formula": r"\frac{__import__('os').system('touch {marker}')}{2}",
    "code as a power": "2**__import__('os').system('touch {marker}')",
    "a tower of powers": "9**9**9**9",
    "a tower in LaTeX": r"9^{9^{9^{9}}}",
    "a great factorial": "99999999!",
    "a factorial of a factorial": "((99!)!)!",
    "100 kB of braces": "{" * 50_000 + "}" * 50_000,
    "100 kB of open braces": "{" * 100_000,
    "deep nesting": "(" * 900,
    "deep fractions": r"\frac{1}{" * 60 + "1" + "}" * 60,
    "null bytes": "\x00" * 100 + "1",
    "a null byte inside": "1\x00 2",
    "an endless sum": r"\sum_{n=1}^{10^{100}} n^{n^{n}}",
    "a product": r"\prod_{k=1}^{999999999} k^k",
    "a matrix to a power": r"\begin{pmatrix} 1 & 1 \\ 1 & 0 \end{pmatrix}^{10^{10}}",
    "a great binomial": r"\binom{10^{12}}{10^{11}}",
    "many digits": "1" * 990,
    "surrogates": "\ud800 1",
    "right to left": "\u202e 1",
    "a format": "{0.__class__}",
}


@pytest.mark.timeout(240)
def test_hostile_answers_are_wrong_or_undecided_and_the_rest_is_unharmed(tmp_path):
    """Every hostile answer ends wrong or undecided within the limit; its neighbours are graded as ever."""
    marker = tmp_path / "marker"
    answers = [text.replace("{marker}", str(marker)) for text in HOSTILE.values()]
    hard = r"\int_0^1 2x\,dx"  # only the grading process reads it
    problems = [Problem("made", "", "1"), Problem("other", "", "1")]
    distinct = [Counter([*answers, "1", "2", hard]), Counter([r"\int_0^3 x\,dx", hard])]
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    done = []
    found = judging.judge(problems, AnswerSpec(), distinct, progress=lambda *d: done.append(d), time_limit=1.0)
    for name, answer in zip(HOSTILE, answers, strict=True):
        verdict = found[0][answer]
        assert verdict.correct is not True, name
        assert verdict.key, name
        assert verdict.correct is False or verdict.reason, name
    assert found[0]["1"].correct is True
    assert found[0]["2"].correct is False
    assert found[0][hard].correct is True
    assert found[1][hard].correct is True
    assert found[1][r"\int_0^3 x\,dx"].correct is False
    assert done[-1] == (sum(map(len, distinct)),) * 2
    assert not marker.exists()
    after = {child.pid for child in psutil.Process().children(recursive=True)}
    assert after <= before, "a grading process was left behind"


def test_a_process_that_hangs_is_killed_and_replaced(monkeypatch):
    """What runs past its processor time is undecided; the next request meets a fresh process."""
    stuck = Request(r"\int_0^{10^9} x^{x^{x}} \sin(x^{x}) dx", "1", AnswerSpec())
    fine = Request(r"\int_0^1 2x\,dx", "1", AnswerSpec())
    replies: dict[int, Reply] = {}
    workers.serve([stuck, fine], replies.__setitem__, 1, 1.5)
    assert [replies[i].correct for i in range(2)] == [None, True]
    assert replies[0].reason


def test_a_settled_verdict_survives_a_process_that_dies():
    """Where only the key was wanted, a killed process leaves the verdict as it was."""
    replies: dict[int, Reply] = {}
    request = Request(r"\int_0^{10^9} x^{x^{x}} \sin(x^{x}) dx", "1", AnswerSpec(), correct=True)
    workers.serve([request], replies.__setitem__, 1, 1.0)
    assert replies[0] == Reply(None, True, "")


def test_an_error_of_the_receiver_reaches_the_caller():
    """A failure in our own code is raised, not swallowed by a thread."""

    def receive(*_):
        raise RuntimeError("made up")

    with pytest.raises(RuntimeError, match="made up"):
        workers.serve([Request("1", "1", AnswerSpec())], receive, 1, 5.0)


PROGRAM = """
import sys
from harness.grader import child, symbolic
child.limit_resources()
child.forbid_evaluation()
symbolic.key("1+x"); symbolic.same(r"\\\\int_0^1 x dx", "2"); symbolic.same("[1, x)", r"\\\\sum_{{n=1}}^3 n")
def hook(event, arguments):
    if event in ("exec", "compile") and not isinstance(arguments[0], type(hook.__code__)):
        raise RuntimeError("a text was compiled: " + repr(arguments))
    if event in ("os.system", "subprocess.Popen", "os.exec", "os.fork", "socket.connect"):
        raise RuntimeError(event)
sys.addaudithook(hook)
request = {{"answer": "", "gold": "1", "correct": None, "spec": {{"kind": "math", "choices": ()}}}}
for text in {texts!r}:
    reply = child.answer({{**request, "answer": text}})
    assert "RuntimeError" not in reply["reason"], (text, reply)
    assert reply["correct"] is not True, text
print("none was evaluated")
"""


def test_no_answer_is_compiled_or_executed():
    """With Python's audit hook watching, no hostile text reaches compile, exec, a process or a socket."""
    texts = [HOSTILE[name] for name in ("code", "code in a formula", "code as a power", "null bytes", "a format")]
    texts += [r"\operatorname{__import__}('os')", "lambda: 2", "().__class__.__bases__[0]", "Symbol('x').func", "a.b.c"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(texts=texts)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "none was evaluated", done.stderr[-2000:]


def test_a_grading_process_is_bounded_in_memory_and_writes_no_file():
    """Its limits hold: an allocation beyond them fails, and no file of it can grow."""
    program = (
        "import pathlib, signal, tempfile\nfrom harness.grader import child\nchild.limit_resources()\n"
        "try:\n    bytearray(3 * 2**30)\nexcept MemoryError:\n    print('no memory')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    pathlib.Path(tempfile.mkdtemp(), 'x').write_text('text')\nexcept OSError:\n    print('no file')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:2] == ["no memory", "no file"], done.stderr
