"""Everything that a run depends on; and collections of runs, and checks of vectors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.comparison.vector_checks import VectorChecks
from compare.errors import InputError, nearest_names
from compare.judgments.judgments import JudgmentOptions
from compare.llm.vectors.tables import layer_of
from compare.options import Options
from compare.storage import content_key
from compare.text.corpus import NO_TEXT, CorpusOptions
from compare.text.vocabulary import VocabularyOptions
from compare.trainers.model_options import ModelOptions, model_options
from experiments.config.budget import BudgetOptions

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"

DEFAULT_MODELS: Mapping[str, str] = {
    "gensim": "gensim",
    "w2v": "skipgram",
    "ppmi": "ppmi",
    "gpt": "gpt",
}
"""Models of a config that names none, with their trainers."""


def default_models() -> dict[str, ModelOptions]:
    """Give one model of each trainer that learns from the text, with the default options."""
    return {
        name: model_options({"trainer": trainer}, f"models.{name}")
        for name, trainer in DEFAULT_MODELS.items()
    }


class ReportOptions(Options):
    """What the report is called."""

    title: str = Field(default="", description="headline of the report; empty: made of the corpus")


class RunConfig(Options):
    """Everything that a run depends on."""

    name: str = Field(default="run", pattern=NAME, max_length=80)
    spaces: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="spaces that are compared, MODEL/TABLE (w2v/input, gpt/layer-2); the first is "
        "the reference of tests; models that none of them names are not trained. None named: the "
        "usual tables of every model",
    )
    seed: int = Field(default=1, ge=0, lt=2**32, description="rules every random choice")
    seeds: int = Field(
        default=1,
        ge=1,
        le=100,
        description="seeds that each model is trained from (seed, seed + 1, …): the first is "
        "compared, the others tell how far numbers move and how alike a model is to itself",
    )
    threads: int = Field(
        default=0, ge=0, le=1024, description="processor threads; 0: as many as there are cores"
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="where torch trains; 'auto' takes a GPU where there is one"
    )
    corpus: CorpusOptions = Field(default_factory=CorpusOptions)
    vocabulary: VocabularyOptions = Field(default_factory=VocabularyOptions)
    models: dict[str, ModelOptions] = Field(default_factory=default_models, min_length=1)
    budget: BudgetOptions = Field(default_factory=BudgetOptions)
    protocol: ProtocolOptions = Field(default_factory=ProtocolOptions)
    judgments: JudgmentOptions = Field(default_factory=JudgmentOptions)
    examples: ExampleOptions = Field(default_factory=ExampleOptions)
    report: ReportOptions = Field(default_factory=ReportOptions)

    @model_validator(mode="after")
    def _is_consistent(self) -> RunConfig:
        for name, chosen in (("spaces", self.spaces), ("transforms", self.protocol.transforms)):
            if len(set(chosen)) != len(chosen):
                raise ValueError(f"{name} repeat: {', '.join(chosen)}")
        for space in self.spaces:
            self._check_space(space)
        for name, model in self.trained.items() if not self.has_text else ():
            if model.record.fit is not None:
                raise ValueError(
                    f"models.{name} learns from a text, and the corpus is {NO_TEXT!r}: set "
                    "corpus.source"
                )
        compared = self.compared
        if self.spaces and compared and compared[0] != self.spaces[0]:
            raise ValueError(
                f"the first space, {self.spaces[0]}, is the reference of tests and is not there: "
                "layers in context need a text (set corpus.source), a tied output table is the "
                "input table"
            )
        if not compared:
            raise ValueError(f"there is nothing to compare among {', '.join(self.spaces)}")
        asked = (*self.judgments.analogies, *self.judgments.lexicons)
        if "planted" in asked and self.corpus.source != "planted":
            raise ValueError(
                f"judgments 'planted' need corpus 'planted', and the corpus is "
                f"{self.corpus.source}: set judgments.analogies and judgments.lexicons"
            )
        return self

    def _check_space(self, space: str) -> None:
        model, slash, table = space.partition("/")
        if model in self.models and slash:
            self.models[model].check_table(model, table)
            return
        known = [f"{name}/{one}" for name, model in self.models.items() for one in model.tables]
        raise InputError(f"unknown space {space!r}; {nearest_names(space, known)}")

    @property
    def trained(self) -> dict[str, ModelOptions]:
        """The models that are needed, in the config's order."""
        if not self.spaces:
            return dict(self.models)
        named = {space.partition("/")[0] for space in self.compared}
        return {name: model for name, model in self.models.items() if name in named}

    @property
    def has_text(self) -> bool:
        """Whether a text is read."""
        return self.corpus.source != NO_TEXT

    @property
    def compared(self) -> tuple[str, ...]:
        """The spaces to compare.

        A tied output table is its input table, and is left out; so are layers in context where
        there is no text.
        """
        spaces = self.spaces or tuple(
            f"{name}/{table}" for name, model in self.models.items() for table in model.compared
        )
        is_tied = {
            f"{name}/output" for name, model in self.models.items() if model.options.given("tied")
        }
        return tuple(
            space
            for space in spaces
            if space not in is_tied and (self.has_text or not _is_in_context(space))
        )

    def asked_of(self, name: str) -> tuple[str, ...]:
        """List the tables of a model that are made: those always saved, and those compared."""
        compared = (space.partition("/") for space in self.compared)
        asked = [table for model, _, table in compared if model == name]
        return tuple(dict.fromkeys((*self.models[name].tables, *asked)))

    @property
    def n_threads(self) -> int:
        """Processor threads to use."""
        return self.threads or os.cpu_count() or 1

    def folder_name(self) -> str:
        """Name of the run folder: the name and a short hash of all options."""
        return f"{self.name}-{content_key(self.model_dump(mode='json'))[:8]}"


def _is_in_context(space: str) -> bool:
    layer = layer_of(space.partition("/")[2])
    return layer is not None and not layer.is_alone


class Collection(Options):
    """Several runs with one index page."""

    name: str = Field(pattern=NAME, max_length=80)
    title: str = Field(default="", description="headline of the index page")
    runs: tuple[str, ...] = Field(strict=False, min_length=1, description="names of presets")
    pages: tuple[Literal["lesson", "explorer"], ...] = Field(
        default=(),
        strict=False,
        description="written beside them: the lesson, and an explorer of the first run",
    )
    at_once: int = Field(
        default=1, ge=1, le=64, description="runs done beside each other, each in its own process"
    )


class ChecksConfig(Options):
    """A few questions put to vectors that exist already; nothing is trained."""

    name: str = Field(pattern=NAME, max_length=80)
    vectors: str = Field(
        default="word2vec-google-news-300",
        min_length=1,
        description="name of vectors in gensim-data, or the path of a file of vectors",
    )
    max_words: int = Field(
        default=500_000, ge=2, description="the first words of the file, those that answers are of"
    )
    checks: VectorChecks = Field(default_factory=VectorChecks)
