"""Files of text and judgments that gensim's wheel carries, found without loading gensim."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from compare.errors import InputError


def gensim_file(name: str) -> Path:
    """Name a file of gensim's test data.

    Raises
    ------
    InputError
        If gensim was installed without it.
    """
    spec = find_spec("gensim")
    assert spec is not None
    folder = Path(next(iter(spec.submodule_search_locations or [])))
    path = folder / "test" / "test_data" / name
    if not path.is_file():
        raise InputError(f"gensim was installed without {name}; install it from its wheel")
    return path
