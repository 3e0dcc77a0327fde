"""The run folder: everything a run found, as files that a report can be made from again.

config.toml, environment.json, summary.json, manifest.json
models.csv, measurements.csv, … (one CSV a table), scores/
spaces/MODEL/TABLE.safetensors
figures/, report.html, report.md, tables/*.tex, log.txt
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.comparison import Comparison
from compare.errors import InputError
from compare.storage import check_target, file_sha256, read_json, write_json
from experiments.results.tables import read_csv, text_columns, write_csv

MARKER = "environment.json"
"""A folder that holds this file, with FORMAT in it, is a run folder."""

FORMAT = "embcontrast run"

EARLIER_FORMAT = "embcompare run"
"""Of runs made before models had names; their tables say other things."""

SUMMARY = "summary.json"

MANIFEST = "manifest.json"
"""Of every file that a report is made from the sha256, for a cut-off table must not pass for
whole; of every table the columns that are text."""

SCORES = {
    "plane": "map",
    "cosines": "cosines",
    "analogy_scores": "analogies",
    "similarity_scores": "similarity",
}
"""Tables of single items, which stand in the folder ``scores``."""


@dataclass(frozen=True)
class RunResults:
    """A run as its report needs it.

    Attributes
    ----------
    name, title : str
    config : dict
        The effective config as plain values, shown at the page's end and read for nothing else.
    environment : dict
        Versions, machine, seeds, fingerprints, what would not repeat.
    corpus : dict
        name, n_documents, n_training_words, n_validation_words, n_vocabulary, fingerprint,
        normalization (a dict); empty for a comparison of existing files.
    protocol : dict
        The ProtocolOptions as plain values, and n_seeds.
    models : DataFrame
        One row a model: model, label, family, trainer, reads, dimension, parameters, epochs, seen,
        unit, flops, threads, seconds, loss (what it is of: curves of one loss share an axis),
        split_share, form, pooling, tied, notes. What is unknown is missing.
    history : DataFrame
        Training curves: model, step, seen, unit, training_loss, validation_loss, …
    settling : DataFrame
        Neighbours of the probe words during training: space, share of it, word, neighbour,
        cosine; the last share is 1. Empty without snapshots.
    context_layers, context_senses : DataFrame
        What context adds, by layer of a language model (model, space, layer, …). Empty without
        one.
    comparison : Comparison
    """

    name: str
    title: str
    comparison: Comparison
    config: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    corpus: Mapping[str, Any] = field(default_factory=dict)
    protocol: Mapping[str, Any] = field(default_factory=dict)
    models: pd.DataFrame = field(default_factory=pd.DataFrame)
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    settling: pd.DataFrame = field(default_factory=pd.DataFrame)
    context_layers: pd.DataFrame = field(default_factory=pd.DataFrame)
    context_senses: pd.DataFrame = field(default_factory=pd.DataFrame)


_PLAIN = ("title", "config", "corpus", "protocol")
_RUN_TABLES = ("models", "history", "settling", "context_layers", "context_senses")


def check_run_folder(folder: Path) -> None:
    """Refuse a folder that exists and is no run: nothing of somebody else's is overwritten.

    Raises
    ------
    InputError
        If it is a file, or a folder with other content.
    """
    check_target(folder, "run of embcontrast", _is_run)


def save_results(results: RunResults, folder: Path) -> None:
    """Write everything but spaces, figures and the report itself."""
    write_json(folder / MARKER, {"format": FORMAT, "name": results.name, **results.environment})
    write_json(folder / SUMMARY, {name: getattr(results, name) for name in _PLAIN})
    manifest: dict[str, dict[str, Any]] = {
        file: {"sha256": file_sha256(folder / file)} for file in (MARKER, SUMMARY)
    }
    for name, file in _files().items():
        owner = results if name in _RUN_TABLES else results.comparison
        table = getattr(owner, name)
        write_csv(folder / file, table)
        manifest[file] = {"sha256": file_sha256(folder / file), "text": text_columns(table)}
    write_json(folder / MANIFEST, manifest)


def load_results(folder: Path) -> RunResults:
    """Read a run folder back; no models and no corpus are needed.

    Raises
    ------
    InputError
        If the folder is no run, or a file in it is missing or damaged.
    """
    if _format_of(folder) == EARLIER_FORMAT:
        raise InputError(
            f"{folder} was made by an earlier version (embcompare), whose tables are others; run "
            "its config again"
        )
    if not _is_run(folder):
        found = "no such folder" if not folder.exists() else f"it holds no {MARKER} of ours"
        raise InputError(f"{folder} is no run folder ({found}); expected one made by `embcontrast`")
    manifest = _checked_manifest(folder)
    environment = read_json(folder / MARKER)
    environment.pop("format")
    summary = read_json(folder / SUMMARY)
    try:
        tables = {
            name: read_csv(folder / file, manifest[file]["text"]) for name, file in _files().items()
        }
        of_run = {name: tables.pop(name) for name in _RUN_TABLES}
        return RunResults(
            name=environment.pop("name"),
            environment=environment,
            comparison=Comparison(**tables),
            **{name: summary[name] for name in _PLAIN},
            **of_run,
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder} is damaged: {error} is missing; run again") from error


def _files() -> dict[str, str]:
    """Name the file of each table."""
    compared = [one.name for one in fields(Comparison)]
    return {
        **{name: f"scores/{SCORES[name]}.csv" for name in compared if name in SCORES},
        **{name: f"{name}.csv" for name in compared if name not in SCORES},
        **{name: f"{name.replace('_', '-')}.csv" for name in _RUN_TABLES},
    }


def _checked_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    found = read_json(folder / MANIFEST)
    manifest: dict[str, dict[str, Any]] = {
        str(name): entry
        for name, entry in (found.items() if isinstance(found, dict) else ())
        if isinstance(entry, dict)
    }
    for name in (MARKER, SUMMARY, *_files().values()):
        expected = manifest.get(name, {}).get("sha256")
        if expected is None or file_sha256(folder / name) != expected:
            raise InputError(
                f"{folder / name} is missing, cut off or changed since the run; run again "
                "(finished stages come from the cache)"
            )
    return manifest


def _is_run(folder: Path) -> bool:
    return _format_of(folder) in (FORMAT, EARLIER_FORMAT)


def _format_of(folder: Path) -> str | None:
    try:
        return str(read_json(folder / MARKER)["format"])
    except (InputError, KeyError, TypeError):
        return None
