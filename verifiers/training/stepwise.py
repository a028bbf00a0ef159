"""TRL's stepwise supervision, and data sets of the hub.

A row holds ``prompt``, ``completions`` (the steps) and ``labels`` (true or false, one per step), as in
``trl-lib/prm800k`` and ``trl-lib/math_shepherd``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import BadInput, MissingExtra
from verifiers.training.labelled import NEGATIVE, POSITIVE, LabelledSolution


def read_stepwise(rows: Iterable[Mapping[str, Any]]) -> Iterator[LabelledSolution]:
    """The solutions of stepwise rows; whether the final answer is right is not known.

    Raises:
        BadInput: A row has another number of labels than of completions.
    """
    for number, row in enumerate(rows, 1):
        steps, labels = row.get("completions") or (), row.get("labels") or ()
        if not steps or len(steps) != len(labels) or not row.get("prompt"):
            raise BadInput(
                f"Stepwise row {number} has {len(steps)} completions and {len(labels)} labels; a prompt and one "
                "label per completion are expected."
            )
        yield LabelledSolution(
            str(row["prompt"]), tuple(map(str, steps)), tuple(POSITIVE if good else NEGATIVE for good in labels)
        )


def hub_rows(name: str, split: str, revision: str | None) -> Iterator[Mapping[str, Any]]:
    """The rows of a data set of the Hugging Face hub, streamed.

    Args:
        name: The data set's id, with a configuration after a colon where it has several.
        split: The split.
        revision: The commit to read; None for the newest.
    """
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise MissingExtra("datasets", "train", f"read {name!r} from the hub") from error
    dataset, _, configuration = name.partition(":")
    yield from load_dataset(dataset, configuration or None, split=split, revision=revision, streaming=True)
