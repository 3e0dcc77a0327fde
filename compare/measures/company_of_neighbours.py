"""The company of a space's neighbours: what the contrast of this project is measured by.

``company.py`` judges neighbours by the counts of a text; here a space is asked for the neighbours
of some words, and what comes out is read as numbers, with the words as units.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from compare.judgments.strata import Stratum
from compare.measures.company import Company, company, probe_words
from compare.measures.neighbours import nearest
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.text.company_counts import CompanyCounts
from compare.uncertainty import UnitMean

ASKED_WORDS = 1000
"""Words whose neighbours are judged, drawn by a hash among those frequent enough in the text."""


@dataclass(frozen=True)
class CompanyOfNeighbours:
    """The words asked about, and how their neighbours stand to them."""

    words: tuple[str, ...]
    found: Company

    def within(self, stratum: Stratum) -> CompanyOfNeighbours:
        """Keep the words of a stratum."""
        is_kept = np.array([stratum.holds((word,)) for word in self.words], dtype=bool)
        kept = {one.name: getattr(self.found, one.name)[is_kept] for one in fields(self.found)}
        words = tuple(word for word, kept in zip(self.words, is_kept, strict=True) if kept)
        return CompanyOfNeighbours(words, Company(**kept))


def company_of(asked: Asked) -> CompanyOfNeighbours:
    """Find the nearest words of some words and judge them by the counts of a text.

    The counts hold the words of the space, in its order.
    """
    if asked.whole is not None and asked.stratum is not None:
        whole: CompanyOfNeighbours = asked.whole.once(company_of)
        return whole.within(asked.stratum)
    counts: CompanyCounts = asked.judgments
    rows = probe_words(counts, n=ASKED_WORDS)
    words = tuple(counts.words[row] for row in rows)
    neighbours = (
        nearest(asked.space, words, k=asked.k).rows if words else np.zeros((0, asked.k), np.int64)
    )
    return CompanyOfNeighbours(words, company(neighbours, rows, counts, seed=asked.seed))


def _read(asked: CompanyOfNeighbours, name: str) -> dict[str, Scored]:
    values = getattr(asked.found, name)
    is_meeting = name == "meeting"
    chances = asked.found.controls_meeting if is_meeting else np.full(len(values), 0.5)
    estimate, excess = UnitMean.of(values), UnitMean.of(values - chances)
    n_used = estimate.n_units
    return {
        ALL: Scored(
            estimate.value,
            estimate,
            n_used,
            len(values) - n_used,
            chance=estimate.value - excess.value,
            excess=excess,
        )
    }


def _quantity(name: str, method: str, title: str, says: str, equation: str) -> Quantity:
    is_chance = name != "meeting"
    return Quantity(
        key="company",
        method=method,
        asks="company",
        measure=company_of,
        read=partial(_read, name=name),
        title=f"{title} ({{judgments}})",
        says=says,
        section="company",
        unit="number" if is_chance else "share",
        bounds=(0, 1),
        drawn="words",
        unchanged="rotation scale lengths",
        is_of_transforms=False,
        is_main=is_chance,
        is_tested=is_chance,
        equation=equation,
        paper="Sahlgren 2006, The Word-Space Model; Rapp 2002, COLING",
    )


AROUND = _quantity(
    "around",
    "around",
    "around",
    "How often a neighbour stands near the word, in the text, more than words as frequent do: ½ is "
    "no more than these.",
    "mean of P( lift(w, n) > lift(w, c) ) over neighbours n of w and controls c",
)

IN_PLACE = _quantity(
    "in_place",
    "in place",
    "in its place",
    "How often a neighbour shares the word's direct neighbours, left and right apart, more than "
    "words as frequent do: ½ is no more than these.",
    "mean of P( cos(p_w, p_n) > cos(p_w, p_c) ), p: PPMI of direct neighbours, by side",
)

MEETING = _quantity(
    "meeting",
    "meeting",
    "neighbours that stand near the word",
    "How many of the neighbours stand near the word at least once.",
    "share of the neighbours n of w with near(w, n) > 0",
)
