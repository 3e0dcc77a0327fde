"""The rules of a comparison, and the words that are looked at one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from compare.options import Options
from compare.text.normalization import normal_word

Transform = Literal["raw", "centred", "z-scored", "all-but-the-top"]


class ProtocolOptions(Options):
    """The rules, each of them switchable and told in the report."""

    case: Literal["fold", "exact"] = Field(
        default="fold",
        description="'fold' compares words in lower case (of variants in one space the most "
        "frequent stays); 'exact' keeps Paris and paris apart",
    )
    max_words: int = Field(
        default=30_000, ge=2, description="the most frequent shared words that are compared"
    )
    transforms: tuple[Transform, ...] = Field(
        default=("raw", "centred"),
        min_length=1,
        strict=False,
        description="cosines of the vectors 'raw' (as they are), 'centred' (the mean over the "
        "shared words taken off: a few dimensions that all words share can rule a cosine), "
        "'z-scored' (each dimension then divided by its deviation), 'all-but-the-top' (centred, "
        "and the strongest directions, one in a hundred, taken off)",
    )
    neighbours: int = Field(default=10, ge=1, le=1000, description="k of the nearest neighbours")
    likeness_words: int = Field(
        default=1000,
        ge=5,
        le=30_000,
        description="words, drawn uniformly, over which spaces are compared as wholes",
    )
    shuffles: int = Field(
        default=999,
        ge=1,
        le=100_000,
        description="shuffles of the words behind the floor of likeness; ten of the measures for "
        "which a thousand take minutes",
    )


class ExampleOptions(Options):
    """Words that are looked at one by one."""

    words: tuple[str, ...] = Field(
        default=("king", "woman", "france", "good", "water", "music", "three", "walked"),
        strict=False,
        description="words whose neighbours are shown side by side",
    )
    analogy: tuple[str, str, str, str] = Field(
        default=("man", "king", "woman", "queen"),
        strict=False,
        description="a, b, c, d: a is to b as c is to d, shown in words and on the map",
    )
    map_words: tuple[str, ...] = Field(
        default=("prince", "princess", "boy", "girl", "father", "mother", "son", "daughter"),
        strict=False,
        description="further words on the map",
    )

    def normal(self, *, fold: bool) -> ExampleOptions:
        """Write all words as texts have them, as the protocol does those of spaces."""

        def normal(words: Iterable[str]) -> tuple[str, ...]:
            return tuple(normal_word(word, fold=fold) for word in words)

        return ExampleOptions(
            words=tuple(dict.fromkeys(normal(self.words))),
            analogy=normal(self.analogy),  # type: ignore[arg-type]
            map_words=normal(self.map_words),
        )
