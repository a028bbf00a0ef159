"""What comes in twice is said, or refused; two imports of one name do not overwrite each other; kills leave no pool."""

import os
import subprocess
import sys

import pytest

from harness.errors import BadInput
from harness.pool import leftovers, pools, sources
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool
from harness.records import Sample
from worlds.made import entry

ONCE = [entry(p, a) for p in ("a", "b", "c") for a in ("1", "2", "7")]


def notes(entries, **about):
    """What an import says."""
    return " ".join(import_pool("made", entries, About("made", replace=True, **about)).manifest.notes)


@pytest.mark.parametrize(("times", "word"), [(2, "twice"), (3, "three times"), (5, "five times")])
def test_a_source_that_is_in_it_several_times_is_said(home, times, word):
    """All samples of all problems again, in the same order."""
    assert f"stand there {word}, in the same order" in notes(ONCE * times)
    assert f"M = {3 * times} counts" in notes(ONCE * times)


@pytest.mark.parametrize(
    "entries",
    [
        ONCE,
        [*ONCE, *ONCE[:3]],  # one problem has more samples
        [*ONCE, *[entry(p, a) for p in ("a", "b", "c") for a in ("1", "2", "8")]],  # other samples
        [*ONCE, *[entry(p, a) for p in ("a", "b", "c") for a in ("2", "1", "7")]],  # in another order
        [*ONCE, *[entry(p, a, scores={"s": 0.5}) for p in ("a", "b", "c") for a in ("1", "2", "7")]],  # now scored
        [
            entry(p, a, index=k) for p in ("a", "b") for k, a in enumerate(("1", "2", "1", "2"))
        ],  # numbered by the source
        [entry(p, "1") for p in ("a", "b")],
    ],
)
def test_equal_samples_that_are_no_second_copy_are_not_called_one(home, entries):
    """Near misses: nothing is said, nothing dropped."""
    assert notes(entries) == ""
    assert pools.open_pool("made").manifest.n_samples == len(entries)


def test_files_of_the_same_content_are_named(home):
    """By their SHA-256, whatever they are called."""
    same = [{"file": name, "sha256": digest} for name, digest in (("a", "1"), ("b", "2"), ("c", "1"))]

    assert "The files a and c have the same content" in notes(ONCE, origin={"sources": same})
    assert notes(ONCE, origin={"sources": same[:2]}) == ""


def test_a_file_that_is_named_twice_is_refused(tmp_path, monkeypatch):
    """By whatever path: itself, another spelling, a link, or once more in its folder."""
    file = tmp_path / "rows" / "a.jsonl"
    file.parent.mkdir()
    file.write_text("{}")
    (tmp_path / "link.jsonl").symlink_to(file)
    monkeypatch.chdir(tmp_path)

    for again in (file, "rows/a.jsonl", "rows/../rows/a.jsonl", tmp_path / "link.jsonl", file.parent):
        with pytest.raises(BadInput, match="is named twice"):
            sources.expand([file, again])
    with pytest.raises(BadInput, match="'own/er' is named twice"):
        sources.expand(["own/er", "own/er"])
    assert len(sources.expand([file, "own/er", "own/other"])) == 3


def described(*pairs):
    """One sample for each (id, text)."""
    return [Entry(Described(i, t, "1"), Sample(None, f"It is {k}."), "f", k) for k, (i, t) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("0", "One?"), ("0", "Two?")], "1 text came under an id that another text had before"),
        ([("0", "One?"), ("0", "Two?"), ("0", "Three?")], "2 texts came under an id"),
        ([("0", "One?"), ("1", "One?")], "1 id came with a text that stood there under another id"),
        ([("0", "One?"), ("0", "One?")], ""),
        ([("0", "One?"), ("1", "Two?"), ("0", "One?"), ("1", "Two?")], ""),
        ([("0", "One?"), ("0", " One?\n")], ""),
        ([("0", "One?"), ("0", None), (None, "One?")], ""),
        ([(None, "One?"), ("0", "One?")], ""),
    ],
)
def test_an_id_with_several_texts_and_a_text_with_several_ids_are_said(home, pairs, said):
    """Each once, however many samples; the same problem in other white space, or half described, is the same."""
    found = notes(described(*pairs), slots="available")

    assert said in found
    assert bool(found) == bool(said)


def test_two_imports_of_one_name_do_not_overwrite_each_other(home, monkeypatch):
    """The second finds the name free when it starts, and taken when it is done: the first stays."""

    def slow():
        yield entry("a", "1")
        import_pool("made", ONCE, About("made"), home / "pools")

    folders = iter((home / "pools" / ".made.importing-1", home / "pools" / ".made.importing-2"))
    monkeypatch.setattr("harness.files.runs", lambda _: True)
    monkeypatch.setattr(leftovers, "work_folder", lambda _: next(folders))
    with pytest.raises(BadInput, match="already a pool 'made'"):
        import_pool("made", slow(), About("made"))

    assert pools.open_pool("made").manifest.n_problems == 3
    assert [p.name for p in (home / "pools").iterdir() if p.is_dir()] == ["made"]


def finished() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_a_killed_import_leaves_is_no_pool(home):
    """It is not listed, and the next command takes it away; that of a running import stays."""
    made = import_pool("made", ONCE, About("made"))
    dead, alive = (made.path.with_name(f".other.importing-{pid}") for pid in (finished(), os.getppid()))
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "manifest.json").write_text((made.path / "manifest.json").read_text())

    assert "made" in pools.names()
    assert not [name for name in pools.names() if name.startswith(".")]
    assert (dead.exists(), alive.exists()) == (False, True)


def test_a_kill_between_the_two_renames_does_not_lose_the_name(home):
    """The old pool is back; where the new one has the name already, the old one goes."""
    made = import_pool("made", ONCE, About("made"))
    retired = made.path.with_name(f".made.replaced-{finished()}")
    made.path.rename(retired)

    assert pools.open_pool("made").verify() == made.digest
    made.path.rename(retired)
    import_pool("made", ONCE[:3], About("made", replace=True))
    assert pools.open_pool("made").manifest.n_problems == 1
    assert not retired.exists()
