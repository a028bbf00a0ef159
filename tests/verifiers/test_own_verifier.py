"""A verifier of one's own: what docs/extend.md says works, word for word."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness import registry
from harness.cli import app
from harness.pool.importing import About, import_pool
from harness.score import scoring
from worlds.made import entry

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "extend.md"


@pytest.fixture
def commands(tmp_path, monkeypatch) -> list[str]:
    """The document's files in the working folder; its commands, the task's first."""
    text = DOCUMENT.read_text()
    for name, content in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    task = text[text.index("## Add a task") : text.index("## Add a verifier")]
    verifier = text[text.index("## Add a verifier") :]
    found = [re.search(r"<!-- run -->\n```sh\n(.*?)```", part, re.DOTALL).group(1) for part in (task, verifier)]
    return "".join(found).strip().split("\n")


def test_the_example_runs_as_it_is_printed(commands):
    """The class and its file are all there is: both verifiers stand in the table, with the option that was given."""
    runner = CliRunner()
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "bonbench"
        done = runner.invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output

    assert "brief" in done.output
    assert "equations" in done.output
    made = registry.verifier("./brief.py:Equations weight=0.8")
    assert made.fingerprint()["options"] == {"weight": 0.8, "separator": "\n", "pool_steps": False}


def test_the_aggregation_is_no_part_of_the_identity(commands):
    """Step scores are kept raw: another aggregation is another look at them, not another scoring."""
    made = registry.verifier("./brief.py:Equations")
    before = made.fingerprint()

    made.aggregation = "product"

    assert made.fingerprint() == before


MINE = """
import {helper}
from {parent} import Parent

class Mine(Parent):
    name = "mine"

    def score_solutions(self, problem, solutions):
        return [{sign}{helper}.weight(s) + self.more(s) for s in solutions]
"""
PARENT = """
from verifiers.base import OutcomeVerifier

class Parent(OutcomeVerifier):
    def more(self, solution):
        return {sign}0.5
"""
HELPER = """
import {further}

def weight(solution):
    return {sign}{further}.FACTOR * len(solution)
"""


@pytest.fixture
def pool(home):
    """Two samples of different lengths."""
    return import_pool("small", [entry("pears", str(i)) for i in (1, 12)], About(task_name="made", slots=2))


@pytest.fixture
def written(tmp_path):
    """Writes a verifier in four files that import one another, with a sign in each; returns its specification."""

    def write(mine="", parent="", helper="", further="", folder=tmp_path):
        folder.mkdir(exist_ok=True)
        (folder / "mine.py").write_text(MINE.format(sign=mine, helper="own_helper", parent="own_parent"))
        (folder / "own_parent.py").write_text(PARENT.format(sign=parent))
        (folder / "own_helper.py").write_text(HELPER.format(sign=helper, further="own_further"))
        (folder / "own_further.py").write_text(f"FACTOR = {further}0.01\n")
        return f"{folder / 'mine.py'}:Mine"

    return write


def scored(spec, pool):
    """What the verifier says of the first sample."""
    problems = [p.problem for p in pool.problems.values()]
    return scoring.score(registry.verifier(spec), pool, problems).table["value"][0].as_py()


@pytest.mark.parametrize("flipped", ["mine", "parent", "helper", "further"])
def test_a_sign_that_is_flipped_is_another_verifier(written, pool, flipped):
    """In its file, in a parent class in another one, in a module beside it, and in one that this imports: at once."""
    before = scored(written(**{flipped: "+"}), pool)

    after = scored(written(**{flipped: "-"}), pool)

    assert after != before
    assert scored(written(**{flipped: "+"}), pool) == before


def test_the_same_text_elsewhere_is_the_same_verifier(written, pool, tmp_path):
    """What counts is what is written, not where: scores are found again after a move."""
    here, there = registry.verifier(written()), registry.verifier(written(folder=tmp_path / "moved"))

    assert scoring.fingerprint(here) == scoring.fingerprint(there)


def test_helpers_of_the_same_name_stay_apart(written, tmp_path, pool):
    """Each file is served by what stands beside it, whichever was loaded first."""
    one, other = written(folder=tmp_path / "one"), written(helper="-", folder=tmp_path / "other")

    assert [scored(spec, pool) for spec in (one, other, one)] == [
        scored(one, pool),
        scored(other, pool),
        scored(one, pool),
    ]
    assert scored(one, pool) != scored(other, pool)


def test_a_class_without_a_parent_of_ours_is_told_apart_too(tmp_path, pool):
    """Its own fingerprint may say what it likes; the file is part of the identity all the same."""
    text = (
        "from harness.records import Score\nclass Bare:\n    name = 'bare'; rules = ('best-of-n',)\n"
        "    aggregation = carried = control = spec = ''\n    def fingerprint(self): return {'name': 'bare'}\n"
        "    def score(self, problem, solutions): return [Score(SIGN1.0 * len(s.text)) for s in solutions]\n"
    )
    (tmp_path / "bare.py").write_text(text.replace("SIGN", "+"))
    before = scored(f"{tmp_path / 'bare.py'}:Bare", pool)
    (tmp_path / "bare.py").write_text(text.replace("SIGN", "-"))

    assert scored(f"{tmp_path / 'bare.py'}:Bare", pool) == -before


def test_a_function_that_makes_a_verifier_is_told_apart_by_its_file(tmp_path, pool):
    """Also where what it makes stands elsewhere."""
    text = (
        "from verifiers.controls import Length\nclass Made(Length):\n    name = 'made'\n"
        "def make():\n    made = Made()\n    made._weight = SIGN1\n    return made\n"
    )
    found = set()
    for sign in "+-+":
        (tmp_path / "maker.py").write_text(text.replace("SIGN", sign))
        found.add(scoring.fingerprint(registry.verifier(f"{tmp_path / 'maker.py'}:make")))
    assert len(found) == 2


def test_a_class_of_a_live_session_is_scored_anew_and_says_so(pool, home):
    """Nobody can tell what it was: nothing is kept, nothing is found again."""
    live: dict = {"__name__": "__live__"}
    text = (
        "from verifiers.base import OutcomeVerifier\nclass Live(OutcomeVerifier):\n    name = 'live'\n"
        "    def score_solutions(self, problem, solutions): return [SIGN1.0 * len(s) for s in solutions]\n"
    )
    problems = [p.problem for p in pool.problems.values()]
    values = []
    for sign in "+-":
        exec(text.replace("SIGN", sign), live)  # as a prompt would
        found = scoring.score(live["Live"](), pool, problems)
        values.append(found.table["value"][0].as_py())
        assert found.path is None
        assert found.notes == (f"The verifier 'live' {scoring.LIVE}.",)
    assert values[0] == -values[1]
    assert not list(home.glob("work/*/scores"))


def test_reproduce_notices_an_edited_file(bonbench, written, pool, tmp_path):
    """It does not take the old scores for those of the new text."""
    bonbench("run", "--pool", "small", "-v", written(), "--no-controls")
    bonbench("export", "card", "-o", tmp_path / "cards")
    (card,) = (tmp_path / "cards").glob("*.json")
    status, _, err = bonbench("reproduce", card, "--allow-code")
    assert status == 0, err
    written(helper="-")

    status, out, _ = bonbench("reproduce", card, "--allow-code")

    assert status == 1
    assert "the verifier fingerprint differs" in out
