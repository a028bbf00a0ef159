"""Sequence-classification reward models: one unbounded number at the end of a dialogue (Bradley-Terry).

User and assistant turns in the tokenizer's own template, no system message, exactly one BOS token. Raw scores: higher
is better, only differences mean something, and a weighted vote needs --transform. SkyworkAI/Skywork-Reward-V2 (arXiv
2507.01352), nvidia/AceMath-7B-RM (arXiv 2412.15084); any other of the kind is ``hf-orm model=...``.
"""

from verifiers.engine.checkpoint import Checkpoint, Golden, entries
from verifiers.formats.outcome import OutcomeFormat, OutcomeModel
from verifiers.golden import SKYWORK_APPLES

FORMAT = OutcomeFormat(chat=True, head=("score",), labels=1, means="raw")


class RewardModel(OutcomeModel):
    """An unbounded reward at the end of the dialogue."""

    family = "reward-model"


def _skywork(base: str, size: str, licence: str, golden: Golden | None = None) -> Checkpoint:
    return Checkpoint(
        name=f"skywork-v2-{base.lower()}-{size.lower()}",
        model=f"Skywork/Skywork-Reward-V2-{base}-{size}",
        size=size.removesuffix("-40M"),
        context=16384,
        licence=licence,
        source="arXiv 2507.01352",
        kind="ORM",
        golden=golden,
        extra={"format": FORMAT},
    )


VERIFIERS = entries(
    RewardModel.of,
    (
        _skywork("Llama-3.1", "8B", "Llama 3.1", SKYWORK_APPLES),
        _skywork("Llama-3.1", "8B-40M", "Llama 3.1"),
        _skywork("Llama-3.2", "1B", "Llama 3.2"),
        _skywork("Llama-3.2", "3B", "Llama 3.2"),
        _skywork("Qwen3", "0.6B", "Apache-2.0"),
        _skywork("Qwen3", "1.7B", "Apache-2.0"),
        _skywork("Qwen3", "4B", "Apache-2.0"),
        _skywork("Qwen3", "8B", "Apache-2.0"),
        *(
            Checkpoint(
                name=f"acemath-rm-{size.lower()}",
                model=f"nvidia/AceMath-{size}-RM",
                size=size,
                context=4096,
                licence="CC-BY-NC-4.0",
                source="arXiv 2412.15084",
                kind="ORM",
                extra={"format": FORMAT},
            )
            for size in ("7B", "72B")
        ),
    ),
)
