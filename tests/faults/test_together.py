"""Two at once, a home that cannot be written, a disk that is full, a pool that is gone, a home with an odd name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.pool import pools
from worlds.faults import IMPORT, ROOT, Server, all_of, begin, difference

GRADE = ("grade", "--pool", "p")
RUN = ("run", "--pool", "p", "-v", "carried", "-v", "own.py:Own")
REPLACE = (*IMPORT, "--replace")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The files to begin with, and a home beside them."""
    folder = tmp_path / "here"
    begin(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BONBENCH_HOME", str(folder / "home"))
    return folder


@pytest.fixture
def inside(here):
    """Commands in that folder, one after another."""
    running = Server(here)
    yield running
    running.close()


def start(words, folder, *before):
    """A command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*before, sys.executable, "-m", "bonbench", *words],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def is_a_sentence(text: str) -> None:
    """What a person can act on."""
    last = text.strip().splitlines()[-1]
    assert "Traceback" not in text
    assert "Please report" not in text, text
    assert last.startswith("bonbench: "), text


@pytest.mark.parametrize(
    ("before", "words", "allowed"),
    [
        ([], IMPORT, {0, 2}),
        ([IMPORT], REPLACE, {0}),
        ([IMPORT], GRADE, {0}),
        ([IMPORT], RUN, {0}),
        ([IMPORT, RUN], ("export", "card", "-o", "cards"), {0}),
        ([IMPORT, RUN], ("publish", "page.html", "--static", "--replace"), {0, 2}),
    ],
    ids=lambda v: " ".join(v)[:40] if isinstance(v, tuple) else "",
)
def test_two_equal_commands_at_once_leave_what_one_leaves(inside, here, tmp_path, before, words, allowed):
    """On one pool, one store, one home: both end well, or the second one says in a sentence that the work is done."""
    for command in before:
        assert inside(command)[0] == 0, inside.said()
    shutil.copytree(here, tmp_path / "start")
    assert inside(words)[0] == 0, inside.said()
    expected = all_of(here)
    shutil.rmtree(here)
    shutil.copytree(tmp_path / "start", here)

    both = [start(words, here) for _ in range(2)]
    told = [p.communicate(timeout=250)[1] for p in both]

    assert {p.returncode for p in both} <= allowed, told
    assert 0 in [p.returncode for p in both]
    for process, text in zip(both, told, strict=True):
        if process.returncode:
            is_a_sentence(text)
    assert not difference(all_of(here), expected)


def test_different_commands_at_once_on_one_home_all_end_well(inside, here):
    """A run, a grading, an import and a publication share a home."""
    for command in (IMPORT, RUN):
        assert inside(command)[0] == 0, inside.said()
    other = [*IMPORT[:-1], "q"]
    every = [
        start(w, here)
        for w in ((*RUN[:3], "-v", "length", "-n", "1,2"), GRADE, other, ("publish", "b.html", "--static"))
    ]

    told = [p.communicate(timeout=250)[1] for p in every]

    assert [p.returncode for p in every] == [0, 0, 0, 0], told
    assert all(pools.open_pool(n).verify() for n in "pq")


def powerless() -> list[str]:
    """What takes a root's right to write everywhere, so that permissions count; nothing where one is no root."""
    if os.geteuid():
        return []
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if not shutil.which("setpriv") or subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("root writes everywhere, and cannot be kept from it here")
    return command


@pytest.mark.parametrize("words", [REPLACE, GRADE, RUN, ("runs",), ("pool", "list"), ("pool", "verify", "p")])
def test_a_home_that_cannot_be_written_is_read_or_named(inside, here, words):
    """Commands that only read work; the others say that it cannot be written, and change nothing."""
    for command in (IMPORT, (*RUN[:3], "-v", "length")):
        assert inside(command)[0] == 0, inside.said()
    before = all_of(here)
    folders = [p for p in (here / "home").rglob("*") if p.is_dir()] + [here / "home"]
    for folder in folders:
        folder.chmod(0o555)
    try:
        process = start(words, here, *powerless())
        told = process.communicate(timeout=250)[1]
    finally:
        for folder in folders:
            folder.chmod(0o755)

    if process.returncode:
        assert process.returncode == 2
        is_a_sentence(told)
        assert "BONBENCH_HOME" in told or "cannot be written" in told
    else:
        assert words[0] in ("runs", "pool", "grade")
    assert not difference(all_of(here), before)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 megabytes, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([], IMPORT),
        ([IMPORT], REPLACE),
        ([IMPORT], GRADE),
        ([IMPORT], RUN),
        ([IMPORT, RUN], ("export", "csv", "-o", "home/x.csv")),
        ([IMPORT, RUN], ("publish", "home/page.html", "--static", "--replace")),
    ],
    ids=lambda v: " ".join(v)[:40] if isinstance(v, tuple) else "",
)
def test_a_full_disk_is_said_and_loses_nothing(inside, here, small_disk, before, words):
    """With no space left, with little, and with more; then the same command with space again ends as it would have."""
    (here / "home").symlink_to(small_disk)
    for command in before:
        assert inside(command)[0] == 0, inside.said()
    shutil.copytree(small_disk, here / "kept")
    status, _ = inside(words)
    assert status == 0, inside.said()
    expected = all_of(small_disk)
    refused = 0
    for spare in (0, 4_096, 40_960, 600_000):
        for path in small_disk.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(here / "kept", small_disk, dirs_exist_ok=True)
        free = shutil.disk_usage(small_disk).free - spare
        (small_disk / "filler").write_bytes(b"\0" * max(0, free))
        status, _ = inside(words)
        if status:
            refused += 1
            assert status == 2, inside.said()
            is_a_sentence(inside.said())
            assert "space" in inside.said().lower(), inside.said()
        (small_disk / "filler").unlink()
        status, _ = inside(words)
        assert status == 0 or "already a pool" in inside.said(), inside.said()
        assert not difference(all_of(small_disk), expected)
    assert refused


def test_what_was_measured_outlives_its_pool(inside, here):
    """With the pool's folder gone, the store still lists, shows, exports and publishes; a run says what is missing."""
    for command in (IMPORT, RUN):
        assert inside(command)[0] == 0, inside.said()
    shutil.rmtree(here / "home" / "pools" / "p")

    for command in (
        ("runs",),
        ("export", "csv", "-o", "x.csv"),
        ("publish", "page.html", "--static"),
        ("pool", "list"),
    ):
        assert inside(command)[0] == 0, inside.said()
    assert inside(RUN)[0] == 2
    assert "No pool is called 'p'" in inside.said()
    for part in ("samples.parquet", "problems.parquet"):
        assert inside(IMPORT)[0] == 0, inside.said()
        (here / "home" / "pools" / "p" / part).unlink()
        assert inside(("run", "--pool", "p", "-v", "length", "-n", "1"))[0] == 2
        is_a_sentence(inside.said())
        shutil.rmtree(here / "home" / "pools" / "p")


@pytest.mark.parametrize("name", ["ein Heim mit Ümläuten", "日本 语", "a'b\"c;d", "per%cent {x}", "-dash"])
def test_a_home_may_be_called_anything(here, monkeypatch, bonbench, name):
    """Import, run, show, export and publish in it."""
    home = here / name / "h m"
    monkeypatch.setenv("BONBENCH_HOME", str(home))
    for words in (
        IMPORT,
        RUN[:5],
        ("runs",),
        ("export", "csv", "-o", home / "x.csv"),
        ("publish", home / "p.html", "--static"),
    ):
        status, _, err = bonbench(*words)
        assert status == 0, err
    assert Path(home / "x.csv").exists()
    assert pools.open_pool("p").verify()
