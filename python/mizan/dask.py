"""Simulations on the workers of Dask: `mizan.dask.run(model, draws=10**9, client=client)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import distributed

from ._cluster import counted, counts, names, part, ranges
from ._model import Model, Progress, merge, merge_counts
from ._result import Result


def run(
    model: Model,
    *,
    draws: int,
    client: distributed.Client | None = None,
    chunks_per_task: int = 16,
    count_chunks: int | None = None,
    retries: int = 10,
    progress: Progress = None,
    **options: Any,
) -> Result:
    """Answers the queries of a script; the workers of a Dask cluster make the draws.

    The result has the bits of `model.run(draws=draws)`, however many workers there are. A task whose worker dies is made again. Without
    a `client`, the current one is used. The options are those of `Model.run`.

    With very many draws, a first pass counts the draws of the first chunks around each quantile, so that the parts stay small:
    `count_chunks` of them, by default one in 16 from 67 million draws on.
    """
    client = client or distributed.get_client()
    settings = {"draws": draws, **options}
    tasks = ranges(model, draws, chunks_per_task)
    first = counted(model, settings, chunks_per_task, count_chunks)
    shared = client.scatter(model, broadcast=True)
    made = 0

    def done() -> None:
        nonlocal made
        made += 1
        if progress is not None:
            progress(made / (len(first) + len(tasks)))

    def results(work: Callable[..., bytes], over: list[tuple[int, int]], *more: Any) -> list[bytes]:
        """Waits for the tasks of some chunks and returns their results; cancels the others if one fails."""
        # Not pure: two runs of one script must not share tasks that one of them cancels.
        futures = [client.submit(work, shared, chunks, settings, *more, pure=False, retries=retries) for chunks in over]
        numbers = {future.key: number for number, future in enumerate(futures)}
        parts: list[bytes] = [b""] * len(over)
        try:
            # Each part is fetched when it is made, and its worker may forget it.
            for future, result in distributed.as_completed(futures, with_results=True):
                parts[numbers[future.key]] = result
                done()
        except BaseException:
            client.cancel(futures)
            raise
        return parts

    near = []
    if first:
        joined = merge_counts(results(counts, first), names=names(first))
        near = [client.scatter(joined, broadcast=True)]
    return merge(results(part, tasks, *near), names=names(tasks))
