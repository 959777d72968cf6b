"""Simulations on the workers of Ray: `mizan.ray.run(model, draws=10**9)`."""

from __future__ import annotations

from typing import Any

import ray

from ._cluster import part, ranges
from ._model import Model, Progress, merge
from ._result import Result


def run(
    model: Model,
    *,
    draws: int,
    chunks_per_task: int = 16,
    retries: int = 10,
    progress: Progress = None,
    **options: Any,
) -> Result:
    """Answers the queries of a script; the workers of a Ray cluster make the draws.

    The result has the bits of `model.run(draws=draws)`, however many workers there are. A task whose worker dies is made again, at
    most `retries` times. Without `ray.init`, Ray starts on this machine. The options are those of `Model.run`.
    """
    settings = {"draws": draws, **options}
    task = ray.remote(num_cpus=1, max_retries=retries)(part)
    shared = ray.put(model)
    tasks = ranges(model, draws, chunks_per_task)
    waiting = [task.remote(shared, chunks, settings) for chunks in tasks]
    all_tasks, made = list(waiting), 0
    try:
        while waiting:
            done, waiting = ray.wait(waiting)
            # A task that failed ends the run at once.
            ray.get(done)
            made += len(done)
            if progress is not None:
                progress(made / len(all_tasks))
        parts = ray.get(all_tasks)
    except BaseException as problem:
        for one in waiting:
            ray.cancel(one)
        if isinstance(problem, ray.exceptions.RayTaskError) and isinstance(problem.cause, Exception):
            raise problem.cause from None
        raise
    return merge(parts, names=[f"chunks {first}..{end - 1}" for first, end in tasks])
