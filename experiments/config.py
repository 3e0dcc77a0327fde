"""TOML → the options of a run, strictly: unknown keys and wrong types are refused.

Each part's options live beside the code that consumes them; here they are put together.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import Field, model_validator

from compare.comparison.examples import ExampleOptions
from compare.comparison.protocol import ProtocolOptions
from compare.comparison.vector_checks import VectorChecks
from compare.errors import InputError, nearest_names
from compare.judgments.judgments import JudgmentOptions
from compare.llm.gpt import GPTOptions
from compare.llm.options import TrainingOptions
from compare.llm.tokenizer import TokenizerOptions
from compare.llm.vectors.options import WordVectorOptions
from compare.options import Options, validated, without_none
from compare.storage import content_key
from compare.text.corpus import CorpusOptions
from compare.text.vocabulary import VocabularyOptions
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.ppmi import PPMIOptions
from experiments.space_names import TRAINER_TABLES, PretrainedOptions, check_space_name

Trainer = Literal["gensim", "torch", "ppmi", "gpt"]


class RunConfig(Options):
    """Everything that a run depends on."""

    name: str = Field(default="run", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
    trainers: tuple[Trainer, ...] = Field(
        default=("gensim", "torch", "ppmi", "gpt"), strict=False, min_length=1
    )
    spaces: tuple[str, ...] = Field(
        default=(
            "gensim-input",
            "torch-input",
            "ppmi-input",
            "gpt-input",
            "gpt-output",
            "gpt-random",
        ),
        strict=False,
        min_length=1,
        description="spaces that are compared (all are saved); the first is the reference of "
        "tests. MODEL-TABLE: gensim, torch and ppmi give input, output and mean; gpt gives input, "
        "output, random (untrained), input+position, layer-K in context and layer-K-alone",
    )
    pretrained: tuple[PretrainedOptions, ...] = Field(
        default=(),
        strict=False,
        description="models and vectors of others, over the corpus's vocabulary; all their "
        "spaces are compared",
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
    gensim_workers: int = Field(
        default=1, ge=1, le=64, description="gensim's threads; more than one is not reproducible"
    )
    corpus: CorpusOptions = Field(default_factory=CorpusOptions)
    vocabulary: VocabularyOptions = Field(default_factory=VocabularyOptions)
    word2vec: SkipgramOptions = Field(default_factory=SkipgramOptions)
    ppmi: PPMIOptions = Field(default_factory=PPMIOptions)
    tokenizer: TokenizerOptions = Field(default_factory=TokenizerOptions)
    gpt: GPTOptions = Field(default_factory=GPTOptions)
    training: TrainingOptions = Field(default_factory=TrainingOptions)
    word_vectors: WordVectorOptions = Field(default_factory=WordVectorOptions)
    protocol: ProtocolOptions = Field(default_factory=ProtocolOptions)
    judgments: JudgmentOptions = Field(default_factory=JudgmentOptions)
    report: ExampleOptions = Field(default_factory=ExampleOptions)

    @model_validator(mode="after")
    def _spaces_exist(self) -> RunConfig:
        for name, chosen in (
            ("trainers", self.trainers),
            ("spaces", self.spaces),
            ("transforms", self.protocol.transforms),
        ):
            if len(set(chosen)) != len(chosen):
                raise ValueError(f"{name} repeat: {', '.join(chosen)}")
        names = [one.name for one in self.pretrained]
        taken = {name for name in names if names.count(name) > 1 or name in TRAINER_TABLES}
        if taken:
            raise ValueError(f"pretrained names repeat, or are a trainer's: {', '.join(taken)}")
        for name in self.spaces:
            check_space_name(name, self.gpt.layers, self.pretrained)
        adds_no_positions = self.gpt.positions in ("rotary", "none") or self.gpt.context < 2
        if "gpt-input+position" in self.spaces and adds_no_positions:
            raise ValueError(
                f"gpt-input+position needs positions that are added (gpt.positions is "
                f"{self.gpt.positions!r}, gpt.context {self.gpt.context})"
            )
        if not self.compared:
            raise ValueError(
                f"trainers {', '.join(self.trainers)} give none of the spaces to compare "
                f"({', '.join(self.spaces)}); add a trainer or name its spaces"
            )
        asked = (*self.judgments.analogies, *self.judgments.lexicons)
        if "planted" in asked and self.corpus.source != "planted":
            raise ValueError(
                f"judgments 'planted' need corpus 'planted', and the corpus is "
                f"{self.corpus.source}: set judgments.analogies and judgments.lexicons"
            )
        return self

    @property
    def compared(self) -> tuple[str, ...]:
        """The spaces to compare, as far as they come out of the trainers that run."""
        others = [name for one in self.pretrained for name in one.space_names]
        made = [n for n in self.spaces if n in others or n.split("-")[0] in self.trainers]
        # tied: the output table is the input table
        made = [name for name in made if not (self.gpt.tied and name == "gpt-output")]
        return (*made, *(name for name in others if name not in made))

    @property
    def n_threads(self) -> int:
        """Processor threads to use."""
        return self.threads or os.cpu_count() or 1

    def folder_name(self) -> str:
        """Name of the run folder: the name and a short hash of all options."""
        return f"{self.name}-{content_key(self.model_dump(mode='json'))[:8]}"

    def to_toml(self) -> str:
        """Write the full effective config."""
        return tomli_w.dumps(without_none(self.model_dump(mode="json")))


class Collection(Options):
    """Several runs with one index page."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
    title: str = Field(default="", description="headline of the index page")
    runs: tuple[str, ...] = Field(strict=False, min_length=1, description="names of presets")


