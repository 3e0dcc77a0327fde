"""Results as JSON text: what is not a number becomes null."""

from __future__ import annotations

import json
from typing import Any

from compare.shown import escaped


def to_json(value: Any) -> str:
    """Write a result for --json: NaN becomes null, and what would steer a terminal is escaped."""
    text = json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False)
    return escaped(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value
