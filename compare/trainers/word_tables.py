"""What word2vec and its like leave: an input and an output table, over words or over byte pairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file

from compare.errors import InputError, nearest_names
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.word_pieces import WordPieces, pooled_rows
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.storage import atomic_file, read_json, write_json, write_text
from compare.trainers.sources import SentenceIds, sentence_ids
from compare.trainers.trainer import Reading, Trainer
from compare.word2vec.options import ContrastiveOptions
from compare.word2vec.sampling import keep_probability
from compare.word2vec.tables import EpochLoss, SkipgramTables

TABLES = ("input", "output", "mean")

LABELS = {"input": "", "output": ", output", "mean": ", mean"}


@dataclass(frozen=True)
class FittedTables:
    """Tables as they come out of training or counting.

    Attributes
    ----------
    tables : SkipgramTables
    source : SentenceIds
    runtime : Runtime
    seconds : float
        Of training (of counting and factorising).
    epochs : int
        Passes over the text.
    flops : int, optional
        Estimated from the shapes.
    threads : int
    notes : tuple of str
        What would not repeat.
    """

    tables: SkipgramTables
    source: SentenceIds
    seconds: float
    threads: int
    epochs: int = 1
    flops: int | None = None
    notes: tuple[str, ...] = ()

    def save(self, folder: Path) -> None:
        """Write the tables, the training curve and what it cost."""
        unit, n_units = self.source.unit, self.source.training.n_units
        tables = {"input": self.tables.input, "output": self.tables.output}
        with atomic_file(folder / "tables.safetensors") as path:
            save_file(tables, path)
        history = pd.DataFrame(self.tables.history, columns=EpochLoss._fields)
        history = history.rename(columns={"epoch": "step"})
        history = history.assign(seen=history["step"] * n_units, unit=unit)
        write_text(folder / "history.csv", history.to_csv(index=False))
        n_words, dimension = self.tables.input.shape
        cost = {
            "dimension": dimension,  # counts of a short text fill fewer than asked for
            "parameters": 2 * dimension * n_words,
            "epochs": self.epochs,
            "seen": self.epochs * n_units,
            "unit": unit,
            "flops": self.flops,
            "threads": self.threads,
            "seconds": self.seconds,
        }
        n_ids = self.epochs * len(self.source.training)
        write_json(folder / "about.json", {"cost": cost, "notes": self.notes, "n_ids_seen": n_ids})


@dataclass(frozen=True)
class TrainedTables:
    """Tables with the words that they are of; a :class:`~compare.trainers.trainer.Trained`."""

    key: str
    source: SentenceIds
    reading: Reading
    provenance: Mapping[str, Any]
    folder: Path
    history: pd.DataFrame
    cost: Mapping[str, Any]
    n_ids_seen: int
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def spaces(self, tables: Any) -> dict[str, EmbeddingSpace]:
        """Give the spaces of these tables."""
        return {table: self._space(self._table(table), table) for table in tables}

    @property
    def snapshots(self) -> list[tuple[float, EmbeddingSpace]]:
        """Input vectors after shares of the training, the earliest first."""
        files = sorted((self.folder / "snapshots").glob("*.safetensors"))
        return [
            (int(file.stem) / self.n_ids_seen, self._space(load_file(file)["input"], "input"))
            for file in files
        ]

    def _table(self, name: str) -> np.ndarray:
        if name not in TABLES:
            raise InputError(f"there is no table {name!r}; {nearest_names(name, TABLES)}")
        table: np.ndarray = getattr(self._tables, name)
        return table

    @cached_property
    def _tables(self) -> SkipgramTables:
        found = load_file(self.folder / "tables.safetensors")
        return SkipgramTables(found["input"], found["output"], ())

    def _space(self, vectors: np.ndarray, table: str) -> EmbeddingSpace:
        provenance = {"name": table, "table": table, **self.provenance}
        if self.source.encoding is None:
            vocabulary = self.source.vocabulary
            return EmbeddingSpace(vocabulary.words, vectors, vocabulary.counts, provenance)
        words, pieces = self._words_of_tokens
        options = self.reading.vectors
        known = np.array([word in self.reading.text.vocabulary.ids for word in words])
        assert known.all()
        places = [self.reading.text.vocabulary.ids[word] for word in words]
        return EmbeddingSpace(
            words,
            pooled_rows(vectors, pieces, options.pooling),
            self.reading.text.vocabulary.counts[places],
            {
                **provenance,
                "form": options.form,
                "pooling": options.pooling,
                "split_share": round(pieces.split_share, 6),
                "n_words_without": len(self.reading.text.vocabulary) - len(words),
            },
        )

    @cached_property
    def _words_of_tokens(self) -> tuple[tuple[str, ...], WordPieces]:
        """Tokenize the vocabulary; a word with a token that was never seen has no vector."""
        assert self.source.encoding is not None
        words = self.reading.text.vocabulary.words
        pieces = BytePairs(self.source.encoding).word_pieces(words, self.reading.vectors.form)
        rows = np.full(self.source.encoding.n_vocab, -1, dtype=np.int64)
        for row, number in enumerate(self.source.vocabulary.words):
            rows[int(number)] = row
        ids = rows[pieces.ids]
        unseen = np.zeros(len(words), dtype=np.int64)
        np.add.at(unseen, np.repeat(np.arange(len(words)), pieces.lengths), ids < 0)
        kept = pieces.has_any & (unseen == 0)
        if kept.sum() < 2:
            raise InputError(
                f"{int(kept.sum())} of {len(words)} words are made of tokens that the training "
                "text holds; give more text, or fewer tokens (tokenizer.vocabulary_size)"
            )
        chosen = tuple(word for word, is_kept in zip(words, kept, strict=True) if is_kept)
        return chosen, WordPieces(ids, pieces.starts).kept(kept)


def load_tables(
    folder: Path | None, key: str, reading: Reading, options: Any, runtime: Runtime
) -> TrainedTables:
    """Open what :meth:`FittedTables.save` wrote."""
    assert folder is not None
    about = read_json(folder / "about.json")
    return TrainedTables(
        key=key,
        source=sentence_ids(reading, runtime),
        reading=reading,
        provenance={
            "options": options.model_dump(mode="json"),
            "vocabulary": reading.text.vocabulary_options.model_dump(),
            "corpus": reading.text.corpus.fingerprint,
            "seed": runtime.seed,
        },
        folder=folder,
        history=pd.read_csv(folder / "history.csv"),
        cost=about["cost"],
        n_ids_seen=about["n_ids_seen"],
        notes=tuple(about["notes"]),
    )


def table_trainer(**fields: Any) -> Trainer:
    """Make the record of a trainer that reads sentences and leaves two tables."""
    usual: dict[str, Any] = {
        "tables": lambda _options: TABLES,
        "load": load_tables,
        "source": sentence_ids,
        "reads": ("words", "tokens"),
        "table_labels": LABELS,
    }
    return Trainer(**{**usual, **fields})


def timed(train: Callable[[], SkipgramTables], source: SentenceIds, **facts: Any) -> FittedTables:
    """Run a training; its seconds are those that it tells itself, else those that have passed."""
    started = time.perf_counter()
    tables = train()
    passed = time.perf_counter() - started
    seconds = sum(line.seconds for line in tables.history) or passed
    return FittedTables(tables, source, seconds, **facts)


def contrastively(
    train: Callable[..., SkipgramTables],
    source: SentenceIds,
    options: ContrastiveOptions,
    runtime: Runtime,
    **facts: Any,
) -> FittedTables:
    """Run a skip-gram training, whoever does it, with the operations that it takes."""
    return timed(
        lambda: train(
            source.training,
            source.vocabulary,
            options,
            validation=source.validation,
            runtime=runtime,
        ),
        source,
        epochs=options.epochs,
        flops=contrastive_flops(source, options),
        **facts,
    )


def contrastive_flops(source: SentenceIds, options: ContrastiveOptions) -> int:
    """Estimate the operations of training: 2 · dim a score, twice that for its two gradients."""
    counts = source.vocabulary.counts
    n_kept = float((counts * keep_probability(counts, options.subsample)).sum())
    per_center = options.window + 1 if options.window_shape == "dynamic" else 2 * options.window
    n_pairs = options.epochs * n_kept * per_center  # on average, borders apart
    return round(6 * options.dimension * (1 + options.negatives) * n_pairs)
