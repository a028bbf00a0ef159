"""Names of strangers reach no terminal, spreadsheet, document or page as anything but text; secrets reach nothing."""

import csv
import io
import json

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from harness import plain
from harness.pool.importing import About, import_pool
from harness.report import cite, publish, store
from leaderboard.draw import exports
from worlds.made import entry

ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202egnp\x9b31m\r\nsecond line"


@pytest.fixture
def hostile(written):
    """A store whose verifier has a name that is an escape sequence, a formula and markup at once."""
    path, results = written

    def renamed(name):
        with store.writing(path) as connection:
            connection.execute("update runs set verifier = ?, task = ?, pool = ?", [name, name, name])
        return path, results

    return renamed


def unseen(text):
    """Control characters but line ends, and those that move what is seen."""
    return [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "\u202e")]


def test_escape_sequences_in_names_do_not_reach_the_terminal(hostile, bonbench):
    """Of lists, of one run, of a comparison, of a citation and of an error."""
    path, results = hostile(ESCAPES)
    ids = [r.run.run_id for r in results]
    for words in (("runs",), ("show", ids[1]), ("compare", ids[1], ids[2]), ("cite", ids[1]), ("show", ESCAPES)):
        _, out, err = bonbench(*words, "--store", path)
        assert unseen(out + err) == [], words
        assert out + err


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_cell_of_a_csv_is_a_formula(hostile, bonbench, tmp_path, name):
    """Numbers stay numbers, negative ones too."""
    path, _ = hostile(name)

    assert bonbench("export", "csv", "-o", tmp_path / "out.csv", "--store", path)[0] == 0

    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["verifier"] for row in rows} == {f"'{plain.line(name)}"}
    assert all(float(row["value"]) >= 0 for row in rows)
    (shown,) = csv.DictReader(io.StringIO(exports.to_csv([{"verifier": name, "gain": -0.5}]), newline=""))
    assert shown == {"verifier": f"'{plain.line(name)}", "gain": "-0.5"}


def test_names_are_text_in_latex_markdown_and_bibtex(hostile, bonbench, tmp_path):
    """No command, no cell's end, no link, no line of their own."""
    path, _ = hostile("a\\input{/etc/passwd} | [x](javascript:1) <b> `c` \n\\end{tabular} 50 %")
    for kind in ("latex", "markdown"):
        assert bonbench("export", kind, "-o", tmp_path / kind, "--store", path)[0] == 0

    latex = (tmp_path / "latex").read_text()
    assert "\\input" not in latex
    assert "\\textbackslash{}input\\{" in latex
    assert latex.count("\\end{tabular}") == 1
    rows = (tmp_path / "markdown").read_text().splitlines()
    assert len(rows) == 5
    assert "\\[x\\](javascript:1) \\<b\\> \\`c\\`" in rows[2]
    assert cite.bibtex({"code_version": "1}, note = {x", "protocol": "a\\b"}).count("note    = {") == 1


@pytest.mark.parametrize("run_id", ["../../outside", "/tmp/outside", "a/b", "..", "x\x00y", "n" * 300])
def test_a_run_id_that_is_a_path_names_no_file(written, bonbench, tmp_path, run_id):
    """Of a store that somebody else wrote: its cards are refused in a sentence, and nothing is written."""
    path, results = written
    with store.writing(path) as connection:
        connection.execute("update runs set run_id = ? where run_id = ?", [run_id, results[1].run.run_id])
    before = sorted(tmp_path.rglob("*"))

    status, _, err = bonbench("export", "card", "-o", tmp_path / "a" / "b", "--store", path, "--run", run_id)

    assert status == 2
    assert "Traceback" not in err
    assert "names no file" in err
    assert sorted(p for p in tmp_path.rglob("*") if p.suffix != ".duckdb") == [
        p for p in before if p.suffix != ".duckdb"
    ]


@pytest.mark.parametrize("name", ["n" * 300, "n" * 300 + "/b"])
@pytest.mark.parametrize(
    "words", [("export", "csv", "-o"), ("export", "card", "-o"), ("publish",), ("publish", "--static")]
)
def test_a_name_too_long_for_a_file_is_a_sentence(written, bonbench, tmp_path, words, name):
    """Of every command that writes what people take away; nothing is left behind."""
    path, _ = written

    status, _, err = bonbench(words[0], *words[1:], tmp_path / name, "--store", path)

    assert status == 2, err
    assert err.startswith("bonbench: ")
    assert "Traceback" not in err
    assert {p.name for p in tmp_path.iterdir() if p.suffix != ".lock"} <= {
        "home",
        "results.duckdb",
        "results.published.duckdb",
    }


