r"""``hf-prm`` and ``hf-orm``: any checkpoint that nobody has listed, its format given as options.

A folder that ``bonbench train`` wrote brings ``verifier.json``, which says everything. For others the configuration's
class and labels say what the head is; marker, template and reading are options:

    hf-prm model=org/their-prm marker="\n\n"
    hf-prm model=org/causal-prm head=causal opening="{problem} " step="Step {i}: {step} " marker=ки labels="+ -" good=0
    hf-orm model=org/their-reward-model
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import BadInput, UnknownName
from verifiers.engine.checkpoint import Checkpoint, Weights, entries
from verifiers.formats.layout import FILE, Layout, load_layout
from verifiers.formats.outcome import OutcomeFormat, OutcomeModel
from verifiers.formats.step import StepFormat, StepVerifier
from verifiers.options import Reading, Setup

BAD = frozenset({"negative", "wrong", "incorrect", "bad", "false", "-", "no", "label_0", "0"})
NEUTRAL = frozenset({"neutral"})
HEADS = {
    "score": ("score",),
    "classifier": ("classifier",),
    "value": ("v_head.summary",),
    "mlp": ("score.0", "score.2"),
}


class GenericPRM(StepVerifier):
    r"""A process verifier given as options.

    Args:
        checkpoint: The generic record.
        setup: As for every model; it must name one.
        head: ``auto``, ``score``, ``classifier``, ``value``, ``mlp``, ``causal``, or the names of the head's layers in
            the checkpoint, separated by commas.
        marker: What follows each step and where the model is read; ``\n`` is a newline.
        opening: What stands before the first step, with ``{problem}``.
        step: Each step, with ``{step}`` and maybe ``{i}``.
        pieces: Whether opening, steps and markers are tokenised each on its own.
        chat: Whether the tokenizer's template is used.
        system: The dialogue's system message.
        labels: For ``causal``: a text whose two tokens are the labels, good or bad first.
        good: Which label, or labels, count for the step; by default told from the labels' names.
        means: ``softmax``, ``sigmoid``, ``difference``, ``raw``.
        neutral: Of three labels: whether ``neutral`` counts for (positive) or against (negative) the step.
    """

    family = "hf-prm"

    def __init__(
        self,
        checkpoint: Checkpoint,
        setup: Setup | None = None,
        *,
        head: str = "auto",
        marker: str = "",
        opening: str = "",
        step: str = "",
        pieces: bool | None = None,
        chat: bool | None = None,
        system: str = "",
        labels: str = "+ -",
        good: int | list[int] | None = None,
        means: str = "",
        neutral: str = "",
    ) -> None:
        setup = setup or Setup()
        folder = _folder(checkpoint, setup)
        base, reading = _prm_defaults(folder, head, neutral)
        given: dict[str, Any] = {
            "marker": _text(marker),
            "opening": _text(opening),
            "step": _text(step),
            "system": _text(system),
            "means": means,
        }
        changes = {k: v for k, v in given.items() if v} | {
            k: v for k, v in {"pieces": pieces, "chat": chat}.items() if v is not None
        }
        if head == "causal":
            changes |= {"head": (labels,), "head_is_tokens": True}
        if good is not None:
            changes["good"] = tuple(good) if isinstance(good, list) else (good,)
        form = replace(base, **changes)
        name = f"{checkpoint.name}:{_short(setup.model)}{_rule(folder, neutral)}"
        super().__init__(checkpoint, _filled(setup, name, reading), format=form)
        if form.marker.strip():
            self.version = 2  # 1 took the marker's letters out of words


class GenericORM(OutcomeModel):
    r"""An outcome verifier given as options.

    Args:
        checkpoint: The generic record.
        setup: As for every model; it must name one.
        head: ``auto``, ``score``, ``classifier``, ``value``, ``mlp``, or the names of the head's layers.
        chat: Whether the tokenizer's template is used; by default it is where there is one.
        system: The dialogue's system message.
        opening: What stands before the solution where there is no dialogue.
        good: Which label counts for the solution; by default told from the labels' names.
        means: ``raw``, ``softmax``, ``sigmoid``; by default raw for one number and softmax for several.
    """

    family = "hf-orm"

    def __init__(
        self,
        checkpoint: Checkpoint,
        setup: Setup | None = None,
        *,
        head: str = "auto",
        chat: bool | None = None,
        system: str = "",
        opening: str = "",
        good: int | None = None,
        means: str = "",
    ) -> None:
        setup = setup or Setup()
        folder = _folder(checkpoint, setup)
        base, reading = _orm_defaults(folder, head)
        given: dict[str, Any] = {"system": _text(system), "opening": _text(opening), "means": means}
        changes = {k: v for k, v in given.items() if v}
        if chat is not None:
            changes["chat"] = chat
        if good is not None:
            changes["good"] = (good,)
        form = replace(base, **changes)
        name = f"{checkpoint.name}:{_short(setup.model)}"
        super().__init__(checkpoint, _filled(setup, name, reading), format=form)


def _folder(checkpoint: Checkpoint, setup: Setup) -> Path:
    """The files that say how a checkpoint is read."""
    if not setup.model:
        raise BadInput(f"{checkpoint.name} needs model=FOLDER or model=HUB-ID.")
    return Weights(setup.model, setup.revision).folder(weights=False)


def _filled(setup: Setup, name: str, reading: Reading) -> Setup:
    """The setup with a name, a separator and a limit where it has none."""
    own = setup.reading
    filled = replace(own, separator=own.separator or reading.separator, max_length=own.max_length or reading.max_length)
    return replace(setup, name=setup.name or name, reading=filled)


def _short(model: str) -> str:
    """What a model is called: its folder, or what was trained in the folder around it (``runs/mine/model``).

    >>> _short("runs/mine/model"), _short("org/their-prm")
    ('mine', 'their-prm')
    """
    path = Path(model)
    return path.parent.name if path.name == "model" and path.parent.name else path.name


def _rule(folder: Path, neutral: str) -> str:
    """The neutral rule, as part of the name, of a checkpoint with a neutral label."""
    if not NEUTRAL & {label.lower() for label in _labels(_config(folder))}:
        return ""
    trained = load_layout(folder).neutral if (folder / FILE).exists() else "neutral-as-positive"
    return "-" + (f"neutral-as-{neutral}" if neutral else trained)


def _prm_defaults(folder: Path, head: str, neutral: str) -> tuple[StepFormat, Reading]:
    """The format that a checkpoint's own files speak for, and the limits."""
    config = _config(folder)
    if neutral not in ("", "positive", "negative"):
        raise BadInput(f"neutral={neutral} is not known; use positive or negative.")
    if (folder / FILE).exists():
        layout = _layout(folder, "prm")
        side = neutral or layout.neutral.removeprefix("neutral-as-")
        form = StepFormat(
            opening=layout.prompt,
            marker=layout.separator,
            pieces=True,
            labels=None,
            good=good_labels(_labels(config), side),
        )
        return form, Reading(max_length=layout.longest, separator=layout.separator)
    if head == "causal":
        return StepFormat(opening="{problem} ", step="{step} ", good=(0,), labels=None), Reading()
    layers = _head(config, head, "TokenClassification")
    form = StepFormat(
        opening="{problem}",
        marker="\n",
        pieces=True,
        bos="always",
        head=layers,
        labels=None,
        good=good_labels(_labels(config), neutral or "positive"),
        means="sigmoid" if layers == HEADS["value"] else "softmax",
    )
    return form, _limits(config)


