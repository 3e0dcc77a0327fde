"""Spaces and judgments → the tables of a report. Computes; writes and draws nothing.

Tables are pandas frames, one row a fact; in CSV they keep eight digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from compare.comparison.cuts import scores_by_cut
from compare.comparison.examples import ExampleOptions, neighbour_lists, planes, worked_example
from compare.comparison.protocol import ProtocolOptions, fold_case, share_vocabulary, transformed
from compare.comparison.scores import Scores, concatenated
from compare.comparison.space_pairs import (
    Repeats,
    changed_words,
    likeness,
    overlaps,
    overlaps_by_band,
    retrieval,
)
from compare.judgments.judgments import Judgments
from compare.progress import Progress, silent
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Comparison:
    """What comparing spaces found.

    Attributes
    ----------
    measurements : DataFrame
        One row a number: space, measure, judgments, relation, method, candidates, transform,
        value, low, high (95 % bootstrap interval), chance (of a guess, or of the control task),
        n_used, n_missing.
    differences : DataFrame
        Paired tests of each pair of spaces: difference, low, high, p, p_holm (over all of them).
    relation_differences : DataFrame
        The same by relation, against the first space, a family of their own.
    seeds : DataFrame
        The main numbers of spaces of the same models from each seed: seed beside the columns of
        measurements. Empty where one seed was trained.
    cuts : DataFrame
        Analogies (3CosAdd) and similarity when fewer words are kept, in the first transform.
    overlaps : DataFrame
        overlap@k of each pair of spaces, with the share expected by chance; a space paired with
        itself is its model from another seed.
    bands : DataFrame
        overlap@k and rank-biased overlap by the frequency of the word, in the first transform.
    changed : list of dict
        Words whose neighbourhoods differ most and least from those in the first space.
    likeness : DataFrame
        Likeness of each pair of spaces by several measures, with the mean and the 95th percentile
        of the same over shuffled words (floor, floor_high), and the mean of the two models' own
        likeness over seeds (ceiling), in the first transform.
    retrieval : DataFrame
        Held-out words found again after the best rotation, both ways, by cosine and by CSLS.
    neighbours : list of dict
        For each transform, word and space: the k nearest words and their cosines.
    hubs : list of dict
        For each transform and space: the words that are neighbours of the most others.
    example : list of dict
        The example analogy in each space and transform: the five best answers, the rank.
    plane : DataFrame
        Words on the first two principal components of each space.
    cosines : DataFrame
        Cosines of random word pairs of each space and transform.
    analogy_scores, similarity_scores : DataFrame
        Scores of every question and pair.
    coverage : DataFrame
        Words of each space before and after the cut to the shared vocabulary.
    judgments : DataFrame
        Sets of judgments with their items, and how many of these are repeated in the set.
    missing_probes : list of str
        Probe words that are not in the shared vocabulary.
    """

    measurements: pd.DataFrame
    differences: pd.DataFrame
    relation_differences: pd.DataFrame
    seeds: pd.DataFrame
    cuts: pd.DataFrame
    overlaps: pd.DataFrame
    bands: pd.DataFrame
    changed: list[dict[str, Any]]
    likeness: pd.DataFrame
    retrieval: pd.DataFrame
    neighbours: list[dict[str, Any]]
    hubs: list[dict[str, Any]]
    example: list[dict[str, Any]]
    plane: pd.DataFrame
    cosines: pd.DataFrame
    analogy_scores: pd.DataFrame
    similarity_scores: pd.DataFrame
    coverage: pd.DataFrame
    judgments: pd.DataFrame
    missing_probes: list[str]


def compare_spaces(
    spaces: Sequence[EmbeddingSpace],
    judgments: Judgments,
    protocol: ProtocolOptions,
    report: ExampleOptions,
    *,
    seed: int,
    repeats: Repeats | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Compare spaces by the protocol, on the judgments given.

    Parameters
    ----------
    repeats : mapping of str → sequence of EmbeddingSpace, optional
        By the name of a space, those of the same model from other seeds. They are no columns of
        the comparison: they tell how far a number moves with the seed, and how alike a model is to
        itself.

    Raises
    ------
    InputError
        If the spaces share no vocabulary.
    """
    judgments.check_names()
    shared, coverage = share_vocabulary(spaces, protocol)
    repeats = _cut_repeats(repeats or {}, shared[0], protocol)
    if protocol.case == "fold":
        judgments, report = judgments.folded(), _folded_words(report)
    by_transform = {t: [transformed(space, t) for space in shared] for t in protocol.transforms}
    scores = Scores(protocol, seed)
    n_steps, done = len(protocol.transforms) * len(shared) + 5, 0
    for transform, spaces_alike in by_transform.items():
        for space in spaces_alike:
            scores.add(space, transform, judgments)
            done += 1
            progress(done, n_steps, unit="spaces")
    first = protocol.transforms[0]
    repeats = {n: [transformed(one, first) for one in again] for n, again in repeats.items()}
    names = [space.name for space in shared]
    words = [word for word in report.probe_words if word in shared[0]]
    parts: dict[str, Callable[[], Any]] = {
        "overlaps": lambda: overlaps(by_transform, repeats, protocol, seed),
        "bands": lambda: overlaps_by_band(by_transform[first], first, protocol, seed),
        "changed": lambda: changed_words(by_transform[first], protocol),
        "likeness": lambda: likeness(by_transform[first], first, repeats, protocol, seed),
        "retrieval": lambda: retrieval(by_transform[first], first, protocol, seed),
    }
    found: dict[str, Any] = {}
    for name, measure in parts.items():
        found[name] = measure()
        done += 1
        progress(done, n_steps, unit="spaces")
    return Comparison(
        **found,
        measurements=scores.measurements(),
        differences=scores.differences(names),
        relation_differences=scores.relation_differences(names),
        seeds=_seed_values(by_transform[first], repeats, judgments, protocol, seed),
        cuts=scores_by_cut(by_transform[first], judgments),
        neighbours=neighbour_lists(by_transform, protocol, words),
        hubs=scores.hubs,
        example=worked_example(by_transform, report.analogy),
        plane=planes(by_transform[first], (*report.analogy, *report.map_words)),
        cosines=pd.concat(scores.cosines, ignore_index=True),
        analogy_scores=concatenated(scores.questions),
        similarity_scores=concatenated(scores.pairs),
        coverage=pd.DataFrame(coverage),
        judgments=judgments.table(),
        missing_probes=[word for word in report.probe_words if word not in shared[0]],
    )


