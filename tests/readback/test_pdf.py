"""The PDF of `mizan report -o memo.pdf`: text, title, attachments and alternative texts, read by pypdf; verified and opened.

`just pdf` builds the program `mizan-pdf`. Without it these tests are skipped.
"""

import json
import pathlib
import shutil
import subprocess

import pypdf
import pytest
from conftest import DRAWS, EVERY, MIZAN, MOTIVATING, ROOT

MIZAN_PDF = ROOT / "target/release/mizan-pdf"

pytestmark = pytest.mark.skipif(not MIZAN_PDF.exists(), reason="mizan-pdf is not built; `just pdf` builds it")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    """A function that runs `mizan` with `mizan-pdf` beside it, and one that writes a memo."""
    folder = tmp_path_factory.mktemp("pdf")
    for program in (MIZAN, MIZAN_PDF):
        shutil.copy(program, folder / program.name)

    def run(*arguments, code=0):
        done = subprocess.run([folder / "mizan", *map(str, arguments)], capture_output=True, text=True, timeout=300)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def memo(script, *options, name="memo.pdf", code=0):
        path = folder / f"{script.stem}-{name}"
        said = run("report", script, "-o", path, "--force", *options, code=code)
        return path, said

    return run, memo


def objects(reader):
    """All dictionaries of a PDF."""
    for number in range(1, len(reader.xref[0]) + len(reader.xref_objStm) + 1):
        found = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        if isinstance(found, pypdf.generic.DictionaryObject):
            yield found


def test_a_pdf_has_title_text_alternatives_and_attachments(pdf):
    run, memo = pdf
    path, said = memo(MOTIVATING, *DRAWS)
    assert said == f"wrote {path}\n"
    reader = pypdf.PdfReader(path)
    assert reader.metadata.title == "Azerbaijan–China bilateral trade"
    assert "pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data().decode()
    shown = " ".join(page.extract_text() for page in reader.pages)
    for part in ["can exports, joint ventures and corridors close the gap?", "All 11 checks hold.", "−3.71", "Annex: levers"]:
        assert part in shown, part
    (carried,) = reader.attachments["mizan-memo.json"]
    assert json.loads(carried)["inputs"][0]["text"] == MOTIVATING.read_text()
    (script,) = reader.attachments[MOTIVATING.name]
    assert script == MOTIVATING.read_bytes()
    figures = [one for one in objects(reader) if one.get("/S") == "/Figure"]
    assert figures and all(len(one["/Alt"]) > 20 for one in figures)


def test_a_pdf_has_the_same_bytes_each_time_and_is_verified(pdf, tmp_path):
    run, memo = pdf
    path, _ = memo(MOTIVATING)
    again, _ = memo(MOTIVATING, name="again.pdf")
    assert path.read_bytes() == again.read_bytes()
    assert "and all that is shown agree" in run("verify", path)
    run("open", path, "-o", tmp_path / "opened")
    assert (tmp_path / "opened" / MOTIVATING.name).read_bytes() == MOTIVATING.read_bytes()
    # One byte of a page.
    damaged = bytearray(path.read_bytes())
    page = next(at for at in range(len(damaged)) if damaged[at : at + 6] == b"stream") + 40
    damaged[page] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(damaged)
    assert "the pages of the PDF are not those of a new run" in run("verify", changed, code=1)
    # The attachment, saved by another program.
    (carried,) = pypdf.PdfReader(path).attachments["mizan-memo.json"]
    saved = tmp_path / "mizan-memo.json"
    saved.write_bytes(carried)
    assert "numbers agree" in run("verify", saved)
    other = tmp_path / "other.pdf"
    with pypdf.PdfWriter() as writer:
        writer.add_blank_page(100, 100)
        writer.write(other)
    assert "carries no script" in run("verify", other, code=65)
    other.write_bytes(b"%PDF-1.7\nnothing")
    assert "is no PDF that can be read" in run("open", other, "-o", tmp_path / "none", code=65)


def test_hostile_texts_are_set_as_they_are(pdf):
    run, memo = pdf
    path, _ = memo(EVERY, *DRAWS, code=1)
    shown = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).replace("\n", " ")
    for part in ['#panic("typst")', "\\input{x}", "@office <label>", "alert(2)", "does not hold", "#import 'x'"]:
        assert part in shown, part
    assert "and all that is shown agree" in run("verify", path)


def test_file_names_of_any_letters_are_attached_or_left_to_the_object(pdf, tmp_path):
    run, _ = pdf
    name = "a b'\"#[x] ü.mizan"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rates.csv").write_text("good,value\nfood,3\n")
    (tmp_path / name).write_text(
        'years 2025..2026\nset good = food\nparam base[good] = data("data/rates.csv", good: good, value: value)\nshow base[*]\n'
    )
    path = tmp_path / "memo.pdf"
    run("report", tmp_path / name, "-o", path)
    reader = pypdf.PdfReader(path)
    assert reader.attachments["data/rates.csv"] == [b"good,value\nfood,3\n"]
    names = [one["name"] for one in json.loads(reader.attachments["mizan-memo.json"][0])["inputs"]]
    assert names == [name, "data/rates.csv"]
    run("open", path, "-o", tmp_path / "opened")
    assert pathlib.Path(tmp_path / "opened" / name).exists()
