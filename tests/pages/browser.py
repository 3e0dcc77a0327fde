"""A real browser for pages: opened from disk, asking for nothing, complaining of nothing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakKeyDictionary

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from experiments.pages.joining import joined_script

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="no browser here: apt install chromium",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


_SAID: "WeakKeyDictionary[Page, list[str]]" = WeakKeyDictionary()


def opened(browser: Browser, path: Path, *, at: str = "", width: int = 1280, **how: object) -> Page:
    """Open a page that may ask for nothing and complain of nothing."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **how)
    page = context.new_page()
    page.set_default_timeout(10_000)
    said = _SAID[page] = []
    page.on("request", lambda request: said.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri() + at)
    assert complaints(page) == []
    return page


def complaints(page: Page) -> list[str]:
    """List what a page has asked for beside itself, and what it has said."""
    own = page.url.split("#")[0]
    return [
        one
        for one in _SAID[page]
        if not one.startswith(("data:", "blob:")) and one.split("#")[0] != own
    ]


def faults(page: Page, scheme: str = "light") -> list[tuple[str, str]]:
    """Ask axe-core for what keeps people from reading a page (opened with ``bypass_csp=True``).

    In a dark scheme nothing but colours differs, and nothing else is asked again.
    """
    if not page.evaluate("'axe' in window"):
        axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
        page.evaluate(axe.read_text(encoding="utf-8"))
    asked = {"runOnly": ["color-contrast", "link-in-text-block"]} if scheme == "dark" else {}
    run = "asked => axe.run(document, asked).then(found => found.violations)"
    found = page.evaluate(run, asked)
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.fixture(scope="module")
def twins(browser: Browser) -> Page:
    """The twins in JavaScript of what Python does, as ``twins.NAME``."""
    page = browser.new_page()
    names = ("words.js", "bytepairs.js", "windows.js", "tables.js", "skipgram.js", "nexttoken.js")
    page.evaluate(joined_script(*names, shown_as="twins"))
    return page
