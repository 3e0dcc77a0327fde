"""What follows from words and vectors, and what can be asked: neighbours, analogies, similarity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from compare.errors import InputError, nearest_names, whole_number
from compare.spaces.analogy_equations import EQUATIONS, Method, answer_scores
from compare.spaces.answers import Answers
from compare.spaces.distinct import DistinctVectors, distinct_vectors
from compare.spaces.nearest import nearest_rows
from compare.spaces.pages import described, space_page
from compare.spaces.unit_rows import unit_rows
from compare.text.normalization import normal_word


class SpaceVerbs:
    """The questions that :class:`~compare.spaces.space.EmbeddingSpace` answers."""

    words: tuple[str, ...]
    vectors: np.ndarray
    counts: np.ndarray | None
    provenance: Mapping[str, Any]

    def subset(self, words: Iterable[str]) -> SpaceVerbs:
        """Keep some words."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Say in one line what this is."""
        return f"EmbeddingSpace {described(self)}"

    def _repr_html_(self) -> str:
        return space_page(self, [self.neighbours(word, k=5) for word in self._examples()])

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Tell whether a word has a vector."""
        return isinstance(word, str) and word in self.index

    def __getitem__(self, word: str) -> np.ndarray:
        """Look a word's vector up, shape (dim,); an unknown word is an :class:`InputError`."""
        vector: np.ndarray = self.vectors[self.id_of(word)]
        return vector

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        return int(self.vectors.shape[1])

    @property
    def name(self) -> str:
        """What reports call this space: ``name`` of its provenance."""
        return str(self.provenance.get("name", "space"))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Word → row."""
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def unit_vectors(self) -> np.ndarray:
        """Rows scaled to length 1, float32 (n_words, dim); a zero vector stays zero."""
        unit = unit_rows(self.vectors).astype(np.float32)
        unit.flags.writeable = False
        return unit

    @cached_property
    def distinct(self) -> DistinctVectors:
        """The different unit vectors, and which of them each word has."""
        return distinct_vectors(self.unit_vectors)

    def id_of(self, word: Any) -> int:
        """Look a word's row up.

        Raises
        ------
        InputError
            If the space has no such word; the message offers near spellings.
        """
        try:
            return self.index[word]
        except TypeError:
            raise InputError(f"expected a word; found {word!r}") from None
        except KeyError:
            if not isinstance(word, str):
                raise InputError(f"expected a word; found {word!r}") from None
            if (row := self.index.get(normal_word(word, fold=False))) is not None:
                return row  # written with a loose accent, a curly apostrophe
            raise InputError(
                f"word {word!r} is not in {self.name} ({len(self)} words); "
                f"{nearest_names(word, self.words)}"
            ) from None

    def neighbours(
        self, word: str, k: int = 10, *, within: Sequence[str] | int | None = None
    ) -> Answers:
        """Find the nearest words by cosine, −1 to 1; larger is nearer.

        Parameters
        ----------
        within : sequence of str, or int, optional
            Candidates: these words, or the first so many (the most frequent, where counts are
            known). By default all.

        Raises
        ------
        InputError
            If the word is unknown (near words are offered), or ``k`` below 1.

        Examples
        --------
        >>> from compare.spaces.space import EmbeddingSpace
        >>> vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]])
        >>> EmbeddingSpace(("king", "queen", "tree"), vectors).neighbours("king", k=1)
        king   cosine in space
        queen   0.800
        """
        if not isinstance(word, str):
            raise InputError(f"expected one word; found {word!r}: ask for one after the other")
        k = whole_number(k, "k", least=1)
        if within is not None:
            return self._among(within, [word]).neighbours(word, k)
        row = self.id_of(word)
        if len(self) == 1:
            return Answers((), "cosine", word, self.name)
        found, cosines = nearest_rows(self.distinct, np.array([row]), min(k, len(self) - 1))
        return self._answers(found[0], cosines[0], "cosine", word)

    def most_similar(
        self,
        word: str,
        k: int = 10,
        *,
        topn: int | None = None,
        within: Sequence[str] | int | None = None,
    ) -> Answers:
        """Do the same as :meth:`neighbours`, by the name (and with the ``topn``) of gensim."""
        return self.neighbours(word, k if topn is None else topn, within=within)

    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        k: int = 5,
        *,
        method: Method = "3CosAdd",
        exclude: bool = True,
        within: Sequence[str] | int | None = None,
    ) -> Answers:
        """Answer "a is to b as c is to ?".

        Parameters
        ----------
        method : str
            An equation of ``compare/spaces/analogy_equations.py`` that one question is enough for:
            "3CosAdd", "3CosMul", "PairDirection", or a baseline that leaves a part of the question
            out ("only-b", "only-c", "only-a+b", "only-b+c"). By 3CosAdd the score is the cosine
            with b − a + c.
        exclude : bool
            Leave a, b and c out of the answers, as is usual. Without them being left out, c or b
            is the answer nearly always.
        within : sequence of str, or int, optional
            Candidates, as for :meth:`neighbours`.

        Raises
        ------
        InputError
            If a word is unknown, or the method needs more than one question.
        """
        k = whole_number(k, "k", least=1)
        known = [one for one in EQUATIONS if one not in ("3CosAvg", "LRCos")]
        if method not in known:
            raise InputError(
                f"analogy by {method!r} is not to be had from one question; "
                f"{nearest_names(str(method), known)}"
            )
        rows = [self.id_of(word) for word in (a, b, c)]
        scores = answer_scores(method, self.unit_vectors, *rows)
        is_candidate = np.ones(len(self), dtype=bool)
        if within is not None:
            is_candidate[:] = False
            is_candidate[[self.id_of(word) for word in self._listed(within)]] = True
        if exclude:
            is_candidate[rows] = False
        scores[~is_candidate] = -np.inf
        best = np.argsort(-scores, kind="stable")[: min(k, int(is_candidate.sum()))]
        score = "cosine" if method == "3CosAdd" else method
        return self._answers(best, scores[best], score, f"{a} → {b}, {c} →")

    def similarity(self, first: str, second: str) -> float:
        """Take the cosine of two words, −1 to 1; larger is more alike."""
        vectors = np.stack([self[first], self[second]])
        one, other = unit_rows(vectors)  # float64
        return float(np.clip(one @ other, -1, 1))

    def odd_one_out(self, words: Sequence[str]) -> str:
        """Name the word with the lowest mean cosine with the others; of equals the last.

        Raises
        ------
        InputError
            If a word is unknown, repeats, or there are fewer than three.
        """
        words = list(words) if isinstance(words, list | tuple | set) else []
        if len(words) < 3 or len(set(words)) != len(words):
            raise InputError(f"odd one out needs three or more different words; found {words!r}")
        unit = self.unit_vectors[[self.id_of(word) for word in words]].astype(np.float64)
        cosines = unit @ unit.T
        np.fill_diagonal(cosines, 0)
        nearness = cosines.sum(axis=1).round(6)  # cosines in float32
        return words[len(words) - 1 - int(np.argmin(nearness[::-1]))]

    def _answers(self, rows: np.ndarray, scores: np.ndarray, score: str, question: str) -> Answers:
        items = zip((self.words[row] for row in rows), map(float, scores), strict=True)
        return Answers(tuple(items), score, question, self.name)

    def _among(self, within: Sequence[str] | int, asked: Sequence[str]) -> SpaceVerbs:
        """Keep the candidates and the words that are asked about."""
        return self.subset([*self._listed(within), *asked])

    def _listed(self, within: Any) -> Sequence[str]:
        if isinstance(within, str) or not isinstance(within, Iterable):
            if hasattr(within, "__index__"):
                return self.words[: whole_number(within, "within", least=0)]
            raise InputError(f"within takes a list of words, or a number; found {within!r}")
        return list(within)

    def _examples(self) -> list[str]:
        """Choose three words whose neighbours tell something."""
        usual = [w for w in ("king", "water", "good", "music", "three") if w in self]
        long = [word for word in self.words[:2000] if len(word) > 4]
        return list(dict.fromkeys([*usual, *long, *self.words]))[:3]
