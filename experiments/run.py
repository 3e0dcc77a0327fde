"""A run from text to results: corpus → two wings → spaces → comparison → run folder."""

from __future__ import annotations

import io
import logging
import platform
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from compare.comparison.comparison import compare_spaces
from compare.comparison.examples import ExampleOptions, neighbours_by_snapshot
from compare.comparison.item_scores import concatenated
from compare.comparison.protocol import ProtocolOptions
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, load_analogies
from compare.judgments.judgments import Judgments, open_judgments
from compare.judgments.lexicon import open_lexicon
from compare.llm.tokenizer import TRAINED, end_of_text_id, named_encoding
from compare.llm.windows import SlidingWindows
from compare.progress import Show, quiet
from compare.spaces.space import EmbeddingSpace, save_space
from compare.storage import (
    atomic_folder,
    check_writable,
    file_sha256,
    remove_leftovers,
    write_text,
)
from experiments.config import RunConfig
from experiments.context_measures import ContextMeasures, context_measures
from experiments.model_spaces import gpt_language_model, pretrained_spaces, with_layers
from experiments.report import write_report
from experiments.results import RunResults, check_run_folder, load_results, save_results
from experiments.stages import (
    CorpusParts,
    TokenText,
    Trained,
    WordText,
    token_text,
    trained_gpt,
    trained_word2vec,
    word_text,
)

logger = logging.getLogger(__name__)


PACKAGES = (
    "embcontrast",
    "gensim",
    "torch",
    "tiktoken",
    "tokenizers",
    "transformers",
    "numpy",
    "scipy",
    "scikit-learn",
)


def execute(config: RunConfig, folder: Path, *, show: Show = quiet) -> RunResults:
    """Run a config and fill its folder; stages that are cached are not computed again.

    Parameters
    ----------
    folder : Path
        Made if missing; an earlier run in it is replaced as a whole, at the end.
    show : callable
        Opens a progress display for each stage.

    Raises
    ------
    InputError
        If anything the config names cannot be used; nothing is left behind then.
    """
    check_run_folder(folder)
    check_writable(folder)
    remove_leftovers(folder.parent)
    with _recorded_log() as log:
        results, spaces, text = _results(config, show)
        with atomic_folder(folder) as temporary:
            write_text(temporary / "config.toml", config.to_toml())
            for name, space in spaces.items():
                save_space(space, temporary / "spaces" / name)
            if text.truth is not None:
                shutil.copytree(text.truth, temporary / "truth")
            save_results(results, temporary)
            make_report(temporary)
            write_text(temporary / "log.txt", log.getvalue())
    return results


def _results(
    config: RunConfig, show: Show
) -> tuple[RunResults, dict[str, EmbeddingSpace], WordText]:
    device = resolve_device(config.device)
    torch.set_num_threads(config.n_threads)
    # What may be wrong is looked at before anything long is done.
    by_name = [name for name in config.judgments.analogies if name != "planted"]
    lexicons = [name for name in config.judgments.lexicons if name != "planted"]
    judgments = open_judgments(by_name, config.judgments.similarity, lexicons, show)
    if "gpt" in config.trainers and config.tokenizer.encoding != TRAINED:
        end_of_text_id(named_encoding(config.tokenizer.encoding))
    parts = CorpusParts(config.corpus)
    text = word_text(parts, config, show)
    if text.truth is not None:
        judgments = _with_planted(judgments, config, text.truth)
    tokens = token_text(parts, config, show) if "gpt" in config.trainers else None
    if tokens is not None:
        SlidingWindows(tokens.training.ids, config.gpt.context, config.gpt.context)

    others = pretrained_spaces(config, parts, text, device, show)
    trained = _train_all(config, parts, text, tokens, device, show)
    spaces = {space.name: space for one in trained.values() for space in one.spaces}
    repeats: dict[str, list[EmbeddingSpace]] = {name: [] for name in spaces}
    for seed in range(config.seed + 1, config.seed + config.seeds):
        again = config.model_copy(update={"seed": seed})
        trained_again = _train_all(
            again, parts, text, tokens, device, _titled(show, f", seed {seed}")
        )
        for space in (space for one in trained_again.values() for space in one.spaces):
            repeats[space.name].append(space)
    spaces.update({space.name: space for space in others})

    in_context = ContextMeasures(pd.DataFrame(), pd.DataFrame())
    if "gpt" in trained:
        gpt = trained["gpt"]
        model = gpt_language_model(gpt, device)
        try:
            in_context = context_measures(model, gpt.folder.name, parts, text, config, show)
        except InputError as error:  # a text or a context too short for it: no reason to stop
            logger.warning("what context adds is not measured: %s", error)

    started = time.perf_counter()
    comparison = compare_spaces(
        [spaces[name] for name in config.compared],
        judgments,
        config.protocol,
        config.report,
        seed=config.seed,
        repeats={name: repeats.get(name, []) for name in config.compared},
        progress=show("comparing the spaces"),
    )
    logger.info("comparison: done in %.1f s", time.perf_counter() - started)
    results = RunResults(
        name=config.name,
        title=config.report.title or f"Word vectors of {text.meta['name']}",
        config=config.model_dump(mode="json"),
        environment=environment(config, device),
        corpus={**text.meta, "split_share": _split_share(trained)},
        budgets=pd.DataFrame([one.budget for one in trained.values()]),
        history=pd.concat([one.history for one in trained.values()], ignore_index=True),
        settling=_settling(trained, text, config),
        context_layers=in_context.layers,
        context_senses=in_context.senses,
        comparison=comparison,
    )
    saved = {f"{name}.safetensors": space for name, space in spaces.items()}
    for name, of_seeds in repeats.items():
        for seed, space in enumerate(of_seeds, start=config.seed + 1):
            saved[f"{name}.seed-{seed}.safetensors"] = space
    return results, saved, text


