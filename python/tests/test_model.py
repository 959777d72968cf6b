"""Scripts loaded, run and asked; numbers against closed forms."""

import json
import math
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import mizan
from conftest import DRAWN, GROWTH


def test_the_outline_names_everything(growth):
    assert (growth.title, growth.currency, growth.name) == ("Two goods", "USD", "growth.mizan")
    assert list(growth.years) == [2024, 2025, 2026, 2027]
    assert growth.scenarios == {"low": "Low growth", "high": ""}
    assert growth.sets == {"good": ["food", "metals"]}
    assert growth.quantities["income"] == {
        "name": "income", "axes": ["good"], "unit": "USD", "about": "Income", "given": False,
    }
    assert repr(growth) == "<mizan.Model 'Two goods', 2024..2027>"


def test_a_table_has_the_values_with_their_labels(growth):
    table = growth.run()["income"]
    assert table.dims == ("good", "scenario", "year")
    assert list(table.coords["scenario"]) == ["baseline", "low", "high"]
    powers = np.arange(4)
    wanted = np.array([[1.1**powers, 1.0**powers, 1.1**powers], [1.2**powers] * 3]) * 100
    np.testing.assert_allclose(table.values, wanted, rtol=1e-15)
    assert table.unit == "USD" and table.title == "Income"
    assert table.attrs["source"] == "Statistical office"
    assert table.attrs["script_sha256"] == growth.sha256


def test_options_narrow_and_edit(growth):
    result = growth.run(scenarios="low", years=(2025, 2026), set={"growth[metals]": 0.5, "oil": "7 USD"})
    table = result["income[*]"]
    assert list(table.coords["scenario"]) == ["baseline", "low"] and list(table.coords["year"]) == [2025, 2026]
    np.testing.assert_allclose(table.values[1, 0], [150, 225])
    assert (result["oil"].values == 7).all()
    edited = growth.run(set=["oil += 5 USD in 2026"])["oil"].values
    assert edited.tolist() == [[100, 100, 105, 100]] * 2 + [[100, 100, 105, 110]]
    # The model itself has not changed.
    assert (growth.run()["oil"].values[0] == 100).all()


def test_every_query_can_be_asked(growth, drawn):
    found = growth.find("growth[food] in 0%..50%", "income[food] in 2027 == 200 USD")
    # Income doubles in three years: the growth is 2^(1/3) - 1, 0.25992104989...
    assert "0.2599210" in json.dumps(found.answers[0]), found.answers[0]
    assert "growth[food]" in found.sentences[0]
    swept = growth.sweep("growth[food] over 0%..20% step 10%", "income[food]")
    assert len(swept.answers[0]["axes"][0]["values"]) == 3
    compared = growth.compare("income[food]", scenarios="low", by_lever=True).answers[0]["comparisons"]
    assert compared[-1]["scenarios"][0]["difference"] == pytest.approx(100 - 133.1)
    assert growth.why("income[food]", years=2027).answers[0]["query"] == "why"
    assert drawn.sensitivity("share * income", by="tornado").answers[0]["query"] == "sensitivity"
    assert drawn.discover("share < 0.25").answers[0]["query"] == "discover"
    assert drawn.robust("share", least=True).answers[0]["query"] == "robust"
    observed = GROWTH + "param seen = 150\n"
    fitted = mizan.loads(observed).calibrate("oil in 1 USD..400 USD", "oil / 1 USD fits seen", years=2027)
    assert fitted.answers[0]["query"] == "calibrate"
    assert growth.ask("check income[food] in 2024 > 0 USD").passed
    assert not growth.ask("check income[food] in 2024 > 100 USD").passed


def test_a_simulation_has_the_moments_of_its_distributions(drawn):
    result = drawn.run(draws=40_000, seed=3)
    share = result["share"]
    assert share.quantile.shape == (2, 3, 5)
    assert (abs(share.mean[0] - 0.5) < 5 * share.error[0]).all()
    np.testing.assert_allclose(share.sd[0], 1 / math.sqrt(12), rtol=0.02)
    np.testing.assert_allclose(share.quantile[0, 0], share.coords["quantile"], atol=0.015)
    assert (share.sd[1] == 0).all()
    # Growth is normal and independent by year: the mean is 100 x 1.05^n, the first year is certain.
    income = result["income"]
    np.testing.assert_allclose(income.mean[0], 100 * 1.05 ** np.arange(3), rtol=5e-4)
    assert income.sd[0, 0] == 0
    assert income.sd[0, 1] == pytest.approx(2.0, rel=0.02)
    assert result.data["sampling"]["draws"] == 40_000


def test_all_draws_of_a_value(drawn):
    table = drawn.draws("share", draws=5_000, scenarios="baseline, low", years=2026)
    assert table.dims == ("scenario", "year", "draw") and table.values.shape == (2, 1, 5_000)
    assert ((table.values[0] > 0) & (table.values[0] < 1)).all() and (table.values[1] == 0.5).all()
    # The statistics of a run are those of its draws.
    spread = drawn.run(draws=5_000)["share"]
    assert spread.mean[0, 2] == pytest.approx(table.values[0].mean(), rel=1e-12)
    np.testing.assert_allclose(spread.quantile[0, 2], np.quantile(table.values[0, 0], spread.coords["quantile"]))
    # Draws of two values belong together.
    double = drawn.draws("2 * share", draws=5_000, years=2026)
    assert (double.values[0, 0] == 2 * table.values[0, 0]).all()


