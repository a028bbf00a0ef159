"""What TRL's trainers have in common here."""

from typing import Any

import torch


def unseen(seed: int) -> dict[str, Any]:
    """What every trainer of TRL is told here: write nothing, report to nobody, in float32."""
    return {
        "logging_steps": 1, "save_strategy": "no", "report_to": [], "use_cpu": not torch.cuda.is_available(),
        "bf16": False, "gradient_checkpointing": False, "seed": seed,
    }  # fmt: skip
