"""``bonbench pool``: import, export, list, show and verify cached samples."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.errors import BadInput
from harness.wording import counted

app = typer.Typer(help="Cached samples: import, export, list, show, verify.", no_args_is_help=True)


@app.command("import")
def import_(
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help="A format's name ('bonbench pool formats').")],
    source: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, or hub datasets owner/name.")
    ],
    name: Annotated[str, typer.Option(help="The pool's name.")],
    task: Annotated[str, typer.Option("--task", "-t", help="The task the samples answer.")] = "",
    problems: Annotated[str, typer.Option(help="'task', or 'from-pool' to use the source's own problems.")] = "task",
    slots: Annotated[str, typer.Option(help="M, the samples asked for each problem; or 'available'.")] = "",
    data: Annotated[
        Path | None, typer.Option(help="The task's records, if not where the task itself finds them.")
    ] = None,
    config: Annotated[str | None, typer.Option(help="Configuration of a hub dataset.")] = None,
    split: Annotated[str, typer.Option(help="Split of a hub dataset; default: the format's usual one.")] = "",
    revision: Annotated[str | None, typer.Option(help="Commit of a hub dataset.")] = None,
    generator: Annotated[str, typer.Option(help="The model that wrote the samples.")] = "",
    sampling: Annotated[
        list[str] | None, typer.Option(help="How it was sampled, as key=value; may be repeated.")
    ] = None,
    licence: Annotated[str, typer.Option(help="Licence of the samples.")] = "",
    max_rejected: Annotated[str, typer.Option(help="Share of records that may be unusable: 0.05 or 5%.")] = "1%",
    absent: Annotated[
        str,
        typer.Option(help="Problems without a sample: 'wrong' or 'left-out'; default: wrong unless it is half a task."),
    ] = "",
    carried: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VERIFIER", help="Whose a score of the source is, where its name does not tell."),
    ] = None,
    replace: Annotated[bool, typer.Option(help="Overwrite a pool of this name.")] = False,
    option: Annotated[list[str] | None, typer.Option(help="Of the format, as key=value; may be repeated.")] = None,
) -> None:
    """Import cached samples into a pool."""
    from harness import registry
    from harness.cli import show
    from harness.cli.asked import named_scores
    from harness.pool import formats, importing, pools, sources
    from harness.pool.problems import load_problems

    pools.check_name(name)
    limit, whole, whose = _share(max_rejected), _absent(absent), named_scores(carried)
    for score, verifier in whose.items():
        registry.verifier(f"carried:{score} verifier={verifier}")
    form = registry.pool_format(format_name)
    files = sources.expand(source, getattr(form, "FILES", ()))
    hub = sources.HubOptions(config, split or form.SPLIT, revision)
    steps = getattr(form, "STEPS", None)
    if steps is not None:  # its problems are its own, and no answer is graded
        task, problems = task or format_name, "from-pool"
    own, known = _task_and_problems(task, problems)
    listed = None if problems == "from-pool" else load_problems(own, data)
    with show.bars() as bars:
        total = sources.total_bytes(files)
        bar = bars.add_task(f"Importing {name}", total=total, unit="bytes")
        before = dict(zip(files, sources.bytes_before(files), strict=True))

        entries = formats.read(
            form,
            files,
            lambda file: sources.records(file, hub, show.Bar(bars, bar, before[file])),
            _options(option),
        )
        about = importing.About(
            task_name=known or name,
            task=own,
            problems=listed,
            slots=_slots(slots),
            format_slots=form.SLOTS,
            generator=generator,
            sampling=_options(sampling),
            origin={
                "format": format_name,
                "options": _options(option),
                "sources": [_origin(f, hub) for f in files],
            },
            licence=licence,
            max_rejected=limit,
            absent=whole,
            step_set=steps,
            verifiers=whose,
            replace=replace,
        )
        pool = importing.import_pool(name, entries, about)
    _print(pool.manifest)
    manifest = pool.manifest
    if manifest.rejected or manifest.unmatched:
        show.warn(
            f"{counted(manifest.rejected, 'entry was', 'entries were')} set aside, and "
            f"{counted(manifest.unmatched, 'sample belongs', 'samples belong')} to no problem of the task: see "
            f"{pool.path / 'rejects.jsonl'}."
        )
    if manifest.uneven > manifest.empty:
        show.warn(
            f"{manifest.uneven - manifest.empty} of {counted(manifest.n_problems, 'problem')} have fewer than "
            f"{counted(manifest.slots or 0, 'sample')}; the missing ones count as wrong. If they were never asked for, "
            "import with --slots available."
        )
    if manifest.empty:
        show.warn(
            f"{counted(manifest.empty, 'problem')} of {manifest.n_problems} without a usable sample: every slot is "
            "missing and counts as wrong. If the samples were never asked for, import with --absent left-out."
        )
    if manifest.task_problems is not None and manifest.n_problems < manifest.task_problems:
        show.warn(
            f"The pool is of {manifest.n_problems} of the task's {counted(manifest.task_problems, 'problem')}; the "
            "others are left out of every number. If they were asked for and lost, import with --absent wrong."
        )


@app.command("export")
def export(
    name: Annotated[str, typer.Argument(help="A pool's name, or its folder.")],
    output: Annotated[Path, typer.Argument(metavar="FILE", help="The file; .gz compresses it.")],
    format_name: Annotated[
        str, typer.Option("--format", help="lm-eval: a log as --log_samples writes it.")
    ] = "lm-eval",
) -> None:
    """Write a pool's samples in another tool's format; 'pool import' reads them back as the same pool."""
    from harness.cli import show
    from harness.pool import exporting, pools

    opened = pools.open_pool(name)
    with show.bars() as bars:
        bar = bars.add_task(f"Exporting {opened.name}", total=opened.manifest.n_samples)
        exporting.export(opened, format_name, output, lambda done: bars.update(bar, advance=done))
    manifest = opened.manifest
    show.say(f"{counted(manifest.n_samples, 'sample')} of {counted(manifest.n_problems, 'problem')} in {output}")


@app.command("list")
def list_() -> None:
    """List the pools."""
    from harness.cli import show
    from harness.pool import pools

    rows = []
    for name in pools.names():
        m = pools.open_pool(name).manifest
        rows.append(
            (
                name,
                m.task,
                m.generator,
                m.n_problems,
                m.slots or "as available",
                m.n_samples,
                len(m.scores),
                m.digest[:12],
            )
        )
    columns = [
        show.Column("pool", "name"), show.Column("task", "", 2), show.Column("generator", "name", 3),
        show.Column("problems", "right"), show.Column("M", "right"), show.Column("samples", "right", 1),
        show.Column("scores", "right", 5), show.Column("digest", "", 4),
    ]  # fmt: skip
    show.table("", columns, rows)


@app.command("show")
def show_(name: Annotated[str, typer.Argument(help="A pool's name, or its folder.")]) -> None:
    """Show what a pool holds: counts per problem, missing slots, carried scores, answer coverage, digest."""
    from collections import Counter

    from harness.cli import show
    from harness.pool import pools

    pool = pools.open_pool(name)
    _print(pool.manifest)
    counts = Counter(p.samples for p in pool.problems.values())
    shown = ", ".join(f"{n} x {count}" for count, n in sorted(counts.items(), reverse=True)[:8])
    missing = sum(p.slots - p.samples for p in pool.problems.values())
    answered = texts = labels = 0
    for _, table in pool.batches(["answer", "text", "steps", "step_labels"]):
        answered += table.num_rows - table["answer"].null_count
        texts += sum(
            t is not None or s is not None
            for t, s in zip(table["text"].to_pylist(), table["steps"].to_pylist(), strict=True)
        )
        labels += table.num_rows - table["step_labels"].null_count
    n = pool.manifest.n_samples
    show.facts(
        {
            "samples per problem": f"{shown}{', ...' if len(counts) > 8 else ''} (problems x samples)",
            "missing slots": f"{missing:,} of {sum(p.slots for p in pool.problems.values()):,}",
            "with a text": f"{texts:,} of {n:,}",
            "answer given by source": f"{answered:,} of {n:,}",
            "with true step labels": f"{labels:,} of {n:,}",
            "folder": pool.path,
        }
    )


@app.command("verify")
def verify(name: Annotated[str, typer.Argument(help="A pool's name, or its folder.")]) -> None:
    """Check that a pool's files are what its digest says."""
    from harness.cli import show
    from harness.pool import pools

    show.say(f"The pool {name!r} is whole: {pools.open_pool(name).verify()}")