def _cut_repeats(
    repeats: Repeats, reference: EmbeddingSpace, protocol: ProtocolOptions
) -> dict[str, list[EmbeddingSpace]]:
    """Cut other seeds' spaces to the shared words; they hold them, being of the same models."""
    cut = {}
    for name, again in repeats.items():
        folded = (fold_case(one)[0] if protocol.case == "fold" else one for one in again)
        kept = [replace(one, counts=None).restricted(reference.words) for one in folded]
        cut[name] = [replace(one, counts=reference.counts) for one in kept]
    return cut


def _seed_values(
    spaces: Sequence[EmbeddingSpace],
    repeats: Repeats,
    judgments: Judgments,
    protocol: ProtocolOptions,
    seed: int,
) -> pd.DataFrame:
    """Take the main numbers of every seed's space, those that are compared first."""
    transform = protocol.transforms[0]
    tables = []
    for space in spaces:
        for number, one in enumerate((space, *repeats.get(space.name, ()))):
            if repeats.get(space.name):
                scores = Scores(protocol, seed, brief=True)
                scores.add(one.named(space.name), transform, judgments)
                tables.append(scores.measurements().assign(seed=seed + number))
    return concatenated(tables).drop(columns=["low", "high"], errors="ignore")


def _folded_words(report: ExampleOptions) -> ExampleOptions:
    return report.model_copy(
        update={
            "probe_words": tuple(dict.fromkeys(word.lower() for word in report.probe_words)),
            "map_words": tuple(word.lower() for word in report.map_words),
            "analogy": tuple(word.lower() for word in report.analogy),
        }
    )
