"""Without the packages that run models everything else works, and a model says in one sentence what it needs."""

import os
import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "accelerate", "safetensors", "tokenizers", "huggingface_hub")
WITHOUT = f"""
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in {HEAVY} else PathFinder.find_spec(name, path, target)

sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]
"""
ALL = """
import importlib, pkgutil
import verifiers.base, verifiers.carried, verifiers.controls, verifiers.families, verifiers.setup_check
for found in pkgutil.iter_modules(verifiers.families.__path__):
    assert importlib.import_module("verifiers.families." + found.name).VERIFIERS, found.name
"""
COMMAND = "from harness.cli import main\nmain()"


def python(code: str, *arguments: str) -> subprocess.CompletedProcess:
    """Code in a fresh process that finds none of the heavy packages."""
    command = [sys.executable, "-c", WITHOUT + code, *arguments]
    return subprocess.run(command, env={**os.environ, "COLUMNS": "300"}, capture_output=True, text=True, check=False)


def test_every_family_is_imported_and_listed():
    """The registry knows all names without any of them."""
    done = python(ALL)
    assert done.returncode == 0, done.stderr

    done = python(COMMAND, "verifiers")
    assert done.returncode == 0, done.stderr
    assert "qwen-prm-7b" in done.stdout
    assert "micromath-prm" in done.stdout


@pytest.mark.parametrize(
    ("spec", "package"),
    [
        ("micromath-orm", "torch"),
        ("micromath-prm server=http://127.0.0.1:1", "transformers"),
        ("qwen-prm-7b", "huggingface_hub"),
    ],
)
def test_a_model_says_which_package_it_needs(small_pool, spec, package):
    """One sentence, status 2, and no traceback: here, behind a server, and where the model must be fetched."""
    done = python(COMMAND, "run", "--pool", "small", "-v", spec)

    assert done.returncode == 2, done.stderr
    assert f"The package '{package}' is needed to" in done.stderr
    assert "pip install 'bonbench[models]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_controls_run(small_pool):
    """A board without a model needs none of them."""
    done = python(COMMAND, "run", "--pool", "small", "-v", "length")

    assert done.returncode == 0, done.stderr
    assert "length" in done.stdout
