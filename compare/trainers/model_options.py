"""``[models.NAME]``: a model by name, with its trainer and that trainer's own options, flat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SerializeAsAny, SerializerFunctionWrapHandler, model_serializer

from compare.errors import InputError, nearest_names
from compare.llm.tokenizer_options import TokenizerOptions
from compare.llm.vectors.options import LayerOptions, PieceOptions, WordVectorOptions
from compare.llm.vectors.tables import layer_of
from compare.options import Options, validated
from compare.text.reading import Text
from compare.trainers.all_trainers import trainer_named
from compare.trainers.trainer import Reading, Trainer, Unit

RESERVED = ("trainer", "reads", "label", "tokenizer", "word_vectors")
"""Keys of a model that are not its trainer's options."""


class ModelOptions(Options):
    """A model: its trainer, what it reads, what it is called, and the trainer's options.

    ``reads``, ``tokenizer`` and ``word_vectors`` are None where they mean nothing to the trainer.
    """

    trainer: str
    reads: Unit | None
    label: str
    tokenizer: TokenizerOptions | None
    word_vectors: SerializeAsAny[Options] | None
    options: SerializeAsAny[Options]

    @model_serializer(mode="wrap")
    def _flat(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped = handler(self)
        options = dumped.pop("options")
        nested = {key: dumped.pop(key) for key in ("tokenizer", "word_vectors")}
        return {**_given(dumped), **_given(options), **_given(nested)}

    @property
    def record(self) -> Trainer:
        """The trainer's record."""
        return trainer_named(self.trainer)

    @property
    def vectors(self) -> WordVectorOptions:
        """How words are taken from tokens, in full."""
        given = {} if self.word_vectors is None else self.word_vectors.model_dump()
        return WordVectorOptions(**given)

    def reading(self, text: Text, name: str) -> Reading:
        """Say how this model, called ``name``, reads a text."""
        tokenizer = self.tokenizer or TokenizerOptions()
        return Reading(text, self.reads or "words", tokenizer, self.vectors, name)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are always saved."""
        return self.record.tables(self.options, self.reads)

    @property
    def compared(self) -> tuple[str, ...]:
        """The tables that are compared unless others are named: the usual ones, and the floor."""
        floor = self.record.floor
        return (*self.record.compared, *((floor,) if floor in self.tables else ()))

    def check_table(self, name: str, table: str) -> None:
        """Make sure that the model can give a table.

        Raises
        ------
        InputError
            With the nearest that there are.
        """
        trainer = self.record
        known = (*self.tables, *trainer.more_tables(self.options))
        n_layers = trainer.layers(self.options) if trainer.layers else None
        layer = layer_of(table)
        if table in known or table in trainer.compared:
            return
        if layer is not None and n_layers is not None:
            if layer.number > n_layers:
                raise InputError(
                    f"unknown space '{name}/{table}': {name} has layers 0 to {n_layers}"
                )
            self._check_room(name, table, 2 if layer.is_alone else 3)
            return
        names = [f"{name}/{one}" for one in known]
        if n_layers is not None:
            names += [f"{name}/layer-{min(1, n_layers)}", f"{name}/layer-{min(1, n_layers)}-alone"]
        raise InputError(
            f"unknown space '{name}/{table}'; {nearest_names(f'{name}/{table}', names)}"
        )

    def _check_room(self, name: str, table: str, needed: int) -> None:
        """Make sure that a row holds the token for a document's start, and words behind it."""
        context = self.options.given("context")
        if context is not None and context < needed:
            raise InputError(
                f"'{name}/{table}' is read in rows of at least {needed} tokens; models.{name}."
                f"context is {context}"
            )


def model_options(values: object, at: str) -> ModelOptions:
    """Check one model's table against its trainer's options.

    Parameters
    ----------
    at : str
        What messages begin with: "own.toml: models.w2v".

    Raises
    ------
    InputError
        If the trainer is unknown, or an option is wrong or means nothing to it.
    """
    if not isinstance(values, Mapping):
        raise InputError(f'{at}: expected a table such as trainer = "skipgram"; found {values!r}')
    if not isinstance(values.get("trainer"), str):
        raise InputError(f'{at} names no trainer; add trainer = "skipgram" (or another)')
    try:
        trainer = trainer_named(values["trainer"])
    except InputError as error:
        raise InputError(f"{at}.trainer: {error}") from None
    own = {key: value for key, value in values.items() if key not in RESERVED}
    _check_known(own, trainer, at)
    unit = _unit(values.get("reads"), trainer, at)
    return ModelOptions(
        trainer=trainer.name,
        reads=unit,
        label=_label(values.get("label", ""), at),
        tokenizer=_part(
            values.get("tokenizer"),
            TokenizerOptions if unit == "tokens" else None,
            f"{at}.tokenizer",
            "this model reads words" if unit == "words" else "this trainer reads no text of ours",
        ),
        word_vectors=_part(
            values.get("word_vectors"),
            vector_options(trainer, unit),
            f"{at}.word_vectors",
            "each word has a row of its own",
        ),
        options=validated(trainer.options, own, at),
    )


def vector_options(trainer: Trainer, unit: Unit | None) -> type[Options] | None:
    """Say which options of word vectors mean something: pieces of tokens, layers, both, neither."""
    if trainer.layers is not None:
        return LayerOptions if unit == "words" else WordVectorOptions
    return PieceOptions if unit == "tokens" else None


def _check_known(own: Mapping[str, Any], trainer: Trainer, at: str) -> None:
    """Refuse what the trainer would not look at."""
    fields = trainer.options.model_fields
    for key in own:
        if key not in fields:
            known = [*fields, *RESERVED]
            raise InputError(
                f"{at}: unknown key {key!r} for trainer {trainer.name!r}; "
                f"{nearest_names(key, known)}"
            )


def _unit(asked: object, trainer: Trainer, at: str) -> Unit | None:
    if asked is None:
        return trainer.reads[0] if trainer.reads else None
    if not trainer.reads:
        raise InputError(f"{at}.reads means nothing here (it reads no text of ours); leave it out")
    for unit in trainer.reads:
        if unit == asked:
            return unit
    expected = " or ".join(map(repr, trainer.reads))
    raise InputError(f"{at}.reads: expected {expected}; found {asked!r}")


def _label(label: object, at: str) -> str:
    if not isinstance(label, str):
        raise InputError(f"{at}.label: expected a text; found {label!r}")
    return label


def _part(values: object, options: type[Any] | None, at: str, reason: str) -> Any:
    """Check a nested table; one that means nothing here is refused."""
    if options is None:
        if values is not None:
            raise InputError(f"{at} means nothing here ({reason}); leave it out")
        return None
    return validated(options, {} if values is None else values, at)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "")}
