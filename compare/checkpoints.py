"""Where unfinished work stands: saved now and then, resumed from, refused if of something else.

Two states are kept, each with the sha256 of its bytes: a damaged one is told and the one before it
taken. A state names the snapshots that were kept on the way to it: without them, work begins
afresh.
"""

from __future__ import annotations

import hashlib
import io
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from compare.errors import InputError
from compare.runtime import Runtime
from compare.snapshots import SavedSnapshots
from compare.storage import atomic_file

logger = logging.getLogger(__name__)

MAGIC = b"embcontrast state 1\n"
"""Begins a file of a state; then comes the sha256 of the rest, 32 bytes."""

_DIGEST_BYTES = 32
_SNAPSHOTS = "snapshots"


def _kept_by(runtime: Runtime) -> list[int]:
    """List what was kept, by whoever keeps it in files."""
    keep = runtime.keep_snapshot
    return keep.kept if isinstance(keep, SavedSnapshots) else []


class Cadence:
    """When a state is saved: every so many seconds, and less often where saving takes long.

    At least 20 times what the last saving took lies between two of them, so that no more than a
    twentieth of the time is spent on it. Where it cannot be saved, work goes on without.

    Parameters
    ----------
    runtime : Runtime
        Names the file, the seconds between two savings, and who keeps snapshots.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.interval = runtime, runtime.checkpoint_seconds
        self._saved_at = time.monotonic()
        self._is_told = False

    def save_if_due(self, state: Callable[[], dict[str, Any]]) -> None:
        """Save what ``state`` gives, if it is time."""
        started = time.monotonic()
        path = self.runtime.checkpoint
        if path is None or started - self._saved_at < self.interval:
            return
        try:
            save_checkpoint(path, {**state(), _SNAPSHOTS: _kept_by(self.runtime)})
        except InputError as error:
            if not self._is_told:
                logger.warning("work goes on, but could not be resumed: %s", error)
            self._is_told = True
        self._saved_at = time.monotonic()
        self.interval = max(self.runtime.checkpoint_seconds, 20 * (self._saved_at - started))


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Save a state as :func:`save_state` does; the one saved before stays beside it."""
    with atomic_file(path) as temporary:
        _write(temporary, state)
        if path.exists():
            path.replace(_before(path))


def save_state(path: Path, state: dict[str, Any]) -> None:
    """Save tensors, arrays and plain values with their digest; :func:`load_state` reads them back.

    Arrays come back as tensors.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    with atomic_file(path) as temporary:
        _write(temporary, state)


def _write(path: Path, state: dict[str, Any]) -> None:
    import torch  # not before there is a state to be saved

    state = {
        name: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)  # not into the file: torch does not say why it cannot
    content = buffer.getbuffer()
    with path.open("wb") as file:
        file.write(MAGIC)
        file.write(hashlib.sha256(content).digest())
        file.write(content)


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


def resumed(runtime: Runtime, identity: dict[str, Any]) -> dict[str, Any] | None:
    """Give the last state that can be gone on from; None where work begins afresh.

    What is damaged, or lacks snapshots that were kept before it, is told.

    Parameters
    ----------
    runtime : Runtime
        Names the file, and who keeps snapshots.
    identity : dict
        What the work that would go on is made of and with; the state tells its own.

    Raises
    ------
    InputError
        If the state is of other work.
    """
    if runtime.checkpoint is None:
        return None
    for path in (runtime.checkpoint, _before(runtime.checkpoint)):
        if not path.exists():
            continue
        try:
            state = load_state(path)
        except InputError as error:
            logger.warning("cannot go on from where work stood: %s", error)
            continue
        _check_identity(state, identity, path)
        kept = _kept_by(runtime)
        missing = [n_seen for n_seen in state.get(_SNAPSHOTS, []) if n_seen not in kept]
        if not missing:
            return state
        logger.warning(
            "cannot go on from %s: %d snapshots that were kept before it are gone",
            path,
            len(missing),
        )
    return None


def load_state(path: Path) -> dict[str, Any]:
    """Load what :func:`save_state` saved, on the CPU; never code.

    Raises
    ------
    InputError
        If the file is not as it was written.
    """
    try:
        content = memoryview(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    start = len(MAGIC) + _DIGEST_BYTES
    if content[: len(MAGIC)] != MAGIC:
        raise InputError(f"{path} is damaged, or was made by an earlier version; make it again")
    saved = content[start:]
    if hashlib.sha256(saved).digest() != content[len(MAGIC) : start]:
        raise InputError(f"{path} is damaged (not as it was written); make it again")
    import torch

    try:
        state = torch.load(io.BytesIO(saved), map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises half a dozen kinds
        raise InputError(f"{path} is damaged ({type(error).__name__}); make it again") from error
    if not isinstance(state, dict):
        raise InputError(f"{path} holds a {type(state).__name__}; expected a mapping")
    return state


def _check_identity(state: dict[str, Any], mine: dict[str, Any], path: Path) -> None:
    """Refuse a state of something else, naming every difference."""
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
