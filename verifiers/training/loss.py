"""The loss of a verifier's training: its labels', and on wish that of the next token of good solutions.

A verifier that has to see that 52 - 2 is not 40 must be able to work out 50. One label a step teaches that slowly; the
next token of right steps says it digit by digit. Cobbe et al. (arXiv 2110.14168) train their verifiers so.
"""

from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import Trainer


class VerifierTrainer(Trainer):  # type: ignore[misc]  # Transformers has no types
    """A Trainer with a language loss beside the labels' loss.

    Args:
        language: Weight of the language loss; 0 leaves it out.
        arguments: What a Trainer takes.
    """

    def __init__(self, language: float, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._language = language

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: FBT001  the Trainer's signature
        num_items_in_batch: Any = None,
    ) -> Any:
        """The labels' loss, in training plus the weighted mean over the spoken tokens of -log P(token)."""
        inputs = dict(inputs)
        spoken = inputs.pop("spoken", None)
        if spoken is None or not (self._language and model.training):
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        loss, outputs = super().compute_loss(
            model, inputs | {"output_hidden_states": True}, return_outputs=True, num_items_in_batch=num_items_in_batch
        )
        loss = loss + self._language * language_loss(
            outputs.hidden_states[-1], self.accelerator.unwrap_model(model), inputs["input_ids"], spoken
        )
        return (loss, outputs) if return_outputs else loss


def language_loss(hidden: torch.Tensor, model: Any, ids: torch.Tensor, spoken: torch.Tensor) -> torch.Tensor:
    """Mean -log P(token) over the spoken tokens, each predicted from what precedes it by the tied embeddings.

    Args:
        hidden: Last hidden states [items, tokens, width].
        model: Whose input embeddings are its output embeddings.
        ids: Token ids [items, tokens].
        spoken: Which of them are predicted [items, tokens].
    """
    told = spoken[:, 1:]
    logits = hidden[:, :-1][told] @ model.get_input_embeddings().weight.T.to(hidden.dtype)
    return cross_entropy(logits.float(), ids[:, 1:][told])