@app.command("formats")
def formats() -> None:
    """List the formats that can be imported."""
    from harness import registry
    from harness.cli import show
    from harness.pool.formats import options_of

    found = {name: registry.pool_format(name) for name in registry.formats()}
    show.table(
        "",
        [("format", ""), ("what it is", "wrap"), ("options", "wrap")],
        [(name, registry.summary(form).replace("``", ""), ", ".join(options_of(form))) for name, form in found.items()],
    )


def _print(manifest: Any) -> None:
    from harness.cli import show

    scores = (
        ", ".join(
            f"{n} ({', '.join(filter(None, (kind, manifest.verifiers.get(n))))})" for n, kind in manifest.scores.items()
        )
        or "none"
    )
    show.facts(
        {
            "pool": manifest.name,
            "task": manifest.task + ("" if manifest.problems == "task" else " (problems from the pool itself)"),
            **({"step set": f"{manifest.steps.title}: its steps are labelled"} if manifest.steps else {}),
            "generator": manifest.generator or "not stated",
            "problems": manifest.covers(),
            "samples": f"{manifest.n_samples:,}",
            "slots (M)": manifest.slots or "as many as samples",
            "carried scores": scores,
            "licence": manifest.licence or "not stated",
            "digest": manifest.digest,
        }
    )
    for note in manifest.notes:
        show.warn(note)


