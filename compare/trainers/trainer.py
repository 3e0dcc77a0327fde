"""``Trainer``: a way to word vectors, and all that runs, reports and the command line know of it.

Each trainer is one file that ends with its record; ``all_trainers.py`` puts them into one tuple.
What a trainer reads (``sources.py``) is computed from a :class:`Reading`; what it leaves is an
:class:`Opened`, whatever it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from compare.llm.tokenizer_options import TokenizerOptions
from compare.llm.vectors.options import WordVectorOptions
from compare.options import Options
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.reading import Text

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["words", "tokens"]
"""What a text is a sequence of: the vocabulary's words, or byte pairs."""

Family = Literal["word2vec", "counts", "language model", "pretrained", "other"]
"""Models of a family have the same colour."""

FLOOR = "floor"
"""The role of spaces that have learned nothing: what exceeds them was learned."""


@dataclass(frozen=True)
class Reading:
    """What a model reads, and how words are found in it.

    Attributes
    ----------
    text : Text
    unit : {"words", "tokens"}
    tokenizer : TokenizerOptions
        Of the tokens, where they are read.
    vectors : WordVectorOptions
        How a word's vector is taken from tokens and layers.
    name : str
        What messages call the model; empty: what its trainer is called.
    """

    text: Text
    unit: Unit = "words"
    tokenizer: TokenizerOptions = field(default_factory=TokenizerOptions)
    vectors: WordVectorOptions = field(default_factory=WordVectorOptions)
    name: str = ""


class Opened(Protocol):
    """What a trainer leaves: word vectors by table, and how they came about."""

    @property
    def key(self) -> str:
        """Name the content."""

    @property
    def history(self) -> pd.DataFrame:
        """The training curve: step, seen, unit, training_loss, validation_loss, seconds and more.

        Empty where nothing was trained.
        """

    @property
    def cost(self) -> Mapping[str, Any]:
        """What it was given: dimension, parameters, epochs, seen, unit, flops, threads, seconds."""

    @property
    def snapshots(self) -> Sequence[tuple[float, EmbeddingSpace]]:
        """Input vectors after shares of the training, the earliest first."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What would not repeat."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The model itself, where it is more than its tables."""

    def spaces(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        """Give the spaces of these tables, in this order; those named together are made together.

        Raises
        ------
        InputError
            If there is no such table.
        """


class Source(Protocol):
    """A text in the form that a trainer reads."""

    @property
    def key(self) -> str:
        """Name the content."""

    @property
    def folder(self) -> Path | None:
        """The stage that holds it."""


class Fitted(Protocol):
    """What training gave, before it is opened as :class:`Opened`."""

    def save(self, folder: Path) -> None:
        """Write everything into an empty folder."""


class Foretold(NamedTuple):
    """What a training will be given, told before it.

    Attributes
    ----------
    seen : int
        Words or tokens of text, epochs counted.
    parameters : int
    flops : int
    memory : int
        Bytes that it takes beside the text.
    """

    seen: int
    parameters: int
    flops: int
    memory: int


def no_history() -> pd.DataFrame:
    """Give the training curve of what was not trained here: an empty one."""
    import pandas as pd

    return pd.DataFrame()


@dataclass(frozen=True)
class Trainer:
    """A way to word vectors.

    Attributes
    ----------
    name : str
        In configs: ``trainer = "skipgram"``.
    label, says : str
        For readers: a few words (none: the model's own name), and one sentence.
    family : Family
    options : type of Options
        Flat in ``[models.NAME]``; the command line is made of it.
    tables : callable
        Of the options and the unit that is read: the tables that are always there, all of which
        are saved.
    load : callable
        Opens what ``fit`` left in a folder, with the source it was made of (both None where there
        is no ``fit``).
    source, fit : callable, optional
        What is read, and the training itself; none for what others have trained.
    check : callable, optional
        Looks, before anything long is done, whether a source can be trained on.
    hangs_on : callable
        Of the options, the source and the runtime: what the bits hang on beside text, options and
        seed: device, threads, precision, versions.
    more_tables : callable
        Of the options: tables that are made when they are asked for.
    layers : callable, optional
        Of the options: how many layers there are to take vectors from.
    foretold : callable, optional
        Of the source and the options: what the training will be given, from the shapes alone.
    compared : tuple of str
        Tables that are compared unless a config names others (with the floor, where there is one).
    reads : tuple of Unit
        Units that it can read, its own first; none where it reads no text.
    floor : str, optional
        The table that has learned nothing, where there is such a one: what pieces share stands in
        it, before anything is learned.
    table_labels : mapping
        From tables to what readers are told behind the model's label.
    loss : str
        What its losses are of; curves of the same kind, and unit, share a scale.
    also : tuple of str
        Other names it goes by; models that are not named otherwise have the first.
    version : int
        Raised by hand when the same options give something else.
    """

    name: str
    label: str
    says: str
    family: Family
    options: type[Options]
    tables: Callable[[Any, Unit | None], tuple[str, ...]]
    load: Callable[[Path | None, str, Any, Reading, Any, Runtime], Opened]
    source: Callable[[Reading, Runtime], Source] | None = None
    fit: Callable[[Any, Any, Runtime], Fitted] | None = None
    check: Callable[[Any, Any], None] | None = None
    hangs_on: Callable[[Any, Any, Runtime], Mapping[str, Any]] = lambda *_: {}
    more_tables: Callable[[Any], tuple[str, ...]] = lambda _options: ()
    layers: Callable[[Any], int] | None = None
    foretold: Callable[[Any, Any], Foretold] | None = None
    compared: tuple[str, ...] = ("input",)
    reads: tuple[Unit, ...] = ("words",)
    floor: str | None = None
    table_labels: Mapping[str, str] = field(default_factory=dict)
    loss: str = ""
    also: tuple[str, ...] = ()
    version: int = 1

    @property
    def usual_name(self) -> str:
        """What its model is called where nobody named it."""
        return self.also[0] if self.also else self.name
