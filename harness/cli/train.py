"""``bonbench train``: an ORM or a PRM of your own, from any Hugging Face model and labelled solutions."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.errors import BadInput

if TYPE_CHECKING:
    from rich.progress import Progress

    from verifiers.training.sources import Source


class Kind(StrEnum):
    """What is trained."""

    orm = "orm"
    prm = "prm"


class Neutral(StrEnum):
    """What a neutral step counts as."""

    positive = "positive"
    negative = "negative"


class Precision(StrEnum):
    """What the arithmetic of the training is done in."""

    auto = "auto"
    bf16 = "bf16"
    fp32 = "fp32"


class Stored(StrEnum):
    """What the weights are saved in."""

    float32 = "float32"
    float16 = "float16"
    bfloat16 = "bfloat16"


PASSES = {Kind.orm: 1.0, Kind.prm: 2.0}  # arXiv 2305.20050, appendices E and F
DATA = "A file, a folder or 'pattern*' of files, a hub data set owner/name[:configuration], or a pool"


def train(
    kind: Annotated[Kind, typer.Argument(help="orm: by final answers. prm: by step labels.")],
    model: Annotated[str, typer.Option("--model", "-m", help="What to start from: a folder or an id on the hub.")],
    data: Annotated[
        list[str],
        typer.Option(
            "--data", "-d", help=f'{DATA}; then format=, split=, revision=, as in "my-pool format=pool". Repeatable.'
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="A folder for the settings, checkpoints and the model.")],
    validation: Annotated[
        list[str] | None, typer.Option(help="Held-out data to look at while training; written as --data.")
    ] = None,
    revision: Annotated[str, typer.Option(help="Commit of the model on the hub.")] = "",
    prompt: Annotated[str, typer.Option(help="What stands before the steps, with {problem}.")] = "{problem}\\n",
    separator: Annotated[str, typer.Option(help="What follows each step; a PRM is read at its last token.")] = "\\n",
    neutral: Annotated[Neutral, typer.Option(help="How a PRM's neutral step is read; part of its name.")] = (
        Neutral.positive
    ),
    longest: Annotated[
        int, typer.Option(min=1, help="Most tokens of problem and solution, if the model has so many.")
    ] = 4096,
    epochs: Annotated[float, typer.Option(min=0, help="Passes over the data; 0: 1 for an ORM, 2 for a PRM.")] = 0,
    rate: Annotated[float, typer.Option(min=0, help="Peak learning rate (3 % warm-up, then a cosine to 0).")] = 1e-5,
    decay: Annotated[float, typer.Option(min=0, help="Weight decay.")] = 0.01,
    language: Annotated[
        float, typer.Option(min=0, help="Weight of a next-token loss on good steps (PRM) or right solutions (ORM).")
    ] = 0,
    batch_tokens: Annotated[int, typer.Option(min=1, help="Tokens of a batch, padding included.")] = 16_384,
    accumulate: Annotated[int, typer.Option(min=1, help="Batches for one step of the optimizer.")] = 1,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Less memory for a third more time (activation checkpointing).")
    ] = False,
    checkpoints: Annotated[int, typer.Option(min=1, help="How often to save, and to look at held-out data.")] = 5,
    precision: Annotated[Precision, typer.Option(help="auto: bf16 on a GPU that has it, else fp32.")] = Precision.auto,
    stored: Annotated[Stored, typer.Option(help="Number format of the saved weights.")] = Stored.float16,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of the order of the data and of the new head.")] = 1,
) -> None:
    """Train an ORM or a PRM from labelled solutions; interrupt it anywhere and run the same command again.

    Formats: labelled (ours), prm800k, math-shepherd, stepwise (TRL), openr, pool; told from the fields where not named.
    """
    from harness import packages
    from harness.cli import show

    packages.need("train", "train a verifier")
    from verifiers.training.train import TrainConfig
    from verifiers.training.train import train as run

    config = TrainConfig(
        kind=kind.value,
        model=model,
        data=tuple(sources(data)),
        validation=tuple(sources(validation or [])),
        out=out,
        revision=revision or None,
        prompt=_text(prompt),
        separator=_text(separator),
        neutral=f"neutral-as-{neutral.value}",  # type: ignore[arg-type]
        longest=longest,
        epochs=epochs or PASSES[kind],
        rate=rate,
        decay=decay,
        language=language,
        batch_tokens=batch_tokens,
        accumulate=accumulate,
        recompute=recompute,
        checkpoints=checkpoints,
        precision=precision.value,
        stored=stored.value,
        seed=seed,
    )
    with show.bars() as bars:
        folder = run(config, Bars(bars))
    _report(folder, kind)


def sources(specs: list[str]) -> "Iterator[Source]":
    """Data as named on the command line: a place, then options as key=value.

    Raises:
        BadInput: An option is not known, or a folder or pattern has no files.
    """
    import shlex

    from verifiers.training.rows import SUFFIXES
    from verifiers.training.sources import Source

    for spec in specs:
        place, *words = shlex.split(spec) or [""]
        options = {name: value for word in words for name, _, value in [word.partition("=")]}
        strange = [name for name in options if name not in {"format", "split", "revision"} or not options[name]]
        if not place or strange:
            found = f"has the option {strange[0]!r}" if strange else "is empty"
            raise BadInput(f"The data {spec!r} {found}; write PLACE format=... split=... revision=...")
        if options.get("format") == "pool":
            yield Source(place, **options)
            continue
        path = Path(place).expanduser()
        if path.is_dir():
            files = sorted(f for f in path.iterdir() if f.name.endswith(SUFFIXES))
        elif any(sign in place for sign in "*?["):
            files = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        else:
            yield Source(str(path) if path.is_file() else place, **options)
            continue
        if not files:
            raise BadInput(f"There are no data files ({', '.join(SUFFIXES)}) at {place!r}.")
        for file in files:
            yield Source(str(file), **options)


class Bars:
    """The progress of a training: a bar for reading, a bar for the steps, a line for each checkpoint."""

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._reading: Any = None
        self._steps: Any = None
        self._first = 0

    def read(self, solutions: int) -> None:
        """So many solutions are read."""
        if self._reading is None:
            self._reading = self._bars.add_task("Reading solutions", total=None)
        self._bars.update(self._reading, completed=solutions)

    def step(self, done: int, steps: int, tokens: int) -> None:
        """So many steps are done."""
        if self._steps is None:
            self._bars.update(self._reading, total=self._bars.tasks[0].completed)
            self._steps = self._bars.add_task("Training", total=steps, completed=done, unit=" steps/s", tokens=0)
            self._first = done
            if done:
                self._bars.console.print(f"Going on from the checkpoint at step {done:,} of {steps:,}.")
        self._bars.update(self._steps, completed=done, tokens=(done - self._first) * tokens)

    def looked(self, done: int, steps: int, numbers: Mapping[str, float]) -> None:
        """One line: where it is and how well it does."""
        names = {"loss": "loss", "accuracy": "held-out accuracy", "auc": "area under ROC"}
        shown = ", ".join(f"{name} {numbers[key]:.4f}" for key, name in names.items() if key in numbers)
        self._bars.console.print(f"Step {done:,} of {steps:,}: {shown or 'saved'}.", highlight=False)


def _report(folder: Path, kind: Kind) -> None:
    """What was trained, how well it does, and how to score with it."""
    import json

    from harness.cli import show

    report = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    last = (report["history"] or [{}])[-1]
    show.facts(
        {
            "model": folder,
            "solutions": f"{report['solutions']:,} ({report['too_long']:,} more were too long)",
            "tokens": f"{report['tokens']:,} in one pass",
            "steps": f"{report['steps']:,}",
            "seconds": f"{report['seconds']:,} since the last start",
            **{
                name: f"{last[key]:.4f}"
                for key, name in (("eval_accuracy", "held-out accuracy"), ("eval_auc", "area under ROC"))
                if key in last
            },
        }
    )
    show.say(f'Measure it: bonbench run --pool POOL -v "hf-{kind.value} model={folder}"')


def _text(value: str) -> str:
    r"""A value from the command line, in which \n stands for a newline."""
    return value.replace("\\n", "\n")
