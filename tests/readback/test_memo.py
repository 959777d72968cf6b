"""The Typst memo: compiled, its text and its attachment read; hostile texts are set as they are."""

import json

import pypdf
import pytest
import typst
from conftest import DRAWS, EVERY, MOTIVATING, mizan


def pdf(written, script, *options, standards=None):
    source = written(script, "typ", *options)
    path = source.with_suffix(".pdf")
    typst.compile(source, output=path, **({"pdf_standards": standards} if standards else {}))
    return pypdf.PdfReader(path)


def text(reader):
    return " ".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("standard", ["ua-1", "a-3a"])
def test_the_motivating_memo_is_an_accessible_pdf(written, standard):
    reader = pdf(written, MOTIVATING, standards=[standard])
    shown = text(reader)
    assert reader.metadata.title == "Azerbaijan–China bilateral trade"
    for part in ["can exports, joint ventures and corridors close the gap?", "All 11 checks hold.", "−3.71", "Annex: levers"]:
        assert part in shown, part


def test_the_pdf_carries_the_script(written):
    reader = pdf(written, MOTIVATING)
    (carried,) = reader.attachments["mizan-memo.json"]
    assert reader.attachments[MOTIVATING.name] == [MOTIVATING.read_bytes()]
    carried = json.loads(carried)
    assert carried["inputs"][0]["text"] == MOTIVATING.read_text()
    assert carried["report"] == json.loads(written(MOTIVATING, "json").read_text())


def test_hostile_texts_are_set_as_they_are(written):
    shown = text(pdf(written, EVERY, *DRAWS)).replace("\n", " ")
    for part in ['#panic("typst")', "\\input{x}", "@office <label>", "alert(2)", "does not hold", "#import 'x'"]:
        assert part in shown, part


def test_a_typst_memo_is_verified(written):
    path = written(MOTIVATING, "typ")
    assert "and all that is shown agree" in mizan("verify", path)
    changed = path.with_name("changed.typ")
    changed.write_text(path.read_text().replace("−3.71", "−3.72", 1))
    mizan("verify", changed, code=1)
