"""The lesson's own text: a few thousand sentences about a small world, from a seed.

Its words have kinds (a king is royal, male, grown), and each kind has deeds; so each word keeps the
company of its kinds, and words of the same kinds stand in the same places. Models of a few seconds
show both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

SENTENCES_PER_DOCUMENT = 20
_SLOT = re.compile(r"\{([^}]+)\}")


@cache
def small_world() -> Mapping[str, Any]:
    """Read what the text tells of (``small_world.toml``)."""
    text = (resources.files("experiments.lesson") / "small_world.toml").read_text("utf-8")
    return tomllib.loads(text)


def small_text(seed: int = 1) -> list[str]:
    """Write the text, a document a string; the same seed gives the same text."""
    world, rng = small_world(), np.random.default_rng(seed)
    patterns, weights = zip(*world["patterns"], strict=True)
    chosen = rng.choice(len(patterns), world["n_sentences"], p=np.array(weights) / sum(weights))
    sentences = [_sentence(patterns[number], world, rng) for number in chosen]
    starts = range(0, len(sentences), SENTENCES_PER_DOCUMENT)
    return [" ".join(sentences[start : start + SENTENCES_PER_DOCUMENT]) for start in starts]


def _sentence(pattern: str, world: Mapping[str, Any], rng: np.random.Generator) -> str:
    filled: dict[str, str] = {}
    told: set[str] = set()

    def fill(slot: re.Match[str]) -> str:
        name = slot[1]
        if not name.startswith("deed of "):
            filled[name] = str(rng.choice(world["lists"][name]))
            return filled[name]
        kinds = world["kinds"][filled[name.removeprefix("deed of ")]]
        deeds = [deed for kind in kinds for deed in world["deeds"][kind] if deed not in told]
        deed = str(rng.choice(deeds))
        told.add(deed)
        return deed

    written = _SLOT.sub(fill, pattern)
    return f"{written[0].upper()}{written[1:]}."
