"""What is asked for help, a listing or neighbours loads no library of numbers but NumPy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from compare.spaces.space import EmbeddingSpace

HEAVY = ("torch", "gensim", "sklearn", "matplotlib", "scipy.stats", "pandas", "transformers")

ASKED = (
    (),
    ("--help",),
    ("list", "presets"),
    ("list", "models"),
    ("list", "corpora"),
    ("list", "judgments"),
    ("list", "trainers"),
    ("list", "measures"),
    ("list", "options", "gpt"),
    ("show", "smoke"),
    ("train", "gpt", "--help"),
    ("neighbours", "w1", "--space", "FILE"),
    ("analogy", "w1", "w2", "w3", "--space", "FILE"),
)

SCRIPT = """
import json, sys
import compare, experiments
if len(sys.argv) > 1:
    from experiments.cli.main import main
    try:
        main()
    except SystemExit as stop:
        assert not stop.code, stop.code
print("\\n" + json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a space in which NumPy alone screens: 10,000 words."""
    words = tuple(f"w{number}" for number in range(10_000))
    table = np.random.default_rng(0).normal(size=(10_000, 20))
    return EmbeddingSpace(words, table).save(tmp_path_factory.mktemp("start") / "v.safetensors")


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_nothing_heavy_is_loaded(arguments: tuple[str, ...], vectors: Path) -> None:
    given = [str(vectors) if one == "FILE" else one for one in arguments]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *given],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & set(HEAVY)


def test_names_of_the_front_door_are_all_there() -> None:
    import compare
    import experiments

    for package in (compare, experiments):
        assert package.__all__
        for name in package.__all__:
            assert getattr(package, name) is not None
