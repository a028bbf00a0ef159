"""What every language model takes as options, as records, and the one place that makes these from ``key=value``."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from harness.errors import BadInput, UnknownName
from verifiers.engine.http_client import Endpoint
from verifiers.engine.placement import Placement


@dataclass(frozen=True, slots=True)
class Reading:
    """How a solution is cut and how its steps are put together.

    Attributes:
        separator: What separates two steps of a text; "" for the family's.
        pool_steps: Take the steps that the pool comes with, where it has them.
        max_length: Longest input in tokens, 0 for the model's; longer solutions get no score, and are counted.
        aggregation: Of step scores; "" for the authors'.
    """

    separator: str = ""
    pool_steps: bool = False
    max_length: int = 0
    aggregation: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """Which model, how it reads, and where it runs.

    Attributes:
        model: Other weights than the checkpoint's: a folder, or an id on the hub.
        revision: Commit of the model on the hub.
        tokenizer: Another tokenizer than the model's: a folder, or an id.
        name: As it stands on the board.
        reading: How it reads.
        placement: Where it runs in this process.
        endpoint: Where it is served instead.
    """

    model: str = ""
    revision: str = ""
    tokenizer: str = ""
    name: str = ""
    reading: Reading = field(default_factory=Reading)
    placement: Placement = field(default_factory=Placement)
    endpoint: Endpoint = field(default_factory=Endpoint)


def sort_options(family: type, who: str, options: Mapping[str, Any]) -> tuple[Setup, dict[str, Any]]:
    """What every model takes, as a setup, and what is the family's own: the keywords of its constructor.

    Args:
        family: The class that is made with them.
        who: What it is called, for the messages.
        options: As they stood on the command line.

    Raises:
        UnknownName: There is no such option; the message has the nearest ones.
        BadInput: A number, or yes or no, was expected.
    """
    own = [n for n, p in inspect.signature(family).parameters.items() if p.kind is p.KEYWORD_ONLY and n != "format"]
    parts: dict[str, Any] = {"reading": Reading, "placement": Placement, "endpoint": Endpoint}
    plain = [f.name for f in fields(Setup) if f.name not in parts]
    shared = [f for record in parts.values() for f in fields(record)]
    known = [*own, *plain, *(f.name for f in shared)]
    for name in options:
        if name not in known:
            raise UnknownName(f"option of {who!r}", name, known)
    for f in shared:
        value = options.get(f.name, f.default)
        if isinstance(f.default, int) and type(value) is not type(f.default):
            wanted = "true or false" if isinstance(f.default, bool) else "a whole number"
            raise BadInput(f"{f.name}={value} is not {wanted}, which {who!r} expects there.")
    made: dict[str, Any] = {n: str(options[n]) for n in plain if n in options}
    for name, record in parts.items():
        made[name] = record(**{f.name: options[f.name] for f in fields(record) if f.name in options})
    return Setup(**made), {n: options[n] for n in own if n in options}
