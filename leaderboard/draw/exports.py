"""Rows and charts as files: CSV, SVG, PNG."""

import csv
import importlib.util
import io
from collections.abc import Sequence
from typing import Any

from harness import plain
from leaderboard.draw.charts.style import Drawing

_SCALE = 2.0  # pixels of a PNG for one of the page
_WIDTH = 900
_FRAME = "#8b867d"  # around every panel


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV with a heading; None is an empty cell, and no text is a formula."""
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: plain.cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def can_draw() -> bool:
    """Whether the converter that makes SVG and PNG files is installed."""
    return importlib.util.find_spec("vl_convert") is not None


def to_svg(chart: Drawing) -> str:
    """A chart as SVG."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(printed(chart)))


def to_png(chart: Drawing) -> bytes:
    """A chart as PNG."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(printed(chart), scale=_SCALE))


def printed(chart: Drawing) -> dict[str, Any]:
    """The chart's specification for paper: white, of a fixed width where it has none of its own."""
    specification = chart.specification()
    specification["background"] = "white"
    specification["config"] = {**specification.get("config", {}), "view": {"stroke": _FRAME}}
    if not any(name in specification for name in ("hconcat", "vconcat", "concat", "facet")):
        specification.setdefault("width", _WIDTH)
    return specification
