"""The grid of a sweep: options with their values, and the cells that they make.

Options that are swept *over* multiply; those that are *zipped* go through their values side by
side, as one. Each setting is run from several seeds; a setting and a seed make a cell.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydantic import Field

from compare.errors import InputError
from compare.options import Options, validated
from experiments.config.loading import written_as_toml
from experiments.config.option_rows import written_value

MOST_TOLD = 9
"""Values of an option that a message names."""

SAMPLE_SEED = 0
"""Of the part of a grid that is drawn: the same part each time."""


class SweepOptions(Options):
    """What is swept: the table ``[sweep]`` of a config."""

    over: dict[str, list[Any]] = Field(
        default_factory=dict,
        description="options by their keys, each with a list of values; all are combined",
    )
    zip: dict[str, list[Any]] = Field(
        default_factory=dict,
        description="options whose lists of values, of one length, are gone through side by side",
    )
    seeds: int = Field(
        default=1, ge=1, le=1000, description="seeds that each setting is run from, counted up"
    )
    sample: int | None = Field(
        default=None, ge=1, description="so many settings, drawn at random, in place of all"
    )
    quantities: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="quantities that the report shows (their keys in table.csv); none named: those "
        "that runs' reports begin with",
    )


@dataclass(frozen=True)
class Cell:
    """One run of a sweep.

    Attributes
    ----------
    number : int
        From 1, in the grid's order.
    choices : mapping
        Options by their keys → the values that they have here.
    seed : int
    levels : tuple of int
        Of each axis (an option that is swept over, or all that are zipped), which value it is.
    """

    number: int
    choices: Mapping[str, Any]
    seed: int
    levels: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """Say in a line what it is: ``models.w2v.window=5, seed 2``."""
        parts = [f"{key}={written_value(value)}" for key, value in self.choices.items()]
        return ", ".join([*parts, f"seed {self.seed}"])


def told_grid(options: SweepOptions) -> str:
    """Say in a line what is swept.

    >>> told_grid(SweepOptions(over={"models.w2v.window": [2, 5]}, seeds=2))
    'models.w2v.window=2,5; 2 seeds'
    """
    parts = [f"{key}={_listed(values)}" for key, values in options.over.items()]
    together = [f"{key}={_listed(values)}" for key, values in options.zip.items()]
    parts += [f"zipped {' '.join(together)}"] if together else []
    parts.append(f"{options.seeds} seed{'s' if options.seeds > 1 else ''}")
    if options.sample is not None:
        parts.append(f"a sample of {options.sample}")
    return "; ".join(parts)


def _listed(values: Sequence[Any]) -> str:
    """Write the first values of an option, and how many more there are."""
    told = ",".join(map(written_value, values[:MOST_TOLD]))
    return told + (f",… ({len(values):,})" if len(values) > MOST_TOLD else "")


def options_of(values: Mapping[str, Any], where: str) -> SweepOptions:
    """Check a ``[sweep]`` table; keys may stand there as nested tables, too.

    Raises
    ------
    InputError
    """
    flat = {
        key: dict(_flat(value)) if key in ("over", "zip") and isinstance(value, Mapping) else value
        for key, value in values.items()
    }
    return validated(SweepOptions, flat, f"{where}: sweep")


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def keys_with_values(told: Sequence[str], flag: str) -> dict[str, list[Any]]:
    """Read ``KEY=V1,V2,…`` of the command line; values are TOML, or else text.

    Raises
    ------
    InputError
        If there is no key, no value, or a key comes twice.

    Examples
    --------
    >>> keys_with_values(["models.w2v.window=2,5", "corpus.source=a.txt,b.txt"], "--over")
    {'models.w2v.window': [2, 5], 'corpus.source': ['a.txt', 'b.txt']}
    """
    found: dict[str, list[Any]] = {}
    for one in told:
        key, equals, text = (part.strip() for part in one.partition("="))
        if not (key and equals):
            raise InputError(f"{flag} expects section.key=V1,V2,…; found {one!r}")
        if not text:
            raise InputError(f"{key} has no values; name at least one")
        if key in found:
            raise InputError(f"{flag} names {key} twice; give all its values at once")
        values = written_as_toml(f"[{text}]")
        found[key] = _each_as_toml(text) if values is None else values
    return found


def _each_as_toml(text: str) -> list[Any]:
    parts = [part.strip() for part in text.split(",")]
    values = [written_as_toml(part) for part in parts]
    return [part if value is None else value for part, value in zip(parts, values, strict=True)]


def cells_of(options: SweepOptions, first_seed: int) -> list[Cell]:
    """Lay out all cells: setting after setting, the seeds of each together.

    Raises
    ------
    InputError
        If the grid contradicts itself.
    """
    _check(options)
    axes = [len(values) for values in options.over.values()]
    axes += [len(next(iter(options.zip.values())))] if options.zip else []
    settings = list(zip(_settings(options), product(*map(range, axes)), strict=True))
    if options.sample is not None:
        if options.sample > len(settings):
            raise InputError(
                f"a sample of {options.sample:,} settings is asked for, and the grid has "
                f"{len(settings):,}; leave the sample out"
            )
        drawn = random.Random(SAMPLE_SEED).sample(range(len(settings)), options.sample)  # noqa: S311
        settings = [settings[place] for place in sorted(drawn)]
    seeds = range(first_seed, first_seed + options.seeds)
    return [
        Cell(number, choices, seed, levels)
        for number, ((choices, levels), seed) in enumerate(product(settings, seeds), start=1)
    ]


def _settings(options: SweepOptions) -> Iterator[dict[str, Any]]:
    """Combine what is swept over, the last key fastest; what is zipped counts as one key more."""
    axes = [[{key: value} for value in values] for key, values in options.over.items()]
    if options.zip:
        together = zip(*options.zip.values(), strict=True)
        axes.append([dict(zip(options.zip, values, strict=True)) for values in together])
    for chosen in product(*axes):
        yield {key: value for one in chosen for key, value in one.items()}


def _check(options: SweepOptions) -> None:
    swept = {**options.over, **options.zip}
    if not swept and options.seeds == 1:
        raise InputError("a sweep needs an option to sweep over: --over models.w2v.window=2,5,10")
    both = set(options.over) & set(options.zip)
    if both:
        raise InputError(f"{min(both)} is both swept over and zipped; choose one")
    for key, values in swept.items():
        if not values:
            raise InputError(f"{key} has no values; name at least one")
        if key in ("seed", "seeds", "name"):
            raise InputError(f"{key} is not swept over; a sweep counts seeds up by --seeds")
    for key, values in options.over.items():
        _refuse_repeats(key, values)
    lengths = {key: len(values) for key, values in options.zip.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{key} has {n}" for key, n in lengths.items())
        raise InputError(f"zipped options need as many values each; {told}")
    together = list(zip(*options.zip.values(), strict=True))
    _refuse_repeats(", ".join(options.zip), together)
    of_all = {key.removeprefix("models.*.") for key in swept if key.startswith("models.*.")}
    for key in swept:
        model, _, option = key.removeprefix("models.").partition(".")
        if key.startswith("models.") and model != "*" and option in of_all:
            raise InputError(f"{key} and models.*.{option} are both swept; choose one")


def _refuse_repeats(key: str, values: Sequence[Any]) -> None:
    """Refuse equal values, however they are written; a truth value is no number."""
    for place, value in enumerate(values):
        for one in values[:place]:
            if _plain(one) == _plain(value):
                written = written_value(value)
                raise InputError(f"{key} has the value {written} twice")


def _plain(value: Any) -> Any:
    """Give a value whose equality is that of options: 1 and 1.0 are one, True is neither."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return (isinstance(value, bool), value)
