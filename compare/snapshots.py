"""Copies of a table that are kept on the way, in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from compare.storage import atomic_file


class SavedSnapshots:
    """Keeps copies of the input table in a folder.

    Parameters
    ----------
    folder : Path
        Made when there is one to keep.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, n_seen: int, table: np.ndarray) -> None:
        """Keep a table, float32 (n_rows, dim), by how much text was seen."""
        with atomic_file(self.folder / f"{n_seen:015d}.safetensors") as path:
            save_file({"input": table}, path)

    @property
    def kept(self) -> list[int]:
        """List after how much text they were kept, rising."""
        return sorted(int(file.stem) for file in self.folder.glob("*.safetensors"))
