"""The store: transactions, locks, versions, published copies."""

import itertools
import shutil
import subprocess
import sys

import duckdb
import pytest

from harness.errors import BadInput, StoreError, UnknownName
from harness.report import lookup, opening, store
from worlds.forks import killed


def test_what_was_written_is_read_back(written):
    """Runs, every number, every problem."""
    path, results = written

    with store.reading(path) as connection:
        runs = lookup.runs(connection)
        row = lookup.run(connection, results[1].run.run_id)
        numbers = lookup.results(connection, row["run_id"])
        at_four = lookup.at_n(connection, row, 4)

    assert {r["run_id"] for r in runs} == {r.run.run_id for r in results}
    assert row["coverage"]["missing"] == 1
    assert row["spec"] == "carried:orm"
    assert len(numbers) == len(results[1].rows)
    assert at_four == pytest.approx({"pears": 1.0, "plums": 0.5})


def test_writing_a_run_again_replaces_it(written):
    """The same id is one row, and its numbers are not doubled."""
    path, results = written
    with store.reading(path) as connection:
        before = connection.execute("select count(*) from results").fetchall()

    store.write(path, results)

    with store.reading(path) as connection:
        assert connection.execute("select count(*) from results").fetchall() == before
        assert connection.execute("select count(*) from runs").fetchall() == [(3,)]


def test_a_failed_write_leaves_the_store_as_it_was(written):
    """One transaction: all of it or nothing."""
    path, _ = written

    with pytest.raises(RuntimeError, match="in the middle"), store.writing(path) as connection:
        connection.execute("delete from runs")
        raise RuntimeError("in the middle")

    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select count(*) from runs").fetchall() == [(3,)]


def test_a_reader_does_not_stop_a_writer(written):
    """Readers open the published copy; the one that is open keeps reading what it opened."""
    path, results = written

    with store.reading(path) as connection:
        store.write(path, results[:1])
        assert connection.execute("select count(*) from runs").fetchall() == [(3,)]


HOLD = """
import sys, time, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_a_writer_waits_for_another_process_and_then_writes(written):
    """The lock of a short write is waited out."""
    path, results = written
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path), "1.5"], stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        store.write(path, results[:1])

    with store.reading(path) as connection:
        assert connection.execute("select count(*) from runs").fetchall() == [(3,)]


def test_a_store_that_stays_locked_is_a_clear_error(written):
    """After the retry budget, with what to do; nothing is lost."""
    path, _ = written
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path), "60"], stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        with pytest.raises(StoreError, match="locked by another process.*Nothing was lost"), store.writing(path, 0.5):
            pass
        holder.kill()


def test_a_store_of_a_newer_version_is_refused_untouched(written):
    """Both by readers and by writers."""
    path, results = written
    with duckdb.connect(str(path)) as connection:
        connection.execute("update meta set value = '99' where key = 'schema_version'")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="schema version 99, this bonbench knows up to"):
        store.write(path, results)

    assert path.read_bytes() == before


def test_a_database_of_someone_else_is_not_written_to(tmp_path):
    """Not every DuckDB file is a store."""
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table mine (x integer)")

    with pytest.raises(StoreError, match="not a bonbench store"), store.writing(path):
        pass


def test_a_file_that_is_no_database_is_refused(tmp_path):
    """With its name."""
    path = tmp_path / "text.duckdb"
    path.write_text("hello")

    with pytest.raises(StoreError, match="text.duckdb' cannot be opened as a store"), store.writing(path):
        pass


def test_no_store_yet_says_how_to_make_one(tmp_path):
    """Reading never creates."""
    with (
        pytest.raises(StoreError, match="no store at .* yet: 'bonbench run' makes one"),
        store.reading(tmp_path / "x.duckdb"),
    ):
        pass


def test_a_run_is_found_by_the_beginning_of_its_id(written):
    """If it is the only one."""
    path, results = written
    wanted = results[0].run.run_id

    with store.reading(path) as connection:
        assert lookup.run(connection, wanted[:6])["run_id"] == wanted
        with pytest.raises(UnknownName, match="No run is called 'zzz'"):
            lookup.run(connection, "zzz")
        with pytest.raises(BadInput, match="begins 3 run ids"):
            lookup.run(connection, "")


def test_published_numbers_come_with_their_source_and_stay_apart(written):
    """The paper's three at 1860 are there, none of them among the runs."""
    path, _ = written

    with store.reading(path) as connection:
        rows = lookup.rows(
            connection,
            "select verifier, value from published where n = 1860 and source like '%figure 3' order by value",
        )
        bare = lookup.rows(
            connection, "select * from published where url = '' or source = '' or value not between 0 and 1"
        )

    assert [(r["verifier"], r["value"]) for r in rows] == [("Majority voting", 0.696), ("ORM", 0.724), ("PRM", 0.782)]
    assert bare == []


