"""Slots that have names: which model, run or epoch of a source stands in which slot of the pool.

Some files hold one sample of each of many models, or several runs of several models, without saying which slot is
whose. Here every distinct name gets a slot of its own in order of first sight, the same in every problem, so that a
problem without that model's sample has that slot missing and nothing is shifted.
"""

from collections.abc import Mapping
from typing import Any

from harness.errors import BadInput

_SHOWN = 60


class NamedSlots:
    """Slots by name, and the choice of some of them.

    Args:
        wanted: Part of a name -> the one to take, or "" for all of them: ``NamedSlots(model="", run="3")``.
    """

    def __init__(self, **wanted: object) -> None:
        self._wanted = {part: "" if value is None else str(value) for part, value in wanted.items()}
        self._seen: dict[str, dict[str, None]] = {part: {} for part in wanted}
        self._kept: dict[tuple[str, ...], None] = {}
        self._slots: dict[tuple[str, ...], int] = {}

    def chosen(self, **names: Any) -> bool:
        """Whether a sample with these names is wanted. What is None was not said by the source."""
        keep = True
        for part, name in names.items():
            if name is None:
                continue
            self._seen[part][str(name)] = None
            keep = keep and self._wanted[part] in ("", str(name))
        if keep:
            self._kept[self._key(names)] = None
        return keep

    def slot(self, taken: set[int], **names: Any) -> int:
        """The slot of these names; the next one of the same names where it is taken in this problem.

        Args:
            taken: The slots that this problem has filled; the slot is added to it.
            names: As for ``chosen``.
        """
        repeat = 1
        while True:
            key = (*self._key(names), f"#{repeat}" if repeat > 1 else "")
            found = self._slots.setdefault(key, len(self._slots))
            if found not in taken:
                taken.add(found)
                return found
            repeat += 1

    def is_single(self, part: str) -> bool:
        """Whether one was picked of this part of the names, or only one has occurred so far."""
        return self._wanted[part] != "" or len(self._seen[part]) < 2

    def check_single(self, part: str) -> None:
        """Refuse a source in which several of this part of the names occurred and none was picked.

        Raises:
            BadInput: Several occurred; the message lists them.
        """
        if not self.is_single(part):
            raise BadInput(
                f"The source holds samples of {len(self._seen[part])} {part}s, which do not make one pool: pick one "
                f"with --option {part}=NAME. There are {_listed(self._seen[part])}."
            )

    def check(self) -> None:
        """Complain where a name that was asked for never occurred.

        Raises:
            BadInput: It did not; the message lists those that did.
        """
        for part, name in self._wanted.items():
            if name and name not in self._seen[part]:
                known = _listed(self._seen[part]) if self._seen[part] else f"no {part} named in it at all"
                raise BadInput(f"No sample of the source has the {part} {name!r}. There are {known}.")

    def kept(self, part: str) -> list[str]:
        """The distinct names of this part that were kept."""
        position = list(self._wanted).index(part)
        return list(dict.fromkeys(key[position] for key in self._kept if key[position]))

    def names(self) -> list[str]:
        """The name of every slot, in order; empty where slots were not named."""
        parts = ["" if part == "model" else f"{part} " for part in self._wanted] + [""]
        return [" ".join(p + name for p, name in zip(parts, key, strict=True) if name) for key in self._slots]

    def _key(self, names: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple("" if names.get(part) is None else str(names[part]) for part in self._wanted)


def _listed(names: Mapping[str, None]) -> str:
    shown = ", ".join(list(names)[:_SHOWN])
    return f"{shown}, ... ({len(names)})" if len(names) > _SHOWN else shown
