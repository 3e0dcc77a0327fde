"""Token ids that are known to be in the vocabulary, and by which a text is known again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.text.tokens import blocks_of


@dataclass(frozen=True)
class CheckedIds:
    """A text that has been read through once: every id is known to be in the vocabulary.

    Attributes
    ----------
    ids : ndarray of int, shape (n_tokens,)
    counts : ndarray of int64, shape (vocabulary_size,)
    digest : str
        Hash of all ids, by which a checkpoint knows its text.
    """

    ids: np.ndarray
    counts: np.ndarray
    digest: str

    @classmethod
    def read(cls, ids: np.ndarray, vocabulary_size: int, *, block: int = 1 << 20) -> CheckedIds:
        """Read a text block by block.

        Raises
        ------
        InputError
            If an id is outside the vocabulary.
        """
        counts = np.zeros(vocabulary_size, dtype=np.int64)
        digest = hashlib.sha256()
        for part in blocks_of(ids, block):
            smallest, largest = int(part.min()), int(part.max())
            if smallest < 0 or largest >= vocabulary_size:
                wrong = smallest if smallest < 0 else largest
                raise InputError(
                    f"token ids must be from 0 to {vocabulary_size - 1:,} (the vocabulary has "
                    f"{vocabulary_size:,} tokens); found {wrong:,}: encode the text with the "
                    "model's own tokenizer"
                )
            counts += np.bincount(part, minlength=vocabulary_size)
            digest.update(part.astype("<i4").tobytes())
        return cls(ids, counts, digest.hexdigest()[:16])
