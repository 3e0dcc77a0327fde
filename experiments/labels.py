"""Names of models and spaces, as readers see them."""

from __future__ import annotations

import re

MODELS = {
    "gensim": "word2vec (gensim)",
    "torch": "word2vec (torch)",
    "ppmi": "counts (PPMI, SVD)",
    "gpt": "GPT",
}

SPACES = {
    "gensim-input": "word2vec (gensim)",
    "gensim-output": "word2vec (gensim), output",
    "gensim-mean": "word2vec (gensim), mean",
    "torch-input": "word2vec (torch)",
    "torch-output": "word2vec (torch), output",
    "torch-mean": "word2vec (torch), mean",
    "ppmi-input": "counts (PPMI, SVD)",
    "gpt-input": "GPT input table",
    "gpt-output": "GPT output table",
    "gpt-random": "GPT untrained",
    "gpt-input+position": "GPT input + position",
}


def label(space: str) -> str:
    """Write a space's name for readers.

    >>> label("gpt-layer-2-alone")
    'GPT layer 2, alone'
    """
    model, _, table = space.partition("-")
    layer = re.fullmatch(r"layer-([0-9]+)(-alone)?", table)
    if layer is not None:
        return f"{model_label(model)} layer {layer[1]}{', alone' if layer[2] else ''}"
    return SPACES.get(space, space)


def model_label(model: str) -> str:
    """Write a model's name for readers."""
    return MODELS.get(model, model)
