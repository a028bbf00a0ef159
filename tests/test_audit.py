"""What ``make lint`` says of known weaknesses, with pip-audit, without its database, and without it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

AUDIT = Path(__file__).resolve().parents[1] / ".ci" / "audit"
CLEAN = {"name": "numpy", "version": "2.0.2", "vulns": []}
WEAK = {"name": "rich", "version": "15.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["15.0.1"]}]}
SKIPPED = {"name": "torch", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (f"print({json.dumps({'dependencies': [CLEAN]})!r})", 0, "1 of"),
        (f"print({json.dumps({'dependencies': [CLEAN, WEAK]})!r}); exit(1)", 1, "PYSEC-1; mended in 15.0.1"),
        (f"print({json.dumps({'dependencies': [SKIPPED]})!r})", 0, "0 of"),
        ("import sys; sys.exit('ConnectionError: no route to pypi.org')", 0, "cannot be had (ConnectionError"),
        ("print('[]')", 0, "cannot be had"),
        (None, 0, "not asked (FileNotFoundError)"),
    ],
    ids=["clean", "weak", "not on the index", "no network", "another answer", "not installed"],
)
def test_a_weakness_fails_and_a_missing_database_is_one_line(tmp_path, body, status, told):
    """Nothing else fails."""
    tool = tmp_path / "pip-audit"
    if body is not None:
        tool.write_text(f"#!{sys.executable}\n{body}\n")
        tool.chmod(0o755)

    done = subprocess.run([sys.executable, str(AUDIT), str(tool)], capture_output=True, text=True, check=False)

    assert done.returncode == status, done.stderr
    assert told in done.stdout
    assert len(done.stdout.splitlines()) == 1 + status
    assert done.stderr == ""
