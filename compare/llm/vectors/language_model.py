"""What word vectors are taken from: a model with its tokenizer, of our own making or another's.

Every model is asked the same few things, so that its spaces come out of the same code: text as
tokens with their places, tables, and the vectors of every layer for rows of tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch

from compare.errors import InputError
from compare.llm.documents import document_mask
from compare.llm.gpt import GPT
from compare.llm.vectors.coders import TextCoder, TokenizedText
from compare.llm.vectors.options import Form
from compare.llm.vectors.word_pieces import WordPieces


class TokenTables(Protocol):
    """Tables of tokens that words can be looked up in.

    Attributes
    ----------
    name : str
    seen : ndarray of bool, shape (vocabulary_size,), or None
        Which tokens the training text held; None: not known.
    """

    name: str
    seen: np.ndarray | None

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word by itself; one that has no tokens, or unknown ones, gets no piece."""

    def tables(self) -> dict[str, np.ndarray]:
        """Give ``input`` and, where it is another one, ``output``; (vocabulary_size, dim)."""

    def positions(self) -> np.ndarray | None:
        """Give the table of positions that is added to ``input``, (context, dim), if one is."""


class LanguageModel(TokenTables, Protocol):
    """A model that word vectors can be taken from.

    Attributes
    ----------
    context : int
        Most tokens in a row, prefix and suffix included.
    n_layers : int
        Blocks; there are ``n_layers + 1`` layers of vectors, from 0.
    is_causal : bool
        Whether a position sees only what stands before it.
    prefix, suffix : tuple of int
        Special tokens around every row: what the model was trained to see at the border of a
        document, or [CLS] and [SEP]. No word vector is taken of them.
    unknown_id : int or None
        The token for what the tokenizer does not know; no word vector is taken of it.
    """

    context: int
    n_layers: int
    dimension: int
    is_causal: bool
    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    unknown_id: int | None

    def tokenize(self, text: str) -> TokenizedText:
        """Turn running text into tokens, special ones apart."""

    def hidden_states(
        self, ids: torch.Tensor, lengths: torch.Tensor, upto: int | None = None
    ) -> tuple[torch.Tensor, ...]:
        """Give layers' vectors of rows, from 0 to ``upto`` at least; (batch, time, dim) each.

        Layer 0 is what the first block reads, layer k what block k leaves; the last one comes
        after the final norm, where the model has one.

        Parameters
        ----------
        ids : tensor of int64, shape (batch, time)
            Prefix and suffix included; what stands behind a row's length is never looked at.
        lengths : tensor of int64, shape (batch,)
        upto : int, optional
            The deepest layer that is needed; by default ``n_layers``, all of them.
        """

    def scores(self, ids: torch.Tensor) -> torch.Tensor:
        """Score the next token at every position of one row: (time,) to (time, vocabulary_size)."""

    def decode(self, ids: Sequence[int]) -> str:
        """Turn tokens back into text."""

    def continued(self, before: Sequence[int], ids: Sequence[int]) -> str:
        """Turn tokens back into the text that they add to what stands before them."""


class GPTLanguageModel:
    """A GPT of ours with what cuts its text into ids, as a :class:`LanguageModel`.

    Raises
    ------
    InputError
        If the coder has another number of ids than the model.
    """

    is_causal = True
    suffix: tuple[int, ...] = ()

    def __init__(
        self, model: GPT, coder: TextCoder, *, name: str = "gpt", device: str = "cpu"
    ) -> None:
        if coder.n_ids != model.vocabulary_size:
            raise InputError(
                f"the tokenizer has {coder.n_ids} tokens and the model knows "
                f"{model.vocabulary_size}; they do not belong together"
            )
        self.model = model.to(device).eval()  # no dropout
        self.coder, self.name, self.device = coder, name, device
        self.context = model.options.context
        self.n_layers = model.options.layers
        self.dimension = model.options.dimension
        self.prefix: tuple[int, ...] = (coder.end_id,)
        self.unknown_id = coder.unknown_id
        self.seen = None if model.token_counts is None else model.token_counts > 0

    def tokenize(self, text: str) -> TokenizedText:
        """Turn running text into tokens."""
        return self.coder.tokenize(text)

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word by itself."""
        return self.coder.word_pieces(words, form)

    def tables(self) -> dict[str, np.ndarray]:
        """Give the tables; the output table only where it is not the input table."""
        tables = {"input": self.model.token_embedding.weight}
        if not self.model.options.tied:
            tables["output"] = self.model.output.weight
        return {name: table.detach().cpu().numpy() for name, table in tables.items()}

    def positions(self) -> np.ndarray | None:
        """Give what is added for each position."""
        embedding = self.model.position_embedding
        if embedding is None:
            return None
        with torch.inference_mode():
            added: np.ndarray = (
                embedding(torch.arange(self.context, device=self.device)).cpu().numpy()
            )
        return added

    def hidden_states(
        self, ids: torch.Tensor, lengths: torch.Tensor, upto: int | None = None
    ) -> tuple[torch.Tensor, ...]:
        """Give all layers; what is padded stands behind, where causal attention never looks."""
        del lengths, upto
        ids = ids.to(self.device)
        return self.model.hidden_states(ids, document_mask(ids, self._parting_id))

    def scores(self, ids: torch.Tensor) -> torch.Tensor:
        """Score the next token at every position of one row."""
        row = ids.to(self.device)[None]
        scores: torch.Tensor = self.model(row, document_mask(row, self._parting_id))[0]
        return scores

    @property
    def _parting_id(self) -> int | None:
        """The token across which attention does not look: as in training."""
        return None if self.model.options.attention_across_documents else self.coder.end_id

    def decode(self, ids: Sequence[int]) -> str:
        """Turn tokens back into text."""
        return self.coder.decode(ids)

    def continued(self, before: Sequence[int], ids: Sequence[int]) -> str:
        """Turn tokens into what they add: words, read whole, are parted by a space."""
        text = self.coder.decode(ids)
        return text if self.unknown_id is None or not before or not ids else f" {text}"


def checked_layers(model: LanguageModel, layers: Sequence[int] | None) -> tuple[int, ...]:
    """Make sure that layers exist; by default all of them.

    Raises
    ------
    InputError
        If one does not.
    """
    chosen = tuple(range(model.n_layers + 1)) if layers is None else tuple(layers)
    for layer in chosen:
        if not 0 <= layer <= model.n_layers:
            raise InputError(
                f"{model.name} has layers 0 to {model.n_layers}; there is no layer {layer}"
            )
    return chosen