# ------------------------------------------------------------------------------------------------ strangers, damage


def test_a_store_of_a_stranger_reaches_no_other_file(written, tmp_path):
    """Neither SQL of ours nor SQL in it reads a file, writes one, attaches a database or loads an extension."""
    path, _ = written
    (tmp_path / "secret.txt").write_text("a secret")
    with store.reading(path) as connection:
        for sql in (
            f"select * from read_text('{tmp_path}/secret.txt')",
            f"select * from '{tmp_path}/x.csv'",
            f"copy runs to '{tmp_path}/out.csv'",
            f"attach '{tmp_path}/other.duckdb'",
            "install httpfs",
            "load httpfs",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("create view x as select * from read_text('/etc/hostname')", "holds a view or a macro, 'x'"),
        ("drop table published; create view published as select 1", "holds a view or a macro, 'published'"),
        ("create macro list_max(x) as 1", "holds a view or a macro, 'list_max'"),
        ("drop table meta; create table meta (key integer)", "not a bonbench store"),
        ("delete from meta", "not a bonbench store"),
        ("update meta set value = 'one' where key = 'schema_version'", "not a bonbench store"),
        ("drop table results", "not a bonbench store"),
    ],
)
def test_a_store_with_sql_in_it_or_of_another_program_is_refused(written, sql, told):
    """By readers, by writers and by the board."""
    path, _ = written
    for place in (path, opening.published_copy(path)):
        with duckdb.connect(str(place)) as connection:
            connection.execute(sql)

    with pytest.raises(StoreError, match=told), store.reading(path):
        pass
    with pytest.raises(StoreError, match=told), store.writing(path):
        pass
    connection = opening.attached(opening.published_copy(path))
    with pytest.raises(StoreError, match=told):
        opening.check(connection, path)
    connection.close()


def test_a_damaged_store_is_not_called_locked(written):
    """Nor waited for; the copy that is whole is the way back."""
    path, results = written
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)

    with pytest.raises(StoreError, match=r"cannot be opened as a store: Corrupt.*copy '.*published\.duckdb' over it"):
        store.write(path, results)

    shutil.copyfile(opening.published_copy(path), path)
    store.write(path, results)


@pytest.mark.parametrize("left", [b"", None])
def test_what_a_kill_left_of_a_first_write_is_in_nobody_s_way(written, tmp_path, left):
    """A file without a byte, or an empty database."""
    _, results = written
    path = tmp_path / "new.duckdb"
    path.write_bytes(left) if left is not None else duckdb.connect(str(path)).close()
    with pytest.raises(StoreError, match="There is no store at .* yet"), store.reading(path):
        pass

    store.write(path, results)

    with store.reading(path) as connection:
        assert len(lookup.runs(connection)) == 3


def test_a_first_write_killed_at_any_file_operation_is_refused_by_no_later_command(written, tmp_path):
    """Whatever is there is a store without the run or with it; nothing is left beside it."""
    _, results = written
    for kills in itertools.count():
        path = tmp_path / f"{kills}" / "results.duckdb"
        path.parent.mkdir()
        if not killed(kills, lambda path=path: store.write(path, results[:1]), tmp_path):
            break
        try:
            with store.reading(path) as connection:
                assert len(lookup.runs(connection)) in (0, 1)
        except StoreError as error:
            assert "There is no store" in str(error)  # noqa: PT017  either is right
        store.write(path, results[:1])
        with store.reading(path) as connection:
            assert len(lookup.runs(connection)) == 1
        left = {p.name for p in path.parent.iterdir()} - {".results.duckdb.lock"}  # an empty file that harms nobody
        assert left == {"results.duckdb", "results.published.duckdb"}
    assert kills > 5


def test_a_published_copy_that_a_kill_left_behind_is_made_again(written):
    """A run that is in the store and not in its copy is shown all the same."""
    path, _ = written
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from runs where verifier = 'orm'")

    with store.reading(path) as connection:
        assert len(lookup.runs(connection)) == 2


def test_the_tables_that_a_store_must_have_are_those_of_the_schema(written):
    """A published board brings their names, not the schema."""
    with store.reading(written[0]) as connection:
        found = connection.execute("select table_name from duckdb_tables()").fetchall()

    assert {name for (name,) in found} == opening.TABLES
