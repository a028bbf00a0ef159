"""Hundreds of hostile texts and names through the whole path: a canary says that nothing ran, called or wrote."""

import csv
import html.parser
import json
import os
import socket
import sys
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from harness.errors import BadInput
from harness.grader import judging, workers
from harness.pool import pools
from harness.pool.importing import About, import_pool
from worlds import hostile
from worlds.made import entry

APP = Path(__file__).resolve().parents[2] / "leaderboard" / "app.py"
VIEWS = ("board", "curves", "ood", "compare", "problems", "calibration", "compute", "method")
GOLD = "314159"
SCORES = ("../../x", "=1+1", "<b>", "\x1b[2J", "a;b")
KINDS = ("csv", "parquet", "latex", "markdown", "hf", "lm-eval", "card")
DANGEROUS = ("exec", "compile", "open", "import", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.mkdir",
             "os.rename", "os.remove", "os.putenv", "subprocess.Popen", "socket.connect", "socket.getaddrinfo",
             "ctypes.dlopen", "urllib.Request", "pickle.find_class", "webbrowser.open")  # fmt: skip
watched: list[tuple[str, list[str]]] = []  # who is watching for which marks; a hook cannot be taken away again


def hook(event, arguments):
    for mark, seen in watched:
        if event in DANGEROUS and any(mark in str(a) for a in arguments if isinstance(a, str | bytes | tuple | list)):
            seen.append(f"{event}: {str(arguments)[:200]}")


class Canary:
    """A file that must not be, a port that nobody may call, a variable that stays as it is, and what Python audits."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "sung-by-a-canary"
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.calls: list[object] = []
        self.called = threading.Event()
        self.seen: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self.calls.append(self.server.accept())
                self.called.set()
            except OSError:
                return

    def sung(self) -> list[str]:
        """What happened."""
        calls = [f"called {len(self.calls)} times"] if self.calls else []
        files = ["its file is there"] if self.file.exists() else []
        return [*self.seen, *calls, *files, *(["its variable is set"] if "CANARY" in os.environ else [])]


@pytest.fixture(scope="module")
def canary(tmp_path_factory):
    """The bird."""
    found = Canary(tmp_path_factory.mktemp("canary"))
    if not any(mark == str(found.file) for mark, _ in watched):
        sys.addaudithook(hook)
    watched.append((str(found.file), found.seen))
    yield found
    watched.clear()
    found.server.close()


@pytest.fixture
def hurried(monkeypatch):
    """Half a second of processor time an answer: what hangs, hangs longer."""
    serve = workers.serve
    monkeypatch.setattr(judging.workers, "serve", lambda asked, told, count, _: serve(asked, told, count, 0.5))


def write(canary, path):
    """A source whose every id, text, subject, answer, score and solution is hostile; returns the number of samples."""
    texts, names = hostile.texts(str(canary.file), canary.port), hostile.names(str(canary.file), canary.port)
    assert len({*texts, *names}) >= 300
    written = 0
    with path.open("w") as file:
        for position, name in enumerate(names):
            samples = [
                {"text": text, "scores": dict.fromkeys(SCORES, 0.5)}
                for own in texts[position :: len(names)]
                for text in (own, f"We count. So it is $\\boxed{{{own}}}$.")
            ]
            written += len(samples)
            row = {
                "problem_id": name, "problem": f"{names[-position]} of {position}?", "gold": GOLD,
                "subject": names[(7 * position) % len(names)], "samples": samples,
            }  # fmt: skip
            file.write(json.dumps(row) + "\n")
    return written


class Page(html.parser.HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag in ("iframe", "object", "embed", "base", "img", "form", "svg", "math", "link", "plaintext"):
            self.active.append(tag)
        for name, value in attributes:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.active.append(f"{tag} {name}={value}")


def unseen(text):
    """Control characters but line ends, and those that move what is seen."""
    return [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u200b")]


def test_the_canary_would_sing(tmp_path):
    """A text that is compiled, a call to its port, its file: each is noticed."""
    bird = Canary(tmp_path)
    sys.addaudithook(hook)
    watched.append((str(bird.file), bird.seen))
    try:
        assert bird.sung() == []
        compile(f"'{bird.file}'", "<text>", "exec")
        socket.create_connection(("127.0.0.1", bird.port)).close()
        assert bird.called.wait(60)
        bird.file.touch()
        heard = [what.partition(":")[0] for what in bird.sung()]
        assert heard == ["compile", "open", "called 1 times", "its file is there"]
    finally:
        watched.clear()
        bird.server.close()


@pytest.mark.slow
def test_hostile_texts_are_text_all_the_way_to_the_page(canary, hurried, home, bonbench, tmp_path, monkeypatch):
    """Imported, graded, run, exported in every format, put on cards, into a page and on the board."""
    source = tmp_path / "source.jsonl"
    samples = write(canary, source)
    out = tmp_path / "out"
    out.mkdir()
    told = ""
    for words in (
        ("pool", "import", "generic", source, "--problems", "from-pool", "--task", "t", "--name", "p",
         "--generator", "<script>alert(1)</script>\x1b[2J", "--max-rejected", "0"),
        ("pool", "list"), ("pool", "show", "p"), ("pool", "verify", "p"),
        ("grade", "--pool", "p"),
        ("run", "--pool", "p", "-v", "carried", "-v", "length", "--rule", "best-of-n,weighted-vote"),
        ("runs",),
        *(("export", kind, "-o", out / kind) for kind in KINDS),
        ("cards", "add", out / "card", "--store", tmp_path / "other.duckdb"),
        ("pool", "export", "p", out / "pool.jsonl"),
        ("publish", out / "page.html", "--static", "--title", "</title><script>alert(1)</script>"),
        ("publish", out / "site"),
    ):  # fmt: skip
        status, said, erred = bonbench(*words)
        assert status == 0, (words, erred)
        told += said + erred

    assert canary.sung() == []
    assert unseen(told) == []
    pool = pools.open_pool("p")
    assert pool.manifest.n_samples == samples
    page = Page()
    page.feed((out / "page.html").read_text(encoding="utf-8"))
    assert page.active == []
    with (out / "csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "@")]
    (grades,) = (home / "work").rglob("grades/*.parquet")
    assert True not in pq.read_table(grades)["correct"].to_pylist()

    monkeypatch.setenv("BONBENCH_STORE", str(home / "results.duckdb"))
    shown = AppTest.from_file(str(APP), default_timeout=300).run()
    for view in VIEWS:
        shown.switch_page(f"page/views/{view}.py").run()
        assert not shown.exception, view
    assert canary.sung() == []
    beside = {p.name for p in tmp_path.iterdir()}
    assert beside == {"source.jsonl", "out", "home", "other.duckdb", "other.published.duckdb"}


def test_a_name_that_is_a_path_names_nothing_outside(canary, home, tmp_path):
    """Of pools: refused in a sentence, or a folder among the pools."""
    taken, refused = [], []
    for name in hostile.names(str(canary.file), canary.port):
        try:
            pools.check_name(name)
        except BadInput:
            refused.append(name)
            with pytest.raises(BadInput, match="cannot name a pool"):
                import_pool(name, [entry("p", "1")], About(task_name="t"))
        else:
            taken.append(name)
            pool = import_pool(name, [entry("p", "1")], About(task_name="t"))
            assert (pool.path.parent, pool.path.name) == (home / "pools", name)

    assert len(refused) > 100
    assert {p.name for p in (home / "pools").iterdir()} == set(taken)
    assert {p.name for p in tmp_path.iterdir()} == {"home"}
    assert canary.sung() == []
