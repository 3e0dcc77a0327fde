"""Human judgments: analogies and similarity ratings, as published.

Nothing is dropped or mended in silence: repeated questions and pairs are kept, since published
results count them, and their number is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from compare.errors import InputError
from compare.judgments.analogy_sets import judgment_lines
from compare.judgments.rated_tables import RatedTable, read_rated_table
from compare.judgments.wordsim_parts import wordsim_parts
from compare.text.gensim_files import gensim_file
from compare.text.normalization import normal_word


@dataclass(frozen=True)
class SimilaritySet:
    """Word pairs with a human rating; larger is more alike.

    Attributes
    ----------
    pairs : tuple of (str, str)
    ratings : ndarray of float64, shape (n_pairs,)
    labels : mapping of str → tuple of str
        What the file says of each pair besides, by column: "POS", "relation", or its heading.
    groups : mapping of str → tuple of int
        Places of the pairs of parts that others have made of the set; a pair may be in several.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    ratings: np.ndarray
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def n_repeated(self) -> int:
        """Pairs that occur in the set before, in either order."""
        return len(self.pairs) - len({frozenset(pair) for pair in self.pairs})

    def kept(self, rows: Sequence[int]) -> SimilaritySet:
        """Keep some pairs, by their places."""
        now = {row: place for place, row in enumerate(rows)}
        return replace(
            self,
            pairs=tuple(self.pairs[row] for row in rows),
            ratings=self.ratings[list(rows)],
            labels={name: tuple(of[row] for row in rows) for name, of in self.labels.items()},
            groups={
                name: tuple(now[row] for row in places if row in now)
                for name, places in self.groups.items()
            },
        )

    def group(self, name: str) -> SimilaritySet:
        """Keep the pairs of a group: those of WordSim-353 that tell of similarity, say.

        Raises
        ------
        InputError
            If the set has no such group.
        """
        if name not in self.groups:
            found = ", ".join(self.groups) or "none"
            raise InputError(f"{self.name} has no group {name!r}; groups: {found}")
        return replace(self.kept(self.groups[name]), name=f"{self.name} ({name})")

    def parts(self, column: str) -> tuple[SimilaritySet, ...]:
        """Part the pairs by a column of labels: nouns, verbs and adjectives of SimLex-999, say.

        Raises
        ------
        InputError
            If the set has no such column.
        """
        if column not in self.labels:
            found = ", ".join(self.labels) or "none"
            raise InputError(f"{self.name} has no column {column!r}; columns of labels: {found}")
        parts = []
        for label in dict.fromkeys(self.labels[column]):
            rows = [row for row, one in enumerate(self.labels[column]) if one == label]
            parts.append(replace(self.kept(rows), name=f"{self.name} ({label})"))
        return tuple(parts)


def default_similarity() -> tuple[SimilaritySet, ...]:
    """Open WordSim-353 (Finkelstein et al. 2002) and SimLex-999 (Hill et al. 2015).

    WordSim-353 has the groups "similarity" and "relatedness" of Agirre et al. 2009.
    """
    wordsim = load_similarity(gensim_file("wordsim353.tsv"), name="WordSim-353")
    return (
        replace(wordsim, groups=wordsim_parts()),
        load_similarity(gensim_file("simlex999.txt"), name="SimLex-999"),
    )


def load_similarity(
    path: Path, *, name: str | None = None, columns: Sequence[str] = ()
) -> SimilaritySet:
    """Read rated word pairs: a table with two columns of words and one of ratings, or more.

    Columns are parted by tab, comma, ``;``, ``|`` or white space. Which are words and which is the
    rating is told by headings and by content: an index, ids and contexts are passed over, a part of
    speech or a relation is kept as a label, of several raters and a mean the mean is taken, of
    several raters alone their mean. Where words carry their part of speech, as in MEN's lemma
    form (``sun-n``), it is taken off and kept as a label.

    Parameters
    ----------
    columns : sequence of str
        Headings, or numbers from 1, of the two words and the rating.

    Raises
    ------
    InputError
        If the path is missing, holds no pair, a line has another form (it is named), or it is not
        clear which columns are meant.
    """
    lines = [(number, line) for number, line in judgment_lines(path) if line]
    table = read_rated_table(path, lines, columns)
    first, second = table.words
    pairs = tuple((row[first], row[second]) for row in table.rows)
    labels = _labels(table)
    n_tagged = sum(_TAGGED.fullmatch(word) is not None for pair in pairs for word in pair)
    if n_tagged >= MOST_TAGGED * 2 * len(pairs):
        parted = [tuple(map(_word_and_tag, pair)) for pair in pairs]
        labels = {"POS": tuple(f"{one[1]}-{other[1]}" for one, other in parted), **labels}
        pairs = tuple((one[0], other[0]) for one, other in parted)
    return SimilaritySet(name or path.stem, pairs, table.ratings, labels)


def normal_similarity(judgments: SimilaritySet, *, fold: bool = True) -> SimilaritySet:
    """Write the words of rated pairs as texts have them; ``fold``: in small letters, too."""
    pairs = tuple(
        (normal_word(first, fold=fold), normal_word(second, fold=fold))
        for first, second in judgments.pairs
    )
    return replace(judgments, pairs=pairs)


_TAGGED = re.compile(r"(.+)(?:-([nvjar])|_(NN|VB|JJ|RB|NOUN|VERB|ADJ|ADV))")
MOST_TAGGED = 0.8
"""Share of words with a part of speech from which all are taken to be written so."""


def _word_and_tag(word: str) -> tuple[str, str]:
    found = _TAGGED.fullmatch(word)
    return (word, "?") if found is None else (found[1], found[2] or found[3])


_PARTS_OF_SPEECH = frozenset("ANVRJanvrj")


def _labels(table: RatedTable) -> dict[str, tuple[str, ...]]:
    """Give the other columns that hold words in every line, by heading."""
    labels: dict[str, tuple[str, ...]] = {}
    for place in range(len(table.rows[0])):
        column = tuple(row[place] for row in table.rows)
        if place in (*table.words, *table.rating) or not all(map(_is_label, column)):
            continue
        if table.headings:
            heading = table.headings[place]
        else:
            heading = "POS" if _PARTS_OF_SPEECH.issuperset(column) else "relation"
        labels.setdefault(heading, column)
    return labels


def _is_label(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return bool(field)
    return False
