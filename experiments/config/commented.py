"""A config as TOML with each option's description above it: how a user starts, what a run leaves.

Values that are the default say so; options without a value stand there as a comment.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import tomli_w
from pydantic.fields import FieldInfo

from compare.options import Options, usual_values
from compare.trainers.model_options import ModelOptions
from experiments.config.run_config import RunConfig

_WIDTH = 96

_OF_MODELS = {
    "reads": "what it reads: 'words' of the vocabulary, or 'tokens' (byte pairs)",
    "label": "what readers are told; empty: the trainer's, with the name where there are several",
}

HEAD = (
    "Every option of this run, with what it means. A key that is left out has its default.\n"
    "Run it with: embcontrast run THIS-FILE.toml"
)


def commented_toml(config: RunConfig) -> str:
    """Write a config so that it reads like a page, and can be run again as it is."""
    lines = [f"# {line}" for line in HEAD.split("\n")]
    own = {key: field for key, field in RunConfig.model_fields.items() if key != "models"}
    lines += ["", *_table(config, own, ())]
    for name, model in config.models.items():
        lines += ["", *_model(name, model)]
    return "\n".join(lines).rstrip() + "\n"


def _table(
    options: Options, fields: Mapping[str, FieldInfo], path: tuple[str, ...]
) -> Iterator[str]:
    """Write plain values first, then nested tables, as TOML has them."""
    nested = {key: value for key in fields if isinstance(value := getattr(options, key), Options)}
    usual = usual_values(type(options), dict(options))
    for key, field in fields.items():
        if key not in nested:
            value = getattr(options, key)
            is_default = key in usual and value == usual[key]
            yield from _value(key, value, field.description or "", is_default=is_default)
    for key, inner in nested.items():
        yield ""
        yield ""
        if inner.__doc__ and path == ():
            yield f"# {inner.__doc__.splitlines()[0]}"
        yield f"[{'.'.join((*path, key))}]"
        yield from _table(inner, type(inner).model_fields, (*path, key))


def _value(key: str, value: Any, told: str, *, is_default: bool) -> Iterator[str]:
    if is_default and told:
        told += " (default)"
    if told:
        yield ""
    yield from _comment(told)
    if value is None:
        yield f"# {key} = …"
        return
    yield tomli_w.dumps({key: _plain(value)}).rstrip()


def _model(name: str, model: ModelOptions) -> Iterator[str]:
    yield ""
    yield from _comment(f"{model.record.says} (`embcontrast list trainers` has the others)")
    yield f"[models.{name}]"
    yield f'trainer = "{model.trainer}"'
    for key, told in _OF_MODELS.items():
        value = getattr(model, key)
        if value is not None:
            yield ""
            yield from _comment(told)
            yield tomli_w.dumps({key: value}).rstrip() if value else f"# {key} = …"
    yield from _table(model.options, type(model.options).model_fields, ("models", name))
    for key in ("tokenizer", "word_vectors"):
        part = getattr(model, key)
        if part is not None:
            yield ""
            yield ""
            yield f"[models.{name}.{key}]"
            yield from _table(part, type(part).model_fields, ("models", name, key))


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH, break_long_words=False)]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
