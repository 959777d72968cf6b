"""Simulations on the workers of Dask: `mizan.dask.run(model, draws=10**9, client=client)`."""

from __future__ import annotations

from typing import Any

import distributed

from ._cluster import part, ranges
from ._model import Model, Progress, merge
from ._result import Result


def run(
    model: Model,
    *,
    draws: int,
    client: distributed.Client | None = None,
    chunks_per_task: int = 16,
    retries: int = 10,
    progress: Progress = None,
    **options: Any,
) -> Result:
    """Answers the queries of a script; the workers of a Dask cluster make the draws.

    The result has the bits of `model.run(draws=draws)`, however many workers there are. A task whose worker dies is made again. Without
    a `client`, the current one is used. The options are those of `Model.run`.
    """
    client = client or distributed.get_client()
    settings = {"draws": draws, **options}
    tasks = ranges(model, draws, chunks_per_task)
    shared = client.scatter(model, broadcast=True)
    # Not pure: two runs of one script must not share tasks that one of them cancels.
    futures = [client.submit(part, shared, chunks, settings, pure=False, retries=retries) for chunks in tasks]
    numbers = {future.key: number for number, future in enumerate(futures)}
    parts: list[bytes] = [b""] * len(tasks)
    try:
        # Each part is fetched when it is made, and its worker may forget it.
        for made, (future, result) in enumerate(distributed.as_completed(futures, with_results=True), 1):
            parts[numbers[future.key]] = result
            if progress is not None:
                progress(made / len(tasks))
    except BaseException:
        client.cancel(futures)
        raise
    return merge(parts, names=[f"chunks {first}..{end - 1}" for first, end in tasks])
