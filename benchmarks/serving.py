"""Requests a second of ``bonbench serve`` beside the same model behind a plain server, 50 clients at once, in one run.

    python -m benchmarks.serving --seconds 60

The plain server is what a reward model is usually put behind: Python's own HTTP server, one request scored at a time by
the same verifier in the same engine. Every client asks about problems of the bundled pool, four solutions each, and
compares each answer with the score of an ordinary run. Ours is measured twice: undisturbed, and with its only worker
killed (SIGKILL) in the middle, which then loads its model again.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil

from harness import registry
from harness.pool import pools
from harness.records import Solution
from harness.serve.client import Client
from harness.serve.running import Place, Server

CLIENTS, SOLUTIONS, PROBLEMS = 50, 4, 200
CLOSE = 1e-5  # of two scores, in float32
PLAIN, OURS = "plain", "ours"


def questions():
    """Problems of the bundled pool with their first distinct solutions."""
    pool = pools.open_pool("micromath")
    out = []
    for problem_id in list(pool.problems)[:PROBLEMS]:
        texts = [s.text for s in pool.solutions(pool.of_problem(problem_id, ["text", "steps"]))]
        out.append((pool.problems[problem_id].problem.text, list(dict.fromkeys(texts))[:SOLUTIONS]))
    return out


def plain(spec):
    """The server that scores one request at a time, as a process of its own."""
    verifier, lock = registry.verifier(spec), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        """One request, one score call."""

        protocol_version = "HTTP/1.1"

        def do_POST(self):
            """Score."""
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["questions"]
            with lock:
                answers = [verifier.score(a["problem"], [Solution(s) for s in a["solutions"]]) for a in asked]
            body = json.dumps(
                {"answers": [{"scores": [{"steps": [{"score": v} for v in s.steps]} for s in a]} for a in answers]}
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


def own(spec):
    """Ours, as a process of its own."""
    Server(registry.verifier(spec), Place(port=0)).run(lambda url: print(url, flush=True))


@contextmanager
def started(name, spec):
    """The address and the process of one of the two servers, once it answers; both have loaded their model then."""
    command = [sys.executable, "-m", "benchmarks.serving", "--serve", name, "--verifier", spec]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        Client(url).post("/score", {"questions": [{"problem": "warm", "solutions": ["up"]}]})
        yield url, process
    finally:
        process.terminate()
        process.wait()


def worker_of(process):
    """The process that scores: the child that has the model."""
    return max(psutil.Process(process.pid).children(), key=lambda child: child.memory_info().rss)


def counted(url, name):
    """A counter of ours."""
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line.rsplit(" ", 1)[1] for line in lines if line.startswith(name)))


def measure(url, asked, wanted, seconds):
    """(answers, wrong or missing answers, seconds) of all clients together."""
    end = time.monotonic() + seconds

    def ask(number):
        client, rng, answers, bad = Client(url), random.Random(number), 0, 0
        while time.monotonic() < end:
            i = rng.randrange(len(asked))
            body = {"questions": [{"problem": asked[i][0], "solutions": asked[i][1]}]}
            scores = client.post("/score", body)["answers"][0]["scores"]
            found = [[step["score"] for step in score["steps"]] for score in scores]
            same = all(
                len(a) == len(b) and all(abs(x - y) < CLOSE for x, y in zip(a, b, strict=True))
                for a, b in zip(found, wanted[i], strict=True)
            )
            answers, bad = answers + 1, bad + (not same)
        return answers, bad

    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        both = list(pool.map(ask, range(CLIENTS)))
    return sum(a for a, _ in both), sum(b for _, b in both), time.monotonic() - started


def main():
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--verifier", default="micromath-prm")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        {PLAIN: plain, OURS: own}[options.serve](options.verifier)
        return
    asked, verifier = questions(), registry.verifier(options.verifier)
    wanted = [
        [list(s.steps) for s in verifier.score(problem, [Solution(t) for t in texts])] for problem, texts in asked
    ]

    with started(PLAIN, options.verifier) as (url, _):
        peers = measure(url, asked, wanted, options.seconds)
    with started(OURS, options.verifier) as (url, process):
        ours = measure(url, asked, wanted, options.seconds)
        batches = counted(url, "bonbench_batches_total")
        victim = threading.Timer(options.seconds / 2, lambda: worker_of(process).kill())
        victim.start()
        killed = measure(url, asked, wanted, options.seconds)
        restarts = counted(url, "bonbench_worker_restarts_total")

    print(f"{CLIENTS} clients, {SOLUTIONS} solutions a request, {options.verifier}, one worker, {os.cpu_count()} cores")
    found = {"plain, one at a time": peers, "bonbench serve": ours, "with its worker killed": killed}
    for name, (answers, bad, seconds) in found.items():
        print(f"{name:22} {answers / seconds:8.1f} requests/s   {answers:6} answered   {bad} wrong or lost")
    ratio, size = (ours[0] / ours[2]) / (peers[0] / peers[2]), ours[0] / batches
    print(f"{ratio:.1f} times as many; {size:.1f} requests a batch; {restarts:.0f} worker killed and made again")


if __name__ == "__main__":
    main()
