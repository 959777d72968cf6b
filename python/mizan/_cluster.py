"""The work that adapters spread over processes."""

from __future__ import annotations

import os
from typing import Any

from ._model import Model

#: With this number of chunks or more, 67 million draws, a first pass counts draws; with fewer, parts are small without it.
_MANY_CHUNKS = 1024
#: The first pass counts one chunk in so many: a larger share takes longer and makes the parts smaller.
_SHARE = 16


def part(model: Model, chunks: tuple[int, int], options: dict[str, Any], near: bytes | None = None) -> bytes:
    """Makes a part of a simulation in a worker process, on one thread: a worker has one processor."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    return model.part(chunks, near=near, **options)


def counts(model: Model, chunks: tuple[int, int], options: dict[str, Any]) -> bytes:
    """Counts draws around quantiles in a worker process, on one thread."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    return model.counts(chunks, **options)


def ranges(model: Model, draws: int, chunks_per_task: int) -> list[tuple[int, int]]:
    """Divides the chunks of a simulation into tasks."""
    if draws < 1 or chunks_per_task < 1:
        raise ValueError("one draw and one chunk for each task are required at least")
    return _divided(model.chunks(draws), chunks_per_task)


def counted(model: Model, settings: dict[str, Any], chunks_per_task: int, chunks: int | None) -> list[tuple[int, int]]:
    """Divides the first `chunks` into the tasks of the pass that counts; empty without such a pass.

    If `chunks` is None, the number of draws decides.
    """
    all_chunks = model.chunks(settings["draws"])
    if chunks is None:
        is_plain = settings.get("sampling", "plain") == "plain"
        chunks = all_chunks // _SHARE if is_plain and all_chunks >= _MANY_CHUNKS else 0
    return _divided(min(chunks, all_chunks), chunks_per_task)


def names(tasks: list[tuple[int, int]]) -> list[str]:
    """What a message calls the parts of tasks."""
    return [f"chunks {first}..{end - 1}" for first, end in tasks]


def _divided(chunks: int, chunks_per_task: int) -> list[tuple[int, int]]:
    return [(first, min(first + chunks_per_task, chunks)) for first in range(0, chunks, chunks_per_task)]
