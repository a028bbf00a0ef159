"""Policies trained by TRL's own ``DPOTrainer`` on pairs that ``harness.pool.preferences`` makes of a graded pool."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoTokenizer, LlamaForCausalLM

from experiments.micromath.sampling import load_generator, solutions
from experiments.policy.measured import as_json, drawn, measured, trained_on
from experiments.policy.recipe import Recipe
from experiments.policy.rewards import Checked
from experiments.policy.trainers import unseen
from harness import files
from harness.pool import grading, preferences
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool
from harness.pool.preferences import Pairing, Told
from harness.records import AnswerSpec
from tasks.micromath import polynomials
from tasks.micromath.plans import Plan
from tasks.micromath.writers import SEPARATOR

NAME = "micromath-train"
ARMS = {"pairs": None, "matched-pairs": 0.1}  # arm -> largest difference of the lengths


def train(arm: str, seed: int, recipe: Recipe, generator: Path, out: Path) -> Path:
    """Train a policy and write its log: ``log.json``, as ``grpo.train`` does.

    Args:
        arm: How pairs are made.
        seed: Of everything random.
        recipe: The size.
        generator: The folder of the model that it starts from.
        out: The folder of this policy.
    """
    from trl import DPOConfig, DPOTrainer

    started, cpu = time.monotonic(), time.process_time()
    plans, held_out = trained_on(recipe, generator), drawn("validation", recipe, recipe.held_out)
    rows, told = _pairs(arm, seed, recipe, plans, generator, out)
    checker = Checked({plan.text: plan for plan in [*plans, *held_out]})
    tokenizer = AutoTokenizer.from_pretrained(generator)
    model = LlamaForCausalLM.from_pretrained(generator, dtype=torch.float32)

    def now(step: int) -> tuple[dict[str, Any], dict[str, Any]]:
        both = (measured(model, tokenizer, asked, recipe, checker, step)[0] for asked in (plans, held_out))
        own, other = map(as_json, both)
        return own, other

    before = now(0)
    trainer = DPOTrainer(
        model=model,
        ref_model=LlamaForCausalLM.from_pretrained(generator, dtype=torch.float32),
        processing_class=tokenizer,
        train_dataset=Dataset.from_list([{k: row[k] for k in ("prompt", "chosen", "rejected")} for row in rows]),
        args=DPOConfig(
            output_dir=str(out / "trainer"),
            num_train_epochs=recipe.dpo_epochs,
            per_device_train_batch_size=recipe.dpo_batch,
            learning_rate=recipe.dpo_rate,
            beta=recipe.dpo_beta,
            **unseen(seed),
        ),
    )
    trainer.train()
    after = now(trainer.state.global_step)
    found = {
        "arm": arm,
        "seed": seed,
        "seconds": round(time.monotonic() - started, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "pairs": told.rows,
        "mean_longer": round(told.longer / max(told.rows, 1), 3),
        "measured": [before[0], after[0]],
        "held_out": [before[1], after[1]],
        "history": trainer.state.log_history,
    }
    files.write_json(found, out / "log.json")
    return out / "log.json"


def _pairs(
    arm: str, seed: int, recipe: Recipe, plans: Sequence[Plan], generator: Path, out: Path
) -> tuple[list[dict[str, Any]], Told]:
    """Pairs of graded solutions of training problems, with the mark that ends a solution."""
    loaded = load_generator(generator, recipe.temperature, seed)

    def entries() -> Iterator[Entry]:
        for plan, written in solutions(loaded, plans, recipe.dpo_samples):
            gold = polynomials.render(plan.answer)
            described = Described(id=plan.id, text=plan.text, gold=gold, subject=plan.subject, level=plan.level)
            for number, sample in enumerate(written, 1):
                yield Entry(described, sample, NAME, number)

    about = About(NAME, slots=recipe.dpo_samples, sampling={"prompt": "{problem}" + SEPARATOR}, replace=True)
    pool = import_pool(NAME, entries(), about, out / "pools")
    problems = [entry.problem for entry in pool.problems.values()]
    grades, told = grading.grade(pool, problems, AnswerSpec()), Told()
    pairing = Pairing(recipe.dpo_pairs, ARMS[arm], seed)
    template = preferences.template_of(pool, None)
    rows = list(preferences.pairs(pool, problems, template, grades.table, pairing, told))
    for row in rows:
        row |= {side: row[side] + SEPARATOR for side in ("chosen", "rejected")}
    return rows, told
