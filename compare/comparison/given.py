"""What a user gives to a comparison → what it works on, or a clear refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from compare.errors import InputError, nearest_names
from compare.judgments.judgments import JudgmentOptions, Judgments, open_judgments
from compare.options import Options, validated
from compare.progress import Show
from compare.spaces.space import EmbeddingSpace
from compare.text.reading import Text

Given = TypeVar("Given", bound=Options)


def named_spaces(
    spaces: EmbeddingSpace | Iterable[EmbeddingSpace] | Mapping[str, EmbeddingSpace],
) -> list[EmbeddingSpace]:
    """List spaces under their own names, or under those of a mapping.

    Raises
    ------
    InputError
        If there is none, something is no space, or a name is used twice.
    """
    listed: list[EmbeddingSpace]
    if isinstance(spaces, EmbeddingSpace):
        listed = [spaces]
    elif isinstance(spaces, Mapping):
        _check_spaces(spaces.values())
        listed = [
            space.with_provenance({"name": str(name), "label": str(name)})
            for name, space in spaces.items()
        ]
    else:
        listed = list(spaces)
    _check_spaces(listed)
    if not listed:
        raise InputError("a comparison needs one space or more; found none")
    names = [space.name for space in listed]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"spaces to compare need different names; {twice!r} is used twice: give a mapping of "
            "names to spaces, or train with name=…"
        )
    return listed


def _check_spaces(spaces: Iterable[object]) -> None:
    for one in spaces:
        if not isinstance(one, EmbeddingSpace):
            hint = (
                "give its spaces, model.space('input')"
                if hasattr(one, "space")
                else ("open_space(path) and EmbeddingSpace.from_gensim(vectors) make one")
            )
            raise InputError(f"expected an EmbeddingSpace; found {type(one).__name__}: {hint}")


def counted(space: EmbeddingSpace, text: Text | None) -> EmbeddingSpace:
    """Count a space's words in a text, where it knows no counts; the frequent ones come first."""
    if text is None or space.counts is not None:
        return space
    vocabulary = text.vocabulary
    ids = vocabulary.ids
    counts = np.array(
        [vocabulary.counts[ids[word]] if word in ids else 0 for word in space.words],
        dtype=np.int64,
    )
    order = np.argsort(-counts, kind="stable")
    ordered = space.restricted([space.words[row] for row in order])
    return EmbeddingSpace(
        ordered.words, ordered.vectors, counts[order], ordered.provenance, ordered.n_pieces
    )


def opened_judgments(
    judgments: Judgments | Mapping[str, Sequence[str]] | None, show: Show
) -> Judgments:
    """Open judgments by name or path; the usual ones where nothing is said.

    Raises
    ------
    InputError
    """
    if isinstance(judgments, Judgments):
        return judgments
    kinds = JudgmentOptions.model_fields
    given: dict[str, Any] = {}
    for kind, names in (judgments or {}).items() if isinstance(judgments, Mapping) else ():
        if kind not in kinds:
            raise InputError(f"unknown kind of judgments {kind!r}; {nearest_names(kind, kinds)}")
        given[kind] = [names] if isinstance(names, str) else [str(name) for name in names]
    if judgments is not None and not isinstance(judgments, Mapping):
        raise InputError(
            f"expected judgments of open_judgments, or a mapping of {', '.join(kinds)} to names; "
            f"found {type(judgments).__name__}"
        )
    if judgments is not None:
        given = {kind: given.get(kind, ()) for kind in kinds}
    asked = validated(JudgmentOptions, given, "judgments")
    return open_judgments(asked.analogies, asked.similarity, asked.lexicons, show)


def options_of(kind: type[Given], given: Given | Mapping[str, Any] | None, where: str) -> Given:
    """Check options that are given as such, or as a mapping.

    Raises
    ------
    InputError
    """
    if isinstance(given, kind):
        return given
    return validated(kind, {} if given is None else given, where)
