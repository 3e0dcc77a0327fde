"""The stages of a run, each cached by the content that it depends on.

A stage's folder is named by a hash of its options and of what it reads: a second run with one
option changed redoes only what depends on that option. A stage is written whole or not at all;
our trainers keep a checkpoint beside it meanwhile, so that a killed run goes on where it was.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tiktoken
from safetensors.numpy import load_file, save_file

from compare.downloads import cache_folder
from compare.errors import InputError
from compare.llm.compilation import missing_for_compiling
from compare.llm.cost import flops_per_token, n_parameters
from compare.llm.distributed import n_processes
from compare.llm.gpt import GPT, load_gpt, save_gpt, untrained_gpt
from compare.llm.token_encoder import encoded_passages
from compare.llm.tokenizer import (
    TRAINED,
    load_encoding,
    named_encoding,
    save_encoding,
    train_encoding,
)
from compare.llm.training import KeepTable, train_gpt
from compare.llm.vectors.language_model import GPTLanguageModel, position_shift
from compare.llm.vectors.word_pieces import pooled_rows, word_pieces
from compare.machine import resolve_precision
from compare.progress import Progress, Show
from compare.spaces.space import EmbeddingSpace, load_space, save_space
from compare.storage import (
    atomic_file,
    atomic_folder,
    content_key,
    read_json,
    remove_leftovers,
    write_json,
    write_text,
)
from compare.text.corpus import (
    Corpus,
    CorpusOptions,
    normalized_passages,
    open_corpus,
    split_corpus,
)
from compare.text.planted import write_truth
from compare.text.tokens import TokenArray, open_tokens, renumbered, token_counts, write_tokens
from compare.text.vocabulary import Vocabulary, frequent_words, new_numbers
from compare.text.word_encoder import WordEncoder
from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.ppmi import train_ppmi
from compare.word2vec.sampling import keep_probability
from compare.word2vec.skipgram import KeepSnapshot, train_skipgram
from compare.word2vec.tables import EpochLoss, SkipgramTables
from experiments.config import RunConfig
from experiments.labels import model_label
from experiments.workers import training_job

logger = logging.getLogger(__name__)


CACHE_VERSION = 2
"""Raised when a stage computes something else from the same options."""


TABLES = ("input", "output", "mean")
"""Word vectors that skip-gram gives."""


@dataclass(frozen=True)
class WordText:
    """The corpus as the word2vec wing reads it.

    Attributes
    ----------
    meta : dict
        Documents, words and fingerprint of the corpus.
    key : str
        Names this text for later stages.
    truth : Path or None
        Folder of the planted truth.
    """

    vocabulary: Vocabulary
    training: TokenArray
    validation: TokenArray
    meta: dict[str, Any]
    key: str
    truth: Path | None


@dataclass(frozen=True)
class TokenText:
    """The same corpus as the language model reads it."""

    encoding: tiktoken.Encoding
    training: TokenArray
    validation: TokenArray
    key: str
    folder: Path


@dataclass(frozen=True)
class Trained:
    """Spaces of one model, its training curve and its budget.

    ``snapshots`` are copies of its input table during training, the earliest first.
    """

    spaces: tuple[EmbeddingSpace, ...]
    history: pd.DataFrame
    budget: dict[str, Any]
    folder: Path
    snapshots: tuple[EmbeddingSpace, ...] = ()


class CorpusParts:
    """A corpus opened and split once, shared by the stages that read it."""

    def __init__(self, options: CorpusOptions) -> None:
        self.options = options
        self.corpus: Corpus = open_corpus(options)
        self.training, self.validation = split_corpus(
            self.corpus, options.validation_fraction, seed=options.split_seed
        )

    @property
    def key(self) -> str:
        """What the text of both parts hangs on."""
        return content_key(
            CACHE_VERSION,
            self.training.fingerprint,
            self.validation.fingerprint,
            self.options.normalization.model_dump(),
        )

    @property
    def meta(self) -> dict[str, Any]:
        """Name, fingerprint and size."""
        return {
            "name": self.corpus.name,
            "fingerprint": self.corpus.fingerprint,
            "n_documents": self.corpus.n_documents,
            "n_training_documents": self.training.n_documents,
            "n_characters": self.corpus.n_characters,
        }


@dataclass(frozen=True)
class EncodedText:
    """Every word of the corpus as a number, before a vocabulary is chosen.

    Attributes
    ----------
    words : list of str
        In order of first appearance, training text first; the number of a word is its place.
    training, validation : TokenArray
        Segments are sentences.
    """

    words: list[str]
    training: TokenArray
    validation: TokenArray


def encoded_text(parts: CorpusParts, show: Show) -> EncodedText:
    """Read, normalise and number the words of the corpus; other vocabularies use it again."""

    def build(folder: Path) -> None:
        encoder = WordEncoder()
        for name in ("training", "validation"):
            part: Corpus = getattr(parts, name)
            texts = _shown_texts(part, parts, show(f"reading the {name} text"))
            found = write_tokens(folder / name, encoder.encode_all(texts))
            if len(found) < 2:
                raise InputError(
                    f"the {name} text of {parts.corpus.name} holds {len(found)} words; give more "
                    "text, or set corpus.validation_fraction"
                )
        write_text(folder / "words.txt", "".join(f"{word}\n" for word in encoder.words))

    folder = stage("text", content_key("text", parts.key, versions("pyarrow")), build)
    words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]
    return EncodedText(words, open_tokens(folder / "training"), open_tokens(folder / "validation"))


def word_text(parts: CorpusParts, config: RunConfig, show: Show) -> WordText:
    """Choose the vocabulary, and write the text as its ids."""
    is_planted = config.corpus.source == "planted"
    truth_options = config.corpus.planted.model_dump() if is_planted else None
    key = content_key("words", parts.key, config.vocabulary.model_dump(), truth_options)

    def build(folder: Path) -> None:
        text = encoded_text(parts, show)
        counts = token_counts(text.training, len(text.words))
        numbers, vocabulary = frequent_words(text.words, counts, config.vocabulary)
        write_text(
            folder / "vocabulary.tsv",
            "".join(
                f"{w}\t{c}\n" for w, c in zip(vocabulary.words, vocabulary.counts, strict=True)
            ),
        )
        new_ids = new_numbers(numbers, len(text.words))
        for name in ("training", "validation"):
            write_tokens(folder / name, renumbered(getattr(text, name), new_ids))
        if is_planted:
            write_truth(folder / "truth", config.corpus.planted)

    folder = stage("words", key, build)
    vocabulary = _read_vocabulary(folder / "vocabulary.tsv")
    training, validation = open_tokens(folder / "training"), open_tokens(folder / "validation")
    meta = {
        **parts.meta,
        "n_training_words": training.n_units,
        "n_validation_words": validation.n_units,
        "n_vocabulary": len(vocabulary),
    }
    truth = folder / "truth"
    return WordText(vocabulary, training, validation, meta, key, truth if truth.is_dir() else None)


def token_text(parts: CorpusParts, config: RunConfig, show: Show) -> TokenText:
    """Train or open the byte-pair encoding, and write the text as token ids."""
    key = content_key(
        "tokens", parts.key, config.tokenizer.model_dump(), versions("tokenizers", "tiktoken")
    )

    def build(folder: Path) -> None:
        options = config.tokenizer
        normalization = config.corpus.normalization
        if options.encoding == TRAINED:
            progress = show("training the byte-pair encoding")
            texts = (p.text for p in normalized_passages(parts.training, normalization))
            encoding = train_encoding(
                texts,
                options.vocabulary_size,
                pattern=options.pattern,
                special_tokens=options.special_tokens,
            )
            progress(1, 1, unit="encodings")
        else:
            encoding = named_encoding(options.encoding)
        save_encoding(encoding, folder / "encoding.json")
        progress = show("encoding tokens")
        for name in ("training", "validation"):
            part: Corpus = getattr(parts, name)
            found = _token_ids(part, parts, encoding, config.n_threads, progress)
            write_tokens(folder / name, found)

    folder = stage("tokens", key, build)
    encoding = load_encoding(folder / "encoding.json")
    training, validation = open_tokens(folder / "training"), open_tokens(folder / "validation")
    return TokenText(encoding, training, validation, key, folder)


def trained_word2vec(
    trainer: str, text: WordText, config: RunConfig, device: str, show: Show
) -> Trained:
    """Train skip-gram by ``torch`` or ``gensim``, or factorise counts (``ppmi``), or look it up."""
    options, seed = config.word2vec, config.seed
    settings: dict[str, Any] = options.model_dump()
    if trainer == "torch":
        how = {"device": device, "threads": config.n_threads, **versions("torch", "numpy")}
    elif trainer == "gensim":
        how = {"threads": config.gensim_workers, **versions("gensim", "numpy")}
    else:
        settings = {**settings, "ppmi": config.ppmi.model_dump()}
        how = {"threads": config.n_threads, **versions("scipy", "scikit-learn", "numpy")}
    key = content_key(trainer, text.key, settings, seed, how)

    def build(folder: Path) -> None:
        progress = show(model_label(trainer))
        started = time.perf_counter()
        words, training, validation = text.vocabulary, text.training, text.validation
        if trainer == "torch":
            tables = train_skipgram(
                training,
                words,
                options,
                seed=seed,
                device=device,
                validation=validation,
                checkpoint=checkpoint_of(trainer, key),
                keep_snapshot=_snapshot_keeper(key, text),
                progress=progress,
            )
            if options.snapshots:
                _take_snapshots("torch", key, folder)
        elif trainer == "gensim":
            tables = train_gensim(
                training,
                words,
                options,
                seed=seed,
                workers=config.gensim_workers,
                validation=validation,
                progress=progress,
            )
        else:
            tables = train_ppmi(training, words, options, config.ppmi, seed=seed, progress=progress)
        seconds = sum(line.seconds for line in tables.history)
        _save_tables(folder, tables, trainer, text, config, settings, how)
        dimension = tables.input.shape[1]  # counts of a short text fill fewer than asked for
        seconds = seconds or time.perf_counter() - started
        _save_budget(folder, trainer, text, config, how, dimension=dimension, seconds=seconds)

    folder = stage(trainer, key, build)
    spaces = tuple(load_space(folder / f"{name}.safetensors") for name in TABLES)
    snapshots = tuple(map(load_space, sorted((folder / "snapshots").glob("*.safetensors"))))
    history, budget = pd.read_csv(folder / "history.csv"), read_json(folder / "budget.json")
    return Trained(spaces, history, budget, folder, snapshots)


def trained_gpt(
    text: TokenText, words: WordText, config: RunConfig, device: str, show: Show
) -> Trained:
    """Train the GPT, or take it from the cache, and look its word vectors up."""
    settings = {"gpt": config.gpt.model_dump(), "training": config.training.model_dump()}
    how = {
        "device": device,
        "threads": config.n_threads,
        "precision": resolve_precision(config.training.precision, device),
        "compiler": missing_for_compiling() is None,
        "processes": n_processes(),
        **versions("torch", "numpy"),
    }
    key = content_key("gpt", text.key, settings, config.seed, how)

    def build(folder: Path) -> None:
        progress = show("next-token training of the GPT")
        n_tokens, checkpoint = text.encoding.n_vocab, checkpoint_of("gpt", key)
        with training_job(text.folder, n_tokens, config, device=device, checkpoint=checkpoint):
            trained = train_gpt(
                text.training.ids,
                text.validation.ids,
                n_tokens,
                config.gpt,
                config.training,
                seed=config.seed,
                device=device,
                n_validation_bytes=text.validation.n_units,
                checkpoint=checkpoint,
                keep_snapshot=_table_keeper(key),
                progress=progress,
            )
        _take_snapshots("gpt", key, folder)
        save_gpt(trained.model, folder / "model.pt")
        save_encoding(text.encoding, folder / "encoding.json")
        points = pd.DataFrame(trained.history)
        history = points.rename(columns={"tokens": "seen"}).assign(model="gpt", unit="tokens")
        history.to_csv(folder / "history.csv", index=False)
        seconds = trained.history[-1].seconds
        write_json(
            folder / "budget.json",
            {
                "model": "gpt",
                "dimension": config.gpt.dimension,
                "parameters": n_parameters(trained.model),
                "epochs": config.training.epochs,
                "seen": trained.tokens_seen,
                "unit": "tokens",
                "flops": trained.tokens_seen
                * flops_per_token(trained.model, n_scored=config.training.sampled_softmax),
                "threads": config.n_threads,
                "seconds": seconds,
            },
        )

    folder = stage("gpt", key, build)
    model = load_gpt(folder / "model.pt")
    budget = read_json(folder / "budget.json")
    spaces, split_share = gpt_spaces(model, text.encoding, words, config, {"model": key, **how})
    budget["split_share"] = split_share
    snapshots = _gpt_snapshots(folder / "snapshots", text.encoding, words, config)
    return Trained(spaces, pd.read_csv(folder / "history.csv"), budget, folder, snapshots)


def _table_keeper(key: str) -> KeepTable:
    """Keep tables of tokens, whatever words will be looked up in them."""

    def keep(n_seen: int, table: np.ndarray) -> None:
        with atomic_file(_snapshot_folder("gpt", key) / f"{n_seen:015d}.safetensors") as path:
            save_file({"input": table}, path)

    return keep


def _gpt_snapshots(
    folder: Path, encoding: tiktoken.Encoding, words: WordText, config: RunConfig
) -> tuple[EmbeddingSpace, ...]:
    """Look the vocabulary up in the tables kept during training, the earliest first."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        return ()
    vocabulary = words.vocabulary
    pieces = word_pieces(vocabulary.words, encoding, config.word_vectors)
    return tuple(
        EmbeddingSpace(
            vocabulary.words,
            pooled_rows(load_file(path)["input"], pieces, config.word_vectors.pooling),
            vocabulary.counts,
            {"name": "gpt-input", "table": "input", "seen": int(path.stem)},
        )
        for path in files
    )


