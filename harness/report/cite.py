"""Numbers on their way into papers, model cards and other people's boards."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv

from harness import files, plain
from harness.errors import BadInput
from harness.measure.catalogue import catalogue
from harness.report import lookup

BIBTEX = """@software{bonbench,
  title   = {bonbench: how often does a verifier pick a right solution out of N?},
  author  = {{The bonbench authors}},
  year    = {2026},
  version = {%s},
  note    = {protocol %s}
}"""
_COLUMNS = (
    "run_id", "task", "task_version", "pool", "pool_digest", "generator", "verifier", "verifier_fingerprint",
    "protocol", "grader", "problems", "origin",
)  # fmt: skip

Records = list[dict[str, Any]]


def label(verifier: str, aggregation: str, options: Mapping[str, Any] | None = None) -> str:
    """A verifier's name on the board: with the aggregation where there is one.

    Args:
        verifier: Its name.
        aggregation: What its step scores are put together by, or "".
        options: Of the run, where this is its headline: an aggregation that nobody chose is marked.
    """
    chosen = "" if (options or {}).get("aggregation") is None else " by default"
    return f"{verifier} ({aggregation}{chosen})" if aggregation else verifier


def who(run: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """What one number of a run is a number of: the verifier under the number's aggregation."""
    headlined = (row["measure"], row["aggregation"]) == (run["headline_measure"], run["headline_aggregation"])
    return label(run["verifier"], row["aggregation"], run["options"] if headlined else None)


def headline(run: Mapping[str, Any], results: Sequence[Mapping[str, Any]], n: int | None = None) -> dict[str, Any]:
    """The run's headline number: its own measure and aggregation over all problems, at N or its largest N.

    Raises:
        BadInput: The run has no such N.
    """
    wanted = n or max(run["ns"], default=None)
    for row in results:
        if (row["measure"], row["aggregation"]) == (run["headline_measure"], run["headline_aggregation"]) and (
            row["slice_kind"] == "all" and row["n"] == wanted
        ):
            return dict(row)
    has = ", ".join(map(str, run["ns"])) or "none, as nothing is chosen there"
    raise BadInput(f"The run {run['run_id']} has no N = {wanted}; it has {has}.")


