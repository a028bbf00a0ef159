"""The board as one HTML file that opens without a server and without a network.

It holds the ranking of every board at some values of N, accuracy against N, the quintiles, and the numbers as CSV.
Vega, which draws the charts, is taken from the vl-convert package and put into the file.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import duckdb

from harness.errors import BonbenchError
from leaderboard.draw import exports, legend, palette, words
from leaderboard.draw.charts import accuracy
from leaderboard.draw.charts.style import Drawing, Style, styled
from leaderboard.draw.palette import Colour
from leaderboard.draw.tables import board as board_table
from leaderboard.draw.tables import grid, published, rows, rules, steps
from leaderboard.read import queries, ranking
from leaderboard.read.boards import landing
from leaderboard.read.records import Board, Curve, Entry, Key

_HERE = Path(__file__).parent
_SHOWN_NS = 8
OURS = '<meta name="generator" content="bonbench">'  # what tells a page that may be replaced from somebody else's


def page(connection: duckdb.DuckDBPyConnection, title: str) -> str:
    """The whole file.

    Args:
        connection: A store.
        title: Of the page.

    Raises:
        BonbenchError: vl-convert, which brings Vega, is not installed.
    """
    colours = palette.assign(queries.verifiers(connection))
    boards = sorted(queries.boards(connection), key=landing)
    sections = [_Section(connection, board, colours) for board in boards]
    options = "".join(_option(b) for b in boards)
    body = "".join(section.html() for section in sections)
    charts = {f"{i}-{name}": spec for i, section in enumerate(sections) for name, spec in section.charts().items()}
    style = (_HERE.parent / "page.css").read_text(encoding="utf-8") + (_HERE / "static.css").read_text(encoding="utf-8")
    script = (_HERE / "static.js").read_text(encoding="utf-8")
    hues = {c.light: c.dark for c in (*palette.HUES, *palette.CONTROL.values(), palette.OTHER)}
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{OURS}<title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{style}</style></head><body><main><header><h1>{escape(title)}</h1>"
        f'<label>Task and pool <select id="board">{options}</select></label></header>{body}</main>'
        f'<script type="application/json" id="charts">{_json(charts)}</script>'
        f'<script type="application/json" id="hues">{_json(hues)}</script>'
        f'<script type="module">{_vega()}</script><script type="module">{script}</script></body></html>'
    )


def _option(board: Board) -> str:
    return f'<option value="{escape(board.name)}">{escape(board.title)} · {escape(words.pool(board))}</option>'


class _Section:
    """One board of the page."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, board: Board, colours: dict[str, Colour]) -> None:
        self.board = board
        self.colours = colours
        self.entries = queries.entries(connection, board)
        self.curves: dict[Key, Curve] = queries.curves(connection, board).get("all", {})
        self.quintiles = queries.curves(connection, board, "quintile")
        self.ns = _some(board.ns)
        self.lines = {
            n: ranking.standings(
                board,
                ranking.chosen(self.entries, "headline"),
                self.curves,
                queries.values(connection, board, n),
                n,
            )
            for n in self.ns
        }
        last = self.ns[-1]
        everything = ranking.chosen(self.entries, "all")
        self.every_rule = (
            ranking.standings(board, everything, self.curves, queries.values(connection, board, last), last)
            if len(everything) > len(self.lines[last])
            else []
        )
        self.steps = queries.steps(connection, board)
        self.published = queries.published(connection, board.task)
        self.measures = queries.measures(connection)
        self.source = words.source(queries.manifest(connection, board.pool_digest))
        self.drawn: list[Entry] = ranking.notable(self.entries, self.curves, board.ns[-1])

    def html(self) -> str:
        """Its tables, and places for its charts."""
        ns = "".join(f"<option{' selected' if n == self.ns[-1] else ''}>{n}</option>" for n in self.ns)
        numbers = {n: exports.to_csv(rows.of_board(self.board, n, lines)) for n, lines in self.lines.items()}
        ranked = "".join(
            f'<div class="at" data-n="{n}">{board_table.html(lines, self.curves, self.colours)}'
            f'<script type="application/json">{_json(numbers[n])}</script></div>'
            for n, lines in self.lines.items()
        )
        quintiles = "".join(
            f"<figure><figcaption>{escape(words.slice_name('quintile', q))}</figcaption>"
            f'<div class="chart" data-chart="quintile-{escape(q)}"></div></figure>'
            for q in sorted(self.quintiles)
        )
        small = f'<h3>By difficulty quintile</h3><div class="quintiles">{quintiles}</div>' if quintiles else ""
        style = self._style()
        elsewhere = published.html(self.published, self.measures) if self.published else ""
        name = escape(self.board.name)
        return (
            f'<section class="board" data-board="{name}"><h2>Best of <select class="n" aria-label="N">{ns}</select> on '
            f"{escape(self.board.title)}</h2>{ranked}"
            f'<p class="words">{escape(words.GAINS)}</p>'
            f'<p class="tools"><button class="csv" data-file="{escape(self.board.task)}">Download CSV</button></p>'
            f'<h3>Accuracy versus N</h3><div class="chart" data-chart="accuracy"></div>'
            f"{legend.html([e.label for e in self.drawn], style)}{small}{self._more()}{elsewhere}"
            f"<footer>{escape(words.about(self.board))}<br>{escape(self.source)}</footer></section>"
        )

    def _more(self) -> str:
        """Every rule and aggregation at the largest N, and the step measures, folded away."""
        every = rules.html(self.every_rule, self.colours) + f"<p>{rules.NOTE}</p>" if self.every_rule else ""
        first = [line.entry for line in self.lines[self.ns[-1]]]
        columns, found = steps.table(first, self.steps, self.measures, lambda _: "")
        parts = {
            f"Every rule and aggregation at N = {self.ns[-1]}": every,
            "Steps": grid.html(columns, found, steps.NOTE) if found else "",
        }
        return "".join(f"<details><summary>{escape(k)}</summary>{v}</details>" for k, v in parts.items() if v)

    def charts(self) -> dict[str, Any]:
        """The specifications of its charts, for paper; the page's script turns them dark."""
        style = self._style()
        whole = rows.of_curves(self.drawn, self.curves)
        if not whole:
            return {}
        out = {"accuracy": _plain(accuracy.lines(whole, style, band="problems"))}
        parts = {q: rows.of_curves(self.drawn, found, "quintile", q) for q, found in sorted(self.quintiles.items())}
        everything = [row for found in parts.values() for row in found]
        if everything:
            domain = accuracy.limits(everything)
            for q, found in parts.items():
                if found:
                    drawing = accuracy.lines(found, style, domain=domain, height=200, labels=False)
                    out[f"quintile-{q}"] = _plain(drawing)
        return out

    def _style(self) -> Style:
        return styled(self.drawn, self.colours, "light")


def _some(ns: Sequence[int]) -> list[int]:
    """At most eight values of N, both ends among them."""
    if len(ns) <= _SHOWN_NS:
        return list(ns)
    step = (len(ns) - 1) / (_SHOWN_NS - 1)
    return [ns[round(i * step)] for i in range(_SHOWN_NS)]


def _plain(drawing: Drawing) -> dict[str, Any]:
    return {**drawing.specification(), "width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}


def _json(value: object) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def _vega() -> str:
    try:
        import vl_convert
    except ImportError as error:
        raise BonbenchError(
            "The package 'vl-convert-python' puts the drawing of charts into the file: pip install vl-convert-python."
        ) from error
    # The charts need no code of their own, so nothing in the bundle may end the element early.
    bundle = str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    return bundle.replace("</script", "<\\/script")
