"""Stages that do not wait for one another, in processes of one thread each.

One thread each, so that a sum is always added up in the same order: what comes out does not depend on how many
processes there were.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

Job = tuple[Callable[..., Any], tuple[Any, ...]]


def side_by_side(jobs: Sequence[Job], processes: int) -> list[Any]:
    """What the jobs return, in their order; the first error of one is raised.

    Args:
        jobs: Functions of importable modules, with their arguments.
        processes: How many at a time.
    """
    context = get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(jobs)) or 1, context, initializer=_one_thread) as executor:
        return [future.result() for future in [executor.submit(call, *arguments) for call, arguments in jobs]]


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)