def gpt_spaces(
    model: GPT,
    encoding: tiktoken.Encoding,
    words: WordText,
    config: RunConfig,
    how: dict[str, Any],
) -> tuple[tuple[EmbeddingSpace, ...], float]:
    """Look the vocabulary up in the model's tables; with the share of split words."""
    pieces = word_pieces(words.vocabulary.words, encoding, config.word_vectors)
    untrained = untrained_gpt(model.options, model.vocabulary_size, seed=config.seed)
    tables = {"input": model.token_embedding.weight, "random": untrained.token_embedding.weight}
    if not model.options.tied:  # tied: the output table is the input table
        tables["output"] = model.output.weight
    pooling = config.word_vectors.pooling
    rows = {name: pooled_rows(t.detach().numpy(), pieces, pooling) for name, t in tables.items()}
    if "gpt-input+position" in config.spaces:
        rows["input+position"] = rows["input"] + position_shift(GPTLanguageModel(model, encoding))
    spaces = tuple(
        EmbeddingSpace(
            words.vocabulary.words,
            vectors,
            words.vocabulary.counts,
            {
                "name": f"gpt-{name}",
                "table": name,
                "gpt": config.gpt.model_dump(),
                "training": config.training.model_dump(),
                "encoding": encoding.name,
                "form": config.word_vectors.form,
                "pooling": pooling,
                **({"role": "floor"} if name == "random" else {}),
                "split_share": round(pieces.split_share, 6),
                "corpus": words.meta["fingerprint"],
                "seed": config.seed,
                **how,
            },
        )
        for name, vectors in rows.items()
    )
    return spaces, pieces.split_share


