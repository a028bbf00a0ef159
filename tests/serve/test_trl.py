"""TRL's own GRPO trainer, with a served verifier as its reward; a toy that a grader teaches and a constant does not."""

import math

import pytest
import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from harness.grader.explaining import explain
from harness.records import AnswerSpec
from harness.serve.client import trl_reward
from worlds.reward_server import serving

trl = pytest.importorskip("trl")
NUMBERS = ("one", "two", "three", "four")
GOLDS = {f"{word} is": str(i) for i, word in enumerate(NUMBERS, 1)}
CHAT = "{% for m in messages %}{{ m['content'] }}{% endfor %}"


@pytest.fixture(scope="module")
def tokenizer():
    """Words, and boxed numbers that are one token each."""
    words = ["<pad>", "</s>", "<unk>", *NUMBERS, "is", *(f"\\boxed{{{i}}}" for i in range(1, 7))]
    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        chat_template=CHAT,
        model_input_names=["input_ids", "attention_mask"],
    )


@pytest.fixture
def policy(tokenizer):
    """A decoder that knows nothing."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id, "bos_token_id": None}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=16, **size, **ends))


def trained(policy, tokenizer, reward, out, prompts=tuple(GOLDS), steps=2, tokens=1, rate=1e-2):
    """The log of a training."""
    settings = trl.GRPOConfig(
        output_dir=str(out),
        max_steps=steps,
        per_device_train_batch_size=32,
        num_generations=8,
        max_completion_length=tokens,
        learning_rate=rate,
        lr_scheduler_type="constant",
        beta=0.0,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        seed=3,
    )
    data = Dataset.from_list([{"prompt": p, "answer": GOLDS.get(p if isinstance(p, str) else "", "")} for p in prompts])
    trainer = trl.GRPOTrainer(
        model=policy, reward_funcs=reward, args=settings, train_dataset=data, processing_class=tokenizer
    )
    trainer.train()
    return [row for row in trainer.state.log_history if "reward" in row]


def accuracy(policy, tokenizer):
    """The probability of the right answer, over all the problems: no sampling, so no noise."""
    policy.eval()
    found = []
    for prompt, gold in GOLDS.items():
        ids = torch.tensor([tokenizer(prompt).input_ids])
        with torch.no_grad():
            probabilities = policy(ids).logits[0, -1].softmax(-1)
        found.append(float(probabilities[tokenizer.convert_tokens_to_ids(f"\\boxed{{{gold}}}")]))
    return sum(found) / len(found)


def grader(prompts, completions, answer, **columns):
    """The grader itself as the reward: 1 for right, 0 for wrong or none, None where it is undecided."""
    found = [explain(text, gold, AnswerSpec()) for text, gold in zip(completions, answer, strict=True)]
    return [0.0 if f.extracted is None else None if f.correct is None else float(f.correct) for f in found]


def test_the_grader_as_a_reward_raises_accuracy(policy, tokenizer, tmp_path):
    """From a guess among 13 tokens to more than half right."""
    before = accuracy(policy, tokenizer)

    log = trained(policy, tokenizer, grader, tmp_path, steps=40)

    assert before < 0.15
    assert accuracy(policy, tokenizer) > 0.5
    assert log[-1]["reward"] > log[0]["reward"]


def test_a_constant_reward_does_not(policy, tokenizer, tmp_path):
    """Ties give no advantage, so not a single weight moves."""
    before = {name: value.clone() for name, value in policy.state_dict().items()}
    at_first = accuracy(policy, tokenizer)

    log = trained(policy, tokenizer, lambda prompts, completions, **columns: [1.0] * len(prompts), tmp_path, steps=10)

    assert accuracy(policy, tokenizer) == at_first
    assert all(torch.equal(value, before[name]) for name, value in policy.state_dict().items())
    assert {row["frac_reward_zero_std"] for row in log} == {1.0}


VERIFIER = """
from verifiers.base import OutcomeVerifier


class Boxes(OutcomeVerifier):
    name = "boxes"

    def score_solutions(self, problem, solutions):
        assert problem in ("one is", "two is", "three is", "four is"), problem
        return [None if "two" in problem else float(text.count("boxed")) for text in solutions]
"""


@pytest.mark.parametrize("chat", [False, True])
def test_a_served_verifier_rewards_a_policy(policy, tokenizer, tmp_path, chat):
    """The trainer calls the adapter with its own prompts and completions; a problem without scores is left out."""
    (tmp_path / "boxes.py").write_text(VERIFIER)
    prompts = [[{"role": "user", "content": p}] if chat else p for p in GOLDS]
    with serving(f"{tmp_path}/boxes.py:Boxes") as server:
        log = trained(policy, tokenizer, trl_reward(server.url), tmp_path / "out", prompts, tokens=3)
        asked = server.metrics.value("solutions_total")

    assert len(log) == 2
    assert asked == 2 * 32
    assert all(0.0 <= row["rewards/bonbench/mean"] <= 3.0 for row in log)
    assert all(math.isfinite(row["loss"]) for row in log)
