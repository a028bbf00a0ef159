"""Step scores as rewards of a policy: how much of a solution's reward each step is given.

A form turns the scores s_1 .. s_T of a solution's steps into credits c_1 .. c_T whose sum is the reward of the
solution; a trainer that rewards tokens gives c_t at the end of step t, one that rewards solutions takes the sum. Every
form can be gamed, since a policy finds what a score overlooks. What is known of each stands beside it;
``harness.telemetry`` and a grader on the side show whether it happens.

Two things are true of all forms. In a group of solutions whose rewards are equal no advantage is left, so a group that
is all right, all wrong, or saturated at 1 teaches nothing (the group's mean is the baseline: Shao et al., arXiv
2402.03300). And a baseline that is taken off every step (the group's mean step score, say) makes a step worth s_t - b:
where scores lie below b each step costs, and the policy writes few; where they lie above, many.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from harness.errors import UnknownName
from harness.measure.aggregation import aggregation, as_probability

TEMPERATURE = 0.1  # of min-form credit; PURE's own (arXiv 2504.15275)


def last(steps: Sequence[float]) -> list[float]:
    """The score after the last step, given to it: c_T = s_T.

    Gamed by a good end: what comes before is not looked at, so wrong steps before a confident last line cost nothing.
    """
    return _at_the_end(steps, "last")


def product(steps: Sequence[float]) -> list[float]:
    """The product of the step probabilities, given to the last step: c_T = s_1 ... s_T.

    Gamed by few steps: each step below 1 lowers the product, so several are run together into one, or left out; a
    solution of one confident step is best. Long solutions all come near 0, where a group's rewards hardly differ.
    """
    return _at_the_end(steps, "product")


def total(steps: Sequence[float]) -> list[float]:
    """The sum of the step scores: c_t = s_t.

    Gamed by many steps: any step with a score above 0 adds, so the policy repeats true lines, or what says nothing (Gao
    et al., arXiv 2410.15115; Cheng et al., arXiv 2504.15275). A decay, gamma^t s_t, bounds the sum by s / (1 - gamma)
    and still rewards every further step.
    """
    return list(steps)


def mean(steps: Sequence[float]) -> list[float]:
    """The mean step score: c_t = s_t / T.

    Gamed by dilution: many easy true steps hide a wrong one, which costs 1 / T of itself.
    """
    return [step / len(steps) for step in steps]


def min_form(steps: Sequence[float], temperature: float = TEMPERATURE) -> list[float]:
    """The worst step, softly: c_t = s_t w_t, w = softmax of -s / temperature (PURE, arXiv 2504.15275).

    As the temperature goes to 0 the sum goes to the minimum. A step more adds no reward unless it is better than the
    rest, so length is not paid for. Gamed by saying little: one vague step that nobody can call wrong has no worst step
    below it; and only the worst step learns, so a group whose worst steps tie has no advantage.
    """
    lowest = min(steps)
    weights = [math.exp((lowest - step) / temperature) for step in steps]
    whole = math.fsum(weights)
    return [step * weight / whole for step, weight in zip(steps, weights, strict=True)]


FORMS: dict[str, Callable[[Sequence[float]], list[float]]] = {
    "last": last,
    "product": product,
    "sum": total,
    "mean": mean,
    "min-form": min_form,
}


def credit(steps: Sequence[float], form: str) -> list[float]:
    """What each step is given; [] for a solution without steps.

    Args:
        steps: Their raw scores, in order.
        form: One of ``FORMS``.

    Raises:
        UnknownName: There is no such form.
    """
    if form not in FORMS:
        raise UnknownName("form of step reward", form, FORMS)
    return FORMS[form](steps) if steps else []


def reward(steps: Sequence[float], form: str) -> float | None:
    """The reward of a solution, the sum of its steps' credits; None for one without steps.

    Raises:
        UnknownName: There is no such form.
    """
    given = credit(steps, form)
    return math.fsum(given) if given else None


def _at_the_end(steps: Sequence[float], name: str) -> list[float]:
    whole = as_probability(np.array([aggregation(name)(steps)]), name)
    return [*[0.0] * (len(steps) - 1), float(whole[0])]
