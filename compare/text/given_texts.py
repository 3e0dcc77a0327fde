"""Documents that are given in memory: texts, and nothing that only iterates like them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from compare.errors import InputError

LONGEST_PATH = 4096
"""Characters of a path, at most."""


def is_running_text(source: str) -> bool:
    """Tell a text that was given where a name or a path is asked for."""
    return "\n" in source or (source.count(" ") > 5 and not Path(source).suffix)


def given_texts(documents: Iterable[str]) -> Iterator[str]:
    """Pass on documents, each one looked at.

    Raises
    ------
    InputError
        If what is given is no texts, or one of them is none.
    """
    _refuse_other_things(documents)
    try:
        found = iter(documents)
    except TypeError:
        raise InputError(
            f"expected a path, a name or documents; found {type(documents).__name__}: give a list "
            "of texts"
        ) from None
    for number, document in enumerate(found, start=1):
        if not isinstance(document, str):
            raise InputError(
                f"document {number} is no text but {type(document).__name__}: give a list of str"
            )
        if "\0" in document:
            raise InputError(f"document {number} holds NUL characters and is no text")
        if number == 1 and _is_path(document):
            raise InputError(
                f"expected texts; found the path of a file, {document!r}: give one path, of a file "
                "or a folder, or the texts themselves"
            )
        try:
            document.encode()
        except UnicodeEncodeError as error:
            raise InputError(
                f"document {number} is no text that UTF-8 can hold: {error}"
            ) from error
        yield document


def _refuse_other_things(documents: object) -> None:
    """Refuse what is iterated over by its keys or headings."""
    if isinstance(documents, Mapping):
        raise InputError("expected texts; found a dict: give list(texts.values())")
    if hasattr(documents, "columns") and hasattr(documents, "iloc"):
        raise InputError("expected texts; found a table: give the column that holds them")
    if isinstance(documents, bytes):
        raise InputError("expected texts; found bytes: decode them first")


def _is_path(document: str) -> bool:
    """Tell the path of a file, which somebody took for a text."""
    if len(document) > LONGEST_PATH or "\n" in document:
        return False
    try:
        return Path(document).is_file()
    except (OSError, ValueError):
        return False