def _train_all(
    config: RunConfig,
    parts: CorpusParts,
    text: WordText,
    tokens: TokenText | None,
    device: str,
    show: Show,
) -> dict[str, Trained]:
    trained: dict[str, Trained] = {}
    for trainer in config.trainers:
        if tokens is not None and trainer == "gpt":
            gpt = trained_gpt(tokens, text, config, device, show)
            trained[trainer] = with_layers(gpt, parts, text, config, device, show)
        else:
            trained[trainer] = trained_word2vec(trainer, text, config, device, show)
    return trained


def _titled(show: Show, ending: str) -> Show:
    return lambda title: show(title + ending)


def _with_planted(judgments: Judgments, config: RunConfig, truth: Path) -> Judgments:
    """Add what is known of planted text to what is asked."""
    asked = config.judgments
    if "planted" in asked.analogies:
        planted = AnalogySet("planted", load_analogies(truth / "analogies.txt").relations)
        judgments = replace(judgments, analogies=(*judgments.analogies, planted))
    if "planted" in asked.lexicons:
        lexicon = replace(open_lexicon(str(truth / "lexicon.tsv")), name="planted")
        judgments = replace(judgments, lexicons=(*judgments.lexicons, lexicon))
    return judgments


def _settling(trained: dict[str, Trained], text: WordText, config: RunConfig) -> pd.DataFrame:
    """List the probe words' neighbours in each snapshot and at the end, for each model."""
    n_words_seen = config.word2vec.epochs * len(text.training)
    tables = []
    for model, one in trained.items():
        if one.snapshots:
            last = next(space for space in one.spaces if space.name == f"{model}-input")
            n_seen = one.budget["seen"] if model == "gpt" else n_words_seen
            stages = [*((s.provenance["seen"] / n_seen, s) for s in one.snapshots), (1.0, last)]
            tables.append(
                neighbours_by_snapshot(stages, config.report.probe_words, config.protocol)
            )
    return concatenated(tables)


def make_report(folder: Path) -> Path:
    """Make figures and report again from a run folder alone; returns the page's path."""
    return write_report(load_results(folder), folder)


def compare_files(
    paths: Sequence[Path],
    folder: Path,
    *,
    spaces: Sequence[EmbeddingSpace],
    judgments: Judgments,
    protocol: ProtocolOptions,
    report: ExampleOptions,
    seed: int,
    show: Show = quiet,
) -> Path:
    """Write a report on spaces that exist already; returns the page's path."""
    check_run_folder(folder)
    check_writable(folder)
    comparison = compare_spaces(
        spaces, judgments, protocol, report, seed=seed, progress=show("comparing")
    )
    budgets = pd.DataFrame(
        {"model": [s.name for s in spaces], "dimension": [s.dim for s in spaces]}
    )
    results = RunResults(
        name="comparison",
        title=report.title or "Comparison of " + ", ".join(space.name for space in spaces),
        config={
            "files": [path.name for path in paths],
            "protocol": protocol.model_dump(mode="json"),
        },
        environment={
            "seed": seed,
            "sha256": {path.name: file_sha256(path) for path in paths},
            **machine(),
        },
        corpus={},
        budgets=budgets,
        history=pd.DataFrame(),
        settling=pd.DataFrame(),
        context_layers=pd.DataFrame(),
        context_senses=pd.DataFrame(),
        comparison=comparison,
    )
    with atomic_folder(folder) as temporary:
        save_results(results, temporary)
        make_report(temporary)
    return folder / "report.html"


def resolve_device(device: str) -> str:
    """Turn ``auto`` into a device; refuse ``cuda`` where there is none."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("device cuda was asked for, but torch finds no GPU; use --device cpu")
    return device


def machine() -> dict[str, Any]:
    """Describe software and machine, without names of hosts or users."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "commit": _commit(),
    }


def environment(config: RunConfig, device: str) -> dict[str, Any]:
    """Describe what the numbers of a run depend on, and what would not repeat."""
    notes = []
    if "gensim" in config.trainers and config.gensim_workers > 1:
        notes.append("gensim ran with more than one worker: its vectors do not repeat exactly")
    if device != "cpu":
        notes.append("training on a GPU adds in changing order: vectors repeat up to rounding")
    return {
        **machine(),
        "seed": config.seed,
        "threads": config.n_threads,
        "device": device,
        "gpu": torch.cuda.get_device_name() if device == "cuda" else None,
        "not_repeatable": notes,
    }


def _split_share(trained: dict[str, Trained]) -> float | None:
    return trained["gpt"].budget["split_share"] if "gpt" in trained else None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Read the commit of a checkout that this package is run from, without asking git."""
    root = Path(__file__).resolve().parent.parent / ".git"
    try:
        head = (root / "HEAD").read_text().strip()
        if head.startswith("ref: "):
            head = (root / head.removeprefix("ref: ")).read_text().strip()
    except OSError:
        return None
    return head[:12]


@contextmanager
def _recorded_log() -> Iterator[io.StringIO]:
    """Record what the library logs, for log.txt."""
    recorded = io.StringIO()
    handler = logging.StreamHandler(recorded)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s", "%H:%M:%S"))
    loggers = [logging.getLogger(name) for name in ("compare", "experiments")]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    try:
        yield recorded
    finally:
        for one in loggers:
            one.removeHandler(handler)
