"""A repository of other people's cards: what it begins with, how its cards are checked, the board that they make."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import files, registry
from harness.errors import BadInput, BonbenchError
from harness.report import cards, reproducing, standard
from harness.version import VERSION

TEMPLATES = Path(__file__).with_name("repository")
PLACES = {
    "README.md": "README.md",
    "check.yml": ".github/workflows/check.yml",
    "publish.yml": ".github/workflows/publish.yml",
}
SETTINGS, CARDS = "board.json", "cards"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a card.

    Attributes:
        file: The card, below the repository.
        verdict: ``reproduced``, ``consistent`` (not rerun) or ``refused``.
        reason: Why it was not rerun, or is refused.
    """

    file: str
    verdict: str
    reason: str = ""


def init(folder: Path, title: str) -> list[Path]:
    """Write a new repository of cards; returns its files.

    Raises:
        BadInput: There is one already, or one of its files.
    """
    taken = [name for name in (*PLACES.values(), SETTINGS, CARDS) if (folder / name).exists()]
    if taken:
        raise BadInput(f"{str(folder)!r} has {', '.join(taken)} already. Choose another folder.")
    written = []
    for template, place in PLACES.items():
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        text = text.replace("{title}", title).replace("{version}", VERSION)
        files.write_text(text, folder / place)
        written.append(folder / place)
    files.write_json({"title": title}, folder / SETTINGS)
    files.write_text("", folder / CARDS / ".gitkeep")
    return [*written, folder / SETTINGS]


def title(folder: Path) -> str:
    """The title that a repository gives its board.

    Raises:
        BadInput: It is no repository of cards.
    """
    path = folder / SETTINGS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["title"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{str(folder)!r} is no repository of cards: {str(path)!r} has no title. 'bonbench board init' makes one."
        ) from error
    return str(found)


def listed(folder: Path) -> list[Path]:
    """The cards of a repository, in order of their names."""
    title(folder)
    return sorted((folder / CARDS).rglob("*.json"))


def check(folder: Path, *, models: bool = False) -> Iterator[Verdict]:
    """Check every card by itself, and rerun those whose pool is here: never a stranger's file.

    Args:
        folder: The repository.
        models: Whether to rerun also what loads a model, which may have to be fetched; else carried and controls alone.
    """
    seen: dict[str, str] = {}
    for path in listed(folder):
        name = path.relative_to(folder).as_posix()
        try:
            card = cards.read(path)
            run_id = card["run"]["run_id"]
            with tempfile.TemporaryDirectory() as scratch:
                cards.add(Path(scratch) / "store.duckdb", [path])
        except BonbenchError as error:
            yield Verdict(name, "refused", str(error))
            continue
        if run_id in seen:
            yield Verdict(name, "refused", f"The run {run_id} stands in {seen[run_id]} already; keep one of them.")
            continue
        seen[run_id] = name
        yield _rerun(name, card, models=models)


def _rerun(name: str, card: Mapping[str, Any], *, models: bool) -> Verdict:
    try:
        if reason := reproducing.obstacle(card):
            return Verdict(name, "consistent", reason)
        verifier = registry.verifier(card["run"]["spec"], code=False)
        if not (models or verifier.carried or verifier.control):
            return Verdict(name, "consistent", "It loads a model: 'bonbench board check --models' reruns it.")
        found = reproducing.difference(card)
    except BonbenchError as error:  # it needs what is not here
        return Verdict(name, "consistent", str(error))
    if found:
        return Verdict(name, "refused", f"It was rerun and is not the same: {found}.")
    return Verdict(name, "reproduced")


def build(folder: Path, store: Path) -> int:
    """Put the reference board's cards and a repository's into a new store; returns how many of its cards stand there.

    A card that is refused is on no board.
    """
    kept = [folder / verdict.file for verdict in check(folder) if verdict.verdict != "refused"]
    standard.add(standard.read(), store)
    return len(cards.add(store, kept)) if kept else 0
