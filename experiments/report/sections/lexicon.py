"""Opposites, synonyms and categories of a lexicon."""

from __future__ import annotations

from compare.comparison import quantities as known
from experiments.report.numbers import count
from experiments.report.quantity_tables import explained, quantity_tables, wholes
from experiments.report.section import BOLD, Section
from experiments.report.spaces import floors, transforms
from experiments.report.standing import FEW, told_values
from experiments.results.run_folder import RunResults


def _findings(results: RunResults) -> list[str]:
    """Say how often opposites are neighbours: what stands around them is alike."""
    quantity = next((one for one in known.QUANTITIES if one.is_named("antonyms", "share@1")), None)
    if quantity is None:
        return []
    lines, ground = [], floors(results)
    for column in wholes(results, quantity, transforms(results)[0]):
        rows = column.rows[~column.rows["space"].isin(ground)].dropna(subset=["value"])
        if not len(rows) or rows["n"].iloc[0] < FEW:
            continue
        k = str(rows["method"].iloc[0]).rpartition("@")[2]
        lines.append(
            f"Opposites as neighbours ({column.judgments}, {count(rows['n'].iloc[0])} antonym "
            f"pairs, share that stand among each other's {k} nearest, mean of both ways): "
            f"{told_values(results, quantity, list(rows.itertuples()))}."
        )
    return lines


LEXICON = Section(
    "lexicon",
    title="Opposites and categories",
    text=lambda _: (
        "Opposites stand in the same contexts: are they neighbours, and do synonyms have larger "
        f"cosines? Do the vectors hold the categories that people know? {explained('lexicon')} "
        f"{BOLD}"
    ),
    tables=lambda results: quantity_tables(results, "lexicon"),
    findings=_findings,
    leads=True,
)
