"""Configs and run folders; the manifest of a changed folder is made to fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from compare.comparison.columns import COLUMNS
from experiments.config.loading import load_config
from experiments.report.document import document
from experiments.report.markdown import markdown
from experiments.results.manifest import note_files, read_manifest
from experiments.results.run_folder import RUN_COLUMNS, load_results, save_results, table_files
from experiments.results.saved_spaces import SPACES, SavedSpaces, save_compared
from experiments.results.summary import read_environment, read_summary
from experiments.results.table_check import read_table
from tests.report.small_results import SPACES as COMPARED
from tests.report.small_results import run_results
from tests.torture.changes import ANY, cell, other_json, row
from tests.torture.kind import Kind
from tests.torture.vector_kinds import SPACE

_CONFIG = b"""
name = "small"
seed = 3
spaces = ["w2v/input", "gpt/input"]
[corpus]
source = "planted"
planted.n_words = 20000
[models.w2v]
trainer = "skipgram"
window = 5
epochs = 2
[models.gpt]
trainer = "gpt"
context = 16
[models.gpt.tokenizer]
vocabulary_size = 400
[examples]
words = ["king", "queen"]
"""

_JSON = (*ANY, *(other_json,) * 8)
_TABLE = (*ANY, *(cell,) * 8, *(row,) * 2)


def _config(folder: Path) -> Path:
    (folder / "small.toml").write_bytes(_CONFIG)
    return folder / "small.toml"


def _run(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        save_results(run_results(), folder)
        save_compared({"w2v/input": SPACE}, folder / SPACES)
        return folder / changed

    return make


def _read_spaces(path: Path) -> None:
    spaces = SavedSpaces(path.parent.parent)
    for name in spaces:
        _ = spaces[name]


def _table_reader(name: str) -> Callable[[Path], Any]:
    columns = {**COLUMNS, **RUN_COLUMNS}[name]
    return lambda path: read_table(path, columns, COMPARED)


def read_to_the_report(path: Path) -> str:
    """Read a folder of which one file was changed, and write what is said of it."""
    folder = path.parent.parent if path.parent.name == "scores" else path.parent
    note_files(folder, [path])
    return markdown(document(load_results(folder), with_figures=False), {})


TABLE_KINDS: tuple[Kind, ...] = tuple(
    Kind(f"run: {file}", _run(file), _table_reader(name), _TABLE, weight=1)
    for name, file in table_files().items()
)

RUN_KINDS: tuple[Kind, ...] = (
    Kind("config", _config, lambda path: load_config(str(path)), weight=10),
    Kind("run: environment", _run("environment.json"), read_environment, _JSON, weight=5),
    Kind("run: summary", _run("summary.json"), read_summary, _JSON, weight=5),
    Kind("run: manifest", _run("manifest.json"), lambda path: read_manifest(path.parent), _JSON,
         weight=5),
    Kind("run: names of spaces", _run(f"{SPACES}/names.json"), _read_spaces, _JSON, weight=5),
    *TABLE_KINDS,
)  # fmt: skip

REPORT_KINDS: tuple[Kind, ...] = tuple(
    Kind(f"report: {file}", _run(file), read_to_the_report, changes, seconds=60)
    for changes, files in (
        ((cell, cell, row), table_files().values()),
        ((other_json,), ("environment.json", "summary.json")),
    )
    for file in files
)
"""Through to the report: seconds each, so few of them, in ``make torture`` alone."""
