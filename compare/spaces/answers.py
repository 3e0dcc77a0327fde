"""``Answers``: words with scores, the best first, as a space or a language model gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from compare.shown import html_table, plain_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Answers(Sequence[tuple[str, float]]):
    """Words and their scores, the best first; a sequence of pairs that prints as a table.

    Attributes
    ----------
    items : tuple of (str, float)
    score : str
        What the numbers are: "cosine", "probability".
    question : str
        What was asked: "king", "man is to king as woman is to".
    source : str
        Who answers: the name of a space or a model.

    Examples
    --------
    >>> Answers((("queen", 0.71), ("prince", 0.6)), "cosine", "king", "w2v/input")
    king    cosine in w2v/input
    queen    0.710
    prince   0.600
    """

    items: tuple[tuple[str, float], ...]
    score: str = "cosine"
    question: str = ""
    source: str = ""

    def __len__(self) -> int:
        """Count the answers."""
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> tuple[str, float]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[str, float], ...]: ...
    def __getitem__(self, place: Any) -> Any:
        """Give an answer by its place, from 0."""
        return self.items[place]

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Go through the answers, the best first."""
        return iter(self.items)

    def __eq__(self, other: object) -> bool:
        """Compare with other answers, or with any sequence of (word, score)."""
        if isinstance(other, Answers):
            return self.items == other.items
        return isinstance(other, list | tuple) and list(self.items) == list(other)

    def __hash__(self) -> int:
        """Hash the pairs."""
        return hash(self.items)

    @property
    def words(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(word for word, _ in self.items)

    @property
    def frame(self) -> pd.DataFrame:
        """A DataFrame with the columns ``word`` and the name of the score."""
        import pandas as pd

        return pd.DataFrame(list(self.items), columns=["word", self.score])

    @property
    def _head(self) -> tuple[str, str]:
        return self.question or "word", self.score + (f" in {self.source}" if self.source else "")

    def __repr__(self) -> str:
        """Write a table of plain text."""
        rows = [self._head, *((word, f"{value:6.3f}") for word, value in self.items)]
        return plain_table(rows)

    def _repr_html_(self) -> str:
        return html_table(self._head, ((word, f"{value:.3f}") for word, value in self.items))