def _task_and_problems(task: str, problems: str) -> tuple[Any, str]:
    """The task, where there is one, and the name the results are filed under."""
    from harness import registry

    if problems not in ("task", "from-pool"):
        raise BadInput(f"--problems takes 'task' or 'from-pool', not {problems!r}.")
    if problems == "from-pool":
        return registry.tasks().get(task), task
    if not task:
        raise BadInput(
            "Name the samples' task with --task, or use the source's own problems with --problems from-pool."
        )
    found = registry.task(task)
    return found, found.name


def _slots(text: str) -> Any:
    if text in ("", "available"):
        return text or None
    if not re.fullmatch(r"[1-9][0-9]{0,18}", text):
        raise BadInput(f"--slots takes a whole number or 'available', not {text[:40]!r}.")
    return int(text)


def _share(text: str) -> float:
    """A share out of 0.05 or 5%; what is more than all is refused, since it was meant as per cent."""
    number, percent = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = float("nan")
    if not 0 <= share <= 1:
        raise BadInput(
            f"--max-rejected takes a share from 0 to 1, such as 0.05, or per cent, as 5%; not {text[:40]!r}."
        )
    return share


def _absent(text: str) -> Any:
    if text not in ("", "wrong", "left-out"):
        raise BadInput(f"--absent takes 'wrong' or 'left-out', not {text!r}.")
    return text


def _options(items: list[str] | None) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for item in items or []:
        key, equals, value = item.partition("=")
        if not equals:
            raise BadInput(f"{item!r} is not written as key=value.")
        try:
            out[key] = json.loads(value)
        except ValueError:
            out[key] = value
    return out


def _origin(source: Any, hub: Any) -> dict[str, Any]:
    from harness import digest

    if isinstance(source, str) or source.is_dir():
        return {"dataset": str(source), "config": hub.config, "split": hub.split, "revision": hub.revision}
    return {"file": source.name, "bytes": source.stat().st_size, "sha256": digest.of_file(source)}
