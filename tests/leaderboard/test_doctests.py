"""The examples in the leaderboard's docstrings run."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    [
        "draw.numbers",
        "draw.tables.latex",
        "draw.mathematics",
        "draw.charts.style",
        "draw.charts.comparison",
    ],
)
def test_examples_run(name):
    """Each docstring example gives what it says."""
    failed, tried = doctest.testmod(importlib.import_module(f"leaderboard.{name}"))

    assert tried
    assert not failed
