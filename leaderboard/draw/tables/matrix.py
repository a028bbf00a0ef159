"""Verifiers by boards at one N, as HTML: accuracy, interval, and whether the ranking finds it better than majority."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from leaderboard.draw import numbers, palette, words
from leaderboard.draw.palette import Colour
from leaderboard.read.front import Column
from leaderboard.read.ranking import Standing
from leaderboard.read.records import Board

LEGEND = (
    "▲ better than majority, ▼ worse, = not told from it: paired tests over problems, Holm-adjusted over all pairs of "
    "the board. Bold: no other verifier of the board is significantly better. Grey: not ranked there."
)
_CONTROLS = (("oracle", "pass@N", "the ceiling"), ("majority", "majority", "the vote to beat"))


def html(
    columns: Sequence[Column],
    verifiers: Sequence[str],
    colours: Mapping[str, Colour],
    to_board: Callable[[Board], str],
    to_verifier: Callable[[str], str],
) -> str:
    """The table: names and numbers only, every one of them escaped.

    Args:
        columns: The boards.
        verifiers: The rows, from top to bottom.
        colours: Of the verifiers.
        to_board: Where a cell leads.
        to_verifier: Where a row's name leads.
    """
    heads = "".join(f"<th>{_head(c.board, to_board(c.board))}</th>" for c in columns)
    body = "".join(
        f'<tr style="--c:{colours.get(name, palette.HUES[0]).css}"><th class="who"><span class="dot"></span>'
        f'<a href="{escape(to_verifier(name))}">{escape(name)}</a></th>{_cells(columns, name, to_board)}</tr>'
        for name in verifiers
    )
    below = "".join(
        f'<tr class="control"><th class="who">{escape(shown)}<small>{escape(what)}</small></th>'
        f"{_cells(columns, name, to_board)}</tr>"
        for name, shown, what in _CONTROLS
    )
    return (
        f'<div class="bo matrix"><table><thead><tr><th class="who">Verifier</th>{heads}</tr></thead>'
        f"<tbody>{body}{below}</tbody></table></div>"
    )


def about(board: Board) -> str:
    """Generator, M and problems of a board."""
    slots = f"M = {board.slots}" if board.slots else "M varies"
    return f"{board.generator or 'generator not stated'} · {slots} · {board.size} problems"


def facts(values: Mapping[str, str]) -> str:
    """What is known of something: names and values, one below the other."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in values.items())
    return f'<div class="bo facts"><dl>{lines}</dl></div>'


def plain_list(found: Sequence[tuple[Board, str]]) -> str:
    """Boards by name, each with what it holds and a link."""
    items = "".join(
        f'<li><a href="{escape(link)}">{escape(b.title)}</a> <small>{escape(b.task if b.members else b.pool)} · '
        f"{escape(about(b))}</small></li>"
        for b, link in found
    )
    return f'<div class="bo list"><ul>{items}</ul></div>'


def _head(board: Board, link: str) -> str:
    name = board.generator or board.name if board.members else board.pool
    return f'<a href="{escape(link)}">{escape(board.title)}</a><small>{escape(name)}<br>{escape(about(board))}</small>'


def _cells(columns: Sequence[Column], name: str, to_board: Callable[[Board], str]) -> str:
    return "".join(_cell(column, column.lines.get(name), to_board(column.board)) for column in columns)


def _cell(column: Column, line: Standing | None, link: str) -> str:
    where = escape(" · ".join((column.board.title, column.board.generator or column.board.pool)))
    if line is None:
        return f'<td class="none" data-board="{where}">–</td>'
    mark, kind, said = words.VERDICTS.get(line.verdict, ("", "", "")) if line.verdict is not None else ("", "", "")
    first = line.place is not None and line.place.best == 1
    classes = " ".join(x for x in (kind, "first" if first else "", "below" if line.reason else "") if x)
    title = "; ".join(x for x in (line.reason, said) if x)
    return (
        f'<td class="{classes}" data-board="{where}" title="{escape(title)}"><a href="{escape(link)}">'
        f'{numbers.percent(line.value)}</a><i class="{kind}" title="{escape(said)}">{mark}</i>'
        f"<small>{numbers.interval(line.low, line.high)}</small></td>"
    )


def rows(columns: Sequence[Column], n: int) -> list[dict[str, Any]]:
    """The table as plain rows, one a verifier or control and board."""
    return [
        {
            "verifier": line.entry.verifier,
            "control": line.entry.control,
            "measure": line.entry.measure,
            "aggregation": line.entry.aggregation,
            "n": n,
            "value": line.value,
            "low": line.low,
            "high": line.high,
            "gain_over_majority": line.gain,
            "than_majority": words.VERDICTS[line.verdict][1] if line.verdict is not None else "",
            "rank": line.place and line.place.rank,
            "not_ranked_because": line.reason,
            "task": column.board.task,
            "pool": column.board.pool,
            "pool_digest": column.board.pool_digest,
            "generator": column.board.generator,
            "slots": column.board.slots,
            "n_problems": column.board.n_problems,
            "run_id": line.entry.run_id,
        }
        for column in columns
        for line in column.lines.values()
    ]
