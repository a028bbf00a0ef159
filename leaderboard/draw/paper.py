"""The figures of docs/results.md: accuracy against N from a store, and against labels from the experiments' results.

An experiment's results are the JSON that ``bonbench experiment`` writes: ``ns``, and ``rows`` with ``arm``, under each
rule ``accuracy`` and ``draw_deviation`` over ``ns``, and for a trained verifier ``solutions`` (labelled a problem) and
``seed``.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from leaderboard.draw import palette, words
from leaderboard.draw.charts import accuracy
from leaderboard.draw.charts.style import Drawing, Rows, Style, styled
from leaderboard.draw.tables import rows as tables
from leaderboard.read import queries, ranking

CONTROLS = {"majority": "majority", "pass@N": "oracle"}
AGAINST_N = frozenset({"reward-hacking"})
LABELS = "labelled solutions a problem"


def of_store(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Drawing]]:
    """The figures of every board: accuracy against N with the deviation of a draw, and the same by difficulty quintile.

    Verifiers are drawn under their own rule, as the board ranks them, and in figures of their own under any other.

    Args:
        connection: A store.

    Yields:
        The name of the file, without suffix, and the figure.
    """
    colours = palette.assign(queries.verifiers(connection))
    boards = queries.boards(connection)
    tasks = [board.task for board in boards]
    for board in boards:
        entries = queries.entries(connection, board)
        curves = queries.curves(connection, board).get("all", {})
        quintiles = sorted(queries.curves(connection, board, "quintile").items())
        shown = ranking.notable(entries, curves, board.ns[-1])
        controls = [entry for entry in shown if entry.control]
        name = board.task if tasks.count(board.task) == 1 else board.name.replace("/", "-")
        under = {e.measure: f"{e.measure}-" for e in entries if not e.own_rule and e.described.about_verifiers}
        others = [(kind, [e for e in entries if e.measure == m] + controls) for m, kind in under.items()]
        for kind, some in (("", shown), *others):
            if len(some) == len(controls):
                continue
            style = styled(some, colours, "light", printed=True)
            yield f"{name}-{kind}accuracy", accuracy.lines(tables.of_curves(some, curves), style, band="draws")
            parts = {
                words.slice_name("quintile", part): tables.of_curves(some, found, "quintile", part)
                for part, found in quintiles
            }
            everything = [row for rows in parts.values() for row in rows]
            if everything:
                domain = accuracy.limits(everything, "draws")
                drawing = accuracy.multiples(parts, style, log=True, band="draws", domain=domain)
                yield f"{name}-{kind}quintiles", drawing


def of_experiment(results: Mapping[str, Any]) -> Iterator[tuple[str, Drawing]]:
    """The figures of an experiment: accuracy against labels at each N of interest, or against N where that is asked.

    A point is the mean over the seeds. Against labels the band is one standard deviation between seeds on either side;
    against N it is the deviation of a draw.

    Args:
        results: As ``bonbench experiment`` writes them.

    Yields:
        The name of the file, without suffix, and the figure.
    """
    name = f"micromath-{results['experiment']}"
    if results["experiment"] in AGAINST_N:
        rows = against_n(results)
        yield name, accuracy.lines(rows, _style(rows), band="draws")
        return
    for rule, n in results["size"]["heads"]:
        rows = against_labels(results, rule, n)
        title = f"{LABELS} ({rule}, N = {n})"
        yield f"{name}-{rule}-{n}", accuracy.lines(rows, _style(rows), band="problems", title=title, height=360)


def against_labels(results: Mapping[str, Any], rule: str, n: int) -> Rows:
    """Accuracy under a rule at N against labelled solutions a problem, ``low`` and ``high`` one deviation of seeds off.

    What was trained on no labels of the experiment is a level line; pass@N, far above all others, is left out.
    """
    at = results["ns"].index(n)
    counts = sorted({row["solutions"] for row in results["rows"] if "solutions" in row})
    out: Rows = []
    for (arm, count), rows in _by(results["rows"], "arm", "solutions").items():
        if arm == "pass@N":
            continue
        values = [row[rule]["accuracy"][at] for row in rows]
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        mean = statistics.fmean(values)
        out += [_row(arm, place, mean, spread) for place in ([count] if count else counts)]
    return sorted(out, key=lambda row: row["n"])


def against_n(results: Mapping[str, Any]) -> Rows:
    """Accuracy against N under the experiment's first rule, a line an arm and number of labels, the mean over seeds."""
    rule = results["size"]["heads"][0][0]
    out: Rows = []
    for (arm, count), rows in _by(results["rows"], "arm", "solutions").items():
        label = f"{arm}, {count} labelled" if count else arm
        for i, n in enumerate(results["ns"]):
            mean = statistics.fmean(row[rule]["accuracy"][i] for row in rows)
            out.append(_row(label, n, mean, statistics.fmean(row[rule]["draw_deviation"][i] for row in rows)))
    return sorted((row for row in out if row["label"] != "pass@N"), key=lambda row: row["n"])


def _row(label: str, n: int, value: float, deviation: float) -> dict[str, Any]:
    ends = {"low": value - deviation, "high": value + deviation}
    return {"label": label, "n": n, "value": value, "draw_deviation": deviation, **ends}


def _by(rows: Sequence[Mapping[str, Any]], *names: str) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    out: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        out.setdefault(tuple(row.get(name) for name in names), []).append(row)
    return out


def _style(rows: Rows) -> Style:
    """A hue for each arm; where an arm has several lines, another dash for each."""
    labels = list(dict.fromkeys(row["label"] for row in rows))
    arms = list(dict.fromkeys(label.rpartition(", ")[0] or label for label in labels if label not in CONTROLS))
    hues = palette.assign(arms)
    colours, dashes = {}, {}
    used: dict[str, int] = {}
    for label in labels:
        if label in CONTROLS:
            colours[label] = palette.CONTROL[CONTROLS[label]]
            dashes[label] = palette.CONTROL_DASH[CONTROLS[label]]
            continue
        arm = label.rpartition(", ")[0] or label
        colours[label] = hues[arm]
        dashes[label] = palette.DASHES[used.get(arm, 0) % len(palette.DASHES)]
        used[arm] = used.get(arm, 0) + 1
    return Style(colours, dashes, frozenset(labels) & frozenset(CONTROLS), printed=True)
