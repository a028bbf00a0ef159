"""Every rule and aggregation at one N, as a grid: a verifier a row, an aggregation of step scores a column."""

from collections.abc import Mapping, Sequence
from html import escape

from leaderboard.draw import numbers, palette
from leaderboard.draw.palette import Colour
from leaderboard.read.ranking import Standing

NOTE = (
    "Accuracy and its 95 % interval over problems. Bold: the verifier's own rule and aggregation, under which it is "
    "ranked."
)

Way = tuple[int, str, str]  # position of the rule, its label, aggregation


def html(lines: Sequence[Standing], colours: Mapping[str, Colour]) -> str:
    """The grid: names and numbers only, every one of them escaped. Verifiers stand as their own rule ranks them.

    Args:
        lines: Of every rule and aggregation.
        colours: Of the verifiers.
    """
    own: dict[str, dict[Way, Standing]] = {}
    for line in lines:
        if line.entry.competes and line.value is not None:
            own.setdefault(_name(line), {}).setdefault(_way(line), line)
    ways = sorted({way for found in own.values() for way in found})
    heads = "".join(
        f"<th>{escape(label)}<small>{escape(how or 'no aggregation')}</small></th>" for _, label, how in ways
    )
    ordered = sorted(own, key=lambda name: -max((x.value or 0.0) for x in own[name].values() if _stands(x, own[name])))
    body = "".join(
        f'<tr style="--c:{_colour(own[name], colours)}"><th class="who"><span class="dot"></span>{escape(name)}</th>'
        + "".join(_cell(way, own[name].get(way)) for way in ways)
        + "</tr>"
        for name in ordered
    )
    beside = " · ".join(
        f"{escape(x.entry.verifier)} {numbers.percent(x.value)}"
        for x in lines
        if x.entry.control and x.value is not None
    )
    return (
        f'<div class="bo matrix rules"><table><thead><tr><th class="who">Verifier</th>{heads}</tr></thead><tbody>{body}'
        f"</tbody></table><p>Controls: {beside}</p></div>"
    )


def _name(line: Standing) -> str:
    """The verifier; where a board has two of a name, with the run."""
    _, mark, run = line.entry.label.partition(" #")
    return line.entry.verifier + mark + run.partition(",")[0]


def _way(line: Standing) -> Way:
    return line.entry.described.position, line.entry.described.label, line.entry.aggregation


def _stands(line: Standing, found: Mapping[Way, Standing]) -> bool:
    """Whether it is the headline, or there is none to order the verifier by."""
    return line.entry.headline or not any(x.entry.headline for x in found.values())


def _colour(found: Mapping[Way, Standing], colours: Mapping[str, Colour]) -> str:
    return palette.colour(next(iter(found.values())).entry, colours).css


def _cell(way: Way, line: Standing | None) -> str:
    where = escape(" · ".join(part for part in way[1:] if part))
    if line is None:
        return f'<td class="none" data-board="{where}">–</td>'
    value = numbers.percent(line.value)
    shown = f"<b>{value}</b>" if line.entry.headline else value
    return f'<td data-board="{where}">{shown}<small>{numbers.interval(line.low, line.high)}</small></td>'
