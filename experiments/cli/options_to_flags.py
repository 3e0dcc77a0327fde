"""Options models → flags of the command line: names, types and help are the model's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from compare.options import Options


def flags_of(
    options: type[Options], *, leave_out: frozenset[str] = frozenset()
) -> list[inspect.Parameter]:
    """Make a flag of every option; one that is not given is None."""
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[_type(field.annotation), _option(name, field)],
        )
        for name, field in options.model_fields.items()
        if name not in leave_out
    ]


def with_flags(command: Callable[..., None], flags: list[inspect.Parameter]) -> Callable[..., None]:
    """Give a command, which takes ``**options``, the flags that typer is to parse for it."""
    own = [
        one
        for one in inspect.signature(command, eval_str=True).parameters.values()
        if one.kind is not inspect.Parameter.VAR_KEYWORD
    ]

    def run(**values: Any) -> None:
        command(**values)

    run.__doc__ = command.__doc__
    run.__signature__ = inspect.Signature([*own, *flags])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in (*own, *flags)}
    return run


def chosen(options: type[Options], values: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the options of a model that were given among the values of a command."""
    fields = options.model_fields
    return {
        key: value
        for key, value in values.items()
        if key in fields and value is not None and value != []
    }


def _type(annotation: Any) -> Any:
    """Find what typer parses: an element for a tuple, the largest type of a union."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is tuple:
        return list[get_args(annotation)[0]] | None  # type: ignore[misc]
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        plain = [kind for kind in kinds if get_origin(kind) is not Literal]
        return (plain or kinds)[0] | None
    return annotation | None if isinstance(annotation, type) else _optional(annotation)


def _optional(annotation: Any) -> Any:
    return Union[annotation, None]  # noqa: UP007 (a Literal has no |)


def _option(name: str, field: FieldInfo) -> Any:
    flag = "--" + name.replace("_", "-")
    is_switch = _type(field.annotation) == (bool | None)
    told = (field.description or "").replace("\n", " ")
    default = field.get_default(call_default_factory=True)
    if isinstance(default, bool):
        default = "yes" if default else "no"
    elif default in (None, ()):
        default = "none"
    help_text = f"{told} [{default}]"
    return typer.Option(f"{flag}/--no-{flag[2:]}" if is_switch else flag, help=help_text)
