"""``embcontrast check-vectors``: a few well-known questions put to vectors that exist already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from compare.comparison.vector_checks import CheckedVectors
from compare.comparison.vector_checks import check_vectors as asked
from compare.errors import InputError
from compare.progress import Show
from compare.spaces.published import open_vectors
from experiments.cli.progress_display import shown_progress
from experiments.cli.shown import Json, err, out, print_json, printable
from experiments.config.loading import load_config
from experiments.config.run_config import ChecksConfig


def check_vectors(
    vectors: Annotated[
        list[str],
        typer.Argument(help="Files of vectors, or names in gensim-data (glove-wiki-gigaword-50)."),
    ],
    preset: Annotated[
        str, typer.Option(help="What is asked: a preset, or the path of a .toml file.")
    ] = "notebook-checks",
    as_json: Json = False,
) -> None:
    """Ask what introductions ask: king + woman − man, a few cosines and lengths."""
    config = load_config(preset, [])
    if not isinstance(config, ChecksConfig):
        raise InputError(f"preset {preset} trains models and asks no such questions; use `run`")
    print_checks(config, vectors, as_json=as_json)


def print_checks(config: ChecksConfig, vectors: list[str], *, as_json: bool) -> None:
    """Put a config's questions to vectors and print the answers."""
    with shown_progress(err) as show:
        found = run_checks(config, vectors, show)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        out.print(f"\n{printable(one.space)}", markup=False, style="bold")
        for line in check_lines(one):
            out.print(f"- {printable(line)}", markup=False)


def run_checks(config: ChecksConfig, vectors: Sequence[str], show: Show) -> list[CheckedVectors]:
    """Open each space by name or path and put the config's questions to it."""
    done = []
    for one in vectors:
        space = open_vectors(one, max_words=config.max_words, progress=show(f"vectors {one}"))
        done.append(asked(space, config.checks))
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
