"""``embcontrast fetch``: a named corpus written out, a set of judgments or vectors downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compare.downloads import fetched
from compare.errors import InputError, nearest_names
from compare.judgments.public_sets import public_sets
from compare.options import validated
from compare.progress import Show
from compare.spaces.published import public_vectors
from compare.storage import atomic_folder, check_target, write_text
from compare.text.corpus import NAMED_CORPORA, CorpusOptions, open_corpus
from compare.text.passages import END_OF_TEXT
from compare.text.planted import write_truth
from experiments.cli.shown import Cache, Quiet, given, out, shown_to_user


def _known() -> list[str]:
    judgments = [one.name for one in public_sets()]
    return [*NAMED_CORPORA, *judgments, *(one.name for one in public_vectors())]


def fetch(
    name: Annotated[
        str,
        typer.Argument(
            help="A corpus, a set of judgments, or published vectors (see `embcontrast list`).",
            autocompletion=lambda incomplete: [n for n in _known() if n.startswith(incomplete)],
        ),
    ],
    out_dir: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for a corpus, with its truth where it has one."),
    ] = None,
    n_words: Annotated[int | None, typer.Option("--words", help="Size of planted text.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of planted text.")] = None,
    cache: Cache = None,  # noqa: ARG001 (its callback sets it)
    quiet: Quiet = False,
) -> None:
    """Write out a named corpus as text, or download what is known by name."""
    if name in NAMED_CORPORA:
        if out_dir is None:
            raise InputError(f"say where to write corpus {name}: --out DIR")
        _write_corpus(name, out_dir, given({"n_words": n_words, "seed": seed}))
        paths = sorted(out_dir.iterdir())
    else:
        if out_dir is not None or n_words is not None or seed is not None:
            raise InputError(f"--out, --words and --seed are for corpora; {name} is none of them")
        with shown_to_user(is_quiet=quiet) as show:
            paths = _download(name, show)
    for path in paths:
        out.print(str(path), markup=False)


def _write_corpus(name: str, out_dir: Path, planted: dict[str, int]) -> None:
    check_target(out_dir, "empty folder")
    if planted and name != "planted":
        raise InputError(f"--words and --seed are for planted text; corpus {name} is what it is")
    options = validated(CorpusOptions, {"source": name, "planted": planted}, f"corpus {name}")
    parts: list[str] = []
    before = 0
    for document, text in open_corpus(options).passages():
        if document != before:
            parts.append(f"\n{END_OF_TEXT}\n")
            before = document
        parts.append(text)
    with atomic_folder(out_dir) as folder:
        write_text(folder / "corpus.txt", "".join(parts) + "\n")
        if name == "planted":
            write_truth(folder, options.planted)


def _download(name: str, show: Show) -> list[Path]:
    sets = {one.name: one.files for one in public_sets()}
    vectors = {one.name: (one.file,) for one in public_vectors()}
    files = {**sets, **vectors}.get(name)
    if files is None:
        raise InputError(f"nothing is known by the name {name!r}; {nearest_names(name, _known())}")
    if not files:
        raise InputError(f"{name} comes along with gensim: nothing is to be fetched")
    return [fetched(file, progress=show(f"fetching {name}")) for file in files]
