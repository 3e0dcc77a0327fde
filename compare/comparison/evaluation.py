"""``evaluate``: one space or several, scored on judgments alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from compare.comparison.given import named_spaces, opened_judgments, options_of
from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import share_vocabulary, transformed
from compare.comparison.quantities import QUANTITIES
from compare.comparison.scores import Number, ask, measurements, numbers
from compare.errors import checked_seed
from compare.judgments.judgments import Judgments
from compare.judgments.strata import strata_of
from compare.progress import Show, chosen_show
from compare.spaces.space import EmbeddingSpace


def evaluate(
    spaces: EmbeddingSpace | Sequence[EmbeddingSpace] | Mapping[str, EmbeddingSpace],
    *,
    judgments: Judgments | Mapping[str, Sequence[str]] | None = None,
    protocol: ProtocolOptions | Mapping[str, Any] | None = None,
    seed: int = 1,
    progress: bool | Show | None = None,
) -> pd.DataFrame:
    """Score spaces on analogies, rated pairs and lexicons, over the words that all of them have.

    Parameters
    ----------
    spaces, judgments, protocol, seed, progress
        As :func:`compare.compare_spaces` takes them.

    Returns
    -------
    DataFrame
        One row a number, with the columns of ``Comparison.measurements``: space, quantity,
        judgments, relation, method, candidates, transform, value, low, high, … , n, unit.

    Raises
    ------
    InputError
        If the spaces share no vocabulary, or a set of judgments cannot be opened.
    """
    seed = checked_seed(seed)
    show = chosen_show(progress)
    rules = options_of(ProtocolOptions, protocol, "protocol")
    asked = opened_judgments(judgments, show)
    asked.check_names()
    shared, _ = share_vocabulary(named_spaces(spaces), rules)
    asked = asked.normal(fold=rules.case == "fold")
    quantities = [one for one in QUANTITIES if one.asks in ("analogies", "similarity", "lexicon")]
    strata = strata_of(shared)
    tell, n_steps = show("scoring"), len(rules.transforms) * len(shared)
    found: list[Number] = []
    done = 0
    for transform in rules.transforms:
        for space in shared:
            changed = transformed(space, transform)
            found += numbers(
                ask(changed, transform, asked, rules, seed, quantities=quantities, strata=strata),
                quantities,
                is_first=transform == rules.transforms[0],
            )
            done += 1
            tell(done, n_steps, unit="spaces")
    return measurements(found)
