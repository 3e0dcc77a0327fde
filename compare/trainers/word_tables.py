"""What word2vec and its like leave: an input and an output table, over words or over byte pairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import load_file, save_file

from compare.errors import InputError, nearest_names
from compare.llm.vectors.known_words import KnownWords, known_words
from compare.llm.vectors.tables import pooled_space
from compare.llm.vectors.word_pieces import WordPieces, pooled_rows
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.storage import atomic_file, read_json, write_json, write_text
from compare.trainers.trainer import Foretold, Reading, Trainer, Unit
from compare.word2vec.options import ContrastiveOptions
from compare.word2vec.tables import EpochLoss, SkipgramTables

if TYPE_CHECKING:
    import pandas as pd

    from compare.trainers.sources import SentenceIds

TABLES = ("input", "output", "mean")

UNTRAINED = "untrained"
"""Random rows for tokens: what words share because they share pieces. Words share no rows."""

LABELS = {"input": "", "output": ", output", "mean": ", mean", UNTRAINED: ", untrained"}


@dataclass(frozen=True)
class FittedTables:
    """Tables as they come out of training or counting.

    Attributes
    ----------
    tables : SkipgramTables
    source : SentenceIds
    seconds : float
        Of training (of counting and factorising).
    threads : int
    epochs : int
        Passes over the text.
    flops : int, optional
        Estimated from the shapes.
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
        import pandas as pd

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
        about = {"cost": cost, "notes": self.notes, "n_ids_seen": n_ids}
        if self.tables.backend:
            about["backend"] = self.tables.backend
        write_json(folder / "about.json", about)


@dataclass(frozen=True)
class TrainedTables:
    """Tables with the words that they are of; an :class:`~compare.trainers.trainer.Opened`."""

    key: str
    source: SentenceIds
    seed: int
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
        known = tables_of_unit(self.source.unit)
        if name not in known:
            raise InputError(f"there is no table {name!r}; {nearest_names(name, known)}")
        if name == UNTRAINED:
            shape = self._tables.input.shape
            random: np.ndarray = np.random.default_rng(self.seed).normal(size=shape)
            return random.astype(np.float32)
        table: np.ndarray = getattr(self._tables, name)
        return table

    @cached_property
    def _tables(self) -> SkipgramTables:
        found = load_file(self.folder / "tables.safetensors")
        return SkipgramTables(found["input"], found["output"], ())

    def _space(self, vectors: np.ndarray, table: str) -> EmbeddingSpace:
        if self.source.encoding is None:
            words, counts = self.source.vocabulary.words, self.source.vocabulary.counts
            n_pieces = np.ones(len(words), dtype=np.int64)
            provenance = {"name": table, "table": table}
            space = EmbeddingSpace(words, vectors, counts, provenance, n_pieces)
        else:
            rows_of, known = self._known
            vocabulary, options = self.reading.text.vocabulary, self.reading.vectors
            rows = pooled_rows(vectors, rows_of, options.pooling)
            space = pooled_space(rows, vocabulary.words, vocabulary.counts, known, options, table)
        return space.with_provenance(self.provenance)

    @cached_property
    def _known(self) -> tuple[WordPieces, KnownWords]:
        """Tokenize the vocabulary; give the words' rows, and which words have any."""
        from compare.llm.vectors.coders import BytePairs

        assert self.source.encoding is not None
        words = self.reading.text.vocabulary.words
        pieces = BytePairs(self.source.encoding).word_pieces(words, self.reading.vectors.form)
        rows = np.full(self.source.encoding.n_vocab, -1, dtype=np.int64)
        for row, number in enumerate(self.source.vocabulary.words):
            rows[int(number)] = row
        known = known_words(pieces, rows >= 0, self.reading.name or "this model")
        return WordPieces(rows[known.pieces.ids], known.pieces.starts), known


def tables_of_unit(unit: Unit | None) -> tuple[str, ...]:
    """List the tables; those of tokens have a floor."""
    return (*TABLES, UNTRAINED) if unit == "tokens" else TABLES


def load_tables(
    folder: Path | None, key: str, source: Any, reading: Reading, options: Any, runtime: Runtime
) -> TrainedTables:
    """Open what :meth:`FittedTables.save` wrote."""
    import pandas as pd

    assert folder is not None
    about = read_json(folder / "about.json")
    return TrainedTables(
        key=key,
        source=source,
        seed=runtime.seed,
        reading=reading,
        provenance={
            "options": options.model_dump(mode="json"),
            "vocabulary": reading.text.vocabulary_options.model_dump(),
            "corpus": reading.text.corpus.fingerprint,
            "seed": runtime.seed,
            **({"backend": about["backend"]} if "backend" in about else {}),
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
        "tables": lambda _options, unit: tables_of_unit(unit),
        "floor": UNTRAINED,
        "load": load_tables,
        "source": _sentences,
        "reads": ("words", "tokens"),
        "table_labels": LABELS,
    }
    return Trainer(**{**usual, **fields})


def _sentences(reading: Reading, runtime: Runtime) -> SentenceIds:
    from compare.trainers.sources import sentence_ids

    return sentence_ids(reading, runtime)


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


def contrastive_foretold(source: SentenceIds, options: ContrastiveOptions) -> Foretold:
    """Foretell a skip-gram training: two tables, and what each row's steps remember."""
    parameters = 2 * options.dimension * len(source.vocabulary)
    seen = options.epochs * source.training.n_units
    return Foretold(seen, parameters, contrastive_flops(source, options), 4 * 3 * parameters)


def contrastive_flops(source: SentenceIds, options: ContrastiveOptions) -> int:
    """Estimate the operations of training: 2 · dim a score, twice that for its two gradients."""
    from compare.word2vec.sampling import keep_probability

    counts = source.vocabulary.counts
    n_kept = float((counts * keep_probability(counts, options.subsample)).sum())
    per_center = options.window + 1 if options.window_shape == "dynamic" else 2 * options.window
    n_pairs = options.epochs * n_kept * per_center  # on average, borders apart
    return round(6 * options.dimension * (1 + options.negatives) * n_pairs)
