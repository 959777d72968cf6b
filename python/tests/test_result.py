"""Results as arrays, frames, files and pages."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import xarray as xr

import mizan


@pytest.fixture(scope="module")
def simulated(drawn):
    return drawn.run(draws=3_000)


def test_arrays_share_memory_and_are_read_only(drawn):
    table = drawn.draws("share", draws=4_000, years=2026)
    assert np.shares_memory(np.asarray(table), table.values)
    with pytest.raises(ValueError):
        table.values[0] = 1
    assert np.asarray(table, dtype="float32").dtype == np.float32
    address = table.values.ctypes.data
    assert table.to_xarray()["value"].values.ctypes.data == address
    arrow = pa.table(table)
    assert arrow["value"].chunk(0).buffers()[1].address == address
    assert pa.RecordBatchReader.from_stream(table).read_all().equals(arrow)
    assert table.to_series().to_numpy().ctypes.data == address


def test_charts_are_valid_vega_lite(growth, simulated):
    altair = pytest.importorskip("altair")
    mime = "application/vnd.vegalite.v5+json"
    for result in (growth.run(), growth.run(years=2026), simulated):
        spec = result.to_vega_lite()
        json.dumps(spec, allow_nan=False)
        # altair checks it against the schema of Vega-Lite.
        altair.Chart.from_dict(spec, validate=True)
        assert mime not in result._repr_mimebundle_()
        assert result._repr_mimebundle_(include={mime})[mime] == spec
    income = growth.run().to_vega_lite()["vconcat"][0]
    row = next(row for row in income["data"]["values"] if row["good"] == "metals" and row["year"] == 2025)
    assert (row["scenario"], row["value"]) == ("baseline", pytest.approx(120))
    fan = simulated.to_vega_lite()["vconcat"][0]["layer"]
    assert [layer["encoding"]["y"]["field"] for layer in fan] == ["q05", "q25", "q50"]
    assert [layer["encoding"].get("y2", {}).get("field") for layer in fan] == ["q95", "q75", None]


def test_an_axis_of_vega_lite_names_the_scale_of_large_amounts():
    model = mizan.loads("years 2024..2026\ncurrency USD\nvar x: bn USD\nx[first] = 3 bn USD\nx = 2 * x[t-1]\nshow x")
    axis = model.run().to_vega_lite()["layer"][0]["encoding"]["y"]
    assert axis["title"] == "bn USD"
    assert "/ 1000000000" in axis["axis"]["labelExpr"]


def test_polars_reads_the_stream(drawn):
    polars = pytest.importorskip("polars")
    table = drawn.draws("share", draws=4_000, years=2026)
    frame = polars.DataFrame(table)
    assert frame["value"].to_numpy().tolist() == table.values.ravel().tolist()
    assert frame.columns == ["scenario", "year", "draw", "value"]


def test_xarray_has_labels_units_and_sources_and_survives_netcdf(growth, tmp_path):
    data = growth.run().to_xarray()
    assert dict(data["income"].sizes) == {"good": 2, "scenario": 3, "year": 4}
    chosen = data["income"].sel(good="food", scenario="low", year=2027)
    assert float(chosen) == 100
    assert data["income"].attrs["units"] == "USD"
    assert data["income"].attrs["source"] == "Statistical office"
    assert data.attrs["script_sha256"] == growth.sha256
    path = tmp_path / "a.nc"
    data.to_netcdf(path, engine="scipy")
    with xr.open_dataset(path, engine="scipy") as read:
        xr.testing.assert_equal(read.load(), data)


def test_xarray_of_a_simulation_has_statistics(simulated):
    data = simulated.to_xarray()
    names = {"income", "income_mean", "income_sd", "income_error", "income_quantiles", "share", "share_mean"}
    assert names <= set(data.data_vars)
    assert data["income_quantiles"].dims == ("scenario", "year", "quantile")
    middle = data["income_quantiles"].sel(quantile=0.5, scenario="baseline", year=2026)
    assert float(middle) == pytest.approx(110.25, rel=0.01)
    assert data.attrs["draws"] == 3_000 and data.attrs["seed"] == 1


def test_pandas_has_a_row_for_each_value(growth, simulated):
    frame = growth.run()["income"].to_pandas()
    assert list(frame.columns) == ["good", "scenario", "year", "value"] and len(frame) == 24
    wide = frame.pivot_table(index="year", columns=["good", "scenario"], values="value", observed=True)
    assert wide.loc[2027, ("metals", "low")] == pytest.approx(172.8)
    spread = simulated["income"].to_pandas()
    assert list(spread.columns[-8:]) == ["value", "mean", "sd", "error", "q05", "q25", "q50", "q75", "q95"][-8:]
    assert (spread["q05"] <= spread["q95"]).all()


def test_all_answers_as_one_frame(growth):
    result = growth.run()
    frame = result.to_pandas()
    assert list(frame.columns)[:5] == ["query", "kind", "expression", "elements", "scenario"]
    income = frame[(frame.expression == "income[*]") & (frame.scenario == "low") & (frame.elements == "metals")]
    np.testing.assert_array_equal(income["value"], result["income"].values[1, 1])
    assert frame[frame.measure == "passed"]["value"].tolist() == [1.0]
    assert pa.table(result).num_rows == len(frame)
    # A text that CSV protects from spreadsheets is as the script writes it.
    negative = growth.ask("show -oil").to_pandas()
    assert set(negative["expression"]) == {"-oil"}


def test_a_missing_value_is_not_a_number(growth):
    table = growth.show("income[food] / income[food, t-1]", scenarios=None)["income[food] / income[food, t-1]"]
    assert np.isnan(table.values[0, 0]) and table.values[0, 1:] == pytest.approx([1.1] * 3)


def test_the_text_is_that_of_the_terminal(growth):
    text = str(growth.run())
    assert text.startswith("Two goods\n2024–2027, USD\n") and "ok    income[food] in 2024 == 100 USD" in text
    assert growth.run().text(width=200) != growth.run().text(width=60)


def test_a_notebook_shows_charts_tables_and_checks(simulated):
    bundle = simulated._repr_mimebundle_()
    page = bundle["text/html"]
    assert page.count("<svg") == len(simulated.pictures) == 1
    assert '<div class="mizan">' in page and "<script" not in page and "holds" in page
    assert bundle["text/plain"] == str(simulated)
    # The style sheet reaches nothing outside the fragment.
    style = page.split("<style>")[1].split("</style>")[0]
    assert all(rule.strip().startswith(".mizan") for rule in style.replace("}", "}\n").splitlines() if rule.strip())
    assert simulated.pictures[0]._repr_svg_().startswith("<svg")


def test_names_cannot_run_in_a_page():
    model = mizan.loads('model "<script>alert(1)</script>"\nyears 2024..2024\nvar a = 1\nshow a\n')
    assert "<script" not in model.run()._repr_html_()


@pytest.mark.parametrize("ending", ["txt", "json", "csv", "svg", "html", "md", "tex", "xlsx"])
def test_a_file_is_written_whole_and_not_replaced(growth, tmp_path, ending):
    result, path = growth.run(), tmp_path / f"a.{ending}"
    result.save(path)
    before = path.read_bytes()
    assert before
    with pytest.raises(FileExistsError, match="force=True"):
        result.save(path)
    result.save(path, force=True)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    if ending == "json":
        assert json.loads(before)["title"] == "Two goods"


def test_an_ending_without_a_format_is_refused(growth, tmp_path):
    with pytest.raises(mizan.MizanError, match="no format has the ending"):
        growth.run().save(tmp_path / "a.docx")
    with pytest.raises(KeyError, match="the script shows 'income"):
        growth.run()["exports"]
