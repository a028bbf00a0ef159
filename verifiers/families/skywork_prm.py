r"""Skywork-o1's process verifiers: a value head on Qwen2.5-Math, read at a newline after every step.

    {bos}{problem}\n | step 1 | \n | step 2 | \n | ...

Problem, steps and newlines are tokenised apart: together, "." and the newline would be one token and the marker would
be gone. Lines keep the spaces they begin with. The authors' README also scores every blank line, as a step of its own;
here those are left out. The value's sigmoid is the step's score. The head is ``v_head.summary`` in the files; the
decoder is Transformers' own Qwen2. SkyworkAI/skywork-o1-prm-inference, model_utils; its authors name no aggregation,
the product is arXiv 2501.07301's choice for it.
"""

from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.formats.step import StepFormat, StepVerifier

FORMAT = StepFormat(
    opening="{problem}\n",
    marker="\n",
    pieces=True,
    bos="always",
    head=("v_head.summary",),
    labels=1,
    good=(0,),
    means="sigmoid",
    known={"\n": (198,)},
)


class SkyworkPRM(StepVerifier):
    """sigmoid(value) at the newline after each step."""

    family = "skywork-prm"
    version = 2  # 1 stripped every line
    default_separator = "\n"

    def split(self, solution: Solution) -> tuple[str, ...]:
        """The lines as they stand, without blank ones."""
        given = solution.given(wanted=self.pool_steps)
        if given is None:
            return tuple(line for line in solution.text.split(self.separator) if line.strip())
        return given


VERIFIERS = entries(
    SkyworkPRM.of,
    tuple(
        Checkpoint(
            name=f"skywork-prm-{size.lower()}",
            model=f"Skywork/Skywork-o1-Open-PRM-Qwen-2.5-{size}",
            size=size,
            context=4096,
            licence="Skywork community",
            source="SkyworkAI/skywork-o1-prm-inference",
            aggregation="product",
            model_type="qwen2",
            extra={"format": FORMAT},
        )
        for size in ("1.5B", "7B")
    ),
)
