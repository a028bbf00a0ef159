"""The small language model that writes the solutions: a Llama decoder, trained on text by erring authors.

It reads every family, out of distribution too, as a pre-trained model has read physics. Only solutions are trained
on, not the problems.
"""

import random
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from experiments.micromath.recipe import Recipe
from experiments.micromath.tokenizer import LONGEST
from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.splits import stream
from tasks.micromath.writers import SEPARATOR, USUAL, solve
from verifiers.training.batches import IGNORED, Batches, Item, padded
from verifiers.training.train import save_tokenizer


def train_generator(recipe: Recipe, tokenizer: PreTrainedTokenizerFast, out: Path) -> Path:
    """Trains the generator and saves it with its tokenizer; goes on from the last checkpoint in ``out``.

    Returns:
        The folder of the model.
    """
    torch.manual_seed(recipe.seed)
    batches = Batches(corpus(recipe, tokenizer), recipe.batch_tokens, recipe.seed)
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
        train_dataset=batches,
        data_collator=lambda batch: padded(batch[0], tokenizer.pad_token_id),
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(trainer.args.output_dir) if out.exists() else None)
    model.to(torch.float16).save_pretrained(out / "model")
    save_tokenizer(tokenizer, out / "model")
    return out / "model"


def corpus(recipe: Recipe, tokenizer: PreTrainedTokenizerFast) -> list[Item]:
    """The training text: one solution a problem, each by an erring author."""
    rng = random.Random(recipe.seed)
    families = (*IN_DISTRIBUTION, *OUT_OF_DISTRIBUTION)
    problems = stream(families, "train", f"corpus-{recipe.seed}", level_weights=recipe.corpus_levels)
    items: list[Item] = []
    for plan in islice(problems, recipe.corpus):
        prompt = tokenizer(plan.text + SEPARATOR).input_ids
        lines = "".join(line + SEPARATOR for line in solve(plan, USUAL, rng))
        ids = np.array([*prompt, *tokenizer(lines).input_ids, tokenizer.eos_token_id], dtype=np.int32)
        targets = ids.copy()
        targets[: len(prompt)] = IGNORED
        if len(ids) <= LONGEST:
            items.append(Item(ids, targets))
    return items


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
