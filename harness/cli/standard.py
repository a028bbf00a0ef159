"""``bonbench standard``, and what ``--standard`` means to ``run`` and ``cite``: the reference board."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.pool.pools import Pool
    from harness.records import Verifier
    from harness.report.standard import Standard
    from harness.run import Result
    from harness.score.asking import Executor

_TEXT_FREE = ("majority", "oracle", "random")  # the controls that need no text


def standard(
    add: Annotated[bool, typer.Option("--add", help="Put its cards into the store, beside what was measured.")] = False,
    store: Annotated[Path | None, typer.Option("--store", help="The results database.")] = None,
) -> None:
    """Show the reference board: its pools, and the best verifier on each."""
    from harness.cli import show
    from harness.home import default_store
    from harness.report import standard as standards

    found = standards.read()
    board = standards.table(found)
    rows = []
    for entry in found.pools:
        own = [row for row in board if row["task"] == entry["pool"]]
        best = next((row for row in own if row["control"] in ("", "majority")), own[0])
        shown = f"{best['label']} {show.percent(best['value'])} {show.interval(best['low'], best['high'])}"
        rows.append(
            (
                entry["pool"],
                entry["task"],
                entry["n_problems"],
                entry["slots"],
                len(own),
                shown,
                entry["pool_digest"][:16],
            )
        )
    columns = [
        show.Column("pool", "name"), show.Column("task", "", 1), show.Column("problems", "right", 2),
        show.Column("M", "right"), show.Column("verifiers", "right", 3), show.Column("best of M %"),
        show.Column("digest", "", 4),
    ]  # fmt: skip
    show.table(found.title, columns, rows)
    show.say(
        f"{found.name}, snapshot {found.snapshot[:16]}: protocol {found.protocol}, {found.grader}. 'bonbench run "
        "--standard -v V' measures a verifier on all of these that can take it; 'bonbench cite --standard' quotes it."
    )
    if add:
        path = store or default_store()
        show.say(f"{standards.add(found, path)} of {len(found.cards)} cards added to {path}.")


def cite_standard() -> None:
    """Print the standard's paragraph, its table and its BibTeX."""
    from harness.cli import show
    from harness.report import cite, standard

    found = standard.read()
    show.say(standard.paragraph(found) + "\n")
    print(cite.markdown(standard.table(found)))  # as it is: a terminal's width must not fold it
    show.say(standard.bibtex(found))


def run_standard(
    specs: list[str],
    path: Path,
    executor: "Executor | None",
    tell: "Callable[[list[Result]], None]",
    whose: dict[str, str],
    *,
    controls: bool,
) -> None:
    """Measure verifiers on every pool of the standard that can take one of them, and say why the others cannot.

    Args:
        specs: What was named with ``--verifier``.
        path: The store.
        executor: Runs what has to be scored.
        tell: Prints the results of a pool.
        whose: The registered verifier that wrote a score, by the score's name.
        controls: Whether to measure the controls too.

    Raises:
        BadInput: None of them can.
    """
    from harness import registry
    from harness.cli import show
    from harness.cli.asked import find_verifiers
    from harness.material import Options
    from harness.pool import pools
    from harness.pool.manifest import task_of
    from harness.report import standard as standards
    from harness.report import store as stores
    from harness.run import evaluate

    found = standards.read()
    refused: dict[str, list[str]] = {}
    measured = 0
    for entry in found.pools:
        pool = pools.open_pool(entry["pool"])
        _check(pool, entry["pool_digest"], found)
        scores = pool.manifest.scores
        asked = [spec for spec in specs if spec != "carried" or scores]
        wanted = find_verifiers(asked, pool, {s: v for s, v in whose.items() if s in scores}, controls=False)
        taken = [verifier for verifier in wanted if not _refusal(verifier, pool)]
        for verifier in wanted:
            if verifier not in taken:
                refused.setdefault(f"{verifier.name}: {_refusal(verifier, pool)}", []).append(pool.name)
        if not taken:
            continue
        taken += [registry.verifier(c) for c in _TEXT_FREE if controls and c not in specs]
        with show.bars() as bars:
            chosen = Options(ns=tuple(entry["ns"]))
            results = evaluate(task_of(pool.manifest), pool, taken, chosen, None, show.Stages(bars), executor)
        stores.write(path, results)
        tell(results)
        measured += 1
    for reason, names in refused.items():
        show.warn(f"{reason} ({len(names)} pools: {', '.join(names[:4])}{', ...' if len(names) > 4 else ''}).")
    if not measured:
        raise BadInput(
            f"No pool of {found.name} can take {', '.join(specs)}: {'; '.join(refused) or 'no pool carries scores'}."
        )
    show.say(f"Measured on {measured} of {len(found.pools)} pools of {found.name}; stored in {path}.")


def _check(pool: "Pool", digest: str, found: "Standard") -> None:
    """Refuse another pool of a standard's name: its numbers would be no numbers of the standard."""
    if pool.digest != digest:
        raise BadInput(
            f"The pool {pool.name!r} has the digest {pool.digest[:16]}; {found.name} is measured on {digest[:16]}. "
            "Rename or remove the pool of that name in this home."
        )


def _refusal(verifier: "Verifier", pool: "Pool") -> str:
    """Why a pool cannot take a verifier; "" where it can."""
    if verifier.carried:
        return "" if verifier.carried in pool.manifest.scores else "the pool does not carry this score"
    if verifier.control in _TEXT_FREE:
        return ""
    from harness.pool import pools

    texts = any(problem.problem.text for problem in pools.with_texts(pool).problems.values())
    return "" if texts else "it reads solutions, and this pool ships without texts ('bonbench pool fetch' gets them)"
