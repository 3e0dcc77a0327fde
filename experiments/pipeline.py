"""A run from text to results: corpus → models → spaces → comparison → run folder."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.examples import neighbours_by_snapshot
from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.judgments.analogy_sets import AnalogySet, load_analogies
from compare.judgments.judgments import Judgments, open_judgments
from compare.judgments.lexicon import open_lexicon
from compare.locks import claimed
from compare.machine import resolve_device, torch_threads
from compare.progress import Show, quiet
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.storage import (
    atomic_folder,
    file_sha256,
    write_text,
)
from compare.text.company_counts import CompanyCounts
from compare.text.company_texts import company_of_texts
from compare.text.reading import Text
from compare.trainers.sources import check_tokenizer
from compare.trainers.trained import Trained
from experiments.config.commented import commented_toml
from experiments.config.run_config import RunConfig
from experiments.report.report import make_report
from experiments.results.environment import environment, machine
from experiments.results.manifest import complete_manifest
from experiments.results.models import models_of_spaces
from experiments.results.run_folder import (
    ASKED,
    RunResults,
    check_run_folder,
    save_results,
)
from experiments.results.saved_spaces import SPACES, save_compared
from experiments.results.tables import joined
from experiments.stages.budget import matched
from experiments.stages.comparison import compared_spaces
from experiments.stages.context import context_of_models
from experiments.stages.models import trained_models
from experiments.stages.text import opened_text


def execute(config: RunConfig, folder: Path, *, show: Show = quiet) -> RunResults:
    """Run a config and fill its folder; stages that are cached are not computed again.

    Parameters
    ----------
    folder : Path
        Made if missing; an earlier run in it is replaced as a whole, at the end.
    show : callable
        Opens a progress display for each step.

    Raises
    ------
    InputError
        If anything the config names cannot be used; nothing is left behind then.
    """
    device = resolve_device(config.device)
    runtime = Runtime(seed=config.seed, device=device, threads=config.n_threads, show=show)
    with claimed(folder), _recorded_log() as log, torch_threads(runtime.threads):
        check_run_folder(folder)
        judgments = _opened_judgments(config, runtime)
        text = opened_text(config, show)
        asked, config = config, matched(config, text, runtime)
        models = trained_models(config, text, runtime)
        repeats = _other_seeds(config, text, runtime)
        results = _results(config, text, _with_planted(judgments, config, text), models, repeats,
                           runtime)  # fmt: skip
        with atomic_folder(folder) as temporary:
            write_text(temporary / "config.toml", commented_toml(config))
            if asked is not config:
                write_text(temporary / ASKED, commented_toml(asked))
            _save_spaces(models, repeats, config.seed, temporary / "spaces")
            if text.words.truth is not None:
                shutil.copytree(text.words.truth, temporary / "truth")
            save_results(results, temporary)
            make_report(temporary)
            write_text(temporary / "log.txt", log.getvalue())
            complete_manifest(temporary)
    return results


Repeats = Mapping[str, Sequence[EmbeddingSpace]]
"""Spaces of the same models from further seeds, by name."""


def _opened_judgments(config: RunConfig, runtime: Runtime) -> Judgments:
    """Open what spaces are asked; what may be wrong is looked at before anything long is done."""
    for model in config.trained.values():
        if model.tokenizer is not None:
            check_tokenizer(model.tokenizer)
    asked = config.judgments
    return open_judgments(
        [name for name in asked.analogies if name != "planted"],
        asked.similarity,
        [name for name in asked.lexicons if name != "planted"],
        runtime.show,
        asked.columns,
    )


def _with_planted(judgments: Judgments, config: RunConfig, text: Text) -> Judgments:
    """Add what is known of planted text to what is asked."""
    truth, asked = text.words.truth, config.judgments
    if truth is None:
        return judgments
    if "planted" in asked.analogies:
        planted = AnalogySet("planted", load_analogies(truth / "analogies.txt").relations)
        judgments = replace(judgments, analogies=(*judgments.analogies, planted))
    if "planted" in asked.lexicons:
        lexicon = replace(open_lexicon(str(truth / "lexicon.tsv")), name="planted")
        judgments = replace(judgments, lexicons=(*judgments.lexicons, lexicon))
    return judgments


def _other_seeds(config: RunConfig, text: Text, runtime: Runtime) -> Repeats:
    """Train the same models from the further seeds."""
    repeats: dict[str, list[EmbeddingSpace]] = {}
    for seed in range(config.seed + 1, config.seed + config.seeds):

        def titled(title: str, seed: int = seed) -> Any:
            return runtime.show(f"{title}, seed {seed}")

        other = replace(runtime, seed=seed, show=titled)
        again = trained_models(config, text, other, of_others=False)
        for model in again.values():
            for space in model.spaces.values():
                repeats.setdefault(space.name, []).append(space)
    return repeats


def _results(
    config: RunConfig,
    text: Text,
    judgments: Judgments,
    models: Mapping[str, Trained],
    repeats: Repeats,
    runtime: Runtime,
) -> RunResults:
    spaces = {space.name: space for model in models.values() for space in model.spaces.values()}
    context = context_of_models(models, text, runtime)
    company = company_of_texts(
        config.judgments.company_corpus,
        text if config.has_text else None,
        fold_case=config.protocol.case == "fold",
        show=runtime.show,
        corpus=config.corpus,
        vocabulary=config.vocabulary,
    )
    comparison = compared_spaces(
        [spaces[name] for name in config.compared],
        judgments,
        config.protocol,
        config.examples,
        runtime,
        repeats={name: repeats[name] for name in config.compared if name in repeats},
        company=company,
    )
    facts = text.facts
    settling = [
        neighbours_by_snapshot(
            [*model.snapshots, (1.0, model.spaces["input"])], config.examples.words, config.protocol
        )
        for model in models.values()
        if model.snapshots
    ]
    histories = [
        model.history.assign(model=model.name) for model in models.values() if len(model.history)
    ]
    return RunResults(
        name=config.name,
        title=config.report.title or _title(facts, models),
        config=config.model_dump(mode="json"),
        environment=environment(runtime, [model.notes for model in models.values()]),
        corpus=facts,
        protocol={
            **config.protocol.model_dump(mode="json"),
            "n_seeds": config.seeds,
            "budget": config.budget.model_dump(mode="json"),
        },
        models=pd.DataFrame([model.facts() for model in models.values()]),
        history=joined(histories),
        settling=joined(settling),
        context_layers=context.layers,
        context_senses=context.senses,
        comparison=comparison,
    )


def _title(facts: Mapping[str, Any], models: Mapping[str, Trained]) -> str:
    if not facts:
        return " beside ".join(model.label for model in models.values())
    return f"Word vectors of {facts['name']}"


def _save_spaces(models: Mapping[str, Trained], repeats: Repeats, seed: int, folder: Path) -> None:
    for model in models.values():
        for space in model.spaces.values():
            save_space(space, folder / f"{space.name}.safetensors")
    for name, again in repeats.items():
        for number, space in enumerate(again, start=seed + 1):
            save_space(space, folder / f"{name}.seed-{number}.safetensors")


def compare_files(
    paths: Sequence[Path],
    folder: Path,
    *,
    spaces: Sequence[EmbeddingSpace],
    judgments: Judgments,
    protocol: ProtocolOptions,
    examples: ExampleOptions,
    runtime: Runtime,
    company: Sequence[CompanyCounts] = (),
    title: str = "",
) -> Path:
    """Write a report on spaces that exist already; returns the page's path."""
    check_run_folder(folder)
    comparison = compared_spaces(spaces, judgments, protocol, examples, runtime, company=company)
    hashes = {space.name: file_sha256(path) for space, path in zip(spaces, paths, strict=True)}
    results = RunResults(
        name="comparison",
        title=title or "Comparison of " + ", ".join(space.name for space in spaces),
        config={
            "files": [path.name for path in paths],
            "company": [counts.name for counts in company],
            "protocol": protocol.model_dump(),
        },
        environment={"seed": runtime.seed, "sha256": hashes, **machine()},
        protocol={**protocol.model_dump(mode="json"), "n_seeds": 1},
        models=models_of_spaces(spaces),
        comparison=comparison,
    )
    return report_on_spaces(results, folder)


def report_on_spaces(results: RunResults, folder: Path) -> Path:
    """Write the report on a comparison, with the spaces compared; returns the page's path."""
    with atomic_folder(folder) as temporary:
        save_results(results, temporary)
        save_compared(results.comparison.spaces, temporary / SPACES)
        make_report(temporary)
        complete_manifest(temporary)
    return folder / "report.html"


@contextmanager
def _recorded_log() -> Iterator[io.StringIO]:
    """Record what the library logs, for log.txt."""
    recorded = io.StringIO()
    handler = logging.StreamHandler(recorded)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s", "%H:%M:%S"))
    loggers = [logging.getLogger(name) for name in ("compare", "experiments")]
    before = [one.level for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    try:
        yield recorded
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.removeHandler(handler)
            one.setLevel(level)
