"""``embcontrast check-vectors``: a few well-known questions put to vectors that exist already."""

from __future__ import annotations

from collections.abc import Sequence

from compare.comparison.vector_checks import CheckedVectors, check_vectors
from compare.progress import Show
from compare.spaces.published import open_vectors
from experiments.config import ChecksConfig


def run_checks(config: ChecksConfig, vectors: Sequence[str], show: Show) -> list[CheckedVectors]:
    """Open each space by name or path and put the config's questions to it."""
    done = []
    for one in vectors:
        space = open_vectors(one, max_words=config.max_words, progress=show(f"vectors {one}"))
        done.append(check_vectors(space, config.checks))
    return done


def check_lines(checked: CheckedVectors) -> list[str]:
    """Tell the answers in lines of text."""
    lines = []
    for (a, b, c), answers in checked.analogies:
        told = ", ".join(f"{word} ({score:.2f})" for word, score in answers)
        lines.append(f"{b} − {a} + {c} = {told}")
    for (first, second), cosine in checked.similarities:
        lines.append(f"cosine of {first} and {second}: {cosine:.2f}")
    for (first, second), length in checked.differences:
        lines.append(f"length of {first} − {second}: {length:.2f}")
    for word, near in checked.neighbours:
        told = ", ".join(f"{neighbour} ({cosine:.2f})" for neighbour, cosine in near)
        lines.append(f"nearest to {word}: {told}")
    if checked.missing:
        lines.append(f"not in these vectors: {', '.join(checked.missing)}")
    return lines
