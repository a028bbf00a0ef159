"""Samples in any order, over any number of chunks, are one pool."""

import random

from harness.pool import chunks
from harness.pool.importing import About, import_pool
from worlds.made import entry


def entries():
    """Five problems in six slots, some with scores that others lack."""
    return [
        entry(f"p{p}", str(slot % 3), index=slot, scores={"orm": slot / 7} | ({"prm": (0.5, 0.25)} if p % 2 else {}))
        for p in range(5)
        for slot in range(6)
    ]


def test_the_order_of_samples_and_the_size_of_chunks_say_nothing(monkeypatch):
    """With the first sample of each problem first, as that is the problems' order."""
    found = {}
    for rows in (chunks.ROWS, 7, 1):
        monkeypatch.setattr(chunks, "ROWS", rows)
        for seed in (None, 1, 2):
            given = entries()
            if seed is not None:
                firsts, others = given[::6], [e for e in given if e.sample.index]
                random.Random(seed).shuffle(others)
                given = firsts + others
            pool = import_pool("made", given, About(task_name="made", replace=True))
            assert pool.verify() == pool.digest
            found[rows, seed] = pool.digest, pool.of_problem("p3").to_pylist()

    assert len({digest for digest, _ in found.values()}) == 1
    rows = found[1, 2][1]
    assert [row["index"] for row in rows] == list(range(6))
    assert {len(row["step_scores/prm"]) for row in rows} == {2}


def test_a_slot_that_comes_twice_keeps_the_first_arrival(monkeypatch):
    """Also where the second lies in a later chunk; it is rejected and named."""
    monkeypatch.setattr(chunks, "ROWS", 2)
    again = entry("p0", "9", index=1)

    pool = import_pool("made", [*entries()[:6], again], About(task_name="made", max_rejected=0.5))

    assert pool.manifest.rejected == 1
    assert [row["text"][-5:] for row in pool.of_problem("p0").to_pylist()][1] == "{1}$."
    assert "slot 1 of this problem is already taken" in (pool.path / "rejects.jsonl").read_text()