def versions(*packages: str) -> dict[str, str]:
    """Name the versions of packages that a result hangs on."""
    return {package: metadata.version(package) for package in packages}


def stage(name: str, key: str, build: Callable[[Path], None]) -> Path:
    """Give the folder of a stage: from the cache, or built anew, whole or not at all."""
    folder = cache_folder() / f"{name}-{key[:20]}"
    remove_leftovers(cache_folder())
    if folder.is_dir():
        if read_manifest(folder) == file_sizes(folder):
            logger.info("%s: from the cache (%s)", name, folder.name)
            return folder
        logger.warning("%s: damaged in the cache, done again (%s)", name, folder.name)
        shutil.rmtree(folder, ignore_errors=True)
    started = time.perf_counter()
    with atomic_folder(folder, replace=False) as temporary:
        build(temporary)
        write_json(temporary / MANIFEST, file_sizes(temporary))
    checkpoint_of(name, key).unlink(missing_ok=True)  # not before the result is safe
    logger.info("%s: done in %.1f s (%s)", name, time.perf_counter() - started, folder.name)
    return folder


MANIFEST = "manifest.json"
"""Lists the files of a stage with their sizes, so that a cut-off file is noticed."""


def file_sizes(folder: Path) -> dict[str, int]:
    """List the files below a folder, the manifest apart, with their sizes in bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def read_manifest(folder: Path) -> dict[str, int] | None:
    """Read a stage's manifest; None where it is missing or damaged."""
    try:
        sizes: dict[str, int] = read_json(folder / MANIFEST)
    except InputError:
        return None
    return sizes


