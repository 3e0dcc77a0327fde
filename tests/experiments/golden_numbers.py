"""The smoke preset's numbers, frozen.

``python -m tests.experiments.golden_numbers`` writes them anew. They were first written when the
house was built, which gave the bits of the code before it for the preset as it is; here both torch
trainers multiply in float32, so that machines without bfloat16 come near, and skip-gram keeps the
learning rate of then. ``machine.json`` says where they were written.
"""

import hashlib
import json
import platform
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

import pandas as pd
import torch

from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.pipeline import execute

FOLDER = Path(__file__).parent / "golden"

SETTINGS = (
    "threads=1",
    "models.w2v.backend=torch",
    "models.w2v.precision=float32",
    "models.w2v.learning_rate=0.0375",
    "models.gpt.precision=float32",
)

LARGE = ("scores/analogies.csv", "scores/cosines.csv", "scores/similarity.csv")
"""Tables that are kept as hashes alone."""

PACKAGES = ("gensim", "numpy", "scikit-learn", "scipy", "tokenizers", "torch")


def frozen_config(*settings: str) -> RunConfig:
    """Give the smoke preset as it is frozen."""
    config = load_config("smoke", (*SETTINGS, *settings))
    assert isinstance(config, RunConfig)
    return config


def tables_of(run: Path) -> dict[str, pd.DataFrame]:
    """Read every table of a run as text, seconds left out."""
    found = {}
    for path in sorted(run.rglob("*.csv")):
        try:
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
        except pd.errors.EmptyDataError:
            continue
        found[path.relative_to(run).as_posix()] = table.drop(columns="seconds", errors="ignore")
    return found


def of_frozen_measures(table: pd.DataFrame, frozen: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows of measures that came later: they move no number."""
    names = ["quantity", "method", "candidates"]
    known = {tuple(row) for row in frozen[names].to_numpy()}
    return table[[tuple(row) in known for row in table[names].to_numpy()]]


def digest(table: pd.DataFrame) -> str:
    """Hash a table's text."""
    return hashlib.sha256(table.to_csv(index=False).encode()).hexdigest()


def machine() -> dict[str, str]:
    """Say what the bits hang on."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.is_file() else []
    told = [line for line in lines if line.startswith(("model name", "flags", "cache size"))]
    return {
        "processor": hashlib.sha256("\n".join(told[:3]).encode()).hexdigest(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def write(run: Path) -> None:
    """Freeze a run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    tables = tables_of(run)
    for name, table in tables.items():
        if name not in LARGE:
            path = FOLDER / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(table.to_csv(index=False), newline="\n")
    hashes = {name: digest(table) for name, table in tables.items()}
    (FOLDER / "hashes.json").write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n")
    (FOLDER / "machine.json").write_text(json.dumps(machine(), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        execute(frozen_config(), Path(folder) / "run")
        write(Path(folder) / "run")
