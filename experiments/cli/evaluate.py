"""``embcontrast evaluate`` and ``compare``: files of vectors, scored and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compare.comparison.comparison import compared
from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.errors import InputError
from compare.judgments.judgments import JudgmentOptions, Judgments, open_judgments
from compare.progress import Show
from compare.runtime import Runtime
from compare.storage import check_writable
from experiments.cli.progress_display import shown_progress
from experiments.cli.run import print_answers
from experiments.cli.shown import Json, Seed, err, out, print_json, read_all
from experiments.pipeline import compare_files
from experiments.report.evaluation import (
    check_evaluation_folder,
    evaluated,
    evaluation_records,
    write_evaluation,
)
from experiments.report.terminal import print_tables
from experiments.results.run_folder import check_run_folder, load_results

Analogies = Annotated[
    list[str] | None,
    typer.Option(help="A set by name (see `judgments`), a file or a BATS folder. Repeatable."),
]
Similarity = Annotated[
    list[str] | None,
    typer.Option(help="A set by name (see `judgments`), or a file of rated pairs. Repeatable."),
]
Lexicons = Annotated[
    list[str] | None,
    typer.Option(help="everyday, or a file of opposites, synonyms, categories. Repeatable."),
]


def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Files of vectors.")],
    analogies: Analogies = None,
    similarity: Similarity = None,
    lexicon: Lexicons = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder for the numbers as CSV, JSON and LaTeX.")
    ] = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Score files of vectors over the words that all of them have; a report without the page.

    Without any set named: questions-words, WordSim-353, SimLex-999 and everyday opposites and
    categories.
    """
    if out_dir is not None:
        check_evaluation_folder(out_dir)
        check_writable(out_dir)
    spaces = read_all(files)
    with shown_progress(err) as show:
        judgments = _chosen_judgments(analogies, similarity, lexicon, show)
        comparison = compared(
            spaces,
            judgments,
            ProtocolOptions(),
            ExampleOptions(),
            seed=1 if seed is None else seed,
            progress=show("scoring"),
        )
    if out_dir is not None:
        write_evaluation(comparison, out_dir)
    if as_json:
        print_json(evaluation_records(comparison))
        return
    print_tables(evaluated(comparison), out)
    if out_dir is not None:
        out.print(f"Written: {out_dir}", markup=False)


def _chosen_judgments(
    analogies: list[str] | None, similarity: list[str] | None, lexicon: list[str] | None, show: Show
) -> Judgments:
    """Open the sets that are named; where none is, the usual ones."""
    if not (analogies or similarity or lexicon):
        usual = JudgmentOptions()
        return open_judgments(usual.analogies, usual.similarity, usual.lexicons, show)
    return open_judgments(analogies or (), similarity or (), lexicon or (), show)


def compare(
    files: Annotated[list[Path], typer.Argument(help="Two or more files of vectors.")],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the report.")],
    analogies: Analogies = None,
    similarity: Similarity = None,
    lexicon: Lexicons = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Write a report on spaces that exist already."""
    if len(files) < 2:
        raise InputError("compare needs two or more files of vectors; found one")
    check_run_folder(out_dir)
    with shown_progress(err) as show:
        page = compare_files(
            files,
            out_dir,
            spaces=read_all(files),
            judgments=_chosen_judgments(analogies, similarity, lexicon, show),
            protocol=ProtocolOptions(),
            examples=ExampleOptions(),
            runtime=Runtime(seed=1 if seed is None else seed, show=show),
        )
    print_answers([(load_results(out_dir), page)], as_json=as_json)
