"""How answers look on a terminal: plain text, tables, JSON; and parameters that verbs share."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from compare.spaces.formats import read_vectors
from compare.spaces.space import EmbeddingSpace
from experiments.report.numbers import NBSP
from experiments.results.tables import to_json

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Device = Annotated[
    str | None, typer.Option(help="auto, cpu or cuda; auto takes a GPU where there is one.")
]
Threads = Annotated[int | None, typer.Option(help="Processor threads; default: all cores.")]
Seed = Annotated[int | None, typer.Option(help="Rules every random choice.")]
Spaces = Annotated[
    list[Path],
    typer.Option(
        "--space", help="A file of vectors (safetensors, word2vec text or binary, GloVe)."
    ),
]


def printable(text: str) -> str:
    """Replace control characters, which a terminal would obey."""
    text = text.replace(NBSP, " ")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def print_json(value: Any) -> None:
    """Print a result as JSON, nothing else on standard output."""
    sys.stdout.write(to_json(value) + "\n")


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the values that were given."""
    return {key: value for key, value in values.items() if value is not None}


def read_all(paths: list[Path]) -> list[EmbeddingSpace]:
    """Read spaces and name them after their files (with the folder where names repeat)."""
    stems = [path.name.removesuffix(".gz").rsplit(".", 1)[0] for path in paths]
    return [
        read_vectors(path).named(
            stem if stems.count(stem) == 1 else f"{path.resolve().parent.name}/{path.name}"
        )
        for path, stem in zip(paths, stems, strict=True)
    ]
