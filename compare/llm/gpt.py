"""A GPT: token embedding + position embedding → causal blocks → next-token scores.

Radford et al. 2019 (GPT-2), with pre-norm blocks. For a row of token ids ``t_1 … t_T``:

    x_i = E[t_i] + P[i]                                    two look-ups, added
    x ← x + Attention(LayerNorm(x)),  then  x ← x + MLP(LayerNorm(x))    in each block
    Attention(x) = softmax(Q Kᵀ / √head_dim + causal mask) V    in each head (Vaswani et al. 2017)
    MLP(x) = W₂ GELU(W₁ x)                                  four times as wide inside
    scores_i = W · LayerNorm(x_i)                           one score for each token known

``E`` is the ``input`` table, ``W`` the ``output`` table (the same where they are tied). No row of
E knows a neighbour: it is looked up, and moved only by the errors of next-token prediction.
Positions may be known in other ways, or not at all (:mod:`compare.llm.positions`). Where a row
holds more than one document, the mask also parts these (:mod:`compare.llm.documents`).

With no layers nothing stands between the two tables, no norm either: ``scores_i = W · x_i``.
Without positions that is a bigram model in embedding form, log p(next | t) = W · E[t] + const: the
nearest that next-token training comes to skip-gram, which scores a word's neighbours by such
products, too.

Left out: biases in the output layer; key/value caches (:mod:`compare.llm.generation`).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from compare.checkpoints import load_state, save_state
from compare.errors import InputError
from compare.llm.options import GPTOptions
from compare.llm.positions import rotated, rotation, sinusoidal_positions


class GPT(nn.Module):
    """The model; initialised from a generator, as GPT-2 is (normal, 0.02).

    Parameters
    ----------
    options : GPTOptions
    vocabulary_size : int
        Tokens.
    generator : torch.Generator
        Where the initial weights are drawn from.

    Attributes
    ----------
    token_counts : ndarray of int64, shape (vocabulary_size,), or None
        How often each token stood in the training text; None: not known.
    """

    def __init__(
        self, options: GPTOptions, vocabulary_size: int, *, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.options = options
        self.vocabulary_size = vocabulary_size
        self.token_counts: np.ndarray | None = None
        self.token_embedding = nn.Embedding(vocabulary_size, options.dimension)
        self.position_embedding = _position_embedding(options)
        self.dropout = nn.Dropout(options.dropout)
        self.blocks = nn.ModuleList(Block(options) for _ in range(options.layers))
        self.norm = nn.LayerNorm(options.dimension) if options.layers else nn.Identity()
        self.output = nn.Linear(options.dimension, vocabulary_size, bias=False)
        self._initialise(generator)
        if options.tied:
            self.output.weight = self.token_embedding.weight

    def _initialise(self, generator: torch.Generator) -> None:
        # Each residual branch is scaled down so that their sum keeps its variance over depth.
        residual = 0.02 / math.sqrt(2 * max(self.options.layers, 1))
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                std = residual if name.endswith("projection.weight") else 0.02
                nn.init.normal_(parameter, std=std, generator=generator)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids: torch.Tensor, seen: torch.Tensor | None = None) -> torch.Tensor:
        """Score the next token at every position.

        Parameters
        ----------
        ids : tensor of int64, shape (batch, time)
            At most ``options.context`` tokens a row.
        seen : tensor of bool, shape (batch, 1, time, time), optional
            Which tokens each token sees (:func:`compare.llm.documents.document_mask`); by default
            all before it.

        Returns
        -------
        tensor, shape (batch, time, vocabulary_size)
            Logits.

        Raises
        ------
        InputError
            If a row is longer than the context.
        """
        logits: torch.Tensor = self.output(self.hidden(ids, seen))
        return logits

    def hidden(self, ids: torch.Tensor, seen: torch.Tensor | None = None) -> torch.Tensor:
        """Compute the vectors that the output layer reads, (batch, time, dim)."""
        time = ids.shape[1]
        if time > self.options.context:
            raise InputError(
                f"a row of {time} tokens is longer than the model's context of "
                f"{self.options.context}"
            )
        x = self.token_embedding(ids)  # (batch, time, dim)
        if self.position_embedding is not None:
            x = x + self.position_embedding(torch.arange(time, device=ids.device))
        x = self.dropout(x)
        for block in self.blocks:
            x = block(x, seen)
        hidden: torch.Tensor = self.norm(x)
        return hidden

    def hidden_states(
        self, ids: torch.Tensor, seen: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, ...]:
        """Give the vectors between the blocks, numbered as Hugging Face does.

        Returns
        -------
        tuple of layers + 1 tensors, each (batch, time, dim)
            Layer 0: the embeddings, summed. Layer k: the residual stream after block k; the last
            one after the final norm, as the output layer reads it.
        """
        states: list[torch.Tensor] = []
        hooks = [
            block.register_forward_pre_hook(lambda _, inputs: states.append(inputs[0]))
            for block in self.blocks
        ]
        try:
            last = self.hidden(ids, seen)
        finally:
            for hook in hooks:
                hook.remove()
        return *states, last


def untrained_gpt(options: GPTOptions, vocabulary_size: int, *, seed: int) -> GPT:
    """Make the model as it is before the first step; its tables are the floor of a comparison."""
    with torch.random.fork_rng(devices=[]):  # torch's own initialisation draws globally
        return GPT(options, vocabulary_size, generator=torch.Generator().manual_seed(seed))


def _position_embedding(options: GPTOptions) -> nn.Module | None:
    """Make what is added to token vectors by their place, if anything is."""
    if options.positions == "learned":
        return nn.Embedding(options.context, options.dimension)
    if options.positions == "sinusoidal":
        return SinusoidalEmbedding(options)
    return None


class SinusoidalEmbedding(nn.Module):
    """A fixed table of positions, P / √dim; nothing is trained or saved."""

    table: torch.Tensor

    def __init__(self, options: GPTOptions) -> None:
        super().__init__()
        table = sinusoidal_positions(options.context, options.dimension)
        self.register_buffer("table", table / math.sqrt(options.dimension), persistent=False)

    def forward(self, positions: torch.Tensor) -> torch.Tensor:
        """Look positions up, (time,) to (time, dim)."""
        return self.table[positions]


class Block(nn.Module):
    """Attention, then a multi-layer perceptron, each on the normalised residual stream."""

    def __init__(self, options: GPTOptions) -> None:
        super().__init__()
        dim = options.dimension
        self.attention_norm = nn.LayerNorm(dim)
        self.attention = CausalSelfAttention(options)
        self.mlp_norm = nn.LayerNorm(dim)
        self.mlp = MLP(options)

    def forward(self, x: torch.Tensor, seen: torch.Tensor | None = None) -> torch.Tensor:
        """Add what attention and perceptron find, shape kept (batch, time, dim)."""
        x = x + self.attention(self.attention_norm(x), seen)
        x = x + self.mlp(self.mlp_norm(x))
        return x  # noqa: RET504


class CausalSelfAttention(nn.Module):
    """Each position looks at itself and at those before it (Vaswani et al. 2017)."""

    rotation: torch.Tensor | None

    def __init__(self, options: GPTOptions) -> None:
        super().__init__()
        self.heads = options.heads
        self.p_dropout = options.dropout
        self.query_key_value = nn.Linear(options.dimension, 3 * options.dimension)
        self.projection = nn.Linear(options.dimension, options.dimension)
        self.dropout = nn.Dropout(options.dropout)
        is_rotary = options.positions == "rotary"
        angles = rotation(options.context, options.dimension // options.heads)
        self.register_buffer("rotation", angles if is_rotary else None, persistent=False)

    def forward(self, x: torch.Tensor, seen: torch.Tensor | None = None) -> torch.Tensor:
        """Mix positions causally, shape kept (batch, time, dim)."""
        batch, time, dim = x.shape
        qkv = self.query_key_value(x).view(batch, time, 3, self.heads, dim // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (batch, heads, time, head_dim)
        if self.rotation is not None:
            here = self.rotation[:, :time]
            query, key = rotated(query, here), rotated(key, here)
        p_dropout = self.p_dropout if self.training else 0.0
        mixed = causal_attention(query, key, value, seen, p_dropout=p_dropout)
        mixed = mixed.transpose(1, 2).reshape(batch, time, dim)
        out: torch.Tensor = self.dropout(self.projection(mixed))
        return out


EXPLICIT_TIME = 256
"""Rows up to this long are attended to by the equation, where that is faster."""


def is_explicit(time: int, dtype: torch.dtype, device: torch.device | str) -> bool:
    """Say whether attention holds its scores, (batch, heads, time, time), in memory."""
    on_processor = torch.device(device).type == "cpu"
    return on_processor and dtype == torch.bfloat16 and time <= EXPLICIT_TIME


def causal_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    seen: torch.Tensor | None = None,
    *,
    p_dropout: float = 0.0,
) -> torch.Tensor:
    """Compute softmax(Q Kᵀ / √head_dim + causal mask) V, shape kept (batch, heads, time, head_dim).

    ``seen``, bool (batch, 1, time, time), is the mask where it is more than causal. In bfloat16 on
    a processor, the backward pass of torch's fused attention takes several times as long as that of
    the equation itself (benchmarks/gpt.py); long rows want it for their memory.
    """
    time, head_dim = query.shape[-2:]
    if not is_explicit(time, query.dtype, query.device):
        return F.scaled_dot_product_attention(
            query, key, value, attn_mask=seen, is_causal=seen is None, dropout_p=p_dropout
        )
    unseen = torch.ones(time, time, dtype=torch.bool).triu(1) if seen is None else ~seen
    scores = (query @ key.transpose(-2, -1)).float() / math.sqrt(head_dim)  # (b, heads, time, time)
    weights = F.dropout(scores.masked_fill(unseen, -math.inf).softmax(-1), p_dropout)
    return weights.to(value.dtype) @ value


class MLP(nn.Module):
    """Two layers, four times as wide inside, with GELU."""

    def __init__(self, options: GPTOptions) -> None:
        super().__init__()
        self.expansion = nn.Linear(options.dimension, 4 * options.dimension)
        self.projection = nn.Linear(4 * options.dimension, options.dimension)
        self.dropout = nn.Dropout(options.dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Transform each position by itself, shape kept (batch, time, dim)."""
        inner = F.gelu(self.expansion(x), approximate="tanh")
        out: torch.Tensor = self.dropout(self.projection(inner))
        return out


