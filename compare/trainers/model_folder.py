"""A trained model as a folder: its tables, the model itself, the training curve, and what it is.

model.json              name, trainer, options, seed, text, budget
TABLE.safetensors       a space each; snapshots/SHARE.safetensors
history.csv             the training curve
model.pt, encoding.*    of a GPT: the model, and what cuts text into its ids
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.storage import read_json, write_json, write_text

if TYPE_CHECKING:
    import pandas as pd

ABOUT = "model.json"
HISTORY = "history.csv"
FORMAT = "embcontrast model"
_FORMAT_VERSION = 1


def write_model(
    folder: Path,
    about: Mapping[str, Any],
    spaces: Mapping[str, EmbeddingSpace],
    *,
    snapshots: Iterable[tuple[float, EmbeddingSpace]],
    history: pd.DataFrame,
    files: Iterable[Path],
) -> None:
    """Write a model's files into an empty folder.

    Parameters
    ----------
    about : mapping
        What the model is: plain values.
    spaces : mapping of str → EmbeddingSpace
        By table.
    files : iterable of Path
        The model itself, copied.
    """
    for table, space in spaces.items():
        save_space(space, folder / f"{table}.safetensors")
    for share, snapshot in snapshots:
        save_space(snapshot, folder / "snapshots" / f"{share:.6f}.safetensors")
    write_text(folder / HISTORY, history.to_csv(index=False))
    for path in files:
        shutil.copyfile(path, folder / path.name)
    head = {"format": FORMAT, "version": _FORMAT_VERSION, "tables": list(spaces)}
    write_json(folder / ABOUT, {**head, **about})


def is_saved_model(folder: Path) -> bool:
    """Tell whether a folder holds a model of ours."""
    try:
        return bool(read_json(folder / ABOUT)["format"] == FORMAT)
    except (InputError, KeyError, TypeError):
        return False
