"""The live workbook, recalculated by LibreOffice: as Mizan computed it, and after an input and the scenario change."""

import json
import shutil
import subprocess

import openpyxl
import pytest
from conftest import MOTIVATING, mizan

OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")

# LibreOffice computes every formula anew when it loads the file.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculated(path, folder):
    """The values of all cells after LibreOffice has computed them."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user/registrymodifications.xcu").write_text(ALWAYS)
    out = folder / "out"
    command = [OFFICE, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", out, path], check=True, capture_output=True, timeout=300)
    return values(out / path.name)


def values(path):
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    }


def live(folder, name, *options):
    path = folder / name
    mizan("report", MOTIVATING, "-o", path, "--live", *options)
    return path


def agree(found, expected):
    """Compares all numbers, relative to the largest of their sheet's row."""
    assert found.keys() >= expected.keys()
    rows = {}
    for (sheet, cell), value in expected.items():
        row = (sheet, "".join(c for c in cell if c.isdigit()))
        rows[row] = max(rows.get(row, 0), abs(value))
    worst = 0
    for (sheet, cell), value in expected.items():
        size = rows[sheet, "".join(c for c in cell if c.isdigit())]
        difference = abs(found[sheet, cell] - value)
        worst = max(worst, difference / size if size > 0 else difference)
    assert worst < 1e-12, worst
    return worst


def test_libreoffice_computes_the_same_numbers(tmp_path):
    path = live(tmp_path, "live.xlsx")
    expected = values(path)
    assert len(expected) > 20_000
    worst = agree(recalculated(path, tmp_path), expected)
    print(f"largest difference {worst:.1e} of {len(expected)} numbers")


def changed(path, target, name, value, scenario):
    """Writes the workbook with another value of a named cell and another scenario."""
    book = openpyxl.load_workbook(path)
    sheet, cell = book.defined_names[name].attr_text.split("!")
    book[sheet.strip("'")][cell.replace("$", "")] = value
    book["Inputs"]["B2"] = scenario
    book.save(target)


def test_a_changed_input_gives_what_mizan_gives(tmp_path):
    path = live(tmp_path, "live.xlsx")
    changed(path, tmp_path / "changed.xlsx", "in_goods.base_vehicles", 5e8, "baseline")
    found = recalculated(tmp_path / "changed.xlsx", tmp_path)
    expected = values(live(tmp_path, "set.xlsx", "--set", "goods.base[vehicles]=500 mn USD"))
    before = values(path)
    results = {key: value for key, value in expected.items() if key[0] == "Results"}
    assert any(before[key] != value for key, value in results.items()), "the input has an effect"
    agree({key: found.get(key) for key in results}, results)


def test_another_scenario_gives_what_mizan_gives(tmp_path):
    path = live(tmp_path, "live.xlsx")
    changed(path, tmp_path / "changed.xlsx", "in_trend", 0, "corridor")
    found = recalculated(tmp_path / "changed.xlsx", tmp_path)
    answers = json.loads(mizan("run", MOTIVATING, "--format", "json"))["answers"]
    panel = next(a for a in answers if a["query"] == "show")["panels"][0]
    corridor = next(s for s in panel["series"] if s["scenario"] == "corridor")["values"]
    row = [found["Results", f"{column}2"] for column in "CDEFGHIJKLMN"]
    for one, other in zip(row, corridor, strict=True):
        assert abs(one - other) <= 1e-12 * abs(other), (one, other)
