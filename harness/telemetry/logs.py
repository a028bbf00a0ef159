"""A trainer's log as points, one a step: what the policy was rewarded for, and what was true.

Three forms are read, told apart by what is in them: TRL's and Transformers' ``trainer_state.json`` (``log_history``),
that list of entries alone, as JSON or as one JSON object a line, and a plain layout of the same shape with the names
of ``Point``'s fields. An entry may bring ``texts``, the solutions of its step: degenerate ones are counted in them.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from harness.errors import BadInput
from harness.telemetry.texts import degenerate

NAMES: Mapping[str, tuple[str, ...]] = {  # field -> what it is called, the plain layout first, then TRL's trainers
    "proxy": ("proxy", "reward", "rlhf_reward", "objective/rlhf_reward"),
    "true": ("true", "rewards/true/mean", "accuracy"),
    "kl": ("kl", "objective/kl", "kl_divergence"),
    "steps": ("steps", "solution/steps"),
    "length": ("length", "completions/mean_length"),
    "degenerate": ("degenerate", "solution/degenerate"),
    "cut": ("cut", "completions/clipped_ratio"),
}
LISTS = ("log_history", "history")  # where a file of one object has its entries
COLUMNS = ("step", "completion")  # of TRL's tables of completions


@dataclass(frozen=True, slots=True)
class Point:
    """What is known of one step of a training; None where it is not.

    Attributes:
        step: The step.
        proxy: Mean of the reward that the policy is trained on.
        true: Mean of the true reward, as the share that a grader calls right.
        kl: Divergence from the policy that it began as, as the trainer estimates it.
        steps: Steps of a solution, in the mean.
        length: Tokens of a solution, in the mean.
        degenerate: Share of the texts that no reader would call a solution.
        cut: Share of the solutions that were cut off at the longest length.
    """

    step: int
    proxy: float | None = None
    true: float | None = None
    kl: float | None = None
    steps: float | None = None
    length: float | None = None
    degenerate: float | None = None
    cut: float | None = None


FIELDS = tuple(name for name in Point.__dataclass_fields__ if name != "step")


def read(path: Path, proxy: str = "", true: str = "", completions: Path | None = None) -> list[Point]:
    """The points of a log, in the order of their steps.

    Args:
        path: The file.
        proxy: What the reward is called in it, or a reward function's name; by default as ``NAMES`` has it.
        true: The same for the true reward.
        completions: A folder of TRL's tables of completions (``log_completions``), to count degenerate texts.

    Raises:
        BadInput: It is no such file, or holds no reward.
    """
    entries = _entries(path)
    names = {**NAMES}
    for field, given in (("proxy", proxy), ("true", true)):
        if given:
            names[field] = (given, f"rewards/{given}/mean")
            if not any(name in entry for entry in entries for name in names[field]):
                logged = {k for entry in entries for k, v in entry.items() if _number(v) is not None}
                known = sorted(name for name in logged if "reward" in name)
                raise BadInput(
                    f"{str(path)!r} logs no {given!r}. Its rewards are: {', '.join(known) or 'none'}. Name one of them."
                )
    found: dict[int, Point] = {}
    for number, entry in enumerate(entries):
        point = _point(entry, names, number)
        if point is not None:
            found[point.step] = point
    if not any(point.proxy is not None for point in found.values()):
        raise BadInput(
            f"{str(path)!r} logs no reward: none of {', '.join(names['proxy'])} is in it. Name what it is called with "
            "--proxy."
        )
    if completions is not None:
        shares = _degenerate(completions)
        found = {s: replace(p, degenerate=shares.get(s, p.degenerate)) for s, p in found.items()}
    return [found[step] for step in sorted(found)]


def _entries(path: Path) -> list[Mapping[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{str(path)!r} cannot be read as a training log: {error}.") from error
    try:
        value = json.loads(text)
    except ValueError:
        value = _lines(text, path)
    if isinstance(value, Mapping):
        value = next((value[name] for name in LISTS if isinstance(value.get(name), list)), [value])
    entries = [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
    if not entries:
        raise BadInput(
            f"{str(path)!r} holds no entries of a log; TRL's trainer_state.json or JSON lines were expected."
        )
    return entries


def _lines(text: str, path: Path) -> list[Any]:
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                out.append(json.loads(line))
            except ValueError as error:
                raise BadInput(
                    f"{str(path)!r}, line {number}, is no JSON ({error}); one object a line is expected."
                ) from error
    return out


def _point(entry: Mapping[str, Any], names: Mapping[str, Sequence[str]], number: int) -> Point | None:
    """What an entry says; None for one that is no step's, as TRL's last, and those of an evaluation."""
    values = {
        field: next(filter(_is_known, (_number(entry.get(n)) for n in own)), None) for field, own in names.items()
    }
    step = entry.get("step", number)
    if values["proxy"] is None and values["true"] is None:
        return None
    if isinstance(step, bool) or not isinstance(step, int | float) or step != int(step):
        return None
    texts = entry.get("texts")
    if isinstance(texts, list) and texts and values["degenerate"] is None:
        values["degenerate"] = _share(str(text) for text in texts)
    return Point(int(step), **values)


def _degenerate(folder: Path) -> dict[int, float]:
    """The share of degenerate texts by step, in TRL's tables of completions."""
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise BadInput(f"{str(folder)!r} holds no tables of completions; TRL writes them with log_completions=True.")
    by_step: dict[int, list[str]] = {}
    for file in files:
        for row in pq.read_table(file, columns=list(COLUMNS)).to_pylist():
            said = row["completion"]
            text = said if isinstance(said, str) else "\n".join(m.get("content") or "" for m in said or [])
            by_step.setdefault(int(row["step"]), []).append(text)
    return {step: _share(texts) for step, texts in by_step.items()}


def _share(texts: Iterable[str]) -> float:
    found = [bool(degenerate(text)) for text in texts]
    return sum(found) / len(found)


def _number(value: Any) -> float | None:
    """A number, also where TRL's console wrote it as text; None for what is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


_is_known: Callable[[float | None], bool] = lambda value: value is not None  # noqa: E731 a name for a filter


def as_row(point: Point) -> dict[str, Any]:
    """A point as a row of a table."""
    return asdict(point)
