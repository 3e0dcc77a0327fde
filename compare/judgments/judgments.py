"""What spaces are asked: sets of analogies, of rated pairs, and lists of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, normal_analogies
from compare.judgments.lexicon import Lexicon, open_lexicon
from compare.judgments.public_sets import open_analogies, open_similarity
from compare.judgments.similarity_sets import SimilaritySet, normal_similarity
from compare.options import Options
from compare.progress import Show, quiet

if TYPE_CHECKING:
    import pandas as pd


class JudgmentOptions(Options):
    """What the spaces are asked."""

    analogies: tuple[str, ...] = Field(
        default=("questions-words",),
        strict=False,
        description="sets by name (`embcontrast list judgments`), 'planted' (the truth of that "
        "corpus), or paths of files in the questions-words format or of BATS folders",
    )
    similarity: tuple[str, ...] = Field(
        default=("WordSim-353", "SimLex-999"),
        strict=False,
        description="sets by name (`embcontrast list judgments`), or paths of files of rated word "
        "pairs",
    )
    columns: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="of files of rated pairs: the columns of the two words and the rating, by "
        "heading or number; by default they are found",
    )
    company_corpus: tuple[str, ...] = Field(
        default=("text", "held-out"),
        strict=False,
        description="texts whose counts tell what kind neighbours are of: 'text' (that of the "
        "run), 'held-out' (what the run holds out, where that is 100,000 words or more), named "
        "corpora, or paths of texts",
    )
    lexicons: tuple[str, ...] = Field(
        default=("everyday",),
        strict=False,
        description="opposites, synonyms and categories: 'everyday' (a list that comes along), "
        "'planted' (the truth of that corpus), or paths of files",
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _parted(cls, value: object) -> object:
        """Take ``word1,word2,score`` as three."""
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
            return [part.strip() for one in value for part in one.split(",")]
        return value


KINDS = ("analogies", "similarity", "lexicons")
"""The options that name sets of judgments."""


def open_judgments(
    analogies: Sequence[str] = (),
    similarity: Sequence[str] = (),
    lexicons: Sequence[str] = (),
    show: Show = quiet,
    columns: Sequence[str] = (),
) -> Judgments:
    """Open what spaces are asked by name or path, fetching sets that are not here yet.

    Raises
    ------
    InputError
        If there is no such set or file, or it is damaged.
    """
    return Judgments(
        tuple(open_analogies(name, progress=show(f"fetching {name}")) for name in analogies),
        tuple(
            open_similarity(name, columns=columns, progress=show(f"fetching {name}"))
            for name in similarity
        ),
        tuple(map(open_lexicon, lexicons)),
    )


ALL_RELATIONS = "all"
"""What tables write where a number is of a whole set; no relation may be named so."""


@dataclass(frozen=True)
class Judgments:
    """What spaces are asked."""

    analogies: tuple[AnalogySet, ...] = ()
    similarity: tuple[SimilaritySet, ...] = ()
    lexicons: tuple[Lexicon, ...] = ()

    def normal(self, *, fold: bool = True) -> Judgments:
        """Write all words as texts have them, as the protocol does those of spaces.

        Parameters
        ----------
        fold : bool
            In small letters, too.
        """
        return Judgments(
            tuple(normal_analogies(one, fold=fold) for one in self.analogies),
            tuple(normal_similarity(one, fold=fold) for one in self.similarity),
            tuple(lexicon.normal(fold=fold) for lexicon in self.lexicons),
        )

    def check_names(self) -> None:
        """Refuse names that would make two sets, or two relations, one in the tables.

        Raises
        ------
        InputError
        """
        names = [one.name for one in self.analogies] + [one.name for one in self.similarity]
        lexicons = [one.name for one in self.lexicons]
        if len(set(names)) != len(names) or len(set(lexicons)) != len(lexicons):
            raise InputError(
                f"sets of judgments need different names; found {', '.join(names + lexicons)} "
                "(a file's name without its ending): rename a file"
            )
        for one in self.analogies:
            relations = [relation.name for relation in one.relations]
            if len(set(relations)) != len(relations) or {ALL_RELATIONS, ""} & set(relations):
                raise InputError(
                    f"the relations of {one.name} need different names, none of them "
                    f"empty or {ALL_RELATIONS!r}; found {', '.join(sorted(relations))}"
                )

    def table(self) -> pd.DataFrame:
        """List the sets with their items, and how many of these are repeated in the set."""
        import pandas as pd

        sizes = [(one.name, one.n_questions, one.n_repeated) for one in self.analogies]
        sizes += [(one.name, len(one.pairs), one.n_repeated) for one in self.similarity]
        sizes += [
            (f"{one.name} (words)", len({*one.antonyms, *one.synonyms}) + len(one.categories), 0)
            for one in self.lexicons
        ]
        return pd.DataFrame(sizes, columns=["judgments", "n_items", "n_repeated"])
