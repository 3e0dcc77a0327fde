"""The lesson: its text, its data, and its page in a browser, step by step."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from compare.errors import InputError
from compare.progress import quiet
from compare.text.tokens import TokenArray
from experiments.lesson.data import gpt2_rows, lesson_data
from experiments.lesson.frames import Frame, common_frames
from experiments.lesson.models import OWN_TEXT, LessonModels, lesson_text, raw_text, train_lesson
from experiments.lesson.page import lesson_page, write_lesson
from experiments.lesson.small_text import small_text, small_world
from tests.pages.browser import browser, complaints, faults, needs_browser, opened

__all__ = ["browser"]  # a fixture
STEPS = range(1, 9)


@pytest.fixture(scope="module")
def models() -> LessonModels:
    return train_lesson(lesson_text(None, show=quiet), seed=1, show=quiet)


@pytest.fixture(scope="module")
def data(models: LessonModels) -> dict[str, Any]:
    return lesson_data(models, seed=1)


@pytest.fixture(scope="module")
def path(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("lesson") / "lesson.html"
    found.write_text(lesson_page(data), encoding="utf-8")
    return found


# ---- the text and what is made of it ----------------------------------------------------------


def test_the_text_repeats_and_has_the_words_that_are_shown() -> None:
    assert small_text(2) == small_text(2) != small_text(3)
    counts = Counter(" ".join(small_text()).lower().replace(".", "").split())
    shown = small_world()["examples"]
    words = {*shown["words"], *(word for pair in shown["opposites"] for word in pair)}
    assert min(counts[word] for word in words) > 50


def test_common_frames_are_counted_within_sentences() -> None:
    words = ("the", "king", "queen", "sat")
    ids = [[0, 1, 3], [0, 2, 3], [0, 1, 3], [1, 3]]
    found = common_frames(TokenArray.of_segments(ids), words, "king", "queen")
    assert found == [Frame("the", "sat", 2, 1)]


def test_what_the_lesson_says_of_its_models_is_so(data: dict[str, Any]) -> None:
    """crown: around it in word2vec, mostly in its place in the GPT; opposites are near."""
    word2vec, gpt = ([kind for *_, kind in lists] for lists in data["neighbours"]["crown"])
    assert word2vec.count("around") >= 3
    assert "both" in word2vec
    assert gpt.count("in place") > gpt.count("around") + gpt.count("both")
    n_around = [
        sum(kind in ("around", "both") for lists in data["neighbours"].values()
            for *_, kind in lists[wing])
        for wing in (0, 1)
    ]  # fmt: skip
    assert n_around[0] > 3 * n_around[1]
    assert all(rank is not None and rank <= 3 for one in data["opposites"] for rank in one["ranks"])
    for analogy in data["analogies"]:
        first = [answers[0][0] for answers in analogy["answers"]["excluded"]]
        assert first == [analogy["expected"]] * 2


def test_trainings_are_kept_from_early_on_and_their_losses_fall(data: dict[str, Any]) -> None:
    for training in data["training"]:
        assert training["shares"][0] <= 0.06
        assert training["shares"][-1] == 1
        assert len(training["maps"]) == len(training["shares"]) == 30
        assert np.shape(training["maps"]) == (30, len(data["map_words"]), 2)
        assert training["loss"][-1][1] < 0.6 * training["loss"][0][1]


def test_the_page_is_small(path: Path) -> None:
    assert path.stat().st_size < 1_500_000


def test_too_little_text_is_refused(tmp_path: Path) -> None:
    little = tmp_path / "little.txt"
    little.write_text("a b c. " * 2000)
    with pytest.raises(InputError, match="words to show"):
        write_lesson(tmp_path / "lesson.html", corpus=str(little))
    assert not (tmp_path / "lesson.html").exists()


@pytest.mark.parametrize(
    "text",
    ["a b c d e f g h i j k l. " * 30, "Mr. " + "One two six ten red. Big fun sun cat dog. " * 30],
)
def test_small_and_odd_texts_give_a_whole_lesson(tmp_path: Path, text: str) -> None:
    """Words of few letters, few steps of training, a first sentence of one word."""
    path = tmp_path / "odd.txt"
    path.write_text(text)
    odd = train_lesson(lesson_text(str(path), show=quiet), seed=1, show=quiet)
    found = lesson_data(odd, seed=1)
    assert len(found["sentence"].split()) > 1
    assert len(set(found["probes"])) == len(found["probes"]) == 6
    assert {len(one["maps"]) for one in found["training"]} == {30}
    assert found["training"][0]["shares"] == found["training"][1]["shares"]


def test_another_text_and_sentence(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(" ".join(small_text()[:20]).replace("king", "<emir>"))
    page = write_lesson(tmp_path / "x.html", corpus=str(story), sentence="The </script> emir sat.")
    text = page.read_text(encoding="utf-8")
    assert "The \\u003c/script> emir sat." in text
    assert text.count("</script>") == 2
    assert "“crown”" not in text
    assert "“crown”" in lesson_page({"text": {"name": OWN_TEXT}})


def test_a_file_of_text_is_also_shown_as_gpt2_cuts_it(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short story of the teaching note: 5,145 ids, 8 rows of 4."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(data_folder / "tiktoken"))
    raw = raw_text(str(data_folder / "corpora" / "the-verdict.txt"))
    assert raw is not None
    found = gpt2_rows(raw)
    assert found is not None
    assert found["n"] == 5_145
    assert len(found["rows"]) == 8
    assert found["rows"][0] == [
        [[40, "I"], [367, " H"], [2885, "AD"], [1464, " always"]],
        [[367, " H"], [2885, "AD"], [1464, " always"], [1807, " thought"]],
    ]
    assert raw_text("wiki-sample") is raw_text(None) is None


# ---- the page in a browser --------------------------------------------------------------------


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_any_step(browser: Browser, path: Path, scheme: str) -> None:
    page = opened(browser, path, color_scheme=scheme, bypass_csp=True)
    page.evaluate(
        """() => {
            document.querySelectorAll("article").forEach(one => one.classList.remove("away"));
            document.querySelectorAll(".predict button").forEach(one => one.click());
        }"""
    )
    of_one_step = "landmark-unique"  # each step has one place to predict
    assert [fault for fault in faults(page, scheme) if fault[0] != of_one_step] == []


@needs_browser
@pytest.mark.parametrize("width", [1280, 400])
def test_each_step_fits_the_screen(browser: Browser, path: Path, width: int) -> None:
    page = opened(browser, path, width=width)
    for step in STEPS:
        page.evaluate(f"location.hash = '{step}'")
        page.wait_for_selector(f"#step-{step}:not(.away)")
        assert page.locator("article:not(.away)").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints(page) == []


@needs_browser
def test_steps_are_turned_by_links_and_arrows(browser: Browser, path: Path) -> None:
    page = opened(browser, path, at="#5")
    assert page.locator("#step-5").is_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#step-6:not(.away)")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#step-5:not(.away)")
    page.locator("#steps a", has_text="Windows").click()
    page.wait_for_selector("#step-3:not(.away)")
    assert page.title().startswith("3 Windows")


@needs_browser
def test_answers_are_shown_on_request(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    for step in STEPS:
        page.evaluate(f"location.hash = '{step}'")
        answer = page.locator(f"#answer-{step}")
        assert not answer.is_visible()
        page.locator(f"#step-{step} .predict button").click()
        assert answer.is_visible()


@needs_browser
def test_the_sentence_goes_through_every_step(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    page.fill("#sentence", "The dragon lost her ring.")
    assert page.locator("#step-1 s.chip").all_inner_texts() == ["dragon"]
    page.evaluate("location.hash = '2'")
    page.locator("#step-2 .chips[role=group] button", has_text="dragon").click()
    more = page.get_by_role("button", name="merge the next pair")
    n_before = page.locator("#step-2 .merging .chip").count()
    more.click()
    assert page.locator("#step-2 .merging .chip").count() == n_before - 1
    page.evaluate("location.hash = '3'")
    assert page.locator("#step-3 .wing.word2vec .chip").all_inner_texts() == [
        "the",
        "lost",
        "her",
        "ring",
    ]
    page.evaluate("location.hash = '4'")
    assert "lost" in page.locator("#step-4 .wing.word2vec").inner_text()


@needs_browser
def test_steps_that_are_taken_lower_the_loss(browser: Browser, path: Path) -> None:
    page = opened(browser, path, at="#5")
    for name in ("word2vec", "gpt"):
        wing = page.locator(f"#step-5 .wing.{name}")
        losses = []
        for _ in range(3):
            losses.append(re.findall(r"\d+\.\d+", wing.locator(".loss").inner_text()))
            wing.get_by_role("button", name="Take this step").click()
        assert float(losses[0][0]) > float(losses[1][0]) > float(losses[2][0])
        assert losses[0][1] == losses[1][0], "after a step is before the next"
        assert page.evaluate("document.activeElement.textContent") == "Take this step"
    page.get_by_role("button", name="Start again").click()
    assert "Steps taken: 0" in page.locator("#step-5 .wing.gpt .loss").inner_text()


@needs_browser
def test_the_training_plays_and_pauses(browser: Browser, path: Path) -> None:
    page = opened(browser, path, at="#6", reduced_motion="reduce")
    place = page.locator("#step-6 input[type=range]")
    spot = "document.querySelector('#step-6 .word').getAttribute('transform')"
    last = page.evaluate(spot)
    page.select_option("#step-6 select", "4")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate(spot) != last
    now = int(place.input_value())
    page.locator("#step-6").get_by_role("button", name="one back").click()
    assert int(place.input_value()) == now - 1


@needs_browser
def test_neighbours_and_analogies_follow_what_is_chosen(browser: Browser, path: Path) -> None:
    page = opened(browser, path, at="#7")
    page.locator("#step-7 .chip", has_text="crown").click()
    assert "stand around the word" in page.locator("#step-7 .wing.gpt").inner_text()
    page.locator("#step-7 .near .link").first.click()
    assert page.input_value("#neighbour-word") != "crown"
    page.evaluate("location.hash = '8'")
    page.check("#allowed")
    page.locator("#step-8 .chip").nth(1).click()
    assert page.locator("#step-8 .near li").count() == 6


ODD = [
    "",
    "   ",
    "king",
    "🙂🙂",
    "مرحبا بالعالم",
    "<script>alert(1)</script> king sat",
    "word " * 1000,
    "\u202eevil",
]


@needs_browser
def test_odd_sentences_work_or_get_one_line(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    for sentence in ODD:
        page.fill("#sentence", sentence)
        note = page.locator("#step-1 .friendly").inner_text()
        assert note or "king sat" in sentence
        assert page.locator("script").count() == 2, sentence
        for step in STEPS:
            page.evaluate(f"location.hash = '{step}'")
            page.wait_for_selector(f"#step-{step}:not(.away)")
        page.evaluate("location.hash = '1'")
        page.get_by_role("button", name="Back to the first sentence").click()
        assert page.locator("#step-1 .friendly").inner_text() == "", sentence
        assert complaints(page) == [], sentence


@needs_browser
def test_print_has_a_sheet_a_step_and_the_answers_last(browser: Browser, path: Path) -> None:
    page = opened(browser, path, width=720)
    page.emulate_media(media="print")
    for step in STEPS:
        assert page.locator(f"#step-{step}").is_visible()
        assert page.locator(f"#step-{step} .predict p").first.is_visible()
        assert not page.locator(f"#answer-{step}").is_visible()
    assert page.locator(".answers li").count() == 8
    assert page.locator(".answers").is_visible()
    assert _bottom(page, "#step-8") <= page.locator(".answers").bounding_box()["y"]


def _bottom(page: Page, what: str) -> float:
    box = page.locator(what).bounding_box()
    assert box is not None
    return box["y"] + box["height"]
