"""TOML → the options of a run, strictly: unknown keys and wrong types are refused.

Each part's options live beside the code that consumes them; ``run_config.py`` puts them together.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compare.errors import InputError, nearest_names
from compare.options import validated
from compare.trainers.all_trainers import trainer_named
from compare.trainers.model_options import model_options, vector_options
from experiments.config.earlier import moved_key, refuse_earlier_forms
from experiments.config.presets import preset_text
from experiments.config.run_config import (
    DEFAULT_MODELS,
    ChecksConfig,
    Collection,
    RunConfig,
)


def load_config(
    preset_or_path: str,
    settings: Sequence[str] | Mapping[str, Any] = (),
    **overrides: Any,
) -> RunConfig | Collection | ChecksConfig:
    """Read a preset by name or a TOML file by path, and apply ``section.key=value`` settings.

    Parameters
    ----------
    settings : sequence of str
        Values are TOML (``models.w2v.window=2``, ``spaces=["w2v/input"]``); what is no TOML value
        is taken as text (``corpus.source=novels.txt``). ``models.*.dimension=300`` sets the option
        of every model that has it. From Python: a mapping of keys to values.
    overrides
        Top-level values; None leaves the config's own.

    Raises
    ------
    InputError
        If there is no such preset or file, it is no TOML, a key is unknown (near names are
        offered), or a value has the wrong type or range.
    """
    values, where = plain_config(preset_or_path)
    if "runs" in values:
        if settings:
            raise InputError(f"{where} is a collection of runs; --set goes with a single run")
        return validated(Collection, values, where)
    if "checks" in values:
        _apply_all(values, settings)
        return validated(ChecksConfig, values, where)
    if SWEEP in values:
        raise InputError(f"{where} is a sweep of runs: embcontrast sweep {preset_or_path}")
    return config_of_run(values, where, settings, **overrides)


SWEEP = "sweep"
"""Table of a config that says which options take which values."""


def plain_config(preset_or_path: str) -> tuple[dict[str, Any], str]:
    """Read a preset by name or a TOML file by path: its plain values, and what messages call it.

    Raises
    ------
    InputError
        If there is no such preset or file, or it is no TOML.
    """
    text, where = config_text(preset_or_path)
    try:
        return tomllib.loads(_without_long_keys(text)), where
    except (ValueError, RecursionError) as error:  # too deep, or a number too long
        raise InputError(f"{where} is no valid TOML: {error}") from error


def config_of_run(
    values: Mapping[str, Any],
    where: str,
    *settings: Sequence[str] | Mapping[str, Any],
    **overrides: Any,
) -> RunConfig:
    """Make a run's config of plain values, settings and overrides; see :func:`load_config`.

    Of several settings the later ones win.

    Raises
    ------
    InputError
    """
    refuse_earlier_forms(values, where)
    changed = _copied(values)
    changed.setdefault("models", {name: {"trainer": one} for name, one in DEFAULT_MODELS.items()})
    for some in settings:
        _apply_all(changed, some)
    changed.update({key: value for key, value in overrides.items() if value is not None})
    return run_config(changed, where)


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Copy tables and what is in them; other values are never changed."""
    return {
        key: _copied(value) if isinstance(value, dict) else value for key, value in values.items()
    }


MOST_PARTS = 50
"""Parts of a key: the time and memory that TOML's reader takes grow with their square."""


