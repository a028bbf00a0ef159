"""The board as an HTML table with drawn intervals and sparklines, for the page and for the one-file export.

It holds names and numbers only, every one of them escaped; no problem and no solution ever comes here.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from leaderboard.draw import numbers, palette, words
from leaderboard.draw.palette import Colour
from leaderboard.read.ranking import Standing
from leaderboard.read.records import Curve, Key

_HEADINGS = (
    ("rank", "Rank", "place, and the places that significant differences leave open"),
    ("who", "Verifier", ""),
    ("acc", "Accuracy %", "expected accuracy at this N"),
    ("iv", "", "95 % interval over problems"),
    ("gain", "vs majority", "points above majority vote on the same problems; ▲ better, ▼ worse, = not told from it"),
    (
        "choice",
        "Choosing",
        "points that the choice gains on a fair one, and what answering alone gains on the mean accuracy",
    ),
    ("gap", "Gap closed %", "what choosing gains, of what the ceiling would: choosing / (pass@N − a fair choice)"),
    ("cov", "Scored %", "share of the present samples that have a score"),
    ("size", "Size", "parameters of the verifier's model"),
    ("cost", "Per solution", "tokens, else FLOPs, that the verifier spent on one solution"),
    ("spark", "Over N", "accuracy over N, log scale, on one scale for the whole board"),
    ("run", "Run", "date and run id"),
)


def html(
    lines: Sequence[Standing],
    curves: Mapping[Key, Curve],
    colours: Mapping[str, Colour],
    run_link: str = "",
) -> str:
    """The table.

    Args:
        lines: As ``ranking.standings`` orders them.
        curves: For the sparklines.
        colours: Of the verifiers.
        run_link: What stands before a run id in its link; "" for no link.
    """
    low, high = scale(lines)
    heads = "".join(
        f'<th class="{c}" title="{escape(title)}">{_axis(low, high) if c == "iv" else escape(text)}</th>'
        for c, text, title in _HEADINGS
    )
    majority = next((x.value for x in lines if x.entry.control == "majority"), None)
    spark_range = _spark_range(lines, curves)
    body, below = [], False
    for line in lines:
        if line.reason and not below:
            below = True
            body.append(f'<tr class="cut"><td colspan="{len(_HEADINGS)}">Not ranked</td></tr>')
        at = _position(majority, low, high) if majority is not None else None
        body.append(_row(line, curves.get(line.entry.key), colours, (low, high), at, spark_range, run_link))
    return f'<div class="bo ranks"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'


def scale(lines: Sequence[Standing]) -> tuple[float, float]:
    """The common axis of the drawn intervals: multiples of five points around everything drawn."""
    lows = [x.low for x in lines if x.low is not None]
    highs = [x.high for x in lines if x.high is not None]
    if not lows or not highs:
        return 0.0, 1.0
    return max(0.0, math.floor(min(lows) * 20) / 20), min(1.0, math.ceil(max(highs) * 20) / 20)


def _position(value: float, low: float, high: float) -> float:
    return 100.0 * (value - low) / (high - low)


def _axis(low: float, high: float) -> str:
    step = next(s for s in (0.05, 0.1, 0.2, 0.5) if (high - low) / s <= 5.01)
    first = math.ceil(low / step - 1e-9)
    ticks = [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
    marks = "".join(f'<span style="left:{_position(t, low, high):.1f}%">{100 * t:.0f}</span>' for t in ticks)
    return f'<span class="ax">{marks}</span>'


def _row(
    line: Standing,
    curve: Curve | None,
    colours: Mapping[str, Colour],
    axis: tuple[float, float],
    majority: float | None,
    spark_range: tuple[float, float, float, float],
    run_link: str,
) -> str:
    entry = line.entry
    kind = " ".join(
        c
        for c, on in (
            ("line", True),
            ("control", not entry.competes),
            ("oracle", entry.control == "oracle"),
            ("below", line.reason),
        )
        if on
    )
    rank = f"{words.rank(line.place)}<small>{escape(str(line.place))}</small>" if line.place else ""
    cells = [f'<td class="rank">{rank}</td>', f'<td class="who">{_who(line)}</td>']
    if line.reason:
        acc = numbers.percent(line.value)
        cells += [f'<td class="acc">{acc}</td>', f'<td class="why" colspan="8">{escape(line.reason)}</td>']
    else:
        gain = numbers.points(line.gain) if entry.control != "majority" else numbers.UNKNOWN
        note = f"{numbers.points(line.gain_low)} to {numbers.points(line.gain_high)}" if line.gain is not None else ""
        answering = f"answering {numbers.points(line.answering)}"
        cost = numbers.large(line.tokens) + " tok" if line.tokens is not None else numbers.large(line.flops)
        drawn = f"{_drawn(line, axis, majority)}<small>{numbers.interval(line.low, line.high)}</small>"
        cells += [
            f'<td class="acc">{numbers.percent(line.value)}</td>',
            f'<td class="iv" title="{escape(_spread(line))}">{drawn}</td>',
            f'<td class="gain">{gain}{_verdict(line)}<small>{escape(note)}</small></td>',
            f'<td class="choice">{numbers.points(line.choosing)}<small>{escape(answering)}</small></td>',
            f'<td class="gap">{numbers.signed(line.gap_closed)}</td>',
            f'<td class="cov">{numbers.percent(entry.scored)}</td>',
            f'<td class="size">{numbers.large(entry.parameters)}</td>',
            f'<td class="cost">{cost}</td>',
            f'<td class="spark">{_spark(curve, spark_range)}</td>',
        ]
    run = f'<a href="{escape(run_link)}{quote(entry.run_id)}">{escape(entry.run_id)}</a>' if run_link else entry.run_id
    cells.append(f'<td class="run">{escape(entry.started[:10])}<small>{run}</small></td>')
    return f'<tr class="{kind}" style="--c:{palette.colour(entry, colours).css}">{"".join(cells)}</tr>'


def _who(line: Standing) -> str:
    entry = line.entry
    tags = ["" if entry.competes else "ceiling" if entry.control == "oracle" else "control"]
    tags += ["from a card"] if entry.origin != "measured" else []
    shown = "".join(f'<span class="tag">{escape(t)}</span>' for t in tags if t)
    about = () if entry.control else (entry.described.label, entry.aggregated, entry.family)
    small = " · ".join(t for t in about if t)
    below = f"<small>{escape(small)}</small>" if small else ""
    return f'<span class="dot"></span><b>{escape(entry.verifier)}</b>{shown}{below}'


def _verdict(line: Standing) -> str:
    """The ranking's verdict against majority, as a mark."""
    mark, kind, said = words.VERDICTS[line.verdict] if line.verdict is not None else ("", "", "")
    return f'<i class="{kind}" title="{escape(said)}, Holm-adjusted">{mark}</i>' if mark else ""


