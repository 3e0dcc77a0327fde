"""``embcontrast lesson`` and ``explore``: pages to look at, each one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.shown import Cache, Quiet, err, shown_to_user


def lesson(
    sentence: Annotated[
        str | None, typer.Option(help="The sentence that goes through both pipelines.")
    ] = None,
    corpus: Annotated[
        str | None,
        typer.Option(help="Name or path of a text; by default a small one made for the lesson."),
    ] = None,
    to: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("lesson.html"),
    seed: Annotated[int, typer.Option(help="Rules every random choice.")] = 1,
    quiet: Quiet = False,
    cache: Cache = None,
) -> None:
    """Write a page that walks one sentence through word2vec and a language model, step by step."""
    del cache
    from experiments.lesson.page import write_lesson

    with shown_to_user(is_quiet=quiet) as show:
        path = write_lesson(to, corpus=corpus, sentence=sentence, seed=seed, show=show)
    err.print(f"Lesson: {path}", markup=False)
