"""What the explorer shows of a run folder: spaces as they were compared, and their counts."""

from __future__ import annotations

from collections.abc import Mapping

from compare.errors import InputError
from compare.judgments.judgments import JudgmentOptions, open_judgments
from compare.judgments.similarity_sets import SimilaritySet
from compare.options import validated
from compare.progress import Show
from compare.text.company_counts import CompanyCounts
from compare.text.company_texts import company_of_texts
from compare.text.corpus import NO_TEXT, CorpusOptions
from compare.text.reading import Text
from compare.text.vocabulary import VocabularyOptions
from experiments.explorer.page import Explored
from experiments.report.spaces import first_tables, floors, space_looks, space_names
from experiments.results.run_folder import RunResults

MOST_SPACES = 4
"""Spaces of a run that are shown: more have no room beside each other."""


def explored_run(results: RunResults, *, show: Show) -> Explored:
    """Take the first space of each model of a run; of a single model, the first that learned.

    Neighbours are marked by the counts that the run's headline was made of.

    Raises
    ------
    InputError
        If the folder keeps no spaces.
    """
    learned = [name for name in space_names(results) if name not in floors(results)]
    of_models = first_tables(results)
    chosen = (of_models if len(of_models) > 1 else learned)[:MOST_SPACES]
    spaces = {space.name: space for space in results.compared_spaces}
    return Explored(
        spaces=[spaces[name] for name in spaces if name in chosen],
        title=results.title,
        drawn=space_looks(results),
        similarity=similarity_sets(results.config),
        counts=_counts(results, show),
    )


def similarity_sets(config: Mapping[str, object]) -> tuple[SimilaritySet, ...]:
    """Open the judgments of similarity that a run asked; the usual ones of no run."""
    asked = config.get("judgments")
    known = JudgmentOptions.model_fields
    given = {k: v for k, v in asked.items() if k in known} if isinstance(asked, dict) else {}
    options = validated(JudgmentOptions, given, "judgments")
    return open_judgments(similarity=options.similarity).similarity


def _counts(results: RunResults, show: Show) -> CompanyCounts | None:
    judged = results.config.get("judgments", {})
    sources = judged.get("company_corpus", ()) if isinstance(judged, dict) else ()
    corpus = validated(CorpusOptions, results.config.get("corpus", {}), "corpus")
    vocabulary = validated(VocabularyOptions, results.config.get("vocabulary", {}), "vocabulary")
    text = None if corpus.source == NO_TEXT else Text(corpus, vocabulary, show=show)
    try:
        found = company_of_texts(
            sources, text, fold_case=results.protocol.get("case") == "fold", show=show
        )
    except InputError:  # the text has gone elsewhere: neighbours are shown without marks
        return None
    return found[0] if found else None