def test_mistakes_are_data_and_print_as_in_the_terminal():
    with pytest.raises(mizan.MizanError) as caught:
        mizan.loads("years 2024..2025\nvar trade = 1\nshow trad\n", name="a.mizan")
    problem = caught.value
    assert (problem.code, problem.span.file, problem.span.line, problem.span.column) == ("unknown-name", "a.mizan", 3, 6)
    assert problem.help == ("did you mean `trade`?",)
    assert problem.diagnostics[0].message == "nothing is called `trad`"
    lines = str(problem).splitlines()
    assert lines[0] == "unknown-name" and "[a.mizan:3:6]" in str(problem) and lines[-1] == "1 error"
    again = pickle.loads(pickle.dumps(problem))
    assert (str(again), again.diagnostics) == (str(problem), problem.diagnostics)


def test_a_run_that_fails_raises(growth):
    with pytest.raises(mizan.MizanError) as caught:
        growth.run(set={"grwth": 1})
    assert caught.value.code == "unknown-name" and "did you mean" in str(caught.value)
    with pytest.raises(mizan.MizanError) as caught:
        growth.show("income[food] / (oil - 100 USD)")
    assert caught.value.code == "division-by-zero"
    with pytest.raises(mizan.MizanError, match="unknown-scenario"):
        growth.run(scenarios="lw")
    with pytest.raises(ValueError, match="plain, latin or sobol"):
        growth.run(sampling="random")


def test_check_returns_and_does_not_raise(tmp_path):
    path = tmp_path / "a.mizan"
    path.write_text("years 2024..2025\nvar trade = 1\nshow trad\n")
    assert [one.code for one in mizan.check(path)] == ["unknown-name"]
    path.write_text(GROWTH)
    assert mizan.check(path) == []
    assert [one.code for one in mizan.check(tmp_path / "none.mizan")] == ["no-input"]
    with pytest.raises(mizan.MizanError, match="there is no such file"):
        mizan.load(tmp_path / "none.mizan")


def test_data_files_are_read_from_the_folder_or_given(tmp_path):
    script = 'years 2024..2024\nset good = food, metals\nparam base[good] = data("b.csv", good: good, value: value)\nshow base[*]\n'
    (tmp_path / "b.csv").write_text("good,value\nfood,3\nmetals,4\n")
    (tmp_path / "a.mizan").write_text(script)
    loaded = mizan.load(tmp_path / "a.mizan")
    given = mizan.loads(script, files={"b.csv": "good,value\nfood,3\nmetals,4\n"})
    beside = mizan.loads(script, folder=tmp_path)
    # A loaded model keeps what it read.
    (tmp_path / "b.csv").unlink()
    for model in (loaded, given, beside, pickle.loads(pickle.dumps(loaded))):
        assert model.run()["base"].values.ravel().tolist() == [3, 4]
    with pytest.raises(mizan.MizanError, match="b.csv"):
        mizan.loads(script, folder=tmp_path)


def test_identities_that_do_not_hold_are_reported():
    model = mizan.loads("years 2024..2024\nvar a = 1\nidentity one: a == 2\nshow a\n")
    result = model.run()
    assert not result.passed
    assert [one.code for one in result.diagnostics if one.severity == "error"] == ["identity-fails"]


def test_python_goes_on_while_a_run_works(drawn):
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    started, shares = time.monotonic(), []
    drawn.run(draws=3_000_000, progress=shares.append)
    elapsed = time.monotonic() - started
    stop.set()
    thread.join()
    assert counted[0] > 100 * elapsed
    if elapsed > 0.5:
        assert shares == sorted(shares) and 0 < shares[-1] <= 1


def test_what_the_progress_function_raises_ends_the_run(drawn):
    def fails(share):
        raise RuntimeError("enough")

    started = time.monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        drawn.run(draws=10**10, progress=fails)
    assert time.monotonic() - started < 10


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_a_run():
    code = (
        "import mizan\n"
        f"model = mizan.loads({DRAWN!r})\n"
        "print('begins', flush=True)\n"
        "try:\n    model.run(draws=10**10)\nexcept KeyboardInterrupt:\n    print('ended', model.run().passed)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "begins\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=20)
    assert (out, child.returncode) == ("ended True\n", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="fork")
def test_a_forked_process_has_threads_of_its_own(drawn):
    import os

    drawn.run(draws=20_000)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if drawn.run(draws=20_000).passed else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_the_stub_names_what_the_module_has():
    import ast
    import pathlib

    from mizan import _mizan

    stub = ast.parse(pathlib.Path(mizan.__file__).with_name("_mizan.pyi").read_text())
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            members = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
            own = {name for name in vars(getattr(_mizan, node.name)) if not name.startswith("__")}
            assert members == own
    named = {node.name for node in stub.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    named |= {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}
    assert named == {name for name in vars(_mizan) if name == "__version__" or not name.startswith("__")} - {"module"}
    assert pathlib.Path(mizan.__file__).with_name("py.typed").exists()
