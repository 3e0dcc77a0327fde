"""What options do to a sweep's numbers: differences that are tested, spreads, the best setting.

The effect of a level of an axis (``axes.py``) is its mean difference to the first level, over all
settings that differ in this axis alone; seeds and items are crossed
(``compare/uncertainty/seeds.py``), and effects and best settings are one family by Holm. A setting
of which one seed alone is there is in no test, where there are to be several.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from compare.comparison.scores import interval_of
from compare.comparison.significance import judge, why_untested
from compare.measures.quantity import Quantity, Scored
from compare.uncertainty import Estimate, OverSeeds
from experiments.sweep.axes import Axis, Setting, axes_of, told_setting
from experiments.sweep.frozen import SweepFolder
from experiments.sweep.grid import Cell
from experiments.sweep.items import Answers, Question, answers_of, common_items, half_of

SAME = 1e-12
"""What rounding leaves between equal numbers."""

EFFECT_COLUMNS = [
    *("space", "quantity", "method", "judgments", "option", "level", "reference"),
    *("changed", "against", "value", "low", "high", "p", "p_holm", "outcome", "holds", "why"),
    *("n", "n_seeds", "n_settings"),
]
SPREAD_COLUMNS = ["space", "quantity", "method", "judgments", "source", "sd", "n"]
BEST_COLUMNS = [
    *("space", "quantity", "method", "judgments", "setting", "chosen_by", "value", "low", "high"),
    *("first", "difference", "difference_low", "difference_high", "p", "p_holm", "outcome"),
    *("holds", "why", "n", "n_settings"),
]


@dataclass(frozen=True)
class Asked:
    """One question put to one space in all cells: its answers by setting, the seeds together.

    Attributes
    ----------
    fewest : int
        Seeds from which on a setting is tested.
    """

    space: str
    question: Question
    answers: Mapping[Setting, tuple[Answers, ...]]
    fewest: int = 1

    @property
    def tested(self) -> dict[Setting, tuple[Answers, ...]]:
        """The answers of settings that have seeds enough."""
        return {one: of for one, of in self.answers.items() if len(of) >= self.fewest}

    @cached_property
    def items(self) -> pd.Index:
        """The items that every cell has."""
        return common_items([one for by_seed in self.answers.values() for one in by_seed])

    @property
    def is_of_all(self) -> bool:
        """Whether all cells have the same items."""
        n = len(self.items)
        return all(len(one.items) == n for by_seed in self.answers.values() for one in by_seed)

    def values(self) -> pd.DataFrame:
        """Score every cell over the items that all have: setting, seed, value."""
        items = self.items
        rows = [
            (setting, one.seed, one.estimate(items).value)
            for setting, by_seed in self.answers.items()
            for one in by_seed
        ]
        return pd.DataFrame(rows, columns=["setting", "seed", "value"]).dropna()

    def estimates(self, items: pd.Index) -> dict[Setting, Estimate]:
        """Score every setting that is tested over the same items, its seeds together."""
        return {
            setting: _crossed([one.estimate(items) for one in by_seed])
            for setting, by_seed in self.tested.items()
        }

    def n_words(self, setting: Setting) -> set[int]:
        """Give how many words the spaces of a setting share: other words, as a rule another n."""
        return {one.n_words for one in self.answers[setting]}


def _crossed(by_seed: Sequence[Estimate]) -> Estimate:
    return OverSeeds.of(by_seed) if len(by_seed) > 1 else by_seed[0]


def asked_of(sweep: SweepFolder, done: Sequence[Cell]) -> list[Asked]:
    """Read the answers of the cells that are done.

    Raises
    ------
    InputError
        If a cell is damaged.
    """
    found: dict[tuple[str, Question], dict[Setting, list[Answers]]] = {}
    names: dict[Question, pd.Index] = {}
    for cell in done:
        for space, answers in answers_of(sweep.run(cell), cell.seed):
            kept = names.setdefault(answers.question, answers.items.index)
            if answers.items.index.equals(kept):  # most have the same: in memory once
                answers = replace(answers, items=answers.items.set_axis(kept))
            by_setting = found.setdefault((space, answers.question), {})
            by_setting.setdefault(cell.levels, []).append(answers)
    fewest = min(2, sweep.options.seeds)
    return [
        Asked(space, question, {one: tuple(of) for one, of in by_setting.items()}, fewest)
        for (space, question), by_setting in found.items()
    ]


def judged(sweep: SweepFolder, asked: Sequence[Asked]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Test all effects, and the best settings against the first ones, as one family."""
    of_levels, of_best = _effects(sweep, asked), _best_settings(sweep, asked)
    judge([*of_levels, *of_best])
    return (
        pd.DataFrame(of_levels, columns=EFFECT_COLUMNS),
        pd.DataFrame(of_best, columns=BEST_COLUMNS),
    )


