"""``Trained``: a model under its name: its spaces, how it was trained, what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.errors import InputError
from compare.llm.vectors.tables import layer_of
from compare.machine import torch_threads
from compare.runtime import Runtime
from compare.shown import printable
from compare.spaces.answers import Answers
from compare.spaces.space import EmbeddingSpace
from compare.storage import atomic_folder, check_target, checked_path
from compare.text.normalization import Normalization, normalize
from compare.text.reading import Text
from compare.trainers.model_folder import write_model
from compare.trainers.model_options import ModelOptions
from compare.trainers.trainer import FLOOR, Family, Opened, Trainer

if TYPE_CHECKING:
    import pandas as pd

    from compare.llm.vectors.language_model import LanguageModel

BUDGET = ("parameters", "epochs", "seen", "unit", "flops")
"""What a space tells of its model's cost; times are left out: equal content, equal bytes."""


PUBLISHED_FACTS = ("text", "licence", "weights")
"""What models of others tell: what they were trained on, for whom, and how they were kept."""


class Trained:
    """A model, trained here or by others, with its word vectors by table.

    Parameters
    ----------
    name : str
        Its spaces are called NAME/TABLE.
    label : str
        What readers are told.
    model : ModelOptions
        Its trainer, what it reads, and the options.
    opened : Opened
        What the trainer left.
    runtime : Runtime
    asked : sequence of str, optional
        Tables of :attr:`spaces`; by default those that are always there.
    about : mapping
        More to be said of each space: the name of the text.
    seed : int, optional
        That of its training, where the runtime has another.
    """

    def __init__(
        self,
        name: str,
        label: str,
        model: ModelOptions,
        opened: Opened,
        runtime: Runtime,
        *,
        asked: Sequence[str] | None = None,
        about: Mapping[str, Any] | None = None,
        seed: int | None = None,
    ) -> None:
        self.name, self.label, self.model, self.opened = name, label, model, opened
        self.runtime = runtime
        self.seed = runtime.seed if seed is None else seed
        self._asked = tuple(model.tables if asked is None else asked)
        self.about = dict(about or {})
        self._made: dict[str, EmbeddingSpace] = {}

    def __repr__(self) -> str:
        """Say what this is, and what can be asked."""
        budget = self.budget
        told = [f"dimension {budget['dimension']}"] if "dimension" in budget else []
        n_epochs = budget.get("epochs")
        told += [f"{n_epochs:g} epoch{'s'[: n_epochs != 1]}"] if n_epochs else []
        told += [f"{budget['seconds']:.1f} s"] if budget.get("seconds") else []
        text = self.about.get("text")
        of = self.label or self.trainer.name
        first = f"Trained {self.name!r}: {of}{f' on {text}' if text else ''}"
        tables = " | ".join([*map(repr, self.model.tables), *self._more_tables])
        verbs = f"{self._verbs}.spaces, .history, .budget, .save(folder)"
        return f"{printable(', '.join([first, *told]))}\nask .space({tables}), {verbs}"

    _verbs = ""
    _more_tables: tuple[str, ...] = ()

    @property
    def trainer(self) -> Trainer:
        """The record of its trainer."""
        return self.model.record

    def space(self, table: str | None = None) -> EmbeddingSpace:
        """Give the space of a table; without a name the one that is usually compared.

        Language models also give ``layer-K`` (the mean over occurrences in the text) and
        ``layer-K-alone``; these are made when they are asked for, and kept.

        Raises
        ------
        InputError
            If there is no such table; the nearest are offered.
        """
        chosen = self.trainer.compared[0] if table is None else table
        if not isinstance(chosen, str):
            raise InputError(f"expected the name of one table; found {chosen!r}")
        return self.spaces_of([chosen])[chosen]

    def spaces_of(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        """Give the spaces of tables; those named together are made together.

        Raises
        ------
        InputError
        """
        for table in tables:
            self.model.check_table(self.name, table)
        new = [table for table in dict.fromkeys(tables) if table not in self._made]
        if new:
            made = self.opened.spaces(new)
            self._made |= {table: self._named(space, table) for table, space in made.items()}
        return {table: self._made[table] for table in tables}

    @property
    def family(self) -> Family:
        """What kind of model it is: its trainer's, or what its options say of vectors of others."""
        chosen: Family = self.model.options.given("family", self.trainer.family)
        return chosen

    @property
    def spaces(self) -> dict[str, EmbeddingSpace]:
        """The spaces that are always there, by table."""
        return self.spaces_of(self._asked)

    @property
    def snapshots(self) -> tuple[tuple[float, EmbeddingSpace], ...]:
        """Input vectors after shares of the training, the earliest first."""
        kept = self.opened.snapshots
        return tuple((share, self._named(space, "input")) for share, space in kept)

    @property
    def history(self) -> pd.DataFrame:
        """The training curve: step, seen, unit, training_loss, validation_loss, seconds and more.

        Empty where nothing was trained.
        """
        return self.opened.history

    @property
    def budget(self) -> Mapping[str, Any]:
        """What it was given: dimension, parameters, epochs, seen, unit, flops, threads, seconds."""
        return self.opened.cost

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What would not repeat."""
        return self.opened.notes

    def save(self, folder: str | Path) -> Path:
        """Save model, spaces, curve and budget in a new folder; :func:`open_model` opens it.

        Raises
        ------
        InputError
            If the folder exists and is not empty, or cannot be written.
        """
        target = checked_path(folder)
        check_target(target, "empty folder")
        with atomic_folder(target) as temporary:
            self.write(temporary)
        return target

    def write(self, folder: Path) -> None:
        """Write the same into an empty folder that is there."""
        write_model(
            folder,
            self._description(),
            self.spaces,
            snapshots=self.snapshots,
            history=self.history,
            files=self.opened.files,
        )

    def _description(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "model": self.model.model_dump(mode="json"),
            "seed": self.seed,
            "key": self.opened.key,
            "budget": dict(self.budget),
            "notes": list(self.notes),
            "about": self.about,
        }

    def facts(self) -> dict[str, Any]:
        """Give the model's row of a report's table of models."""
        trainer, reads = self.trainer, self.model.reads
        main = self.spaces[next(iter(self.spaces))].provenance
        vectors = self.model.vectors if "split_share" in main and reads != "words" else None
        return {
            "model": self.name,
            "label": self.label,
            "family": self.family,
            "trainer": trainer.name,
            "reads": reads,
            **self.budget,
            "loss": f"{trainer.loss} ({reads})" if trainer.loss else "",
            "split_share": main["split_share"] if vectors else None,
            "form": vectors.form if vectors else None,
            "pooling": vectors.pooling if vectors else None,
            "tied": self.model.options.given("tied"),
            **{key: main.get(key) for key in PUBLISHED_FACTS},
            "notes": "; ".join(self.notes),
        }

    def _named(self, space: EmbeddingSpace, table: str) -> EmbeddingSpace:
        budget = {key: self.budget[key] for key in BUDGET if self.budget.get(key) is not None}
        more = {
            "name": f"{self.name}/{table}",
            "model": self.name,
            "model_label": self.label,
            "label": f"{self.label}{table_label(self.trainer, table)}",
            "family": self.family,
            "trainer": self.trainer.name,
            "role": FLOOR if table == self.trainer.floor else "",
            "reads": self.model.reads,
            "budget": budget,
            **self.about,
        }
        return space.with_provenance(more)


class TrainedLanguageModel(Trained):
    """A language model, which can also be asked what comes next.

    Parameters
    ----------
    language_model : LanguageModel
    normalization : Normalization, optional
        What prompts go through, as its training text did.
    """

    _verbs = ".generate(prompt), .next_words(prompt), .loss(text), "
    _more_tables = ("'layer-1' …",)

    def __init__(
        self,
        *args: Any,
        language_model: LanguageModel,
        normalization: Normalization | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.language_model, self.normalization = language_model, normalization

    def generate(
        self, prompt: str, tokens: int = 20, seed: int = 1, *, temperature: float = 1.0
    ) -> str:
        """Continue a text by up to so many tokens; see :func:`compare.llm.generation.generate`."""
        from compare.llm.generation import generate

        with torch_threads(self.runtime.threads):
            return generate(
                self.language_model,
                self._normalized(prompt),
                tokens=tokens,
                seed=seed,
                temperature=temperature,
            )

    def next_words(self, prompt: str, k: int = 10) -> Answers:
        """List the most likely next tokens; see :func:`compare.llm.generation.next_words`."""
        from compare.llm.generation import next_words

        with torch_threads(self.runtime.threads):
            return next_words(self.language_model, self._normalized(prompt), k=k)

    def loss(self, text: str | Iterable[str] | Text) -> float:
        """Take the mean loss in nats a token; smaller is better.

        Parameters
        ----------
        text : str, iterable of str, or Text
            A document, documents, or (its held-out part) a text.
        """
        from compare.llm.generation import text_loss

        if isinstance(text, Text):
            documents: Iterable[str] = (passage.text for passage in text.passages("validation"))
        else:
            given = [text] if isinstance(text, str) else text
            if not isinstance(given, Iterable):
                raise InputError(f"expected a text or texts; found {type(text).__name__}")
            documents = map(self._normalized, given)
        with torch_threads(self.runtime.threads):
            return text_loss(self.language_model, documents)

    def _description(self) -> dict[str, Any]:
        normalization = None if self.normalization is None else self.normalization.model_dump()
        return {**super()._description(), "normalization": normalization}

    def _normalized(self, prompt: str) -> str:
        if not isinstance(prompt, str):
            raise InputError(f"expected a text; found {type(prompt).__name__}")
        return prompt if self.normalization is None else normalize(prompt, self.normalization)


def table_label(trainer: Trainer, table: str) -> str:
    """Name a table, to stand behind its model's label.

    >>> from compare.trainers.gpt import LANGUAGE_MODEL
    >>> table_label(LANGUAGE_MODEL, "layer-2-alone")
    ' layer 2 alone'
    """
    layer = layer_of(table)
    if layer is not None:
        return f" layer {layer.number}{' alone' if layer.is_alone else ''}"
    return trainer.table_labels.get(table, f" {table}")
