"""Text → byte-pair token ids, by a ``tiktoken.Encoding``.

The encoding is one of tiktoken's, by name (``gpt2``, ``cl100k_base``, …), or is trained on the
corpus: the `tokenizers` library finds the merges (Sennrich et al. 2016, on bytes), and they are
loaded into a ``tiktoken.Encoding``, whose token ids are then the ranks of the merges. Ids 0 to 255
are the single bytes, so every text can be encoded; ``<|endoftext|>``, the id after the merges,
stands between documents, and further special tokens follow it. ``byte_pairs.py`` says the same
training slowly, one merge after the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import regex
import tiktoken
import tokenizers
from tokenizers import pre_tokenizers, trainers

from compare.errors import InputError, nearest_names
from compare.llm.byte_pairs import byte_characters
from compare.llm.rank_file import read_ranks, write_ranks
from compare.llm.tokenizer_options import LONGEST_PIECE, PIECE_PATTERN, TRAINED, TokenizerOptions
from compare.storage import read_json, write_json
from compare.text.passages import END_OF_TEXT


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


def train_encoding(
    texts: Iterable[str],
    vocabulary_size: int,
    *,
    pattern: str = PIECE_PATTERN,
    special_tokens: Sequence[str] = (),
) -> tiktoken.Encoding:
    """Train a byte-pair encoding on texts.

    Parameters
    ----------
    texts : iterable of str
    vocabulary_size : int
        Upper bound, special tokens counted; a small text runs out of pairs earlier, and the
        encoding is then smaller.
    pattern : str
        Regular expression of the pieces that are merged within.
    special_tokens : sequence of str
        Kept whole, beside ``<|endoftext|>``; no merge is learned from them.

    Raises
    ------
    InputError
        If the pattern means nothing to one of the two libraries.
    """
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    try:
        model.pre_tokenizer = _pre_tokenizer(pattern)
        _encoding({bytes([byte]): byte for byte in range(256)}, pattern, ())
    except Exception as error:  # both raise kinds of their own
        raise InputError(
            f"tokenizer.pattern is no regular expression to tokenizers or tiktoken: {error}"
        ) from error
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size - 1 - len(special_tokens),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[],
        show_progress=False,
        min_frequency=2,
    )
    model.train_from_iterator(_between(texts, special_tokens), trainer)
    return _encoding(_ranks_of(model), pattern, special_tokens)


def _between(texts: Iterable[str], special_tokens: Sequence[str]) -> Iterable[str]:
    """Leave the special tokens out of texts."""
    if not special_tokens:
        return texts
    special = regex.compile("|".join(map(regex.escape, special_tokens)))
    return (part for text in texts for part in special.split(text))


def _pre_tokenizer(pattern: str = PIECE_PATTERN) -> Any:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(pattern), behavior="isolated"),
            pre_tokenizers.FixedLength(LONGEST_PIECE),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def _ranks_of(model: tokenizers.Tokenizer) -> dict[bytes, int]:
    """Turn the trained vocabulary into bytes → rank: bytes first, then merges in order."""
    byte_of = {char: byte for byte, char in byte_characters().items()}
    ranks = {bytes([byte]): byte for byte in range(256)}
    for token, _ in sorted(model.get_vocab().items(), key=lambda item: item[1]):
        piece = bytes(byte_of[char] for char in token)
        if piece not in ranks:
            ranks[piece] = len(ranks)
    return ranks


def _encoding(
    ranks: dict[bytes, int], pattern: str, special_tokens: Sequence[str]
) -> tiktoken.Encoding:
    specials = (END_OF_TEXT, *special_tokens)
    return tiktoken.Encoding(
        name=TRAINED,
        pat_str=pattern,
        mergeable_ranks=ranks,
        special_tokens={token: len(ranks) + number for number, token in enumerate(specials)},
    )


def special_tokens_of(encoding: tiktoken.Encoding) -> tuple[str, ...]:
    """List a trained encoding's special tokens by their ids, ``<|endoftext|>`` left out.

    Named encodings have none here: what reads as one of theirs in a corpus is text.
    """
    if encoding.name != TRAINED:
        return ()
    found = encoding.special_tokens_set - {END_OF_TEXT}
    return tuple(sorted(found, key=encoding.encode_single_token))


def save_encoding(encoding: tiktoken.Encoding, path: Path) -> None:
    """Save an encoding as a small JSON file.

    A named one is saved by its name; a trained one by its pattern and special tokens, with its
    ranks beside it in tiktoken's own format (``.tiktoken``).
    """
    if encoding.name != TRAINED:
        write_json(path, {"encoding": encoding.name})
        return
    n_ranks = encoding.eot_token
    ranks = {encoding.decode_single_token_bytes(rank): rank for rank in range(n_ranks)}
    write_ranks(path.with_suffix(RANKS), ranks)
    specials = special_tokens_of(encoding)
    parts = {"pattern": encoding._pat_str, "special_tokens": specials, "n_ranks": n_ranks}
    write_json(path, {"encoding": TRAINED, **parts})


RANKS = ".tiktoken"
"""Ending of the file of ranks beside a trained encoding's JSON."""


def load_encoding(path: Path) -> tiktoken.Encoding:
    """Load what :func:`save_encoding` wrote.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    saved = read_json(path)
    try:
        if not isinstance(saved["encoding"], str):
            raise TypeError(f"encoding {saved['encoding']!r} is no name")
        if saved["encoding"] != TRAINED:
            return named_encoding(saved["encoding"])
        pattern, specials = saved["pattern"], tuple(saved["special_tokens"])
        options = TokenizerOptions(pattern=pattern, special_tokens=specials)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"tokenizer file {path} is damaged: {error}; train it again") from error
    ranks = read_ranks(path.with_suffix(RANKS))
    if len(ranks) != saved.get("n_ranks"):
        raise InputError(
            f"tokenizer file {path.with_suffix(RANKS)} is cut off: {saved.get('n_ranks')} tokens "
            f"are expected, and it holds {len(ranks)}; train or download it again"
        )
    try:
        return _encoding(ranks, options.pattern, options.special_tokens)
    except ValueError as error:  # a pattern that tiktoken's own engine refuses
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
