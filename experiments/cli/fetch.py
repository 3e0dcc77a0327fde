"""``embcontrast fetch``: a named corpus written out, a set of judgments or vectors downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compare.downloads import Download, bring, fetched_all, told_of
from compare.errors import InputError, nearest_names
from compare.judgments.public_sets import public_sets
from compare.known import known_models
from compare.options import validated
from compare.progress import Show
from compare.storage import atomic_folder, check_target, write_text
from compare.text.corpus import NAMED_CORPORA, CorpusOptions, open_corpus
from compare.text.passages import END_OF_TEXT
from compare.text.planted import write_truth
from experiments.cli.shown import Cache, Quiet, given, out, shown_to_user


def _known() -> list[str]:
    judgments = [one.name for one in public_sets()]
    return [*NAMED_CORPORA, *judgments, *(one.name for one in known_models())]


def fetch(
    names: Annotated[
        list[str],
        typer.Argument(
            help="A corpus; or sets of judgments, published vectors and models (see "
            "`embcontrast list`).",
            autocompletion=lambda incomplete: [n for n in _known() if n.startswith(incomplete)],
        ),
    ],
    out_dir: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for a corpus, with its truth where it has one."),
    ] = None,
    given_file: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A file that was fetched elsewhere: the Python package, or the file."
        ),
    ] = None,
    n_words: Annotated[int | None, typer.Option("--words", help="Size of planted text.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of planted text.")] = None,
    cache: Cache = None,  # noqa: ARG001 (its callback sets it)
    quiet: Quiet = False,
) -> None:
    """Write out a named corpus as text, or download what is known by name."""
    first, *others = names
    if given_file is not None and others:
        raise InputError(f"--from FILE brings one thing; found {len(names)} names")
    if first in NAMED_CORPORA and not others:
        if given_file is not None:
            raise InputError(f"--from is for what is downloaded; corpus {first} is here already")
        if out_dir is None:
            raise InputError(f"say where to write corpus {first}: --out DIR")
        _write_corpus(first, out_dir, given({"n_words": n_words, "seed": seed}))
        paths = sorted(out_dir.iterdir())
    else:
        if out_dir is not None or n_words is not None or seed is not None:
            raise InputError(f"--out, --words and --seed are for one corpus; found {first}")
        files = {name: _files(name) for name in names}  # all are looked up before one is fetched
        if given_file is not None:
            paths = bring(files[first], given_file)
        else:
            with shown_to_user(is_quiet=quiet) as show:
                paths = [path for name in names for path in _download(name, files[name], show)]
    for path in paths:
        out.print(str(path), markup=False)


def _write_corpus(name: str, out_dir: Path, planted: dict[str, int]) -> None:
    check_target(out_dir, "empty folder")
    if planted and name != "planted":
        raise InputError(f"--words and --seed are for planted text; corpus {name} is what it is")
    options = validated(CorpusOptions, {"source": name, "planted": planted}, f"corpus {name}")
    parts: list[str] = []
    before = 0
    for document, text, _ in open_corpus(options).passages():
        if document != before:
            parts.append(f"\n{END_OF_TEXT}\n")
            before = document
        parts.append(text)
    with atomic_folder(out_dir) as folder:
        write_text(folder / "corpus.txt", "".join(parts) + "\n")
        if name == "planted":
            write_truth(folder, options.planted)


def _files(name: str) -> tuple[Download, ...]:
    """Say which files a name stands for."""
    sets = {one.name: one.files for one in public_sets()}
    models = {one.name: one.files for one in known_models()}
    if name in NAMED_CORPORA:
        raise InputError(f"corpus {name} is written out by itself: fetch {name} --out DIR")
    files = {**sets, **models}.get(name)
    if files is None:
        raise InputError(f"nothing is known by the name {name!r}; {nearest_names(name, _known())}")
    if not files:
        raise InputError(f"{name} comes along with gensim: nothing is to be fetched")
    return files


def _download(name: str, files: tuple[Download, ...], show: Show) -> list[Path]:
    told = "" if all(file.is_here for file in files) else f" ({told_of(files)})"
    return fetched_all(files, progress=show(f"fetching {name}{told}"))
