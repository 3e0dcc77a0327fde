"""What the numbers of a run depend on: software, machine, seed, threads; and what would not repeat.

Without names of hosts or users.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from compare.runtime import Runtime
from compare.waiting import bound_waiting

PACKAGES = (
    "embcontrast",
    "gensim",
    "torch",
    "tiktoken",
    "tokenizers",
    "transformers",
    "numba",
    "numpy",
    "scipy",
    "scikit-learn",
)


def machine() -> dict[str, Any]:
    """Describe software and machine."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "commit": _commit(),
        "waiting": bound_waiting()._asdict(),
    }


def environment(runtime: Runtime, notes: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Describe what a run depends on.

    Parameters
    ----------
    notes : sequence of sequence of str
        What the models say would not repeat.
    """
    not_repeatable = [note for of_model in notes for note in of_model]
    if runtime.device != "cpu":
        not_repeatable.append(
            "training on a GPU adds in changing order: vectors repeat up to rounding"
        )
    return {
        **machine(),
        "seed": runtime.seed,
        "threads": runtime.threads,
        "device": runtime.device,
        "gpu": torch.cuda.get_device_name() if runtime.device == "cuda" else None,
        "not_repeatable": list(dict.fromkeys(not_repeatable)),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Read the commit of a checkout that this package is run from, without asking git."""
    root = Path(__file__).resolve().parents[2] / ".git"
    try:
        head = (root / "HEAD").read_text().strip()
        if head.startswith("ref: "):
            head = (root / head.removeprefix("ref: ")).read_text().strip()
    except OSError:
        return None
    return head[:12]
