"""The small world that ``planted`` writes about, read from ``planted_world.toml``.

The file says what its entries are. Here they become attributes of :data:`world`, in capitals, with
tuples for lists and None for what is empty (a role without young people).
"""

from __future__ import annotations

import tomllib
from importlib import resources
from types import SimpleNamespace
from typing import Any


def _read() -> SimpleNamespace:
    text = resources.files("compare.text").joinpath("planted_world.toml").read_text("utf-8")
    return SimpleNamespace(
        **{key.upper(): _frozen(one) for key, one in tomllib.loads(text).items()}
    )


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return None if value == "" else value


world = _read()
