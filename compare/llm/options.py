"""The shape of a GPT and how it is trained: options, and the line of a training curve."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from compare.options import Options, Precision, SnapshotShares

Positions = Literal["learned", "sinusoidal", "rotary", "none"]


class GPTOptions(Options):
    """The shape of the model."""

    layers: int = Field(
        default=2,
        ge=0,
        le=1000,
        description="causal blocks; 0: the embedding straight to the output, without a norm "
        "(with positions = 'none', a bigram model)",
    )
    heads: int = Field(default=4, ge=1, le=1000, description="attention heads in a block")
    dimension: int = Field(
        default=128, ge=2, le=100_000, description="components of a token vector"
    )
    context: int = Field(
        default=64, ge=1, le=1_000_000, description="tokens in a row, and so positions"
    )
    positions: Positions = Field(
        default="learned",
        description="how a token's place is known: 'learned' table (GPT-2), fixed 'sinusoidal' "
        "table, 'rotary' turning of queries and keys (not felt with 0 layers), or 'none'",
    )
    attention_across_documents: bool = Field(
        default=False,
        description="whether a token also sees what its row holds of earlier documents, as in "
        "GPT-2; by default only its own document, as where words are read later (of wiki-sample's "
        "rows 1 % hold more than one; steps take the same time either way)",
    )
    dropout: float = Field(
        default=0.0, ge=0, lt=1, description="share of activations dropped in training"
    )
    tied: bool = Field(
        default=False, description="the output layer uses the token embedding's table"
    )

    @model_validator(mode="after")
    def _heads_fit(self) -> GPTOptions:
        if self.dimension % self.heads:
            raise ValueError(
                f"dimension ({self.dimension}) must be a multiple of heads ({self.heads})"
            )
        if self.positions == "rotary" and (self.dimension // self.heads) % 2:
            raise ValueError(
                f"rotary positions turn pairs of components: dimension / heads must be even, "
                f"found {self.dimension} / {self.heads}"
            )
        return self


class TrainingOptions(Options):
    """How the model is trained."""

    epochs: float = Field(
        default=1.0, gt=0, le=1e6, description="passes over the training tokens; may be a fraction"
    )
    batch_size: int = Field(
        default=32,
        ge=1,
        le=1_000_000,
        description="most rows of `context` tokens in a step, over all parts and processes; an "
        "epoch's rows are spread evenly over as few steps as that takes",
    )
    accumulation: int = Field(
        default=1,
        ge=1,
        le=1_000_000,
        description="parts that each step's rows are taken in, one after the other, their "
        "gradients added: the same step up to rounding in less memory",
    )
    stride: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000_000,
        description="tokens between the starts of two rows, at most the context; none: the "
        "context, no overlap (but that of the last row, which ends with the text)",
    )
    learning_rate: float = Field(default=3e-3, gt=0, lt=10, description="AdamW's largest step size")
    min_learning_rate_fraction: float = Field(
        default=0.1, ge=0, le=1, description="share of the learning rate that the cosine ends at"
    )
    warmup_fraction: float = Field(
        default=0.05, ge=0, lt=1, description="share of the steps in which the rate rises from 0"
    )
    weight_decay: float = Field(
        default=0.1, ge=0, description="AdamW's decay, of matrices only (not of tables or norms)"
    )
    clip_norm: float = Field(
        default=1.0, gt=0, description="gradients are scaled down to this global length"
    )
    sampled_softmax: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="tokens drawn by frequency^0.75, anew for each step, that stand for the whole "
        "vocabulary in the training loss: an approximation, for large vocabularies; the "
        "validation loss stays exact; none: the exact loss",
    )
    precision: Precision = Field(
        default="auto",
        description="'bfloat16' multiplies matrices at half precision (autocast); 'auto' does so "
        "where the processor has instructions for it",
    )
    compile: Literal["auto"] | bool = Field(
        default="auto",
        description="torch.compile of all but the output layer: on two cores it takes 8 to 30 s "
        "before the first step and then gives about a fifth more tokens/s (4 layers, dimension "
        "128); needs a C++ compiler. 'auto': where training is long enough to win that back "
        "(2e13 floating-point operations in the blocks; 2e16 on a GPU)",
    )
    validations: int = Field(
        default=8, ge=1, description="how often the validation loss is taken, evenly spread"
    )
    patience: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="validations in a row without a new smallest loss after which training stops; "
        "the weights of the smallest validation loss are then kept, whether it stopped or not; "
        "none: train to the end and keep the last weights",
    )
    snapshots: SnapshotShares = Field(
        default=(),
        strict=False,
        description="shares of the training, between 0 and 1, at which a copy of the input table "
        "is kept, to show how neighbours settle",
    )

    @model_validator(mode="after")
    def _parts_fit(self) -> TrainingOptions:
        if self.accumulation > self.batch_size:
            raise ValueError(
                f"accumulation ({self.accumulation}) parts need at least as many rows; batch_size "
                f"is {self.batch_size}"
            )
        return self


class GPTTrainerOptions(TrainingOptions, GPTOptions):
    """Shape and training of a GPT, flat."""

    @model_validator(mode="after")
    def _reads_all(self) -> GPTTrainerOptions:
        if self.stride is not None and self.stride > self.context:
            raise ValueError(
                f"stride ({self.stride}) must be at most the context ({self.context}), or the text "
                "between two rows would be skipped"
            )
        return self

    @property
    def shape(self) -> GPTOptions:
        """The shape alone."""
        return GPTOptions(**{name: getattr(self, name) for name in GPTOptions.model_fields})

    @property
    def training(self) -> TrainingOptions:
        """The training alone."""
        fields = TrainingOptions.model_fields
        return TrainingOptions(**{name: getattr(self, name) for name in fields})


class TrainingPoint(NamedTuple):
    """One line of the training curve; all losses are smaller where the model is better.

    ``training_loss`` and ``validation_loss`` are nats a token; ``validation_perplexity`` is
    exp(validation_loss), the number of equally likely tokens that would be as hard to guess;
    ``validation_bits_per_byte`` spreads the loss over the bytes of the text, and so compares
    models with different tokens (NaN where the text's bytes are not known). With
    ``sampled_softmax`` the training loss is an estimate.
    """

    step: int
    tokens: int
    training_loss: float
    validation_loss: float
    validation_perplexity: float
    validation_bits_per_byte: float
    seconds: float
