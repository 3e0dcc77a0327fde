"""The neighbours of a word in several spaces, side by side; words that lists share are marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from compare.errors import InputError
from compare.shown import html_table, plain_table, printable
from compare.spaces.answers import Answers
from compare.spaces.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd

MARK = "*"


@dataclass(frozen=True, repr=False)
class SideBySide:
    """Neighbours of one word, a column a space.

    Attributes
    ----------
    word : str
    columns : tuple of Answers
        In the order of the spaces; empty where a space lacks the word.
    """

    word: str
    columns: tuple[Answers, ...]

    @property
    def shared(self) -> frozenset[str]:
        """Words in more than one of the lists."""
        counts = Counter(word for column in self.columns for word in column.words)
        return frozenset(word for word, n in counts.items() if n > 1)

    @property
    def frame(self) -> pd.DataFrame:
        """A DataFrame, a row a neighbour: word, space, place (from 1), neighbour, cosine."""
        import pandas as pd

        rows = [
            (self.word, column.source, place, near, cosine)
            for column in self.columns
            for place, (near, cosine) in enumerate(column, start=1)
        ]
        return pd.DataFrame(rows, columns=["word", "space", "place", "neighbour", "cosine"])

    def rows(self) -> list[list[str]]:
        """Write the table: a heading, then a row a place; shared words are marked."""
        shared, n_rows = self.shared, max(map(len, self.columns), default=0)

        def cell(column: Answers, place: int) -> str:
            if place >= len(column):
                return "" if column else "–" * (place == 0)
            word, cosine = column[place]
            return f"{cosine:.3f} {word}{f' {MARK}' if word in shared else ''}"

        heading = [column.source for column in self.columns]
        return [heading, *([cell(c, place) for c in self.columns] for place in range(n_rows))]

    def __repr__(self) -> str:
        """Write a table of plain text."""
        note = f"\n{MARK} in more than one list" if self.shared else ""
        return f"{printable(self.word)}\n{plain_table(self.rows())}{note}"

    def _repr_html_(self) -> str:
        heading, *rows = self.rows()
        note = f"<p>{MARK} in more than one list</p>" if self.shared else ""
        word = escape(printable(self.word))
        return f"<p><b>{word}</b></p>{html_table(heading, rows)}{note}"


def side_by_side(spaces: Sequence[EmbeddingSpace], word: str, k: int = 10) -> SideBySide:
    """Find the k nearest words of a word in each space that has it.

    Raises
    ------
    InputError
        If no space has the word; near words are offered.
    """
    if not isinstance(word, str):
        raise InputError(f"expected one word; found {word!r}: ask for one after the other")
    if not any(word in space for space in spaces):
        spaces[0].id_of(word)  # raises
    if len({space.name for space in spaces}) != len(spaces):
        raise InputError("spaces side by side need different names")
    found = tuple(
        space.neighbours(word, k) if word in space else Answers((), "cosine", word, space.name)
        for space in spaces
    )
    return SideBySide(word, found)
