"""How fast the explorer's page opens and answers, in Chromium.

    python benchmarks/explorer.py --words 10000 --dimension 100 --spaces 4

Random vectors: only their number counts. "Opens" is from the start of loading to the first list of
neighbours, "answers" from Enter to all lists and maps drawn; medians.
"""

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from compare.spaces.space import EmbeddingSpace
from experiments.explorer.page import Explored, write_explorer

ASK = """word => {
    const field = document.getElementById("word");
    const start = performance.now();
    field.value = word;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    return performance.now() - start;
}"""

OPENED = """() => new Promise(done => {
    const look = () => {
        if (document.querySelector(".near li")) done(performance.now());
        else setTimeout(look, 5);
    };
    look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--spaces", type=int, default=4)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--compact", action="store_true")
    asked = parser.parse_args()
    words = tuple(f"w{row}" for row in range(asked.words))
    spaces = [
        EmbeddingSpace(
            words,
            np.random.default_rng(seed).normal(size=(asked.words, asked.dimension)),
            None,
            {"name": f"space {seed}"},
        )
        for seed in range(asked.spaces)
    ]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "explorer.html"
        size = write_explorer(Explored(spaces), path, compact=asked.compact, large=True)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        opening, answering = [], []
        for _ in range(asked.times):
            page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
            page.goto(path.as_uri())
            opening.append(page.evaluate(OPENED))
            answering += [page.evaluate(ASK, f"w{number}") for number in range(7, 500, 41)]
            page.close()
        print(
            f"{asked.spaces} spaces of {asked.words:,} words × {asked.dimension}: "
            f"{size / 1e6:.1f} MB, opens in {statistics.median(opening):.0f} ms, "
            f"answers in {statistics.median(answering):.0f} ms "
            f"(slowest {max(answering):.0f} ms)"
        )


if __name__ == "__main__":
    main()
