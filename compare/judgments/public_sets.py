"""The public sets of judgments: which there are, who made them, and where they come from.

The list is a file beside this one, with the sha256 of every file at a pinned revision. WordSim-353,
SimLex-999 and questions-words come along with gensim's wheel and need no download.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from compare.downloads import Download, download_folder, fetched
from compare.errors import InputError, nearest_names
from compare.judgments.analogy_sets import (
    AnalogySet,
    default_analogies,
    load_analogies,
)
from compare.judgments.similarity_sets import (
    SimilaritySet,
    default_similarity,
    load_similarity,
)
from compare.progress import Progress, silent

Kind = Literal["analogies", "similarity"]


@dataclass(frozen=True)
class PublicSet:
    """A published set of judgments.

    Attributes
    ----------
    n_items : int
        Pairs or questions, repeated ones counted, as published.
    files : tuple of Download
        Empty where the set comes along with a package that is installed anyway.
    """

    name: str
    kind: Kind
    n_items: int
    licence: str
    citation: str
    files: tuple[Download, ...] = ()

    @property
    def size(self) -> int:
        """What is to be downloaded, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def is_here(self) -> bool:
        """Whether it can be opened without a network."""
        return all(file.is_here for file in self.files)


BUNDLED = (
    PublicSet(
        "questions-words",
        "analogies",
        19544,
        "Apache-2.0 (word2vec's)",
        "Mikolov, Chen, Corrado, Dean 2013: Efficient Estimation of Word Representations",
    ),
    PublicSet(
        "WordSim-353",
        "similarity",
        353,
        "not stated in the copy",
        "Finkelstein et al. 2002: Placing Search in Context, ACM TOIS 20(1)",
    ),
    PublicSet(
        "SimLex-999",
        "similarity",
        999,
        "not stated in the copy",
        "Hill, Reichart, Korhonen 2015: SimLex-999, Computational Linguistics 41(4)",
    ),
)
"""Come along with gensim's wheel."""


@cache
def public_sets() -> tuple[PublicSet, ...]:
    """List the sets that are known by name, those at hand anyway first."""
    listed = resources.files("compare.judgments").joinpath("public_sets.json").read_text("utf-8")
    return (*BUNDLED, *(_public_set(entry) for entry in json.loads(listed)))


def open_analogies(name_or_path: str, *, progress: Progress = silent) -> AnalogySet:
    """Open a public set of analogies by name, or a file or folder by path.

    Parameters
    ----------
    progress : callable, optional
        Told the bytes of a set that is fetched because it is not here yet.

    Raises
    ------
    InputError
        If there is no set of that name, it is not here and cannot be fetched, or the file has
        another form.
    """
    if _is_path(name_or_path):
        return load_analogies(Path(name_or_path))
    chosen = _known(name_or_path, "analogies")
    if not chosen.files:
        return default_analogies()
    expected = set(_fetch(chosen, progress))
    folder = download_folder() / "judgments" / chosen.name
    strange = sorted(path.name for path in folder.rglob("*.txt") if path not in expected)
    if strange:
        raise InputError(f"{folder} holds files that are not of {chosen.name}: {strange[0]}")
    return AnalogySet(chosen.name, load_analogies(folder).relations)


def open_similarity(
    name_or_path: str, *, columns: Sequence[str] = (), progress: Progress = silent
) -> SimilaritySet:
    """Open a public set of rated word pairs by name, or a file by path; as for analogies.

    Parameters
    ----------
    columns : sequence of str
        Of a file: those of the two words and the rating, where they are not to be found.
    """
    if _is_path(name_or_path):
        return load_similarity(Path(name_or_path), columns=columns)
    chosen = _known(name_or_path, "similarity")
    if not chosen.files:
        return next(one for one in default_similarity() if one.name == chosen.name)
    [path] = _fetch(chosen, progress)
    return load_similarity(path, name=chosen.name)


def _is_path(name: str) -> bool:
    return Path(name).exists() or "/" in name or "." in name


def _known(name: str, kind: Kind) -> PublicSet:
    known = {one.name: one for one in public_sets() if one.kind == kind}
    if name not in known:
        what = "analogies" if kind == "analogies" else "similarity judgments"
        raise InputError(f"unknown {what} {name!r}; {nearest_names(name, known)}")
    return known[name]


def _fetch(chosen: PublicSet, progress: Progress) -> list[Path]:
    paths, done = [], 0
    for file in chosen.files:
        paths.append(fetched(file))
        done += file.size
        progress(done, chosen.size, unit="bytes")
    return paths


def _public_set(entry: dict[str, Any]) -> PublicSet:
    source, name = entry.pop("source"), entry["name"]
    files = tuple(
        Download(
            name=f"{name} ({file['path']})",
            url=f"{source}{file['path']}",
            path=f"judgments/{name}/{file['path']}",
            checksum=f"sha256:{file['sha256']}",
            size=file["size"],
        )
        for file in entry.pop("files")
    )
    return PublicSet(**entry, files=files)
