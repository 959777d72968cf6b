"""The chapter "In Python" is a notebook: its cells run in order and give what the page shows.

A `text` block below a cell is its output. `UPDATE=1` writes the outputs anew; read the difference.
"""

import os
import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "src" / "python.md"
#: A cell and the output below it.
CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)
SCRIPT = re.compile(r"```mizan (\S+)\n(.*?)```", re.DOTALL)


def printed(cell) -> str:
    """The text that a cell prints, and the text of its result."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            parts.append(output.text)
        elif output.output_type in ("execute_result", "display_data"):
            parts.append(output.data["text/plain"] + "\n")
    text = "".join(parts)
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def test_the_chapter_is_a_notebook_that_runs(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    page = PAGE.read_text()
    for name, text in SCRIPT.findall(page):
        (tmp_path / name).write_text(text)
    cells = CELL.findall(page)
    assert len(cells) > 10
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code.rstrip()) for code, _ in cells])
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    found = iter(book.cells)

    def renewed(match: re.Match) -> str:
        text = printed(next(found))
        output = f"\n```text\n{text}\n```\n" if text else ""
        return f"```python\n{match[1]}```\n{output}"

    made = CELL.sub(renewed, page)
    if os.environ.get("UPDATE"):
        PAGE.write_text(made)
    assert made == page or os.environ.get("UPDATE")
    shown = [output for cell in book.cells for output in cell.outputs if "text/html" in output.get("data", {})]
    assert any("<svg" in output.data["text/html"] or "<table" in output.data["text/html"] for output in shown)
    (tmp_path / "book.ipynb").write_text(nbformat.writes(book))
