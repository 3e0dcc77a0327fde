"""Spaces and judgments → the tables of a report. Computes; writes and draws nothing.

Tables are pandas frames, one row a fact; in CSV they keep eight digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from math import comb
from typing import Any

import pandas as pd

from compare.at_once import Task, at_once
from compare.comparison.answers import answer_tables, asked_of_all
from compare.comparison.examples import anchors, nearest_words, planes, worked_example
from compare.comparison.given import (
    checked_repeats,
    counted,
    named_spaces,
    opened_judgments,
    options_of,
)
from compare.comparison.likeness import likeness, retrieval
from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.comparison.protocol import Coverage, share_vocabulary, transformed
from compare.comparison.quantities import PAIR_QUANTITIES
from compare.comparison.scores import ask
from compare.comparison.seeds import Repeats, asked_again, cut_repeats
from compare.comparison.space_pairs import changed_words, overlaps, overlaps_by_band
from compare.errors import InputError, checked_seed
from compare.judgments.judgments import Judgments
from compare.judgments.strata import headline_words, strata_of
from compare.machine import n_threads
from compare.progress import Progress, Show, chosen_show, silent
from compare.shown import printable
from compare.spaces.side_by_side import SideBySide, side_by_side
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts
from compare.text.company_texts import HELD_OUT, OWN_TEXT, check_names, company_of_texts
from compare.text.reading import Text


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """What comparing spaces found.

    Attributes
    ----------
    measurements : DataFrame
        One row a number: space, quantity, judgments, relation, words ("all", "one token",
        "split", bands of frequency), method, candidates, transform, value, low, high (95 %
        interval), p (missing: a number alone is not tested), holds (False), chance (of a guess, or
        of the control task), n (items), n_missing, unit.
    differences : DataFrame
        The declared contrasts: space, reference ("chance" for a guess), contrast (its kind:
        floor, chance, models, tables, and unit and model, parts of the difference of the two),
        quantity, judgments, relation, words, method, candidates, transform, value (space −
        reference), low, high, p, p_holm (adjusted for its family and its pair), outcome
        ("apart", "not told apart", "not tested"), holds (true where apart), margin, p_alike
        (adjusted, too), alike (true where shown to differ by less than the margin), is_planned (of
        a planned family), why (not tested), n (units), n_seeds, unit.
    relation_differences : DataFrame
        The same by relation, families of their own.
    seeds : DataFrame
        The main numbers of spaces of the same models from each seed: seed beside the columns of
        measurements. Empty where one seed was trained.
    cuts : DataFrame
        Analogies (3CosAdd) and similarity when fewer words are kept, in the first transform.
    overlaps : DataFrame
        overlap@k of each pair of spaces, for all words, words of one token and split words; a
        space paired with itself is its model from another seed. Declared pairs are tested against
        ``chance``, what words as frequent give, and ``untrained``, what an untrained table does.
    bands : DataFrame
        overlap@k and rank-biased overlap by the frequency of the word, in the first transform.
    changed : DataFrame
        Words whose neighbourhoods differ most and least from those in the first space: first,
        second, kind ("changed", "same", or "none" without a list), word, change, side, place,
        neighbour, why.
    likeness : DataFrame
        Likeness of each pair of spaces by several measures, in the first transform: value; mean
        and 95th percentile of the same with vectors dealt to words as frequent (floor,
        floor_high), with p, p_holm, outcome, holds and why as in differences; what an untrained
        table reaches (untrained); the mean of the two models' own likeness over seeds (ceiling).
    retrieval : DataFrame
        Held-out words found again after the best rotation, both ways, by cosine and by CSLS.
    nearest : DataFrame
        The k nearest words of the words shown: transform, word, space, place (from 1), neighbour,
        cosine, kind ("around", "in place", "both", or "" for neither, by the first text).
    anchors : DataFrame
        What the nearest words by co-occurrence alone, and by direct neighbours alone, have of
        either: judgments (the text), anchor, around, in_place, meeting, n (words).
    hubs : DataFrame
        The words that are neighbours of the most others: transform, space, k, n_asked, place,
        word, n.
    example : DataFrame
        The example analogy: transform, space, a, b, c, d, rank, rank_honest of d, and the five
        best answers: place, answer.
    plane : DataFrame
        Words on the first two principal components of each space.
    cosines : DataFrame
        Cosines of random word pairs of each space and transform.
    analogy_scores, similarity_scores, company_scores : DataFrame
        Scores of every question, pair, and word whose neighbours are judged.
    coverage : DataFrame
        What each space is (space, label, family, role, model) and its words before and after the
        cut to the shared vocabulary.
    judgments : DataFrame
        Sets of judgments with their items, and how many of these are repeated in the set.
    missing : DataFrame
        Words asked about that are not in the shared vocabulary: word.
    spaces : mapping of str → EmbeddingSpace
        The spaces, cut to the shared vocabulary, vectors as they are; none in a comparison that
        was read from a folder.
    protocol : mapping
        The rules, as plain values, and the seed; of a comparison made by :func:`compare_spaces`.
    """

    measurements: pd.DataFrame
    differences: pd.DataFrame
    relation_differences: pd.DataFrame
    seeds: pd.DataFrame
    cuts: pd.DataFrame
    overlaps: pd.DataFrame
    bands: pd.DataFrame
    changed: pd.DataFrame
    likeness: pd.DataFrame
    retrieval: pd.DataFrame
    nearest: pd.DataFrame
    anchors: pd.DataFrame
    hubs: pd.DataFrame
    example: pd.DataFrame
    plane: pd.DataFrame
    cosines: pd.DataFrame
    analogy_scores: pd.DataFrame
    similarity_scores: pd.DataFrame
    company_scores: pd.DataFrame
    coverage: pd.DataFrame
    judgments: pd.DataFrame
    missing: pd.DataFrame
    spaces: Mapping[str, EmbeddingSpace] = field(default_factory=dict)
    protocol: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Say what was compared, and what can be asked."""
        return comparison_line(self.coverage, self.measurements, self.differences)

    def neighbours(self, word: str, k: int = 10) -> SideBySide:
        """Set the nearest words of a word side by side, as every space has them.

        Raises
        ------
        InputError
            If the word is not in the shared vocabulary, or the spaces are not at hand.
        """
        if not self.spaces:
            raise InputError(
                "this comparison was read from a folder that holds no spaces; the words shown in "
                "the report are in .nearest"
            )
        return side_by_side(list(self.spaces.values()), word, k)


