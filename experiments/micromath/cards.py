"""The model cards of the three bundled models."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HEAD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: {pipeline}
tags: [bonbench, micromath, {kind}]
---

# micromath {title}

"""
WORLD = """micromath is a small mathematical world in which a program can check every step. It is not MATH, and nothing
measured on it says anything about mathematics at large.
"""
BODIES = {
    "generator": """A Llama decoder that writes solutions of micromath problems, one step a line, and ends with a line
`Answer: ...`. It was trained from nothing on solutions by simulated authors who make systematic mistakes: wrong
formulas, misread conditions, and rules of arithmetic applied wrongly. So it makes them too, on purpose: it is the
subject of verification, not a solver. Its training text holds the out-of-distribution families.

Prompt: the problem's text and a line break. Sample until `</s>`; the bundled pools are sampled at temperature 0.3.
""",
    "orm": """An outcome-supervised reward model: token classification (wrong, right), trained from the generator's
weights on whether sampled solutions end in the right answer, with the target on every token of the solution. Read the
probability of `right` at the last token. It has never seen an out-of-distribution family.
""",
    "prm": """A process-supervised reward model: token classification (negative, neutral, positive), trained from the
generator's weights on the checker's labels of every step up to the first error. Read it at the line break that ends
each step; a step's score is 1 - P(negative), so neutral counts as positive, and a solution's score is the product over
its steps. It has never seen an out-of-distribution family.
""",
}
TITLES = {
    "generator": "generator",
    "orm": "outcome-supervised reward model (ORM)",
    "prm": "process-supervised reward model (PRM)",
}


def write_card(folder: Path, kind: str) -> None:
    """Writes ``README.md`` beside a model: what it is, how it is read, what it was trained on, how well it does."""
    pipeline = "text-generation" if kind == "generator" else "token-classification"
    text = HEAD.format(pipeline=pipeline, kind=kind, title=TITLES[kind]) + WORLD + "\n" + BODIES[kind]
    report = folder / "training.json"
    if report.exists():
        text += _training(json.loads(report.read_text(encoding="utf-8")))
    text += "\nEvery number and seed it was made with: `experiments/micromath`. What was measured: `docs/results.md`.\n"
    (folder / "README.md").write_text(text, encoding="utf-8")


def _training(report: Mapping[str, Any]) -> str:
    """What it was trained on, round by round, and how well it does on the held-out problems of the last."""
    rounds: Sequence[Mapping[str, Any]] = report["rounds"]
    read = " and then ".join(
        f"{each['solutions']:,} distinct labelled solutions ({each['tokens']:,} tokens, {each['steps']:,} steps)"
        for each in rounds
    )
    last = (rounds[-1]["history"] or [{}])[-1]
    return (
        f"\nTrained on {read}. On problems held out from the last: accuracy "
        f"{last.get('eval_accuracy', float('nan')):.4f}, "
        f"area under the ROC curve {last.get('eval_auc', float('nan')):.4f}.\n"
    )
