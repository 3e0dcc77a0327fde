"""Facts about words that spaces are asked about: opposites, synonyms, and categories.

A list of words of everyday English comes along, put together for this project: small enough to be
read, too small for fine differences. A list of one's own is a text file in the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import numpy as np

from compare.errors import InputError
from compare.text.encodings import read_text_file
from compare.text.normalization import normal_word

EVERYDAY = "everyday"
"""The list that comes along, by name."""

RELATIONS = ("antonym", "synonym", "category")


@dataclass(frozen=True)
class Lexicon:
    """A list of what is known of words.

    Attributes
    ----------
    antonyms, synonyms : tuple of (str, str)
    categories : mapping of str → str
        Each word's one category.
    """

    name: str
    antonyms: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)

    def normal(self, *, fold: bool = True) -> Lexicon:
        """Write all words as texts have them, as the protocol does those of spaces.

        Parameters
        ----------
        fold : bool
            In small letters, too.

        Raises
        ------
        InputError
            If two spellings of one word have different categories.
        """

        def normal(word: str) -> str:
            return normal_word(word, fold=fold)

        categories: dict[str, str] = {}
        for word, category in self.categories.items():
            if categories.setdefault(normal(word), category) != category:
                raise InputError(
                    f"{self.name}: {word!r} and another case of it are of different categories; "
                    "leave one out, or compare cases exactly (protocol.case)"
                )
        return Lexicon(
            self.name,
            tuple((normal(a), normal(b)) for a, b in self.antonyms),
            tuple((normal(a), normal(b)) for a, b in self.synonyms),
            categories,
        )

    def category_pairs(
        self, words: Mapping[str, int], *, seed: int = 0
    ) -> tuple[tuple[str, str], ...]:
        """Pair words of one category at random, each in one pair at most.

        Parameters
        ----------
        words : mapping
            Words that may be paired (those of a space).
        """
        rng = np.random.default_rng(seed)
        pairs = []
        for known in self._by_category(words).values():
            order = [known[place] for place in rng.permutation(len(known))]
            pairs += list(zip(order[::2], order[1::2], strict=False))
        return tuple(pairs)

    def _by_category(self, words: Mapping[str, int]) -> dict[str, list[str]]:
        by_category: dict[str, list[str]] = {}
        for word, category in self.categories.items():
            if word in words:
                by_category.setdefault(category, []).append(word)
        return by_category

    def odd_groups(
        self, words: Mapping[str, int], *, n_groups: int, size: int = 4, seed: int = 0
    ) -> list[tuple[tuple[str, ...], str]]:
        """Draw groups of words of one category with an odd one from another.

        Parameters
        ----------
        words : mapping
            Words that may be drawn (those of a space).
        n_groups : int
            Groups drawn; none where fewer than two categories have ``size`` words.
        size : int
            Words that belong together.

        Returns
        -------
        list of (tuple of str, str)
            For :func:`compare.measures.odd_one_out.odd_one_out`.
        """
        by_category = self._by_category(words)
        large = [category for category, known in by_category.items() if len(known) >= size]
        if len(large) < 2:
            return []
        rng = np.random.default_rng(seed)
        groups = []
        for _ in range(n_groups):
            one, other = rng.choice(len(large), 2, replace=False)
            together = rng.choice(by_category[large[one]], size, replace=False)
            odd = rng.choice(by_category[large[other]])
            groups.append((tuple(map(str, together)), str(odd)))
        return groups


def open_lexicon(name_or_path: str) -> Lexicon:
    """Open the list that comes along (``everyday``), or a file.

    Raises
    ------
    InputError
        If there is no such file, or a line has another form (it is named).
    """
    if name_or_path == EVERYDAY:
        source = resources.files("compare.judgments") / "everyday_words.tsv"
        return _parsed(EVERYDAY, source.read_text("utf-8"), EVERYDAY)
    path = Path(name_or_path)
    text = read_text_file(path, "list of words", f" (give '{EVERYDAY}' or the path of a file)")
    return _parsed(path.stem, text, str(path))


def _parsed(name: str, text: str, where: str) -> Lexicon:
    """Read lines of a word, another word or a category, and the relation, parted by tabs."""
    pairs: dict[str, list[tuple[str, str]]] = {relation: [] for relation in RELATIONS}
    categories: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        fields = [part.strip() for part in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and fields[-1] == "relation"):
            continue
        if len(fields) != 3 or not all(fields) or fields[2] not in RELATIONS:
            raise InputError(
                f"{where}:{number}: expected a word, a tab, another word or a category, a tab, and "
                f"one of {', '.join(RELATIONS)}; found {line[:60]!r}"
            )
        word, other, relation = fields
        if relation != "category":
            pairs[relation].append((word, other))
        elif categories.setdefault(word, other) != other:
            raise InputError(
                f"{where}:{number}: {word!r} is of category {categories[word]!r} already; "
                "a word has one category"
            )
    if not categories and not any(pairs.values()):
        raise InputError(f"{where} lists no word; expected lines 'hot<TAB>cold<TAB>antonym'")
    return Lexicon(name, tuple(pairs["antonym"]), tuple(pairs["synonym"]), categories)
