"""Scripts: loaded, checked, run and asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from . import _mizan
from ._diagnostics import Diagnostic, diagnostics
from ._errors import MizanError
from ._result import Result, table_of
from ._table import Table

#: Given values to replace: `{"duty.rate": "5%"}`, or assignments as in a script, `["oil += 5 USD in 2026"]`.
Edits = Mapping[str, "str | float"] | Iterable[str] | None
#: Years: one, or the first and the last.
Years = int | tuple[int, int] | None
#: Called with the share of the work that is done, 0 to 1.
Progress = Callable[[float], object] | None

#: Share of the free memory that values, tapes and answers may take.
_COUNTED = 0.6


def _free_memory() -> int | None:
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    container = _mizan.container_memory()
    free = free if container is None else min(free, container)
    return int(free * _COUNTED) if free > 0 else None


def _edits(edits: Edits) -> list[str]:
    if edits is None:
        return []
    if isinstance(edits, str):
        return [edits]
    if isinstance(edits, Mapping):
        return [f"{name} = {_number(value)}" for name, value in edits.items()]
    return list(edits)


def _number(value: str | float) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        raise TypeError("a number or a text such as '5%' is required, not a truth value")
    return np.format_float_positional(float(value), trim="-")


def _listed(values: str | Iterable[str]) -> str:
    return values if isinstance(values, str) else ", ".join(values)


def _names(names: str | Iterable[str] | None) -> list[str]:
    return [] if names is None else [names] if isinstance(names, str) else list(names)


def _pair(years: Years) -> tuple[int, int] | None:
    if years is None:
        return None
    return (int(years), int(years)) if isinstance(years, (int, np.integer)) else (int(years[0]), int(years[1]))


def _in(years: Years) -> str:
    pair = _pair(years)
    return f" in {pair[0]}..{pair[1]}" if pair else ""


def _for(scenarios: str | Iterable[str] | None) -> str:
    return f" for {_listed(scenarios)}" if scenarios else ""


class Model:
    """A checked script. It does not change: a run with other values is `run(set={...})`.

    The options of all runs: `set` replaces given values, as if the script's own lines were edited; `draws`, `seed` and `sampling`
    (`plain`, `latin`, `sobol`) make a simulation; `progress` is called with the share that is done. A run uses all processors, or as
    many as `RAYON_NUM_THREADS` says, lets other threads work, and ends at Ctrl-C.
    """

    def __init__(self, script: _mizan.Script):
        script.require()
        self._script = script
        self._outline: dict[str, Any] = json.loads(script.outline())

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker gets the script and its files as they were read.
        (name, text), *files = self._script.inputs()
        return _restored, (name, text, files)

    @property
    def name(self) -> str:
        """The name of the script's file, without its folder."""
        return self._script.inputs()[0][0]

    @property
    def text(self) -> str:
        """The text of the script."""
        return self._script.inputs()[0][1].decode()

    @property
    def sha256(self) -> str:
        """The SHA-256 of the script's text."""
        return self._script.sha256()

    @property
    def title(self) -> str:
        """The title; empty without one."""
        return self._outline["title"]

    @property
    def years(self) -> range:
        """The years of the horizon."""
        first, last = self._outline["years"]
        return range(first, last + 1)

    @property
    def currency(self) -> str:
        """The currency; empty without one."""
        return self._outline["currency"]

    @property
    def scenarios(self) -> dict[str, str]:
        """The scenarios with their titles, without the baseline."""
        return {one["name"]: one["title"] for one in self._outline["scenarios"]}

    @property
    def sets(self) -> dict[str, list[str]]:
        """The sets with their elements."""
        return self._outline["sets"]

    @property
    def quantities(self) -> dict[str, dict[str, Any]]:
        """The quantities of the script: axes, unit, description, and whether their values are given."""
        return {one["name"]: one for one in self._outline["quantities"]}

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The warnings of the script."""
        return diagnostics(self._script.diagnostics())

    def __repr__(self) -> str:
        return f"<mizan.Model {self.title or self.name!r}, {self.years[0]}..{self.years[-1]}>"

    def _options(
        self,
        question: str = "",
        *,
        scenarios: str | Iterable[str] | None = None,
        set: Edits = None,
        years: Years = None,
        draws: int = 0,
        seed: int = 1,
        sampling: str = "plain",
        progress: Progress = None,
    ) -> dict[str, Any]:
        if sampling not in ("plain", "latin", "sobol"):
            raise ValueError(f"sampling is plain, latin or sobol, not {sampling!r}")
        return {
            "question": question,
            "scenarios": _names(scenarios),
            "set": _edits(set),
            "years": _pair(years),
            "draws": int(draws),
            "seed": int(seed),
            "sampling": sampling,
            "memory": _free_memory(),
            "progress": progress,
        }

    def run(
        self,
        *,
        scenarios: str | Iterable[str] | None = None,
        set: Edits = None,
        years: Years = None,
        draws: int = 0,
        seed: int = 1,
        sampling: str = "plain",
        progress: Progress = None,
    ) -> Result:
        """Answers the queries of the script.

        Queries without `for` are about the `scenarios` named; `years` shows these years only.
        """
        options = self._options(
            scenarios=scenarios, set=set, years=years, draws=draws, seed=seed, sampling=sampling, progress=progress
        )
        return Result(self._script.run(options))

    def ask(self, question: str, **options: Any) -> Result:
        """Answers one query of the language in place of the script's own: `find duty.rate in 0%..50% so that ...`."""
        return Result(self._script.run(self._options(question, **options)))

    def show(
        self,
        values: str | Iterable[str],
        *,
        scenarios: str | Iterable[str] | None = "all",
        years: Years = None,
        **options: Any,
    ) -> Result:
        """Tables of values: `balance[China]`, or `imports[*, *]` for all cells."""
        return self.ask(f"show {_listed(values)}{_for(scenarios)}{_in(years)}", **options)

    def chart(
        self,
        values: str | Iterable[str],
        *,
        scenarios: str | Iterable[str] | None = "all",
        years: Years = None,
        **options: Any,
    ) -> Result:
        """Line charts of values; with draws, fan charts."""
        return self.ask(f"chart {_listed(values)}{_for(scenarios)}{_in(years)}", **options)

    def compare(
        self,
        values: str | Iterable[str],
        *,
        scenarios: str | Iterable[str] = "all",
        to: str | None = None,
        years: Years = None,
        by_lever: bool = False,
        **options: Any,
    ) -> Result:
        """Differences between scenarios, and with `by_lever` the part of each lever."""
        reference = f" to {to}" if to else ""
        levers = " by lever" if by_lever else ""
        return self.ask(f"compare {_listed(values)}{_for(scenarios)}{reference}{_in(years)}{levers}", **options)

    def find(
        self,
        inputs: str | Iterable[str],
        so_that: str | Iterable[str],
        *,
        minimise: str | None = None,
        maximise: str | None = None,
        scenarios: str | Iterable[str] | None = None,
        **options: Any,
    ) -> Result:
        """Searches for values of inputs, `duty.rate in 0%..50%`, for which conditions hold."""
        goal = f" to minimise {minimise}" if minimise else f" to maximise {maximise}" if maximise else ""
        return self.ask(f"find {_listed(inputs)}{goal}{_for(scenarios)} so that {_listed(so_that)}", **options)

    def sweep(
        self,
        inputs: str | Iterable[str],
        show: str | Iterable[str],
        *,
        years: Years = None,
        scenarios: str | Iterable[str] | None = None,
        **options: Any,
    ) -> Result:
        """Shows values over a range of one input or of two: `duty.rate over 0%..50% step 5%`."""
        return self.ask(f"sweep {_listed(inputs)} show {_listed(show)}{_in(years)}{_for(scenarios)}", **options)

    def calibrate(
        self,
        inputs: str | Iterable[str],
        so_that: str | Iterable[str],
        *,
        years: Years = None,
        scenarios: str | Iterable[str] | None = None,
        **options: Any,
    ) -> Result:
        """Searches for values of inputs with which computed values fit observed ones: `imports fits observed`."""
        question = f"calibrate {_listed(inputs)}{_for(scenarios)} so that {_listed(so_that)}{_in(years)}"
        return self.ask(question, **options)

    def discover(
        self, condition: str, *, scenarios: str | Iterable[str] | None = None, **options: Any
    ) -> Result:
        """Names the uncertain inputs that lead to a condition."""
        return self.ask(f"discover when {condition}{_for(scenarios)}", **options)

    def robust(
        self,
        by: str,
        *,
        among: str | Iterable[str] = "all",
        least: bool = False,
        year: int | None = None,
        so_that: str | None = None,
        **options: Any,
    ) -> Result:
        """Compares scenarios over all draws: worst case, regret, and the share of draws that satisfies a condition."""
        target = f" so that {so_that}" if so_that else ""
        fewest = "least " if least else ""
        return self.ask(f"robust among {_listed(among)} by {fewest}{by}{_in(year)}{target}", **options)

    def why(
        self,
        values: str | Iterable[str],
        *,
        years: Years = None,
        scenarios: str | Iterable[str] | None = None,
        to: str | None = None,
        depth: int | None = None,
        above: str | None = None,
        **options: Any,
    ) -> Result:
        """Traces values, or with `to` differences between scenarios, through their equations to inputs."""
        question = f"why {_listed(values)}{_for(scenarios)}"
        question += f" to {to}" if to else ""
        question += _in(years)
        question += f" depth {depth}" if depth is not None else ""
        question += f" above {above}" if above else ""
        return self.ask(question, **options)

    def sensitivity(
        self,
        of: str | Iterable[str],
        *,
        years: Years = None,
        by: str | None = None,
        scenarios: str | Iterable[str] | None = None,
        **options: Any,
    ) -> Result:
        """Ranks inputs by what they do to values; `by` is tornado, sobol, shapley, morris or pawn."""
        method = f" by {by}" if by else ""
        return self.ask(f"sensitivity of {_listed(of)}{_for(scenarios)}{_in(years)}{method}", **options)

    def draws(
        self,
        value: str,
        *,
        draws: int = 10_000,
        scenarios: str | Iterable[str] | None = None,
        years: Years = None,
        **options: Any,
    ) -> Table:
        """All draws of a value; `draw` is the last axis. The draws of several values belong together by their number."""
        question = f"show {value}{_for(scenarios)}{_in(years)}"
        made = self._script.draws(self._options(question, draws=draws, **options))
        if len(made) != 1:
            raise ValueError("draws of one value are made at a time")
        labels, array = made[0]
        return table_of(json.loads(labels), {"value": array}, self.sha256)

    def chunks(self, draws: int) -> int:
        """The number of chunks of a simulation."""
        return -(-int(draws) // _mizan.CHUNK)

    def part(
        self, chunks: tuple[int, int], *, draws: int, near: bytes | None = None, **options: Any
    ) -> bytes:
        """Makes the draws of some chunks, from the first to before the end, and returns what `merge` needs of them.

        With the counts of `merge_counts` as `near`, a part keeps few draws; the answers have the same bits.
        """
        first, end = chunks
        return self._script.part(self._options(draws=draws, **options), (int(first), int(end)), near)

    def counts(self, chunks: tuple[int, int], *, draws: int, **options: Any) -> bytes:
        """Counts the draws of some chunks around each quantile, for `merge_counts`: the first pass of two.

        It is for very many draws, and some of the first chunks are enough.
        """
        first, end = chunks
        return self._script.counts(self._options(draws=draws, **options), (int(first), int(end)))


def _restored(name: str, text: bytes, files: list[tuple[str, bytes]]) -> Model:
    return Model(_mizan.Script.of_text(name, text.decode(), files))


def load(path: str | os.PathLike[str]) -> Model:
    """Loads and checks a script. Raises `MizanError` if it has mistakes."""
    return Model(_mizan.Script.read(os.fspath(path)))


def loads(
    text: str,
    *,
    name: str = "script.mizan",
    files: Mapping[str, str | bytes] | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Model:
    """Loads and checks a script from its text.

    It may name the `files` given, and those of a `folder`. Raises `MizanError` if it has mistakes.
    """
    return Model(_script(text, name, files, folder))


def _script(
    text: str,
    name: str,
    files: Mapping[str, str | bytes] | None,
    folder: str | os.PathLike[str] | None,
) -> _mizan.Script:
    encoded = [
        (file, content.encode() if isinstance(content, str) else bytes(content))
        for file, content in (files or {}).items()
    ]
    return _mizan.Script.of_text(name, text, encoded, None if folder is None else os.fspath(folder))


def check(path: str | os.PathLike[str]) -> list[Diagnostic]:
    """The mistakes and warnings of a script, without running it; empty for a script that is right."""
    try:
        return diagnostics(_mizan.Script.read(os.fspath(path)).diagnostics())
    except MizanError as problem:
        return problem.diagnostics


def run(path: str | os.PathLike[str], **options: Any) -> Result:
    """Loads a script and answers its queries; the options are those of `Model.run`."""
    return load(path).run(**options)


def merge(
    parts: Iterable[bytes | str | os.PathLike[str]], *, names: Sequence[str] | None = None, progress: Progress = None
) -> Result:
    """Answers the queries of a script from the parts of a simulation: bytes, or files of `mizan run --partial`.

    The parts of all chunks may come in any order. Raises `MizanError` if one is missing, doubled, damaged or of another run; a
    message calls the parts by their `names`, by default those of the files or their numbers.
    """
    return Result(_mizan.merge(_read(parts, names), _free_memory(), progress))


def merge_counts(parts: Iterable[bytes | str | os.PathLike[str]], *, names: Sequence[str] | None = None) -> bytes:
    """Joins the counts of the first chunks of a simulation, from `Model.counts` or `mizan run --counts`.

    The result is for `Model.part(near=...)`. Raises `MizanError` as `merge` does, except that later chunks may be missing.
    """
    return _mizan.merge_counts(_read(parts, names))


def _read(parts: Iterable[bytes | str | os.PathLike[str]], names: Sequence[str] | None) -> list[tuple[str, bytes]]:
    """Reads parts, and gives each the name that a message has for it."""
    read: list[tuple[str, bytes]] = []
    for number, part in enumerate(parts):
        if isinstance(part, bytes):
            read.append((f"part {number}", part))
        else:
            with open(part, "rb") as file:
                read.append((os.fspath(part), file.read()))
    if names is not None:
        read = [(name, content) for name, (_, content) in zip(names, read, strict=True)]
    return read