class ChecksConfig(Options):
    """A few questions put to vectors that exist already; nothing is trained."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
    vectors: str = Field(
        default="word2vec-google-news-300",
        min_length=1,
        description="name of vectors in gensim-data, or the path of a file of vectors",
    )
    max_words: int = Field(
        default=500_000, ge=2, description="the first words of the file, those that answers are of"
    )
    checks: VectorChecks = Field(default_factory=VectorChecks)


def preset_names() -> dict[str, str]:
    """List the presets that come along, with what the first line of each says."""
    folder = resources.files("experiments") / "presets"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {
        file.name.removesuffix(".toml"): file.read_text().splitlines()[0].lstrip("# ")
        for file in files
    }


def load_config(
    preset_or_path: str, settings: Sequence[str] = (), **overrides: Any
) -> RunConfig | Collection | ChecksConfig:
    """Read a preset by name or a TOML file by path, and apply ``section.key=value`` settings.

    Parameters
    ----------
    settings : sequence of str
        Values are TOML (``word2vec.dimension=300``, ``trainers=["torch"]``); what is no TOML
        value is taken as text (``corpus.source=novels.txt``).
    overrides
        Top-level values; None leaves the config's own.

    Raises
    ------
    InputError
        If there is no such preset or file, it is no TOML, a key is unknown (near names are
        offered), or a value has the wrong type or range.
    """
    path = Path(preset_or_path)
    if path.suffix == ".toml":
        if not path.is_file():
            raise InputError(f"no such config file: {path}")
        text, where = _read(path), str(path)
    else:
        presets = preset_names()
        if preset_or_path not in presets:
            raise InputError(
                f"unknown preset {preset_or_path!r}; {nearest_names(preset_or_path, presets)} "
                "(or give the path of a .toml file)"
            )
        where = f"preset {preset_or_path}"
        text = (resources.files("experiments") / "presets" / f"{preset_or_path}.toml").read_text()
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # too deep, or a number too long
        raise InputError(f"{where} is no valid TOML: {error}") from error
    if "runs" in values:
        if settings:
            raise InputError(f"{where} is a collection of runs; --set goes with a single run")
        return validated(Collection, values, where)
    for setting in settings:
        _apply(values, setting)
    if "checks" in values:
        return validated(ChecksConfig, values, where)
    values.update({key: value for key, value in overrides.items() if value is not None})
    return validated(RunConfig, values, where)


def _apply(values: dict[str, Any], setting: str) -> None:
    key, equals, text = setting.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set expects section.key=value; found {setting!r}")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        value = text.strip()
    *sections, last = key.strip().split(".")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise InputError(f"--set {setting}: {section!r} is no section")
    values[last] = value


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
