"""The program, and the files that it writes once for all tests."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIZAN = pathlib.Path(os.environ.get("MIZAN", ROOT / "target/debug/mizan"))
MOTIVATING = ROOT / "examples/azerbaijan_china.mizan"
EVERY = ROOT / "tests/readback/every.mizan"
DRAWS = ["--draws", "64"]


def mizan(*arguments, code=0):
    """Runs the program; its standard output. The exit code must be `code`."""
    done = subprocess.run([MIZAN, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """A function that writes a script in the format of an ending, once, and returns the path."""
    folder = tmp_path_factory.mktemp("written")

    def write(script, ending, *options):
        name = "-".join([script.stem, *(str(option).strip("-") for option in options)])
        path = folder / f"{name}.{ending}"
        if not path.exists():
            # `every.mizan` has an identity that fails, which the exit code says.
            mizan("run", script, "-o", path, *options, code=1 if script == EVERY else 0)
        return path

    return write
