"""Importing, reading and verifying pools."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import BadInput, BadPool, UnknownName
from harness.pool import pools
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool
from harness.pool.sources import Reject
from harness.records import Problem, Sample, Source, Task
from worlds.made import entry


def test_a_pool_comes_back_as_it_went_in(small_pool):
    """Problems in order, samples in slot order, carried scores in their own columns."""
    manifest = small_pool.manifest

    assert (manifest.n_problems, manifest.n_samples, manifest.slots, manifest.uneven) == (2, 7, 4, 1)
    assert manifest.scores == {"orm": "outcome", "prm": "process"}
    assert list(small_pool.problems) == ["pears", "plums"]
    table = small_pool.of_problem("plums", ["index", "text", "score/orm", "step_scores/prm"])
    assert table["index"].to_pylist() == [0, 1, 2, 3]
    assert table["score/orm"].to_pylist() == [0.8, 0.8, 0.99, 0.1]
    assert table["step_scores/prm"].to_pylist()[3] == [0.6, 0.9]


def test_entries_in_any_order_make_the_same_pool(home):
    """Explicit slots and the sort outside memory: shuffled entries give the same content and so the same digest."""
    entries = [entry(f"p{i}", str(j % 3), index=j, scores={"s": float(j)}) for i in range(7) for j in range(11)]
    about = About(task_name="made", problems=[Problem(f"p{i}", f"What is the number of p{i}?", "1") for i in range(7)])

    straight = import_pool("straight", entries, about)
    mixed = import_pool("mixed", entries[::-1], about)

    assert straight.digest == mixed.digest
    assert straight.verify() == straight.digest


def test_the_digest_sees_every_value(small_pool, home):
    """One changed score, one changed letter, one sample less: each is another pool."""
    base = [entry("a", "1", scores={"s": 0.5}), entry("a", "2", scores={"s": 0.25})]
    changes = [
        [entry("a", "1", scores={"s": 0.5}), entry("a", "2", scores={"s": 0.26})],
        [entry("a", "1", scores={"s": 0.5}), entry("a", "3", scores={"s": 0.25})],
        [entry("a", "1", scores={"s": 0.5})],
        [entry("a", "1", gold="2", scores={"s": 0.5}), entry("a", "2", gold="2", scores={"s": 0.25})],
    ]
    digests = {import_pool(f"v{i}", e, About("made", slots=2)).digest for i, e in enumerate([base, *changes])}

    assert len(digests) == 5


def test_the_digest_does_not_see_how_parquet_was_written(small_pool):
    """Another compression and row group size hold the same content."""
    table = pq.read_table(small_pool.path / "samples.parquet")

    pq.write_table(table, small_pool.path / "samples.parquet", compression="gzip", row_group_size=2)

    assert pools.open_pool("small").verify() == small_pool.digest


def test_a_changed_sample_is_found_by_verify(small_pool):
    """The manifest's digest is checked against the content."""
    table = pq.read_table(small_pool.path / "samples.parquet")
    texts = table["text"].to_pylist()
    texts[0] = "We count differently."
    changed = table.set_column(table.column_names.index("text"), "text", pa.array(texts))
    pq.write_table(changed, small_pool.path / "samples.parquet")

    with pytest.raises(BadPool, match="its files were changed or damaged"):
        pools.open_pool("small").verify()


def test_only_the_row_groups_of_a_problem_are_read(home, monkeypatch):
    """The explorer reads one problem of a large pool without the rest."""
    monkeypatch.setattr("harness.pool.importing._GROUP_ROWS", 10)
    entries = [entry(f"p{i}", "1", index=j) for i in range(6) for j in range(10)]
    pool = import_pool("grouped", entries, About("made"))
    read = []
    original = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", lambda s, g, **k: read.append(g) or original(s, g, **k))

    table = pool.of_problem("p4")

    assert table["problem_id"].unique().to_pylist() == ["p4"]
    assert read == [[4]]


def test_what_cannot_be_used_is_set_aside_with_file_line_and_reason(home):
    """A malformed record, a taken slot, a negative slot and an unknown problem: the rest is imported."""
    task = Task("made", 1, "Made", "math", Source(), lambda row, i: None)
    problems = [Problem("pears", "What is the number of pears?", "1")]
    entries = [
        *[entry("pears", "1", index=i) for i in range(200)],
        Reject("made.jsonl", 7, "not JSON: unexpected end"),
        entry("pears", "2", index=3),
        entry("pears", "2", index=-2),
        entry("apples", "2"),
    ]

    pool = import_pool("set-aside", entries, About("made", task=task, problems=problems, max_rejected=0.05))

    rows = [json.loads(line) for line in (pool.path / "rejects.jsonl").read_text().splitlines()]
    reasons = {row["reason"] for row in rows}
    assert pool.manifest.n_samples == 200
    assert (pool.manifest.rejected, pool.manifest.unmatched) == (3, 1)
    assert rows[0]["file"] == "made.jsonl"
    assert rows[0]["line"] == 7
    assert reasons == {
        "not JSON: unexpected end",
        "slot 3 of this problem is already taken",
        "the sample's index is -2; 0 to 9999999 was expected",
        "no problem of the task has id 'apples'",
    }


