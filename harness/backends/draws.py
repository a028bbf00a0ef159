"""Every row of a batch draws its tokens with a seed of its own.

``transformers`` draws a whole batch from one generator, so that a sample depends on all that were drawn before it. Here
a token is the inverse of the distribution function at one uniform number, and each row has its own numbers: the same
seed and probabilities give the same text, in any batch and after any interruption.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import transformers
from transformers import LogitsProcessor

# The settings that shape the distribution, in the order in which ``transformers`` applies them.
_WARPERS = {
    "temperature": transformers.TemperatureLogitsWarper,
    "top_k": transformers.TopKLogitsWarper,
    "top_p": transformers.TopPLogitsWarper,
    "min_p": transformers.MinPLogitsWarper,
    "typical_p": transformers.TypicalLogitsWarper,
    "epsilon_cutoff": transformers.EpsilonLogitsWarper,
}
_OFF = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "typical_p": 1.0, "epsilon_cutoff": 0.0}


class RowDraws(LogitsProcessor):
    """Leaves the drawn token of every row as the only one, so that the most probable one is it.

    Args:
        settings: ``temperature``, ``top_k``, ``top_p``, ``min_p``, ``typical_p``, ``epsilon_cutoff``.
        seeds: One for each row.
    """

    def __init__(self, settings: Mapping[str, Any], seeds: Sequence[int]) -> None:
        self.warpers = [
            warper(settings[name])
            for name, warper in _WARPERS.items()
            if settings.get(name) is not None and settings[name] != _OFF[name]
        ]
        self.generators = [np.random.default_rng(seed) for seed in seeds]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape [rows, vocabulary], 0 for the drawn token and -inf for all others."""
        for warper in self.warpers:
            scores = warper(input_ids, scores)
        below = scores.double().softmax(-1).cumsum(-1)
        uniform = torch.tensor([[g.random()] for g in self.generators], dtype=torch.float64, device=scores.device)
        drawn = torch.searchsorted(below, uniform * below[:, -1:], right=True).clamp(max=scores.shape[1] - 1)
        return torch.full_like(scores, float("-inf")).scatter_(1, drawn, 0.0)


def split(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Generation settings: those that shape the distribution, and the rest."""
    shaping = {k: v for k, v in settings.items() if k in _WARPERS}
    return shaping, {k: v for k, v in settings.items() if k not in _WARPERS}
