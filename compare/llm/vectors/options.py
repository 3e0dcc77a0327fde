"""How a language model's vector of a word is taken."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compare.options import Options

Pooling = Literal["mean", "first", "last", "max"]


Form = Literal["space", "bare"]


DOCUMENT_START, NO_PREFIX = "document-start", "none"


class PieceOptions(Options):
    """How a word's vector is taken from a table of tokens."""

    form: Form = Field(
        default="space",
        description="'space' looks up ' king', as it stands in running text; 'bare' looks up "
        "'king' (tables and words alone; running text has what it has)",
    )
    pooling: Pooling = Field(
        default="mean",
        description="of a word of several pieces: their 'mean', the 'first' or 'last' piece, or "
        "the largest component of any ('max')",
    )


class LayerOptions(Options):
    """How a word's vector is taken from a language model's layers."""

    occurrences: int = Field(
        default=64,
        ge=1,
        le=1_000_000,
        description="a layer's vector in context is the mean over up to so many occurrences, "
        "drawn uniformly from the whole training text",
    )
    overlap: float = Field(
        default=0.25,
        ge=0,
        le=0.9,
        description="share of a row of context that repeats the end of the row before it, so "
        "that no word is read without company",
    )
    prefix: str = Field(
        default=DOCUMENT_START,
        min_length=1,
        description="what stands before a word that is read alone: 'document-start' (the model's "
        "own token for it), any text, or 'none' (the word at position 0, an attention sink: to "
        "see what that does)",
    )


class WordVectorOptions(PieceOptions, LayerOptions):
    """How a language model's vector of a word is taken, from its tables and its layers."""
