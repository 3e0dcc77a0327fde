"""Where unfinished work stands: saved now and then, resumed from, refused if of something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from compare.errors import InputError
from compare.storage import atomic_file


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
