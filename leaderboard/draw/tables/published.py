"""Numbers that others published: shown apart, marked, never ranked with measured ones."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from harness.measure.catalogue import Described
from harness.report import cite
from leaderboard.draw import numbers


def html(rows: Sequence[dict[str, Any]], measures: Mapping[str, Described]) -> str:
    """One table a source: names and numbers only, each escaped, with a link to where they stand.

    Args:
        rows: The numbers.
        measures: What is known of their measures.
    """
    sources: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        sources.setdefault((row["source"], row["url"], row["generator"], row["note"]), []).append(row)
    parts = [
        '<section class="bo published"><h3>Published elsewhere</h3><p>',
        "Copied from the sources named, not measured here: other samples, other graders, other code. They have no ",
        "rank and no interval.</p><div>",
    ]
    for (source, url, generator, note), found in sources.items():
        count = next((f"{row['n_problems']} problems" for row in found if row["n_problems"]), "")
        about = " · ".join(t for t in (generator, count) if t)
        lines = "".join(_row(row, measures) for row in found)
        parts.append(
            f'<article><h4><a href="{escape(_link(url))}">{escape(source)}</a></h4><small>{escape(about)}</small>'
            f"<table>{lines}</table><small>{escape(note)}</small></article>"
        )
    return "".join(parts) + "</div></section>"


def _row(row: dict[str, Any], measures: Mapping[str, Described]) -> str:
    part = f"{row['slice']}: " if row["slice"] != "all" else ""
    name = escape(part + cite.label(row["verifier"], row["aggregation"]))
    known = measures.get(row["measure"])
    rule = escape((known.label if known else row["measure"]).replace("N", str(row["n"])))
    rule = rule if str(row["n"]) in rule else f"{rule}@{row['n']}"
    return f'<tr><td class="who">{name}</td><td>{rule}</td><td class="acc">{numbers.percent(row["value"])}</td></tr>'


def _link(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""
