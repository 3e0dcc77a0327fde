"""What a report calls the spaces and models it shows, and how it draws them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from compare.figures.style import Look, looks
from compare.judgments.strata import ALL_WORDS, ONE_TOKEN
from experiments.pages.escapes import plain
from experiments.results.run_folder import RunResults

FLOOR = "floor"
"""The role of untrained tables: what they score was not learned."""


def space_names(results: RunResults) -> list[str]:
    """List the spaces compared, in order."""
    return [str(name) for name in results.comparison.coverage["space"]]


def transforms(results: RunResults) -> list[str]:
    """List the ways that cosines were taken in; sentences are made of the first."""
    return list(dict.fromkeys(results.comparison.measurements["transform"]))


def headline_words(results: RunResults) -> str:
    """Name the words that sentences are about: those of one token, where some are split."""
    known = set(results.comparison.measurements["words"])
    return ONE_TOKEN if ONE_TOKEN in known else ALL_WORDS


def space_labels(results: RunResults) -> dict[str, str]:
    """Name each space for readers; labels that repeat are told apart by the space's name."""
    return _labels(results.comparison.coverage, "space")


def model_labels(results: RunResults) -> dict[str, str]:
    """Name each model for readers."""
    return _labels(results.models, "model")


def floors(results: RunResults) -> dict[str, str]:
    """List the untrained tables: space → its model."""
    coverage = results.comparison.coverage
    is_floor = coverage["role"] == FLOOR
    return dict(zip(coverage.loc[is_floor, "space"], coverage.loc[is_floor, "model"], strict=True))


def models_of(results: RunResults) -> dict[str, str]:
    """Map each space to its model."""
    coverage = results.comparison.coverage
    return dict(zip(coverage["space"], coverage["model"], strict=True))


def first_tables(results: RunResults) -> list[str]:
    """List the first space of each model, those that learned something, in order."""
    models, ground = models_of(results), floors(results)
    firsts: dict[str, str] = {}
    for name in space_names(results):
        if name not in ground:
            firsts.setdefault(models[name], name)
    return list(firsts.values())


def space_looks(results: RunResults) -> Mapping[str, Look]:
    """Say how each space is drawn."""
    coverage, labels = results.comparison.coverage, space_labels(results)
    names = space_names(results)
    roles = [str(role) for role in coverage["role"]]
    return looks(names, [labels[name] for name in names], list(coverage["family"]), roles)


def model_looks(results: RunResults) -> Mapping[str, Look]:
    """Say how each model is drawn."""
    if not len(results.models):
        return {}
    labels = model_labels(results)
    names = [str(name) for name in results.models["model"]]
    families = results.models.get("family", pd.Series([""] * len(names)))
    return looks(names, [labels[name] for name in names], list(families))


def _labels(table: pd.DataFrame, key: str) -> dict[str, str]:
    if not len(table):
        return {}
    names = [str(name) for name in table[key]]
    given = table["label"] if "label" in table else table[key]
    told = [plain(label) if isinstance(label, str) else "" for label in given]
    return {
        name: f"{label} ({plain(name)})"
        if label and told.count(label) > 1
        else label or plain(name)
        for name, label in zip(names, told, strict=True)
    }
