"""Data sets of the Hugging Face hub, without waiting for one that cannot be reached."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 10.0  # seconds for the hub's first answer


def open_dataset(name: str, config: str | None, split: str, revision: str | None) -> Any:
    """A data set of the hub, streamed; where the hub cannot be reached, what of it is on this machine.

    Raises:
        OSError: It is not there, or neither reached nor kept here.
        ValueError: It has no such configuration or split.
    """
    import datasets

    if _answers(name):
        return datasets.load_dataset(name, config, split=split, revision=revision, streaming=True)
    with _offline():
        try:
            return datasets.load_dataset(name, config, split=split, revision=revision, streaming=True)
        except OSError as error:
            raise OSError("the hub does not answer, and nothing of it is kept on this machine") from error


def _answers(name: str) -> bool:
    """Whether the hub answers at all, be it that it has no such data set. Asked once: a library asks six times."""
    from huggingface_hub import HfApi

    try:
        HfApi().dataset_info(name, timeout=PATIENCE)
    except Exception as error:  # noqa: BLE001  whatever the HTTP client raises; with a response, the hub has answered
        return getattr(error, "response", None) is not None
    return True


@contextmanager
def _offline() -> Iterator[None]:
    """No library of the hub tries the network meanwhile."""
    import datasets
    import huggingface_hub.constants as hub

    before = datasets.config.HF_HUB_OFFLINE, hub.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = hub.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE, hub.HF_HUB_OFFLINE = before
