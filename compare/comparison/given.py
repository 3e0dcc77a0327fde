"""What a user gives to a comparison → what it works on, or a clear refusal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from compare.errors import InputError, nearest_names
from compare.judgments.judgments import KINDS, JudgmentOptions, Judgments, open_judgments
from compare.options import Options, validated
from compare.progress import Show
from compare.spaces.space import EmbeddingSpace
from compare.text.reading import Text
from compare.text.tokens import token_counts

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
        listed = _listed(spaces)
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
    return _models_apart(listed)


def _models_apart(spaces: list[EmbeddingSpace]) -> list[EmbeddingSpace]:
    """Give spaces of models that share a name, but not their training, models of their own."""

    def training(space: EmbeddingSpace) -> str:
        told = space.provenance
        keys = ("trainer", "options", "vocabulary", "corpus", "seed", "budget", "fingerprint")
        return json.dumps([told.get(key) for key in keys], sort_keys=True, default=str)

    trainings: dict[str, set[str]] = {}
    for space in spaces:
        if "model" in space.provenance:
            trainings.setdefault(space.provenance["model"], set()).add(training(space))
    return [
        space.with_provenance({"model": space.name, "model_label": space.name})
        if len(trainings.get(space.provenance.get("model", ""), ())) > 1
        else space
        for space in spaces
    ]


def _listed(spaces: Any) -> list[EmbeddingSpace]:
    if not isinstance(spaces, Iterable):
        hint = ": give its spaces, model.space('input')" if hasattr(spaces, "space") else ""
        raise InputError(
            f"expected spaces, a list or a mapping; found {type(spaces).__name__}{hint}"
        )
    return list(spaces)


def _check_spaces(spaces: Iterable[object]) -> None:
    for one in spaces:
        if not isinstance(one, EmbeddingSpace):
            hint = (
                "give its spaces, model.space('input')"
                if hasattr(one, "space")
                else ("open_space(path) and EmbeddingSpace.from_gensim(vectors) make one")
            )
            raise InputError(f"expected an EmbeddingSpace; found {type(one).__name__}: {hint}")


def checked_repeats(repeats: Any, names: Sequence[str]) -> Mapping[str, Sequence[EmbeddingSpace]]:
    """Check spaces from other seeds: lists by the name of a space that is compared.

    Raises
    ------
    InputError
    """
    if repeats is None:
        return {}
    if not isinstance(repeats, Mapping):
        raise InputError(f"repeats is a mapping of names to spaces; found {type(repeats).__name__}")
    for name, again in repeats.items():
        if name not in names:
            raise InputError(f"repeats: unknown space {name!r}; {nearest_names(str(name), names)}")
        if not isinstance(again, list | tuple):
            raise InputError(f"repeats: {name!r} takes a list of spaces; found {again!r}")
        _check_spaces(again)
    return {name: list(again) for name, again in repeats.items()}


def counted(space: EmbeddingSpace, text: Any) -> EmbeddingSpace:
    """Count a space's words in a text, where it knows no counts; the frequent ones come first.

    Words that the text lacks occur 0 times; no vocabulary cuts it here.
    """
    if text is not None and not isinstance(text, Text):
        raise InputError(f"expected a text that was read by read_text; found {type(text).__name__}")
    if text is None or space.counts is not None:
        return space
    numbered = text.numbered
    occurrences = token_counts(numbered.training, len(numbered.words))
    known = dict(zip(numbered.words, occurrences.tolist(), strict=True))
    counts = np.array([known.get(word, 0) for word in space.words], dtype=np.int64)
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
    given: dict[str, Any] = {}
    for kind, names in (judgments or {}).items() if isinstance(judgments, Mapping) else ():
        if kind not in (*KINDS, "columns"):
            raise InputError(f"unknown kind of judgments {kind!r}; {nearest_names(kind, KINDS)}")
        if not isinstance(names, str | Sequence):
            raise InputError(f"judgments: {kind} takes a list of names; found {names!r}")
        given[kind] = [names] if isinstance(names, str) else [str(name) for name in names]
    if judgments is not None and not isinstance(judgments, Mapping):
        raise InputError(
            f"expected judgments of open_judgments, or a mapping of {', '.join(KINDS)} to names; "
            f"found {type(judgments).__name__}"
        )
    if judgments is not None:
        given = {**dict.fromkeys(KINDS, ()), **given}
    asked = validated(JudgmentOptions, given, "judgments")
    return open_judgments(asked.analogies, asked.similarity, asked.lexicons, show, asked.columns)


def options_of(kind: type[Given], given: Given | Mapping[str, Any] | None, where: str) -> Given:
    """Check options that are given as such, or as a mapping.

    Raises
    ------
    InputError
    """
    if isinstance(given, kind):
        return given
    return validated(kind, {} if given is None else given, where)
