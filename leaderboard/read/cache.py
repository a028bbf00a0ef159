"""What was made once is kept: by key, bounded, for all visitors' threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: bool = False
    value: Any = None


class Cache:
    """Values by key; each is made by one thread while the others that want it wait, and only they.

    Args:
        most: How many are kept; what was not asked for the longest goes first.
        release: Called with each value that goes.
    """

    def __init__(self, most: int, release: Callable[[Any], None] | None = None) -> None:
        self._most = most
        self._release = release
        self._lock = threading.Lock()
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of a key, made where there is none; what fails is not kept, and is tried again when next asked."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            gone = [self._slots.popitem(last=False)[1] for _ in range(len(self._slots) - self._most)]
        self._let_go(gone)
        with slot.lock:
            if not slot.made:
                slot.value = make()
                slot.made = True
            return slot.value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            gone = list(self._slots.values())
            self._slots.clear()
        self._let_go(gone)

    def _let_go(self, gone: list[_Slot]) -> None:
        if self._release is None:
            return
        for slot in gone:
            with slot.lock:  # whoever still makes it is waited for
                if slot.made:
                    self._release(slot.value)
