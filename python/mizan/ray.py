"""Simulations on the workers of Ray: `mizan.ray.run(model, draws=10**9)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ray

from ._cluster import counted, counts, names, part, ranges
from ._model import Model, Progress, merge, merge_counts
from ._result import Result


def run(
    model: Model,
    *,
    draws: int,
    chunks_per_task: int = 16,
    count_chunks: int | None = None,
    retries: int = 10,
    progress: Progress = None,
    **options: Any,
) -> Result:
    """Answers the queries of a script; the workers of a Ray cluster make the draws.

    The result has the bits of `model.run(draws=draws)`, however many workers there are. A task whose worker dies is made again, at
    most `retries` times. Without `ray.init`, Ray starts on this machine. The options are those of `Model.run`.

    With very many draws, a first pass counts the draws of the first chunks around each quantile, so that the parts stay small:
    `count_chunks` of them, by default one in 16 from 67 million draws on.
    """
    settings = {"draws": draws, **options}
    shared = ray.put(model)
    tasks = ranges(model, draws, chunks_per_task)
    first = counted(model, settings, chunks_per_task, count_chunks)
    made = 0

    def done(more: int) -> None:
        nonlocal made
        made += more
        if progress is not None:
            progress(made / (len(first) + len(tasks)))

    def remote(work: Callable[..., bytes]) -> Any:
        return ray.remote(num_cpus=1, max_retries=retries)(work)

    near = None
    if first:
        waiting = [remote(counts).remote(shared, chunks, settings) for chunks in first]
        near = ray.put(merge_counts(_results(waiting, done), names=names(first)))
    waiting = [remote(part).remote(shared, chunks, settings, near) for chunks in tasks]
    return merge(_results(waiting, done), names=names(tasks))


def _results(tasks: list[Any], done: Callable[[int], None]) -> list[bytes]:
    """Waits for tasks and returns their results; cancels the others if one fails."""
    waiting = list(tasks)
    try:
        while waiting:
            ended, waiting = ray.wait(waiting)
            # A task that failed ends the run at once.
            ray.get(ended)
            done(len(ended))
        return ray.get(tasks)
    except BaseException as problem:
        for one in waiting:
            ray.cancel(one)
        if isinstance(problem, ray.exceptions.RayTaskError) and isinstance(problem.cause, Exception):
            raise problem.cause from None
        raise
