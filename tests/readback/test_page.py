"""The page in Chromium: no message, every chart, tooltips, scenarios on and off, keys, a dark page, narrow and printed."""

import pathlib
import shutil

import pypdf
import pytest
from conftest import DRAWS, EVERY, MOTIVATING
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, written):
    """Opens a script's page; afterwards the console must be empty, and no network was asked."""
    contexts, messages = [], []

    def open_page(script, *options, width=1280, scheme="light"):
        path = written(script, "html", *options)
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("dialog", lambda dialog: messages.append(dialog.message))
        page.on("request", lambda request: request.url.startswith("file:") or messages.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert messages == []


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("script, options, charts", [(MOTIVATING, [], 7), (EVERY, DRAWS, 18)])
def test_every_chart_is_there_and_fits(opened, script, options, charts, width, scheme):
    page = opened(script, *options, width=width, scheme=scheme)
    assert page.locator(".chart").count() == charts
    assert page.locator(".chart svg:visible").count() == charts
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(21, 24, 28)")


def test_a_tooltip_has_the_values_of_its_year(opened):
    page = opened(MOTIVATING)
    svg = page.locator(".chart svg:visible").first
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    tip = page.locator(".tip:visible")
    assert tip.count() == 1
    year = tip.locator("b").inner_text()
    assert 2024 <= int(year) <= 2035
    names = tip.locator("div span:first-of-type").all_inner_texts()
    assert sorted(names) == ["baseline", "corridor", "liberalisation", "localisation"]
    assert all("USD" in value for value in tip.locator("div span:last-child").all_inner_texts())


def test_keys_go_from_year_to_year(opened):
    page = opened(MOTIVATING)
    page.locator(".chart svg:visible").first.focus()
    years = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        years.append(page.locator(".tip:visible b").inner_text())
    assert years == ["2024", "2025", "2026"]
    page.keyboard.press("Escape")
    assert page.locator(".tip:visible").count() == 0


def test_a_scenario_is_switched_off_and_on(opened):
    page = opened(MOTIVATING)
    shown = lambda: page.locator('.sheet [data-s="3"]:visible, svg [data-s="3"]:visible').count()
    before = shown()
    assert before > 10
    box = page.get_by_label("corridor", exact=True)
    box.focus()
    page.keyboard.press("Space")
    assert shown() == 0
    page.keyboard.press("Space")
    assert shown() == before


def test_the_page_prints(opened, tmp_path):
    page = opened(MOTIVATING)
    path = tmp_path / "page.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    reader = pypdf.PdfReader(path)
    assert 3 <= len(reader.pages) <= 12
    shown = " ".join(one.extract_text() for one in reader.pages)
    assert "All 11 checks hold." in shown and "−3.71" in shown


def test_the_page_is_small(written):
    path = pathlib.Path(written(MOTIVATING, "html", "--draws", "500"))
    assert path.stat().st_size < 500_000
