"""The server among many clients, with dying workers, at its limits, and at its end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from harness import registry
from harness.errors import BadInput, VerifierError
from harness.records import Solution
from harness.serve.client import Client, RewardError
from harness.serve.crew import Limits
from harness.serve.running import Place, Server
from worlds.reward_server import serving

CLIENTS, EACH = 50, 6


def own(client, i):
    """A client's problem and solutions, which nobody else has."""
    return "p" * (client + 1), [f"solution {client * 1000 + i * 10 + k}" for k in range(3)]


def plain(problem, solutions):
    return [int(s.rsplit(" ", 1)[-1]) + len(problem) / 1000 for s in solutions]


def test_fifty_clients_and_a_killed_worker(file):
    """Every request is answered with the scores of its own solutions, though workers are killed under way."""
    with serving(f"{file}:Plain", workers=2, limits=Limits(batch=40)) as server:
        done = threading.Event()

        def kill():
            while not done.is_set():
                os.kill(server.crew.pids()[0], signal.SIGKILL)
                done.wait(2.0)

        def ask(client):
            asks = Client(server.url)
            return [(own(client, i), asks.rewards([own(client, i)[0]] * 3, own(client, i)[1])) for i in range(EACH)]

        killer = threading.Thread(target=kill)
        killer.start()
        with ThreadPoolExecutor(CLIENTS) as pool:
            answered = list(pool.map(ask, range(CLIENTS)))
        done.set()
        killer.join()

        assert all(found == plain(*question) for answers in answered for question, found in answers)
        assert sum(map(len, answered)) == CLIENTS * EACH
        assert server.metrics.value("worker_restarts_total") >= 1
        assert server.metrics.value("batches_total") < CLIENTS * EACH, "no two requests shared a batch"


def test_a_client_that_left_stops_no_worker(file):
    """Its answer finds nobody, and the next question is scored."""
    with serving(f"{file}:Plain", limits=Limits(linger=0.5)) as server:
        (left,) = server.crew.ask([("p", [Solution("solution 1")])])
        assert left.cancel()
        (stays,) = server.crew.ask([("pp", [Solution("solution 2")])])

        assert [s.value for s in stays.result(timeout=600).scored] == plain("pp", ["solution 2"])
        (later,) = server.crew.ask([("ppp", [Solution("solution 3")])])
        assert [s.value for s in later.result(timeout=600).scored] == plain("ppp", ["solution 3"])
        assert server.metrics.value("worker_restarts_total") == 0


def test_a_worker_that_dies_under_way_costs_no_answer(file, tmp_path):
    """Its batch is asked again of the next."""
    with serving(f"{file}:Dies notes={tmp_path}") as server:
        assert Client(server.url).rewards(["p"] * 2, ["fatal 1", "fine 2"]) == [1.001, 2.001]
        assert server.metrics.value("retried_total") == 1


def test_a_question_that_kills_every_worker_is_told_and_the_others_are_scored(file, tmp_path):
    """It is asked alone at last, so that nobody else's question suffers."""
    with serving(f"{file}:Dies notes={tmp_path}", limits=Limits(linger=0.5)) as server:
        body = {"questions": [{"problem": p, "solutions": ["s 1"]} for p in ("a", "poison", "b")]}

        first, poison, last = Client(server.url).post("/score", body)["answers"]

    assert [s["value"] for s in (*first["scores"], *last["scores"])] == [1.001, 1.001]
    assert poison["scores"] is None
    assert "ended with exit code -9" in poison["error"]


def test_a_question_that_takes_too_long_is_told_and_the_others_are_scored(file):
    """The worker is ended after the limit and another one goes on."""
    with serving(f"{file}:Sleeps", limits=Limits(linger=0.5, seconds=5.0)) as server:
        body = {"questions": [{"problem": p, "solutions": ["s 1"]} for p in ("a", "trap")]}

        fine, trap = Client(server.url).post("/score", body)["answers"]

    assert fine["scores"][0]["value"] == 1.001
    assert trap["error"] == "it took longer than 5 s"


def test_what_the_verifier_raises_is_told_without_secrets(file, served):
    """One question fails; a key in its message is masked."""
    _, client = served(f"{file}:Fails")

    bad, good = client.post("/score", {"questions": [{"problem": p, "solutions": ["s 1"]} for p in ("bad", "good")]})[
        "answers"
    ]

    assert "RuntimeError: api_key=***" in bad["error"]
    assert good["scores"][0]["value"] == 1.004
    with pytest.raises(RewardError, match=r"The verifier failed: RuntimeError: api_key=\*\*\*"):
        client.rewards(["bad"], ["s 1"])


