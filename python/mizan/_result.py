"""The answers of a run."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ._diagnostics import Diagnostic, diagnostics
from ._errors import MizanError
from ._table import Table
from ._vega import MIME, specification

if TYPE_CHECKING:
    import pandas
    import pyarrow
    import xarray

    from ._mizan import Report

#: The formats of [Result.save] by the ending of a file.
FORMATS = {
    ".txt": "text",
    ".json": "json",
    ".csv": "csv",
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".tex": "latex",
    ".xlsx": "xlsx",
}

#: What the writer of CSV protects from spreadsheets with an apostrophe.
_PROTECTED = tuple("=+-@\t\r\n\0＝＋－＠")


class Picture:
    """A chart as an SVG document."""

    def __init__(self, file: str, svg: str):
        self.file = file
        self.svg = svg

    def __repr__(self) -> str:
        return f"<mizan.Picture {self.file}>"

    def _repr_svg_(self) -> str:
        return self.svg


def table_of(labels: dict[str, Any], arrays: dict[str, np.ndarray], script: str) -> Table:
    """Makes a table of labels and arrays from the compiled module."""
    axes = labels["axes"]
    dims = [name for name, _ in axes] + ["scenario", "year"]
    coords: dict[str, Any] = dict(axes)
    coords |= {"scenario": labels["scenarios"], "year": labels["years"]}
    if labels.get("levels"):
        coords["quantile"] = labels["levels"]
    value = arrays["value"]
    if value.ndim > len(dims):
        dims.append("draw")
        coords["draw"] = np.arange(value.shape[-1])
    shares = labels["unit_kind"] == "percent"
    attrs = {
        "units": "fraction" if shares else labels["unit"] or "1",
        "long_name": labels["title"] or labels["expression"],
        "source": "; ".join(labels["sources"]),
        "script_sha256": script,
    }
    return Table(labels["expression"], arrays, dims, coords, attrs)


class Result:
    """The answers to the queries of a script.

    `answers` has them all as dictionaries; `tables` has those of `show` and `chart` as labelled arrays. A notebook shows charts and
    tables; `print` gives the text of the terminal.
    """

    def __init__(self, report: Report):
        self._report = report
        self._data: dict[str, Any] | None = None
        script = report.sha256()
        self.tables: list[Table] = [
            table_of(json.loads(labels), arrays, script) for labels, arrays in report.tables()
        ]

    @property
    def data(self) -> dict[str, Any]:
        """The whole report as a dictionary, with the fields of `mizan run --format json`."""
        if self._data is None:
            self._data = json.loads(self._report.json())
        return self._data

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The answers in the order of the script; `query` says to which query."""
        return self.data["answers"]

    @property
    def sentences(self) -> list[str]:
        """The sentences that answer searches and analyses."""
        return [answer["sentence"] for answer in self.answers if answer.get("sentence")]

    @property
    def checks(self) -> list[dict[str, Any]]:
        """The outcomes of checks."""
        return [answer for answer in self.answers if answer["query"] == "check"]

    @property
    def passed(self) -> bool:
        """True if all checks and identities hold."""
        return not self.data.get("broken_identities") and all(check["passed"] for check in self.checks)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The warnings of the script, and the identities that do not hold."""
        return diagnostics(self._report.diagnostics())

    @property
    def messages(self) -> str:
        """The diagnostics as the terminal shows them; empty without any."""
        return self._report.messages()

    @property
    def pictures(self) -> list[Picture]:
        """The charts; without a chart in the script, a picture for each table."""
        return [Picture(file, svg) for file, svg in self._report.pictures()]

    def __getitem__(self, expression: str) -> Table:
        """The table of an expression as the script writes it, or of its name: `imports` for `imports[*, *]`."""
        for table in self.tables:
            if expression in (table.expression, table.name):
                return table
        known = ", ".join(repr(table.expression) for table in self.tables)
        raise KeyError(f"no table shows {expression!r}; the script shows {known or 'none'}")

    def text(self, width: int = 80, errors: bool = False) -> str:
        """The text of the terminal; with `errors`, tables have standard errors and all quantiles."""
        return self._report.write("text", width, errors).decode()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        kinds = ", ".join(answer["query"] for answer in self.answers)
        return f"<mizan.Result {self.data['title']!r}: {kinds}>"

    def _repr_html_(self) -> str:
        return self._report.fragment()

    def to_vega_lite(self) -> dict[str, Any]:
        """The tables as charts in a Vega-Lite specification, for example for `altair.Chart.from_dict`."""
        return specification(self.tables, self.data["title"])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        made: dict[str, Any] = {"text/html": self._repr_html_(), "text/plain": self.text()}
        # A notebook would show the charts in place of the page, which has all answers: only who asks gets them.
        if include is not None and MIME in include:
            made[MIME] = self.to_vega_lite()
        return made

    def save(self, path: str | os.PathLike[str], *, errors: bool = False, force: bool = False) -> None:
        """Writes the answers in the format of the file's ending: .txt, .json, .csv, .svg, .html, .md, .tex or .xlsx.

        The file is either complete or not written at all. An existing file is replaced with `force` only.
        """
        target = Path(path)
        name = FORMATS.get(target.suffix.lower())
        if name is None:
            raise MizanError(f"{target}: no format has the ending {target.suffix or 'of no letters'!r}")
        content = self._report.write(name, 80, errors)
        handle, made = tempfile.mkstemp(prefix=".mizan-", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(made, 0o666 & ~umask)
            if force:
                os.replace(made, target)
            else:
                # A link fails if the name is taken, also by a file made in the meantime.
                os.link(made, target)
        except FileExistsError:
            raise FileExistsError(f"{target} exists; force=True replaces it") from None
        finally:
            if os.path.exists(made):
                os.unlink(made)

    def to_xarray(self) -> xarray.Dataset:
        """All tables as one dataset, a variable for each expression.

        In a simulation, `NAME` is the value at the medians, and `NAME_mean`, `NAME_sd`, `NAME_error` and `NAME_quantiles` are the
        statistics over the draws. Tables with different scenarios or years are aligned; what one lacks is NaN.
        """
        import xarray

        seen: dict[str, Table] = {}
        for table in self.tables:
            seen.setdefault(table.expression, table)
        parts = []
        for table in seen.values():
            part = table.to_xarray()
            names = {
                name: table.name if name == "value" else f"{table.name}_{name}" for name in part.data_vars
            }
            part.attrs = {}
            parts.append(part.rename_vars(names))
        first = next(iter(seen.values()), None)
        attrs = {"title": self.data["title"], "mizan": self.data["mizan"]}
        if first is not None:
            attrs["script_sha256"] = first.attrs["script_sha256"]
        sampling = self.data.get("sampling")
        if sampling:
            attrs |= {key: sampling[key] for key in ("draws", "seed", "method")}
        if len(parts) == 1:
            return parts[0].assign_attrs(attrs)
        merged = xarray.merge(parts, join="outer", compat="no_conflicts")
        return merged.assign_attrs(attrs)

    def _rows(self) -> dict[str, list[Any]]:
        header, *rows = csv.reader(io.StringIO(self._report.csv()))
        plain = [[text[1:] if text[:1] == "'" and text[1:].startswith(_PROTECTED) else text for text in row] for row in rows]
        columns: dict[str, list[Any]] = {name: [row[at] for row in plain] for at, name in enumerate(header)}
        columns["query"] = [int(text) for text in columns["query"]]
        columns["year"] = [int(text) if text else None for text in columns["year"]]
        columns["value"] = [float(text) if text else None for text in columns["value"]]
        return columns

    def to_pandas(self) -> pandas.DataFrame:
        """All answers, one row for each value, with the columns of `mizan run --format csv`."""
        import pandas

        frame = pandas.DataFrame(self._rows())
        frame["year"] = frame["year"].astype("Int64")
        frame["value"] = frame["value"].astype("float64")
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """The rows of `to_pandas` as an Arrow table."""
        import pyarrow

        kinds = {"query": pyarrow.int64(), "year": pyarrow.int64(), "value": pyarrow.float64()}
        columns = self._rows()
        arrays = [pyarrow.array(column, kinds.get(name, pyarrow.string())) for name, column in columns.items()]
        return pyarrow.table(arrays, names=list(columns))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows of `to_pandas` as an Arrow stream."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)
