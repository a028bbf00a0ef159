"""The small language model that writes the solutions: a Llama decoder, trained on text by erring authors.

It reads every family, out of distribution too, as a pre-trained model has read physics. Only solutions are trained
on, not the problems.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from experiments.micromath.batches import by_tokens
from experiments.micromath.recipe import Recipe
from experiments.micromath.tokenizer import LONGEST
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.splits import stream
from tasks.micromath.writers import SEPARATOR, USUAL, solve

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One solution as the generator reads it."""

    ids: list[int]
    prompt: int


def train_generator(recipe: Recipe, tokenizer: PreTrainedTokenizerFast, out: Path) -> Path:
    """Trains the generator and saves it with its tokenizer; goes on from the last checkpoint in ``out``.

    Returns:
        The folder of the model.
    """
    torch.manual_seed(recipe.seed)
    examples = corpus(recipe, tokenizer)
    batches = by_tokens([len(example.ids) for example in examples], recipe.batch_tokens, recipe.seed)
    model = LlamaForCausalLM(_config(recipe, tokenizer))
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(out / "checkpoints"),
            per_device_train_batch_size=1,
            num_train_epochs=1,
            learning_rate=recipe.generator_rate,
            lr_scheduler_type="cosine",
            warmup_steps=min(200, len(batches) // 10),
            weight_decay=0.05,
            adam_beta2=0.98,
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            logging_steps=50,
            save_steps=500,
            save_total_limit=1,
            seed=recipe.seed,
            report_to=[],
            remove_unused_columns=False,
            dataloader_num_workers=0,
        ),
        train_dataset=_Batches(examples, batches),
        data_collator=lambda items: _padded(items[0], tokenizer.pad_token_id),
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(trainer.args.output_dir) if out.exists() else None)
    model.to(torch.bfloat16).save_pretrained(out / "model")
    tokenizer.save_pretrained(out / "model")
    return out / "model"


def corpus(recipe: Recipe, tokenizer: PreTrainedTokenizerFast) -> list[Example]:
    """The training text: one solution a problem, each by an erring author."""
    rng = random.Random(recipe.seed)
    families = (*IN_DISTRIBUTION, *OUT_OF_DISTRIBUTION)
    problems = stream(families, "train", f"corpus-{recipe.seed}", level_weights=recipe.corpus_levels)
    examples: list[Example] = []
    for plan in islice(problems, recipe.corpus):
        prompt = tokenizer(plan.text + SEPARATOR).input_ids
        lines = "".join(line + SEPARATOR for line in solve(plan, USUAL, rng))
        ids = prompt + tokenizer(lines).input_ids + [tokenizer.eos_token_id]
        if len(ids) <= LONGEST:
            examples.append(Example(ids, len(prompt)))
    return examples


def _config(recipe: Recipe, tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    shape = recipe.shape
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.shared_heads,
        intermediate_size=shape.inner,
        max_position_embeddings=LONGEST,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


class _Batches(torch.utils.data.Dataset[list[Example]]):
    """Whole batches as the items of a data set, so that the Trainer leaves their size alone."""

    def __init__(self, examples: Sequence[Example], batches: Sequence[Sequence[int]]) -> None:
        self._examples = examples
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, position: int) -> list[Example]:
        return [self._examples[i] for i in self._batches[position]]


def _padded(batch: Sequence[Example], pad: int | None) -> dict[str, Any]:
    longest = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), longest), pad or 0)
    mask = torch.zeros((len(batch), longest), dtype=torch.long)
    labels = torch.full((len(batch), longest), IGNORED)
    for row, example in enumerate(batch):
        size = len(example.ids)
        ids[row, :size] = torch.tensor(example.ids)
        mask[row, :size] = 1
        labels[row, example.prompt : size] = ids[row, example.prompt : size]
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}
