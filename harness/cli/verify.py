"""``bonbench verifiers`` and ``bonbench verify-setup``: which verifiers there are, and whether one works here."""

from typing import Annotated, Any

import typer


def verifiers(
    family: Annotated[str, typer.Argument(help="Only names that contain this.")] = "",
) -> None:
    """List the verifiers: kind, model, size, longest input, aggregation, licence, source."""
    from harness import registry
    from harness.cli import show

    rows, broken = [], []
    for name, maker in registry.verifiers().items():
        if family not in name:
            continue
        about = _about(maker)
        if "error" in about:
            broken.append(f"{name} ({about['source']}) cannot be loaded: {about['error']}")
        aggregation = str(about.pop("aggregation", "") or "")
        rows.append(
            (
                name,
                about.get("kind", ""),
                about.get("size", ""),
                about.get("context", ""),
                aggregation,
                about.get("golden", ""),
                about.get("licence", ""),
                about.get("source", ""),
                about.get("model", ""),
            )
        )
    columns = [
        show.Column("verifier"), show.Column("kind", "name"), show.Column("size", "right", 2),
        show.Column("tokens", "right", 4), show.Column("steps by", "", 1), show.Column("example", "", 6),
        show.Column("licence", "name", 3), show.Column("source", "wrap", 5), show.Column("model", "name"),
    ]  # fmt: skip
    show.table("", columns, rows)
    for line in broken:
        show.warn(line)
    show.say(
        "Also: carried:NAME for a score that the pool carries, and ./file.py:NAME for a class of your own. 'example': "
        "the authors print scores, which 'bonbench verify-setup NAME' compares with."
    )


def verify_setup(
    verifier: Annotated[str, typer.Argument(help="A verifier's name; options as key=value in the same argument.")],
) -> None:
    """Load a verifier and check it: markers, its authors' example, a batch against one at a time."""
    from harness import registry
    from harness.cli import show
    from verifiers.setup_check import check

    failed = 0
    for found in check(registry.verifier(verifier)):
        sign = {True: "ok", False: "WRONG", None: "-"}[found.good]
        show.say(f"{sign:>5}  {found.what}: {found.found}")
        failed += found.good is False
    if failed:
        show.warn("This verifier does not score here as its authors say it does; do not use its scores.")
        raise typer.Exit(1)


def _about(maker: Any) -> dict[str, Any]:
    """What is known of a verifier without making it; of another package's, what its class says once it is loaded."""
    from importlib.metadata import EntryPoint

    from harness.records import Described

    known: dict[str, Any] = {}
    if isinstance(maker, EntryPoint):
        known["source"] = package = maker.dist.name if maker.dist else maker.value
        try:
            maker = maker.load()
        except Exception as error:  # noqa: BLE001 another package's failure must not hide the rest of the list
            return {"kind": "cannot be loaded", "error": f"{type(error).__name__}: {error}", "source": package}
    return {**known, **maker.about, "aggregation": maker.aggregation} if isinstance(maker, Described) else known
