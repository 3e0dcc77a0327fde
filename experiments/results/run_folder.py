"""The run folder: everything a run found, as files that a report can be made from again.

config.toml, environment.json, summary.json, manifest.json
models.csv, measurements.csv, … (one CSV a table), scores/
spaces/MODEL/TABLE.safetensors
figures/, report.html, report.md, tables/*.tex, log.txt
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.comparison import TABLES, Comparison, comparison_line
from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import share_vocabulary
from compare.errors import InputError, nearest_names
from compare.options import validated
from compare.shown import printable
from compare.spaces.formats import load_space
from compare.spaces.side_by_side import SideBySide, side_by_side
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.storage import check_target, file_sha256, read_json, write_json
from experiments.results.tables import read_csv, text_columns, write_csv

MARKER = "environment.json"
"""A folder that holds this file, with FORMAT in it, is a run folder."""

FORMAT = "embcontrast run 5"

EARLIER_FORMATS = ("embcontrast run 4", "embcontrast run 2", "embcontrast run", "embcompare run")
"""Of runs whose tables have other columns, or say other things."""

SUMMARY = "summary.json"

MANIFEST = "manifest.json"
"""Of every file that a report is made from the sha256, for a cut-off table must not pass for
whole; of every table the columns that are text."""

CALLED = {"nearest": "neighbours"}
"""Files that are called otherwise than their table."""

SCORES = {
    "plane": "map",
    "cosines": "cosines",
    "analogy_scores": "analogies",
    "similarity_scores": "similarity",
}
"""Tables of single items, which stand in the folder ``scores``."""


@dataclass(frozen=True, repr=False)
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
    folder : Path or None
        Where it lies.
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
    folder: Path | None = None

    def __repr__(self) -> str:
        """Say what was run, and what can be asked."""
        found = self.comparison
        line = comparison_line(found.coverage, found.measurements, found.differences)
        at = f" in {self.folder}" if self.folder else ""
        return f"Run {printable(repr(self.name))}{printable(at)}\n{line}, .spaces, .models, .config"

    @property
    def measurements(self) -> pd.DataFrame:
        """One row a number; see :class:`~compare.comparison.comparison.Comparison`."""
        return self.comparison.measurements

    @property
    def differences(self) -> pd.DataFrame:
        """Paired tests of each pair of spaces."""
        return self.comparison.differences

    @cached_property
    def spaces(self) -> Mapping[str, EmbeddingSpace]:
        """The spaces by name, each read from the folder when it is asked for."""
        if self.folder is None:
            return self.comparison.spaces
        return SavedSpaces(self.folder / "spaces")

    def neighbours(self, word: str, k: int = 10) -> SideBySide:
        """Set the nearest words of a word side by side, as the spaces had them when compared.

        Raises
        ------
        InputError
            If no space has the word, or the spaces are not in the folder.
        """
        if self.comparison.spaces:
            return self.comparison.neighbours(word, k)
        return side_by_side(self.compared_spaces, word, k)

    @cached_property
    def compared_spaces(self) -> tuple[EmbeddingSpace, ...]:
        """The spaces as they were compared: cut to the words that all have."""
        known = ProtocolOptions.model_fields
        rules = {key: value for key, value in self.protocol.items() if key in known}
        names = [str(name) for name in self.comparison.coverage["space"]]
        protocol = validated(ProtocolOptions, rules, f"protocol of {self.name}")
        return share_vocabulary([self.spaces[name] for name in names], protocol)[0]


INDEX = "names.json"
"""In ``spaces``: which file holds which space."""


def save_compared(spaces: Mapping[str, EmbeddingSpace], folder: Path) -> None:
    """Save spaces that were compared, whatever they are called."""
    files = {name: f"{number:02d}.safetensors" for number, name in enumerate(spaces, start=1)}
    for name, space in spaces.items():
        save_space(space, folder / files[name])
    write_json(folder / INDEX, files)


class SavedSpaces(Mapping[str, EmbeddingSpace]):
    """The spaces of a run folder by name, each read when it is asked for, and kept."""

    def __init__(self, folder: Path) -> None:
        index = folder / INDEX  # of a comparison: a space may have any name
        if index.is_file():
            self._files = {str(name): folder / str(file) for name, file in read_json(index).items()}
        else:
            files = sorted(folder.rglob("*.safetensors"))
            self._files = {f.relative_to(folder).with_suffix("").as_posix(): f for f in files}
        self._read: dict[str, EmbeddingSpace] = {}

    def __repr__(self) -> str:
        """List the names."""
        return f"spaces: {', '.join(self._files) or 'none were kept'}"

    def __len__(self) -> int:
        """Count them."""
        return len(self._files)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._files)

    def __getitem__(self, name: str) -> EmbeddingSpace:
        """Read a space; an unknown name is an :class:`InputError`."""
        if name not in self._files:
            near = nearest_names(name, self._files) if self._files else "none were kept here"
            raise InputError(f"no space {name!r} in the run; {near}")
        if name not in self._read:
            self._read[name] = load_space(self._files[name])
        return self._read[name]


_PLAIN = ("title", "config", "corpus", "protocol")
_RUN_TABLES = ("models", "history", "settling", "context_layers", "context_senses")


def check_run_folder(folder: Path) -> None:
    """Refuse a folder that exists and is no run: nothing of somebody else's is overwritten.

    Raises
    ------
    InputError
        If it is a file, or a folder with other content.
    """
    check_target(folder, "run of embcontrast", is_run_folder)


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
    if _format_of(folder) in EARLIER_FORMATS:
        raise InputError(
            f"{folder} was made by an earlier version, whose tables are others; run its config "
            f"again: embcontrast run {folder / 'config.toml'}"
        )
    if not is_run_folder(folder):
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
            folder=folder,
            **{name: summary[name] for name in _PLAIN},
            **of_run,
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder} is damaged: {error} is missing; run again") from error


def _files() -> dict[str, str]:
    """Name the file of each table."""
    return {
        **{name: f"scores/{SCORES[name]}.csv" for name in TABLES if name in SCORES},
        **{name: f"{CALLED.get(name, name)}.csv" for name in TABLES if name not in SCORES},
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


def is_run_folder(folder: Path) -> bool:
    """Tell whether a folder holds a run, of this version or an earlier one."""
    return _format_of(folder) in (FORMAT, *EARLIER_FORMATS)


def _format_of(folder: Path) -> str | None:
    try:
        return str(read_json(folder / MARKER)["format"])
    except (InputError, KeyError, TypeError):
        return None