def contaminated(results: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The number ``row`` on the clean and the contaminated problems, where the run was given a contamination report."""
    same = ("measure", "aggregation", "n")
    return [r for r in results if r["slice_kind"] == "contamination" and all(r[k] == row[k] for k in same)]


def sentence(run: Mapping[str, Any], row: Mapping[str, Any], parts: Sequence[Mapping[str, Any]] = ()) -> str:
    """One line that a paper can print: the number, its interval, and all that is needed to find it again.

    Args:
        run: The run.
        row: The number.
        parts: The same number on parts of the problems, to be stated beside it.
    """
    slots = f" of {run['slots']}" if run["slots"] else ""
    partial = run["task_problems"] not in (None, run["n_problems"])
    whole = f" of a pool that holds {run['n_problems']} of the task's {run['task_problems']}," if partial else ""
    own = "" if run["problems"] == "task" else ", problems and right answers from the pool itself"
    own += "" if run["origin"] == "measured" else f", {origin(run['origin'])}"
    beside = "".join(
        f"; on the {part['n_problems']} {part['slice']} problems {100 * part['value']:.1f} % "
        f"({100 * part['low']:.1f} to {100 * part['high']:.1f})"
        for part in parts
    )
    drawn, spread = "", ""
    known = catalogue().get(row["measure"])
    unit = "points" if known is not None and known.unit == "difference" else "%"
    if row["n"] is not None:
        drawn, spread = f" at N = {row['n']}{slots}", f"; draw deviation {100 * row['draw_deviation']:.2f}"
    return (
        f"{who(run, row)}, {row['measure']}{drawn} on {run['task_title']}: {100 * row['value']:.1f} {unit} (95 % "
        f"interval over {row['n_problems']} problems{whole} {100 * row['low']:.1f} to {100 * row['high']:.1f}"
        f"{spread}){beside}. bonbench run {run['run_id']}, protocol "
        f"{run['protocol']}, {run['grader']}, task version {run['task_version']}, pool {run['pool_digest'][:16]}, "
        f"verifier {run['verifier_fingerprint'][:16]}{own}."
    )


def origin(told: str) -> str:
    """Where a run's numbers come from, for a reader: ``measured`` here, or a card, which is another's word.

    >>> origin("measured"), origin("card a.json")
    ('measured', 'reported by others (card a.json)')
    """
    return told if told == "measured" else f"reported by others ({told})"


def bibtex(run: Mapping[str, Any]) -> str:
    """How to cite the tool at the version that made a run."""
    return BIBTEX % (_tex(run["code_version"]), _tex(run["protocol"]))


def bibtex_of(run: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """How to cite one number: what it is and what it was measured on, under a key that names the run and N."""
    slots = f" of {run['slots']}" if run["slots"] else ""
    told = {
        "title": f"{who(run, row)}, {row['measure']} at N = {row['n']}{slots} on {run['task_title']}",
        "author": None,
        "year": run["started"][:4],
        "howpublished": f"bonbench run {run['run_id']}, bonbench {run['code_version']}",
        "note": f"{100 * row['value']:.1f} % (95 % interval over {row['n_problems']} problems {100 * row['low']:.1f} "
        f"to {100 * row['high']:.1f}); pool {run['pool']} {run['pool_digest'][:16]}, verifier "
        f"{run['verifier_fingerprint'][:16]}, protocol {run['protocol']}, {run['grader']}",
    }
    fields = [
        f"  {k:<12} = " + ("{{The bonbench authors}}" if v is None else f"{{{_tex(v)}}}") for k, v in told.items()
    ]
    return f"@misc{{bonbench-{run['run_id']}-n{row['n']},\n" + ",\n".join(fields) + "\n}"


def long_table(connection: duckdb.DuckDBPyConnection, run_ids: Sequence[str] = ()) -> Records:
    """Every reported number with its run's identity, one row each; of some runs, or of all."""
    columns = ", ".join(f"r.{c}" for c in _COLUMNS)
    condition = "where r.run_id in (select unnest(?))" if run_ids else ""
    return lookup.rows(
        connection,
        f"select {columns}, x.* exclude (run_id) from runs r join results x using (run_id) {condition} "  # noqa: S608
        "order by r.task, r.verifier, r.run_id, x.measure, x.aggregation, x.slice_kind, x.slice, x.n",
        [list(run_ids)] if run_ids else [],
    )


def headline_table(connection: duckdb.DuckDBPyConnection, run_ids: Sequence[str], n: int | None) -> Records:
    """One row per run at one N, best first: what a table in a paper shows."""
    chosen = list(run_ids) or [row["run_id"] for row in lookup.runs(connection)]
    out = []
    for run_id in chosen:
        run = lookup.run(connection, run_id)
        row = headline(run, lookup.results(connection, run["run_id"]), n)
        out.append(
            {
                **{c: run[c] for c in _COLUMNS},
                **row,
                "label": label(run["verifier"], row["aggregation"], run["options"]),
            }
        )
    return sorted(out, key=lambda r: (r["task"], r["pool_digest"], -r["value"], r["label"]))


# ---------------------------------------------------------------------------------------------- tables as text


def _n(row: Mapping[str, Any]) -> str:
    """N, or which measure stands there where nothing is drawn."""
    return str(row["measure"] if row["n"] is None else row["n"])


def _at(row: Mapping[str, Any], mark: str) -> str:
    """The measure, at its N where there is one."""
    return f"{row['measure']}" if row["n"] is None else f"{row['measure']}{mark}{row['n']}"


def latex(table: Records) -> str:
    """A booktabs table, one row per run."""
    lines = [
        "% \\usepackage{booktabs}",
        "\\begin{tabular}{llrrr}",
        "\\toprule",
        "Task & Verifier & $N$ & Accuracy (\\%) & 95\\% interval \\\\",
        "\\midrule",
    ]
    lines += [
        f"{_tex(row['task'])} & {_tex(row['label'])} & {_n(row)} & {100 * row['value']:.1f} & "
        f"{100 * row['low']:.1f}--{100 * row['high']:.1f} \\\\"
        for row in table
    ]
    runs = ", ".join(_tex(row["run_id"]) for row in table)
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}", f"% bonbench runs {runs}"]) + "\n"


def markdown(table: Records) -> str:
    """A Markdown table, one row per run."""
    lines = ["| Task | Verifier | N | Accuracy | 95 % interval | Run |", "| --- | --- | ---: | ---: | ---: | --- |"]
    lines += [
        f"| {in_markdown(row['task'])} | {in_markdown(row['label'])} | {_n(row)} | {100 * row['value']:.1f} | "
        f"{100 * row['low']:.1f}–{100 * row['high']:.1f} | `{plain.line(row['run_id']).replace('`', '')}` |"
        for row in table
    ]
    return "\n".join(lines) + "\n"


