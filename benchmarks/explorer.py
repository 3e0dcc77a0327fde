"""How fast the explorer's page opens and answers, in Chromium.

    python benchmarks/explorer.py --words 10000 --dimension 100 --spaces 4

Random vectors: only their number counts. "Opens" is from the start of loading to the first list of
neighbours, "answers" from Enter to all lists and maps drawn, "deaf" the longest stretch of it in
which no key is taken; medians.
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

ASK = """word => new Promise(done => {
    const field = document.getElementById("word");
    const page = document.getElementById("explorer");
    const start = performance.now();
    let longest = 0;
    let before = start;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
        const now = performance.now();
        longest = Math.max(longest, now - before);
        before = now;
        if (page.hasAttribute("aria-busy")) channel.port2.postMessage(null);
        else done([now - start, longest]);
    };
    field.value = word;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    channel.port2.postMessage(null);
})"""

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
            f"answers in {statistics.median(whole for whole, _ in answering):.0f} ms "
            f"(slowest {max(answering)[0]:.0f} ms), "
            f"deaf for {statistics.median(longest for _, longest in answering):.0f} ms"
        )


if __name__ == "__main__":
    main()
