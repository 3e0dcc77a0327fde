"""The run folder: everything a run found, as files that a report can be made from again.

config.toml, environment.json, summary.json, manifest.json (asked.toml, where budgets match)
models.csv, measurements.csv, … (one CSV a table), scores/
spaces/MODEL/TABLE.safetensors
figures/, report.html, report.md, tables/*.tex, log.txt
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.columns import COLUMNS, Columns
from compare.comparison.comparison import TABLES, Comparison, comparison_line
from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import share_vocabulary
from compare.errors import InputError
from compare.options import validated
from compare.shown import printable
from compare.spaces.side_by_side import SideBySide, side_by_side
from compare.spaces.space import EmbeddingSpace
from compare.storage import check_target, read_json, write_json
from experiments.results.manifest import check_file, note_files, read_manifest
from experiments.results.saved_spaces import SavedSpaces
from experiments.results.summary import read_environment, read_summary
from experiments.results.table_check import read_table
from experiments.results.tables import write_csv

MARKER = "environment.json"
"""A folder that holds this file, with FORMAT in it, is a run folder."""

FORMAT = "embcontrast run 6"

EARLIER_FORMATS = (
    *(f"embcontrast run {number}" for number in (5, 4, 2)),
    *("embcontrast run", "embcompare run"),
)
"""Of runs whose tables have other columns, or say other things."""

SUMMARY = "summary.json"

ASKED = "asked.toml"
"""The config as it was given, where the run has changed it: where budgets were to match."""

CALLED = {"nearest": "neighbours"}
"""Files that are called otherwise than their table."""

SCORES = {
    "plane": "map",
    "cosines": "cosines",
    "analogy_scores": "analogies",
    "similarity_scores": "similarity",
    "company_scores": "company",
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
        return SavedSpaces(self.folder)

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


_PLAIN = ("title", "config", "corpus", "protocol")
RUN_COLUMNS: Mapping[str, Columns] = {
    "models": {
        "text": "model label family trainer reads unit? loss? form pooling text? licence? weights? "
        "notes?",
        "count": "dimension",
        "number?": "parameters? epochs? seen? flops? threads? seconds?",
        "yes/no?": "tied?",
        "share?": "split_share",
    },
    "history": {
        "text": "model unit",
        "count": "step seen",
        "number?": "training_loss validation_loss validation_perplexity? validation_bits_per_byte? "
        "seconds?",
    },
    "settling": {"text": "space word neighbour", "share": "share", "number": "cosine"},
    "context_layers": {
        "text": "model space",
        "whole": "layer",
        "number?": "self_similarity intra_sentence mev size_matched_mev baseline_cosine "
        "baseline_mev baseline_size_matched_mev",
        "count": "n_used n_varying n_missing",
    },
    "context_senses": {
        "text": "model word space",
        "whole": "layer",
        "number?": "auc silhouette probe_auc",
        "count": "n_used",
    },
}
"""The columns of the tables that a run adds (:class:`RunResults`), as those of a comparison in
:mod:`compare.comparison.columns`."""


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
    for name, file in table_files().items():
        owner = results if name in RUN_COLUMNS else results.comparison
        write_csv(folder / file, getattr(owner, name))
    note_files(folder, [folder / name for name in (MARKER, SUMMARY, *table_files().values())])


def load_results(folder: Path) -> RunResults:
    """Read a run folder back; no models and no corpus are needed.

    Raises
    ------
    InputError
        If the folder is no run, or a file in it is missing or damaged: it is not what was written,
        or a table does not hold what it should.
    """
    if _format_of(folder) in EARLIER_FORMATS:
        raise InputError(
            f"{folder} was made by an earlier version, whose tables are others; run its config "
            f"again: embcontrast run {folder / 'config.toml'}"
        )
    if not is_run_folder(folder):
        found = "no such folder" if not folder.exists() else f"it holds no {MARKER} of ours"
        raise InputError(f"{folder} is no run folder ({found}); expected one made by `embcontrast`")
    manifest = read_manifest(folder)
    for name in (MARKER, SUMMARY, *table_files().values()):
        check_file(folder, name, manifest)
    about = read_environment(folder / MARKER)
    tables = _tables(folder)
    of_run = {name: tables.pop(name) for name in RUN_COLUMNS}
    return RunResults(
        name=about.pop("name"),
        environment={key: value for key, value in about.items() if key != "format"},
        comparison=Comparison(**tables),
        folder=folder,
        **read_summary(folder / SUMMARY),
        **of_run,
    )


def read_run_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of a run folder, as it was written.

    Raises
    ------
    InputError
        If it is missing or damaged.
    """
    file = table_files()[name]
    check_file(folder, file, read_manifest(folder))
    return read_table(folder / file, {**COLUMNS, **RUN_COLUMNS}[name])


def check_run_tables(folder: Path, names: Sequence[str]) -> None:
    """Make sure that tables of a run folder are what they were when it was written.

    Raises
    ------
    InputError
        If one is missing or damaged.
    """
    manifest, files = read_manifest(folder), table_files()
    for name in names:
        check_file(folder, files[name], manifest)


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read all tables and check them, that of the spaces first: others name them."""
    files, all_columns = table_files(), {**COLUMNS, **RUN_COLUMNS}
    coverage = read_table(folder / files["coverage"], COLUMNS["coverage"])
    if not len(coverage):
        raise InputError(f"{folder / files['coverage']} is damaged: it names no space; run again")
    spaces = set(coverage["space"])
    return {
        name: read_table(folder / file, all_columns[name], spaces) for name, file in files.items()
    }


def table_files() -> dict[str, str]:
    """Name the file of each table, in the folder."""
    return {
        **{name: f"scores/{SCORES[name]}.csv" for name in TABLES if name in SCORES},
        **{name: f"{CALLED.get(name, name)}.csv" for name in TABLES if name not in SCORES},
        **{name: f"{name.replace('_', '-')}.csv" for name in RUN_COLUMNS},
    }


def is_run_folder(folder: Path) -> bool:
    """Tell whether a folder holds a run, of this version or an earlier one."""
    return _format_of(folder) in (FORMAT, *EARLIER_FORMATS)


def is_current_run(folder: Path) -> bool:
    """Tell whether a folder holds a run of this version, whose tables can be read."""
    return _format_of(folder) == FORMAT


def _format_of(folder: Path) -> str | None:
    try:
        return str(read_json(folder / MARKER)["format"])
    except (InputError, KeyError, TypeError):
        return None
