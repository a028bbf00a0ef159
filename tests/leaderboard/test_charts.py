"""Charts are valid, hold the rows they were given, and their labels do not touch."""

import itertools
import json

import pytest

from harness.report import store
from leaderboard.draw import exports, palette
from leaderboard.draw.charts import accuracy, comparison, cost, scores
from leaderboard.draw.charts.style import spread, styled
from leaderboard.draw.tables import latex
from leaderboard.draw.tables import rows as tables
from leaderboard.read import frontier, queries, ranking


@pytest.fixture
def drawn(board):
    """Notable entries of a board, their curves and their style."""
    with store.reading(board) as connection:
        found = queries.boards(connection)[0]
        entries = queries.entries(connection, found)
        curves = queries.curves(connection, found)
        quintiles = queries.curves(connection, found, "quintile")
        assigned = palette.assign(queries.verifiers(connection))
    chosen = ranking.notable(entries, curves["all"], 32)
    return chosen, curves["all"], quintiles, styled(chosen, assigned, "light")


@pytest.mark.parametrize("band", ["", "problems", "draws"])
@pytest.mark.parametrize("log", [True, False])
def test_accuracy_is_a_valid_chart_of_every_entry(drawn, band, log):
    """Valid Vega-Lite; one row an entry and N; a name at the end of each line."""
    chosen, curves, _, style = drawn
    rows = tables.of_curves(chosen, curves)
    drawing = accuracy.lines(rows, style, log=log, band=band)

    assert drawing.specification()["layer"]
    assert sorted(len(data) for data in drawing.data.values()) == sorted([len(rows), len(chosen)])


def test_small_multiples_share_their_axes(drawn):
    """Every one has the same accuracy scale."""
    chosen, _, quintiles, style = drawn
    parts = {q: tables.of_curves(chosen, found, "quintile", q) for q, found in quintiles.items()}
    whole = accuracy.multiples(parts, style, log=True, band="", domain=(0.2, 0.9)).specification()

    assert json.dumps(whole).count("[20.0, 90.0]") >= 5


def test_every_other_chart_is_valid(drawn):
    """Difference, outcomes, plane, reliability, tenths, ROC, lengths, cost."""
    chosen, curves, _, style = drawn
    a, b = (e.label for e in chosen[:2])
    point = {"label": a, "score": 0.5, "right": 0.5, "low": 0.4, "high": 0.6, "samples": 3, "problems": 3, "bin": 1}
    place = {f"{side}_{k}": 0.5 for side in ("in", "out") for k in ("value", "low", "high")}
    length = {"label": a, "length": 10.0, "score": 0.5, "samples_are": "right", "samples": 3}
    measure = frontier.Measure("solutions", "one", "", "")
    rows = frontier.rows(chosen, curves, measure, frontier.Generation(None, None))
    drawings = [
        comparison.difference([{"n": 1, "difference": 0.1, "low": 0.0, "high": 0.2}], style, a, b),
        comparison.outcomes({"A better": 1, "equal": 0, "B better": 2}, style, a, b),
        comparison.plane([{"label": a, **place}, {"label": b, **place}], style, "in", "out"),
        scores.reliability([point], style),
        scores.tenths([point], style),
        scores.roc([{"label": a, "false": 0.0, "true": 0.5}], style),
        scores.all_lengths([length, {**length, "label": b}], style, "tokens"),
        cost.lines(rows, style, "solutions", log=True),
        cost.lines(rows, style, "solutions", log=False),
    ]

    for drawing in drawings:
        names = set(drawing.data)
        whole = drawing.specification()
        assert names == set(whole["datasets"])


def test_charts_are_printed(drawn):
    """SVG with the entries' names, PNG with its signature."""
    pytest.importorskip("vl_convert")
    chosen, curves, _, style = drawn
    drawing = accuracy.lines(tables.of_curves(chosen, curves), style, band="problems")

    assert chosen[0].label in exports.to_svg(drawing)
    assert exports.to_png(drawing).startswith(b"\x89PNG")


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0, 1.0], [0.0, 0.1, 5.0, 5.0], [9.9, 10.0, 10.0]])
def test_labels_stand_apart_in_their_order(values):
    """At least a gap between neighbours, none above the chart."""
    places = spread(values, 1.0, (0.0, 10.0))

    assert all(b - a >= 1.0 - 1e-9 for a, b in itertools.pairwise(places))
    assert all(p <= 10.0 + 1e-9 for p in places)
    assert len(places) == len(values)


def test_csv_has_every_column_of_every_row():
    """Columns in the order they first appear; None is empty."""
    assert exports.to_csv([{"a": 1, "b": None}, {"a": 'x,"y"', "c": 2}]) == 'a,b,c\n1,,\n"x,""y""",,2\n'


def test_latex_prints_cells_as_they_are():
    """Booktabs, every special character escaped."""
    text = latex.table([("A_b", "l"), ("%", "r")], [[r"50% \ {x}", "1–2"]], "a note")

    assert r"A\_b & \% \\" in text
    assert r"50\% \textbackslash{} \{x\} & 1--2 \\" in text
    assert text.endswith("% a note\n")