def _orm_defaults(folder: Path, head: str) -> tuple[OutcomeFormat, Reading]:
    config = _config(folder)
    labels = _labels(config)
    if (folder / FILE).exists():
        layout = _layout(folder, "orm")
        form = OutcomeFormat(
            chat=False,
            opening=layout.prompt,
            separator=layout.separator,
            labels=None,
            good=good_labels(labels, "positive"),
            means="softmax",
        )
        return form, Reading(max_length=layout.longest)
    layers = _head(config, head, "SequenceClassification", "TokenClassification")
    one = len(labels) == 1 or layers == HEADS["value"]
    form = OutcomeFormat(
        chat=_has_template(folder),
        head=layers,
        labels=None,
        good=(0,) if one else good_labels(labels, "positive"),
        means="raw" if one else "softmax",
    )
    return form, _limits(config)


def good_labels(labels: Sequence[str], neutral: str) -> tuple[int, ...]:
    """The places of the labels that speak for a step.

    >>> good_labels(["negative", "neutral", "positive"], "positive")
    (1, 2)
    >>> good_labels(["LABEL_0", "LABEL_1"], "positive")
    (1,)

    Raises:
        BadInput: The names do not say which is the bad one.
    """
    names = [label.lower() for label in labels]
    bad = [i for i, name in enumerate(names) if name in BAD]
    if len(names) < 2 or len(bad) != 1:
        raise BadInput(f"The checkpoint's labels are {', '.join(labels)}; say which count for a step: good=1.")
    against = set(bad) | ({i for i, name in enumerate(names) if name in NEUTRAL} if neutral == "negative" else set())
    return tuple(i for i in range(len(names)) if i not in against)


def _labels(config: Mapping[str, Any]) -> list[str]:
    """The labels' names in their order; two or one unnamed ones where the configuration lists none."""
    named = config.get("id2label")
    if named:
        return [str(named[k]) for k in sorted(named, key=int)]
    return [f"LABEL_{i}" for i in range(int(config.get("num_labels", 2)))]


def _head(config: Mapping[str, Any], head: str, *classes: str) -> tuple[str, ...]:
    if head == "auto":
        names = [str(a) for a in config.get("architectures") or []]
        if not any(c in name for name in names for c in classes):
            raise BadInput(
                f"The checkpoint was saved from {', '.join(names) or 'an unnamed class'}, which does not say what is "
                f"to be read. Give head={', '.join(HEADS)}, causal, or the names of the head's layers."
            )
        return HEADS["score"]
    if head in HEADS:
        return HEADS[head]
    if "." in head or "," in head:
        return tuple(head.split(","))
    raise UnknownName("head", head, [*HEADS, "causal", "auto"])


def _layout(folder: Path, kind: str) -> Layout:
    layout = load_layout(folder)
    if layout.kind != kind:
        raise BadInput(f"{str(folder)!r} holds an {layout.kind.upper()}: use hf-{layout.kind}.")
    return layout


def _limits(config: Mapping[str, Any]) -> Reading:
    return Reading(max_length=int(config.get("max_position_embeddings") or 0))


def _config(folder: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{str(folder)!r} is no checkpoint: its config.json cannot be read ({error}).") from error
    return value


def _has_template(folder: Path) -> bool:
    if (folder / "chat_template.jinja").exists():
        return True
    file = folder / "tokenizer_config.json"
    return file.exists() and bool(json.loads(file.read_text(encoding="utf-8")).get("chat_template"))


def _text(value: str) -> str:
    r"""A value from the command line, in which \n stands for a newline."""
    return value.replace("\\n", "\n")


VERIFIERS = {
    **entries(GenericPRM.of, (Checkpoint(name="hf-prm", aggregation="product", kind="PRM, any checkpoint"),)),
    **entries(GenericORM.of, (Checkpoint(name="hf-orm", kind="ORM, any checkpoint"),)),
}
