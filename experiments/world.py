"""Where the bundled models and pools are: what the experiments start from."""

from dataclasses import dataclass
from pathlib import Path

from harness.errors import BadInput

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class World:
    """A built micromath.

    Attributes:
        root: The folder that holds ``tasks/micromath`` and ``verifiers/families/micromath_models``.
    """

    root: Path = ROOT

    @property
    def generator(self) -> Path:
        """The model that writes the solutions."""
        return self._there(self.root / "tasks/micromath/generator")

    @property
    def pool(self) -> Path:
        """The in-distribution test pool."""
        return self._there(self.root / "tasks/micromath/pools/micromath")

    @property
    def prm(self) -> Path:
        """The bundled PRM, the large one here."""
        return self._there(self.root / "verifiers/families/micromath_models/prm")

    @staticmethod
    def _there(folder: Path) -> Path:
        if not folder.is_dir():
            raise BadInput(f"There is no {folder}. 'make micromath' builds it, or name another root with --world.")
        return folder
