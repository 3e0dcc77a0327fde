"""What a user is told when something they gave cannot be used."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """A user's mistake: what was found, what was expected, and the remedy.

    The command line prints the message alone, without a traceback, and exits with status 2.
    """


class BusyError(InputError):
    """Another process writes what is to be written."""


class NotHereError(InputError):
    """What is asked for is not on this machine, and cannot be fetched now."""


class TrainingError(RuntimeError):
    """Training cannot go on (a loss that is not finite, say); the message names the remedy."""


def whole_number(value: object, what: str, *, least: int, below: int | None = None) -> int:
    """Take a whole number, of Python or NumPy.

    Raises
    ------
    InputError
        If it is something else, or out of range.

    Examples
    --------
    >>> whole_number(3, "k", least=1)
    3
    """
    is_whole = hasattr(value, "__index__") and not isinstance(value, bool)
    found = value.__index__() if is_whole else None  # type: ignore[attr-defined]
    if found is None or found < least or (below is not None and found >= below):
        upper = "on" if below is None else f"to {below - 1}"
        raise InputError(f"{what} must be a whole number from {least} {upper}; found {value!r}")
    return int(found)


MOST_SEEDS = 2**32


def checked_seed(seed: object) -> int:
    """Take a seed, 0 to 2³² − 1.

    Raises
    ------
    InputError
    """
    return whole_number(seed, "seed", least=0, below=MOST_SEEDS)


def nearest_names(name: str, known: Iterable[str], *, n: int = 3) -> str:
    """Say which known names are spelled most like ``name``, for the end of an error message.

    >>> nearest_names("wiki-smaple", ["planted", "wiki-sample"])
    "did you mean 'wiki-sample'?"
    >>> nearest_names("zzz", ["planted", "wiki-sample"])
    'known: planted, wiki-sample'
    """
    known = list(known)
    lower = {one.lower(): one for one in reversed(known)}
    close = difflib.get_close_matches(name.lower(), lower, n=n, cutoff=0.6)
    if not close and len(name) > 2:
        close = [one for one in lower if one.startswith(name.lower())][:n]
    if close:
        return f"did you mean {' or '.join(repr(lower[match]) for match in close)}?"
    shown = sorted(known)[:12]
    return f"known: {', '.join(shown)}{', …' if len(known) > len(shown) else ''}"
