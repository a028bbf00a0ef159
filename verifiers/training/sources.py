"""Labelled solutions from wherever they are: a file, a data set of the hub, or a pool, in one of several formats."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from harness.errors import BadInput, UnknownName
from harness.pool.labelled.layouts import READERS, told_from
from harness.pool.labelled.solution import LabelledSolution
from verifiers.training.rows import SUFFIXES, Row, file_rows, hub_rows

FORMATS = ("auto", *READERS, "pool")


@dataclass(frozen=True, slots=True)
class Source:
    """Where labelled solutions are.

    Attributes:
        place: A file, the id of a data set of the Hugging Face hub, or, for the format ``pool``, a pool.
        format: One of ``FORMATS``; ``auto`` tells it from the fields of the first row.
        split: The split, for a data set of the hub.
        revision: The commit, for a data set of the hub.
    """

    place: str
    format: str = "auto"
    split: str = "train"
    revision: str | None = None

    def read(self) -> Iterator[LabelledSolution]:
        """The labelled solutions, in order.

        Raises:
            UnknownName: There is no such format.
            BadInput: There is neither such a file nor, by its form, such a data set, or the format cannot be told.
        """
        if self.format not in FORMATS:
            raise UnknownName("data format", self.format, FORMATS)
        if self.format == "pool":
            from verifiers.training.pool import read_pool  # brings the graders, which files do not need

            return read_pool(self.place)
        rows = self._rows()
        first = next(rows, None)
        if first is None:
            raise BadInput(f"{self.place!r} is empty.")
        form = told_from(first, self.place) if self.format == "auto" else self.format
        return READERS[form](chain([first], rows), Path(self.place).name)

    def _rows(self) -> Iterator[Row]:
        path = Path(self.place)
        if path.is_file():
            return file_rows(path)
        if self.place.count("/") != 1 or self.place.startswith((".", "~", "/")) or self.place.endswith(SUFFIXES):
            raise BadInput(f"There is no file {self.place!r}, and it is not the id of a data set (owner/name) either.")
        return hub_rows(self.place, self.split, self.revision)
