"""Forms of configs before models had names: refused, with the new form of that very line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomli_w

from compare.errors import InputError

_MOVED = {
    ("word2vec",): "models.w2v",
    ("ppmi",): "models.ppmi",
    ("gpt",): "models.gpt",
    ("training",): "models.gpt",
    ("tokenizer",): "models.gpt.tokenizer",
    ("word_vectors",): "models.gpt.word_vectors",
    ("gensim_workers",): "models.gensim.workers",
    ("report", "probe_words"): "examples.words",
    ("report", "analogy"): "examples.analogy",
    ("report", "map_words"): "examples.map_words",
}
"""Where keys stand now."""

_TRAINERS = {
    "torch": ("w2v", "skipgram"),
    "gensim": ("gensim", "gensim"),
    "ppmi": ("ppmi", "ppmi"),
    "gpt": ("gpt", "gpt"),
}
"""Names of trainers → a usual name of the model, the trainer's name now."""


def moved_key(key: Sequence[str]) -> str | None:
    """Tell where a key stands now; None where it stands as ever."""
    for length in (1, 2):
        place = _MOVED.get(tuple(key[:length]))
        if place is not None:
            return ".".join((place, *key[length:]))
    return None


def refuse_earlier_forms(values: Mapping[str, Any], where: str) -> None:
    """Refuse a config of the earlier form.

    Raises
    ------
    InputError
        With the first such line, as it is written now.
    """
    for key, value in values.items():
        if key == "trainers":
            models = [_TRAINERS[str(one)] for one in _listed(value) if str(one) in _TRAINERS]
            models = models or [("NAME", "TRAINER")]
            told = " ".join(f'[models.{name}] trainer = "{trainer}"' for name, trainer in models)
            raise InputError(f"{where}: trainers is now a table for each model: {told}")
        if key == "pretrained":
            raise InputError(f"{where}: {_pretrained(value)}")
        if key == "spaces" and isinstance(value, list):
            _refuse_space_names(value, where)
        _refuse_moved(key, value, where)


def _refuse_moved(key: str, value: Any, where: str) -> None:
    place = moved_key([key])
    if place is not None and isinstance(value, Mapping):
        trainer = _TRAINER_OF.get(place)
        lines = [*([f'trainer = "{trainer}"'] if trainer else []), _toml(value)]
        told = " ".join([f"[{place}]", *lines]).strip()
        raise InputError(f"{where}: [{key}] is now: {told}")
    if place is not None:
        header, _, last = place.rpartition(".")
        raise InputError(f"{where}: {key} is now: [{header}] {_toml({last: value})}")
    for name, one in value.items() if isinstance(value, Mapping) else ():
        place = moved_key([key, name])
        if place is not None:
            header, _, last = place.rpartition(".")
            raise InputError(f"{where}: {key}.{name} is now: [{header}] {_toml({last: one})}")


_TRAINER_OF = {"models.w2v": "skipgram", "models.ppmi": "ppmi", "models.gpt": "gpt"}


def _toml(values: Mapping[str, Any]) -> str:
    """Write values as one line of TOML."""
    return " ".join(tomli_w.dumps(dict(values)).split())


def _refuse_space_names(names: Sequence[Any], where: str) -> None:
    for name in names:
        model, dash, table = str(name).partition("-")
        if dash and "/" not in str(name) and model in _TRAINERS:
            table = {"random": "untrained"}.get(table, table)
            raise InputError(f"{where}: space {name!r} is now '{_TRAINERS[model][0]}/{table}'")


def _pretrained(value: Any) -> str:
    one: Any = next(iter(_listed(value)), {})
    name = one.get("name", "NAME") if isinstance(one, Mapping) else "NAME"
    if isinstance(one, Mapping) and "vectors" in one:
        told = f'trainer = "published" vectors = "{one["vectors"]}", and the space {name}/vectors'
    else:
        model = one.get("model", "ID") if isinstance(one, Mapping) else "ID"
        tables = one.get("tables", ["input"]) if isinstance(one, Mapping) else ["input"]
        spaces = ", ".join(f"{name}/{table}" for table in _listed(tables))
        told = f'trainer = "hugging-face" model = "{model}", and in spaces: {spaces}'
    return f"[[pretrained]] is now: [models.{name}] {told}"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
