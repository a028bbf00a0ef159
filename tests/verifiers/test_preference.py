"""A verifier that prefers: its win rates, what it is asked, and what it may not answer."""

import pytest

from harness import registry
from harness.errors import VerifierError
from harness.records import Solution
from verifiers.base import PreferenceVerifier


class Longer(PreferenceVerifier):
    """Believes in length, and a little in whatever stands first."""

    name = "longer"
    bias = 0.0

    def __init__(self):
        self.asked = []

    def prefer(self, problem, pairs):
        self.asked += pairs
        return [
            min(1.0, max(0.0, (len(a) > len(b)) * 1.0 + self.bias * (1 if len(a) < len(b) else 0))) for a, b in pairs
        ]


def values(verifier, *texts):
    return [score.value for score in verifier.score("p", [Solution(text) for text in texts])]


def test_the_score_is_the_win_rate_among_distinct_solutions():
    """The longest of three wins against two and ties with itself; equal ones are one; without text there is none."""
    verifier = Longer()

    assert values(verifier, "a", "abc", "ab", "abc", "") == pytest.approx([0.5 / 3, 2.5 / 3, 1.5 / 3, 2.5 / 3, None])
    assert len(verifier.asked) == len(set(verifier.asked)) == 3 * 2, "each pair in both orders, once"


def test_a_favour_for_the_first_is_averaged_out():
    """Both orders are asked, so the order in which solutions come changes nothing."""
    verifier = Longer()
    verifier.bias = 0.4

    assert values(verifier, "a", "abc") == values(verifier, "abc", "a")[::-1] == pytest.approx([0.35, 0.65])


def test_one_alone_ties_with_itself():
    """Nothing is asked, and it is not unscored: it would count as wrong."""
    verifier = Longer()

    assert values(verifier, "a", "a") == [0.5, 0.5]
    assert verifier.asked == []


@pytest.mark.parametrize(
    ("answer", "said"), [([0.5], "returned 1 preferences for 2 pairs"), ([0.5, 1.5], "returned 1.5")]
)
def test_what_is_no_preference_is_said(answer, said):
    class Odd(PreferenceVerifier):
        name = "odd"

        def prefer(self, problem, pairs):
            return answer

    with pytest.raises(VerifierError, match=said):
        values(Odd(), "a", "b")


def test_it_is_a_verifier_like_any_other(small_pool, bonbench, tmp_path):
    """By its path, on a pool, with its own rules."""
    file = tmp_path / "mine.py"
    file.write_text(
        "from verifiers.base import PreferenceVerifier\n\n\nclass First(PreferenceVerifier):\n    name = 'first'\n\n"
        "    def prefer(self, problem, pairs):\n        return [1.0 if a < b else 0.0 for a, b in pairs]\n"
    )

    status, said, err = bonbench("run", "--pool", "small", "-v", f"{file}:First", "--no-controls")

    assert status == 0, err
    assert "first" in said
    assert registry.verifier(f"{file}:First").rules == ("best-of-n", "weighted-vote")