TABLES: tuple[str, ...] = tuple(
    one.name for one in fields(Comparison) if one.name not in ("spaces", "protocol")
)
"""The parts of a comparison that are tables."""


def comparison_line(
    coverage: pd.DataFrame, measurements: pd.DataFrame, differences: pd.DataFrame
) -> str:
    """Say in two lines what was compared, and what can be asked."""
    names = ", ".join(map(str, coverage["space"]))
    n_words = int(coverage["n_shared"].iloc[0]) if len(coverage) else 0
    n_shown = int(differences["holds"].sum()) if len(differences) else 0
    return (
        printable(
            f"Comparison of {names}: {n_words:,} shared words, {len(measurements):,} numbers, "
            f"{n_shown} of {len(differences)} differences shown"
        )
        + "\nask .measurements, .differences, .neighbours(word)"
    )


def compare_spaces(
    spaces: Sequence[EmbeddingSpace] | Mapping[str, EmbeddingSpace],
    *,
    judgments: Judgments | Mapping[str, Sequence[str]] | None = None,
    text: Text | None = None,
    company: Sequence[CompanyCounts] | None = None,
    protocol: ProtocolOptions | Mapping[str, Any] | None = None,
    examples: ExampleOptions | Mapping[str, Any] | None = None,
    seed: int = 1,
    repeats: Repeats | None = None,
    threads: int | None = None,
    progress: bool | Show | None = None,
) -> Comparison:
    """Compare spaces by the protocol: the measures, tests and families of a report.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace, or mapping of str → EmbeddingSpace
        Each under its own name, or under the mapping's. The first is the reference of tests.
    judgments : Judgments or mapping, optional
        What is asked: of :func:`compare.open_judgments`, or names and paths by kind,
        ``{"analogies": [...], "similarity": [...], "lexicons": [...]}``. By default
        questions-words, WordSim-353, SimLex-999 and everyday opposites and categories.
    text : Text, optional
        Where spaces know no counts, words are counted in it; and so is their company.
    company : sequence of CompanyCounts, optional
        Of texts by which neighbours are judged (:func:`count_company`); by default of ``text``, and
        of what it holds out, where that is enough.
    protocol, examples : options or mapping, optional
        The rules, and the words that are shown one by one (``docs/options.md``).
    seed : int
        Rules every draw.
    repeats : mapping of str → sequence of EmbeddingSpace, optional
        By the name of a space, those of the same model from other seeds. They are no columns of
        the comparison: they tell how far a number moves with the seed, and how alike a model is to
        itself.
    threads : int, optional
        Parts of the comparison that are worked on at once; by default one a core. The numbers are
        the same with any.
    progress : bool or callable, optional
        See :func:`compare.progress.chosen_show`.

    Raises
    ------
    InputError
        If the spaces share no vocabulary, a name is used twice, or something is no space.
    """
    seed = checked_seed(seed)
    show = chosen_show(progress)
    listed = [counted(space, text) for space in named_spaces(spaces)]
    rules = options_of(ProtocolOptions, protocol, "protocol")
    if company is None and text is not None:
        own = (OWN_TEXT, HELD_OUT)
        company = company_of_texts(own, text, fold_case=rules.case == "fold", show=show)
    return compared(
        listed,
        opened_judgments(judgments, show),
        rules,
        options_of(ExampleOptions, examples, "examples"),
        seed=seed,
        repeats=checked_repeats(repeats, [space.name for space in listed]),
        company=company or (),
        threads=threads,
        progress=show("comparing the spaces"),
    )


