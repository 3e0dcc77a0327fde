"""The company of neighbours: how long it takes, and the study behind its defaults.

Without `--stability`: median seconds of counting a text, of the anchors, and of the measure for two
spaces over the counted words (the search for neighbours included). The spaces are random
projections: one of noise, one of the PPMI of what stands near.

    python benchmarks/company.py --corpus english-novels.txt.xz

With it: spaces on disk are set beside counts of two halves of each text (its documents, dealt at
random), for each window, for lift and PPMI, each least count, number of probe words and size of
text. Neighbours "by company" are found in one half and judged in the other. Choose on the words of
part 1 and look at part 2. "r" is the correlation between the halves, over words.

    python benchmarks/company.py --stability --corpus wiki-sample english-novels.txt.xz \
        --spaces runs/wiki-sample/spaces/*/*.safetensors
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from compare.measures.company import (
    MINIMAL_COUNT,
    N_CONTROLS,
    N_PROBES,
    Company,
    company,
    nearest_by_company,
    probe_words,
)
from compare.measures.company_marks import marks
from compare.measures.neighbours import nearest
from compare.spaces.formats import load_space
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import (
    WINDOW,
    CompanyCounts,
    company_of_tokens,
    count_company,
)
from compare.text.reading import Text, read_text
from compare.text.tokens import TokenArray

Result = TypeVar("Result")

Counted = Callable[[int, int], CompanyCounts]
"""Counts of a half of a text (0 or 1) with a window."""

Pair = tuple[Company, Company]


class Study(NamedTuple):
    """One text and the spaces that are set beside it."""

    spaces: dict[str, EmbeddingSpace]
    counted: Counted
    k: int
    seed: int


class Setting(NamedTuple):
    """What is varied."""

    window: int = WINDOW
    value: str = "lift"
    minimal_count: int = MINIMAL_COUNT
    n_probes: int = N_PROBES


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", nargs="+", default=["wiki-sample"], help="names or paths")
    parser.add_argument("--words", type=int, default=30_000, help="most frequent words, at most")
    parser.add_argument("--dimension", type=int, default=100, help="of the projections")
    parser.add_argument("--neighbours", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stability", action="store_true", help="the study behind the defaults")
    parser.add_argument("--spaces", type=Path, nargs="*", default=[], help="for --stability")
    given = parser.parse_args()
    for corpus in given.corpus:
        text = read_text(corpus, progress=False)
        n = len(text.numbered.training)
        print(f"\n{text.corpus.name}: {n:,} words of training text")
        if given.stability:
            study(text, given)
        else:
            time_all(text, given)


def timed(name: str, n_repeats: int, run: Callable[[], Result]) -> Result:
    """Run several times, print the median of the seconds, and give the last result."""
    seconds = []
    for _ in range(n_repeats):
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    told = " ".join(f"{one:.2f}" for one in seconds)
    print(f"{name:44}{statistics.median(seconds):8.2f} s   ({told})", flush=True)
    return result


def time_all(text: Text, given: argparse.Namespace) -> None:
    """Time counting, and the measure for two spaces."""
    words = text.vocabulary.words[: given.words]
    n_repeats = given.repeats
    counts = timed("counting", n_repeats, lambda: count_company(text, words=words))
    print(f"{len(counts):,} words, {counts.near.nnz:,} near pairs, {counts.right.nnz:,} direct")
    timed("digest", n_repeats, lambda: replace(counts).digest)
    timed("other words", n_repeats, lambda: counts.restricted(words[::2]))
    probes = probe_words(counts)
    k = given.neighbours
    timed("anchors", n_repeats, lambda: nearest_by_company(replace(counts), probes, k))
    spaces = projections(counts, given.dimension, given.seed)

    def judged() -> list[Company]:
        fresh = replace(counts)  # nothing is at hand that was made before
        return [
            company(neighbours(space, probes, k), probes, fresh, seed=given.seed)
            for space in spaces.values()
        ]

    found = timed(f"two spaces, {len(probes):,} words, {N_CONTROLS} controls", n_repeats, judged)
    for name, one in zip(spaces, found, strict=True):
        print(f"{name:20}{told(one)}  {one.n_used:,} words, {one.is_judged.mean():.0%} judged")


def projections(counts: CompanyCounts, dimension: int, seed: int) -> dict[str, EmbeddingSpace]:
    """Make a space of noise, and one in which words with like company lie together."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(len(counts), dimension)).astype(np.float32)
    information = counts.near.astype(np.float32)
    rows = np.repeat(np.arange(len(counts)), np.diff(information.indptr))
    expected = counts.counts[rows] * (counts.counts[information.indices] / counts.n_words)
    information.data = np.maximum(np.log(information.data / expected / 2 / counts.window), 0)
    projected = information.astype(np.float32) @ noise
    return {
        "noise": EmbeddingSpace(counts.words, noise),
        "PPMI, projected": EmbeddingSpace(counts.words, projected),
    }