def _effects(sweep: SweepFolder, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Take what each level of each axis changes; what changes nothing at all is left out."""
    axes = axes_of(sweep)
    family: list[dict[str, Any]] = []
    for one in asked:
        estimates = one.estimates(one.items)
        for place, axis in enumerate(axes):
            for level in range(1, len(axis.levels)):
                pairs = list(_partners(estimates, place, level))
                if not pairs:
                    if {0, level} <= {setting[place] for setting in estimates}:
                        nothing = _without_partners(one)
                        family.append({**_names(one), **_told(axis, level), **nothing})
                elif not all(_are_same(estimates[a], estimates[b]) for a, b in pairs):
                    found = _effect([(estimates[a], estimates[b]) for a, b in pairs], one)
                    if _has_other_words(one, axis, pairs):
                        found["why"] = "their words differ"
                    family.append({**_names(one), **_told(axis, level), **found})
    return family


def _told(axis: Axis, level: int) -> dict[str, str]:
    is_one = len(axis.keys) == 1
    return {
        "option": axis.name,
        "level": axis.told(level),
        "reference": axis.told(0),
        "changed": axis.named(level),
        "against": axis.told(0) if is_one else axis.named(0),
    }


def _without_partners(asked: Asked) -> dict[str, Any]:
    nothing = dict.fromkeys(("value", "low", "high", "p"), math.nan)
    why = "no two settings that are done differ in it alone"
    return {**nothing, "smallest_p": 0.0, "why": why, "sample": "", "n": 0,
            "n_seeds": _n_seeds(asked), "n_settings": 0}  # fmt: skip


def _n_seeds(asked: Asked) -> int:
    return min(len(by_seed) for by_seed in asked.tested.values())


OF_OTHER_WORDS = ("vocabulary.", "corpus.", "protocol.max_words")
"""Options that change the words among which answers and neighbours are looked for."""


def _partners(
    settings: Collection[Setting], place: int, level: int
) -> Iterator[tuple[Setting, Setting]]:
    """Pair the settings of a level with those of the first that are else the same."""
    for setting in settings:
        first = (*setting[:place], 0, *setting[place + 1 :])
        if setting[place] == level and first in settings:
            yield setting, first


def _are_same(one: Estimate, other: Estimate) -> bool:
    difference = one.minus(other)
    units = difference.units if isinstance(difference, OverSeeds) else difference
    return abs(difference.value) <= SAME and units.error <= SAME


def _has_other_words(asked: Asked, axis: Axis, pairs: Sequence[tuple[Setting, Setting]]) -> bool:
    """Tell whether answers or neighbours are looked for among other words."""
    if asked.question.quantity.asks not in ("analogies", "company"):
        return False
    return any(key.startswith(OF_OTHER_WORDS) for key in axis.keys) or any(
        asked.n_words(one) != asked.n_words(other) for one, other in pairs
    )


def _effect(pairs: Sequence[tuple[Estimate, Estimate]], asked: Asked) -> dict[str, Any]:
    weight = 1 / len(pairs)
    terms = [one for pair in pairs for one in pair]
    difference = terms[0].combined([weight, -weight] * len(pairs), terms[1:])
    return {**_tested(difference, asked), "n_settings": len(pairs)}


def _tested(difference: Estimate, asked: Asked) -> dict[str, Any]:
    why = why_untested(difference)
    nothing = {"value": difference.value, "low": math.nan, "high": math.nan}
    return {
        **(nothing if why else difference.interval()._asdict()),
        "p": difference.p_value(),
        "smallest_p": difference.smallest_p,
        "why": why,
        "sample": f"{difference.n_units} units",
        "n": difference.n_units,
        "n_seeds": _n_seeds(asked),
    }


def _names(asked: Asked) -> dict[str, str]:
    quantity, judgments = asked.question.quantity, asked.question.judgments
    named = {"quantity": quantity.key, "method": quantity.method, "judgments": judgments}
    return {"space": asked.space, **named}


def _best_settings(sweep: SweepFolder, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Choose the best setting on one half of the items, and score it on the other.

    Beside it the first setting of the grid on that other half, and the difference, tested.
    """
    axes = axes_of(sweep)
    family: list[dict[str, Any]] = []
    for one in asked:
        if len(one.tested) < 2 or one.question.quantity.better == "neither":
            continue
        items = one.items
        halves = [half_of(items, one.question, half) for half in (0, 1)]
        if not all(map(len, halves)):
            continue
        choosing, scoring = (one.estimates(half) for half in halves)
        known = {s: e.value for s, e in choosing.items() if not math.isnan(e.value)}
        if not known or np.ptp(list(known.values())) <= SAME:
            continue
        best, first = max(known, key=lambda setting: known[setting]), min(scoring)
        difference = scoring[best].minus(scoring[first])
        tested = _tested(difference, one)
        if best == first:
            tested.update(p=math.nan, why="it is the first setting itself")
        family.append(
            {
                **_names(one),
                **tested,
                "difference": difference.value,
                "difference_low": tested["low"],
                "difference_high": tested["high"],
                **_score(one.question.quantity, scoring[best]),
                "setting": told_setting(axes, best),
                "chosen_by": known[best],
                "first": scoring[first].value,
                "n_settings": len(known),
            }
        )
    return family


def _score(quantity: Quantity, estimate: Estimate) -> dict[str, float]:
    """Give a score with its interval, where so few units have one."""
    if why_untested(estimate):
        return {"value": estimate.value, "low": math.nan, "high": math.nan}
    return interval_of(quantity, Scored(estimate.value, estimate))._asdict()


def spreads(sweep: SweepFolder, asked: Sequence[Asked]) -> pd.DataFrame:
    """Tell how much options, seeds and items move each number, as standard deviations.

    Of an axis: of the means of its levels, less what seeds bring in; of seeds: of the seeds of one
    setting; of items: the standard error over other items like these.
    """
    axes = axes_of(sweep)
    rows: list[tuple[Any, ...]] = []
    for one in asked:
        items = one.items
        by_setting = {
            setting: [answers.estimate(items) for answers in by_seed]
            for setting, by_seed in one.tested.items()
        }
        if not by_setting:
            continue
        values = {s: np.array([e.value for e in found]) for s, found in by_setting.items()}
        every = np.concatenate(list(values.values()))
        if np.isnan(every).any() or np.ptp(every) <= SAME:
            continue
        is_whole = len(values) == math.prod(len(axis.levels) for axis in axes)
        seeds = _pooled_variance(list(values.values()))
        names = tuple(_names(one).values())
        for place, axis in enumerate(axes):
            sd = math.nan  # where settings are missing, other options would be in it
            if is_whole:
                sd = _level_sd(values, place, 0.0 if math.isnan(seeds) else seeds)
            rows.append((*names, axis.name, sd, len(axis.levels)))
        n_seeds = min(len(found) for found in values.values())
        rows.append((*names, "seeds", math.sqrt(seeds), n_seeds))
        errors = [estimate.error for found in by_setting.values() for estimate in found]
        rows.append((*names, "items", float(np.mean(errors)), len(items)))
    return pd.DataFrame(rows, columns=SPREAD_COLUMNS)


def _pooled_variance(values: Sequence[np.ndarray]) -> float:
    """Pool the variances over seeds; NaN where there is one seed alone."""
    freedom = sum(len(one) - 1 for one in values)
    squares = sum(float(((one - one.mean()) ** 2).sum()) for one in values)
    return squares / freedom if freedom else math.nan


def _level_sd(values: Mapping[Setting, np.ndarray], place: int, seeds: float) -> float:
    by_level: dict[int, list[np.ndarray]] = {}
    for setting, found in values.items():
        by_level.setdefault(setting[place], []).append(found)
    if len(by_level) < 2:
        return math.nan
    means = [np.concatenate(found).mean() for found in by_level.values()]
    from_seeds = np.mean([seeds / sum(map(len, found)) for found in by_level.values()])
    return math.sqrt(max(0.0, float(np.var(means, ddof=1) - from_seeds)))