def model_index(table: Records) -> dict[str, Any]:
    """Hugging Face ``model-index`` metadata, one entry per verifier."""
    entries: dict[str, Any] = {}
    for row in table:
        entry = entries.setdefault(row["verifier"], {"name": row["verifier"], "results": []})
        entry["results"].append(
            {
                "task": {
                    "type": "text-generation",
                    "name": row["measure"] if row["n"] is None else f"{row['measure']} selection",
                },
                "dataset": {"type": row["task"], "name": row["task"], "revision": f"v{row['task_version']}"},
                "metrics": [
                    {
                        "type": "accuracy",
                        "name": _at(row, " @ ") + (f" ({row['aggregation']})" if row["aggregation"] else ""),
                        "value": round(100 * row["value"], 4),
                        "args": {"n": row["n"], "pool_digest": row["pool_digest"], "protocol": row["protocol"]},
                    }
                ],
                "source": {"name": f"bonbench run {row['run_id']}", "url": "https://pypi.org/project/bonbench/"},
            }
        )
    return {"model-index": list(entries.values())}


def lm_eval_results(table: Records) -> dict[str, Any]:
    """A results file as lm-eval writes it, one task entry per run."""
    found: dict[str, Any] = {}
    for row in table:
        name = f"{row['task']}:{row['label']}"
        found[name] = {
            "alias": name,
            f"{_at(row, '@')},none": row["value"],
            f"{_at(row, '@')}_stderr,none": row["standard_error"],
        }
    return {
        "results": found,
        "versions": {f"{r['task']}:{r['label']}": r["task_version"] for r in table},
        "n-samples": {
            f"{r['task']}:{r['label']}": {"original": r["n_problems"], "effective": r["n_problems"]} for r in table
        },
        "higher_is_better": {f"{r['task']}:{r['label']}": {_at(r, "@"): True} for r in table},
        "config": {"model": "bonbench", "run_ids": [r["run_id"] for r in table]},
    }


def _tex(text: str) -> str:
    special = {c: f"\\{c}" for c in "&%$#_{}"} | {"~": "\\~{}", "^": "\\^{}", "\\": "\\textbackslash{}"}
    return "".join(special.get(c, c) for c in plain.line(text))


def in_markdown(text: str) -> str:
    """A name in Markdown: one line that is no markup, no link and no cell's end."""
    return "".join(f"\\{c}" if c in "\\`*[]<>|&~$#" else c for c in plain.line(text))


def write_csv(table: Records, path: Path) -> None:
    """Write the long table as CSV, no cell of which is a formula."""
    part = files.beside(path)
    pyarrow.csv.write_csv(pa.Table.from_pylist([{k: plain.cell(v) for k, v in row.items()} for row in table]), part)
    files.put(part, path)


def write_parquet(table: Records, path: Path) -> None:
    """Write the long table as Parquet."""
    files.write_table(pa.Table.from_pylist(table), path)


LONG: dict[str, Callable[[Records, Path], None]] = {"csv": write_csv, "parquet": write_parquet}
SHORT: dict[str, Callable[[Records], str]] = {
    "latex": latex,
    "markdown": markdown,
    "hf": lambda table: json.dumps(model_index(table), indent=2, ensure_ascii=False) + "\n",
    "lm-eval": lambda table: json.dumps(lm_eval_results(table), indent=2, ensure_ascii=False) + "\n",
}


def export(connection: duckdb.DuckDBPyConnection, kind: str, path: Path, run_ids: Sequence[str], n: int | None) -> int:
    """Write runs in one of the formats; returns the number of rows.

    Raises:
        BadInput: There is no such format, or nothing to export.
    """
    if kind in LONG:
        table = long_table(connection, run_ids)
    elif kind in SHORT:
        table = headline_table(connection, run_ids, n)
    else:
        raise BadInput(f"There is no export format {kind!r}; choose one of {', '.join([*LONG, *SHORT])}.")
    if not table:
        raise BadInput("There is nothing to export: the store holds no run.")
    if kind in LONG:
        LONG[kind](table, path)
    else:
        files.write_text(SHORT[kind](table), path)
    return len(table)
