"""What word vectors are taken from: a model with its tokenizer, of our own making or another's.

Every model is asked the same few things, so that its spaces come out of the same code: text as
tokens with their places, tables, and the vectors of every layer for rows of tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import tiktoken
import torch

from compare.errors import InputError
from compare.llm.gpt import GPT
from compare.llm.token_encoder import encode_text
from compare.llm.tokenizer import end_of_text_id
from compare.llm.vectors.options import Form, WordVectorOptions
from compare.llm.vectors.word_pieces import WordPieces, mean_position, word_pieces


class TokenizedText(NamedTuple):
    """Tokens and the characters that each covers: ``text[start:end]``.

    Attributes
    ----------
    ids, starts, ends : ndarray of int64, shape (n_tokens,)
        Places never fall; a character that several tokens share belongs to each of them.
    """

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


class LanguageModel(Protocol):
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

    name: str
    context: int
    n_layers: int
    dimension: int
    is_causal: bool
    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    unknown_id: int | None

    def tokenize(self, text: str) -> TokenizedText:
        """Turn running text into tokens, special ones apart."""

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word by itself; one that has no tokens, or unknown ones, gets no piece."""

    def tables(self) -> dict[str, np.ndarray]:
        """Give ``input`` and, where it is another one, ``output``; (vocabulary_size, dim)."""

    def positions(self) -> np.ndarray | None:
        """Give the table of positions that is added to ``input``, (context, dim), if one is."""

    def hidden_states(self, ids: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Give all layers' vectors of rows, ``n_layers + 1`` tensors (batch, time, dim).

        Layer 0 is what the first block reads, layer k what block k leaves; the last one comes
        after the final norm, where the model has one.

        Parameters
        ----------
        ids : tensor of int64, shape (batch, time)
            Prefix and suffix included; what stands behind a row's length is never looked at.
        lengths : tensor of int64, shape (batch,)
        """


class GPTLanguageModel:
    """A GPT of ours with its byte-pair encoding, as a :class:`LanguageModel`.

    Raises
    ------
    InputError
        If the encoding has more tokens than the model, or none that parts documents.
    """

    is_causal = True
    suffix: tuple[int, ...] = ()
    unknown_id: int | None = None

    def __init__(
        self, model: GPT, encoding: tiktoken.Encoding, *, name: str = "gpt", device: str = "cpu"
    ) -> None:
        if encoding.n_vocab != model.vocabulary_size:
            raise InputError(
                f"the tokenizer has {encoding.n_vocab} tokens and the model knows "
                f"{model.vocabulary_size}; they do not belong together"
            )
        self.model = model.to(device).eval()  # no dropout
        self.encoding, self.name, self.device = encoding, name, device
        self.context = model.options.context
        self.n_layers = model.options.layers
        self.dimension = model.options.dimension
        self.prefix: tuple[int, ...] = (end_of_text_id(encoding),)

    @cached_property
    def _n_bytes(self) -> np.ndarray:
        """Bytes of every token, int64 (vocabulary_size,)."""
        sizes = np.zeros(self.encoding.n_vocab, dtype=np.int64)
        for number in range(len(sizes)):
            with suppress(KeyError):  # some published encodings leave numbers out
                sizes[number] = len(self.encoding.decode_single_token_bytes(number))
        return sizes

    def tokenize(self, text: str) -> TokenizedText:
        """Turn running text into tokens; bytes are counted back to characters."""
        ids = encode_text(text, self.encoding).astype(np.int64)  # as for training
        ends = np.cumsum(self._n_bytes[ids])
        if len(ids) and ends[-1] != len(text.encode()):
            raise InputError(
                f"the tokenizer of {self.name} leaves out parts of the text, so words cannot be "
                "found among its tokens; use one whose pattern covers every character"
            )
        starts = ends - self._n_bytes[ids]
        if not text.isascii():
            widths = np.array([len(char.encode()) for char in text])
            first_bytes = np.cumsum(widths) - widths
            starts = np.searchsorted(first_bytes, starts, side="right") - 1
            ends = np.searchsorted(first_bytes, ends - 1, side="right")
        return TokenizedText(ids, starts, ends)

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word by itself."""
        return word_pieces(words, self.encoding, WordVectorOptions(form=form))

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

    def hidden_states(self, ids: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Give all layers; what is padded stands behind, where causal attention never looks."""
        del lengths
        return self.model.hidden_states(ids.to(self.device))


def position_shift(model: LanguageModel) -> np.ndarray:
    """Give the mean position embedding of a model, float32 (dim,).

    Raises
    ------
    InputError
        If the model adds none to its token embeddings.
    """
    positions = model.positions()
    if positions is None:
        raise InputError(
            f"{model.name} adds no position embedding to its tokens (its attention knows "
            "positions, or nothing does), so input+position is its input; leave it out"
        )
    return mean_position(positions).astype(np.float32)
