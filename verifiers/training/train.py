"""``TrainConfig`` in, a folder with the verifier out.

The folder holds ``train.json`` (the settings), ``checkpoints`` (a stopped training goes on from the last one) and, at
the end, ``model``: safetensors, tokenizer, ``verifier.json`` (how to read it) and ``training.json`` (what it was
trained on and how well it does).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    AutoTokenizer,
    EvalPrediction,
    Trainer,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from harness.errors import BadInput
from verifiers.training.batches import Batches, Item, padded
from verifiers.training.labelled import LabelledSolution
from verifiers.training.layout import LABELS, Encoder, Kind, Layout, NeutralRule
from verifiers.training.metrics import good_probability, metrics
from verifiers.training.sources import Source
from verifiers.training.targets import item, missing

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All settings of one training.

    Attributes:
        kind: ``orm`` or ``prm``.
        model: A folder or a hub id: any model that Transformers can put a token-classification head on.
        data: What to train on.
        out: Where everything goes.
        validation: What to watch while training.
        revision: The commit of ``model`` on the hub.
        prompt: What stands before the steps; ``{problem}`` is the problem.
        separator: What follows each step.
        neutral: Whether a PRM's neutral step counts as positive or negative when it is read.
        longest: Most tokens of a solution with its problem; longer ones are left out and counted.
        epochs: Times each solution is read; the paper has 1 for an ORM, 2 for a PRM.
        rate: Peak learning rate; it warms up linearly over 3 % of the steps and falls to 0 along a cosine.
        batch_tokens: Tokens of a batch, padding included.
        decay: Weight decay.
        checkpoints: How often, evenly spaced, a checkpoint is saved and the validation data is looked at.
        seed: Order of the data and initial head.
        precision: ``bf16`` for mixed precision, ``fp32``, or ``auto``: bf16 on a GPU that has it.
        stored: Number format of the saved weights: ``float32``, ``float16`` or ``bfloat16``.
    """

    kind: Kind
    model: str
    data: tuple[Source, ...]
    out: Path
    validation: tuple[Source, ...] = ()
    revision: str | None = None
    prompt: str = "{problem}\n"
    separator: str = "\n"
    neutral: NeutralRule = "neutral-as-positive"
    longest: int = 4096
    epochs: float = 2.0
    rate: float = 1e-5
    batch_tokens: int = 16_384
    decay: float = 0.01
    checkpoints: int = 5
    seed: int = 1
    precision: str = "auto"
    stored: str = "float16"

    @property
    def layout(self) -> Layout:
        """How the verifier sees a solution."""
        return Layout(self.kind, self.prompt, self.separator, self.neutral, self.longest)


def train(config: TrainConfig) -> Path:
    """Trains a verifier, or goes on with the training that was stopped, or returns the one already trained.

    Returns:
        The folder of the model.

    Raises:
        BadInput: The data has no labels of the right kind, or ``out`` holds a training with other settings.
    """
    model_folder = config.out / "model"
    _claim(config)
    if (model_folder / "training.json").exists():
        return model_folder
    tokenizer: Any = AutoTokenizer.from_pretrained(config.model, revision=config.revision)
    encoder = Encoder(tokenizer, config.layout)
    items, too_long = _items(_read(config.data), encoder, config)
    watched, _ = _items(_read(config.validation), encoder, config) if config.validation else ([], 0)
    trainer = _trainer(config, items, watched, tokenizer)
    checkpoint = get_last_checkpoint(str(config.out / "checkpoints"))
    result = trainer.train(resume_from_checkpoint=checkpoint)
    report = {
        "solutions": len(items),
        "too_long": too_long,
        "tokens": int(sum(len(i.ids) for i in items)),
        "steps": result.global_step,
        "seconds": round(result.metrics.get("train_runtime", 0.0), 1),
        "loss": result.training_loss,
        "history": [entry for entry in trainer.state.log_history if "eval_loss" in entry],
    }
    model: Any = trainer.model
    model.to(DTYPES[config.stored]).save_pretrained(model_folder)
    tokenizer.save_pretrained(model_folder)
    config.layout.save(model_folder)
    (model_folder / "training.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return model_folder


def _trainer(config: TrainConfig, items: list[Item], watched: list[Item], tokenizer: Any) -> Trainer:
    torch.manual_seed(config.seed)
    names = LABELS[config.kind]
    shape = AutoConfig.from_pretrained(
        config.model,
        revision=config.revision,
        id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)},
    )
    shape.classifier_dropout = 0.0
    shape.use_cache = False
    model = AutoModelForTokenClassification.from_pretrained(
        config.model, revision=config.revision, config=shape, dtype=torch.float32
    )
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id or 0
    batches = Batches(items, config.batch_tokens, config.seed)
    steps = max(1, round(len(batches) * config.epochs))
    every = max(1, steps // config.checkpoints)
    cuda = torch.cuda.is_available()
    bf16 = config.precision == "bf16" or (config.precision == "auto" and cuda and torch.cuda.is_bf16_supported())
    arguments = TrainingArguments(
        output_dir=str(config.out / "checkpoints"),
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        max_steps=steps,
        learning_rate=config.rate,
        lr_scheduler_type="cosine",
        warmup_steps=round(0.03 * steps),
        weight_decay=config.decay,
        adam_beta2=0.98,
        bf16=bf16,
        use_cpu=not cuda,
        logging_steps=max(1, steps // 100),
        save_steps=every,
        save_total_limit=1,
        eval_strategy="steps" if watched else "no",
        eval_steps=every,
        seed=config.seed,
        report_to=[],
        remove_unused_columns=False,
    )
    return Trainer(
        model=model,
        args=arguments,
        train_dataset=batches,
        eval_dataset=Batches(watched, config.batch_tokens, config.seed) if watched else None,
        data_collator=lambda batch: padded(batch[0], pad),
        compute_metrics=lambda prediction: _judge(prediction, config.kind),
        preprocess_logits_for_metrics=good_probability,
    )


def _judge(prediction: EvalPrediction, kind: Kind) -> dict[str, float]:
    return metrics(prediction.predictions, prediction.label_ids, kind)


def _read(sources: Iterable[Source]) -> Iterable[LabelledSolution]:
    for source in sources:
        yield from source.read()


def _items(solutions: Iterable[LabelledSolution], encoder: Encoder, config: TrainConfig) -> tuple[list[Item], int]:
    """The labelled ones as items, and how many were too long."""
    items: list[Item] = []
    too_long = found = 0
    for solution in solutions:
        found += 1
        encoded = encoder.encode(solution.problem, solution.steps)
        if len(encoded.ids) > config.longest:
            too_long += 1
            continue
        labelled = item(solution, encoded, config.kind)
        if labelled is not None:
            items.append(labelled)
    if not items:
        raise missing(config.kind, found)
    return items, too_long


def _claim(config: TrainConfig) -> None:
    """Makes ``out`` this training's own, or finds that it already is."""
    settings = json.dumps(asdict(config) | {"out": ""}, indent=2, default=str)
    file = config.out / "train.json"
    if file.exists() and file.read_text(encoding="utf-8") != settings:
        raise BadInput(
            f"{config.out} holds a training with other settings ({file}). Choose another folder, or remove that one."
        )
    config.out.mkdir(parents=True, exist_ok=True)
    file.write_text(settings, encoding="utf-8")
