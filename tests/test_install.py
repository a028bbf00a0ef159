"""What an installation brings, what it says of what it has not, and who else may stand in our place."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bonbench
from harness import packages
from harness.errors import MissingExtra
from worlds import wheel

ROOT = wheel.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SAMPLES = [
    {"problem_id": "pears", "problem": "What is 1 + 1?", "gold": "2", "samples": [
        {"text": "It is \\boxed{2}.", "scores": {"orm": 0.9}}, {"text": "\\boxed{3}", "scores": {"orm": 0.2}}]},
    {"problem_id": "plums", "problem": "What is x + x?", "gold": "2x", "samples": [
        {"text": "\\boxed{x \\cdot 2}", "scores": {"orm": 0.4}}, {"text": "\\boxed{3x}", "scores": {"orm": 0.7}}]},
]  # fmt: skip
ABSENT = (
    "torch",
    "transformers",
    "accelerate",
    "lm_eval",
    "datasets",
    "streamlit",
    "ray",
    "pandas",
    "datasketch",
    "fastapi",
)
NEEDS = {  # command -> the extra that it asks for
    "leaderboard": "board",
    "publish site": "board",
    "demo": "models",
    "verify-setup micromath-prm": "models",
    "run -p pears -v micromath-orm": "models",
    "run -p pears -v carried --executor ray": "ray",
    "generate --task micromath --name more": "generate",
    "task show lm-eval:gsm8k": "generate",
    "serve length": "serve",
    "train orm -m model -d samples.jsonl -o out": "train",
    "experiment all --smoke": "train",
    "contamination --task micromath --against samples.jsonl": "contamination",
    "pool import generic owner/name --name hub --problems from-pool": "hub",
}


def run(*words, path, cwd):
    """A command with folders before everything else on Python's path."""
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    return subprocess.run(words, cwd=cwd, env=given, capture_output=True, text=True, check=False, timeout=120)


# ------------------------------------------------------------------------------------------------ names


@pytest.fixture
def stranger(tmp_path):
    """Make a package of somebody else's, with a name of ours."""

    def make(name):
        (tmp_path / "theirs" / name).mkdir(parents=True)
        (tmp_path / "theirs" / name / "__init__.py").write_text("THEIRS = True\n", encoding="utf-8")
        return tmp_path / "theirs"

    return make


