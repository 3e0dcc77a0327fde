"""What is written whole may be read by whom the user lets read it."""

import os
import stat
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from compare.storage import atomic_file, atomic_folder


def test_files_may_be_read_by_whom_the_umask_says(tmp_path: Path) -> None:
    """Safetensors leaves what it writes to the owner alone; a cache may be of several users."""
    table = {"input": np.ones((2, 2), dtype=np.float32)}
    before = os.umask(0o027)
    try:
        with atomic_file(tmp_path / "alone.safetensors") as path:
            save_file(table, path)
        with atomic_folder(tmp_path / "stage") as folder:
            save_file(table, folder / "direct.safetensors")
            with atomic_file(folder / "deep" / "a.safetensors") as path:
                save_file(table, path)
    finally:
        os.umask(before)
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o640}
    assert len(found) == 3
