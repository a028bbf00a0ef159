"""The bundled verifiers of micromath: an ORM and a PRM trained from its generator's weights (docs/results.md)."""

from functools import partial
from pathlib import Path
from typing import Any

from verifiers.engine.checkpoint import Checkpoint, Entry
from verifiers.families.generic import GenericORM, GenericPRM

MODELS = Path(__file__).parent / "micromath_models"
ORM = Checkpoint("micromath-orm", "bundled", "3.5M", 512, "Apache-2.0", "experiments/micromath", kind="ORM")
PRM = Checkpoint("micromath-prm", "bundled", "3.5M", 512, "Apache-2.0", "experiments/micromath", aggregation="product")


def _bundled(family: Any, folder: str, checkpoint: Checkpoint, **options: Any) -> Any:
    """The family's verifier with the weights that ship beside this file, under the checkpoint's own name.

    Neutral steps count as positive; the other rule is another verifier, ``micromath-prm-neutral-as-negative``.
    """
    other = "-neutral-as-negative" if options.get("neutral") == "negative" else ""
    return family.of(checkpoint, **{"model": str(MODELS / folder), "name": checkpoint.name + other, **options})


VERIFIERS = {
    ORM.name: Entry(partial(_bundled, GenericORM, "orm"), ORM),
    PRM.name: Entry(partial(_bundled, GenericPRM, "prm"), PRM),
}
