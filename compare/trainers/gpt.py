"""A GPT, trained from scratch on the text: byte pairs or words → windows → next-token training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.llm.options import GPTTrainerOptions
from compare.runtime import Runtime
from compare.trainers.language_tables import LABELS, MORE_TABLES, UNTRAINED
from compare.trainers.trainer import Foretold, Reading, Trainer, Unit

if TYPE_CHECKING:
    from compare.trainers.fitted_gpt import FittedGPT
    from compare.trainers.language_models import OpenedModel
    from compare.trainers.sources import RunningIds

# The record is read by whoever lists trainers; what it works with is loaded when it works.


def _source(reading: Reading, runtime: Runtime) -> RunningIds:
    from compare.trainers.sources import running_ids

    return running_ids(reading, runtime)


def _check(source: RunningIds, options: GPTTrainerOptions) -> None:
    from compare.trainers.fitted_gpt import check

    check(source, options)


def _fit(source: RunningIds, options: GPTTrainerOptions, runtime: Runtime) -> FittedGPT:
    from compare.trainers.fitted_gpt import fit

    return fit(source, options, runtime)


def _foretold(source: RunningIds, options: GPTTrainerOptions) -> Foretold:
    from compare.trainers.fitted_gpt import foretold

    return foretold(source, options)


def _load(
    folder: Path | None,
    key: str,
    source: Any,
    reading: Reading,
    options: GPTTrainerOptions,
    runtime: Runtime,
) -> OpenedModel:
    from compare.trainers.fitted_gpt import load

    return load(folder, key, source, reading, options, runtime)


def _hangs_on(options: GPTTrainerOptions, _source: Any, runtime: Runtime) -> Mapping[str, Any]:
    from compare.trainers.fitted_gpt import hangs_on

    return hangs_on(options, runtime)


def _tables(options: GPTTrainerOptions, _unit: Unit | None) -> tuple[str, ...]:
    """Tied: the output table is the input table."""
    return ("input", UNTRAINED) if options.tied else ("input", "output", UNTRAINED)


def _more_tables(options: GPTTrainerOptions) -> tuple[str, ...]:
    adds_positions = options.positions not in ("rotary", "none") and options.context > 1
    return MORE_TABLES if adds_positions else ()


_layers: Callable[[GPTTrainerOptions], int] = lambda options: options.layers  # noqa: E731

LANGUAGE_MODEL = Trainer(
    name="gpt",
    label="GPT",
    says="a GPT trained from scratch on next-token prediction",
    family="language model",
    options=GPTTrainerOptions,
    tables=_tables,
    more_tables=_more_tables,
    layers=_layers,
    source=_source,
    check=_check,
    fit=_fit,
    foretold=_foretold,
    load=_load,
    hangs_on=_hangs_on,
    compared=("input", "output"),
    reads=("tokens", "words"),
    floor=UNTRAINED,
    table_labels=LABELS,
    loss="next token among all",
    version=2,
)
