"""Scores that a step benchmark carries: a number, three probabilities, or a list of them for the lines of each step."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from harness.pool.fields import Unfit, number_of, same_lengths, score_name, steps_score
from harness.records import Score

STRICT = "neutral-as-negative"


def one_for_each(scores: Mapping[str, Any], lines: Sequence[int]) -> dict[str, Score]:
    """Recorded scores by name: one for each step, or one for the solution.

    A step is as good as its least good line. Three numbers are the probabilities of negative, neutral and positive,
    read both ways: neutral + positive, and under NAME-neutral-as-negative the positive alone.

    Args:
        scores: By verifier: a number, or a list with a number or three for every line.
        lines: How many lines each step has.

    >>> one_for_each({"a": [0.5, 0.25], "b": [[0.5, 0.25, 0.25], [0, 1, 0]]}, [2])["b-neutral-as-negative"].steps
    (0.0,)
    """
    out: dict[str, Score] = {}
    ends = [0, *accumulate(lines)]
    for name, values in scores.items():
        if not isinstance(values, list):
            out[score_name(name)] = Score(number_of(values))
            continue
        if len(values) != ends[-1]:
            raise Unfit(f"{len(values)} step scores of {name} for {ends[-1]} lines")
        triples = [value for value in values if isinstance(value, list)]
        if not triples:
            out[score_name(name)] = steps_score([min(values[a:b]) for a, b in pairwise(ends)])
            continue
        if len(triples) != len(values) or any(same_lengths(it=t, three=[0, 0, 0]) != 3 for t in triples):
            raise Unfit(f"{name} has lines without the probabilities of negative, neutral and positive")
        valid = [neutral + positive for _, neutral, positive in triples]
        out[score_name(name)] = steps_score([min(1.0, *valid[a:b]) for a, b in pairwise(ends)])
        good = [positive for _, _, positive in triples]
        out[score_name(f"{name}-{STRICT}")] = steps_score([min(good[a:b]) for a, b in pairwise(ends)])
    return out