def checkpoint_of(name: str, key: str) -> Path:
    """Name the file in which an unfinished stage keeps where it stands."""
    return cache_folder() / f"{name}-{key[:20]}.checkpoint"


def _take_snapshots(name: str, key: str, folder: Path) -> None:
    """Move what was kept on the way into the stage; training may have stopped before the first."""
    if _snapshot_folder(name, key).is_dir():
        shutil.move(_snapshot_folder(name, key), folder / "snapshots")


def _snapshot_folder(name: str, key: str) -> Path:
    """Where snapshots wait until the stage is whole, beside its checkpoint."""
    return cache_folder() / f"{name}-{key[:20]}.snapshots"


def _snapshot_keeper(key: str, text: WordText) -> KeepSnapshot:
    def keep(n_seen: int, table: np.ndarray) -> None:
        provenance = {"name": "torch-input", "table": "input", "seen": n_seen}
        space = EmbeddingSpace(text.vocabulary.words, table, text.vocabulary.counts, provenance)
        save_space(space, _snapshot_folder("torch", key) / f"{n_seen:015d}.safetensors")

    return keep


def _shown_texts(part: Corpus, parts: CorpusParts, progress: Progress) -> Iterator[str]:
    done = 0
    for _, text in normalized_passages(part, parts.options.normalization):
        yield text
        done += len(text)
        progress(done, part.n_characters, unit="characters")


