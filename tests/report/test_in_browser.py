"""Pages as a browser shows them: narrow, in print, dark, by keyboard, with hostile words."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from experiments.report.contents import SECTIONS
from experiments.report.index import write_index
from experiments.report.report import write_report
from tests.pages.browser import browser, faults, needs_browser, opened
from tests.report.small_results import run_results

EVIL = "<img src=x onerror=document.title='owned'>"

pytestmark = needs_browser
__all__ = ["browser"]  # a fixture


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a report, an index, and a report whose words are markup."""
    folder = tmp_path_factory.mktemp("pages")
    results = run_results()
    report = write_report(results, folder / "one")
    undrawn = [replace(section, picture=None) for section in SECTIONS]
    hostile = replace(run_results(EVIL), title=EVIL)
    evil = write_report(hostile, folder / "evil", sections=undrawn)
    index = write_index([(results, report), (run_results(EVIL), evil)], folder, title="All")
    return {"report": report, "index": index, "evil": evil}


@pytest.mark.parametrize("name", ["report", "index", "evil"])
@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_overflows_the_page(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    page = opened(browser, pages[name], width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_screen_holds_the_answer_and_its_picture(
    browser: Browser, pages: dict[str, Path]
) -> None:
    page = opened(browser, pages["report"])
    for what in (".answer", "figure.first", "figure.first ~ .soft"):
        box = page.locator(what).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800, what


def test_print_loses_no_cell_and_cuts_none(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["report"], width=720)
    folded = page.locator("details td").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    n_cells, lost, cut = page.evaluate(
        """() => {
            const cells = [...document.querySelectorAll("td, th")];
            const boxes = cells.map(cell => cell.getBoundingClientRect());
            return [
                cells.length,
                boxes.filter(box => box.width === 0 || box.height === 0).length,
                boxes.filter(box => box.right > 721).length,
            ];
        }"""
    )
    assert n_cells > 400
    assert (lost, cut) == (0, 0)


def test_a_pdf_has_the_text_of_every_cell(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    page = opened(browser, pages["report"])
    texts = page.evaluate(
        """() => [...document.querySelectorAll("td, th")].flatMap(cell => {
            const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
            const found = [];
            while (walker.nextNode()) found.push(walker.currentNode.data);
            return found;
        })"""
    )
    page.pdf(path=tmp_path / "report.pdf")
    printed = "".join(one.extract_text() for one in PdfReader(tmp_path / "report.pdf").pages)
    printed = _letters(printed)
    assert len(texts) > 400
    assert [text for text in texts if _letters(text) not in printed] == []


def _letters(text: str) -> str:
    """Leave white space out, and part ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("name", ["report", "index"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str
) -> None:
    page = opened(browser, pages[name], color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert faults(page, scheme) == []


def test_links_and_folded_tables_work_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["report"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#what-was-found")
    page.locator(".answer a").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(page.url[page.url.index("#") :]).count() == 1
    summary = page.locator("details:has(table) > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details:has(table) td").first.is_visible()


def test_hostile_words_are_text(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["evil"])
    assert page.title() == EVIL
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("h1").inner_text() == EVIL
    blocked = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener("securitypolicyviolation", () => done(true));
            const image = new Image();
            image.src = "https://example.org/x.png";
            setTimeout(() => done(false), 2000);
        })"""
    )
    assert blocked, "the policy lets no request out"
