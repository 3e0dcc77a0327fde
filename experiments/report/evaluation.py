"""A comparison without its page: every number as CSV and JSON, the tables in LaTeX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.comparison import TABLES as COMPARED
from compare.comparison.comparison import Comparison
from compare.errors import InputError
from compare.storage import atomic_folder, check_target, read_json, write_text
from experiments.report.contents import SECTIONS
from experiments.report.document import document
from experiments.report.latex import latex_tables
from experiments.report.section import Shown
from experiments.report.sections.glossary import GLOSSARY
from experiments.results.json_text import to_json
from experiments.results.run_folder import CALLED, SCORES, RunResults
from experiments.results.tables import records, write_csv

TABLES = {CALLED.get(name, name): name for name in COMPARED if name not in SCORES}
"""What becomes a CSV file each, and a key of the JSON file: all tables of a comparison but those
that list single items."""

FORMAT = "embcontrast evaluation"

RESULTS = "results.json"


def evaluated(comparison: Comparison) -> tuple[Shown, ...]:
    """Give the sections of a report that a comparison alone can fill, without figures."""
    results = RunResults("evaluation", "Evaluation", comparison)
    sections = [one for one in SECTIONS if one is not GLOSSARY]
    return document(results, sections=sections, with_figures=False)


def evaluation_records(comparison: Comparison) -> dict[str, Any]:
    """Give all numbers as plain values."""
    nested = {"changed": _changed(comparison.changed), "hubs": _hubs(comparison.hubs)}
    tables = {
        called: records(getattr(comparison, name))
        for called, name in TABLES.items()
        if called not in nested
    }
    return {"format": FORMAT, **tables, **nested}


def _changed(changed: pd.DataFrame) -> list[dict[str, Any]]:
    """Gather the words whose neighbourhoods differ most and least, an entry a pair of spaces."""
    entries = []
    for (first, second), part in changed.groupby(_PAIR, sort=False) if len(changed) else ():
        kinds = dict(list(part.groupby("kind", sort=False)))
        most, least = (kinds.get(kind, part[:0]) for kind in ("changed", "same"))
        entries.append(
            {
                "first": first,
                "second": second,
                "changed": [
                    {
                        "word": word,
                        "change": rows["change"].iloc[0],
                        "in_first": rows.loc[rows["side"] == "first", "neighbour"].tolist(),
                        "in_second": rows.loc[rows["side"] == "second", "neighbour"].tolist(),
                    }
                    for word, rows in most.groupby("word", sort=False)
                ],
                "same": records(least[["word", "change"]]),
                "why_none": "".join(kinds["none"]["why"]) if "none" in kinds else "",
            }
        )
    return entries


_PAIR = ["first", "second"]


def _hubs(hubs: pd.DataFrame) -> list[dict[str, Any]]:
    """Gather the hubs, an entry a space and transform."""
    return [
        {
            "space": space,
            "transform": transform,
            "k": part["k"].iloc[0],
            "n_asked": part["n_asked"].iloc[0],
            "hubs": records(part[["word", "n"]]),
        }
        for (transform, space), part in (
            hubs.groupby(["transform", "space"], sort=False) if len(hubs) else ()
        )
    ]


def check_evaluation_folder(folder: Path) -> None:
    """Refuse a folder that exists and holds something else.

    Raises
    ------
    InputError
    """
    check_target(folder, "evaluation of embcontrast", _is_evaluation)


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
        for called, name in TABLES.items():
            write_csv(temporary / f"{called}.csv", getattr(comparison, name))
        write_text(temporary / RESULTS, to_json(evaluation_records(comparison)) + "\n")
        for name, table in latex_tables(evaluated(comparison)).items():
            write_text(temporary / "tables" / f"{name}.tex", table)
