"""``embcontrast corpora``, ``judgments`` and ``presets``: what there is by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from compare.downloads import download_folder
from compare.errors import InputError
from compare.judgments.public_sets import PublicSet, public_sets
from compare.options import validated
from compare.storage import atomic_folder, check_target, write_text
from compare.text.corpus import NAMED_CORPORA, CorpusOptions, open_corpus
from compare.text.passages import END_OF_TEXT
from compare.text.planted import write_truth
from experiments.cli.shown import Json, given, out, print_json
from experiments.config.loading import preset_names


def corpora(
    name: Annotated[str | None, typer.Argument(help="A corpus to write out.")] = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder to write it to, with its truth.")
    ] = None,
    n_words: Annotated[int | None, typer.Option("--words", help="Size of planted text.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of planted text.")] = None,
    as_json: Json = False,
) -> None:
    """List the named corpora, or write one out as text (planted: with its truth beside it)."""
    if name is None:
        if as_json:
            print_json(NAMED_CORPORA)
            return
        for known, text in NAMED_CORPORA.items():
            out.print(f"{known}: {text}", markup=False)
        out.print("or the path of a file or folder: .txt .gz .bz2 .xz .zip, UTF-8", markup=False)
        return
    if out_dir is None:
        raise InputError(f"say where to write corpus {name}: --out DIR")
    check_target(out_dir, "empty folder")
    planted = given({"n_words": n_words, "seed": seed})
    options = validated(CorpusOptions, {"source": name, "planted": planted}, f"corpus {name}")
    corpus = open_corpus(options)
    parts: list[str] = []
    before = 0
    for document, text in corpus.passages():
        if document != before:
            parts.append(f"\n{END_OF_TEXT}\n")
            before = document
        parts.append(text)
    with atomic_folder(out_dir) as folder:
        write_text(folder / "corpus.txt", "".join(parts) + "\n")
        if name == "planted":
            write_truth(folder, options.planted)
    for path in sorted(out_dir.iterdir()):
        out.print(str(path), markup=False)


def judgments(as_json: Json = False) -> None:
    """List the public sets of judgments, and which are here; the others are fetched when named."""
    known = public_sets()
    if as_json:
        print_json([_judgment_entry(one) for one in known])
        return
    table = Table(box=None, pad_edge=False)
    for column in ("set", "kind", "items", "here", "download", "licence", "citation"):
        table.add_column(
            Text(column), justify="right" if column == "items" else "left", no_wrap=column == "set"
        )
    for one in known:
        size = f"{one.size / 1000:.0f} kB" if one.files else "with gensim"
        here = "yes" if one.is_here else "no"
        cells = (one.name, one.kind, f"{one.n_items}", here, size, one.licence, one.citation)
        table.add_row(*map(Text, cells))
    out.print(table)
    out.print(f"Downloads lie in {download_folder()}", markup=False)


def _judgment_entry(one: PublicSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "n_items": one.n_items,
        "size": one.size,
        "is_here": one.is_here,
        "licence": one.licence,
        "citation": one.citation,
        "files": [{"url": f.url, "checksum": f.checksum, "place": str(f.place)} for f in one.files],
    }


def presets(as_json: Json = False) -> None:
    """List the presets of `embcontrast run`."""
    if as_json:
        print_json(preset_names())
        return
    for name, text in preset_names().items():
        out.print(f"{name}: {text}", markup=False)
