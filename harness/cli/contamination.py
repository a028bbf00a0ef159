"""``bonbench contamination``: which problems of a task stand in a verifier's training data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.contamination.report import Report

SHOWN = 20


def contamination(
    task: Annotated[str, typer.Option("--task", "-t", help="The task whose problems are looked for.")],
    against: Annotated[
        list[str], typer.Option(help="Training data: files, folders or hub datasets owner/name; may be repeated.")
    ],
    more: Annotated[list[str] | None, typer.Argument(metavar="[FILES...]", help="More of them.")] = None,
    field: Annotated[str, typer.Option(help="Where a record's text is, a.b if nested; default: recognised.")] = "",
    name: Annotated[str, typer.Option(help="The report's; default: the task's and the first file's.")] = "",
    n: Annotated[int, typer.Option("--n", min=1, help="Words of an n-gram.")] = 13,
    overlap: Annotated[
        float, typer.Option(min=0, max=1, help="Share of a problem's words in shared n-grams; 0 for any n-gram.")
    ] = 0.5,
    jaccard: Annotated[float, typer.Option(min=0.1, max=1, help="Similarity of a near duplicate.")] = 0.8,
    config: Annotated[str | None, typer.Option(help="Configuration of a hub dataset.")] = None,
    split: Annotated[str, typer.Option(help="Split of a hub dataset.")] = "train",
    revision: Annotated[str | None, typer.Option(help="Commit of a hub dataset.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="The task's records, if not where the task itself finds them.")
    ] = None,
) -> None:
    """Look for a task's problems in training data: equal texts, near duplicates, shared 13-grams.

    'bonbench run --exclude-contaminated REPORT' then shows a run's numbers with and without them.
    """
    from harness import packages, registry
    from harness.cli import show
    from harness.contamination import report as reports
    from harness.contamination.search import Limits, Search
    from harness.pool import pools, sources
    from harness.pool.problems import load_problems

    packages.need("contamination", "look for near duplicates")
    found = registry.task(task)
    problems = load_problems(found, data)
    places = sources.expand([*against, *(more or [])])
    first = Path(str(places[0])).name.split(".")[0]
    called = pools.check_name(name or f"{found.name}-{first}".replace(":", "-").replace("/", "-"))
    hub = sources.HubOptions(config, split, revision)
    search = Search(problems, Limits(n, overlap, jaccard))
    with show.bars() as bars:
        bar = bars.add_task(f"Comparing {found.name}", total=sources.total_bytes(places), unit="bytes")
        for place, before in zip(places, sources.bytes_before(places), strict=True):
            search.read(sources.records(place, hub, show.Bar(bars, bar, before)), field)
    report = reports.make(called, found, problems, search)
    path = reports.save(report)
    _print(report)
    show.say(f"Saved in {path}. Next: bonbench run --pool POOL -v ... --exclude-contaminated {called}")


def _print(report: "Report") -> None:
    from harness.cli import show

    kinds = [f.kind for f in report.findings.values()]
    counts = report.counts
    show.facts(
        {
            "report": report.name,
            "task": f"{report.task}, version {report.task_version}, {len(kinds)} problems",
            "against": ", ".join(f"{file} ({records:,} records)" for file, records in report.against.items()),
            "different texts": f"{counts['texts']:,}",
            "records without a text": f"{counts['unread']:,}",
            "equal text": kinds.count("text"),
            f"near duplicate, Jaccard >= {report.limits.jaccard:g}": kinds.count("near"),
            f">= {100 * report.limits.overlap:g} % in shared {report.limits.n}-grams": kinds.count("ngram"),
            "contaminated": f"{len(report.contaminated)} of {len(kinds)}",
            f"some shared {report.limits.n}-gram, but less": kinds.count("some"),
            "too short for n-grams": counts["short"],
        }
    )
    worst = [(i, f) for i, f in report.findings.items() if f.contaminated]
    worst.sort(key=lambda pair: (("text", "near", "ngram").index(pair[1].kind), -pair[1].hits[0].share, pair[0]))
    rows = []
    for problem, finding in worst[:SHOWN]:
        hit = next(h for h in finding.hits if h.kind == finding.kind)
        rows.append((problem, hit.kind, show.percent(hit.share), Path(hit.file).name, hit.line, hit.records))
    columns = [
        ("problem", "name"),
        ("found as", ""),
        ("%", "right"),
        ("file", "name"),
        ("line", "right"),
        ("records", "right"),
    ]
    if rows:
        more = f" (the first {SHOWN}; all are in the report)" if len(worst) > SHOWN else ""
        show.table(f"Contaminated problems{more}", columns, rows)