def compared(
    spaces: Sequence[EmbeddingSpace],
    judgments: Judgments,
    protocol: ProtocolOptions,
    examples: ExampleOptions,
    *,
    seed: int,
    repeats: Repeats | None = None,
    company: Sequence[CompanyCounts] = (),
    threads: int | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Compare spaces when everything is opened; see :func:`compare_spaces`."""
    judgments.check_names()
    check_names(company)
    shared, coverage = share_vocabulary(spaces, protocol)
    n_seeds = 1 + max(map(len, (repeats or {}).values()), default=0)
    repeats = cut_repeats(repeats or {}, shared[0], protocol)
    fold = protocol.case == "fold"
    judgments, examples = judgments.normal(fold=fold), examples.normal(fold=fold)
    by_transform = {t: [transformed(space, t) for space in shared] for t in protocol.transforms}
    first = protocol.transforms[0]
    alike = by_transform[first]
    counted_in = [counts.restricted(shared[0].words) for counts in company]
    repeats = {n: [transformed(one, first) for one in again] for n, again in repeats.items()}
    words = [word for word in examples.words if word in shared[0]]
    n_pairs = comb(len(shared), 2)
    parts: dict[str, Task[pd.DataFrame]] = {
        "likeness": Task(
            partial(likeness, alike, first, repeats, protocol, seed, counted_in),
            n_pairs * len(PAIR_QUANTITIES),
        ),
        "retrieval": Task(partial(retrieval, alike, first, protocol, seed), n_pairs),
        "overlaps": Task(lambda _: overlaps(by_transform, repeats, protocol, seed, counted_in)),
        "bands": Task(lambda _: overlaps_by_band(alike, first, protocol, seed)),
        "changed": Task(lambda _: changed_words(alike, repeats, protocol)),
        "nearest": Task(lambda _: nearest_words(by_transform, words, protocol, company)),
        "anchors": Task(lambda _: anchors(counted_in, protocol, seed)),
        "example": Task(lambda _: worked_example(by_transform, examples.analogy)),
        "plane": Task(lambda _: planes(alike, (*examples.analogy, *examples.map_words))),
    }
    strata = strata_of(alike)
    asking = partial(
        ask,
        judgments=judgments,
        protocol=protocol,
        seed=seed,
        strata=strata,
        company=counted_in,
    )
    asked = asked_of_all(by_transform, asking)
    again = asked_again(alike, repeats, first, asking)
    done = iter(
        at_once(
            [*parts.values(), *asked, *again],
            n_threads(threads),
            partial(progress, unit="questions"),
        )
    )
    found = {name: next(done) for name in parts}
    answered = [next(done) for _ in asked]
    tested = headline_words(strata)
    found |= answer_tables(answered, list(done), alike, first=first, words=tested, seed=seed)
    return Comparison(
        **found,
        coverage=_coverage(spaces, coverage),
        judgments=judgments.table(),
        missing=pd.DataFrame({"word": [w for w in examples.words if w not in words]}, dtype=object),
        spaces={space.name: space for space in shared},
        protocol={**protocol.model_dump(mode="json"), "n_seeds": n_seeds, "seed": seed},
    )


def _coverage(spaces: Sequence[EmbeddingSpace], coverage: Sequence[Coverage]) -> pd.DataFrame:
    """Tell what each space is, by its provenance, and what the cut cost it."""
    table = pd.DataFrame(coverage)
    said = {
        "label": [space.provenance.get("label", space.name) for space in spaces],
        "family": [space.provenance.get("family", "other") for space in spaces],
        "role": [space.provenance.get("role", "") for space in spaces],
        "model": [space.provenance.get("model", space.name.partition("/")[0]) for space in spaces],
    }
    for place, (column, values) in enumerate(said.items(), start=1):
        table.insert(place, column, values)
    return table
