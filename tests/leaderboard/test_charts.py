"""Charts are valid, hold the rows they were given, and their labels do not touch."""

import itertools
import json
from dataclasses import replace

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


def test_lines_are_straight_between_the_values_of_n(drawn):
    """No curve tells of an N that nobody measured."""
    chosen, curves, _, style = drawn

    assert "interpolate" not in json.dumps(accuracy.lines(tables.of_curves(chosen, curves), style).specification())


@pytest.mark.parametrize("band", ["", "problems", "draws"])
def test_the_axis_holds_everything_that_is_drawn_and_bands_have_edges(drawn, band):
    """Nothing is clipped; bands of controls, which are not drawn, take no room; more than two bands are faint."""
    chosen, curves, _, style = drawn
    rows = tables.of_curves(chosen, curves)
    low, high = accuracy.limits(rows, band, style)
    layers = accuracy.lines(rows, style, band=band).specification()["layer"]

    below = {"problems": lambda r: r["low"], "draws": lambda r: r["value"] - r["draw_deviation"]}.get(band)
    inside = [below(r) if below and r["label"] not in style.controls else r["value"] for r in rows]
    assert low <= max(0.0, min(inside))
    assert min(inside) - low < 0.07
    assert high >= max(r["value"] for r in rows)
    areas = [x["mark"]["opacity"] for x in layers if x["mark"]["type"] == "area"]
    assert areas == ([] if not band else [pytest.approx(0.14 / 4)])
    assert sum(x["mark"].get("strokeWidth") == 0.9 for x in layers) == (2 if band else 0)


def test_a_printed_chart_says_what_its_axes_are_and_has_a_frame(drawn):
    """On the page the title above says it; a paper has no such title."""
    chosen, curves, quintiles, style = drawn
    printed = replace(style, printed=True)
    rows = tables.of_curves(chosen, curves)
    parts = {q: tables.of_curves(chosen, found, "quintile", q) for q, found in quintiles.items()}
    for drawing in (
        accuracy.lines(rows, printed),
        accuracy.multiples(parts, printed, log=True, band="", domain=(0, 1)),
    ):
        text = json.dumps(exports.printed(drawing))
        assert '"title": "accuracy, %"' in text
        assert '"title": "N"' in text
        assert exports.printed(drawing)["config"]["view"]["stroke"]
    assert '"accuracy, %"' not in json.dumps(accuracy.lines(rows, style).specification())
    assert f"({next(iter(parts.values()))[0]['n_problems']} problems)" in text


def test_panels_of_probabilities_share_an_axis_and_raw_scores_do_not():
    """0.1 to 0.9 for both probabilities; none for a score of 3."""
    rows = [{"label": name, "score": s} for name, s in (("a", 0.1), ("a", 0.4), ("b", 0.9), ("raw", 3.0), ("raw", 0.5))]

    assert scores.common(rows) == {"a": (0.1, 0.9), "b": (0.1, 0.9)}


def test_counts_in_the_bar_of_outcomes_have_names(drawn):
    """A bare number beside a bare number says nothing."""
    chosen, _, _, style = drawn
    drawing = comparison.outcomes(
        {"A better": 30, "equal": 60, "B better": 10}, style, chosen[0].label, chosen[1].label
    )

    assert [r["text"] for r in next(iter(drawing.data.values()))] == ["A better: 30", "equal: 60", "10"]


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
