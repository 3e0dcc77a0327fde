"""What a sweep will cost, before it starts: what is kept already, time, memory, disk.

Time is told from what stages took before, on this machine: a training's operations over the rate of
trainings by the same trainer; a comparison as the median of those in the cache. Where nothing was
made before, or the text was not read yet, it is not known, and said so. Memory is told from the
shapes.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import psutil

from compare.cache import NotKeptError, cache_folder, only_kept
from compare.errors import InputError
from compare.machine import resolve_device
from compare.progress import quiet
from compare.runtime import Runtime
from compare.stage_seconds import known_seconds
from compare.storage import read_json
from compare.text.reading import Text
from compare.trainers.all_trainers import stage_of
from compare.trainers.model_options import ModelOptions
from compare.trainers.trainer import Foretold, Reading, Trainer
from experiments.config.run_config import RunConfig
from experiments.stages.budget import matched

PROCESS_BYTES = 900 << 20
"""What a run's process takes before it has read a text: Python, torch, SciPy."""

RUN_BYTES = 5 << 20
"""What a run folder takes beside its spaces: tables, figures, pages."""

MOST_RATES = 50
"""Kept trainings of a trainer that its rate is the median of."""


class Part(NamedTuple):
    """One training of a cell.

    Attributes
    ----------
    label : str
        Of its stage; empty where the text was not read yet.
    is_kept : bool
        Whether it is in the cache.
    seconds : float or None
        What it will take; None: not known.
    memory, disk : int
        Bytes.
    """

    model: str
    label: str
    is_kept: bool
    seconds: float | None
    memory: int
    disk: int


@dataclass
class Forecast:
    """What the cells of a sweep need.

    Attributes
    ----------
    parts : list of list of Part
        Of each cell.
    faults : dict
        Of cells (by place) whose text cannot be opened: why.
    comparison : float or None
        Seconds that a comparison took before.
    """

    parts: list[list[Part]] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    comparison: float | None = None

    def seconds(self, todo: Sequence[int], jobs: int) -> tuple[float, int]:
        """Sum up the time of some cells (by place), over so many jobs; what they share counts once.

        Returns
        -------
        (float, int)
            Seconds, and the number of pieces of work whose time is not known.
        """
        missing = {
            part.label or (place, part.model): part.seconds
            for place in todo
            for part in self.parts[place]
            if not part.is_kept
        }
        times = [*missing.values(), *([self.comparison] * len(todo))]
        known = [one for one in times if one is not None]
        return sum(known) / max(1, min(jobs, len(todo))), len(times) - len(known)

    @property
    def memory(self) -> int:
        """Bytes that the largest cell takes."""
        return PROCESS_BYTES + max(
            (max((part.memory for part in parts), default=0) for parts in self.parts), default=0
        )

    def disk(self, todo: Sequence[int]) -> int:
        """Bytes that some cells will take, in their folders and in the cache."""
        missing = {p.label or p.model: p.disk for n in todo for p in self.parts[n] if not p.is_kept}
        folders = sum(RUN_BYTES + sum(part.disk for part in self.parts[place]) for place in todo)
        return folders + sum(missing.values())


