"""Text → byte-pair token ids, by a ``tiktoken.Encoding``.

The encoding is one of tiktoken's, by name (``gpt2``, ``cl100k_base``, …), or is trained on the
corpus: the `tokenizers` library finds the merges (Sennrich et al. 2016, on bytes), and they are
loaded into a ``tiktoken.Encoding``, whose token ids are then the ranks of the merges. Ids 0 to 255
are the single bytes, so every text can be encoded; ``<|endoftext|>``, the last id, stands between
documents.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tiktoken
import tokenizers
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import pre_tokenizers, trainers

from compare.corpus import END_OF_TEXT
from compare.errors import InputError, nearest_names
from compare.storage import read_json, write_json

TRAINED = "trained"

GPT2_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""How GPT-2 cuts text before merging (Radford et al. 2019): a word takes its space along."""


class TokenizerOptions(BaseModel):
    """Which byte-pair encoding the language model reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    encoding: str = Field(
        default=TRAINED,
        description="'trained' on the corpus, or the name of a tiktoken encoding ('gpt2', …)",
    )
    vocabulary_size: int = Field(
        default=8192,
        ge=258,
        le=1_000_000,
        description="tokens of a trained encoding: 256 bytes, merges, and <|endoftext|>",
    )


def named_encoding(name: str) -> tiktoken.Encoding:
    """Open one of tiktoken's encodings.

    Raises
    ------
    InputError
        If there is none of that name, or its file is not here and cannot be downloaded.
    """
    names = tiktoken.list_encoding_names()
    if name not in names:
        raise InputError(
            f"unknown encoding {name!r}; {nearest_names(name, [*names, TRAINED])} "
            f"(or {TRAINED!r}: trained on the corpus)"
        )
    try:
        return tiktoken.get_encoding(name)
    except Exception as error:  # requests' and urllib's kinds differ between versions
        cache = os.environ.get("TIKTOKEN_CACHE_DIR")
        where = f"TIKTOKEN_CACHE_DIR is {cache}" if cache else "TIKTOKEN_CACHE_DIR is not set"
        raise InputError(
            f"the files of encoding {name!r} are not here and could not be downloaded "
            f"({type(error).__name__}); {where}: set it to a folder that holds them under "
            f"tiktoken's cache names, or use encoding = {TRAINED!r}"
        ) from error


def train_encoding(texts: Iterable[str], vocabulary_size: int) -> tiktoken.Encoding:
    """Train a byte-pair encoding on texts.

    Parameters
    ----------
    texts : iterable of str
    vocabulary_size : int
        Upper bound; a small text runs out of pairs earlier, and the encoding is then smaller.
    """
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    model.pre_tokenizer = _pre_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size - 1,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[],
        show_progress=False,
        min_frequency=2,
    )
    model.train_from_iterator(texts, trainer)
    return _encoding(_ranks_of(model))


def _pre_tokenizer() -> Any:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(GPT2_PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def _ranks_of(model: tokenizers.Tokenizer) -> dict[bytes, int]:
    """Turn the trained vocabulary into bytes → rank: bytes first, then merges in order."""
    byte_of = {char: byte for byte, char in _byte_characters().items()}
    ranks = {bytes([byte]): byte for byte in range(256)}
    for token, _ in sorted(model.get_vocab().items(), key=lambda item: item[1]):
        piece = bytes(byte_of[char] for char in token)
        if piece not in ranks:
            ranks[piece] = len(ranks)
    return ranks


def _byte_characters() -> dict[int, str]:
    """Map each byte to the printable character that `tokenizers` writes for it (GPT-2's table)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {byte: chr(byte) for byte in printable}
    others = (byte for byte in range(256) if byte not in table)
    table.update({byte: chr(256 + number) for number, byte in enumerate(others)})
    return table


def _encoding(ranks: dict[bytes, int]) -> tiktoken.Encoding:
    return tiktoken.Encoding(
        name=TRAINED,
        pat_str=GPT2_PATTERN,
        mergeable_ranks=ranks,
        special_tokens={END_OF_TEXT: len(ranks)},
    )


def save_encoding(encoding: tiktoken.Encoding, path: Path) -> None:
    """Save a trained encoding as JSON (tokens in base64, by rank), or a named one by its name."""
    if encoding.name != TRAINED:
        write_json(path, {"encoding": encoding.name})
        return
    n_ranks = encoding.eot_token
    tokens = [base64.b64encode(encoding.decode_single_token_bytes(i)) for i in range(n_ranks)]
    write_json(
        path, {"encoding": TRAINED, "pattern": GPT2_PATTERN, "ranks": [t.decode() for t in tokens]}
    )


def load_encoding(path: Path) -> tiktoken.Encoding:
    """Load what :func:`save_encoding` wrote.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    saved = read_json(path)
    try:
        if saved["encoding"] != TRAINED:
            return named_encoding(saved["encoding"])
        tokens = [base64.b64decode(token, validate=True) for token in saved["ranks"]]
        if tokens[:256] != [bytes([byte]) for byte in range(256)]:
            raise ValueError("the first 256 ranks are not the single bytes")
        return _encoding({token: rank for rank, token in enumerate(tokens)})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"tokenizer file {path} is damaged: {error}; train it again") from error


def end_of_text_id(encoding: tiktoken.Encoding) -> int:
    """Look up the id of ``<|endoftext|>``.

    Raises
    ------
    InputError
        If the encoding has no such token.
    """
    try:
        return encoding.encode_single_token(END_OF_TEXT)
    except KeyError:
        raise InputError(
            f"encoding {encoding.name!r} has no token {END_OF_TEXT} to part documents with"
        ) from None
