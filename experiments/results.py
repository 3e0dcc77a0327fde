"""The run folder: everything a run found, as files that a report can be made from again."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.comparison import Comparison
from compare.errors import InputError
from compare.storage import file_sha256, read_json, write_json, write_text

MARKER = "environment.json"
"""A folder that holds this file, with FORMAT in it, is a run folder."""

FORMAT = "embcontrast run"

EARLIER_FORMAT = "embcompare run"
"""Of runs made before models had names; their tables say other things."""

MANIFEST = "manifest.json"
"""The sha256 of every table that a report is made from: a cut-off table must not pass for whole."""

_TABLES = {
    "measurements": "measurements.csv",
    "differences": "differences.csv",
    "relation_differences": "relation_differences.csv",
    "seeds": "seeds.csv",
    "cuts": "cuts.csv",
    "overlaps": "overlaps.csv",
    "bands": "bands.csv",
    "likeness": "likeness.csv",
    "retrieval": "retrieval.csv",
    "coverage": "coverage.csv",
    "judgments": "judgments.csv",
    "plane": "scores/map.csv",
    "cosines": "scores/cosines.csv",
    "analogy_scores": "scores/analogies.csv",
    "similarity_scores": "scores/similarity.csv",
}
_RUN_TABLES = {
    "budgets": "budgets.csv",
    "history": "history.csv",
    "settling": "settling.csv",
    "context_layers": "context-layers.csv",
    "context_senses": "context-senses.csv",
}
_JSON = {
    "neighbours": "neighbours.json",
    "hubs": "hubs.json",
    "changed": "changed.json",
    "example": "example.json",
    "missing_probes": "missing.json",
}


@dataclass(frozen=True)
class RunResults:
    """A run as its report needs it.

    Attributes
    ----------
    name : str
    config : dict
        The effective config, as plain values; empty for a comparison of existing files.
    environment : dict
        Versions, machine, seeds, fingerprints.
    corpus : dict
        Words, documents and so on; empty for a comparison of existing files.
    budgets : DataFrame
        One row a model: dimension, parameters, tokens seen, epochs, FLOPs, seconds.
    history : DataFrame
        Training curves: model, step, seen, unit, training_loss, validation_loss, seconds.
    settling : DataFrame
        Neighbours of the probe words during training: space, share of it, word, neighbour,
        cosine; the last share is 1. Empty without snapshots.
    context_layers, context_senses : DataFrame
        What context adds, by layer of a language model, as
        :class:`experiments.context_measures.ContextMeasures` has it. Empty without one.
    """

    name: str
    title: str
    config: dict[str, Any]
    environment: dict[str, Any]
    corpus: dict[str, Any]
    budgets: pd.DataFrame
    history: pd.DataFrame
    settling: pd.DataFrame
    context_layers: pd.DataFrame
    context_senses: pd.DataFrame
    comparison: Comparison


def check_run_folder(folder: Path) -> None:
    """Refuse a folder that exists and is no run: nothing of somebody else's is overwritten.

    Raises
    ------
    InputError
        If it is a file, or a folder with other content.
    """
    if folder.is_file():
        raise InputError(f"{folder} is a file; give the path of a folder for the results")
    if folder.is_dir() and any(folder.iterdir()) and not _is_run(folder):
        raise InputError(
            f"folder {folder} exists and is no run of embcontrast; choose another --out, "
            "or empty it first"
        )


def save_results(results: RunResults, folder: Path) -> None:
    """Write everything but spaces, figures and the report itself."""
    write_json(folder / MARKER, {"format": FORMAT, "name": results.name, **results.environment})
    write_json(
        folder / "summary.json",
        {"title": results.title, "corpus": results.corpus, "config": results.config},
    )
    for field in fields(Comparison):
        value = getattr(results.comparison, field.name)
        if field.name in _TABLES:
            write_csv(folder / _TABLES[field.name], value)
        else:
            write_json(folder / _JSON[field.name], value)
    for name, file in _RUN_TABLES.items():
        write_csv(folder / file, getattr(results, name))
    write_json(folder / MANIFEST, _hashes(folder))


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
    _check_manifest(folder)
    environment = read_json(folder / MARKER)
    environment.pop("format")
    summary = read_json(folder / "summary.json")
    parts: dict[str, Any] = {name: _read_csv(folder / file) for name, file in _TABLES.items()}
    parts.update({name: read_json(folder / file) for name, file in _JSON.items()})
    try:
        return RunResults(
            name=environment.pop("name"),
            title=summary["title"],
            config=summary["config"],
            environment=environment,
            corpus=summary["corpus"],
            **{name: _read_csv(folder / file) for name, file in _RUN_TABLES.items()},
            comparison=Comparison(**parts),
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder} is damaged: {error} is missing; run again") from error


def _check_manifest(folder: Path) -> None:
    expected: Any = read_json(folder / MANIFEST)
    if not isinstance(expected, dict):
        expected = {}
    found = _hashes(folder)
    for name in sorted({*found, *expected}):
        if found.get(name) != expected.get(name):
            raise InputError(
                f"{folder / name} is missing, cut off or changed since the run; run again "
                "(finished stages come from the cache)"
            )


def _hashes(folder: Path) -> dict[str, str]:
    files = [
        *_TABLES.values(),
        *_JSON.values(),
        *_RUN_TABLES.values(),
        MARKER,
        "summary.json",
    ]
    hashes = {name: file_sha256(folder / name) for name in files}
    return {name: digest for name, digest in hashes.items() if digest is not None}


def _is_run(folder: Path) -> bool:
    return _format_of(folder) in (FORMAT, EARLIER_FORMAT)


def _format_of(folder: Path) -> str | None:
    try:
        return str(read_json(folder / MARKER)["format"])
    except (InputError, KeyError, TypeError):
        return None


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        columns = pd.read_csv(path, nrows=0).columns
        # A word like "null" or "nan" is a word, not a missing value.
        return pd.read_csv(
            path,
            keep_default_na=False,
            na_values={column: [""] for column in columns if column not in _TEXT},
            dtype={column: str for column in columns if column in _TEXT},
        )
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing; run again") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is damaged: {error}; run again") from error


# Everything that is not text is a number, and missing where its field is empty.
_TEXT = {
    *("space", "reference", "measure", "judgments", "relation", "method", "candidates"),
    *("transform", "first", "second", "word", "a", "b", "c", "answer", "model", "unit"),
    *("neighbour", "direction", "criterion"),
}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a table into plain values, missing ones None."""
    plain: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return plain


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table, the same bytes on every system."""
    write_text(path, table.to_csv(index=False, lineterminator="\n", float_format="%.8g"))


def to_json(value: Any) -> str:
    """Write a result for --json: NaN becomes null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value