def save_gpt(model: GPT, path: Path) -> None:
    """Save weights and shape as one file (tensors and plain values, no code)."""
    saved: dict[str, Any] = {
        "options": model.options.model_dump(),
        "vocabulary_size": model.vocabulary_size,
        "weights": model.state_dict(),
    }
    if model.token_counts is not None:
        saved["token_counts"] = torch.from_numpy(model.token_counts)
    save_state(path, saved)


def load_gpt(path: Path) -> GPT:
    """Load what :func:`save_gpt` wrote, in evaluation mode on the CPU.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of another shape.
    """
    if not path.is_file():
        raise InputError(f"no such model file: {path}")
    try:
        saved = load_state(path)
    except InputError as error:
        raise InputError(f"model file {path} is damaged; train it again") from error
    try:
        options = GPTOptions.model_validate(saved["options"])
        model = untrained_gpt(options, saved["vocabulary_size"], seed=0)
        model.load_state_dict(saved["weights"])
        if "token_counts" in saved:
            model.token_counts = _counts(saved["token_counts"], saved["vocabulary_size"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{path} is no GPT saved by embcontrast: {error}") from error
    if not all(bool(one.isfinite().all()) for one in model.parameters()):
        raise InputError(f"{path} is damaged: weights are not finite; train the model again")
    return model.eval()


def _counts(saved: torch.Tensor, n_tokens: int) -> np.ndarray:
    if saved.shape != (n_tokens,) or saved.dtype != torch.int64:
        raise ValueError(f"its counts of tokens are not one for each of {n_tokens}")
    counts: np.ndarray = saved.numpy()
    return counts
