"""An upstream's files over HTTP: broken off and resumed, changed, moved, out of reach; and a pool out of them."""

import hashlib
import json

import pytest

from harness import registry
from harness.errors import BadInput
from harness.pool import pools
from harness.pool.fetch import Wanted, fetch
from tasks.reference import build, origins
from tasks.reference.origins import Origin
from worlds.upstream import Upstream

CONTENT = b"0123456789" * 50
FILE = Wanted("a folder/file.jsonl", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


@pytest.fixture
def upstream():
    made = Upstream()
    made.files["/repo/a%20folder/file.jsonl"] = CONTENT
    yield made
    made.close()


def test_a_file_is_fetched_once(upstream, tmp_path):
    """Under its own path; what is there and whole is not asked for again."""
    told = []

    assert fetch(f"{upstream.url}/repo", [FILE], tmp_path, lambda done, total, *_: told.append((done, total))) == 1
    assert fetch(f"{upstream.url}/repo", [FILE], tmp_path) == 0

    assert (tmp_path / FILE.path).read_bytes() == CONTENT
    assert len(upstream.asked) == 1
    assert told == [(500, 500)]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_download_goes_on_where_it_was(upstream, tmp_path, ranges):
    """With a server that can resume, the rest alone is asked for; with another, all of it."""
    upstream.break_after, upstream.ranges = 200, ranges
    with pytest.raises(BadInput, match="broke off after 200 of 500 bytes.*goes on there"):
        fetch(f"{upstream.url}/repo", [FILE], tmp_path)
    upstream.break_after = None

    assert fetch(f"{upstream.url}/repo", [FILE], tmp_path) == 1

    assert (tmp_path / FILE.path).read_bytes() == CONTENT
    assert [asked for _, asked in upstream.asked] == [None, "bytes=200-"]
    assert [p.name for p in (tmp_path / "a folder").iterdir()] == ["file.jsonl"]


@pytest.mark.parametrize("other", [CONTENT[::-1], CONTENT + b"more"])
def test_another_file_than_the_pinned_one_is_thrown_away(upstream, tmp_path, other):
    """By its hash, and by its size."""
    upstream.files["/repo/a%20folder/file.jsonl"] = other

    with pytest.raises(BadInput, match="is another file than the one that was pinned.*expected 500 with"):
        fetch(f"{upstream.url}/repo", [FILE], tmp_path)

    assert list((tmp_path / "a folder").iterdir()) == []


def test_a_file_that_was_moved_is_named_with_its_place(upstream, tmp_path):
    """Whoever has it can put it there."""
    upstream.files.clear()

    with pytest.raises(BadInput, match=f"answers 404 Not Found.*moved.*{FILE.sha256}.*file.jsonl'"):
        fetch(f"{upstream.url}/repo", [FILE], tmp_path)


def test_without_a_network_the_files_are_named_with_their_places(upstream, tmp_path):
    """The first few of them, and how many more there are."""
    upstream.close()
    many = [Wanted(f"f{k}", FILE.sha256, FILE.size) for k in range(8)]

    with pytest.raises(BadInput, match="cannot be reached.*network is closed.*/f0; .*/f4; and 3 more"):
        fetch(f"{upstream.url}/repo", many, tmp_path)


def test_every_reference_pool_has_its_files_pinned():
    """All that its paths name: 500 problems' files for a pool of StrictPRMBench, one for most others."""
    counts = {origin.name: len(origins.wanted(origin)) for origin in origins.ORIGINS}

    assert (counts["math500-strictprm"], counts["gsm8k-strictprm"], counts["rewardmath"]) == (501, 507, 22)
    assert {n for name, n in counts.items() if "strictprm" not in name and name != "rewardmath"} == {1}
    assert all(len(file.sha256) == 64 for origin in origins.ORIGINS for file in origins.wanted(origin))


def test_a_pool_is_fetched_imported_and_compared(upstream, tmp_path, bonbench, monkeypatch):
    """The files end at the digest that the shipped pool names, or it is said that they do not."""
    rows = [{"id": "p1", "problem": "Add 1 and 1.", "gold": "2", "samples": [{"text": "\\boxed{2}"}, {"text": "3"}]}]
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    origin = Origin(
        "tiny", "owner/name", "c0", ("samples.jsonl",), "generic", "MIT", "somebody", "", "Tiny", task="tiny"
    )
    (tmp_path / "given" / "owner+name").mkdir(parents=True)
    (tmp_path / "given" / "owner+name" / "samples.jsonl").write_bytes(content)
    build.build(origin, tmp_path, tmp_path / "given", tmp_path / "shipped")
    monkeypatch.setattr(origins, "ORIGINS", (origin,))
    monkeypatch.setattr(registry, "bundled_pools", lambda: {"tiny": tmp_path / "shipped" / "tiny"})
    file = Wanted("samples.jsonl", hashlib.sha256(content).hexdigest(), len(content))
    monkeypatch.setattr(origins, "wanted", lambda _: [file])
    upstream.files["/owner/name/c0/samples.jsonl"] = content

    listed = bonbench("pool", "fetch", "tiny", "--list")[1]
    status, out, _ = bonbench("pool", "fetch", "tiny", "--server", upstream.url)

    assert listed.split()[0] == file.sha256
    assert "/owner/name/c0/samples.jsonl" in listed
    assert status == 0
    assert "1 of 1 files fetched" in " ".join(out.split())
    assert "full-tiny: 2 samples, digest" in out
    assert pools.open_pool("full-tiny").of_problem("p1")["text"].to_pylist() == ["\\boxed{2}", "3"]
    assert bonbench("pool", "fetch", "tiny", "--server", "ftp://x")[0] == 2
    assert "Did you mean 'tiny'" in bonbench("pool", "fetch", "tinny")[2]
