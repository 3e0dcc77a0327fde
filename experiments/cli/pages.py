"""``embcontrast lesson`` and ``explore``: pages to look at, each one file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from compare.errors import InputError
from compare.progress import Show
from compare.spaces.space import EmbeddingSpace
from compare.text.company_texts import company_of_texts
from experiments.cli.shown import Cache, Quiet, Vocabulary, err, read_all, shown_to_user
from experiments.explorer.page import MAPS, Explored, write_explorer
from experiments.explorer.runs import explored_run, similarity_sets
from experiments.results.run_folder import is_run_folder, load_results


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


def explore(
    spaces: Annotated[
        list[Path],
        typer.Argument(help="Files of vectors, known names, MODEL/TABLE, or run folders."),
    ],
    to: Annotated[Path, typer.Option("--out", help="The page to write.")] = Path("explorer.html"),
    most: Annotated[
        int | None, typer.Option(min=2, help="Words of each space: the frequent ones.")
    ] = None,
    compact: Annotated[
        bool, typer.Option("--compact", help="64 small numbers a word, to send by e-mail.")
    ] = False,
    large: Annotated[
        bool, typer.Option("--large", help="Write a page of more than 50 MB, too.")
    ] = False,
    map_kind: Annotated[str, typer.Option("--map", help="pca or tsne.")] = "pca",
    company_corpus: Annotated[
        str | None,
        typer.Option(help="Name or path of a text by whose counts neighbours are marked by kind."),
    ] = None,
    vocabulary: Vocabulary = None,
    seed: Annotated[int, typer.Option(help="Rules every random choice.")] = 1,
    quiet: Quiet = False,
    cache: Cache = None,
) -> None:
    """Write a page in which any spaces are searched, mapped and set side by side."""
    del cache
    if map_kind not in MAPS:
        raise InputError(f"unknown map {map_kind!r}; expected {' or '.join(MAPS)}")
    with shown_to_user(is_quiet=quiet) as show:
        explored = _explored(spaces, vocabulary, company_corpus, show)
        size = write_explorer(
            explored,
            to,
            most=most,
            compact=compact,
            large=large,
            map_kind=map_kind,
            seed=seed,
            tell=lambda size: err.print(f"A page of about {size / 1e6:.1f} MB …", markup=False),
        )
    err.print(f"Explorer: {to} ({size / 1e6:.1f} MB)", markup=False)


def _explored(
    paths: list[Path], vocabulary: Path | None, company_corpus: str | None, show: Show
) -> Explored:
    """Open what is named: run folders, and everything else that is a space."""
    runs = [path for path in paths if is_run_folder(path)]
    if len(paths) == len(runs) == 1:
        found = explored_run(load_results(runs[0]), show=show)
    else:
        files = [path for path in paths if path not in runs]
        opened = [space for path in runs for space in _of_run(path, several=len(runs) > 1)]
        opened += read_all(files, vocabulary=vocabulary, show=show) if files else []
        found = Explored(opened, similarity=similarity_sets({}))
    if company_corpus is None:
        return found
    counts = company_of_texts([company_corpus], None, fold_case=True, show=show)
    return replace(found, counts=counts[0])


def _of_run(path: Path, *, several: bool) -> list[EmbeddingSpace]:
    spaces = load_results(path).compared_spaces
    prefix = f"{path.name}/" if several else ""
    return [space.named(f"{prefix}{space.name}") for space in spaces]