@pytest.mark.parametrize("name", bonbench.NAMES)
def test_the_command_says_who_stands_in_our_place(name, stranger, tmp_path):
    """One line: what was found where, what was expected, what to do; also where harness itself is the stranger."""
    folder = stranger(name)

    for words in (["-m", "bonbench"], ["-c", "from bonbench import main; main()"]):
        done = run(sys.executable, *words, "--help", path=[folder, ROOT], cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert str(folder / name / "__init__.py") in done.stderr
        assert str(ROOT / name / "__init__.py") in done.stderr
        assert "Rename it" in done.stderr


@pytest.mark.parametrize("name", bonbench.NAMES)
def test_python_says_who_stands_in_our_place(name, stranger, tmp_path):
    """Whichever of ours is imported, the same sentence is the last line."""
    ours = "import verifiers" if name == "harness" else "from harness import registry"

    done = run(sys.executable, "-c", ours, path=[stranger(name), ROOT], cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"bonbench.Shadowed: The package {name!r} that Python finds is ")


def test_an_installed_stranger_is_named_as_pip_knows_it(stranger, tmp_path):
    """The distribution that brought the package is told from its records."""
    folder = stranger("verifiers")
    (folder / "their_verifiers-1.0.dist-info").mkdir()
    (folder / "their_verifiers-1.0.dist-info" / "METADATA").write_text("Name: their-verifiers\n", encoding="utf-8")
    (folder / "their_verifiers-1.0.dist-info" / "RECORD").write_text("verifiers/__init__.py,,\n", encoding="utf-8")

    done = run(sys.executable, "-m", "bonbench", "tasks", path=[folder, ROOT], cwd=tmp_path)

    assert "pip uninstall their-verifiers" in done.stderr


@pytest.mark.parametrize(("then", "told"), [("THEIRS = True\n", "was written over by"), (None, "has lost its")])
def test_a_package_that_was_installed_over_ours_or_took_ours_along_is_told(then, told, tmp_path):
    """Both distributions write verifiers/__init__.py into one folder: the later one wins, and takes it along."""
    for name in ("bonbench", *bonbench.NAMES):
        (tmp_path / name).mkdir()
        shutil.copyfile(ROOT / name / "__init__.py", tmp_path / name / "__init__.py")
    file = tmp_path / "verifiers" / "__init__.py"
    file.write_text(then, encoding="utf-8") if then else file.unlink()

    done = run(sys.executable, "-S", "-c", "import harness", path=[tmp_path], cwd=tmp_path)  # no site-packages

    assert told in done.stderr
    assert "pip install --force-reinstall --no-deps bonbench" in done.stderr


def test_part_of_the_packages_is_no_fault(tmp_path):
    """A published board has harness and leaderboard alone."""
    for name in ("bonbench", "harness", "leaderboard"):
        (tmp_path / name).mkdir()
        shutil.copyfile(ROOT / name / "__init__.py", tmp_path / name / "__init__.py")

    assert run(sys.executable, "-c", "import harness, leaderboard", path=[tmp_path], cwd=tmp_path).returncode == 0


# ------------------------------------------------------------------------------------------------ extras


def test_every_extra_is_one_that_the_project_declares():
    """The table that messages are made from, beside pyproject.toml."""
    brought = {e: " ".join(v).replace("-", "_") for e, v in PROJECT["optional-dependencies"].items()}
    brought["train"] += brought["models"] + brought["hub"]

    assert set(packages.EXTRAS) <= set(brought)
    assert all(package in brought[extra] for extra, names in packages.EXTRAS.items() for package in names)


def test_a_missing_package_is_said_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(packages.EXTRAS, "board", ("no_such_package",))

    with pytest.raises(MissingExtra, match=r"'no_such_package' is needed to draw: pip install 'bonbench\[board\]'\."):
        packages.need("board", "draw")


def test_the_oldest_versions_are_the_lower_bounds():
    """What constraints-oldest.txt pins is what pyproject.toml promises."""
    extras = PROJECT["optional-dependencies"]
    lines = [
        *PROJECT["dependencies"],
        *(line for extra in extras if extra not in ("test", "dev") for line in extras[extra]),
    ]
    bounds = {re.sub(r"\[.*\]", "", line) for line in lines if not line.startswith("bonbench")}
    pins = (ROOT / "constraints-oldest.txt").read_text(encoding="utf-8").splitlines()

    assert {pin.replace("==", ">=") for pin in pins if "==" in pin} == bounds


# ------------------------------------------------------------------------------------------------ the core alone


@pytest.fixture(scope="session")
def core(tmp_path_factory, worker_id):
    """The ``bonbench`` of an environment with the wheel and what it depends on, made once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "core"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "told").exists():
            built = wheel.build(folder)
            subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=120)
            pip = [folder / "venv/bin/python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
            done = subprocess.run(
                [*pip, "--retries", "1", "-c", ROOT / "constraints.txt", built],
                env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
                capture_output=True, text=True, check=False, timeout=600,
            )  # fmt: skip
            (folder / "told").write_text(done.stderr if done.returncode else "", encoding="utf-8")
    told = (folder / "told").read_text(encoding="utf-8")
    if "Could not find a version" in told or "Connection" in told or "No matching distribution" in told:
        pytest.skip("the package index cannot be reached")
    assert not told
    return folder / "venv" / "bin"


@pytest.fixture
def alone(core, tmp_path):
    """Run a command of that environment in a folder of its own, with nothing of ours on Python's path."""
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in SAMPLES), encoding="utf-8")

    def bonbench(*words, program="bonbench"):
        given = {**os.environ, "BONBENCH_HOME": "home", "NUMBA_CACHE_DIR": str(core.parent / "numba")}
        given.pop("PYTHONPATH", None)
        return subprocess.run(
            [core / program, *words], cwd=tmp_path, env=given, capture_output=True, text=True, check=False, timeout=300
        )

    bonbench("pool", "import", "generic", "samples.jsonl", "--name", "pears", "--problems", "from-pool")
    return bonbench


@pytest.mark.slow
@pytest.mark.timeout(900)  # it may have to wait for the environment
def test_the_core_goes_the_whole_path(alone, tmp_path):
    """Import, run, compare, cite, export, cards, static page and figures, without PyTorch, models or a server."""
    data = Path(os.environ.get("BONBENCH_TEST_DATA", ROOT.parent / "shared" / "data"))
    real = data / "bon_qwen_math100_rm" / "math_cot_100.jsonl.gz"
    source = f"qwen-math {real}" if real.exists() else "generic samples.jsonl"
    for words in (
        f"pool import {source} --name measured --problems from-pool",
        "run --pool measured -v carried",
        *(f"export {kind} -o out/{kind}" for kind in ("csv", "parquet", "latex", "markdown", "lm-eval", "hf", "card")),
        "cards add out/card --store other.duckdb",
        "publish --static page.html",
        "figures --out pictures",
        "tasks", "verifiers", "info", "runs",
    ):  # fmt: skip
        done = alone(*words.split())
        assert done.returncode == 0, (words, done.stderr)
    cards = sorted((tmp_path / "out" / "card").glob("*.json"))
    for words in (["compare", cards[0].stem, cards[1].stem], ["cite", cards[0].stem], ["reproduce", str(cards[0])]):
        done = alone(*words)
        assert done.returncode == 0, (words, done.stderr)
    look = f"from importlib.util import find_spec; print([n for n in {ABSENT!r} if find_spec(n)])"

    assert (tmp_path / "page.html").stat().st_size > 500_000
    assert list((tmp_path / "pictures").glob("*.png"))
    assert alone("-c", look, program="python").stdout == "[]\n"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_command_that_needs_an_extra_says_which(alone):
    """Exit status 2 and one line with what to install, for every such command."""
    for command, extra in NEEDS.items():
        done = alone(*command.split())
        assert done.returncode == 2, (command, done.stderr)
        assert done.stderr.count("\n") == 1, (command, done.stderr)
        assert f"pip install 'bonbench[{extra}]'" in done.stderr, (command, done.stderr)
