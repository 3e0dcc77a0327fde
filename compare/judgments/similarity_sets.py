"""Human judgments: analogies and similarity ratings, as published.

Nothing is dropped or mended in silence: repeated questions and pairs are kept, since published
results count them, and their number is told.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from compare.errors import InputError
from compare.judgments.analogy_sets import judgment_lines
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


def load_similarity(path: Path, *, name: str | None = None) -> SimilaritySet:
    """Read rated word pairs: two words and a number a line, parted by tab, comma, ``;`` or space.

    Comments (``#``) and one header line are skipped. The rating is the first column behind the
    words that holds a number (SimLex-999 and SimVerb-3500 have a part of speech before it);
    columns of words are kept as labels, further numbers are ignored. Where all words carry their
    part of speech, as in MEN's lemma form (``sun-n``), it is taken off and kept as a label.

    Raises
    ------
    InputError
        If the path is missing, holds no pair, or a line has another form (it is named).
    """
    lines = [(n, line) for n, line in judgment_lines(path) if line and not line.startswith("#")]
    rows = [(number, line, _fields(line)) for number, line in lines]
    headings: list[str] = []
    if rows and len(rows[0][2]) >= 3 and _rating_column(rows[0][2]) is None:
        headings = [heading.strip() for heading in rows.pop(0)[2]]
    if not rows:
        raise InputError(f"{path} holds no rated word pair; expected lines 'word word number'")
    place = _rating_column(rows[0][2]) or 2
    ratings = []
    for number, line, fields in rows:
        rating = _rating(fields, place)
        if rating is None:
            raise InputError(
                f"{path}:{number}: expected two words and a rating; found {line[:60]!r}"
            )
        ratings.append(rating)
    table = [fields for _, _, fields in rows]
    labels = _labels(table, place, headings)
    pairs = tuple((fields[0], fields[1]) for fields in table)
    if all(_TAGGED.fullmatch(word) for pair in pairs for word in pair):
        tags = tuple(f"{first[-1]}-{second[-1]}" for first, second in pairs)
        labels = {"POS": tags, **labels}
        pairs = tuple((first[:-2], second[:-2]) for first, second in pairs)
    return SimilaritySet(name or path.stem, pairs, np.array(ratings), labels)


def normal_similarity(judgments: SimilaritySet, *, fold: bool = True) -> SimilaritySet:
    """Write the words of rated pairs as texts have them; ``fold``: in small letters, too."""
    pairs = tuple(
        (normal_word(first, fold=fold), normal_word(second, fold=fold))
        for first, second in judgments.pairs
    )
    return replace(judgments, pairs=pairs)


def _fields(line: str) -> list[str]:
    for separator in ("\t", ";", ","):
        if line.count(separator) >= 2:
            try:
                return [field.strip() for field in next(csv.reader([line], delimiter=separator))]
            except csv.Error:  # a field of over 128 KiB
                return []
    return line.split()


_TAGGED = re.compile(r".+-[a-z]")


_PARTS_OF_SPEECH = frozenset("ANVRJanvrj")


def _rating_column(fields: list[str]) -> int | None:
    """Find the first column behind the words that holds a number."""
    return next((place for place in range(2, len(fields)) if _number(fields[place])), None)


def _labels(table: list[list[str]], rating: int, headings: list[str]) -> dict[str, tuple[str, ...]]:
    """Give the columns behind the words that hold words in every line, by heading."""
    labels: dict[str, tuple[str, ...]] = {}
    for place in range(2, min(map(len, table))):
        column = tuple(fields[place] for fields in table)
        if place == rating or any(not field or _number(field) for field in column):
            continue
        if place < len(headings):
            heading = headings[place]
        else:
            heading = "POS" if _PARTS_OF_SPEECH.issuperset(column) else "relation"
        labels.setdefault(heading, column)
    return labels


def _rating(fields: list[str], place: int) -> float | None:
    if len(fields) <= place or not fields[0] or not fields[1] or not _number(fields[place]):
        return None
    rating = float(fields[place])
    return rating if np.isfinite(rating) else None


def _number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
