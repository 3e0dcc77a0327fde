"""The models that spaces tell of in their provenance, as a table of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from compare.spaces.space import EmbeddingSpace
from compare.trainers.trained import PUBLISHED_FACTS


def models_of_spaces(spaces: Sequence[EmbeddingSpace]) -> pd.DataFrame:
    """Tabulate the models that spaces tell of in their provenance, one row a model."""
    rows: dict[str, dict[str, Any]] = {}
    for space in spaces:
        told: Mapping[str, Any] = space.provenance
        name = str(told.get("model", space.name))
        rows.setdefault(
            name,
            {
                "model": name,
                "label": told.get("model_label", told.get("label", name)),
                "family": told.get("family", "other"),
                "trainer": told.get("trainer", ""),
                "reads": told.get("reads"),
                "dimension": space.dim,
                **told.get("budget", {}),
                "form": told.get("form", ""),
                "pooling": told.get("pooling", ""),
                "split_share": told.get("split_share"),
                **{key: told.get(key) for key in PUBLISHED_FACTS},
            },
        )
    return pd.DataFrame(list(rows.values()))
