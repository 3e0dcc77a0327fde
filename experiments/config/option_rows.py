"""Options models as rows: key, default and description, for listings and docs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from compare.options import Options, usual_values


class OptionRow(NamedTuple):
    """An option.

    Attributes
    ----------
    key : str
        With the names of the groups it stands in: ``normalization.case``.
    default : str
        As TOML writes it; "none" without a value, "" where one must be given.
    says : str
        Its description.
    """

    key: str
    default: str
    says: str


def option_rows(options: type[Options], prefix: str = "") -> Iterator[OptionRow]:
    """List the options of a model that have a description, groups taken apart."""
    usual = usual_values(options)
    for name, field in options.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Options):
            yield from option_rows(inner, f"{prefix}{name}.")
        elif field.description:
            default = written_value(usual[name]) if name in usual else ""
            yield OptionRow(f"{prefix}{name}", default, field.description)


def written_value(value: Any) -> str:
    """Write a value as TOML does, on one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written_value, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
