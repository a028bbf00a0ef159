r"""Process verifiers trained with TRL's PRMTrainer: token classification at the end of a separator after every step.

    problem | step 1 | separator | step 2 | separator | ...

Training tokenises every piece on its own and puts no separator between problem and first step, and so does this.
(The page of TRL's documentation joins the text first; then "." and the separator become one token, and the model sees
what it was not trained on.) huggingface/trl, trl/experimental/prm/prm_trainer.py. PURE is read the same way and takes
the difference of the two probabilities, from -1 to 1 (CJReinforce/PURE, arXiv 2504.15275): a solution is split at
empty lines, and one line break is put behind every step. PRMBench's code puts an empty line there instead, and gets
other scores: ``hf-prm model=jinachris/PURE-PRM-7B marker='\n\n' means=difference``.
"""

from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.formats.step import Meaning, StepFormat, StepVerifier


def trl_format(separator: str, means: Meaning = "softmax") -> StepFormat:
    """What PRMTrainer trains on with this ``step_separator``."""
    return StepFormat(opening="{problem}", marker=separator, pieces=True, bos="always", means=means)


class TokenClassificationPRM(StepVerifier):
    """P(right) at the last token of the separator after each step."""

    family = "trl-prm"


class PURE(StepVerifier):
    """P(right) - P(wrong) at the separator after each step; a threshold of 0 tells right from wrong."""

    family = "pure-prm"


VERIFIERS = {
    **entries(
        TokenClassificationPRM.of,
        tuple(
            Checkpoint(
                name=name,
                model=model,
                size=size,
                context=4096,
                source="huggingface/search-and-learn",
                aggregation="product",
                extra={"format": trl_format("\n\n")},
            )
            for name, model, size in (
                ("h4-prm-7b", "HuggingFaceH4/Qwen2.5-Math-7B-Instruct-PRM-0.2", "7B"),
                ("h4-prm-1.5b", "HuggingFaceH4/Qwen2.5-Math-1.5B-Instruct-PRM-0.2", "1.5B"),
            )
        ),
    ),
    **entries(
        PURE.of,
        (
            Checkpoint(
                name="pure-prm-7b",
                model="jinachris/PURE-PRM-7B",
                size="7B",
                context=4096,
                source="arXiv 2504.15275",
                aggregation="min",
                extra={"format": trl_format("\n", "difference")},
            ),
        ),
    ),
}
