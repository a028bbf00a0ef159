"""How far the carried scores of a pool reach, and what rounding has carried past 0 and 1."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.pool.pools import OUTCOME, PROCESS
from harness.wording import counted

ROUNDING = 1e-6  # what a probability in single precision may be above 1 or below 0
FEW = 0.5  # a share of values outside [0, 1] up to which somebody may have taken them for probabilities


@dataclass(slots=True)
class Range:
    """The values of one carried score: how many, how many outside [0, 1], the lowest and the highest."""

    values: int = 0
    outside: int = 0
    low: float = float("inf")
    high: float = float("-inf")

    def see(self, column: pa.Array) -> None:
        """Take in a column of numbers or of lists of numbers, nulls aside."""
        flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
        found = flat.drop_null().to_numpy(zero_copy_only=False)
        if len(found):
            self.values += len(found)
            self.outside += int(np.count_nonzero((found < 0) | (found > 1)))
            self.low, self.high = min(self.low, float(found.min())), max(self.high, float(found.max()))

    @property
    def rounded(self) -> bool:
        """Whether these are probabilities, some of which rounding has carried past 0 or 1."""
        return self.outside > 0 and self.low >= -ROUNDING and self.high <= 1 + ROUNDING

    def note(self, name: str) -> str | None:
        """What to say of them: that they were put back to 0 and 1, or that a few are no probabilities."""
        if self.rounded:
            return (
                f"{counted(self.outside, 'value')} of the score {name} stood outside [0, 1] by rounding (at most "
                f"{ROUNDING:g}) and counts as 0 or 1."
            )
        if self.outside and self.outside <= FEW * self.values:
            return (
                f"{counted(self.outside, 'value')} of the {self.values:,} of the score {name} "
                f"{'lies' if self.outside == 1 else 'lie'} outside [0, 1] ({self.low:.9g} to {self.high:.9g}): they "
                "are no probabilities, so there is no product and no weighted vote of this score."
            )
        return None


def put_back(table: pa.Table, kinds: Mapping[str, str], ranges: Mapping[str, Range]) -> pa.Table:
    """The table with 0 and 1 for what rounding has carried past them."""
    for name, kind in kinds.items():
        column = (OUTCOME if kind == "outcome" else PROCESS) + name
        if name not in ranges or not ranges[name].rounded or column not in table.column_names:
            continue
        values = table[column].to_pylist()
        within = [[_within(v) for v in one] if isinstance(one, list) else _within(one) for one in values]
        place = table.column_names.index(column)
        table = table.set_column(place, column, pa.array(within, table.schema.field(column).type))
    return table


def _within(value: float | None) -> float | None:
    return None if value is None else min(max(value, 0.0), 1.0)
