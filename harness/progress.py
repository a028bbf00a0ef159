"""How a long piece of work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then while something is read, graded, scored or generated.

    A Progress may be handed on to whatever calls its callback with (done, in all), or with the tokens besides.
    """

    def __call__(self, done: int, total: int, tokens: int = 0, /) -> None:
        """``done`` of ``total`` are done: bytes, samples or solutions. ``tokens`` came in since the last call."""
        ...


class Stages(Protocol):
    """How work of several stages tells how far it is: a Progress for each."""

    def __call__(self, stage: str, what: str, /) -> Progress:
        """For ``grade``, ``score`` or ``generate``, and what that is done to."""
        ...
