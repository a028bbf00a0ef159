"""What people get wrong ends in a sentence: what was found, what was expected, what to do; and nothing good is lost.

Two tables: mistakes that others tried, read from the real data where that is at hand, and our own below.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.cli import border
from harness.errors import BadInput
from harness.pool import pools
from worlds import mistaken

TRIED = Path(os.environ.get("BONBENCH_TEST_DATA", "")) / "mistakes" / "mistakes.tsv"
FINE = {  # tried, and no mistake: what was asked for is done
    "grade: 40 choices", "grade: gold beyond choices", "grade: number gold unreadable", "home: empty string",
    "import: NaN and inf scores", "import: gold letter beyond choices", "import: index None", "import: n -1",
    "import: name 'CON'", "import: number gold unreadable", "import: same id, two texts",
    "import: taken name replace no", "compare same", "publish --static to a folder", "run: -n 1,,2", "run: -n 1,1",
    "run: inf scores", "run: quintiles of itself", "run: seed huge", "run: sum",
    "run: transform unknown, no weighted", "run: workers 10000", "runs after cards", "runs: .published name",
    "cards add: two cards of one id", "export latex after cards", "verifier: print garbage, fine",
    "import: no gold", "cards add: surrogate in the name", "cards add: notes of 10 MB", "cards add: no pool",
    "verifier: inf", "verifier: usage strings", "verifier: usage None", "verifier: tokens huge",
}  # fmt: skip


def tried() -> list[list[str]]:
    """The rows of the table, those apart that need a person's Ctrl-C."""
    if not TRIED.is_file():
        return []
    rows = [line.split("\t") for line in TRIED.read_text(encoding="utf-8").split("\n")[1:] if line]
    return [row for row in rows if "Ctrl-C" not in row[0]]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A home with good things in it, and bad files; what run ids of the table are in it."""
    folder = tmp_path_factory.mktemp("world")
    os.environ["BONBENCH_HOME"] = str(folder / "home")
    os.environ["TQDM_DISABLE"] = "1"  # as the command sets it, before a test imports lm-eval
    ids = mistaken.build(folder)
    return folder, ids


@pytest.fixture
def here(world, tmp_path, monkeypatch):
    """A copy of that world for each test."""
    folder = tmp_path / "here"
    shutil.copytree(world[0], folder)
    monkeypatch.setenv("BONBENCH_HOME", str(folder / "home"))
    monkeypatch.chdir(folder)
    return folder


def words_of(command: str, folder: Path, ids: dict[str, str]) -> list[str]:
    """The words of a command in the table, which has lost its quotation marks around verifiers."""
    for name, found in ids.items():
        if f"{name}.json" not in command:
            command = command.replace(name, found)
    places = {"FILES": "files", "HOMES/mis/home": "home", "HOMES/mis/files": "files", "HOMES/mis/empty": "empty",
              "HOMES/cards": "cards", "PATH": "models", "X/lab": "files"}  # fmt: skip
    for sign in sorted(places, key=len, reverse=True):
        command = command.replace(sign, str(folder / places[sign]))
    out: list[str] = []
    for word in command.split(" "):
        if len(out) > 1 and out[-2] == "-v" and not word.startswith("-"):
            out[-1] += f" {word}"
        else:
            out.append(word)
    return out


def holds(folder: Path) -> None:
    """What was good is still there."""
    os.environ["BONBENCH_HOME"] = str(folder / "home")
    for name in ("s", "a"):
        assert pools.open_pool(name).verify()


def is_a_sentence(err: str) -> None:
    """One line or two on standard error that say something, and not that nobody foresaw it."""
    lines = [line[max(line.find("bonbench: "), 0) :] for line in err.strip().splitlines()]  # a bar may stand before it
    lines = [line for line in lines if not line.startswith(("!", "["))]
    assert "Traceback" not in err
    assert "Please report" not in err, err
    assert lines
    assert lines[-1].startswith("bonbench: "), err
    assert len(lines[-1]) < 1500
    assert lines[-1].rstrip()[-1] in ".?!", err


@pytest.mark.skipif(not TRIED.is_file(), reason="no table of tried mistakes; set BONBENCH_TEST_DATA")
@pytest.mark.parametrize(
    ("name", "status", "command"), [(r[0], r[1], r[3]) for r in tried()], ids=[r[0] for r in tried()]
)
def test_a_tried_mistake_is_answered_with_a_sentence(bonbench, world, here, monkeypatch, name, status, command):
    """Every one that others tried; those that are no mistake do what was asked for."""
    words = words_of(command, here, world[1])
    mistaken.prepare(name, words, here)
    if "slow.py" in command:
        (here / "files" / "slow.py").write_text(mistaken.VERIFIER.replace("class V", "class Slow"))
    if name.startswith("home: "):
        monkeypatch.setenv("BONBENCH_HOME", "" if "empty" in name else str(here / "files" / "good.jsonl"))
    if "no store" in name:
        monkeypatch.setenv("BONBENCH_HOME", str(here / "empty"))

    found, _, err = bonbench(*words)

    if name in FINE:
        assert found == 0, err
        return
    if "run_id" in name or "interval" in name:
        assert found in (1, 2)
    else:
        assert found == 2, err
    if found == 2:
        is_a_sentence(err)
    holds(here)


def rows(*records) -> str:
    """JSON lines."""
    return "".join(json.dumps(r) + "\n" for r in records)


NEW = "pool import generic files/made.jsonl --problems from-pool --name new"
LONG = "n" * 300
INVENTED = [  # (command, what must be said, the content of files/made.jsonl)
    # numbers that are none, too many, or of another alphabet
    (f"{NEW} --slots 10^10", "--slots takes", None),
    (f"{NEW} --slots 1e3", "--slots takes", None),
    (f"{NEW} --slots ٣", "--slots takes", None),
    (f"{NEW} --slots ²", "--slots takes", None),
    (f"{NEW} --slots 3.0", "--slots takes", None),
    (f"{NEW} --slots 9999999999999999999", "are possible", None),
    (f"{NEW} --slots {'9' * 5000}", "--slots takes", None),
    (f"{NEW} --max-rejected inf", "--max-rejected takes", None),
    (f"{NEW} --max-rejected -0.1", "--max-rejected takes", None),
    (f"{NEW} --max-rejected 101%", "--max-rejected takes", None),
    (f"{NEW} --max-rejected -5%", "--max-rejected takes", None),
    (f"{NEW} --max-rejected half", "--max-rejected takes", None),
    (f"{NEW} --max-rejected 1e400", "--max-rejected takes", None),
    ("run -p s -v length -n 1-1000000000", "neither a number nor a range", None),
    ("run -p s -v length -n 1-999999999", "more than 1,000,000", None),
    ("run -p s -v length -n ٣", "neither a number nor a range", None),
    ("run -p s -v length -n 4-1", "backwards", None),
    ("run -p s -v length -n inf", "neither a number nor a range", None),
    ("run -p s -v length --seed -1", "--seed", None),
    ("run -p s -v length --seed nan", "--seed", None),
    ("run -p s -v length --workers 0", "--workers", None),
    ("run -p s -v length --workers -3", "--workers", None),
    ("run -p s -v length --verifier-timeout nan", "timeout", None),
    ("run -p s -v length --verifier-timeout -1", "timeout", None),
    ("run -p x38 -v majority --quintiles cross-fit", "cross-fit", None),
    ("grade -p s --workers 0", "--workers", None),
    ("grade -p s --compare-given --examples -1", "--examples", None),
    ("leaderboard --port 0 --no-open-browser", "--port", None),
    ("leaderboard --port 65536 --no-open-browser", "--port", None),
    ("leaderboard --port http --no-open-browser", "--port", None),
    ("generate --task micromath --name g --samples 0", "--samples", None),
    ("generate --task micromath --name g --samples 10000000000", "--samples", None),
    ("generate --task micromath --name g --samples ٣", "--samples", None),
    ("generate --task micromath --name g --temperature nan", "--temperature", None),
    ("generate --task micromath --name g --temperature inf", "--temperature", None),
    ("generate --task micromath --name g --temperature -1", "--temperature", None),
    ("generate --task micromath --name g --top-p 1.5", "--top-p", None),
    ("generate --task micromath --name g --top-k -1", "--top-k", None),
    ("generate --task micromath --name g --max-tokens 0", "--max-tokens", None),
    ("generate --task micromath --name g --limit -1", "--limit", None),
    ("generate --task micromath --name g --shard-size -1", "--shard-size", None),
    ("generate --task micromath --name g --batch-size ²", "--batch-size", None),
    ("generate --task micromath --name g --prompt @files", "prompt", None),
    ("generate --task micromath --name g --prompt @files/p.bin", "prompt", None),
    ("contamination --task micromath --jaccard 7", "--jaccard", None),
    ("cite RUN --n 99999999999999999999", "has no N", None),
    ("cite RUN --n -9999999999999999999999", "has no N", None),
    # numbers in files
    (NEW, "samples a problem; up to", rows(mistaken.row(n=10**9))),
    (NEW, "count of 1e+18", rows(mistaken.row(n=10**18))),
    (NEW, "could not be used", rows(mistaken.sample(index=10**12))),
    (NEW, "could not be used", rows(mistaken.sample(index=1.5))),
    (NEW, "could not be used", rows(mistaken.sample(index=[0]))),
    (NEW, "could not be used", rows(mistaken.sample(index=float("inf")))),
    (NEW, "could not be used", rows(mistaken.sample(tokens=10**12))),
    (NEW, "could not be used", rows(mistaken.sample(scores={"s": "high"}))),
    (NEW, "could not be used", rows(mistaken.sample(scores=[1]))),
    (NEW, "could not be used", rows(mistaken.sample(correct="perhaps"))),
    (NEW, "could not be used", rows(mistaken.row(relative_tolerance=float("inf")))),
    (NEW, "could not be used", rows(mistaken.row(absolute_tolerance=-1))),
    (NEW, "could not be used", rows(mistaken.row(absolute_tolerance=float("-inf")))),
    (NEW, "could not be used", rows(mistaken.row(choices="abc"))),
    (NEW, "could not be used", rows(mistaken.row(samples="none"))),
    (NEW, "could not be used", rows(mistaken.row(problem=["a"]))),
    (NEW, "could not be used", rows(mistaken.row(gold={}))),
    (NEW, "could not be used", "[" * 100_000 + "\n"),
    (NEW, "could not be used", '{"a": ' * 50_000 + "\n"),
    (NEW, "could not be used", "\0" * 100 + "\n"),
    (NEW, "could not be used", "9" * 10_000 + "\n"),
    (NEW, "hold no record", ""),
    (NEW, "hold no record", "\n\n\n"),
    # names
    (NEW.replace("new", LONG), "name", None),
    (NEW.replace("new", "../up"), "cannot name a pool", None),
    (NEW.replace("new", "a/b"), "cannot name a pool", None),
    (NEW.replace("new", ".."), "cannot name a pool", None),
    (NEW.replace("new", "~"), "cannot name a pool", None),
    (NEW.replace("new", "a\nb"), "cannot name a pool", None),
    (NEW.replace("new", "%s\0"), "cannot name a pool", None),
    (f"pool show {LONG}", "shorter name", None),
    ("pool show ../home/pools/none", "No pool is called", None),
    ("pool show a\0b", "", None),
    ("pool show ~nobodyhere/pool", "no user of that name", None),
    ("pool verify files/good.jsonl", "No pool is called", None),
    (f"run -p s -v {LONG}", "No verifier is called", None),
    (f"run -p s -v length --task {LONG}", "No task is called", None),
    (f"run -p s -v length --exclude-contaminated {LONG}", "No contamination report", None),
    (f"runs --store {LONG}.duckdb", "", None),
    (f"run -p s -v length --store {LONG}.duckdb", "shorter name", None),
    (f"export csv -o {LONG}", "shorter name", None),
    ("cite '", "No run is called", None),
    ("cite ;drop", "No run is called", None),
    ("generate --task micromath --name ../g", "cannot name a pool", None),
    # files that are folders, folders that are files, and what cannot be read
    ("pool import generic files/none/x.jsonl --problems from-pool --name new", "There is no file", None),
    ("pool import generic /dev/null --problems from-pool --name new", "", None),
    ("pool import inspect-log files --problems from-pool --name new", "", None),
    ("pool import inspect-log files/good.jsonl --problems from-pool --name new", "", None),
    ("pool import lm-eval files/good.jsonl --problems from-pool --name new", "", None),
    ("pool import files files/good.jsonl --problems from-pool --name new", "No pool format", None),
    ("pool export s files", "", None),
    ("pool export s files/good.jsonl/x", "", None),
    ("pool export s x.jsonl --format xml", "xml", None),
    ("export csv -o files", "", None),
    ("export parquet -o files", "", None),
    ("export html -o x.html", "html", None),
    ("export card -o files/good.jsonl", "", None),
    ("publish files/good.jsonl", "not a folder", None),
    ("publish cards --replace", "", None),
    ("publish files/s.html --static --replace", "", None),
    ("runs --store files/good.jsonl", "cannot be opened as a store", None),
    ("runs --store files/view.duckdb", "holds a view or a macro", None),
    ("run -p s -v length --store files/good.jsonl/x.duckdb", "", None),
    ("run -p s -v files/good.jsonl:V", "", None),
    ("run -p s -v files:V", "", None),
    ("run -p s -v ''", "", None),
    ("run -p s -v length --task micromath --data files/none", "", None),
    ("grade --pairs files", "cannot be read", None),
    ("grade --pairs files/g2.csv", "cannot be read", None),
    ("grade --text @files --gold 1", "cannot be read", None),
    ("grade --text x", "--gold", None),
    ("grade --answer 1 --gold 1 --kind riddle", "riddle", None),
    ("grade", "give one of", None),
    ("cards add files/p.parquet", "cannot be read", None),
    ("reproduce files", "cannot be read", None),
    ("reproduce files/sc.json", "is not a result card", None),
    ("frobnicate", "No such command", None),
    ("run -p s", "Missing option", None),
    ("run -p s -v length --frob", "No such option", None),
    ("run -p s -v length extra words", "unexpected extra argument", None),
    ("pool", "nothing to do", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "said", "made"), INVENTED, ids=[f"{i} {c[0][:60]!r}" for i, c in enumerate(INVENTED)]
)
def test_an_invented_mistake_is_answered_with_a_sentence(bonbench, world, here, command, said, made):
    """More of the same kinds, with exit status 2 and the words that help."""
    (here / "files" / "made.jsonl").write_text(rows(*mistaken.GOOD) if made is None else made)
    (here / "files" / "p.bin").write_bytes(b"\xff\xfe{problem}")

    status, _, err = bonbench(
        *["" if w == "''" else w for w in command.replace("RUN", world[1]["01c3828d647e"]).split(" ")]
    )

    assert status == 2, err
    is_a_sentence(err)
    assert said in err
    holds(here)


def test_ctrl_c_says_that_the_work_is_kept(world, here):
    """A person's interrupt ends a run that hangs in a verifier's worker: a sentence, exit status 130, nothing lost."""
    (here / "files" / "hang.py").write_text(
        mistaken.VERIFIER.replace(mistaken.ANSWERS, "open('begun', 'w').close(); time.sleep(600)")
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(border.__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-m", "bonbench", "run", "-p", "s", "-v", "files/hang.py:V", "--workers", "2"],
        cwd=here, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while process.poll() is None and not (here / "begun").exists():
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    err = process.communicate(timeout=120)[1]

    assert process.returncode == 130, err
    assert err.strip().splitlines()[-1].startswith("bonbench: interrupted; what was finished is kept"), err
    holds(here)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "not enough memory"),
        (RecursionError(), "nested too deeply"),
        (OSError(28, "No space left on device", "x"), "Free some space"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), "UTF-8"),
        (BadInput("As it is."), "As it is."),
        (KeyError("x"), "Please report"),
    ],
)
def test_whatever_stops_a_command_is_put_into_words(capsys, error, said):
    """One border for all commands; only what nobody foresaw asks for a report."""

    def command(**_):
        raise error

    with pytest.raises(SystemExit, match="2"):
        border.guarded(command)

    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_the_traceback_is_to_be_had(monkeypatch):
    """For a report, and for who writes a verifier."""
    monkeypatch.setenv("BONBENCH_TRACEBACK", "1")

    def command(**_):
        raise KeyError("x")

    with pytest.raises(KeyError):
        border.guarded(command)
