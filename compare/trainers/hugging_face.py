"""Language models that others have trained: Hugging Face ids and folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from compare.cache import versions
from compare.known import known_model
from compare.machine import torch_threads
from compare.options import Options
from compare.runtime import Runtime
from compare.trainers.language_models import OpenedModel
from compare.trainers.language_tables import LABELS, MORE_TABLES, UNTRAINED
from compare.trainers.trainer import Reading, Trainer

if TYPE_CHECKING:
    from compare.llm.vectors.pretrained import PretrainedLanguageModel

MOST_LAYERS = 9999
"""How many layers a model has is known when it is open."""


class HuggingFaceOptions(Options):
    """Which model, and how long the rows are that it reads."""

    model: str = Field(
        min_length=1,
        description="name of a known model (`embcontrast list models`), id or folder of a Hugging "
        "Face model (decoder, or encoder of the BERT family), or a GGUF file",
    )
    context: int | None = Field(
        default=None,
        ge=2,
        description="tokens in a row of running text; none: the model's own, 512 at most",
    )


def _load(
    _folder: Path | None,
    _key: str,
    _source: None,
    reading: Reading,
    options: HuggingFaceOptions,
    runtime: Runtime,
) -> OpenedModel:
    from compare.llm.vectors.pretrained_loading import load_pretrained

    name, context = reading.name or None, options.context
    with torch_threads(runtime.threads):
        model = load_pretrained(
            options.model, name=name, context=context, device=runtime.device, show=runtime.show
        )
        return opened_pretrained(model, reading, options, runtime)


def opened_pretrained(
    model: PretrainedLanguageModel,
    reading: Reading,
    options: HuggingFaceOptions,
    runtime: Runtime,
) -> OpenedModel:
    """Put a model together with the text whose words are looked up in it."""
    from compare.llm.vectors.untrained import UntrainedTwin

    known = known_model(options.model)
    return OpenedModel(
        key=model.fingerprint,
        model=model,
        untrained=UntrainedTwin(model, model.input_shape, seed=runtime.seed),
        reading=reading,
        runtime=runtime,
        provenance={
            **({} if known is None else known.provenance),
            "options": options.model_dump(),
            "fingerprint": model.fingerprint,
            **({} if model.weights is None else {"weights": model.weights}),
        },
        hangs_on=versions("transformers", "tokenizers"),
        cost={"dimension": model.dimension},
    )


HUGGING_FACE = Trainer(
    name="hugging-face",
    label="",
    says="a language model that others have trained, from the Hugging Face hub or a folder",
    family="pretrained",
    options=HuggingFaceOptions,
    tables=lambda _options, _unit: ("input", UNTRAINED),
    floor=UNTRAINED,
    more_tables=lambda _options: ("output", *MORE_TABLES),
    layers=lambda _options: MOST_LAYERS,
    load=_load,
    reads=(),
    table_labels=LABELS,
)