def test_too_many_rejects_stop_the_import_and_leave_the_reasons(home):
    """Over the stated share nothing is imported, and a pool that was there stays."""
    good = import_pool("fragile", [entry("a", "1")], About("made"))
    entries = [entry("a", "1"), Reject("f.jsonl", 1, "broken"), Reject("f.jsonl", 2, "broken")]

    with pytest.raises(BadInput, match=r"2 of 3 entries could not be used \(66.7%.*broken \(2 x\)"):
        import_pool("fragile", entries, About("made", replace=True))

    assert pools.open_pool("fragile").digest == good.digest
    assert len((home / "pools" / "fragile.rejects.jsonl").read_text().splitlines()) == 2


def test_a_taken_name_is_refused_unless_replacing_is_asked_for(small_pool):
    """A pool is never overwritten by accident."""
    with pytest.raises(BadInput, match="already a pool 'small'.*--replace"):
        import_pool("small", [entry("a", "1")], About("made"))


def test_a_slot_beyond_the_stated_slots_is_refused(home):
    """Eleven slots were used, ten stated."""
    with pytest.raises(BadInput, match="stands in slot 10, but only 10 slots"):
        import_pool("beyond", [entry("a", "1", index=10)], About("made", slots=10))


def test_available_slots_are_the_samples_of_each_problem(home):
    """Where fewer samples were asked for some problems, nothing is missing."""
    entries = [*[entry("a", "1")] * 5, *[entry("b", "1")] * 10]

    pool = import_pool("uneven", entries, About("made", slots="available"))

    assert pool.manifest.slots is None
    assert [p.slots for p in pool.problems.values()] == [5, 10]


def test_problems_match_by_text_where_ids_do_not_help(home):
    """A source that numbers its rows from 0 and respells the spaces still finds the task's problems."""
    task = Task("made", 1, "Made", "math", Source(), lambda row, i: None)
    problems = [
        Problem("task/0", "Compute $3 - 4$ if you can.", "-1"),
        Problem("task/1", "Compute $3 + 4$ if you can.", "7"),
    ]
    described = [
        Described(id="0", text="Compute   $3 + 4$ if you\ncan."),
        Described(id="1", text="Compute $3 - 4$ if you can."),
    ]
    entries = [Entry(d, Sample(None, text="\\boxed{7}"), "f", 1) for d in described]

    pool = import_pool("by-text", entries, About("made", task=task, problems=problems))

    assert list(pool.problems) == ["task/0", "task/1"]
    assert pool.manifest.problems == "task"


def test_the_same_id_with_another_text_is_another_problem(home):
    """A pool's own problems are not merged because their source reuses a number."""
    described = [Described(id="0", text="First?", gold="1"), Described(id="0", text="Second?", gold="2")]
    entries = [Entry(d, Sample(None, text="\\boxed{1}"), "f", 1) for d in described]

    pool = import_pool("reused", entries, About("made"))

    assert [p.problem.text for p in pool.problems.values()] == ["First?", "Second?"]


def test_a_verifier_cannot_change_between_step_and_outcome_scores(home):
    """A carried score is one kind throughout; the odd one out is set aside."""
    entries = [*[entry("a", "1", scores={"s": 0.5}) for _ in range(200)], entry("a", "1", scores={"s": (0.5,)})]

    pool = import_pool("kinds", entries, About("made"))

    assert pool.manifest.rejected == 1
    assert pool.manifest.scores == {"s": "outcome"}


def test_an_unknown_pool_is_answered_with_the_nearest_names(small_pool):
    """And with what to do."""
    with pytest.raises(UnknownName, match=r"No pool is called 'smal'. Did you mean 'small'\? Import one"):
        pools.open_pool("smal")


def test_a_pool_of_a_newer_format_is_refused(small_pool):
    """Rather than misread."""
    path = small_pool.path / "manifest.json"
    path.write_text(path.read_text().replace('"format_version": 1', '"format_version": 2'))

    with pytest.raises(BadPool, match="format version 2, this bonbench reads up to 1: upgrade"):
        pools.open_pool("small")


def test_a_name_that_is_no_folder_name_is_refused(home):
    """No path can be smuggled in."""
    with pytest.raises(BadInput, match=r"'\.\./x' cannot name a pool"):
        import_pool("../x", [entry("a", "1")], About("made"))
