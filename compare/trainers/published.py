"""Vectors that others have published: files, names of gensim-data, folders of static tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from compare.errors import InputError
from compare.options import Options
from compare.runtime import Runtime
from compare.spaces.published import open_vectors
from compare.spaces.space import EmbeddingSpace
from compare.trainers.trainer import Family, Reading, Trainer, no_history

if TYPE_CHECKING:
    import pandas as pd

TABLE = "vectors"


class PublishedOptions(Options):
    """Which vectors."""

    vectors: str = Field(
        min_length=1,
        description="name of `embcontrast list models` ('google-news-26k'), or the path of a "
        "file of vectors or of a folder with a static table (model2vec, sentence-transformers)",
    )
    family: Family = Field(
        default="pretrained",
        description="what the vectors are of, which chooses their colour: 'word2vec', 'counts', "
        "'language model' or 'pretrained'",
    )


@dataclass(frozen=True)
class OpenedVectors:
    """Vectors over the words of a text, as far as they know them; an ``Opened``."""

    key: str
    space: EmbeddingSpace
    history: pd.DataFrame = field(default_factory=no_history)
    snapshots: Sequence[tuple[float, EmbeddingSpace]] = ()
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def cost(self) -> dict[str, Any]:
        """The dimension is all that is known."""
        return {"dimension": self.space.dim}

    def spaces(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        """Give the one table there is."""
        for table in tables:
            if table != TABLE:
                raise InputError(f"vectors have one table, {TABLE!r}; found {table!r}")
        return dict.fromkeys(tables, self.space)


def _load(
    _folder: Path | None,
    key: str,
    _source: None,
    reading: Reading,
    options: PublishedOptions,
    runtime: Runtime,
) -> OpenedVectors:
    progress = runtime.show(f"vectors {options.vectors}")
    words = reading.text.vocabulary.words
    space = open_vectors(options.vectors, only=words, progress=progress)
    return OpenedVectors(key, space.with_provenance({"table": TABLE}))


PUBLISHED = Trainer(
    name="published",
    label="",
    says="vectors that others have published: a file, a known name, a folder with a static table",
    family="pretrained",
    options=PublishedOptions,
    tables=lambda _options, _unit: (TABLE,),
    load=_load,
    compared=(TABLE,),
    reads=(),
    table_labels={TABLE: ""},
)
