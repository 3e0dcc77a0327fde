"""``embcontrast list`` and ``show``: what there is by name, and a preset to start from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from compare.comparison.quantities import QUANTITIES
from compare.downloads import download_folder, told_of
from compare.errors import InputError, nearest_names
from compare.judgments.public_sets import public_sets
from compare.known import known_models
from compare.llm.tokenizer_options import TokenizerOptions
from compare.llm.vectors.options import WordVectorOptions
from compare.options import Options
from compare.shown import escaped
from compare.text.corpus import NAMED_CORPORA
from compare.trainers.all_trainers import TRAINERS, trainer_named
from compare.trainers.model_options import vector_options
from experiments.cli.shown import Json, out, print_json, print_table
from experiments.config.commented import commented_toml
from experiments.config.loading import SWEEP, config_text, load_config, plain_config
from experiments.config.option_rows import option_rows
from experiments.config.presets import preset_names
from experiments.config.run_config import RunConfig

Rows = list[dict[str, Any]]


def _presets(_: str | None) -> Rows:
    return [{"preset": name, "says": says} for name, says in preset_names().items()]


def _corpora(_: str | None) -> Rows:
    return [{"corpus": name, "says": says} for name, says in NAMED_CORPORA.items()]


def _models(_: str | None) -> Rows:
    return [
        {
            "model": one.name,
            "kind": one.kind,
            "words": one.n_words,
            "dimension": one.dimension,
            "MB": round(one.size / 1e6),
            "here": "yes" if one.is_here else "no",
            "text": one.text,
            "licence": one.licence,
            "from": told_of(one.files),
        }
        for one in known_models()
    ]


def _judgments(_: str | None) -> Rows:
    return [
        {
            "set": one.name,
            "kind": one.kind,
            "items": one.n_items,
            "kB": round(one.size / 1000),
            "here": "yes" if one.is_here else "no",
            "licence": one.licence,
            "citation": one.citation,
            "files": [
                {"url": f.url, "checksum": f.checksum, "place": str(f.place)} for f in one.files
            ],
        }
        for one in public_sets()
    ]


def _trainers(_: str | None) -> Rows:
    return [
        {
            "trainer": one.name,
            "also": ", ".join(one.also),
            "reads": ", ".join(one.reads) or "nothing",
            "says": one.says,
        }
        for one in TRAINERS
    ]


def _measures(_: str | None) -> Rows:
    return [
        {
            "quantity": one.key,
            "method": one.method,
            "candidates": one.candidates,
            "unit": one.unit,
            "better": one.better,
            "says": one.says,
            "equation": one.equation,
            "paper": one.paper,
        }
        for one in QUANTITIES
    ]


def _options(trainer: str | None) -> Rows:
    if trainer is not None:
        record = trainer_named(trainer)
        rows = list(_of(record.options, ""))
        if "tokens" in record.reads:
            rows += _of(TokenizerOptions, "tokenizer.")
        taken = vector_options(record, "tokens")
        if taken is not None and record.reads:
            rows += _of(taken, "word_vectors.")
        return rows
    return (
        [*_of(RunConfig, "")]
        + [
            {
                "option": f"models.NAME.{row['option']}",
                "default": row["default"],
                "says": f"({record.name}) {row['says']}",
            }
            for record in TRAINERS
            for row in _of(record.options, "")
        ]
        + [
            {**row, "option": f"models.NAME.{row['option']}"}
            for prefix, part in (
                ("tokenizer.", TokenizerOptions),
                ("word_vectors.", WordVectorOptions),
            )
            for row in _of(part, prefix)
        ]
    )


def _of(options: type[Options], prefix: str) -> Iterator[dict[str, Any]]:
    for row in option_rows(options):
        yield {"option": f"{prefix}{row.key}", "default": row.default, "says": row.says}


@dataclass(frozen=True)
class Listing:
    """A thing that can be listed: its rows, and the columns that a terminal shows."""

    rows: Callable[[str | None], Rows]
    columns: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    below: Callable[[], str] = lambda: ""


LISTINGS: Mapping[str, Listing] = {
    "presets": Listing(
        _presets,
        ("preset", "says"),
        below=lambda: "embcontrast run PRESET (of a sweep: embcontrast sweep PRESET)",
    ),
    "models": Listing(
        _models,
        ("model", "kind", "words", "dimension", "MB", "here", "licence", "text"),
        numbers=(2, 3, 4),
        below=lambda: (
            "Fetched when they are asked for by name, or ahead of time (embcontrast fetch NAME); "
            "any Hugging Face model can stand beside them. Downloads lie in "
            f"{download_folder()}"
        ),
    ),
    "corpora": Listing(
        _corpora,
        ("corpus", "says"),
        below=lambda: "or the path of a file or folder: .txt .gz .bz2 .xz .zip, UTF-8",
    ),
    "judgments": Listing(
        _judgments,
        ("set", "kind", "items", "kB", "here", "citation"),
        numbers=(2, 3),
        below=lambda: f"Downloads lie in {download_folder()}",
    ),
    "trainers": Listing(_trainers, ("trainer", "also", "reads", "says")),
    "measures": Listing(_measures, ("quantity", "method", "candidates", "better", "says")),
    "options": Listing(_options, ("option", "default", "says")),
}


def list_all(
    what: Annotated[
        str,
        typer.Argument(
            help=f"{', '.join(LISTINGS)}.",
            autocompletion=lambda incomplete: [n for n in LISTINGS if n.startswith(incomplete)],
        ),
    ],
    trainer: Annotated[
        str | None,
        typer.Argument(
            help="Of `options`: a trainer, for its own alone.",
            autocompletion=lambda incomplete: [
                one.name for one in TRAINERS if one.name.startswith(incomplete)
            ],
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List what there is: presets, models, corpora, judgments, trainers, measures, options."""
    if what not in LISTINGS:
        raise InputError(f"cannot list {what!r}; {nearest_names(what, LISTINGS)}")
    if trainer is not None and what != "options":
        raise InputError(f"only `list options` takes a trainer; found {trainer!r} after {what}")
    listing = LISTINGS[what]
    rows = listing.rows(trainer)
    if as_json:
        print_json(rows)
        return
    cells = [[str(row[column]) for column in listing.columns] for row in rows]
    print_table(listing.columns, cells, numbers=listing.numbers)
    if out.is_terminal and listing.below():
        out.print(listing.below(), markup=False, style="dim")


def show(
    preset: Annotated[
        str,
        typer.Argument(
            help="A preset, or the path of a .toml file.",
            autocompletion=lambda incomplete: [
                name for name in preset_names() if name.startswith(incomplete)
            ],
        ),
    ],
    as_json: Json = False,
) -> None:
    """Print a preset as a TOML file with every option explained: show PRESET > mine.toml."""
    values = plain_config(preset)[0]
    config = None if SWEEP in values else load_config(preset)
    if as_json:
        print_json(values if config is None else config.model_dump(mode="json"))
    elif isinstance(config, RunConfig):
        sys.stdout.write(escaped(commented_toml(config)))
    else:  # a sweep, a collection, or questions: short enough as it stands
        sys.stdout.write(escaped(config_text(preset)[0]))
