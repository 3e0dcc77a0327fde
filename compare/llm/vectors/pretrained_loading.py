"""Models of others, loaded by name, id, folder or file, and checked before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compare.downloads import told_of
from compare.errors import InputError
from compare.known import known_model
from compare.llm.vectors.gguf import converted_gguf, is_gguf
from compare.llm.vectors.pretrained import PretrainedLanguageModel
from compare.llm.vectors.pretrained_files import (
    check_folder,
    check_layers,
    explained,
    looks_like_folder,
    transformers_library,
)
from compare.llm.vectors.weights import loaded_network
from compare.progress import Show, quiet, silent

ADDED_TOKENS = 0.02
"""Share of tokens that a tokenizer may have beyond the rows of the table, such as special ones that
were added later. Words that need them have no vector; with more, it is another's tokenizer."""


def load_pretrained(
    id_or_folder: str,
    *,
    name: str | None = None,
    context: int | None = None,
    device: str = "cpu",
    show: Show = quiet,
) -> PretrainedLanguageModel:
    """Load a model and its tokenizer: what is known by name, a Hugging Face id, a folder, a file.

    Parameters
    ----------
    id_or_folder : str
        A name of ``embcontrast list models``, an id of the Hugging Face hub, the folder of such a
        model, or a GGUF file.
    name : str, optional
        What its spaces are called; by default the last part of the id.
    context : int, optional
        Tokens in a row of running text; by default the model's own, 512 at most.
    show : callable, optional
        Opens progress displays for fetching and converting.

    Raises
    ------
    InputError
        If the extra is not installed; the model is not there, gated, damaged, or without
        safetensors; needs code of its own; has no input embeddings; or reads shorter rows than
        asked for.
    """
    transformers = transformers_library()
    short = short_name(id_or_folder) if name is None else name
    id_or_folder = _folder_of(id_or_folder, show)
    if looks_like_folder(id_or_folder):
        check_folder(Path(id_or_folder).expanduser())
        id_or_folder = str(Path(id_or_folder).expanduser())
    safe = {"trust_remote_code": False}
    with explained(id_or_folder):
        config = transformers.AutoConfig.from_pretrained(id_or_folder, **safe)
        if looks_like_folder(id_or_folder):
            check_layers(config, Path(id_or_folder))
        tokenizer = transformers.AutoTokenizer.from_pretrained(id_or_folder, use_fast=True, **safe)
    if getattr(config, "is_encoder_decoder", False):
        raise InputError(
            f"{id_or_folder} is a model of encoder and decoder ({config.model_type}); give a "
            "decoder (GPT-2, Llama, …) or an encoder of the BERT family"
        )
    if not getattr(tokenizer, "is_fast", False):
        raise InputError(
            f"the tokenizer of {id_or_folder} cannot tell where in the text its tokens stand; "
            "a model with a tokenizer.json can"
        )
    with explained(id_or_folder):
        loaded = loaded_network(_model_class(transformers, config), id_or_folder, config)
    _check_input_embeddings(loaded.network, tokenizer, id_or_folder)
    with explained(id_or_folder):  # it is asked what it does, and settings may be any JSON
        return PretrainedLanguageModel(
            loaded.network,
            tokenizer,
            name=short,
            context=context,
            device=device,
            missing_head=loaded.missing_head,
        )


def _folder_of(name: str, show: Show) -> str:
    """Fetch what is known by name, and convert a GGUF file; other names stay as they are."""
    if not Path(name).expanduser().exists():
        known = known_model(name)
        if known is not None and known.kind != "language model":
            raise InputError(f"{name} is a set of word vectors, not a language model")
        if known is not None:
            title = f"fetching {name} ({told_of(known.files)})"
            name = str(known.fetched(silent if known.is_here else show(title)))
    if is_gguf(name):
        return str(converted_gguf(Path(name).expanduser(), show=show))
    return name


def short_name(name: str) -> str:
    """Name a model after its id, its folder, or its file.

    >>> short_name("owner/model"), short_name("folder/model.gguf")
    ('model', 'model')
    """
    path = Path(name)
    return path.stem if is_gguf(name) else path.name


def _model_class(transformers: Any, config: Any) -> Any:
    names = " ".join(getattr(config, "architectures", None) or [])
    if "MaskedLM" in names or "ForPreTraining" in names:
        return transformers.AutoModelForMaskedLM
    if "CausalLM" in names or "LMHead" in names:
        return transformers.AutoModelForCausalLM
    return transformers.AutoModel


def _check_input_embeddings(network: Any, tokenizer: Any, name: str) -> None:
    try:
        embedding = network.get_input_embeddings()
    except NotImplementedError:
        embedding = None
    weight = getattr(embedding, "weight", None)
    if weight is None or weight.ndim != 2:
        raise InputError(
            f"{name} ({type(network).__name__}) has no table of input embeddings for tokens; give "
            "a model of text"
        )
    if len(tokenizer) > (1 + ADDED_TOKENS) * len(weight):
        raise InputError(
            f"the tokenizer of {name} has {len(tokenizer)} tokens and its model knows "
            f"{len(weight)}; they do not belong together"
        )
