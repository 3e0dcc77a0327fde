"""The first screen: a headline, a few short sentences with their numbers, what was not found.

Made of the same tests as the findings of the sections (``findings.py``), in fewer words: a space is
named where a test finds it above an untrained table (or a guess), with its value alone; how sure
that is stands in the section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from compare.comparison.contrasts import CHANCE
from compare.comparison.significance import APART, NOT_TESTED, NOT_TOLD_APART
from compare.measures.quantity import Quantity
from experiments.report.cells import written
from experiments.report.phrases import capitalised, joined
from experiments.report.quantity_tables import Column, column_tests, wholes
from experiments.report.section import Brief
from experiments.report.spaces import (
    floors,
    headline_words,
    model_labels,
    models_of,
    space_labels,
    transforms,
)
from experiments.results.run_folder import RunResults

MOST_BULLETS = 3
"""Sentences of the first screen, beside the headline and what was not found."""

MOST_NAMES = 6
"""Spaces that a sentence names; others are counted."""


def above_ground(results: RunResults, quantity: Quantity, *, topic: str) -> list[Brief]:
    """Say which spaces a test finds above an untrained table, or a guess; nothing without tests.

    Parameters
    ----------
    topic : str
        What was asked; ``{judgments}`` is filled in. One sentence a set of judgments.
    """
    columns = wholes(results, quantity, transforms(results)[0], words=headline_words(results))
    found = (_above_ground(results, column, topic) for column in columns)
    return [brief for brief in found if brief is not None]


def _above_ground(results: RunResults, column: Column, topic: str) -> Brief | None:
    labels = space_labels(results)
    tests = column_tests(results, column, transforms(results)[0])
    tests = tests[tests["contrast"].isin(["floor", CHANCE]) & (tests["outcome"] != NOT_TESTED)]
    if not len(tests):
        return None
    topic = topic.replace("{judgments}", column.judgments)
    values = {str(row.space): row for row in column.rows.itertuples()}
    is_above = (tests["outcome"] == APART) & (tests["value"] > 0)
    above = sorted(tests.loc[is_above, "space"], key=lambda name: -values[name].value)
    ground = "a guess" if (tests["contrast"] == CHANCE).all() else "an untrained table"
    if not above:
        return Brief(topic, "not found", ground)
    # the number first: “4 % for GPT layer 2” is read as it is meant
    reached = {name: written(column.quantity, values[name].value) for name in above}
    numbers = [f"{number} for {labels[name]}" for name, number in reached.items()]
    told = f"{capitalised(topic)}: {named(numbers)}, above {ground}{_reached(column, tests)}"
    for rows, said in (
        (tests[tests["outcome"] == NOT_TOLD_APART], "not to be told apart from it"),
        (tests[(tests["outcome"] == APART) & (tests["value"] < 0)], "below it"),
    ):
        names = [labels[name] for name in rows["space"]]
        if names:
            told += f"; {named(names)} {'is' if len(names) == 1 else 'are'} {said}"
    return Brief(f"{told}.")


def _reached(column: Column, tests: pd.DataFrame) -> str:
    """Say what untrained tables reach, the highest of them; empty where that is not known."""
    of_ground = column.rows[column.rows["space"].isin(tests["reference"])]["value"].dropna()
    if not len(of_ground):
        return ""
    most = " at most" if len(of_ground) > 1 else ""
    return f" ({written(column.quantity, of_ground.max())}{most})"


def named(names: Sequence[str]) -> str:
    """Name a few, and count the others."""
    shown = list(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown.append(f"{len(names) - MOST_NAMES} more")
    return joined(shown)


def grouped(results: RunResults, names: Sequence[str]) -> list[str]:
    """Name spaces; a model by its name where all its tables that learned are among them."""
    models, labels, ground = models_of(results), space_labels(results), floors(results)
    of_models = model_labels(results)
    found = []
    for name in names:
        model = models[name]
        own = [one for one in models if models[one] == model and one not in ground]
        if len(own) > 1 and set(own) <= set(names) and model in of_models:
            found.append(of_models[model])
        else:
            found.append(labels[name])
    return list(dict.fromkeys(found))


def first_screen(briefs: Sequence[Brief]) -> list[Brief]:
    """Choose the sentences: headlines, a few that were found, one of what was not.

    Parameters
    ----------
    briefs : sequence of Brief
        Of all sections, the most important first.
    """
    told = [one for one in briefs if one.kind == "headline"]
    told += [one for one in briefs if one.kind == "found"][:MOST_BULLETS]
    missing: dict[str, list[Brief]] = {}
    for one in briefs:
        if one.kind == "not found":
            missing.setdefault(one.ground, []).append(one)
    for ground, of_ground in missing.items():
        topics = joined([one.text for one in of_ground])
        text = f"Not found: any space better than {ground} in {topics}."
        told.append(replace(of_ground[0], text=text))
    return told
