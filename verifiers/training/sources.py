"""Labelled solutions from wherever they are: a file or a data set of the hub, in one of four formats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import BadInput, UnknownName
from verifiers.training.labelled import LabelledSolution, from_row, json_rows, read_labelled
from verifiers.training.prm800k import read_prm800k
from verifiers.training.shepherd import read_shepherd
from verifiers.training.stepwise import hub_rows, read_stepwise

FORMATS = ("labelled", "prm800k", "math-shepherd", "stepwise")


@dataclass(frozen=True, slots=True)
class Source:
    """Where labelled solutions are.

    Attributes:
        place: A file, or the id of a data set of the Hugging Face hub.
        format: One of ``FORMATS``.
        split: The split, for a data set of the hub.
        revision: The commit, for a data set of the hub.
    """

    place: str
    format: str = "labelled"
    split: str = "train"
    revision: str | None = None

    def read(self) -> Iterator[LabelledSolution]:
        """The labelled solutions, in order.

        Raises:
            UnknownName: There is no such format.
            BadInput: There is neither such a file nor, by its form, such a data set.
        """
        if self.format not in FORMATS:
            raise UnknownName("data format", self.format, FORMATS)
        path = Path(self.place)
        if path.is_file():
            return _FILES[self.format](path)
        if self.format == "prm800k" or self.place.count("/") != 1 or path.suffix:
            raise BadInput(f"There is no file {self.place!r}, and it is not the id of a data set (owner/name) either.")
        rows = hub_rows(self.place, self.split, self.revision)
        if self.format == "math-shepherd":
            return read_shepherd(rows)
        if self.format == "stepwise":
            return read_stepwise(rows)
        return (from_row(row, f"{self.place}, row {number},") for number, row in enumerate(rows, 1))


_FILES: dict[str, Callable[[Path], Iterator[LabelledSolution]]] = {
    "labelled": read_labelled,
    "prm800k": read_prm800k,
    "math-shepherd": lambda path: read_shepherd(json_rows(path)),
    "stepwise": lambda path: read_stepwise(json_rows(path)),
}
