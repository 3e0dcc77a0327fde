"""Skip-gram with negative sampling, by gensim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.cache import versions
from compare.machine import numpy_facts
from compare.runtime import Runtime
from compare.trainers.word_tables import (
    FittedTables,
    contrastive_foretold,
    contrastively,
    table_trainer,
)
from compare.word2vec.options import GensimOptions

if TYPE_CHECKING:
    from compare.trainers.sources import SentenceIds


def _fit(source: SentenceIds, options: GensimOptions, runtime: Runtime) -> FittedTables:
    from compare.word2vec.gensim_skipgram import train_gensim

    notes: tuple[str, ...] = ()
    if options.workers > 1:
        notes = ("gensim ran with more than one worker: its vectors do not repeat exactly",)
    return contrastively(
        train_gensim, source, options, runtime, threads=options.workers, notes=notes
    )


GENSIM = table_trainer(
    name="gensim",
    label="word2vec (gensim)",
    says="skip-gram with negative sampling, by gensim, the reference implementation",
    family="word2vec",
    options=GensimOptions,
    fit=_fit,
    foretold=contrastive_foretold,
    hangs_on=lambda *_: {**numpy_facts(), **versions("gensim", "scipy", "numpy")},
    loss="pair against noise",
    version=2,
)
