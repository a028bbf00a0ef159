r"""VersaPRM and its relatives (Llama 3.1, Qwen): a token of blank lines after every step is read where it stands.

    {problem} \n\n{step 1} \n\n\n\n{step 2} \n\n\n\n...

At the marker the logits of "-" and "+" are compared; "+" is right. The marker must be one token, which the space
before it makes sure of; so problem and steps are stripped. VersaPRM itself is an adapter (LoRA) on Llama-PRM800K.
UW-Madison-Lee-Lab/VersaPRM, evaluation/prm_models; arXiv 2502.06737.
"""

from collections.abc import Mapping, Sequence

from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.engine.encoding import Encoded
from verifiers.formats.step import StepFormat, StepVerifier


def _format(known: Mapping[str, tuple[int, ...]]) -> StepFormat:
    return StepFormat(
        opening="{problem} \n\n",
        marker=" \n\n\n\n",
        head=("-", "+"),
        head_is_tokens=True,
        good=(1,),
        known=known,
    )


LLAMA = _format({" \n\n\n\n": (23535,), "-": (12,), "+": (10,)})
QWEN = _format({" \n\n\n\n": (22701,), "-": (12,), "+": (10,)})


class VersaPRM(StepVerifier):
    """P(+) against P(-) at the blank lines after each step."""

    family = "versa-prm"
    version = 2  # 1 kept white space around the problem

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """Problem and steps without white space around them."""
        stripped = [(text, tuple(self._clean(s).strip() for s in parts)) for text, parts in solutions]
        return super().encode(self._clean(problem).strip(), stripped)


def _checkpoint(name: str, model: str, size: str, form: StepFormat) -> Checkpoint:
    return Checkpoint(
        name=name,
        model=f"UW-Madison-Lee-Lab/{model}",
        size=size,
        context=4096,
        source="arXiv 2502.06737",
        aggregation="min",
        extra={"format": form},
    )


VERIFIERS = entries(
    VersaPRM.of,
    (
        _checkpoint("versa-prm-8b", "VersaPRM", "8B", LLAMA),
        _checkpoint("versa-prm-base-8b", "VersaPRM-Base-8B", "8B", LLAMA),
        _checkpoint("versa-prm-base-3b", "VersaPRM-Base-3B", "3B", LLAMA),
        _checkpoint("versa-llama-prm800k", "Llama-PRM800K", "8B", LLAMA),
        _checkpoint("versa-qwen-prm800k", "Qwen-PRM800K", "7B", QWEN),
    ),
)
