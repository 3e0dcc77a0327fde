"""Byte-pair ranks as a file, in tiktoken's own format: base64 of the token, a space, its rank.

Pattern and special tokens, which that format does not hold, stand in a small JSON file beside it.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from compare.errors import InputError
from compare.storage import write_text


def write_ranks(path: Path, ranks: dict[bytes, int]) -> None:
    """Write one line a token, by rank."""
    lines = (
        f"{base64.b64encode(token).decode()} {rank}\n"
        for token, rank in sorted(ranks.items(), key=lambda item: item[1])
    )
    write_text(path, "".join(lines))


def read_ranks(path: Path) -> dict[bytes, int]:
    """Read a ``.tiktoken`` file.

    Raises
    ------
    InputError
        If it is missing or damaged: a line of another form, a token or rank that stands twice, a
        rank or a single byte that is missing.
    """
    if not path.is_file():
        raise InputError(f"no such file: {path}")
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            token_base64, rank_text = line.split()
            token, rank = base64.b64decode(token_base64, validate=True), int(rank_text)
        except (ValueError, binascii.Error):
            raise _damaged(
                path, f"line {number} is no base64 token with its rank: {line[:60]!r}"
            ) from None
        if token in ranks:
            raise _damaged(path, f"line {number} repeats the token of rank {ranks[token]}")
        ranks[token] = rank
    missing = [byte for byte in range(256) if bytes([byte]) not in ranks]
    if missing:
        raise _damaged(path, f"the single byte {missing[0]} is missing")
    if sorted(ranks.values()) != list(range(len(ranks))):
        raise _damaged(path, f"{len(ranks)} tokens need the ranks 0 to {len(ranks) - 1}, once each")
    return ranks


def _damaged(path: Path, what: str) -> InputError:
    return InputError(f"tokenizer file {path} is damaged: {what}; train or download it again")