def _without_long_keys(text: str) -> str:
    """Give a text back; a ValueError, where something in it may be a key of very many parts."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MOST_PARTS:
            parts = max(re.split(r"[=,{\[#]", line), key=lambda part: part.count("."))
            if parts.count(".") > MOST_PARTS:
                raise ValueError(f"line {number}: a key of more than {MOST_PARTS} parts")
    return text


def config_text(preset_or_path: str) -> tuple[str, str]:
    """Read a preset by name or a file by path: its text, and what messages call it.

    Raises
    ------
    InputError
    """
    path = Path(preset_or_path)
    if path.suffix == ".toml":
        if not path.is_file():
            raise InputError(f"no such config file: {path}")
        text, where = _read(path), str(path)
    else:
        if path.is_file():
            raise InputError(
                f"{path} is no .toml file; to compare models on a text of yours: "
                f"embcontrast run own-text --set corpus.source={path}"
            )
        text, where = preset_text(preset_or_path), f"preset {preset_or_path}"
    return text, where


def run_config(values: Mapping[str, Any], where: str) -> RunConfig:
    """Make the options of a run of plain values, each model's checked against its trainer.

    Raises
    ------
    InputError
    """
    refuse_earlier_forms(values, where)
    models = values.get("models")
    if models is None:
        return validated(RunConfig, values, where)
    if not isinstance(models, Mapping) or not models:
        raise InputError(f"{where}: models needs a table for each model, [models.NAME]")
    _check_names(models, where)
    made = {name: model_options(model, f"{where}: models.{name}") for name, model in models.items()}
    return validated(RunConfig, {**values, "models": made}, where)


_MODEL_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"


def _check_names(models: Mapping[str, Any], where: str) -> None:
    """Refuse names that no setting or file system could tell apart, and ones without a trainer."""
    folded: dict[str, str] = {}
    for name, model in models.items():
        if not re.fullmatch(_MODEL_NAME, name):
            raise InputError(
                f"{where}: models.{name}: a model's name is letters, digits, '_' and '-'"
            )
        if folded.setdefault(name.casefold(), name) != name:
            raise InputError(
                f"{where}: models {folded[name.casefold()]} and {name} differ in case alone; "
                "rename one"
            )
        others = [one for one in models if one != name]
        if isinstance(model, Mapping) and "trainer" not in model and others:
            raise InputError(
                f"{where}: models.{name} names no trainer; {nearest_names(name, others)} (a new "
                'model needs one: trainer = "skipgram", say)'
            )


def _apply_all(values: dict[str, Any], settings: Sequence[str] | Mapping[str, Any]) -> None:
    if isinstance(settings, Mapping):
        for key, value in settings.items():
            _apply(values, key, value, f"{key} = {value!r}")
        return
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not key.strip():
            raise InputError(f"--set expects section.key=value; found {setting!r}")
        value = written_as_toml(text)
        _apply(values, key, text.strip() if value is None else value, f"--set {setting}")


def written_as_toml(text: str) -> Any | None:
    """Read a value as TOML writes it; None where it is none."""
    try:
        return tomllib.loads(_without_long_keys(f"value = {text}"))["value"]
    except (ValueError, RecursionError):
        return None


def _apply(values: dict[str, Any], key: str, value: Any, told: str) -> None:
    path = key.strip().split(".")
    if len(path) > MOST_PARTS:
        raise InputError(f"--set: a key of more than {MOST_PARTS} parts: {key[:60]!r} …")
    now = moved_key(path)
    if now is not None:
        text = told.partition("=")[2]
        more = ""
        if path[0] == "word2vec":
            more = f" (or --set {now.replace('.w2v.', '.*.')}={text}, for every model that has it)"
        raise InputError(f"{told} is now --set {now}={text}{more}")
    if path[:2] == ["models", "*"]:
        _apply_to_all(values.get("models"), path[2:], value, told)
    else:
        _set(values, path, value, told)


def _apply_to_all(models: Any, path: list[str], value: Any, told: str) -> None:
    """Set an option of every model to which it means something."""
    if not isinstance(models, Mapping):
        raise InputError(f"{told}: there are no models here")
    moved = [model for model in models.values() if path and _takes(model, path[0])]
    if not moved:
        known = dict.fromkeys(key for model in models.values() for key in _known(model))
        near = nearest_names(path[0], list(known)) if path else "name one behind models.*."
        raise InputError(f"{told}: no model has an option {'.'.join(path)!r}; {near}")
    for model in moved:
        _set(model, path, value, told)


def _takes(model: Any, key: str) -> bool:
    """Tell whether a key of a model's table means something to its trainer."""
    return key in _known(model)


def _known(model: Any) -> list[str]:
    """List the keys of a model's table that mean something to its trainer."""
    name = model.get("trainer") if isinstance(model, Mapping) else None
    try:
        trainer = trainer_named(str(name))
    except InputError:
        return []
    unit = model.get("reads", trainer.reads[0] if trainer.reads else None)
    of_all = {
        "label": True,
        "reads": len(trainer.reads) > 1,
        "tokenizer": unit == "tokens",
        "word_vectors": vector_options(trainer, unit) is not None,
    }
    return [*(key for key, is_known in of_all.items() if is_known), *trainer.options.model_fields]


def _set(values: dict[str, Any], path: list[str], value: Any, told: str) -> None:
    *sections, last = path
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise InputError(f"{told}: {section!r} is no section")
    values[last] = value


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