def _token_ids(
    part: Corpus,
    parts: CorpusParts,
    encoding: tiktoken.Encoding,
    n_workers: int,
    progress: Progress,
) -> Iterator[TokenArray]:
    """Encode passages; every document ends with ``<|endoftext|>``."""
    done = 0
    for tokens, n_characters in encoded_passages(
        normalized_passages(part, parts.options.normalization),
        encoding,
        n_characters=part.n_characters,
        n_workers=n_workers,
    ):
        yield tokens
        done += n_characters
        progress(done, part.n_characters, unit="characters")


def _read_vocabulary(path: Path) -> Vocabulary:
    rows = [line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").split("\n") if line]
    try:
        words, counts = zip(*rows, strict=True)
        return Vocabulary(tuple(words), np.array(counts, dtype=np.int64))
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}; delete its folder") from error


def _save_tables(
    folder: Path,
    tables: SkipgramTables,
    trainer: str,
    text: WordText,
    config: RunConfig,
    settings: dict[str, Any],
    how: dict[str, Any],
) -> None:
    for name in TABLES:
        provenance = {
            "name": f"{trainer}-{name}",
            "table": name,
            "trainer": trainer,
            "options": settings,
            "vocabulary": config.vocabulary.model_dump(),
            "corpus": text.meta["fingerprint"],
            "seed": config.seed,
            **how,
        }
        space = EmbeddingSpace(
            text.vocabulary.words, getattr(tables, name), text.vocabulary.counts, provenance
        )
        save_space(space, folder / f"{name}.safetensors")
    history = pd.DataFrame(tables.history, columns=EpochLoss._fields)
    history = history.rename(columns={"epoch": "step"})
    seen = history["step"] * text.training.n_units
    history = history.assign(model=trainer, seen=seen, unit="words")
    history.to_csv(folder / "history.csv", index=False)


def _save_budget(
    folder: Path,
    trainer: str,
    text: WordText,
    config: RunConfig,
    how: dict[str, Any],
    *,
    dimension: int,
    seconds: float,
) -> None:
    options, counts = config.word2vec, text.vocabulary.counts
    epochs, flops = 1, None  # counting and factorising are not made of products of two vectors
    if trainer != "ppmi":
        epochs = options.epochs
        n_kept = float((counts * keep_probability(counts, options.subsample)).sum())
        per_center = options.window + 1 if options.window_shape == "dynamic" else 2 * options.window
        n_pairs = epochs * n_kept * per_center  # on average, borders apart
        # 2 · dim operations a score, twice that for its two gradients; 1 + negatives scores a pair.
        flops = round(6 * options.dimension * (1 + options.negatives) * n_pairs)
    write_json(
        folder / "budget.json",
        {
            "model": trainer,
            "dimension": dimension,
            "parameters": 2 * dimension * len(text.vocabulary),
            "epochs": epochs,
            "seen": epochs * text.training.n_units,
            "unit": "words",
            "flops": flops,
            "threads": how["threads"],
            "seconds": seconds,
        },
    )
