"""Names of spaces: MODEL-TABLE, and which tables each model gives."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, model_validator

from compare.errors import nearest_names
from compare.llm.vectors.tables import MODEL_TABLES, Layer, layer_of
from compare.options import Options

GPT_TABLES = ("input", "output", "random", "input+position")


WORD2VEC_TABLES = ("input", "output", "mean")


TRAINER_TABLES = {
    "gensim": WORD2VEC_TABLES,
    "torch": WORD2VEC_TABLES,
    "ppmi": WORD2VEC_TABLES,
    "gpt": GPT_TABLES,
}


class PretrainedOptions(Options):
    """A model or vectors of somebody else, to compare with."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._]*$",
        max_length=40,
        description="what its spaces are called: NAME-input, NAME-layer-3; vectors: NAME alone",
    )
    model: str | None = Field(
        default=None,
        min_length=1,
        description="id or folder of a Hugging Face model (decoder, or encoder of the BERT family)",
    )
    vectors: str | None = Field(
        default=None,
        min_length=1,
        description="name of vectors in gensim-data ('glove-wiki-gigaword-100'), or the path of a "
        "file of vectors or of a model2vec folder",
    )
    tables: tuple[str, ...] = Field(
        default=("input",),
        strict=False,
        min_length=1,
        description="of a model: input, output, input+position, layer-K in context, layer-K-alone",
    )
    context: int | None = Field(
        default=None,
        ge=2,
        description="tokens in a row of running text; none: the model's own, 512 at most",
    )

    @model_validator(mode="after")
    def _one_source(self) -> PretrainedOptions:
        if (self.model is None) == (self.vectors is None):
            raise ValueError(f"pretrained {self.name!r} needs a model or vectors, one of the two")
        if len(set(self.tables)) != len(self.tables):
            raise ValueError(f"tables of {self.name!r} repeat: {', '.join(self.tables)}")
        for table in self.tables:
            if table not in MODEL_TABLES and layer_of(table) is None:
                known = (*MODEL_TABLES, "layer-0", "layer-1", "layer-1-alone")
                raise ValueError(f"unknown table {table!r}; {nearest_names(table, known)}")
        return self

    @property
    def space_names(self) -> tuple[str, ...]:
        """Its spaces."""
        if self.vectors is not None:
            return (self.name,)
        return tuple(f"{self.name}-{table}" for table in self.tables)


def check_space_name(name: str, gpt_layers: int, pretrained: Sequence[PretrainedOptions]) -> None:
    """Make sure that some model can give a space of this name.

    Raises
    ------
    ValueError
        If none does, with the nearest names that there are.
    """
    layers = [Layer(k, alone) for alone in (False, True) for k in range(gpt_layers + 1)]
    known = [f"{model}-{table}" for model, tables in TRAINER_TABLES.items() for table in tables]
    known += [f"gpt-{layer.table}" for layer in layers]
    known += [space for one in pretrained for space in one.space_names]
    if name in known:
        return
    layer = layer_of(name.removeprefix("gpt-")) if name.startswith("gpt-") else None
    if layer is not None:
        raise ValueError(f"unknown space {name!r}: the GPT has layers 0 to {gpt_layers}")
    raise ValueError(f"unknown space {name!r}; {nearest_names(name, known)}")


def layers_asked(spaces: Sequence[str], model: str) -> list[Layer]:
    """List the layers of a model among names of spaces, in order."""
    tables = (name.removeprefix(f"{model}-") for name in spaces if name.startswith(f"{model}-"))
    return [layer for layer in map(layer_of, tables) if layer is not None]
