"""Killed at any file operation of any command, the same command given again ends as if nothing had happened.

Each scenario is one command. It is run undisturbed, and its file operations are counted; then it is killed at the
first, at the second, ... of them, given again, and all that lies in its folder is compared with the undisturbed run:
tables by their rows, JSON by its values, the store by its rows, everything else byte for byte, and no leftover.
A sample of the operations is tried; BONBENCH_EVERY_KILL=1 tries every one.
"""

import os
import shutil

import pytest

from worlds import killing
from worlds.faults import IMPORT, Server, all_of, begin, difference

MOST = 30  # operations of a scenario that are tried, unless all are
LEAST = 200  # kills that all scenarios together must come to
REPLACE = (*IMPORT[:3], "two.jsonl", *IMPORT[4:], "--replace")
GRADE = ("grade", "--pool", "p")
RUN = ("run", "--pool", "p", "-v", "carried", "-v", "own.py:Own")
AGAIN = (*RUN[:3], "-v", "length", "-n", "1,2")
CARDS = ("export", "card", "-o", "cards")
PUBLISH = ("publish", "site")
SCENARIOS = {  # name: (commands before, the command)
    "import": ([], IMPORT),
    "import with rejects": ([], (*IMPORT[:3], "bad.jsonl", *IMPORT[4:], "--max-rejected", "50%")),
    "replace": ([IMPORT], REPLACE),
    "generate": ([], ("generate",)),
    "generate, replacing": ([("generate",)], ("generate", "--replace")),
    "grade": ([IMPORT], GRADE),
    "score, evaluate and store": ([IMPORT], RUN),
    "store beside a run": ([IMPORT, RUN], AGAIN),
    "cards export": ([IMPORT, RUN], CARDS),
    "cards add": ([IMPORT, RUN, CARDS], ("cards", "add", "cards", "--store", "other.duckdb")),
    "export": ([IMPORT, RUN], ("export", "csv", "-o", "out.csv")),
    "pool export": ([IMPORT], ("pool", "export", "p", "out.jsonl.gz")),
    "publish": ([IMPORT, RUN], PUBLISH),
    "publish, replacing": ([IMPORT, RUN, PUBLISH, AGAIN], (*PUBLISH, "--replace")),
    "publish one file": ([IMPORT, RUN], ("publish", "page.html", "--static")),
}  # fmt: skip


@pytest.fixture(scope="session")
def tally(tmp_path_factory):
    """Notes how many operations a scenario was killed at; the last of all scenarios asks whether these were enough.

    The note is shared by all processes of a distributed run, whichever of them the scenarios fall to.
    """
    base = tmp_path_factory.getbasetemp()
    file = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kills"

    def note(name, kills):
        with file.open("a") as notes:
            notes.write(f"{len(kills)}\t{name}\n")
        counts = {n: int(count) for count, _, n in (line.partition("\t") for line in file.read_text().splitlines())}
        if set(counts) == set(SCENARIOS):
            assert sum(counts.values()) >= LEAST, counts

    return note


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The one process that all scenarios are run by."""
    folder = tmp_path_factory.mktemp("faults") / "here"
    folder.mkdir()
    running = Server(folder)
    yield running
    running.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_anywhere_the_same_command_ends_as_if_nothing_had_happened(server, tally, tmp_path, name):
    """Equal pools, grades, scores, stores, cards and boards, and nothing left over."""
    before, words = SCENARIOS[name]
    begin(server.folder)
    for command in before:
        assert server(command)[0] == 0, server.said()
    shutil.copytree(server.folder, tmp_path / "start")
    status, operations = server(words)
    assert status == 0, server.said()
    expected = all_of(server.folder)

    count = len(operations)
    every = range(1, count + 1)
    step = 1 if os.environ.get("BONBENCH_EVERY_KILL") else max(1, -(-count // MOST))
    wrong, kills = [], []
    for k in every[::step]:
        shutil.rmtree(server.folder)
        shutil.copytree(tmp_path / "start", server.folder)
        at = operations[k - 1]
        assert server(words, kill=k)[0] == killing.KILLED
        kills.append(at)
        status, _ = server(words)
        told = server.said()
        complete = status == 2 and ("already a pool" in told or "is not empty" in told or "exists" in told)
        if status and not complete:
            wrong.append(f"{k} {at}: {told}")
            continue
        wrong += [f"{k} {at}: {d}" for d in difference(all_of(server.folder), expected)]

    assert not wrong, "\n".join(wrong[:20])
    tally(name, kills)