def _spread(line: Standing) -> str:
    simulated = f"; simulation error {numbers.percent(line.mc_error, 2)}" if line.mc_error else ""
    return (
        f"95 % interval over problems {numbers.interval(line.low, line.high)}; draw deviation "
        f"{numbers.percent(line.draw_deviation, 2)}{simulated}"
    )


def _drawn(line: Standing, axis: tuple[float, float], majority: float | None) -> str:
    if line.value is None or line.low is None or line.high is None:
        return ""
    low, high, at = (_position(v, *axis) for v in (line.low, line.high, line.value))
    reference = f'<u style="left:{majority:.2f}%"></u>' if majority is not None else ""
    return (
        f'<span class="ax">{reference}<i style="left:{low:.2f}%;width:{high - low:.2f}%"></i>'
        f'<b style="left:{at:.2f}%"></b></span>'
    )


def _spark_range(lines: Sequence[Standing], curves: Mapping[Key, Curve]) -> tuple[float, float, float, float]:
    """Smallest and largest log N and accuracy of the curves shown."""
    shown = [curves[x.entry.key] for x in lines if x.entry.key in curves]
    if not shown:
        return 0.0, 1.0, 0.0, 1.0
    return (
        min(math.log2(c.n[0]) for c in shown),
        max(math.log2(c.n[-1]) for c in shown),
        min(float(c.value.min()) for c in shown),
        max(float(c.value.max()) for c in shown),
    )


def _spark(curve: Curve | None, limits: tuple[float, float, float, float]) -> str:
    """A line drawn as a mask, so that its colour follows the page's theme."""
    if curve is None or len(curve.n) < 2:
        return ""
    n0, n1, v0, v1 = limits
    points = " ".join(
        f"{2 + 80 * (math.log2(n) - n0) / max(n1 - n0, 1e-9):.1f},{22 - 20 * (v - v0) / max(v1 - v0, 1e-9):.1f}"
        for n, v in zip(curve.n.tolist(), curve.value.tolist(), strict=True)
    )
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 84 24' preserveAspectRatio='none'>"
        f"<polyline points='{points}' fill='none' stroke='black' stroke-width='1.7' stroke-linejoin='round'/></svg>"
    )
    return f'<span class="sp" style="--m:url(&quot;data:image/svg+xml,{quote(svg, safe="")}&quot;)"></span>'
