"""EurusPRM against its authors' evaluation: two models, one solution at a time."""

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from harness.records import Solution
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.implicit_prm import ImplicitPRM
from worlds.tiny import questions, qwen_tokenizer, score_all, steps_of, tiny

BETA = 0.05


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder, other = tmp_path_factory.mktemp("policy"), tmp_path_factory.mktemp("reference")
    tokenizer = qwen_tokenizer(folder)
    policy = tiny(Qwen2ForCausalLM, Qwen2Config, folder, len(tokenizer), tie_word_embeddings=False)
    torch.manual_seed(5)
    reference = Qwen2ForCausalLM(policy.config).eval()
    reference.save_pretrained(other)
    extra = {"reference": str(other), "beta": BETA}
    return tokenizer, policy, reference, Checkpoint("tiny", str(folder), aggregation="min", extra=extra)


def log_probs(model, ids: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        logits = model(ids).logits[:, :-1].log_softmax(-1)
    return logits.gather(2, ids[:, 1:, None])[0, :, 0]


def authors(tokenizer, policy, reference, problem: str, steps: list[str]) -> tuple[list[float], float]:
    """The authors' boundaries and cumulated rewards; step rewards as differences, and the last cumulated one."""
    steps = [f"Step {i}: {s}" for i, s in enumerate(steps, 1)]

    def render(k: int) -> str:
        turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": "\n\n".join(steps[:k])}]
        return tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=False)

    ids = torch.tensor([tokenizer.encode(render(len(steps)), add_special_tokens=False)])
    ends = []
    for k in range(len(steps) + 1):
        text = render(k).strip() + ("\n\n" if k not in (0, len(steps)) else "")
        ends.append(len(tokenizer.encode(text, add_special_tokens=False)) - 2)
    reward = BETA * (log_probs(policy, ids) - log_probs(reference, ids))
    reward[: ends[0]] = 0.0
    total = reward.cumsum(0)
    q = [total[min(e, len(total) - 1)].item() for e in ends[1:]]
    return [b - a for a, b in zip([0.0, *q], q, strict=False)], q[-1]


def test_every_step_scores_as_its_authors_evaluation_does(made):
    """Log-ratio gained in each step; batched, with shared prefixes and one solution twice."""
    tokenizer, policy, reference, record = made
    asked = questions()

    found = steps_of(score_all(ImplicitPRM.of(record, batch_tokens=256), asked))

    for (problem, solutions), rows in zip(asked, found, strict=True):
        for solution, row in zip(solutions, rows, strict=True):
            steps, outcome = authors(tokenizer, policy, reference, problem, solution.text.split("\n\n"))
            assert row == pytest.approx(steps, abs=1e-5)
            assert sum(row) == pytest.approx(outcome, abs=1e-5)


def test_the_solution_alone_is_rewarded(made):
    """Nothing of the problem is read: the first read predicts the first token of the solution."""
    tokenizer, _, _, record = made
    verifier = ImplicitPRM(record)
    verifier.ready()

    (encoded,) = verifier.encode("How many apples?", [("", ("Seven.",))])

    assert tokenizer.decode(encoded.ids[encoded.reads[0] :]).startswith("\nStep 1: Seven.")


def test_the_reference_is_part_of_the_identity(made, tmp_path):
    """Another reference, or another beta, gives other scores and so another fingerprint."""
    _, _, _, record = made
    own = ImplicitPRM(record).fingerprint()

    assert ImplicitPRM.of(record, beta=0.1).fingerprint() != own
    assert ImplicitPRM.of(record, reference=record.model).fingerprint() != own
    assert ImplicitPRM.of(record, batch_tokens=64).fingerprint() == own


def test_policy_equal_to_reference_gives_no_reward(made):
    """The log-ratio of a model with itself is zero everywhere."""
    _, _, _, record = made

    (score,) = ImplicitPRM.of(record, reference=record.model).score("p", [Solution("a\n\nb")])

    assert score.steps == pytest.approx([0.0, 0.0], abs=1e-6)