def jobs_that_fit(jobs: int, memory: int) -> int:
    """Give as many jobs as memory has room for, one at least."""
    return max(1, min(jobs, int(psutil.virtual_memory().available // max(memory, 1))))


def forecast(configs: Sequence[RunConfig]) -> Forecast:
    """Foretell what cells need; no stage is made, and no cell started."""
    teller = _Teller()
    found = Forecast(comparison=teller.median_of("comparison"))
    with only_kept():
        for place, config in enumerate(configs):
            try:
                found.parts.append(list(teller.parts(config)))
            except InputError as error:  # the cell will end in it, and the others go on
                found.parts.append([])
                found.faults[place] = str(error)
    return found


class _Teller:
    """Keeps what cells share: texts, what models read, rates."""

    def __init__(self) -> None:
        folder = cache_folder()
        self._kept = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        self._seconds = known_seconds(folder)
        self._texts: dict[str, Text | InputError | None] = {}
        self._sources: dict[tuple[str, ...], Any] = {}
        self._parts: dict[tuple[object, ...], Part] = {}
        self._rate = cache(self._rate_of)
        self._device = cache(resolve_device)

    def median_of(self, name: str) -> float | None:
        """Give the seconds that stages of a name took, as a rule."""
        found = [one for label, one in self._seconds.items() if label.rpartition("-")[0] == name]
        return statistics.median(found) if found else None

    def parts(self, config: RunConfig) -> Iterator[Part]:
        """Foretell the trainings of a cell; those of several cells are told once."""
        of_text = config.corpus.model_dump_json() + config.vocabulary.model_dump_json()
        device, threads = self._device(config.device), config.n_threads
        runtime = Runtime(seed=config.seed, device=device, threads=threads)
        asked = self._with_budget(config, of_text, runtime)
        for name, model in (asked or config).trained.items():
            if model.record.fit is None:
                continue
            options = model.model_dump_json(exclude={"label"})
            key = (of_text, name, options, config.seed, device, threads)
            if asked is None:
                yield _unread(name)
                continue
            if key not in self._parts:
                self._parts[key] = self._part(asked, of_text, name, model, runtime)
            yield self._parts[key]

    def _with_budget(self, config: RunConfig, of_text: str, runtime: Runtime) -> RunConfig | None:
        """Give the config with the epochs that follow from its budget; None: not known yet."""
        if config.budget.match == "none":
            return config
        text = self._text(config, of_text)
        try:
            return None if text is None else matched(config, text, runtime)
        except NotKeptError:
            return None

    def _part(
        self, config: RunConfig, of_text: str, name: str, model: ModelOptions, runtime: Runtime
    ) -> Part:
        text = self._text(config, of_text)
        if text is None:
            return _unread(name)
        reading = model.reading(text, name)
        source = self._source(model, of_text, reading, runtime)
        if source is None:
            return _unread(name)
        label = stage_of(model.record, reading, source, model.options, runtime).label
        foretold = None
        if model.record.foretold is not None:
            foretold = model.record.foretold(source, model.options)
        n_numbers = len(model.tables) * len(text.vocabulary) * model.options.given("dimension", 0)
        return Part(
            name,
            label,
            is_kept=label in self._kept,
            seconds=self._seconds_of(model.record, foretold),
            memory=0 if foretold is None else foretold.memory,
            disk=4 * n_numbers,
        )

    def _text(self, config: RunConfig, of_text: str) -> Text | None:
        """Open a text whose words are counted already."""
        if of_text not in self._texts:
            self._texts[of_text] = _opened(config)
        found = self._texts[of_text]
        if isinstance(found, InputError):
            raise found
        return found

    def _source(
        self, model: ModelOptions, of_text: str, reading: Reading, runtime: Runtime
    ) -> Any | None:
        key = (of_text, model.record.name, reading.unit, reading.tokenizer.model_dump_json())
        if key not in self._sources:
            assert model.record.source is not None
            try:
                self._sources[key] = model.record.source(reading, runtime)
            except NotKeptError:
                self._sources[key] = None
        return self._sources[key]

    def _seconds_of(self, trainer: Trainer, foretold: Foretold | None) -> float | None:
        if foretold is None:
            return self.median_of(trainer.name)
        rate = self._rate(trainer.name)
        return None if rate is None else foretold.flops * rate

    def _rate_of(self, trainer: str) -> float | None:
        """Give the seconds of an operation, as the median of trainings that are kept."""
        rates: list[float] = []
        for label in sorted(self._kept):
            if label.rpartition("-")[0] != trainer or len(rates) >= MOST_RATES:
                continue
            try:
                cost = read_json(cache_folder() / label / "about.json")["cost"]
                rates.append(float(cost["seconds"]) / float(cost["flops"]))
            except (InputError, KeyError, TypeError, ValueError, ZeroDivisionError):
                continue
        return statistics.median(rates) if rates else None


def _opened(config: RunConfig) -> Text | InputError | None:
    """Open a text; or say why it cannot be, or give None where its words were not counted yet."""
    try:
        text = Text(config.corpus, config.vocabulary, show=quiet)
        text.words  # noqa: B018 (opened, or not there)
    except NotKeptError:
        return None
    except InputError as error:
        return error
    return text


def _unread(model: str) -> Part:
    """Tell of a training whose text was not read yet."""
    return Part(model, "", is_kept=False, seconds=None, memory=0, disk=0)
