"""What is refused before anything is generated, and a backend that tells nothing."""

import pytest
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model

from harness.backends.asking import Backend, Settings
from harness.backends.making import parse_args
from harness.errors import BadInput, UnknownName
from harness.pool.generate import generate, sample_seed
from worlds.sums import PROBLEMS, plan, rows


@register_model("silent")
class Silent(LM):
    """A backend of somebody else's: texts, and nothing else."""

    def __init__(self, batch_size=1, device=None):
        super().__init__()

    def generate_until(self, requests):
        """The same text for all."""
        return ["lol"] * len(requests)

    def loglikelihood(self, requests):
        """Unused."""

    def loglikelihood_rolling(self, requests):
        """Unused."""


def silent(**settings):
    return Backend("silent", {}, Settings(**settings))


def test_what_a_backend_does_not_tell_is_not_known():
    """A registered model without a tokenizer or seeds; the manifest says so."""
    pool = generate(plan(), silent())

    assert {(row["text"], row["tokens"], row["finish"]) for row in rows(pool)} == {("lol", None, None)}
    (how,) = pool.manifest.origin["circumstances"]
    assert (how["tokens_from"], how["finish_from"]) == ("unknown", "unknown")
    assert "takes no seed of a sample" in how["seeds"]


def test_seeds_differ_within_a_problem_and_between_runs():
    """1,860 slots have 1,860 seeds below 2^31; another run has others."""
    seeds = {sample_seed(0, "p", slot) for slot in range(1860)}

    assert len(seeds) == 1860
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert not seeds & {sample_seed(1, "p", slot) for slot in range(1860)}


def test_a_name_that_is_taken_is_refused_before_any_work():
    """Replacing a pool has to be asked for."""
    generate(plan(), silent())
    with pytest.raises(BadInput, match="--replace"):
        generate(plan(), silent())

    assert generate(plan(samples=1), silent(), replace_pool=True).manifest.slots == 1


@pytest.mark.parametrize(
    ("changes", "settings", "message"),
    [
        ({"prompt": "Solve this."}, {}, r"write \{problem\} there"),
        ({"samples": 0}, {}, "whole numbers from 1"),
        ({}, {"temperature": 0.0}, "the same text"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changes, settings, message):
    """The message says what to do."""
    with pytest.raises(BadInput, match=message):
        generate(plan(**changes), silent(**settings))


def test_an_unknown_backend_is_named_with_its_neighbours():
    """Names are lm-eval's own."""
    with pytest.raises(UnknownName, match="local-completions"):
        Backend("local-completion", {}, Settings())


def test_a_backend_without_its_package_says_what_to_install():
    """vLLM is not installed here, or the test has nothing to show."""
    try:
        import vllm  # noqa: F401
    except ImportError:
        with pytest.raises(BadInput, match=r"lm-eval\[vllm\]"):
            Backend("vllm", {"pretrained": "some/model"}, Settings())


def test_remote_code_needs_a_pinned_revision():
    """What runs here must not change on the hub."""
    with pytest.raises(BadInput, match="revision=COMMIT"):
        Backend("hf", {"pretrained": "some/model", "trust_remote_code": True}, Settings())


def test_model_arguments_are_read_as_lm_eval_reads_them():
    """Numbers and truth values are values; anything else is refused with the form."""
    assert parse_args("pretrained=a/b,dtype=float16,parallelize=True,max_length=2048") == {
        "pretrained": "a/b", "dtype": "float16", "parallelize": True, "max_length": 2048
    }  # fmt: skip
    with pytest.raises(BadInput, match="key=value"):
        parse_args("pretrained")


def test_a_text_asked_twice_keeps_its_place():
    """Two problems with the same text are two problems."""
    twins = [PROBLEMS[0], type(PROBLEMS[0])("twin", PROBLEMS[0].text, "2")]
    pool = generate(plan(problems=twins), silent())

    assert [p.samples for p in pool.problems.values()] == [4, 4]
