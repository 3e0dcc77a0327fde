"""What a user is told when something they gave cannot be used."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """A user's mistake: what was found, what was expected, and the remedy.

    The command line prints the message alone, without a traceback, and exits with status 2.
    """


class TrainingError(RuntimeError):
    """Training cannot go on (a loss that is not finite, say); the message names the remedy."""


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
