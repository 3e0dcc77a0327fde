"""``Quantity``: a number that is reported, and all that tables, tests, texts and docs know of it.

Each measure's module ends with the records of what it gives; ``comparison/quantities.py`` puts
them into one tuple. A quantity reads its value from a result that several quantities may share:
nine ways to answer analogies are one pass over the questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from compare.judgments.judgments import ALL_RELATIONS
from compare.judgments.strata import Stratum
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import Estimate

ALL = ALL_RELATIONS
"""The part of a quantity that is the whole; others are relations, parts of speech and the like."""

MARGINS = {"share": 0.05, "correlation": 0.1, "number": 0.05}
"""By unit: two spaces are called alike where a test shows their difference to be smaller.

Fixed before any number was seen. Numbers that are tested go from 0 to 1.
"""


@dataclass(frozen=True)
class Asked:
    """What is asked of a space, and how.

    Attributes
    ----------
    space : EmbeddingSpace
    judgments : CompanyCounts, AnalogySet, SimilaritySet or Lexicon, as the quantity asks for
    other : EmbeddingSpace, optional
        The second space of a pair, over the same words.
    k : int
        Nearest neighbours that are looked at.
    seed : int
        Of every draw.
    methods : tuple of str
        Of the quantities that will be read: a pass that gives many may leave out the others.
        Empty: all.
    stratum : Stratum, optional
        Where only a part of the items is asked about; ``judgments`` are cut to it.
    whole : Asked, optional
        Of a stratum: what is asked of all items, whose answers hold those of the stratum.
    """

    space: EmbeddingSpace
    judgments: Any = None
    other: EmbeddingSpace | None = None
    k: int = 10
    seed: int = 1
    methods: tuple[str, ...] = ()
    stratum: Stratum | None = None
    whole: Asked | None = None
    _done: dict[Callable[[Asked], Any], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def n_neighbours(self) -> int:
        """Neighbours that a word can have: ``k``, or all other words."""
        return min(self.k, len(self.space) - 1)

    def once(self, measure: Callable[[Asked], Any]) -> Any:
        """Run a measure, or give what it gave before: quantities of one pass share it."""
        if measure not in self._done:
            self._done[measure] = measure(self)
        return self._done[measure]


@dataclass(frozen=True)
class Scored:
    """A value with what its uncertainty is made of.

    Attributes
    ----------
    value : float
        NaN where there is none.
    estimate : Estimate, optional
        The value by the units that were sampled; None: no interval, no test.
    n_used, n_missing : int
        Items behind the value, and items left out.
    chance : float
        What guessing reaches, or a control task; NaN where unknown.
    excess : Estimate, optional
        What the value exceeds chance by, where chance varies over the units as well; else it is
        the estimate less ``chance``.
    """

    value: float
    estimate: Estimate | None = None
    n_used: int = 0
    n_missing: int = 0
    chance: float = float("nan")
    excess: Estimate | None = None


@dataclass(frozen=True)
class Quantity:
    """A number that is reported.

    Attributes
    ----------
    key, method : str
        Name its rows: the columns ``measure`` and ``method``. In a method's name ``{k}`` stands for
        the number of neighbours.
    asks : {"company", "analogies", "similarity", "lexicon", "space", "pair"}
        What a measure is given: counts of a text, judgments of a kind, the space alone, or two
        spaces.
    measure : callable
        Runs once for all quantities that share it.
    read : callable
        Takes what it needs from the result: :data:`ALL`, and parts (relations) by name. Empty
        where the question does not apply (a lexicon without categories).
    title, says : str
        A column's heading (``{judgments}``, ``{relation}`` and ``{k}`` are filled in), and one
        sentence of explanation.
    section : str
        Key of the report's section that shows it.
    unit : {"share", "correlation", "number"}
        How it is written.
    better : {"larger", "smaller", "neither"}
        Which way is better; "neither" is never bold.
    bounds : (float, float)
        Smallest and largest value.
    drawn : str
        The units that its uncertainty is over, in the plural ("word pairs"); empty: no interval.
    candidates : str
        The column of that name: analogies allow question words as answers ("honest") or not
        ("excluded").
    unchanged : str
        Invariances that tests hold it to: of "rotation scale lengths shift order" (of the space,
        its scale, the lengths of words, the origin, the order of words). Of a pair: of either.
    is_of_transforms : bool
        Whether it is asked in every transform; else in the first alone, as what learns shift and
        scale itself.
    is_main : bool
        Shown in the summary, followed over seeds.
    is_tested : bool
        Tested between spaces, and given for words of one token and split words apart.
    is_by_words : bool
        Given for words of one token and split words apart, though not tested.
    is_control : bool
        Stands beside another quantity to check it, and has no sentence of its own.
    equation, paper : str
        For the docs.
    version : int
        Raised by hand when the same question comes to give another number.
    """

    key: str
    method: str
    asks: Literal["company", "analogies", "similarity", "lexicon", "space", "pair"]
    measure: Callable[[Asked], Any]
    read: Callable[[Any], Mapping[str, Scored]]
    title: str
    says: str
    section: str
    unit: Literal["share", "correlation", "number"] = "number"
    better: Literal["larger", "smaller", "neither"] = "neither"
    bounds: tuple[float, float] = (-np.inf, np.inf)
    drawn: str = ""
    candidates: str = ""
    unchanged: str = ""
    is_of_transforms: bool = True
    is_main: bool = False
    is_tested: bool = False
    is_by_words: bool = False
    is_control: bool = False
    equation: str = ""
    paper: str = ""
    version: int = 1

    def method_at(self, k: int) -> str:
        """Fill k into the method's name: of ``share@{k}`` make ``share@10``."""
        return self.method.replace("{k}", str(k))

    def is_named(self, key: str, method: str, candidates: str = "") -> bool:
        """Tell whether a row with these columns holds this quantity, whatever its k."""
        pattern = re.escape(self.method).replace(re.escape("{k}"), r"\d+")
        is_its_own = key == self.key and candidates == self.candidates
        return is_its_own and re.fullmatch(pattern, method) is not None


def whole(name: str) -> Callable[[Any], Mapping[str, Scored]]:
    """Read one number of a result by its name: no parts, no interval."""

    def read(found: Any) -> Mapping[str, Scored]:
        return {ALL: Scored(float(getattr(found, name)), n_used=found.n_used)}

    return read
