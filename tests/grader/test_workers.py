"""Grading processes end with who started them, bound themselves, and are replaced when they die while starting."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from harness.errors import BonbenchError
from harness.grader import workers
from harness.grader.workers import Reply, Request
from harness.records import AnswerSpec

ENDLESS = r"\int_0^{10^9} x^{x^{x}} \sin(x^{x}) dx"
PARENT = """
from harness.grader import workers
from harness.records import AnswerSpec
workers.serve([workers.Request({endless!r}, "1", AnswerSpec())], print, 1, 300.0)
"""


def wait_for(condition, seconds=250.0):
    """Until it holds; a busy machine may take its time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to hold")


def children_of(pid):
    return [p for p in psutil.Process(pid).children() if "harness.grader.child" in " ".join(p.cmdline())]


def computes(process):
    """Whether it is past its start: the request has cost it something."""
    before = process.cpu_times().user
    time.sleep(0.3)
    return before > 1.0 and process.cpu_times().user > before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_grading_process_does_not_outlive_its_killed_parent(how):
    """Whatever it computes when its parent is killed, it is gone soon after."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(endless=ENDLESS)], stdout=subprocess.DEVNULL)
    try:
        child = wait_for(lambda: children_of(parent.pid))[0]
        wait_for(lambda: computes(child))
        parent.send_signal(how)
        parent.wait(30)
        wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    finally:
        parent.kill()
        parent.wait()


def test_a_grading_process_whose_parent_is_gone_before_it_asks_ends_at_once():
    """It is told who started it, and sees that this is not its parent."""
    done = subprocess.run(
        [sys.executable, "-m", "harness.grader.child", "1", "5"], input="", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ready" not in done.stdout


def test_a_grading_process_limits_its_own_processor_time():
    """The kernel ends one whose parent does not: an endless loop after the limit was set."""
    program = "from harness.grader import child\nchild._GRACE = 0\nchild.limit_processor(0.5)\nwhile True:\n    pass\n"
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=120)
    assert done.returncode == -signal.SIGXCPU


def test_the_limit_of_processor_time_moves_on_with_every_request():
    """Many requests may cost together what one may not."""
    program = (
        "import resource\nfrom harness.grader import child\nchild.limit_processor(5)\n"
        "import time\nfirst = resource.getrlimit(resource.RLIMIT_CPU)[0]\nwhile time.process_time() < 2.5:\n    pass\n"
        "child.limit_processor(5)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0] > first)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr


def test_a_worker_that_is_killed_while_it_starts_is_replaced(monkeypatch):
    """The first process dies before it is ready; the grading goes on with the next."""
    killed = []
    ready = workers._Worker.ready

    def first_dies(self):
        if not killed:
            killed.append(self.process.pid)
            os.kill(self.process.pid, signal.SIGKILL)
        return ready(self)

    monkeypatch.setattr(workers._Worker, "ready", first_dies)
    replies: dict[int, Reply] = {}
    workers.serve([Request(r"\int_0^1 2x\,dx", "1", AnswerSpec())], replies.__setitem__, 1, 5.0)
    assert killed
    assert replies[0].correct is True


def test_workers_that_never_start_end_the_grading_with_advice(monkeypatch):
    """After several tries the error says what to try by hand."""
    monkeypatch.setattr(workers._Worker, "ready", lambda self: False)
    with pytest.raises(BonbenchError, match=r"harness\.grader\.child"):
        workers.serve([Request("1", "1", AnswerSpec())], lambda *_: None, 1, 5.0)


def test_a_worker_that_is_killed_between_two_requests_is_replaced():
    """The request that it was killed with is undecided at worst; the one behind it is answered."""
    replies: dict[int, Reply] = {}
    seen = []

    def receive(position, reply):
        replies[position] = reply
        if not seen:
            seen.extend(children_of(os.getpid()))
            for child in seen:
                child.kill()
                child.wait(30)

    fine = Request(r"\int_0^1 2x\,dx", "1", AnswerSpec())
    workers.serve([fine, fine, fine], receive, 1, 5.0)
    assert [replies[0].correct, replies[2].correct] == [True, True]
