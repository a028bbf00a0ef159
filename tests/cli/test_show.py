"""Tables on narrow screens: numbers stay whole, names give way, then columns by their priority."""

import io

import pytest
from rich.console import Console

from harness.cli import show

COLUMNS = [
    show.Column("verifier", "name"), show.Column("rule", "", 3), show.Column("N=1 %", "right", 4),
    show.Column("N=32 %", "right"), show.Column("95 % interval"), show.Column("run", "", 1),
    show.Column("why", "wrap", 2),
]  # fmt: skip
ROWS = [
    ("a-process-reward-model-with-a-name-that-goes-on", "best-of-N", "92.1", "93.4", "[91.0, 95.6]", "af8a9f8338cf",
     "it is the better one of the two that were asked for"),
    ("orm", "weighted vote", "92.1", "9.4", "[1.0, 5.6]", "0123456789ab", ""),
]  # fmt: skip


@pytest.fixture
def printed(monkeypatch):
    """What a table prints on a console so wide, as lines."""

    def lines(width: int, *, columns=COLUMNS, rows=ROWS, title="T") -> list[str]:
        out = io.StringIO()
        monkeypatch.setattr(show, "console", Console(file=out, width=width, highlight=False))
        show.table(title, columns, rows)
        return out.getvalue().splitlines()

    return lines


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
def test_no_number_is_ever_cut(printed, width):
    """Whatever is too much: the accuracy and its interval stand there whole, and no line is longer than the screen."""
    lines = printed(width)
    text = "\n".join(lines)

    assert max(map(len, lines)) <= width
    assert "93.4" in text
    assert "[91.0, 95.6]" in text
    assert "a-process" in text


def test_columns_go_by_their_priority(printed):
    """Wide: everything, the name whole. Then the name is cut, then the largest ``goes`` goes first."""
    shown = {width: printed(width) for width in (160, 120, 100, 80, 60)}

    heads = {width: [c.heading for c in COLUMNS if c.heading in lines[1]] for width, lines in shown.items()}
    assert heads[160] == [c.heading for c in COLUMNS]
    assert ROWS[0][0] in "\n".join(shown[160])
    for narrow, wide in ((120, 160), (100, 120), (80, 100), (60, 80)):
        left = [c for c in COLUMNS if c.heading in heads[wide] and c.heading not in heads[narrow]]
        kept = [c for c in COLUMNS if c.heading in heads[narrow]]
        assert all(c.goes >= max(k.goes for k in kept) for c in left)
    assert heads[60] == ["verifier", "N=32 %", "95 % interval"]
    assert "…" in "\n".join(shown[60])


def test_prose_is_folded_not_cut(printed):
    """A sentence takes more lines where it has less room."""
    lines = printed(70, columns=[("name", "name"), ("why", "wrap")], rows=[("x", "word " * 40)])

    assert "\n".join(lines).count("word") == 40
    assert "…" not in "\n".join(lines)


def test_a_pipe_has_the_width_that_columns_says(bonbench_process):
    """``COLUMNS`` is heeded where nobody looks, too; without it a pipe is wide enough for most tables."""
    narrow, wide = (max(map(len, bonbench_process("tasks", **env).splitlines())) for env in ({"COLUMNS": "80"}, {}))

    assert narrow <= 80 < wide <= 160


@pytest.fixture
def bonbench_process(monkeypatch):
    """A command's output in a process of its own."""
    import os
    import subprocess
    import sys

    def output(*words: str, **environment: str) -> str:
        env = {k: v for k, v in os.environ.items() if k != "COLUMNS"} | environment
        command = [sys.executable, "-m", "bonbench", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout

    return output
