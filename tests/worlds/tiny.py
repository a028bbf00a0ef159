"""Tiny random checkpoints of the real architectures, and real tokenizers with the markers and merges that matter."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from harness.records import BatchVerifier, Question, Score, Solution

# The pattern by which the tokenizers of Llama 3 and Qwen 2 split text before they merge bytes.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA_SPECIAL = (
    "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|start_header_id|>", "<|end_header_id|>",
    "<|eot_id|>",
)  # fmt: skip
QWEN_SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<extra_0>")
LLAMA_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' + "
    "m['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
QWEN_TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CORPUS = [
    "Step 1: Janet has 3 + 4 = 7 apples.\n\nStep 2: She eats 2, so 7 - 2 = 5 are left.\n\n",
    "The answer is (5).\n\nSo $x = 5$.\n\n\\[ x + y = 9 \\]\n\nTherefore \\boxed{9}.\n\n",
    "assistant user system Yes No Yes, No. correct incorrect Is the solution correct? + - + - + -\n",
    "(yes) (no) yes no (yes) (no) yes no {Yes} {No} $\\boxed{Yes}$\n",
    "a step. \n\n\n\nanother step) \n\n\n\na third \n\n\n\n",
    "шаг ки\nручки ки\nштучки ки 3 ки $ ки } ки\n",
] * 8

PROBLEMS = (
    "Janet has 3 apples and buys 4. How many has she?",
    "What is x + y when x = 4 and y = 5?",
    "A box holds (3 + 4) pens; two are lost. How many are left?",
)
STEPS = (
    ("Janet has 3 apples.", "She buys 4, so 3 + 4 = 7", "The answer is 7."),
    ("Janet has 3 apples.", "She buys 4, so 3 + 4 = 7", "So she has $7$"),
    ("Janet has 3 apples.", "She buys 4, so 3 - 4 = -1", "The answer is \\boxed{-1}"),
    ("We add (3 + 4)", "The answer is 7."),
    ("The answer is 7.",),
)


def questions(separator: str = "\n\n") -> list[tuple[str, list[Solution]]]:
    """Three problems with six solutions each: shared beginnings, awkward endings, one solution twice."""
    solutions = [Solution(separator.join(steps)) for steps in STEPS]
    return [(problem, [*solutions, solutions[1]]) for problem in PROBLEMS]


def byte_tokenizer(folder: Path, special: Sequence[str], template: str, **named: str) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer as Llama 3's and Qwen 2's, trained on ``CORPUS``.

    Args:
        folder: Where it is saved.
        special: Special tokens.
        template: Chat template.
        **named: ``bos_token`` (which it then adds), ``eos_token``, ``pad_token``.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(__import__("tokenizers").Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        min_frequency=2,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    if "bos_token" in named and named["bos_token"] == "<|begin_of_text|>":
        bos = named["bos_token"]
        tokenizer.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing(
                    single=f"{bos} $A", pair=f"{bos} $A {bos} $B", special_tokens=[(bos, tokenizer.token_to_id(bos))]
                ),
            ]
        )
    return _save(tokenizer, folder, template, **named)


def llama_tokenizer(folder: Path, **changes: str) -> PreTrainedTokenizerFast:
    """As Llama 3's: it adds the BOS token, and so does its template."""
    named = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "pad_token": "<|end_of_text|>", **changes}
    return byte_tokenizer(folder, LLAMA_SPECIAL, LLAMA_TEMPLATE, **named)


def qwen_tokenizer(folder: Path, **changes: str) -> PreTrainedTokenizerFast:
    """As Qwen 2's: no BOS token is added."""
    named = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", **changes}
    return byte_tokenizer(folder, QWEN_SPECIAL, QWEN_TEMPLATE, **named)


def mistral_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """As Mistral's first: SentencePiece's BPE, a space before the text, bytes for what it does not know."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split("\n", "isolated"), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    trainer = trainers.BpeTrainer(vocab_size=500, min_frequency=2, show_progress=False)
    trained.train_from_iterator(CORPUS, trainer)
    model = json.loads(trained.to_str())["model"]
    learnt = [t for t, _ in sorted(model["vocab"].items(), key=lambda kv: kv[1]) if "\n" not in t]
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256)), *learnt]
    merges = [tuple(m) for m in model["merges"] if "\n" not in "".join(m)]
    tokenizer = Tokenizer(
        models.BPE({t: i for i, t in enumerate(pieces)}, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return _save(tokenizer, folder, "", bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def tiny(model_class: Any, config_class: Any, folder: Path, vocabulary: int, **changes: Any) -> Any:
    """A random model of a real architecture, saved: two layers, wide enough initial weights that outputs differ."""
    torch.manual_seed(0)
    values: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 48,
        "vocab_size": vocabulary,
        "max_position_embeddings": 1024,
        "initializer_range": 0.4,
        "bos_token_id": None,
        "eos_token_id": None,
        **changes,
    }
    model = model_class(config_class(**values)).eval()
    model.save_pretrained(folder)
    return model


def rewrite_config(folder: Path, **changes: Any) -> None:
    """Change a saved configuration, as a checkpoint with a class of its own would have it."""
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def score_all(verifier: BatchVerifier, asked: Sequence[Question]) -> list[list[Score]]:
    """The scores of all questions, asked at once as the engine asks."""
    return verifier.score_prepared(verifier.prepare(asked))


def steps_of(scores: Sequence[Sequence[Any]]) -> list[list[tuple[float, ...]]]:
    """Step scores of ``score_all``."""
    return [[s.steps for s in row] for row in scores]


def values_of(scores: Sequence[Sequence[Any]]) -> list[list[float | None]]:
    """Solution scores of ``score_all``."""
    return [[s.value for s in row] for row in scores]


def _save(tokenizer: Tokenizer, folder: Path, template: str, **named: str) -> PreTrainedTokenizerFast:
    folder.mkdir(parents=True, exist_ok=True)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named)
    if template:
        fast.chat_template = template
    fast.save_pretrained(folder)
    return fast


def known(tokenizer: PreTrainedTokenizerFast, *texts: str) -> Mapping[str, tuple[int, ...]]:
    """The ids of texts in a tokenizer, as a format's ``known`` wants them."""
    return {t: tuple(tokenizer(t, add_special_tokens=False)["input_ids"]) for t in texts}
