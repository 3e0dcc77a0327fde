"""Where unfinished work stands: saved now and then, resumed from, refused if of something else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from compare.errors import InputError
from compare.storage import atomic_file


class Cadence:
    """When a state is saved: every so many seconds, and less often where saving takes long.

    At least 20 times what the last saving took lies between two of them, so that no more than a
    twentieth of the time is spent on it.

    Parameters
    ----------
    path : Path, optional
        Where to; None: nowhere.
    seconds : float
        Between two savings.
    """

    def __init__(self, path: Path | None, seconds: float) -> None:
        self.path, self.interval, self._seconds = path, seconds, seconds
        self._saved_at = time.monotonic()

    def save_if_due(self, state: Callable[[], dict[str, Any]]) -> None:
        """Save what ``state`` gives, if it is time."""
        started = time.monotonic()
        if self.path is None or started - self._saved_at < self.interval:
            return
        save_checkpoint(self.path, state())
        self._saved_at = time.monotonic()
        self.interval = max(self._seconds, 20 * (self._saved_at - started))


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Save tensors and plain values, atomically; :func:`load_checkpoint` reads them back."""
    with atomic_file(path) as temporary:
        torch.save(state, temporary)


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Load a checkpoint on the CPU; only tensors and plain values are accepted, never code.

    Raises
    ------
    InputError
        If the file cannot be read as such.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises half a dozen kinds for damaged files
        raise InputError(
            f"checkpoint {path} is damaged ({type(error).__name__}); delete it to start afresh"
        ) from error
    if not isinstance(state, dict):
        raise InputError(f"checkpoint {path} holds a {type(state).__name__}; expected a mapping")
    return state


def check_identity(state: dict[str, Any], mine: dict[str, Any], path: Path) -> None:
    """Refuse a checkpoint of something else, naming every difference.

    Parameters
    ----------
    state : dict
        What :func:`load_checkpoint` gave; ``identity`` says what it was made of and with.
    mine : dict
        The same of the training that would go on.

    Raises
    ------
    InputError
    """
    theirs = state.get("identity", {})
    differences = [
        f"{name} {theirs.get(name)} (now {value})"
        for name, value in mine.items()
        if theirs.get(name) != value
    ]
    if differences:
        raise InputError(
            f"checkpoint {path} was made with {', '.join(differences)}; "
            "delete it to start afresh, or set these back to go on"
        )
