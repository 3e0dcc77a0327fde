"""The JSON files of a run folder: what they must say for a report to be made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field

from compare.options import Options, validated
from compare.storage import read_json


class _Open(Options):
    """Some keys are known; others may stand beside them."""

    model_config = ConfigDict(extra="allow")


class _Environment(_Open):
    format: str
    name: str
    seed: int | None = None
    device: str = ""
    gpu: str | None = None
    not_repeatable: list[str] = Field(default_factory=list)


class _Text(_Open):
    name: str
    n_documents: int
    n_training_words: int
    n_validation_words: int
    n_vocabulary: int
    fingerprint: str
    normalization: dict[str, str]


class _NoText(Options):
    pass


class _Judged(_Open):
    company_corpus: list[str] = Field(default_factory=list)


class _Config(_Open):
    judgments: _Judged = Field(default_factory=_Judged)
    spaces: list[str] | None = None


class _Budget(_Open):
    match: str = "none"
    of: str | float = ""


class _Protocol(_Open):
    budget: _Budget = Field(default_factory=_Budget)
    case: str = "fold"
    max_words: int = 30_000
    neighbours: int = 10
    n_seeds: int = 1


class _Summary(Options):
    title: str
    config: _Config
    corpus: _Text | _NoText
    protocol: _Protocol


def read_environment(path: Path) -> dict[str, Any]:
    """Read ``environment.json``.

    Raises
    ------
    InputError
        With the key, what was expected and what was found.
    """
    return _checked(_Environment, path)


def read_summary(path: Path) -> dict[str, Any]:
    """Read ``summary.json``: title, config, corpus, protocol.

    Raises
    ------
    InputError
        With the key, what was expected and what was found.
    """
    return _checked(_Summary, path)


def _checked(model: type[Options], path: Path) -> dict[str, Any]:
    values: dict[str, Any] = read_json(path)
    validated(model, values, f"{path} is damaged")
    return values
