"""A standard to cite: a frozen list of pools, and the cards of every verifier on them, shipped with bonbench.

A folder ``tasks/*/standards/NAME`` holds

    standard.json     what is measured: each pool's digest, task version and N grid; protocol, grader; the snapshot's id
    cards.jsonl.gz    one result card a line

The snapshot's id is a hash of the list and of every number on the cards: a changed number is a new standard.
"""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import digest, registry
from harness.errors import BadInput, UnknownName
from harness.report import cards, cite, lookup, store

CURRENT = "bonbench-reference-1"
LIST, CARDS = "standard.json", "cards.jsonl.gz"
_COUNTED = ("results", "problems")  # what of a card is numbers; the rest of a run is in its id

BIBTEX = """@misc{%s,
  title        = {%s},
  author       = {{The bonbench authors}},
  year         = {2026},
  howpublished = {bonbench %s},
  note         = {snapshot %s; protocol %s, %s}
}"""


@dataclass(frozen=True, slots=True)
class Standard:
    """A frozen list of pools with the cards on them.

    Attributes:
        name: Its name, with a number.
        title: For a reader.
        protocol: Version of the definitions of what is measured.
        grader: Version of the grader.
        version: Of bonbench, when it was frozen.
        snapshot: Hash of the list and of every number on the cards.
        pools: For each pool ``pool``, ``pool_digest``, ``task``, ``task_version``, ``ns``, ``slots``, ``n_problems``.
        cards: The cards, in the order of the pools.
    """

    name: str
    title: str
    protocol: str
    grader: str
    version: str
    snapshot: str
    pools: tuple[Mapping[str, Any], ...]
    cards: tuple[Mapping[str, Any], ...]


def read(name: str = CURRENT) -> Standard:
    """A standard that ships, with its cards.

    Raises:
        UnknownName: There is none of that name.
        BadInput: Its files are not those that were frozen.
    """
    known = registry.bundled_standards()
    if name not in known:
        raise UnknownName("standard", name, known)
    values = json.loads((known[name] / LIST).read_text(encoding="utf-8"))
    found = [json.loads(line) for line in gzip.decompress((known[name] / CARDS).read_bytes()).splitlines()]
    made = Standard(**{**values, "pools": tuple(values["pools"]), "cards": tuple(found)})
    if snapshot(values, found) != made.snapshot:
        raise BadInput(
            f"The files of the standard {name!r} are not those that were frozen as {made.snapshot[:16]}: a number "
            "or the list was changed. Install bonbench again."
        )
    return made


def freeze(folder: Path, values: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> str:
    """Write a standard's files; returns the snapshot's id.

    Raises:
        BadInput: The folder holds another snapshot: a changed number is a new standard.
    """
    made = snapshot(values, found)
    file = folder / LIST
    if file.exists() and json.loads(file.read_text(encoding="utf-8"))["snapshot"] != made:
        raise BadInput(
            f"{str(folder)!r} is frozen, and the numbers are not its numbers: choose a new name for a new standard."
        )
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(card, sort_keys=True, ensure_ascii=False) + "\n" for card in found)
    (folder / CARDS).write_bytes(gzip.compress(lines.encode(), mtime=0))
    file.write_text(json.dumps({**values, "snapshot": made}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return made


def snapshot(values: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> str:
    """The id of a list and its cards."""
    numbers = {card["run"]["run_id"]: {part: card[part] for part in _COUNTED} for card in found}
    return digest.of_json({"list": {k: v for k, v in values.items() if k != "snapshot"}, "numbers": numbers})


def add(standard: Standard, path: Path) -> int:
    """Put the cards into a store, marked as the standard's; what was measured there stays. Returns how many are new.

    A store that holds this snapshot already is only read.
    """
    wanted = {card["run"]["run_id"] for card in standard.cards}
    if path.exists():
        with store.reading(path) as connection:
            wanted -= {row["run_id"] for row in lookup.rows(connection, "select run_id from runs")}
    if wanted:
        with store.writing(path) as connection:
            for card in standard.cards:
                if card["run"]["run_id"] in wanted:
                    cards.insert(connection, card, standard.name)
    return len(wanted)


def table(standard: Standard) -> cite.Records:
    """The headline number of every verifier on every pool at the largest N: pools in order, best first."""
    order = {entry["pool"]: position for position, entry in enumerate(standard.pools)}
    rows = []
    for card in standard.cards:
        run = card["run"]
        row = cite.headline(run, card["results"])
        who = cite.label(run["verifier"], row["aggregation"], run["options"])
        rows.append({**row, "task": run["pool"], "label": who, "run_id": run["run_id"], "control": run["control"]})
    return sorted(rows, key=lambda row: (order[row["task"]], -row["value"], row["label"]))


def paragraph(standard: Standard) -> str:
    """What the standard is, in words that a paper can print."""
    verifiers = {card["run"]["verifier"] for card in standard.cards if not card["run"]["control"]}
    return (
        f"{standard.title} ({standard.name}, snapshot {standard.snapshot[:16]}) is a frozen list of "
        f"{len(standard.pools)} pools of cached solutions, each named by the digest of its content, on which "
        f"{len(verifiers)} verifiers and the controls majority vote, pass@N and a fair choice are measured: expected "
        f"accuracy of the chosen one of N solutions in closed form, with 95 % intervals over problems (protocol "
        f"{standard.protocol}, {standard.grader}, bonbench {standard.version})."
    )


def bibtex(standard: Standard) -> str:
    """How to cite it."""
    return BIBTEX % (
        standard.name, standard.title, standard.version, standard.snapshot[:16], standard.protocol, standard.grader
    )  # fmt: skip
