"""A published folder: what bonbench wrote there is replaced, nothing else is touched, and a kill costs nothing."""

import itertools
import json

import pytest

from harness import digest
from harness.errors import BadInput
from harness.report import placing, publish
from worlds.forks import killed


def write(target, files, replace=False):
    """Publish some files."""
    with placing.folder(target, replace=replace) as work:
        for name, text in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text, encoding="utf-8")


def held(folder):
    """Every file of a folder, without those of bonbench's own bookkeeping."""
    return {
        str(p.relative_to(folder)): p.read_text(encoding="utf-8")
        for p in folder.rglob("*")
        if p.is_file() and not str(p.relative_to(folder)).startswith(".bonbench-")
    }


OLD = {"app.py": "old", "data/a.txt": "old a", "data/gone.txt": "old only", "empty/x.txt": "old only"}
NEW = {"app.py": "new", "data/a.txt": "new a", "more/b.txt": "new only"}
THEIRS = {".git/HEAD": "ref", ".git/objects/x": "years of work", "data/notes.txt": "mine", "CNAME": "board.example"}


def checkout(tmp_path):
    """A published folder that is a checkout, with a person's files in it."""
    site = tmp_path / "site"
    write(site, OLD)
    for name, text in THEIRS.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    return site


def test_what_bonbench_wrote_is_replaced_and_nothing_else_is_touched(tmp_path):
    """New files come, old ones go, and a checkout with a person's files stays as it was."""
    site = checkout(tmp_path)

    write(site, NEW, replace=True)

    assert held(site) == {**NEW, **THEIRS}
    assert sorted(json.loads((site / placing.MARKER).read_text())["files"]) == sorted(NEW)
    assert not (site / "empty").exists()
    assert not list(site.glob(".bonbench-n*")) + list(site.glob(placing.READY))


def test_a_publication_killed_at_any_file_operation_is_old_or_new_or_is_finished_by_the_next(tmp_path):
    """Of a republished checkout, .git and a person's files are whole after every kill."""
    kills = 0
    while True:
        site = checkout(tmp_path / str(kills))
        if not killed(kills, lambda site=site: write(site, NEW, replace=True), tmp_path):
            break
        now = held(site)
        assert {k: now[k] for k in THEIRS} == THEIRS
        if not (site / placing.READY / placing.MARKER).exists():  # else app.py says so
            assert now in ({**OLD, **THEIRS}, {**NEW, **THEIRS})
        write(site, NEW, replace=True)
        assert held(site) == {**NEW, **THEIRS}
        assert not list(site.glob(".bonbench-[nr]*"))
        kills += 1
    assert kills > 20


def test_a_first_publication_killed_at_any_file_operation_leaves_no_folder_of_that_name(tmp_path):
    """And the next one clears what it left beside it."""
    kills = 0
    while True:
        place = tmp_path / str(kills)
        place.mkdir()
        if not killed(kills, lambda place=place: write(place / "site", NEW), tmp_path):
            break
        assert not (place / "site").exists() or held(place / "site") == NEW
        write(place / "site", NEW, replace=True)
        assert [p.name for p in place.iterdir()] == ["site"]
        kills += 1
    assert kills > 8


@pytest.mark.parametrize(
    "theirs",
    [
        {"app.py": "a project of one's own"},
        {"results.published.duckdb": "a home", "results.duckdb": "a store", "pools/p/manifest.json": "{}"},
        {"thesis.tex": "years of work"},
        {placing.MARKER + "/x": "a folder of that name"},
    ],
)
def test_a_folder_without_the_list_is_never_taken_for_a_published_one(tmp_path, theirs):
    """Not by an app.py, nor by a store in it."""
    for name, text in theirs.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text, encoding="utf-8")
    before = held(tmp_path)

    for replace in (True, False):
        with pytest.raises(BadInput, match="something else" if replace else "not empty"):
            write(tmp_path / "site", NEW, replace=replace)

    assert held(tmp_path) == before


def test_a_fresh_checkout_is_an_empty_folder(tmp_path):
    """.git alone is in nobody's way."""
    (tmp_path / "site" / ".git").mkdir(parents=True)
    (tmp_path / "site" / ".git" / "HEAD").write_text("ref")

    write(tmp_path / "site", NEW)

    assert held(tmp_path / "site") == {**NEW, ".git/HEAD": "ref"}


def test_a_file_of_somebody_else_in_the_way_stops_it_before_anything_is_changed(tmp_path):
    """So does a link that would lead out of the folder."""
    site = checkout(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (site / "more").symlink_to(tmp_path / "elsewhere")
    before = held(site)
    for new in ({**OLD, "CNAME": "ours"}, NEW):
        with pytest.raises(BadInput, match="bonbench did not write it"):
            write(site, new, replace=True)

    assert held(site) == before
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", ".git/HEAD", "a/../../b"])
def test_a_list_from_a_stranger_reaches_nothing_outside_its_folder(tmp_path, name):
    """A cloned board may bring any list."""
    site = checkout(tmp_path)
    (tmp_path / "outside.txt").write_text("mine")
    (site / placing.MARKER).write_text(json.dumps({"files": {name: {"bytes": 4, "sha256": "x"}}}))

    with pytest.raises(BadInput, match="no list of files in its own folder"):
        write(site, NEW, replace=True)

    assert (tmp_path / "outside.txt").read_text() == "mine"
    assert held(site) == {**OLD, **THEIRS}


def test_what_a_person_changed_since_is_not_taken_away(tmp_path):
    """A file that the new board lacks goes only where it is still what was written."""
    site = checkout(tmp_path)
    (site / "data" / "gone.txt").write_text("my words")

    write(site, NEW, replace=True)

    assert held(site) == {**NEW, **THEIRS, "data/gone.txt": "my words"}


def test_a_whole_board_killed_while_it_is_published_again_is_old_or_new(written, tmp_path):
    """At every twentieth file operation of it; what the next publication leaves is the same as an undisturbed one's."""
    store, _ = written
    (tmp_path / "plain").mkdir()
    publish.publish(store, tmp_path / "plain" / "site", "new")
    wanted = listed(tmp_path / "plain" / "site")
    for kills in itertools.count(step=20):
        site = tmp_path / str(kills) / "site"
        publish.publish(store, site, "old", samples=False)
        (site / ".git").mkdir()
        (site / ".git" / "HEAD").write_text("ref")
        before = listed(site)
        if not killed(kills, lambda site=site: publish.publish(store, site, "new", replace=True), tmp_path):
            break
        if not (site / placing.READY / placing.MARKER).exists():
            assert listed(site) in (before, wanted)
        publish.publish(store, site, "new", replace=True)
        assert listed(site) == wanted
        assert (site / ".git" / "HEAD").read_text() == "ref"
    assert kills >= 160


def listed(site):
    """What a board's own list says of its files, each as it says; the database is another each time."""
    told = json.loads((site / placing.MARKER).read_text())["files"]
    return {
        name: entry["sha256"] == digest.of_file(site / name)
        and ("a database" if name.endswith(".duckdb") else entry["sha256"])
        for name, entry in told.items()
    }
