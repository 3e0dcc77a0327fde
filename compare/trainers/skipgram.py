"""Skip-gram with negative sampling, by our own trainer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compare.cache import versions
from compare.machine import hidden_facts, resolve_precision
from compare.runtime import Runtime
from compare.trainers.word_tables import (
    FittedTables,
    contrastive_foretold,
    contrastively,
    table_trainer,
)
from compare.word2vec.options import SkipgramOptions

if TYPE_CHECKING:
    from compare.trainers.sources import SentenceIds


def _fit(source: SentenceIds, options: SkipgramOptions, runtime: Runtime) -> FittedTables:
    from compare.word2vec.skipgram import train_skipgram

    return contrastively(train_skipgram, source, options, runtime, threads=runtime.threads)


def _hangs_on(options: SkipgramOptions, source: SentenceIds, runtime: Runtime) -> Mapping[str, Any]:
    from compare.word2vec.backends import chosen_backend

    backend = chosen_backend(options, len(source.training), runtime.device)
    if backend == "numba":
        import llvmlite.binding

        arithmetic = {
            "precision": "float32",
            "processor": llvmlite.binding.get_host_cpu_name(),  # code is compiled for it
            "instructions": llvmlite.binding.get_host_cpu_features().flatten(),
            **versions("numba", "llvmlite"),
        }
    else:
        arithmetic = {
            "precision": resolve_precision(options.precision, runtime.device),
            **hidden_facts(),
            **versions("torch"),
        }
    return {
        "backend": backend,
        "device": runtime.device,  # not on threads: equal bits with any number of them
        **arithmetic,
        **versions("numpy"),
    }


SKIPGRAM = table_trainer(
    name="skipgram",
    also=("word2vec",),
    label="word2vec (embcontrast)",
    says="skip-gram with negative sampling, by our own trainer (numba or PyTorch)",
    family="word2vec",
    options=SkipgramOptions,
    fit=_fit,
    foretold=contrastive_foretold,
    hangs_on=_hangs_on,
    loss="pair against noise",
    version=8,
)
