"""Simulations on the workers of Dask: `mizan.dask.run(model, draws=10**9, client=client)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import distributed

from ._cluster import counted, counts, names, part, ranges
from ._model import Model, Progress, merge, merge_counts
from ._result import Result


def _same(value: Any) -> Any:
    return value


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
    made = 0

    def shared(value: Any) -> distributed.Future:
        """Gives a value to all tasks. A task holds it, which is made again if its worker dies; scattered data would be lost."""
        return client.submit(_same, value, pure=False, retries=retries)

    of_workers = shared(model)

    def done() -> None:
        nonlocal made
        made += 1
        if progress is not None:
            progress(made / (len(first) + len(tasks)))

    def results(work: Callable[..., bytes], over: list[tuple[int, int]], *more: Any) -> list[bytes]:
        """Waits for the tasks of some chunks and returns their results; cancels the others if one fails."""
        # Not pure: two runs of one script must not share tasks that one of them cancels.
        futures = [client.submit(work, of_workers, chunks, settings, *more, pure=False, retries=retries) for chunks in over]
        numbers = {future.key: number for number, future in enumerate(futures)}
        parts: list[bytes] = [b""] * len(over)
        try:
            # Each part is fetched when it is made, and its worker may forget it.
            for future, result in distributed.as_completed(futures, with_results=True):
                # A task that was cancelled has its exception as its result.
                if isinstance(result, BaseException):
                    raise result
                parts[numbers[future.key]] = result
                done()
        except BaseException:
            client.cancel(futures)
            raise
        return parts

    near = []
    if first:
        joined = merge_counts(results(counts, first), names=names(first))
        near = [shared(joined)]
    return merge(results(part, tasks, *near), names=names(tasks))
