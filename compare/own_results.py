"""Results of a process that may be wrong without a word: kept for itself, and until it ends.

Where the address space is limited (``ulimit -v``), an allocation that fails can make oneDNN take
another algorithm, and other bits come of it. No other process takes such results, nor goes on from
where such work stood.
"""

from __future__ import annotations

import atexit
import logging
import os
from contextlib import ExitStack
from pathlib import Path

from compare.owners import beating, partial_path, remove
from compare.storage import check_writable

logger = logging.getLogger(__name__)

_named: dict[Path, Path] = {}
_made: dict[Path, tuple[int, ExitStack]] = {}
"""By folder: the process that made it, and its heart."""


def own_folder(cache: Path) -> Path:
    """Name the folder in a cache that is this process's own; :func:`make_own_folder` makes it.

    Named as what is in the making is, so that ``embcontrast cache clean`` removes what a killed
    process left.
    """
    if cache not in _named:
        _named[cache] = partial_path(cache / "limited")
    return _named[cache]


def make_own_folder(cache: Path) -> None:
    """Make it, and say so; it goes when the process ends.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    folder = own_folder(cache)
    if folder in _made:
        return
    logger.warning(
        "the address space is limited (ulimit -v); where it is used up, results may be other ones "
        "without a word, so what is made now is kept for this process alone"
    )
    check_writable(folder)
    folder.mkdir(exist_ok=True)
    heart = ExitStack()
    heart.enter_context(beating(folder))
    _made[folder] = os.getpid(), heart


@atexit.register
def remove_own_folders() -> None:
    """Remove what this process kept for itself; forks of it leave that to it."""
    for folder, (process, heart) in _made.items():
        if process == os.getpid():
            heart.close()
            remove(folder)
    _made.clear()
    _named.clear()
