"""How long the command and the library take to start: whole processes, medians, in turn.

python benchmarks/start.py --runs 7
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from compare.spaces.space import EmbeddingSpace


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="processes of each kind")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        vectors = Path(folder) / "vectors.safetensors"
        words = ("king", *(f"w{number}" for number in range(9_999)))
        table = np.random.default_rng(0).normal(size=(10_000, 100))
        EmbeddingSpace(words, table).save(vectors)
        command = [sys.executable, "-m", "experiments"]
        kinds = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import compare": [sys.executable, "-c", "import compare"],
            "embcontrast --help": [*command, "--help"],
            "embcontrast list presets": [*command, "list", "presets"],
            "embcontrast neighbours king (10,000 × 100)": [
                *(*command, "neighbours", "king"),
                *("--space", str(vectors)),
            ],
            "import torch": [sys.executable, "-c", "import torch"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(given.runs):
            for name, arguments in kinds.items():
                started = time.perf_counter()
                subprocess.run(arguments, check=True, capture_output=True)
                seconds[name].append(time.perf_counter() - started)
    for name, found in seconds.items():
        print(f"{name:45} {statistics.median(found):.2f} s")


if __name__ == "__main__":
    main()
