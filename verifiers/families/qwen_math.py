r"""Qwen2.5-Math's process and outcome verifiers, with their head rebuilt on Transformers' own Qwen2.

The head is Linear, ReLU, Linear on every position (``score.0`` and ``score.2`` in the files), so the checkpoints'
remote code, which stops at Transformers 4.53, is not needed. PRM: system message, problem, and as the assistant's turn
every step followed by ``<extra_0>``; softmax of the two numbers at the marker, the second is "right". RM: one
unbounded number at the last token of the dialogue. Model cards of Qwen/Qwen2.5-Math-PRM-7B and -RM-72B; arXiv
2501.07301 (product of the steps for best-of-N).
"""

from verifiers.engine.checkpoint import Checkpoint, Golden, entries
from verifiers.formats.outcome import OutcomeFormat, OutcomeModel
from verifiers.formats.step import StepFormat, StepVerifier
from verifiers.golden import QWEN_EGGS, QWEN_FLAMINGOS

SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}."
HEAD = ("score.0", "score.2")
PRM = StepFormat(
    marker="<extra_0>",
    chat=True,
    system=SYSTEM,
    head=HEAD,
    labels=2,
    good=(1,),
    known={"<extra_0>": (151651,)},
)
RM = OutcomeFormat(chat=True, system=SYSTEM, head=HEAD, labels=1, means="raw")


class QwenPRM(StepVerifier):
    """P(right) at ``<extra_0>`` after each step."""

    family = "qwen-prm"


class QwenRM(OutcomeModel):
    """An unbounded reward at the end of the dialogue."""

    family = "qwen-rm"


def _prm(name: str, model: str, size: str, golden: Golden | None = None) -> Checkpoint:
    return Checkpoint(
        name=name,
        model=model,
        size=size,
        context=4096,
        licence="Qwen",
        source="arXiv 2501.07301",
        aggregation="product",
        model_type="qwen2",
        golden=golden,
        extra={"format": PRM},
    )


VERIFIERS = {
    **entries(
        QwenPRM.of,
        (
            _prm("qwen-prm-7b", "Qwen/Qwen2.5-Math-PRM-7B", "7B", QWEN_FLAMINGOS),
            _prm("qwen-prm-72b", "Qwen/Qwen2.5-Math-PRM-72B", "72B"),
            _prm("qwen-prm800k-7b", "Qwen/Qwen2.5-Math-7B-PRM800K", "7B"),
        ),
    ),
    **entries(
        QwenRM.of,
        (
            Checkpoint(
                name="qwen-rm-72b",
                model="Qwen/Qwen2.5-Math-RM-72B",
                size="72B",
                context=4096,
                licence="Qwen",
                source="arXiv 2409.12122",
                kind="ORM",
                model_type="qwen2",
                golden=QWEN_EGGS,
                extra={"format": RM},
            ),
        ),
    ),
}
