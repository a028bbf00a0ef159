"""``TrainConfig`` in, a folder with the verifier out.

The folder holds ``train.json`` (the settings), ``checkpoints`` (a stopped training goes on from the last one) and, at
the end, ``model``: safetensors, tokenizer, ``verifier.json`` (how to read it) and ``training.json`` (what it was
trained on and how well it does).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    AutoTokenizer,
    EvalPrediction,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    __version__,
)
from transformers.trainer_utils import get_last_checkpoint

from harness.errors import BadInput
from harness.pool.labelled.solution import LabelledSolution
from verifiers.engine.checkpoint import Weights
from verifiers.engine.quiet import quiet
from verifiers.formats.layout import LABELS, Encoder, Kind, Layout, NeutralRule
from verifiers.training.batches import Batches, Item, padded
from verifiers.training.loss import VerifierTrainer
from verifiers.training.metrics import good_probability, metrics
from verifiers.training.sources import Source
from verifiers.training.targets import item, missing
from verifiers.training.watch import Reporter, Unwatched, Watch

TELL_EVERY = 1000
LAST = 10**9  # a step that never comes: the Trainer saves and looks at the end anyway
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
        longest: Most tokens of a solution with its problem, if the model has positions for so many; longer ones are
            left out and counted.
        epochs: Times each solution is read; the paper has 1 for an ORM, 2 for a PRM.
        rate: Peak learning rate; it warms up linearly over 3 % of the steps and falls to 0 along a cosine.
        batch_tokens: Tokens of a batch, padding included.
        accumulate: Batches for one step of the optimizer, for each device.
        recompute: Forget what the layers computed and compute it again on the way back: less memory, a third slower.
        decay: Weight decay.
        language: Weight of a language loss on good steps (PRM) or right solutions (ORM), for models that tie their
            embeddings; 0 leaves it out.
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
    accumulate: int = 1
    recompute: bool = False
    decay: float = 0.01
    language: float = 0.0
    checkpoints: int = 5
    seed: int = 1
    precision: str = "auto"
    stored: str = "float16"

    @property
    def layout(self) -> Layout:
        """How the verifier sees a solution."""
        return Layout(self.kind, self.prompt, self.separator, self.neutral, self.longest)


def train(config: TrainConfig, watch: Watch | None = None) -> Path:
    """Trains a verifier, or goes on with the training that was stopped, or returns the one already trained.

    Args:
        config: What to train on what.
        watch: Who is told how it goes.

    Returns:
        The folder of the model.

    Raises:
        BadInput: The data has no labels of the right kind, the model cannot be had or has no token-classification
            form, memory runs out, or ``out`` holds a training with other settings.
    """
    watch = watch or Unwatched()
    model_folder = config.out / "model"
    _claim(config)
    if (model_folder / "training.json").exists():
        return model_folder
    base = Weights(config.model, config.revision or "").folder()
    tokenizer, positions = _tokenizer(base)
    config = replace(config, longest=min(config.longest, positions or config.longest))
    encoder = Encoder(tokenizer, config.layout)
    items, too_long = _items(_read(config.data), encoder, config, watch)
    watched, _ = _items(_read(config.validation), encoder, config, watch) if config.validation else ([], 0)
    trainer = _trainer(config, base, items, watched, tokenizer)
    tokens = sum(len(i.ids) for i in items)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(Reporter(watch, config.accumulate * tokens // len(trainer.train_dataset)))
    try:
        with quiet():
            result = trainer.train(resume_from_checkpoint=get_last_checkpoint(str(config.out / "checkpoints")))
    except torch.OutOfMemoryError as error:
        raise BadInput(
            f"{config.batch_tokens} tokens at a time do not fit into the device's memory. Take fewer (batch_tokens) "
            "and more batches for a step (accumulate), or compute twice what need not be kept (recompute)."
        ) from error
    report = {
        "solutions": len(items),
        "too_long": too_long,
        "tokens": tokens,
        "steps": result.global_step,
        "seconds": round(result.metrics.get("train_runtime", 0.0), 1),
        "loss": result.training_loss,
        "history": [entry for entry in trainer.state.log_history if "eval_loss" in entry],
    }
    if trainer.is_world_process_zero():
        model: Any = trainer.model
        with quiet():
            model.to(DTYPES[config.stored]).save_pretrained(model_folder)
        save_tokenizer(tokenizer, model_folder)
        config.layout.save(model_folder)
        (model_folder / "training.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return model_folder


def save_tokenizer(tokenizer: Any, folder: Path) -> None:
    """Save a tokenizer under a class that Transformers 4 and 5 both know; 5 writes a name that 4 does not."""
    tokenizer.save_pretrained(folder)
    file = folder / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    if config.get("tokenizer_class") == "TokenizersBackend":
        config["tokenizer_class"] = "PreTrainedTokenizerFast"
        file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _tokenizer(folder: Path) -> tuple[Any, int | None]:
    """The tokenizer, and for how many tokens the model has positions, where it says so."""
    try:
        shape = AutoConfig.from_pretrained(folder)
        return AutoTokenizer.from_pretrained(folder), getattr(shape, "max_position_embeddings", None)
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise BadInput(f"{str(folder)!r} is not a model that Transformers can load: {reason}") from error


def _model(config: TrainConfig, folder: Path) -> Any:
    """The model with a new head of as many labels as the kind of verifier has."""
    names = LABELS[config.kind]
    labels = {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}
    torch.manual_seed(config.seed)
    try:
        with quiet():
            shape = AutoConfig.from_pretrained(folder, **labels)
            shape.classifier_dropout = 0.0
            shape.use_cache = False
            return AutoModelForTokenClassification.from_pretrained(
                folder, config=shape, dtype=torch.float32, ignore_mismatched_sizes=True
            )
    except (OSError, ValueError, ImportError) as error:
        reason = str(error).strip().split("\n")[0]
        raise BadInput(
            f"{config.model!r} cannot be given a token-classification head by Transformers ({reason}). A decoder such "
            "as Llama, Qwen, Mistral, Gemma or GPT-2 can."
        ) from error


def _trainer(config: TrainConfig, folder: Path, items: list[Item], watched: list[Item], tokenizer: Any) -> Trainer:
    model = _model(config, folder)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id or 0
    cuda = torch.cuda.is_available()
    bf16 = config.precision == "bf16" or (config.precision == "auto" and cuda and torch.cuda.is_bf16_supported())
    often = 1 / max(1, config.checkpoints)
    arguments = TrainingArguments(
        output_dir=str(config.out / "checkpoints"),
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        gradient_accumulation_steps=config.accumulate,
        gradient_checkpointing=config.recompute or None,  # the name that Transformers 4 knows too
        num_train_epochs=config.epochs,
        learning_rate=config.rate,
        lr_scheduler_type="cosine",
        **{"warmup_steps" if __version__ >= "5" else "warmup_ratio": 0.03},  # of all steps
        weight_decay=config.decay,
        adam_beta2=0.98,
        bf16=bf16,
        use_cpu=not cuda,
        logging_steps=0.01,
        save_steps=often if often < 1 else LAST,
        save_total_limit=1,
        eval_strategy="steps" if watched else "no",
        eval_steps=often if often < 1 else LAST,
        seed=config.seed,
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=True,
    )
    if config.language and not getattr(model.config, "tie_word_embeddings", False):
        raise BadInput(
            f"{config.model!r} does not tie its input and output embeddings, so there is nothing to predict the next "
            "token with. Train it with language 0."
        )
    return VerifierTrainer(
        config.language,
        model=model,
        args=arguments,
        train_dataset=Batches(items, config.batch_tokens, config.seed),
        eval_dataset=Batches(watched, config.batch_tokens, config.seed) if watched else None,
        data_collator=lambda batches: padded([each for batch in batches for each in batch], pad),
        compute_metrics=lambda prediction: _judge(prediction, config.kind),
        preprocess_logits_for_metrics=good_probability,
    )


def _judge(prediction: EvalPrediction, kind: Kind) -> dict[str, float]:
    return metrics(prediction.predictions, prediction.label_ids, kind)


def _read(sources: Iterable[Source]) -> Iterable[LabelledSolution]:
    for source in sources:
        yield from source.read()


def _items(
    solutions: Iterable[LabelledSolution], encoder: Encoder, config: TrainConfig, watch: Watch
) -> tuple[list[Item], int]:
    """The labelled ones as items, and how many were too long."""
    items: list[Item] = []
    too_long = found = 0
    for solution in solutions:
        found += 1
        if found % TELL_EVERY == 0:
            watch.read(found)
        encoded = encoder.encode(solution.problem, solution.steps)
        if len(encoded.ids) > config.longest:
            too_long += 1
            continue
        labelled = item(solution, encoded, config.kind)
        if labelled is not None:
            items.append(labelled)
    watch.read(found)
    if not items:
        raise missing(config.kind, found, too_long, config.longest)
    return items, too_long


def _claim(config: TrainConfig) -> None:
    """Makes ``out`` this training's own, or finds that it already is."""
    settings = json.loads(json.dumps(asdict(config) | {"out": ""}, default=str))
    file = config.out / "train.json"
    if file.exists():
        usual = {f.name: f.default for f in fields(TrainConfig)}
        found = json.loads(file.read_text(encoding="utf-8"))
        other = [name for name, value in settings.items() if found.get(name, usual[name]) != value]
        if other:
            raise BadInput(
                f"{str(config.out)!r} holds a training with other settings: "
                + "; ".join(f"{name} was {_shown(found.get(name))}, is {_shown(settings[name])}" for name in other)
                + ". Choose another folder, or remove that one."
            )
        return
    config.out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) < 80 else text[:77] + "..."
