"""What the tests share: data outside the project, and a cache of their own."""

import os

# Before torch and numpy are loaded: several workers share the processor, and threads that spin
# while they wait take it from those that work.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Code is compiled once, not anew for every test's own cache.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parent.parent / ".pytest_cache"))

import numpy as np
import pytest

from compare.llm.vectors.drawing import Passages
from compare.spaces.space import EmbeddingSpace
from compare.text.passages import Passage

LONGEST = ("test_docs.py", "test_real.py", "sweep", "torture", "statistics", "experiments")
"""Files and folders whose tests take longest: they begin, and what is short fills up the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first, so that no worker has nothing to do while another has much."""
    places = {name: place for place, name in enumerate(LONGEST)}

    def place(item: pytest.Item) -> int:
        parts = item.nodeid.partition("::")[0].split("/")
        return min(places.get(part, len(places)) for part in parts)

    items.sort(key=place)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Give the folder of real data; skip without EMBCONTRAST_DATA, fail where it is wrong."""
    named = os.environ.get("EMBCONTRAST_DATA")
    if not named:
        pytest.skip("EMBCONTRAST_DATA is not set: it names the folder of real corpora")
    folder = Path(named)
    assert folder.is_dir(), f"EMBCONTRAST_DATA is {named}, which is no folder"
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep stages of test runs out of the user's cache."""
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def without_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out a run's page, which takes longer than all else of a small one."""
    monkeypatch.setattr("experiments.pipeline.make_report", lambda folder: folder)


@contextmanager
def no_pictures() -> Iterator[None]:
    """Leave pictures of reports empty: they take longer than all else of a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.report.report.svg_of", lambda figure: b"<svg/>")
        patch.setattr("experiments.report.report.save_figure", lambda figure, path: _empty(path))
        yield


def _empty(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")


@pytest.fixture
def without_pictures() -> Iterator[None]:
    """Leave pictures of reports empty."""
    with no_pictures():
        yield


@pytest.fixture
def rng() -> np.random.Generator:
    """Give a seeded generator."""
    return np.random.default_rng(0)


def random_space(
    n_words: int, dim: int, *, seed: int = 0, name: str = "random", prefix: str = "w"
) -> EmbeddingSpace:
    """Make a space of normal vectors over words w0, w1, … with falling counts."""
    vectors = np.random.default_rng(seed).normal(size=(n_words, dim)).astype(np.float32)
    words = tuple(f"{prefix}{number}" for number in range(n_words))
    return EmbeddingSpace(words, vectors, np.arange(n_words, 0, -1), {"name": name})


def restartable(texts: Iterable[str]) -> Passages:
    """Make a text of documents of one passage each, which can be read again and again."""
    passages = [Passage(number, text) for number, text in enumerate(texts)]
    return lambda: iter(passages)
