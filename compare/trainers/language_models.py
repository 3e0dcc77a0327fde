"""What language models leave: tables of tokens, and layers that words are read in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.cache import Stage, versions
from compare.llm.vectors.tables import Layer, layer_of, table_spaces
from compare.machine import hidden_facts, torch_threads
from compare.runtime import Runtime
from compare.spaces.formats import load_space
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.trainers.language_tables import UNTRAINED
from compare.trainers.trainer import FLOOR, Reading, no_history

if TYPE_CHECKING:
    import pandas as pd

    from compare.llm.vectors.language_model import LanguageModel, TokenTables

_LAYERS_VERSION = 4

LEARNED = ("source", "checksum", "text", "licence", "weights")
"""What a published model says of its training and its files."""


@dataclass(frozen=True)
class OpenedModel:
    """A language model and the text its words are looked up for; an ``Opened``.

    Attributes
    ----------
    model : LanguageModel
    untrained : TokenTables
        The same before it has learned anything.
    filled : tuple of int
        Layers that a pass over the text fills at once, for later.
    provenance : mapping
        How the model was made.
    folder : Path, optional
        The stage that holds the model, if it was trained here.
    """

    key: str
    model: LanguageModel
    untrained: TokenTables
    reading: Reading
    runtime: Runtime
    provenance: Mapping[str, Any]
    filled: tuple[int, ...] = ()
    hangs_on: Mapping[str, Any] = field(default_factory=dict)
    history: pd.DataFrame = field(default_factory=no_history)
    cost: Mapping[str, Any] = field(default_factory=dict)
    snapshots: Sequence[tuple[float, EmbeddingSpace]] = ()
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    folder: Path | None = None

    def check(self, tables: Sequence[str]) -> None:
        """Look, before anything long is done, whether the model has what is asked for.

        Raises
        ------
        InputError
        """
        from compare.llm.vectors.language_model import checked_layers

        layers = [layer for layer in map(layer_of, tables) if layer is not None]
        checked_layers(self.model, [layer.number for layer in layers])

    def spaces(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        """Give the spaces of these tables; all layers come out of one pass over the text."""
        with torch_threads(self.runtime.threads):
            return self._spaces(tables)

    def _spaces(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        layers = [layer for layer in map(layer_of, tables) if layer is not None]
        found = self._layers(layers)
        plain = [table for table in tables if layer_of(table) is None and table != UNTRAINED]
        found |= self._tables(plain)
        if UNTRAINED in tables:
            (floor,) = self._looked_up(self.untrained, ["input"])
            found[UNTRAINED] = _described(floor, UNTRAINED, role=FLOOR, **self._made_of_nothing)
        return {table: found[table] for table in tables}

    def _tables(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        spaces = self._looked_up(self.model, tables)
        return {
            table: _described(space, table, **self._made_of)
            for table, space in zip(tables, spaces, strict=True)
        }

    def _looked_up(self, model: TokenTables, tables: Sequence[str]) -> tuple[EmbeddingSpace, ...]:
        words, options = self.reading.text.vocabulary.words, self.reading.vectors
        return table_spaces(model, words, self.reading.text.known_counts, tables, options)

    @property
    def _made_of_nothing(self) -> dict[str, Any]:
        """What an untrained table says of itself: nothing of what the model has learned from."""
        kept = {key: value for key, value in self._made_of.items() if key not in LEARNED}
        return {"seed": self.runtime.seed, **kept}

    @property
    def _made_of(self) -> dict[str, Any]:
        return {**self.provenance, "corpus": self.reading.text.corpus.fingerprint}

    def _layers(self, layers: Sequence[Layer]) -> dict[str, EmbeddingSpace]:
        found: dict[str, EmbeddingSpace] = {}
        for is_alone in sorted({layer.is_alone for layer in layers}):
            asked = {layer.number for layer in layers if layer.is_alone == is_alone}
            numbers = sorted({*self.filled, *asked})
            folder = self._alone(numbers) if is_alone else self._in_context(numbers)
            for number in asked:
                table = Layer(number, is_alone=is_alone).table
                space = load_space(folder / f"{table}.safetensors")
                found[table] = _described(space, table, **self._made_of)
        return found

    def _in_context(self, numbers: Sequence[int]) -> Path:
        from compare.llm.vectors.in_context import layers_in_context

        reading, title = self.reading, f"{self.model.name}: reading words in context"
        stage = self._layer_stage("context", numbers)

        def build(folder: Path) -> None:
            work = replace(
                self.runtime,
                checkpoint=stage.checkpoint,
                checkpoint_seconds=60.0,
                progress=self.runtime.show(title),
            )
            spaces = layers_in_context(
                self.model,
                reading.text.passages,
                reading.text.vocabulary,
                reading.vectors,
                numbers,
                work,
            )
            _save(spaces, numbers, folder, is_alone=False)

        return stage.open(build)

    def _alone(self, numbers: Sequence[int]) -> Path:
        from compare.llm.vectors.alone import layers_alone

        vocabulary, title = self.reading.text.vocabulary, f"{self.model.name}: reading words alone"
        stage = self._layer_stage("alone", numbers)

        def build(folder: Path) -> None:
            work = replace(self.runtime, progress=self.runtime.show(title))
            spaces = layers_alone(
                self.model,
                vocabulary.words,
                self.reading.text.known_counts,
                self.reading.vectors,
                numbers,
                work,
            )
            _save(spaces, numbers, folder, is_alone=True)

        return stage.open(build)

    def _layer_stage(self, kind: str, numbers: Sequence[int]) -> Stage:
        how = {
            "device": self.runtime.device,
            "threads": self.runtime.threads,
            **hidden_facts(),
            **versions("torch", "numpy"),
            **self.hangs_on,
        }
        words = self.reading.text.words
        made_of = (
            kind,
            _LAYERS_VERSION,
            self.key,
            words.key,
            [self.model.context, self.reading.vectors.model_dump(), self.runtime.seed, how],
            list(numbers),
        )
        inputs = (self.folder, words.folder)
        return Stage(kind, made_of, inputs=inputs, about=f"layers of {self.model.name}")


def _save(
    spaces: Sequence[EmbeddingSpace], numbers: Sequence[int], folder: Path, *, is_alone: bool
) -> None:
    for number, space in zip(numbers, spaces, strict=True):
        save_space(space, folder / f"{Layer(number, is_alone=is_alone).table}.safetensors")


def _described(space: EmbeddingSpace, table: str, **more: Any) -> EmbeddingSpace:
    return space.with_provenance({**more, "name": table, "table": table})
