r"""Sequence-classification reward models: one unbounded number at the end of a dialogue (Bradley-Terry).

User and assistant turns in the tokenizer's own template, exactly one BOS token; AceMath's after a system message,
Skywork's without one. Raw scores: higher is better, only differences mean something, and a weighted vote needs
--transform. SkyworkAI/Skywork-Reward-V2 (arXiv 2507.01352), the model card of nvidia/AceMath-72B-RM (arXiv
2412.15084); any other of the kind is ``hf-orm model=...``.
"""

from dataclasses import replace

from verifiers.engine.checkpoint import Checkpoint, Golden, entries
from verifiers.formats.outcome import OutcomeFormat, OutcomeModel
from verifiers.golden import ACEMATH_FIBONACCI, SKYWORK_APPLES

FORMAT = OutcomeFormat(chat=True, head=("score",), labels=1, means="raw")
ACEMATH = replace(FORMAT, system="Please reason step by step, and check your final answer within \\boxed{}.")


class RewardModel(OutcomeModel):
    """An unbounded reward at the end of the dialogue."""

    family = "reward-model"


class AceMath(RewardModel):
    """The same after a system message."""

    version = 2  # 1 had no system message


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


def _acemath(size: str, golden: Golden | None = None) -> Checkpoint:
    return Checkpoint(
        name=f"acemath-rm-{size.lower()}",
        model=f"nvidia/AceMath-{size}-RM",
        size=size,
        context=4096,
        licence="CC-BY-NC-4.0",
        source="arXiv 2412.15084",
        kind="ORM",
        golden=golden,
        extra={"format": ACEMATH},
    )


SKYWORK = entries(
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
    ),
)
VERIFIERS = {**SKYWORK, **entries(AceMath.of, (_acemath("7B"), _acemath("72B", ACEMATH_FIBONACCI)))}
