"""The command line as a person meets it: the commands, their output, their one-line errors."""

import json
import os
import subprocess
import sys

import pytest

from harness.pool import pools


@pytest.fixture
def jsonl(tmp_path):
    """A file in the generic format: two invented problems with four samples each and step scores."""
    rows = [
        {
            "problem_id": f"p{i}", "problem": f"Add {i} and 1.", "gold": str(i + 1),
            "subject": "Algebra", "level": 1 + i,
            "samples": [
                {"text": f"We add.\n\nIt is \\boxed{{{i + 1 + (j > 1)}}}.", "correct": j != 0, "tokens": 9,
                 "steps": ["We add.", "It is."], "step_scores": {"prm": [0.9, 0.9 - 0.2 * j]}}
                for j in range(4)
            ],
        }
        for i in range(2)
    ]  # fmt: skip
    path = tmp_path / "samples.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


@pytest.fixture
def imported(bonbench, jsonl):
    """The pool ``mine`` out of that file."""
    status, _, err = bonbench(
        "pool", "import", "generic", jsonl, "--problems", "from-pool", "--task", "adding", "--name", "mine"
    )
    assert status == 0, err
    return pools.open_pool("mine")


def test_from_a_file_to_a_citation(bonbench, imported):
    """Import, run, list, show, compare, cite, export a card, reproduce it."""
    status, out, err = bonbench("run", "--pool", "mine", "-v", "carried:prm")
    assert status == 0, err
    assert "product by default" in out
    assert "majority" in out
    assert "problems and right answers are the pool's own" in out.lower()

    runs = {line.split()[3]: line.split()[0] for line in bonbench("runs")[1].splitlines() if "mine" in line}
    assert set(runs) == {"prm", "majority", "pass@N", "random", "length"}
    assert "100.0" in bonbench("show", runs["prm"])[1]
    assert "A wins" in bonbench("compare", runs["prm"], runs["random"])[1]
    cited = bonbench("cite", runs["prm"])[1]
    assert "protocol bon-3" in cited
    assert "@software{bonbench" in cited

    assert bonbench("export", "card", "-o", "cards", "--run", runs["prm"])[0] == 0
    status, out, _ = bonbench("reproduce", f"cards/{runs['prm']}.json")
    assert status == 0
    assert out.startswith("Equal: all")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Each test works in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def test_a_rerun_with_other_digits_fails_and_says_where(bonbench, imported, tmp_path):
    """``reproduce`` exits with 1, not 0, when a number differs."""
    bonbench("run", "--pool", "mine", "-v", "carried:prm", "--no-controls")
    bonbench("export", "card", "-o", "cards")
    (card,) = (tmp_path / "cards").glob("*.json")
    value = json.loads(card.read_text())
    value["results"][0]["value"] = 0.3141
    card.write_text(json.dumps(value))

    status, out, _ = bonbench("reproduce", card)

    assert status == 1
    assert "the card has 0.314100" in out


def test_running_again_prints_the_same_table(bonbench, imported):
    """Everything comes from the caches, digit for digit."""
    first = bonbench("run", "--pool", "mine", "-v", "carried:prm")[1]
    again = bonbench("run", "--pool", "mine", "-v", "carried:prm")[1]

    assert first == again


def test_the_pools_own_labels_are_compared_on_request(bonbench, imported):
    """The source calls slot 0 wrong and slots 2, 3 right: three differences of four on each problem."""
    status, out, _ = bonbench("grade", "--pool", "mine", "--compare-given")

    assert status == 0
    assert "differ from these grades on 6 of 8 samples (75.0 %)" in out
    assert "given right, graded wrong 4; given wrong, graded right 2" in out


def test_pool_commands_show_what_is_there(bonbench, imported):
    """List, show and verify."""
    assert "mine" in bonbench("pool", "list")[1]
    shown = bonbench("pool", "show", "mine")[1]
    assert "2 x 4" in shown
    assert "prm (process)" in shown
    assert imported.digest in bonbench("pool", "verify", "mine")[1]
    assert "prm800k" in bonbench("pool", "formats")[1]


def test_a_verifier_in_a_file_of_ones_own_needs_no_registration(bonbench, imported, tmp_path):
    """Named by path, with options."""
    (tmp_path / "mine.py").write_text(
        "from verifiers.base import OutcomeVerifier\n\n\n"
        "class Mine(OutcomeVerifier):\n"
        "    name = 'mine'\n\n"
        "    def __init__(self, weight=1.0):\n"
        "        self.weight = weight\n\n"
        "    def score_solutions(self, problem, solutions):\n"
        "        return [self.weight / len(s) for s in solutions]\n"
    )

    status, out, err = bonbench("run", "--pool", "mine", "-v", "./mine.py:Mine weight=0.5", "--no-controls")

    assert status == 0, err
    assert "mine" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "--pool", "nope", "-v", "majority"), "No pool is called 'nope'"),
        (("run", "--pool", "mine", "-v", "majorty"), "Did you mean 'majority'"),
        (
            ("run", "--pool", "mine", "-v", "majority", "-n", "1,99"),
            "N = 99 was asked for, but each problem has 4 slots",
        ),
        (("run", "--pool", "mine", "-v", "majority", "--n", "x"), "'x' in --n is neither a number nor a range"),
        (("run", "--pool", "mine", "-v", "majority", "--task", "math500"), "holds samples for the task 'adding'"),
        (("run", "--pool", "mine", "-v", "./none.py:X"), "There is no file 'none.py'"),
        (("run", "--pool", "mine", "-v", "carried:x"), "carries no scores called 'x'; it carries: prm"),
        (
            ("pool", "import", "generic", "missing.jsonl", "--name", "x", "--problems", "from-pool"),
            "There is no file 'missing.jsonl'",
        ),
        (
            ("pool", "import", "genric", "samples.jsonl", "--name", "x", "--problems", "from-pool"),
            "Did you mean 'generic'",
        ),
        (("pool", "import", "generic", "samples.jsonl", "--name", "x", "--task", "math50"), "Did you mean 'math500'"),
        (("pool", "import", "generic", "samples.jsonl", "--name", "x"), "Name the samples' task with --task"),
        (
            ("pool", "import", "generic", "samples.jsonl", "--name", "mine", "--problems", "from-pool"),
            "already a pool 'mine'",
        ),
        (("runs",), "There is no store at"),
        (("cite", "abc"), "There is no store at"),
        (("reproduce", "missing.json"), "The card 'missing.json' cannot be read"),
        (("leaderboard", "--no-reference"), "There is no store at"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_status_two(bonbench, imported, words, message):
    """No traceback; nothing that was good is lost."""
    status, _, err = bonbench(*words)

    assert status == 2
    assert message in err
    assert err.startswith("bonbench: ")
    assert len(err.strip().splitlines()) == 1
    assert pools.open_pool("mine").verify()


def test_help_imports_nothing_heavy(tmp_path):
    """``--help`` answers before any numerical, symbolic or model library is loaded."""
    code = (
        "import sys\n"
        "from harness import cli\n"
        "sys.argv = ['bonbench', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'sympy', 'pyarrow', 'duckdb', 'torch', 'transformers', 'datasets', 'numba',\n"
        " 'streamlit'}\n"
        "loaded = sorted(heavy & set(sys.modules))\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "COLUMNS": "100"}, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "leaderboard" in done.stdout
