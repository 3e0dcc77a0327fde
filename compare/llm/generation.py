"""A language model asked for what comes next: scores of the next token, continuations, the loss.

    P(t | t_1 … t_n) = softmax(scores_n)[t]        loss = −mean log P(t_{n+1} | t_1 … t_n)

The text stands behind the token that begins documents, as in training. Rows are as long as the
model's context; a longer text slides out of it at the front.

Left out: caches of keys and values (a continuation is short).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F

from compare.errors import InputError, checked_seed, whole_number
from compare.llm.vectors.language_model import LanguageModel
from compare.spaces.answers import Answers

COLDEST = 0.01
"""Below it scores divided by the temperature leave float32."""


def next_words(model: LanguageModel, prompt: str, *, k: int = 10) -> Answers:
    """List the most likely next tokens, with their probabilities, 0 to 1.

    Raises
    ------
    InputError
        If the model reads in both directions, or ``k`` is below 1.
    """
    k = whole_number(k, "k", least=1)
    probabilities = _next_scores(model, _ids(model, prompt)).softmax(-1)
    best = probabilities.topk(min(k, len(probabilities)))
    items = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    found = tuple((model.decode([number]), value) for number, value in items)
    return Answers(found, "probability", f"{prompt} …", model.name)


def generate(
    model: LanguageModel, prompt: str, *, tokens: int, seed: int, temperature: float = 1.0
) -> str:
    """Continue a text; the same from the same seed.

    Parameters
    ----------
    tokens : int
        How many are drawn; fewer where the model ends the document.
    temperature : float
        Scores are divided by it before tokens are drawn; 0: the most likely one each time.

    Returns
    -------
    str
        The prompt and what follows it.

    Raises
    ------
    InputError
    """
    tokens = whole_number(tokens, "tokens", least=1)
    is_number = isinstance(temperature, int | float) and math.isfinite(temperature)
    if not is_number or not (temperature == 0 or temperature >= COLDEST):
        raise InputError(
            f"temperature must be 0, or a number from {COLDEST} on; found {temperature!r}"
        )
    generator = torch.Generator().manual_seed(checked_seed(seed))
    ids = _ids(model, prompt)
    n_given = len(ids)
    for _ in range(tokens):
        scores = _next_scores(model, ids)
        if temperature == 0:
            drawn = int(scores.argmax())
        else:
            shares = (scores / temperature).softmax(-1)
            drawn = int(torch.multinomial(shares, 1, generator=generator))
        if drawn in model.prefix:
            break
        ids.append(drawn)
    return prompt + model.continued(ids[len(model.prefix) : n_given], ids[n_given:])


def text_loss(model: LanguageModel, texts: Iterable[str]) -> float:
    """Take the mean loss of texts, in nats a token; smaller is better.

    Each text begins a document. Long ones are read in rows of the model's context, each token
    scored once, in the order of the text.

    Raises
    ------
    InputError
        If there is no token to score, or the model reads in both directions.
    """
    total, n_scored = 0.0, 0
    if not isinstance(texts, Iterable):
        raise InputError(f"expected texts; found {type(texts).__name__}")
    for text in texts:
        ids = np.array(_ids(model, text), dtype=np.int64)
        for start in range(0, len(ids) - 1, model.context):
            row = torch.from_numpy(ids[start : start + model.context + 1])
            scores = _scores(model, row[:-1])
            total += float(F.cross_entropy(scores.double(), row[1:], reduction="sum"))
            n_scored += len(row) - 1
    if not n_scored:
        raise InputError("expected text to score; found none")
    return total / n_scored


def _ids(model: LanguageModel, text: str) -> list[int]:
    if not isinstance(text, str):
        raise InputError(f"expected a text; found {type(text).__name__}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"expected text that UTF-8 can hold: {error}") from error
    ids = [*model.prefix, *model.tokenize(text).ids.tolist()]
    if not ids:
        raise InputError("expected a text to go on from; found an empty one")
    return ids


def _next_scores(model: LanguageModel, ids: list[int]) -> torch.Tensor:
    return _scores(model, torch.tensor(ids[-model.context :]))[-1]


@torch.inference_mode()
def _scores(model: LanguageModel, ids: torch.Tensor) -> torch.Tensor:
    if not model.is_causal:
        raise InputError(
            f"{model.name} reads in both directions and has no next word; use a model that was "
            "trained on next-token prediction (a GPT)"
        )
    return model.scores(ids).float().cpu()
