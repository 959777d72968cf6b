"""Labelled arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas
    import pyarrow
    import xarray


#: The arrays of a table, in the order of columns.
_STATISTICS = ("value", "mean", "sd", "error", "quantile")


class Table:
    """The values of one expression: arrays whose axes have names and labels.

    The axes are the sets of the expression, then `scenario` and `year`; those of `quantile` end in the probability, `quantile`, and
    draws end in the number of the draw, `draw`. A value that does not exist is NaN. Arrays are read-only and share memory with Mizan.
    """

    def __init__(
        self,
        expression: str,
        arrays: Mapping[str, np.ndarray],
        dims: Sequence[str],
        coords: Mapping[str, Sequence[Any]],
        attrs: Mapping[str, Any],
    ):
        self.expression = expression
        self.arrays = {name: arrays[name] for name in _STATISTICS if name in arrays}
        self.dims = tuple(dims)
        self.coords = {name: np.asarray(labels) for name, labels in coords.items()}
        self.attrs = dict(attrs)

    @property
    def name(self) -> str:
        """The expression without `[*]`: `imports` for `imports[*, *]`."""
        head, bracket, tail = self.expression.partition("[")
        stars = tail.rstrip().rstrip("]").replace(",", " ").split()
        return head if bracket and stars and all(star == "*" for star in stars) else self.expression

    @property
    def unit(self) -> str:
        """The unit of the values; `fraction` for shares, which a report shows in per cent."""
        return self.attrs["units"]

    @property
    def title(self) -> str:
        """The description of the quantity; empty without one."""
        return self.attrs.get("long_name", "")

    @property
    def values(self) -> np.ndarray:
        """The values; in a simulation, those of the run in which every distribution has its median."""
        return self.arrays["value"]

    def __getattr__(self, name: str) -> np.ndarray:
        if name in _STATISTICS and name in self.__dict__.get("arrays", {}):
            return self.arrays[name]
        raise AttributeError(f"{type(self).__name__} has no `{name}`; statistics need a run with draws")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if dtype is None or np.dtype(dtype) == self.values.dtype:
            return self.values.copy() if copy else self.values
        if copy is False:
            raise ValueError(f"values are float64; an array of {dtype} needs a copy")
        return self.values.astype(dtype)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {len(self.coords[name])}" for name in self.dims)
        return f"<mizan.Table {self.expression} ({sizes}) {self.unit}>"

    def _dims_of(self, name: str) -> tuple[str, ...]:
        return (*self.dims, "quantile") if name == "quantile" else self.dims

    def to_xarray(self) -> xarray.Dataset:
        """The arrays as variables `value`, `mean`, `sd`, `error` and `quantile` of a dataset, without copies."""
        import xarray

        made = {
            _statistic(name): xarray.Variable(self._dims_of(name), array, self.attrs, fastpath=True)
            for name, array in self.arrays.items()
        }
        used = {dim for name in self.arrays for dim in self._dims_of(name)}
        coords = {name: labels for name, labels in self.coords.items() if name in used}
        return xarray.Dataset(made, coords=coords, attrs={"expression": self.expression})

    def _columns(self) -> dict[str, Any]:
        """Label columns as (codes, labels), and number columns, all of one length."""
        columns: dict[str, Any] = {}
        shape = self.values.shape
        for axis, name in enumerate(self.dims):
            before, after = int(np.prod(shape[:axis])), int(np.prod(shape[axis + 1 :]))
            codes = np.tile(np.repeat(np.arange(shape[axis], dtype=np.int32), after), before)
            columns[name] = (codes, self.coords[name])
        for name, array in self.arrays.items():
            if name == "quantile":
                for at, level in enumerate(self.coords["quantile"]):
                    columns[quantile_column(level)] = array[..., at].reshape(-1)
            else:
                columns[name] = array.reshape(-1)
        return columns

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each value: a column for each axis and for each statistic; quantiles are `q05`, `q25` and so on."""
        import pandas

        def column(of: Any) -> Any:
            if not isinstance(of, tuple):
                return of
            codes, labels = of
            # Years and numbers of draws are numbers; a category needs labels that differ.
            if labels.dtype.kind in "iu" or len(set(labels.tolist())) < len(labels):
                return labels[codes]
            return pandas.Categorical.from_codes(codes, categories=labels)

        columns = {name: column(of) for name, of in self._columns().items()}
        frame = pandas.DataFrame(columns, copy=False)
        frame.attrs = dict(self.attrs)
        return frame

    def to_series(self) -> pandas.Series:
        """The values as a series whose index has the axes; axes with one label are left out, unless all have one."""
        import pandas

        keep = [at for at, size in enumerate(self.values.shape) if size > 1] or [len(self.dims) - 1]
        labels = [self.coords[self.dims[at]] for at in keep]
        names = [self.dims[at] for at in keep]
        if len(keep) == 1:
            index = pandas.Index(labels[0], name=names[0])
        else:
            index = pandas.MultiIndex.from_product(labels, names=names)
        return pandas.Series(self.values.reshape(-1), index=index, name=self.name, copy=False)

    def to_arrow(self) -> pyarrow.Table:
        """The rows of `to_pandas` as an Arrow table. Numbers are not copied; labels are dictionaries."""
        import pyarrow

        def column(of: Any) -> Any:
            if not isinstance(of, tuple):
                return pyarrow.array(of)
            codes, labels = of
            if labels.dtype.kind in "iu":
                return pyarrow.array(labels[codes])
            return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes), pyarrow.array(labels.tolist()))

        columns = {name: column(of) for name, of in self._columns().items()}
        made = pyarrow.table(columns)
        return made.replace_schema_metadata({key: str(value) for key, value in self.attrs.items()})

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows as an Arrow stream, which polars, pyarrow, pandas and DuckDB read."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)


def _statistic(name: str) -> str:
    # A variable and a coordinate of one name would be the same thing to xarray.
    return "quantiles" if name == "quantile" else name


def quantile_column(level: float) -> str:
    """The column of a quantile: `q05` for 0.05."""
    percent = np.format_float_positional(round(level * 100, 10), trim="-")
    return "q" + percent.zfill(2)
