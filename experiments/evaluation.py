"""A comparison without its page: tables for the terminal, and CSV, JSON and LaTeX for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compare.comparison.comparison import Comparison
from compare.errors import InputError
from compare.storage import atomic_folder, read_json, write_text
from experiments.cells import Table, with_own_names
from experiments.markup import latex_table
from experiments.pair_tables import (
    band_table,
    changed_tables,
    difference_tables,
    likeness_table,
    overlap_tables,
    relation_difference_table,
    retrieval_table,
)
from experiments.results import records, to_json, write_csv
from experiments.tables import (
    analogy_tables,
    cut_tables,
    geometry_tables,
    hub_table,
    lexicon_tables,
    probe_table,
    relation_tables,
    similarity_tables,
    summary_table,
)

TABLES = (
    *("measurements", "differences", "relation_differences", "overlaps", "bands", "cuts"),
    *("likeness", "retrieval", "coverage", "judgments"),
)
"""Parts of a comparison that become a CSV file each, and a key of the JSON file."""

LISTS = ("changed", "hubs")
"""Parts that are keys of the JSON file alone."""

FORMAT = "embcontrast evaluation"

RESULTS = "results.json"


def evaluation_tables(comparison: Comparison) -> list[Table]:
    """Give the tables of a report, the main numbers first."""
    names = [str(name) for name in comparison.coverage["space"]]
    transforms = list(dict.fromkeys(comparison.measurements["transform"]))
    tables = [
        summary_table(comparison, names, transforms[0]),
        *analogy_tables(comparison, names, transforms),
        *relation_tables(comparison, names, transforms),
        *similarity_tables(comparison, names, transforms),
        *lexicon_tables(comparison, names, transforms),
        probe_table(comparison.measurements, names),
        *difference_tables(comparison.differences, names[0]),
        relation_difference_table(comparison.relation_differences),
        *geometry_tables(comparison.measurements, names, transforms),
        hub_table(comparison.hubs, names, transforms[0]),
        *overlap_tables(comparison.overlaps, names, transforms),
        band_table(comparison.bands),
        *changed_tables(comparison.changed),
        likeness_table(comparison.likeness),
        retrieval_table(comparison.retrieval),
        *cut_tables(comparison.cuts, names),
    ]
    return with_own_names([table for table in tables if table is not None])


def evaluation_records(comparison: Comparison) -> dict[str, Any]:
    """Give all numbers as plain values."""
    tables = {name: records(getattr(comparison, name)) for name in TABLES}
    return {"format": FORMAT, **tables, **{name: getattr(comparison, name) for name in LISTS}}


def check_evaluation_folder(folder: Path) -> None:
    """Refuse a folder that exists and holds something else.

    Raises
    ------
    InputError
    """
    if folder.is_file():
        raise InputError(f"{folder} is a file; give the path of a folder for the results")
    if folder.is_dir() and any(folder.iterdir()) and not _is_evaluation(folder):
        raise InputError(
            f"folder {folder} exists and is no evaluation of embcontrast; choose another --out, "
            "or empty it first"
        )


def _is_evaluation(folder: Path) -> bool:
    own = {RESULTS, "tables", *(f"{name}.csv" for name in TABLES)}
    if not {path.name for path in folder.iterdir()} <= own:
        return False
    try:
        return bool(read_json(folder / RESULTS)["format"] == FORMAT)
    except (InputError, KeyError, TypeError):
        return False


def write_evaluation(comparison: Comparison, folder: Path) -> None:
    """Write every number as CSV and JSON, and the tables in LaTeX; whole or not at all."""
    check_evaluation_folder(folder)
    with atomic_folder(folder) as temporary:
        for name in TABLES:
            write_csv(temporary / f"{name}.csv", getattr(comparison, name))
        write_text(temporary / RESULTS, to_json(evaluation_records(comparison)) + "\n")
        for table in evaluation_tables(comparison):
            write_text(temporary / "tables" / f"{table.name}.tex", latex_table(table))