def neighbours(space: EmbeddingSpace, probes: np.ndarray, k: int) -> np.ndarray:
    """Find the neighbours of words, as rows of the space."""
    return nearest(space, [space.words[row] for row in probes], k=k).rows


def told(found: Company) -> str:
    return f"{np.nanmean(found.around):8.3f} /{np.nanmean(found.in_place):6.3f}"


def study(text: Text, given: argparse.Namespace) -> None:
    """Vary one thing after the other."""
    spaces = {f"{path.parent.name}/{path.stem}": load_space(path) for path in given.spaces}
    shared = set.intersection(*(set(space.words) for space in spaces.values()))
    words = [word for word in next(iter(spaces.values())).words if word in shared][: given.words]
    spaces = {name: space.restricted(words) for name, space in spaces.items()}
    kept: dict[tuple[int, int], CompanyCounts] = {}

    def counted(half: int, window: int) -> CompanyCounts:
        if (half, window) not in kept:
            kept[half, window] = counts_of(text, parts[half], words, window)
        return kept[half, window]

    rng = np.random.default_rng(given.seed)
    order = rng.permutation(len(text.numbered.training.documents))
    parts = [order[: len(order) // 2], order[len(order) // 2 :]]
    one = Study(spaces, counted, given.neighbours, given.seed)
    whole = counts_of(text, order, words, WINDOW)
    print(f"{len(words):,} words, {int((whole.counts >= MINIMAL_COUNT).sum()):,} to be judged")
    of_whole(one, whole)
    print("\nhalf of the text: around / in place, moved between the halves (r over words)")
    for title, settings in SETTINGS:
        print(f"\n{title}")
        for setting in settings:
            by_setting(one, setting)
    by_size(one, text, parts[0], words)


SETTINGS = (
    ("window", [Setting(window=window) for window in (2, 5, 10)]),
    ("lift or PPMI", [Setting(value=value) for value in ("lift", "PPMI")]),
    ("least count", [Setting(minimal_count=n) for n in (5, 10, 20, 50)]),
    ("probe words", [Setting(n_probes=n) for n in (250, 500, 1000, 2000, 4000)]),
)


def counts_of(text: Text, documents: np.ndarray, words: list[str], window: int) -> CompanyCounts:
    """Count in some documents of a text."""
    tokens = of_documents(text.numbered.training, documents)
    return company_of_tokens(
        tokens, text.numbered.words, name=text.corpus.name, words=words, window=window
    )


def of_documents(tokens: TokenArray, documents: np.ndarray) -> TokenArray:
    """Take some documents of a text."""
    borders = np.append(tokens.documents, len(tokens))
    ids, starts, n_before = [], [], 0
    for document in sorted(documents.tolist()):
        low, high = borders[document], borders[document + 1]
        first, last = np.searchsorted(tokens.starts, [low, high])
        ids.append(tokens.ids[low:high])
        starts.append(tokens.starts[first:last] - low + n_before)
        n_before += int(high - low)
    return TokenArray(np.concatenate(ids), np.concatenate(starts), n_before)


def of_whole(one: Study, counts: CompanyCounts) -> None:
    """Print what the whole text says of each space."""
    probes = probe_words(counts)
    print(
        f"whole text, {len(probes):,} words: around / in place, meeting (controls), marked, judged"
    )
    sources = dict(
        zip(("by near", "by direct"), nearest_by_company(counts, probes, one.k), strict=True)
    )
    sources |= {name: neighbours(space, probes, one.k) for name, space in one.spaces.items()}
    for name, rows in sources.items():
        found = company(rows, probes, counts, seed=one.seed)
        is_judged = found.is_judged
        signs = marks(rows, probes, counts)
        marked = [part[is_judged].mean() for part in (signs.is_around, signs.is_in_place)]
        both = (signs.is_around & signs.is_in_place)[is_judged].mean()
        print(
            f"{name:20}{told(found)}{np.nanmean(found.meeting):8.0%}"
            f" ({np.nanmean(found.controls_meeting):.0%})"
            f"   {marked[0]:.0%} / {marked[1]:.0%}, both {both:.0%}   {is_judged.mean():.0%}",
            flush=True,
        )


def judged_halves(one: Study, setting: Setting) -> Iterator[tuple[str, Pair, np.ndarray]]:
    """Judge every source of neighbours by both halves of the text, for the same words."""
    halves = [valued(one.counted(half, setting.window), setting.value) for half in (0, 1)]
    both = replace(halves[0], counts=np.minimum(halves[0].counts, halves[1].counts))
    probes = probe_words(both, n=setting.n_probes, minimal_count=setting.minimal_count)

    def judged(rows: np.ndarray, half: int) -> Company:
        minimal = setting.minimal_count
        return company(rows, probes, halves[half], seed=one.seed, minimal_count=minimal)

    anchors = [
        nearest_by_company(half, probes, one.k, minimal_count=setting.minimal_count)
        for half in halves
    ]
    for number, name in enumerate(("by near", "by direct")):
        yield name, (judged(anchors[1][number], 0), judged(anchors[0][number], 1)), probes
    for name, space in one.spaces.items():
        rows = neighbours(space, probes, one.k)
        yield name, (judged(rows, 0), judged(rows, 1)), probes


def valued(counts: CompanyCounts, value: str) -> CompanyCounts:
    """Drop what meets no more than by chance, for PPMI: it orders the rest as lift does."""
    if value == "lift":
        return counts
    near = counts.near.copy()
    rows = np.repeat(np.arange(len(counts)), np.diff(near.indptr))
    expected = counts.counts[rows] * (counts.counts[near.indices] / counts.n_words)
    near.data[near.data <= 2 * counts.window * expected] = 0
    near.eliminate_zeros()
    return replace(counts, near=near)


def by_setting(one: Study, setting: Setting) -> None:
    """Print a line for each source of neighbours: part 1 of the words, then part 2."""
    label = f"{setting.window} {setting.value} ≥{setting.minimal_count} n={setting.n_probes}"
    for name, pair, probes in judged_halves(one, setting):
        part = np.random.default_rng(one.seed).permutation(len(probes)) % 2
        cells = [stable(pair, part == number) for number in (0, 1)]
        print(f"{label:22}{name:18}{'  |'.join(cells)}  {len(probes):,}", flush=True)


def stable(pair: Pair, chosen: np.ndarray) -> str:
    """Tell the mean of two halves, how far it moves, and how alike words are in both."""
    cells = []
    for measure in ("around", "in_place"):
        values = np.array([getattr(found, measure)[chosen] for found in pair])
        values = values[:, np.isfinite(values).all(axis=0)]
        if values.shape[1] < 3:
            cells.append("      –           ")
            continue
        low, high = values.mean(axis=1)
        flat = values.std(axis=1).min() == 0
        r = np.nan if flat else np.corrcoef(values)[0, 1]
        cells.append(f"{(low + high) / 2:6.3f} {high - low:+.3f} (r {r:.2f})")
    return " ".join(cells)


def by_size(one: Study, text: Text, documents: np.ndarray, words: list[str]) -> None:
    """Print what less and less of half a text says, beside what the other half says whole."""
    print("\nwords of text: judged against the other half of the text, whole")
    whole = one.counted(1, WINDOW)
    n_documents = len(documents)
    while n_documents:
        small = counts_of(text, documents[:n_documents], words, WINDOW)
        both = replace(small, counts=np.minimum(small.counts, whole.counts))
        probes = probe_words(both)
        for name, space in one.spaces.items() if len(probes) > 2 else ():
            rows = neighbours(space, probes, one.k)
            pair = (
                company(rows, probes, small, seed=one.seed),
                company(rows, probes, whole, seed=one.seed),
            )
            share = pair[0].is_judged.mean()
            cells = stable(pair, np.ones(len(probes), dtype=bool))
            print(f"{small.n_words:10,} {name:18}{cells}  {len(probes):,} {share:.0%}", flush=True)
        n_documents //= 2


if __name__ == "__main__":
    main()
