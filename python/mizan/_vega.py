"""Charts as Vega-Lite specifications, for papers, dashboards and notebooks."""

from __future__ import annotations

from typing import Any

from ._table import Table, quantile_column

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
#: The type under which notebooks know a specification.
MIME = "application/vnd.vegalite.v5+json"

#: Colours that readers with any colour vision can tell apart: M. Okabe and K. Ito, 2008.
_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c636b"]
#: The scale words of axes, from the largest.
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "mn"))
#: The numbers of a table that a chart shows.
_SHOWN = ("value", "mean")


def specification(tables: list[Table], title: str) -> dict[str, Any]:
    """One chart for each table, below each other."""
    charts = [_chart(table) for table in tables]
    head: dict[str, Any] = {"$schema": SCHEMA, "title": title, "config": {"range": {"category": _COLOURS}}}
    if len(charts) == 1:
        return head | charts[0]
    return head | {"vconcat": charts, "resolve": {"scale": {"color": "independent"}}}


def _rows(table: Table) -> list[dict[str, Any]]:
    """One row for each cell, with its labels, its value and the quantiles; without cells that have no value."""
    columns = table._columns()
    labels = {name: of[1][of[0]].tolist() for name, of in columns.items() if isinstance(of, tuple)}
    numbers = {
        name: of.tolist()
        for name, of in columns.items()
        if not isinstance(of, tuple) and (name in _SHOWN or name in _quantiles(table))
    }
    made = labels | numbers
    rows = (dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True))
    # NaN is no JSON.
    return [row for row in rows if row["value"] == row["value"]]


def _quantiles(table: Table) -> list[str]:
    """The columns of quantiles, from the lowest to the highest; empty without a simulation."""
    if "quantile" not in table.arrays:
        return []
    return [quantile_column(level) for level in table.coords["quantile"].tolist()]


def _axis(table: Table, largest: float) -> dict[str, Any]:
    """Title and labels of the axis of values: amounts up to 6,000,000,000 USD are labelled 2, 4 and 6, in bn USD."""
    for factor, word in _SCALES:
        if largest >= factor:
            return {
                "title": f"{word} {table.unit}".rstrip(),
                "axis": {"labelExpr": f"replace(format(datum.value / {factor:.0f}, ',~f'), '-', '\u2212')"},
            }
    return {"title": table.unit}


def _chart(table: Table) -> dict[str, Any]:
    """Lines over the years with fans, or bars if there is one year; a panel for each cell of the sets."""
    if "draw" in table.dims:
        raise ValueError("a chart shows statistics of draws, not all draws")
    quantiles = _quantiles(table)
    middle = quantiles[len(quantiles) // 2] if quantiles else "value"
    rows = _rows(table)
    values = {"type": "quantitative"} | _axis(table, max((abs(row[middle]) for row in rows), default=0.0))
    scenario = {"field": "scenario", "type": "nominal", "title": None, "sort": None}
    if len(table.coords["year"]) > 1:
        # Years are names of places on the axis: a scale of numbers would show 2,027.5.
        year = {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
        shared = {"x": year, "color": scenario}
        fans = list(zip(quantiles[: len(quantiles) // 2], reversed(quantiles), strict=False))
        layers = [
            {
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": shared | {"y": values | {"field": low}, "y2": {"field": high}},
            }
            for low, high in fans
        ]
        line = {"mark": {"type": "line", "point": True, "tooltip": True}}
        layers.append(line | {"encoding": shared | {"y": values | {"field": middle}}})
    else:
        place = {"y": scenario | {"axis": {"labelLimit": 240}}, "color": scenario | {"legend": None}}
        bar = {"mark": {"type": "bar", "tooltip": True}}
        layers = [bar | {"encoding": place | {"x": values | {"field": middle}}}]
        if quantiles:
            ends = {"x": values | {"field": quantiles[0]}, "x2": {"field": quantiles[-1]}}
            layers.append({"mark": "rule", "encoding": {"y": place["y"]} | ends})
    heading = table.title if table.title == table.expression else f"{table.title} ({table.expression})"
    chart: dict[str, Any] = {"title": heading, "data": {"values": rows}}
    sets = [name for name in table.dims if name not in ("scenario", "year") and len(table.coords[name]) > 1]
    if not sets:
        return chart | {"layer": layers, "width": 420}
    # One field has the labels of all sets, since a grid of panels has room for two only.
    joined = " + ', ' + ".join(f"datum['{name}']" for name in sets)
    chart["transform"] = [{"calculate": joined, "as": "cell"}]
    facet = {"field": "cell", "type": "nominal", "title": None, "sort": None}
    return chart | {"facet": facet, "columns": 2, "spec": {"layer": layers, "width": 220, "height": 140}}
