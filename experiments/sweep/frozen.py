"""The folder of a sweep: its cells' configs, frozen before the first starts, and their results.

configs/grid.json, configs/0001.toml, …   what is asked; never changed again
cells/0001/, …                            a run folder of each cell that is done
failed.csv                                cells that ended in an error, with its message
table.csv, table.parquet, figures/, report.html    made of the cells' folders
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compare.comparison.quantities import main_quantities
from compare.errors import InputError, nearest_names
from compare.judgments.public_sets import public_sets
from compare.known import known_model
from compare.owners import remove_leftovers
from compare.storage import (
    atomic_folder,
    check_target,
    content_key,
    read_json,
    recover,
    write_json,
    write_text,
)
from compare.text.corpus import NAMED_CORPORA
from experiments.config.commented import commented_toml
from experiments.config.loading import SWEEP, config_of_run, load_config, plain_config
from experiments.config.run_config import RunConfig
from experiments.results.run_folder import ASKED, is_current_run
from experiments.sweep.grid import Cell, SweepOptions, cells_of, options_of, told_grid

FORMAT = "embcontrast sweep 1"
CONFIGS, CELLS, GRID = "configs", "cells", "grid.json"


@dataclass(frozen=True)
class Asked:
    """A sweep as it is asked for: every cell with its config, checked.

    Attributes
    ----------
    name : str
        Of the preset or file.
    options : SweepOptions
    base : str
        Names the content of the options that no cell changes.
    cells : tuple of Cell
    configs : tuple of RunConfig
        Of the cells.
    """

    name: str
    options: SweepOptions
    base: str
    cells: tuple[Cell, ...]
    configs: tuple[RunConfig, ...]


def asked_sweep(
    preset_or_path: str,
    options: Mapping[str, Any],
    settings: Sequence[str] = (),
    **overrides: Any,
) -> Asked:
    """Lay out a sweep and check the config of every cell, before anything starts.

    Parameters
    ----------
    options : mapping
        Of :class:`SweepOptions`, in place of those of the config's own ``[sweep]`` table; options
        that are swept over stand beside the table's.
    settings, overrides
        Of all cells; see :func:`experiments.config.loading.load_config`. Without a number of
        threads each cell has one, whatever runs beside it: its numbers hang on it.

    Raises
    ------
    InputError
        If the grid contradicts itself, or the config of a cell is wrong: which, and why.
    """
    values, where = plain_config(preset_or_path)
    if "runs" in values or "checks" in values:
        raise InputError(f"{where} is no single run, and cannot be swept")
    swept = _merged(options_of(values.pop(SWEEP, {}), where), options, where)
    _check_quantities(swept)
    _check_settings(swept, settings)
    base = config_of_run(values, where, settings, **overrides)
    if base.seeds > 1:
        raise InputError(f"{where}: a sweep counts seeds by --seeds; leave the option seeds out")
    own = {**overrides, "threads": base.threads or 1}
    if "threads" in {**swept.over, **swept.zip}:
        own.pop("threads")
    cells = cells_of(swept, base.seed)
    configs = []
    for cell in cells:
        own["seed"] = cell.seed
        try:
            config = config_of_run(values, where, settings, cell.choices, **own)
            configs.append(with_whole_paths(config))
        except InputError as error:
            raise InputError(f"cell {cell.number} ({cell.told}): {error}") from error
    key = content_key(base.model_dump(mode="json"))
    return Asked(base.name, swept, key, tuple(cells), tuple(configs))


def _check_quantities(options: SweepOptions) -> None:
    known = list(dict.fromkeys(one.key for one in main_quantities()))
    for one in options.quantities:
        if one not in known:
            raise InputError(f"sweep.quantities: no quantity {one!r}; {nearest_names(one, known)}")


def _check_settings(options: SweepOptions, settings: Sequence[str]) -> None:
    for told in settings:
        key = told.partition("=")[0].strip()
        if key in {**options.over, **options.zip}:
            raise InputError(f"{key} is swept, and set by --set {told}; choose one")


def with_whole_paths(config: RunConfig) -> RunConfig:
    """Write paths that exist from the root on: a cell may be done from another folder."""
    judgments = config.judgments
    names = {"planted", "everyday", "text", "held-out", *(one.name for one in public_sets())}
    sets = {
        key: tuple(one if one in names else _whole(one) for one in getattr(judgments, key))
        for key in ("analogies", "similarity", "lexicons", "company_corpus")
    }
    models = dict(config.models)
    for name, model in models.items():
        named: dict[str, Any] = {
            key: _whole(path)
            for key in ("vectors", "model")
            if (path := model.options.given(key)) and known_model(path) is None
        }
        if named:
            options = model.options.model_copy(update=named)
            models[name] = model.model_copy(update={"options": options})
    corpus = config.corpus
    if corpus.source not in NAMED_CORPORA:
        corpus = corpus.model_copy(update={"source": _whole(corpus.source)})
    judgments = judgments.model_copy(update=sets)
    changed = {"corpus": corpus, "judgments": judgments, "models": models}
    return config.model_copy(update=changed)


def _whole(path: str) -> str:
    return str(Path(path).absolute()) if Path(path).exists() else path


def _merged(table: SweepOptions, given: Mapping[str, Any], where: str) -> SweepOptions:
    """Put what is given in place of the table's; a key that is given is taken out of the table."""
    values = table.model_dump()
    swept = {**given.get("over", {}), **given.get("zip", {})}
    for part in ("over", "zip"):
        kept = {key: one for key, one in values[part].items() if key not in swept}
        values[part] = {**kept, **given.get(part, {})}
    others = {key: one for key, one in given.items() if key not in ("over", "zip")}
    values |= {key: one for key, one in others.items() if one is not None}
    return options_of(values, where)


