"""Scores of many solutions by a trained verifier, quickly: each distinct solution once, in batches of equal length."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForTokenClassification, AutoTokenizer

from verifiers.formats.layout import Encoded, Encoder, load_layout

BATCH_TOKENS = 16_384
Solution = tuple[str, tuple[str, ...]]  # a problem's text and the steps of a solution


class TrainedVerifier:
    """A verifier that ``verifiers.training`` made.

    Args:
        folder: Its model folder.
    """

    def __init__(self, folder: Path) -> None:
        self.layout = load_layout(folder)
        cuda = torch.cuda.is_available()
        self._encoder = Encoder(AutoTokenizer.from_pretrained(folder), self.layout)
        model = AutoModelForTokenClassification.from_pretrained(folder, dtype=torch.bfloat16)
        self._model: Any = model.to("cuda" if cuda else "cpu").eval()

    def step_scores(self, solutions: Sequence[Solution]) -> list[NDArray[np.float64]]:
        """For each solution log P(good) at the end of each step: log(1 - P(negative)), or log P(right) for an ORM."""
        encoded = {solution: self._encoder.encode(*solution) for solution in dict.fromkeys(solutions)}
        distinct = sorted(encoded, key=lambda solution: len(encoded[solution].ids))
        scores: dict[Solution, NDArray[np.float64]] = {}
        start = 0
        while start < len(distinct):
            longest = len(encoded[distinct[min(start + 128, len(distinct) - 1)]].ids)
            batch = distinct[start : start + max(1, BATCH_TOKENS // longest)]
            start += len(batch)
            scores |= zip(batch, self._batch([encoded[s] for s in batch]), strict=True)
        return [scores[solution] for solution in solutions]

    def scores(self, solutions: Sequence[Solution]) -> NDArray[np.float64]:
        """One score per solution: the log of the product over steps for a PRM, the last value for an ORM."""
        steps = self.step_scores(solutions)
        if self.layout.kind == "prm":
            return np.array([found.sum() if len(found) else np.nan for found in steps])
        return np.array([found[-1] if len(found) else np.nan for found in steps])

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _batch(self, batch: Sequence[Encoded]) -> list[NDArray[np.float64]]:
        longest = max(len(encoded.ids) for encoded in batch)
        ids = torch.zeros((len(batch), longest), dtype=torch.long)
        mask = torch.zeros((len(batch), longest), dtype=torch.long)
        for row, encoded in enumerate(batch):
            ids[row, : len(encoded.ids)] = torch.tensor(encoded.ids)
            mask[row, : len(encoded.ids)] = 1
        device = self._model.device
        logits = self._model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits.float().cpu()
        good = logits.log_softmax(-1)[..., 1:].logsumexp(-1).double().numpy()
        return [good[row, list(encoded.ends)] for row, encoded in enumerate(batch)]
