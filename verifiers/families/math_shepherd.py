r"""Math-Shepherd's process verifier (Mistral 7B): the tag is read where it stands.

    {problem} Step 1: ... ки\nStep 2: ... ки\n... The answer is: 18 ки

At every tag the logits of "+" and "-" are compared, at the tag's own position. The tag needs the space before it: at
the start of a line it is another token, and the step would have no score. A tag that a solution brings at the end of a
step is taken out; one anywhere else leaves the solution without a score. Russian words stay. Model card of
peiyi9979/math-shepherd-mistral-7b-prm; a solution's score is its smallest step's (arXiv 2312.08935, section 3.4).
"""

from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.formats.step import StepFormat, StepVerifier
from verifiers.golden import SHEPHERD_EGGS

FORMAT = StepFormat(
    opening="{problem} ",
    step="Step {i}: {step} ",
    marker="ки",
    after="\n",
    head=("+ -",),
    head_is_tokens=True,
    good=(0,),
    known={"ки": (12902,), "+ -": (648, 387)},
)


class MathShepherd(StepVerifier):
    """P(+) against P(-) at the tag after each step."""

    family = "math-shepherd"
    version = 2  # 1 took the tag's letters out of words
    default_separator = "\n"


VERIFIERS = entries(
    MathShepherd.of,
    (
        Checkpoint(
            name="math-shepherd-7b",
            model="peiyi9979/math-shepherd-mistral-7b-prm",
            size="7B",
            context=4096,
            source="arXiv 2312.08935",
            aggregation="min",
            dtype="bfloat16",
            golden=SHEPHERD_EGGS,
            extra={"format": FORMAT},
        ),
    ),
)
