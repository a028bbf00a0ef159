"""``bonbench export-preferences``: training data for DPO and for PRMs, out of a pool."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import BadInput, UnknownName

FORMATS = ("pairs", "stepwise")


def export_preferences(
    pool: Annotated[str, typer.Argument(help="A pool's name, or its folder.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file, in JSON lines.")],
    kind: Annotated[str, typer.Option("--format", help="pairs (DPO), or stepwise (PRMs).")] = "pairs",
    most: Annotated[int, typer.Option("--pairs", min=1, help="Pairs of a problem at most.")] = 1,
    match_length: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Pair solutions whose lengths differ by at most this share, as 0.1."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of what is paired with what.")] = 0,
    task: Annotated[str, typer.Option("--task", "-t", help="The pool's task; by default the one it names.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Even of problems that models are measured on.")] = False,
) -> None:
    """Write a pool's solutions as training data in TRL's layout: what is right is the grader's word.

    It refuses problems that models are measured on.
    """
    import json

    from harness import files
    from harness.cli import show
    from harness.cli.asked import find_task
    from harness.material import graded_problems
    from harness.pool import grading, pools, preferences

    if kind not in FORMATS:
        raise UnknownName("format of training data", kind, FORMATS)
    opened = pools.open_pool(pool)
    named = find_task(task, opened)
    if not force:
        preferences.refuse_test(opened, named)
    read = pools.with_texts(opened)
    problems, spec = graded_problems(named, opened, None)
    template, told = preferences.template_of(opened, named), preferences.Told()
    if kind == "stepwise":
        rows = preferences.stepwise(read, problems, template, told)
    else:
        with show.bars() as bars:
            grades = grading.grade(opened, problems, spec, progress=show.Stages(bars)("grade", opened.name))
        pairing = preferences.Pairing(most, match_length, seed)
        rows = preferences.pairs(read, problems, template, grades.table, pairing, told)
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    if not lines:
        raise BadInput(
            f"The pool {opened.name!r} gives no row: {told.one_sided:,} problems are all right or all wrong, "
            f"{told.unmatched:,} have no two solutions of about equal length. Nothing was written."
        )
    files.write_text("".join(lines), out)
    show.say(f"{told.rows:,} rows of {told.problems:,} problems in {out}.")
    if kind == "pairs":
        mean = told.longer / told.rows if told.rows else 0.0
        show.say(
            f"{told.one_sided:,} problems are all right or all wrong, {told.unmatched:,} have no two of about equal "
            f"length; {told.undecided:,} samples are undecided and left out. A chosen solution is {mean:+.1f} "
            "characters longer than the rejected one, in the mean."
        )
