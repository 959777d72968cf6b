"""The work that adapters spread over processes."""

from __future__ import annotations

import os
from typing import Any

from ._model import Model


def part(model: Model, chunks: tuple[int, int], options: dict[str, Any]) -> bytes:
    """Makes a part of a simulation in a worker process, on one thread: a worker has one processor."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    return model.part(chunks, **options)


def ranges(model: Model, draws: int, chunks_per_task: int) -> list[tuple[int, int]]:
    """Divides the chunks of a simulation into tasks."""
    if draws < 1 or chunks_per_task < 1:
        raise ValueError("one draw and one chunk for each task are required at least")
    count = model.chunks(draws)
    return [(first, min(first + chunks_per_task, count)) for first in range(0, count, chunks_per_task)]
