"""Labelled solutions from wherever they are: a file, a data set of the hub, or a pool, in one of several formats."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from harness.errors import BadInput, UnknownName
from verifiers.training.labelled import LabelledSolution, solutions_of
from verifiers.training.openr import read_openr
from verifiers.training.prm800k import read_prm800k
from verifiers.training.rows import SUFFIXES, Row, file_rows, hub_rows
from verifiers.training.shepherd import read_shepherd
from verifiers.training.stepwise import read_stepwise

READERS: dict[str, Callable[[Iterable[Row], str], Iterator[LabelledSolution]]] = {
    "labelled": solutions_of,
    "prm800k": read_prm800k,
    "math-shepherd": read_shepherd,
    "stepwise": read_stepwise,
    "openr": read_openr,
}
FIELDS: dict[str, tuple[str, ...]] = {
    "labelled": ("problem", "steps"),
    "prm800k": ("question", "label"),
    "math-shepherd": ("input", "label"),
    "stepwise": ("prompt", "completions", "labels"),
    "openr": ("question", "process", "labels"),
}
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
        form = self._told_from(first) if self.format == "auto" else self.format
        return READERS[form](chain([first], rows), Path(self.place).name)

    def _rows(self) -> Iterator[Row]:
        path = Path(self.place)
        if path.is_file():
            return file_rows(path)
        if self.place.count("/") != 1 or self.place.startswith((".", "~", "/")) or self.place.endswith(SUFFIXES):
            raise BadInput(f"There is no file {self.place!r}, and it is not the id of a data set (owner/name) either.")
        return hub_rows(self.place, self.split, self.revision)

    def _told_from(self, row: Row) -> str:
        for form, fields in FIELDS.items():
            if all(field in row for field in fields):
                return form
        known = "; ".join(f"{form}: {', '.join(fields)}" for form, fields in FIELDS.items())
        raise BadInput(
            f"The rows of {self.place!r} have the fields {', '.join(row) or '(none)'}, from which the format cannot be "
            f"told. Fields of each format: {known}."
        )
