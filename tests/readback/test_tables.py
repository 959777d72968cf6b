"""CSV by pandas, JSON by a validator of its schema, workbooks by openpyxl: the same numbers in each."""

import io
import json
import math

import jsonschema
import openpyxl
import pandas
import pytest
from conftest import DRAWS, EVERY, MOTIVATING, ROOT, mizan


def results(written, script, *options):
    return json.loads(written(script, "json", *options).read_text(encoding="utf-8"))


@pytest.mark.parametrize("script, options", [(MOTIVATING, []), (EVERY, DRAWS)])
def test_json_agrees_with_the_published_schema(written, script, options):
    schema = json.loads((ROOT / "docs/src/schema/results-1.json").read_text())
    found = results(written, script, *options)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    del found["currency"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(found)


def test_csv_has_the_numbers_of_the_json(written):
    frame = pandas.read_csv(written(MOTIVATING, "csv"), keep_default_na=False)
    answers = results(written, MOTIVATING)["answers"]
    # Each value of the first `show`, found by its line and year.
    shown = frame[frame["kind"] == "show"]
    shown = shown[(shown["query"] == shown["query"].min()) & (shown["measure"] == "value")]
    panels = next(answer for answer in answers if answer["query"] == "show")["panels"]
    count = 0
    for panel in panels:
        for series in panel["series"]:
            rows = shown[(shown["expression"] == panel["expression"]) & (shown["scenario"] == series["scenario"])]
            values = dict(zip(rows["year"].astype(int), rows["value"].astype(float)))
            for year, value in zip(panel["years"], series["values"]):
                assert value is None or values[year] == value
                count += 1
    assert count > 90


def test_csv_for_excel_reads_with_either_decimal_sign():
    tidy = pandas.read_csv(io.StringIO(mizan("run", MOTIVATING, "--format", "csv")))
    wide_text = mizan("run", MOTIVATING, "--format", "csv-wide", "--excel", "comma")
    assert wide_text.startswith("\ufeff")
    wide = pandas.read_csv(io.StringIO(wide_text.removeprefix("\ufeff")), sep=";", decimal=",")
    years = [column for column in wide.columns if column.isdigit()]
    stacked = wide.melt(value_vars=[*years, "value"] if "value" in wide else years)["value"].dropna()
    assert sorted(stacked) == sorted(tidy["value"].dropna())


def test_every_answer_is_in_csv_with_its_text_as_text(written):
    frame = pandas.read_csv(written(EVERY, "csv", *DRAWS), keep_default_na=False)
    kinds = {"identity", "show", "chart", "distribution", "compare", "check", "find", "sweep", "calibrate"}
    kinds |= {"discover", "robust", "why", "sensitivity"}
    assert kinds <= set(frame["kind"]), kinds - set(frame["kind"])


def test_a_workbook_has_the_numbers_of_the_json(written):
    book = openpyxl.load_workbook(written(MOTIVATING, "xlsx"))
    sheet = next(sheet for sheet in book if sheet.title.endswith(" show"))
    assert sheet.freeze_panes is not None
    panels = next(a for a in results(written, MOTIVATING)["answers"] if a["query"] == "show")["panels"]
    expected = [value for panel in panels for series in panel["series"] for value in series["values"]]
    numbers = [cell.value for row in sheet.iter_rows(min_row=5, min_col=2) for cell in row]
    found = [value for value in numbers if isinstance(value, (int, float))]
    # Workbooks keep 15 to 17 digits, as their programs do.
    assert len(found) == len(expected)
    for one, other in zip(sorted(found), sorted(expected)):
        assert math.isclose(one, other, rel_tol=1e-15), (one, other)
    charts = sum(len(sheet._charts) for sheet in book)
    assert charts == 7


def test_no_text_of_a_workbook_is_a_formula(written):
    book = openpyxl.load_workbook(written(EVERY, "xlsx", *DRAWS))
    kinds = {sheet.title.split(" ")[-1] for sheet in book}
    for kind in ["show", "chart", "find", "sweep", "calibrate", "discover", "robust", "why", "sensitivity"]:
        assert kind in kinds, kinds
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in texts if cell.data_type == "f"]
    assert any(isinstance(cell.value, str) and cell.value.startswith("+SUM") for cell in texts)
    about = " ".join(str(cell.value) for row in book["About"].iter_rows() for cell in row)
    assert "does not hold" in about
