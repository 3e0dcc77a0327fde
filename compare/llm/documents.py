"""Where documents begin in a row of tokens, and which tokens see each other.

A text runs on from document to document, and one token, ``<|endoftext|>``, parts them: as a target
it ends a document, as an input it begins the next. A row of training may so hold the end of one
document and the beginning of another. By default a token sees only those of its own document:

    ids         7 8 E 5 6        E begins a document
    document    0 0 1 1 1        the running count of E
    6 sees          E 5 6

Positions run on through the row.
"""

from __future__ import annotations

import torch


def document_mask(ids: torch.Tensor, end_id: int | None) -> torch.Tensor | None:
    """Tell which earlier tokens each token sees.

    Parameters
    ----------
    ids : tensor of int64, shape (batch, time)
    end_id : int or None
        The token that begins documents; None: none does.

    Returns
    -------
    tensor of bool, shape (batch, 1, time, time), or None
        True where a token sees the one at or before it; None where no row holds the beginning of
        a document behind its first token, so that all see all before them.
    """
    if end_id is None:
        return None
    begins = ids == end_id
    if not bool(begins[:, 1:].any()):
        return None
    document = begins.cumsum(1)  # (batch, time)
    is_same = document[:, :, None] == document[:, None, :]  # (batch, time, time)
    return is_same.tril()[:, None]
