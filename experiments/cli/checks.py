"""A few well-known questions put to vectors that exist already (``run intro-questions``)."""

from __future__ import annotations

from dataclasses import asdict

from compare.comparison.vector_checks import CheckedVectors, check_vectors
from compare.progress import Show
from compare.shown import printable
from compare.spaces.published import open_vectors
from experiments.cli.shown import out, print_json
from experiments.config.run_config import ChecksConfig


def print_checks(config: ChecksConfig, *, show: Show, as_json: bool) -> None:
    """Put a config's questions to its vectors and print the answers."""
    progress = show(f"vectors {config.vectors}")
    space = open_vectors(config.vectors, max_words=config.max_words, progress=progress)
    found = check_vectors(space, config.checks)
    if as_json:
        print_json([asdict(found)])
        return
    out.print(printable(found.space), markup=False, style="bold")
    for line in check_lines(found):
        out.print(f"- {printable(line)}", markup=False)


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