@dataclass(frozen=True)
class SweepFolder:
    """A sweep whose cells are frozen in its folder."""

    folder: Path
    name: str
    options: SweepOptions
    base: str
    cells: tuple[Cell, ...]

    def config(self, cell: Cell) -> Path:
        """Name the frozen config of a cell."""
        return self.folder / CONFIGS / f"{label(cell.number)}.toml"

    def run(self, cell: Cell) -> Path:
        """Name the run folder of a cell."""
        return self.folder / CELLS / label(cell.number)

    @property
    def done(self) -> Iterator[Cell]:
        """The cells whose results are there, in order."""
        return filter(self.is_done, self.cells)

    def is_done(self, cell: Cell) -> bool:
        """Tell whether the result of a cell is there, of this version and of the frozen config."""
        run = self.run(cell)
        if not is_current_run(run):
            return False
        asked = run / ASKED if (run / ASKED).is_file() else run / "config.toml"
        try:
            if asked.read_bytes() == self.config(cell).read_bytes():
                return True
            # what options say of themselves may be other words now
            return load_config(str(asked)) == load_config(str(self.config(cell)))
        except (OSError, InputError):
            return False


def label(number: int) -> str:
    """Write a cell's number as its files are called."""
    return f"{number:04d}"


def frozen(asked: Asked, folder: Path) -> tuple[SweepFolder, bool]:
    """Write the configs of all cells; or open those that an earlier call has written.

    Returns
    -------
    (SweepFolder, bool)
        And whether what no cell changes is other now than it was when they were frozen.

    Raises
    ------
    InputError
        If the folder holds something else, or another grid.
    """
    if folder.is_dir():  # what a kill has left of configs
        recover(folder / CONFIGS)
        remove_leftovers(folder / CONFIGS)
    check_target(folder, "sweep of embcontrast", lambda path: (path / CONFIGS / GRID).is_file())
    found = frozen_already(asked, folder)
    if found is not None:
        return found, found.base != asked.base
    grid = {
        "format": FORMAT,
        "name": asked.name,
        "options": _in_order(asked.options.model_dump(mode="json")),
        "base": asked.base,
        "cells": [[c.number, list(c.choices.items()), c.seed, c.levels] for c in asked.cells],
    }
    with atomic_folder(folder / CONFIGS) as temporary:
        for cell, config in zip(asked.cells, asked.configs, strict=True):
            write_text(temporary / f"{label(cell.number)}.toml", commented_toml(config))
        write_json(temporary / GRID, grid)
    return SweepFolder(folder, asked.name, asked.options, asked.base, asked.cells), False


def frozen_already(asked: Asked, folder: Path) -> SweepFolder | None:
    """Open what an earlier call has frozen; None where there is nothing.

    Raises
    ------
    InputError
        If it is of another grid.
    """
    if not (folder / CONFIGS / GRID).is_file():
        return None
    found = open_frozen(folder)
    # what the report shows may be chosen anew
    shown = {"quantities": asked.options.quantities}
    found = replace(found, options=found.options.model_copy(update=shown))
    if (found.options, found.cells) != (asked.options, asked.cells):
        old, new = (_told(one.options, one.cells) for one in (found, asked))
        raise InputError(
            f"{folder} holds another grid ({old}), and asked for is {new}; choose another --out "
            "(trainings that both need come from the cache)"
        )
    return found


def _told(options: SweepOptions, cells: Sequence[Cell]) -> str:
    return f"{told_grid(options)} from {cells[0].seed} on"


_ORDERED = ("over", "zip")


def _in_order(options: dict[str, Any]) -> dict[str, Any]:
    """Keep the order of keys, which a JSON object has none of: columns stand in it."""
    return {**options, **{key: list(options[key].items()) for key in _ORDERED}}


def open_frozen(folder: Path) -> SweepFolder:
    """Open a sweep's folder.

    Raises
    ------
    InputError
        If it is none, or of another version, or damaged.
    """
    path = folder / CONFIGS / GRID
    if not path.is_file():
        raise InputError(
            f"{folder} is no sweep (no {CONFIGS}/{GRID}); expected one made by `sweep`"
        )
    grid = read_json(path)
    try:
        if grid["format"] != FORMAT:
            raise InputError(f"{folder} was made by another version; choose another folder")
        cells = tuple(
            Cell(int(number), dict(choices), int(seed), tuple(levels))
            for number, choices, seed, levels in grid["cells"]
        )
        swept = {key: dict(grid["options"][key]) for key in _ORDERED}
        options = options_of({**grid["options"], **swept}, str(path))
        return SweepFolder(folder, str(grid["name"]), options, str(grid["base"]), cells)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is damaged ({error}); choose another folder") from error
