"""Strata: the items of judgments that are asked about words of one kind.

A language model's vector of a word that is split into tokens is made of its pieces. Words that
share pieces (big, bigger) are then alike before anything is learned. Every score is therefore also
given for words of one token, and for split words. How frequent words are is another such kind.

An item belongs to a stratum where all its words are ``within`` it and not all of them ``beyond``:
with b the words of one token and a all words, the items of one token are (b, none) and all other
items (a, b). So the items of (a, b) and (b, none) make up all, each of them once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from compare.judgments.analogy_sets import AnalogySet, Relation
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from compare.spaces.space import EmbeddingSpace

ALL_WORDS = "all"
ONE_TOKEN = "one token"  # noqa: S105
SPLIT = "split"
"""What the column ``words`` of tables says."""

RANKS = (1_000, 10_000)
"""The last frequency ranks of all bands but the last."""


@dataclass(frozen=True)
class Stratum:
    """Items by their words.

    Attributes
    ----------
    name : str
        As the column ``words`` has it.
    within : frozenset of str
        Holds all words of an item.
    beyond : frozenset of str
        Does not hold them all.
    """

    name: str
    within: frozenset[str]
    beyond: frozenset[str] = frozenset()

    @property
    def is_of_tokens(self) -> bool:
        """Whether it is of words by their tokens, and not by how frequent they are."""
        return self.name in (ONE_TOKEN, SPLIT)

    def holds(self, words: Collection[str]) -> bool:
        """Tell whether an item of these words belongs to the stratum."""
        return self.within.issuperset(words) and not self.beyond.issuperset(words)

    def of_analogies(self, judgments: AnalogySet) -> AnalogySet:
        """Keep the questions whose words are of this kind, of the answers the first."""
        relations = (
            Relation(
                one.name, tuple(q for q in one.questions if self.holds((*q[:3], q.answers[0])))
            )
            for one in judgments.relations
        )
        return AnalogySet(judgments.name, tuple(relations))

    def of_similarity(self, judgments: SimilaritySet) -> SimilaritySet:
        """Keep the rated pairs whose words are of this kind."""
        return judgments.kept([n for n, pair in enumerate(judgments.pairs) if self.holds(pair)])

    def of_lexicon(self, lexicon: Lexicon) -> Lexicon:
        """Keep the pairs whose words are of this kind, and such words of the categories."""
        return replace(
            lexicon,
            antonyms=tuple(filter(self.holds, lexicon.antonyms)),
            synonyms=tuple(filter(self.holds, lexicon.synonyms)),
            categories={w: kind for w, kind in lexicon.categories.items() if self.holds((w,))},
        )

    def of_words(self, words: Iterable[str]) -> list[str]:
        """Keep the words of this kind, in their order."""
        return [word for word in words if self.holds((word,))]


def strata_of(spaces: Sequence[EmbeddingSpace]) -> tuple[Stratum, ...]:
    """Give the strata of a comparison: words of one token and split words, bands of frequency.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        Over the same words. A word is of one token where every space made of tokens has it so.

    Returns
    -------
    tuple of Stratum
        None of tokens where no space is made of them, or all words are of one kind.
    """
    words = spaces[0].words
    strata = []
    of_pieces = [space.n_pieces for space in spaces if space.n_pieces is not None]
    if of_pieces:
        one_token = frozenset(
            word
            for row, word in enumerate(words)
            if all(n_pieces[row] == 1 for n_pieces in of_pieces)
        )
        if 0 < len(one_token) < len(words):
            strata += [
                Stratum(ONE_TOKEN, one_token),
                Stratum(SPLIT, frozenset(words), one_token),
            ]
    if spaces[0].counts is not None:
        edges = [0, *(rank for rank in RANKS if rank < len(words)), len(words)]
        strata += [
            Stratum(f"ranks {low + 1} to {high}", frozenset(words[:high]), frozenset(words[:low]))
            for low, high in pairwise(edges)
            if len(edges) > 2
        ]
    return tuple(strata)


def headline_words(strata: Sequence[Stratum]) -> str:
    """Give the words that sentences and planned tests are about."""
    return ONE_TOKEN if any(one.name == ONE_TOKEN for one in strata) else ALL_WORDS
