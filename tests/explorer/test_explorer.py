"""The explorer: vectors packed and asked in the page as in Python; searching, maps, export."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from compare.errors import InputError
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.neighbours import nearest
from compare.measures.plane import turned_onto
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import company_of_tokens
from compare.text.tokens import TokenArray
from experiments.explorer.data import explorer_data, kept_words
from experiments.explorer.packing import (
    kept_neighbours,
    map_places,
    packed_vectors,
    page_space,
    tsne_places,
)
from experiments.explorer.page import Explored, _looks, write_explorer
from experiments.pages.joining import joined_script
from tests.pages.browser import browser, complaints, faults, needs_browser, opened

__all__ = ["browser"]  # a fixture

EVIL = "<img src=x onerror=document.title='owned'>"
WORDS = ("king", "queen", "man", "woman", "crown", "عرش", EVIL, "=1+1", 'a"b', "don't")


def space(name: str, words: tuple[str, ...], dim: int, seed: int) -> EmbeddingSpace:
    vectors = np.random.default_rng(seed).normal(size=(len(words), dim)).astype(np.float32)
    return EmbeddingSpace(words, vectors, None, {"name": name, "label": f"label {name}"})


def many(n: int) -> tuple[str, ...]:
    return (*WORDS, *(f"w{i}" for i in range(n - len(WORDS))))


@pytest.fixture(scope="module")
def spaces() -> list[EmbeddingSpace]:
    return [space("one", many(400), 20, 1), space("two", many(300)[::-1], 12, 2)]


@pytest.fixture(scope="module")
def path(spaces: list[EmbeddingSpace], tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("explorer") / "explorer.html"
    rated = SimilaritySet("people", (("king", "queen"), ("man", "nobody")), np.array([8.5, 1.0]))
    rng = np.random.default_rng(3)
    tokens = TokenArray.of_segments([rng.integers(0, 300, 12).tolist() for _ in range(3000)])
    counts = company_of_tokens(tokens, many(300), name="a text", words=many(300))
    write_explorer(Explored(spaces, "Two spaces", similarity=[rated], counts=counts), found)
    return found


# ---- packing ----------------------------------------------------------------------------------


def test_cosines_of_packed_vectors_are_nearly_those_of_the_space(spaces) -> None:
    unit = spaces[0].unit_vectors.astype(np.float64)
    page = page_space(spaces[0], packed_vectors(spaces[0])).unit_vectors
    assert np.abs(page.astype(np.float64) @ page.T - unit @ unit.T).max() < 4e-5


def test_a_compact_page_keeps_64_directions() -> None:
    wide = space("wide", many(200), 100, 4)
    assert packed_vectors(wide, compact=True).shape == (200, 64)
    assert packed_vectors(wide, compact=True).dtype == np.int8
    # what that costs is measured, and stands in the page
    found = kept_neighbours(wide, page_space(wide, packed_vectors(wide, compact=True)))
    assert 0.3 < found < 0.9
    assert kept_neighbours(wide, page_space(wide, packed_vectors(wide))) > 0.99
    data, _ = explorer_data([wide], _looks([wide]), compact=True, map_kind="pca")
    assert data["spaces"][0]["kept"] == pytest.approx(found, abs=0.01)


def test_neighbours_are_those_of_the_space_but_for_ties(spaces) -> None:
    for one in spaces:
        page = page_space(one, packed_vectors(one))
        own, found = (nearest(s, one.words, k=10) for s in (one, page))
        differ = own.rows != found.rows
        assert np.abs(own.cosines - found.cosines)[differ].max(initial=0) < 4e-5
        assert differ.mean() < 0.01


def test_maps_lie_like_the_first() -> None:
    one = space("one", many(50), 6, 5)
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    places = map_places(one)
    assert np.mean(places**2) == pytest.approx(1)
    rows = np.arange(50)
    np.testing.assert_allclose(turned_onto(places @ turn, rows, places), places, atol=1e-9)
    assert tsne_places(one, seed=1).shape == (50, 2)


def test_the_most_frequent_words_are_kept() -> None:
    one = space("one", ("zebra", "the", "of", "qqq"), 3, 6)
    assert kept_words(one, 2).words == ("the", "of")
    counted = EmbeddingSpace(("b", "a", "the"), np.eye(3), np.array([9, 5, 1]))
    assert kept_words(counted, 2).words == ("b", "a")
    with pytest.raises(InputError, match="2 or more"):
        kept_words(one.restricted(["the"]), None)


def test_too_large_a_page_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    vectors = np.zeros((100_000, 200), dtype=np.float32)
    vectors[:, 0] = 1
    large = EmbeddingSpace(tuple(map(str, range(100_000))), vectors, None, {"name": "large"})
    with pytest.raises(InputError, match=r"about 5\d MB.*--most.*--compact.*--large"):
        write_explorer(Explored([large]), tmp_path / "x.html")
    assert not list(tmp_path.iterdir())


def test_spaces_of_one_name_are_refused(tmp_path: Path, spaces) -> None:
    with pytest.raises(InputError, match="different names"):
        write_explorer(Explored([spaces[0], spaces[0]]), tmp_path / "x.html")


# ---- the page computes as Python does ---------------------------------------------------------


@needs_browser
@pytest.mark.parametrize("compact", [False, True])
def test_the_page_finds_what_python_finds(browser: Browser, spaces, compact: bool) -> None:
    """All neighbours of all words, similarities and analogies, of either space."""
    data, blocks = explorer_data(spaces, _looks(spaces), compact=compact, map_kind="pca")
    page = browser.new_page()
    page.evaluate(joined_script("spaces.js", shown_as="js"))
    found = page.evaluate(
        """async ([data, blocks]) => {
            const spaces = await js.openedSpaces(data, name => blocks[name]);
            return Promise.all(spaces.map(async space => ({
                words: space.words,
                near: (await Promise.all(space.words.map(word => space.neighbours(word, 10))))
                    .map(list => list.map(one => one.word)),
                cosine: (await space.neighbours("king", 1))[0].cosine,
                pair: space.similarity("king", "queen"),
                none: [space.similarity("king", "nobody"), await space.neighbours("nobody", 3),
                       await space.analogy(["king", "nobody", "man"], 3, false)],
                excluded: await space.analogy(["man", "king", "woman"], 5, false),
                allowed: await space.analogy(["man", "king", "woman"], 5, true),
            })));
        }""",
        [data, blocks],
    )
    for one, told in zip(spaces, found, strict=True):
        own = page_space(one, packed_vectors(one, compact=compact))
        near = nearest(own, own.words, k=10)
        assert told["words"] == list(own.words)
        assert told["near"] == [[own.words[row] for row in rows] for rows in near.rows.tolist()]
        assert told["cosine"] == pytest.approx(own.neighbours("king", 1)[0][1], abs=1e-6)
        assert told["pair"] == pytest.approx(own.similarity("king", "queen"), abs=1e-6)
        assert told["none"] == [None, None, None]
        for kind, exclude in (("excluded", True), ("allowed", False)):
            answers = own.analogy("man", "king", "woman", 5, exclude=exclude)
            assert [a["word"] for a in told[kind]] == list(answers.words)


# ---- the page in a browser --------------------------------------------------------------------


def ready(browser: Browser, path: Path, **how: Any) -> Page:
    page = opened(browser, path, **how)
    page.wait_for_selector("#explorer .columns > div")
    at_rest(page)
    return page


def at_rest(page: Page) -> None:
    page.wait_for_selector("#explorer:not([aria-busy])")


def listed(page: Page, column: int = 0) -> list[str]:
    at_rest(page)
    return page.locator(f".columns > div:nth-child({column + 1}) .link").all_inner_texts()


@needs_browser
def test_words_are_searched_as_one_types(browser: Browser, path: Path, spaces) -> None:
    page = ready(browser, path)
    assert page.input_value("#word") == "king"
    page.fill("#word", "quee")
    assert page.locator("#options li").all_inner_texts() == ["queen"]
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#word", "aria-activedescendant") == "option-0"
    page.keyboard.press("Enter")
    own = page_space(spaces[0], packed_vectors(spaces[0]))
    assert listed(page) == list(own.neighbours("queen", 10).words)
    assert page.url.endswith("#queen")
    page.locator(".columns .link").first.click()
    assert page.url.endswith("#" + own.neighbours("queen", 1).words[0])
    page.fill("#word", "")
    page.keyboard.press("Backspace")
    assert page.url.endswith("#queen")
    page.fill("#word", "KING")
    page.keyboard.press("Enter")
    assert page.url.endswith("#king")
    page.fill("#word", "w1")
    page.keyboard.press("Enter")
    assert page.url.endswith("#w1") or "Choose one" in page.locator("#search").inner_text()
    page.fill("#word", "zzzz")
    assert "is not among the" in page.locator("#search").inner_text()
    assert complaints(page) == []


@needs_browser
def test_the_address_keeps_what_is_shown(browser: Browser, path: Path) -> None:
    page = ready(browser, path, at="#woman&hide=1")
    assert page.input_value("#word") == "woman"
    assert page.locator(".columns > div").count() == page.locator("canvas").count() == 1
    page.check("#space-1")
    assert page.locator(".columns > div").count() == 2
    assert page.url.endswith("#woman")
    page.evaluate("location.hash = 'w350'")
    page.wait_for_function("() => document.title.startsWith('w350')")
    assert "not in this space" in page.locator(".columns > div").nth(1).inner_text()


@needs_browser
def test_a_page_without_shown_spaces_says_so(browser: Browser, path: Path) -> None:
    page = ready(browser, path)
    page.uncheck("#space-0")
    assert page.locator(".columns h3").inner_text().startswith("B ")
    page.uncheck("#space-1")
    assert "All spaces are hidden" in page.locator(".columns").inner_text()
    assert complaints(page) == []


@needs_browser
def test_a_damaged_page_says_so(browser: Browser, path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    start = text.index('id="vectors-0">') + len('id="vectors-0">')
    broken = tmp_path / "broken.html"
    broken.write_text(text[:start] + "AAAA" + text[start + 40 :], encoding="utf-8")
    page = browser.new_page()
    page.goto(broken.as_uri())
    page.wait_for_selector("text=The page is damaged")


@needs_browser
def test_pointing_at_a_word_lights_it_and_colours_the_maps(browser: Browser, path: Path) -> None:
    page = ready(browser, path)
    pixels = "document.querySelector('canvas').toDataURL()"
    before = page.evaluate(pixels)
    page.locator(".columns li").first.hover()
    page.wait_for_timeout(100)
    assert page.locator(".columns li.lit").count() >= 1
    assert page.evaluate(pixels) != before


@needs_browser
def test_what_is_seen_is_taken_along(browser: Browser, path: Path) -> None:
    page = ready(browser, path, accept_downloads=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Neighbours as CSV").click()
    with Path(download.value.path()).open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["word", "space", "place", "neighbour", "cosine"]
    assert [row[3] for row in rows[1:11]] == listed(page)
    assert len(rows) == 21
    with page.expect_download() as download:
        page.get_by_role("button", name="Maps as SVG").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert text.count("<circle") == 22


@needs_browser
def test_analogies_and_pairs_are_asked_of_all_spaces(browser: Browser, path: Path, spaces) -> None:
    page = ready(browser, path)
    own = page_space(spaces[0], packed_vectors(spaces[0]))
    first = page.locator(".answers-to > div").first
    excluded = own.analogy("man", "king", "woman", 3).words
    assert first.locator(".link").all_inner_texts() == list(excluded)
    page.check("#question-words")
    allowed = own.analogy("man", "king", "woman", 3, exclude=False).words
    assert first.locator(".link").all_inner_texts() == list(allowed)
    assert "8.5 in people, whose ratings go from 1 to 8.5" in page.locator("main").inner_text()
    page.get_by_label("Second word").fill("nobody")
    assert "No set of judgments" in page.locator("main").inner_text()


@needs_browser
def test_hostile_words_are_text(browser: Browser, path: Path) -> None:
    page = ready(browser, path)
    page.fill("#word", "<img")
    page.keyboard.press("Enter")
    assert page.title().startswith(EVIL)
    assert page.locator("img").count() == 0
    page.fill("#word", "عر")
    page.keyboard.press("Enter")
    assert page.input_value("#word") == "عرش"
    assert complaints(page) == []


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(browser: Browser, path: Path, scheme: str) -> None:
    page = ready(browser, path, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.fill("#word", "w")
    assert page.locator("#options li").count() == 12
    assert faults(page, scheme) == []


@needs_browser
@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_overflows_the_page(browser: Browser, path: Path, width: int) -> None:
    page = ready(browser, path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    assert page.locator(".columns > div").count() == 2