@pytest.mark.parametrize("title", ['A "board": of [x](y)\nsdk: static', "{a: b}", "- x", "it's #1", "<script>"])
def test_a_title_is_one_value_of_the_space_s_front_matter(written, tmp_path, title):
    """Whatever stands in it."""
    done = publish.publish(written[0], tmp_path / "site", title, samples=False)

    _, front, rest = (done.folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.safe_load(front)
    assert told["title"] == " ".join(title.split())
    assert told["sdk"] == "docker"
    assert "<script>" not in rest


KEYS = {
    "option": "planted-option-0123456789",
    "address": "planted-address-0123456789",
    "query": "planted-query-0123456789",
    "environment": "planted-environment-0123456789",
    "shape": "sk-plantedshape0123456789",
    "header": "planted-header-0123456789",
    "sampling": "planted-sampling-0123456789",
}
OWN = """
import os
from verifiers.base import OutcomeVerifier
class Own(OutcomeVerifier):
    name = "own"
    def __init__(self, api_key="", server="", extra=""):
        self.api_key, self.server, self.extra = api_key, server, extra
    def score_solutions(self, problem, solutions):
        if "pears" in problem:
            raise RuntimeError(f"401: wrong {vars(self)} {os.environ['PLANTED_API_KEY']} Authorization: Bearer HEADER")
        return [float(len(s) % 7) for s in solutions]
"""


def everything(folder):
    """All text in a folder: of files, of the rows of tables, of databases."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield path, path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            yield path, str(pq.read_table(path).to_pylist()) + str(pq.read_schema(path).metadata)
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                    yield path, str(connection.execute(f"select * from {table}").fetchall())


def test_no_planted_secret_is_in_any_store_card_manifest_log_error_or_published_folder(
    home, bonbench, tmp_path, monkeypatch
):
    """One of each kind: an option, a password and a query in an address, the environment, a shape, a header."""
    monkeypatch.setenv("PLANTED_API_KEY", KEYS["environment"])
    (tmp_path / "own.py").write_text(OWN.replace("HEADER", "' + 'planted-header' + '-0123456789"))
    entries = [entry(p, "1", text=f"{p} is 1. The answer is {a}.") for p in ("pears", "plums") for a in (1, 2, 1, 2)]
    about = About(task_name="made", slots=4, sampling={"api_key": KEYS["sampling"], "max_tokens": 9})
    import_pool("keys", entries, about)
    address = f"http://me:{KEYS['address']}@host:1/v1?api_key={KEYS['query']}"
    spec = f"{tmp_path / 'own.py'}:Own api_key={KEYS['option']} server={address} extra={KEYS['shape']}"
    told = bonbench("run", "--pool", "keys", "-v", spec)
    told += bonbench("run", "--pool", "keys", "-v", spec.replace("own.py:Own", "own.py:Other"))
    told += bonbench("run", "--pool", "keys", "-v", "length", "--bogus", f"api_key={KEYS['option']}")
    told += bonbench("runs")
    told += bonbench("export", "card", "-o", tmp_path / "cards")
    told += bonbench("export", "csv", "-o", tmp_path / "cards" / "long.csv")
    told += bonbench("publish", tmp_path / "site")
    (tmp_path / "own.py").unlink()

    assert list((tmp_path / "cards").glob("*.json"))
    assert (tmp_path / "site" / "app.py").exists()
    said = "".join(map(str, told))
    for kind, key in KEYS.items():
        assert key not in said, kind
        assert [str(p) for p, text in everything(tmp_path) if key in text] == [], kind
    assert json.loads((home / "pools" / "keys" / "manifest.json").read_text())["sampling"]["max_tokens"] == 9


def test_what_is_no_secret_stays():
    """Names and numbers that look like one."""
    for text in ("max_tokens=4096 tokenizer=gpt2 key_env=MY_KEY", "keys: 3", "sk-1"):
        assert plain.masked(text) == text


def test_where_a_shell_is_is_no_secret(monkeypatch, tmp_path):
    """``PWD`` is named like a password: the folder that a command runs in is printed as it is."""
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.setenv("OLDPWD", str(tmp_path.parent))
    monkeypatch.setenv("DB_PWD", "correct horse")

    assert plain.masked(f"{tmp_path}/results.duckdb, correct horse") == f"{tmp_path}/results.duckdb, ***"