def status_of(url, body=b"{}", **headers):
    """The status and the error of a request."""
    request = urllib.request.Request(url, body, headers={"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]["message"]


def test_bounds_are_said(file, served):
    """Too long a body, too much waiting, and what is no request."""
    server, _ = served(f"{file}:Plain", limits=Limits(waiting=2), body=10_000)
    question = {"problem": "p", "solutions": ["s 1"] * 3}

    assert status_of(f"{server.url}/score", b" " * 10_001)[0] == 413
    code, said = status_of(f"{server.url}/score", json.dumps({"questions": [question]}).encode())
    assert (code, said) == (503, "Too many solutions wait already; ask again later, or fewer at a time.")
    for body in (
        b"",
        b"{",
        b'{"questions": [{"problem": "p", "solutions": ["\\ud800 1"]}]}',
        b"[" * 5000,
        b'{"questions": []}',
        b'{"questions": [{"problem": 1, "solutions": ["s"]}]}',
    ):
        code, said = status_of(f"{server.url}/score", body)
        assert code == 400, body
        assert said
    code, said = status_of(
        f"{server.url}/score",
        json.dumps({"questions": [{"problem": "p", "solutions": ["s 1"]}], "credit": "maximum"}).encode(),
    )
    assert code == 400
    assert "No form of step reward is called 'maximum'" in said
    assert status_of(f"{server.url}/nowhere")[0] == 404


def test_a_body_sent_in_pieces_is_bounded_too(file, served):
    """No length is stated; it is counted as it comes."""
    server, _ = served(f"{file}:Plain", body=10_000)

    def pieces():
        for _ in range(20):
            yield b" " * 1000

    request = urllib.request.Request(f"{server.url}/score", pieces(), headers={"Content-Type": "application/json"})
    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert getattr(refused.value, "code", 413) == 413


def test_a_key_is_asked_for_and_never_told(file, monkeypatch, capfd):
    """All but health and the client need it; it stands in no answer and no log."""
    monkeypatch.setenv("SERVE_KEY_OF_MINE", "a-very-secret-key")
    with serving(f"{file}:Plain", place=Place(port=0, key_env="SERVE_KEY_OF_MINE")) as server:
        assert status_of(f"{server.url}/score")[0] == 401
        assert status_of(f"{server.url}/metrics", None)[0] == 401
        assert status_of(f"{server.url}/health", None)[0] == 200
        assert status_of(f"{server.url}/client.py", None)[0] == 200
        assert status_of(f"{server.url}/score", Authorization="Bearer a-very-secret-kez")[0] == 401
        assert Client(server.url, "a-very-secret-key").rewards(["p"], ["s 1"]) == [1.001]
        said = [status_of(f"{server.url}/score", b"{}", Authorization="Bearer a-very-secret-key")[1]]
        with pytest.raises(RewardError) as refused:
            Client(server.url, "wrong").rewards(["p"], ["s 1"])
    out = capfd.readouterr()
    assert "a-very-secret-key" not in "".join([*said, str(refused.value), out.out, out.err])


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(host="0.0.0.0"), "lets other machines ask"),
        (Place(key_env="NOT_SET_ANYWHERE"), "names an environment variable that is not set"),
        (Place(host="198.51.100.1", without_key=True), "cannot be listened at"),
    ],
)
def test_a_place_that_is_none(file, place, said):
    with pytest.raises(BadInput, match=said):
        Server(registry.verifier(f"{file}:Plain"), place)


@pytest.mark.parametrize(("spec", "said"), [("carried:orm", "a pool's own"), ("majority", "chooses without scores")])
def test_what_has_no_scores_of_its_own_is_not_served(spec, said):
    with pytest.raises(BadInput, match=said):
        Server(registry.verifier(spec), Place(port=0))


def test_a_verifier_that_is_another_in_its_worker_is_not_served(file):
    """The server ends with the reason instead of waiting."""
    server = Server(registry.verifier(f"{file}:Never"), Place(port=0))

    with pytest.raises(VerifierError, match="is another verifier in a worker"):
        server.run(lambda url: None)


def test_health_and_metrics(file, served):
    """What a load balancer and a scraper read."""
    server, client = served(f"{file}:Plain")
    client.rewards(["p"] * 2, ["s 1", "s 2"])

    with urllib.request.urlopen(f"{server.url}/health") as answer:
        assert json.loads(answer.read()) == {"status": "ok", "workers": 1}
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        text = answer.read().decode()
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert lines['bonbench_requests_total{path="/score",status="200"}'] == "1"
    assert lines["bonbench_solutions_total"] == "2"
    assert lines["bonbench_workers_ready"] == "1"
    assert lines["bonbench_request_seconds_count"] == "1"


SLOW = """
import time
from pathlib import Path

from verifiers.base import OutcomeVerifier


class Slow(OutcomeVerifier):
    name = "slow"

    def score_solutions(self, problem, solutions):
        Path(__file__).with_name("began").touch()
        time.sleep(2)
        return [1.0] * len(solutions)
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_the_command_answers_what_is_under_way_and_ends(tmp_path, sent):
    """A signal in the middle of a request: it is answered, the workers are gone, the exit status is 0."""
    (tmp_path / "slow.py").write_text(SLOW)
    command = [sys.executable, "-m", "harness.cli", "serve", f"{tmp_path}/slow.py:Slow", "--port", "0"]
    environment = {**os.environ, "COLUMNS": "300"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    line = next(line for line in server.stdout if "is served at" in line)
    client = Client(line.split("is served at ")[1].split(";")[0])
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.rewards, ["p"], ["s"])
        while not (tmp_path / "began").exists():
            time.sleep(0.05)
        workers = psutil.Process(server.pid).children(recursive=True)
        server.send_signal(sent)

        assert asked.result() == [1.0]
    out, err = server.communicate()
    assert server.returncode == 0, err
    assert "Stopped" in out
    assert workers
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not [w for w in alive if w.status() != psutil.STATUS_ZOMBIE], "nobody here collects orphans"
