"""Counts: shifted PPMI and its SVD, the reference without training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.cache import versions
from compare.machine import numpy_facts
from compare.runtime import Runtime
from compare.trainers.word_tables import FittedTables, table_trainer, timed
from compare.word2vec.options import PPMIOptions

if TYPE_CHECKING:
    from compare.trainers.sources import SentenceIds


def _fit(source: SentenceIds, options: PPMIOptions, runtime: Runtime) -> FittedTables:
    # The factorisation runs on one thread, whatever the machine has.
    from compare.word2vec.ppmi import train_ppmi

    return timed(
        lambda: train_ppmi(source.training, source.vocabulary, options, runtime=runtime),
        source,
        threads=1,
    )


PPMI = table_trainer(
    name="ppmi",
    label="counts (PPMI, SVD)",
    says="co-occurrence counts, weighted by pointwise mutual information and factorised",
    family="counts",
    options=PPMIOptions,
    fit=_fit,
    hangs_on=lambda *_: {**numpy_facts(), **versions("scipy", "numpy")},
)
