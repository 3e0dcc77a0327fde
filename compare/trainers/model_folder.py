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
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from compare.errors import MOST_SEEDS, InputError
from compare.options import Options, validated
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.storage import read_json, write_json, write_text
from compare.text.normalization import Normalization
from compare.text.words import WordRule

if TYPE_CHECKING:
    import pandas as pd

ABOUT = "model.json"
HISTORY = "history.csv"
FORMAT = "embcontrast model"


VOCABULARY_FILES: dict[WordRule, str] = {
    "unicode": "vocabulary.tsv",
    "whitespace": "split-vocabulary.tsv",
}
"""Where the words of a model lie whose tokens are words, by what a word is."""


class SavedModel(Options):
    """What ``model.json`` says."""

    format: Literal["embcontrast model"]
    version: Literal[1]
    name: str = Field(min_length=1)
    label: str
    model: dict[str, Any]
    seed: int = Field(ge=0, lt=MOST_SEEDS)
    key: str = Field(min_length=1)
    tables: tuple[Annotated[str, Field(pattern=r"^[a-z0-9+-]+$")], ...] = Field(strict=False)
    budget: dict[str, int | float | str | None]
    notes: tuple[str, ...] = Field(strict=False)
    about: dict[str, Any]
    normalization: Normalization | None = None

    @field_validator("budget")
    @classmethod
    def _numbers_but_for_the_unit(cls, budget: dict[str, Any]) -> dict[str, Any]:
        for key, value in budget.items():
            if value is not None and isinstance(value, str) != (key == "unit"):
                raise ValueError(f"budget.{key} is {value!r}; train the model again")
        return budget


def read_about(folder: Path) -> SavedModel:
    """Read ``model.json``.

    Raises
    ------
    InputError
        If it is damaged, or of another version.
    """
    return validated(SavedModel, read_json(folder / ABOUT), f"{folder / ABOUT} (damaged?)")


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
    head = {"format": FORMAT, "version": 1, "tables": list(spaces)}
    write_json(folder / ABOUT, {**head, **about})


def is_saved_model(folder: Path) -> bool:
    """Tell whether a folder holds a model of ours."""
    try:
        return bool(read_json(folder / ABOUT)["format"] == FORMAT)
    except (InputError, KeyError, TypeError):
        return False
