"""Options models → flags of the command line: names, types and help are the model's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo
from typer.core import TyperCommand

from compare.options import Options, usual_values

_SAME: Mapping[str, str] = MappingProxyType({})


class GroupedCommand(TyperCommand):
    """A command whose help sets options of a group under one heading."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, a section a group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                is_argument = parameter.param_type_name == "argument"
                panel = getattr(parameter, "rich_help_panel", None)
                title = "Arguments" if is_argument else panel or "Options"
                groups.setdefault(title, []).append(record)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records)


def flags_of(
    options: type[Options], *, title: str = "", renamed: Mapping[str, str] = _SAME
) -> list[inspect.Parameter]:
    """Make a flag of every option that is no group; one that is not given is None.

    Parameters
    ----------
    title : str
        The heading that they stand under in the help.
    renamed : mapping
        Flags that are called otherwise than their option; "": no flag.
    """
    usual = usual_values(options)
    return [
        inspect.Parameter(
            flag,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                _type(field.annotation), _option(flag, field, usual.get(name), title)
            ],
        )
        for name, field in options.model_fields.items()
        if not _is_group(field.annotation) and (flag := renamed.get(name, name))
    ]


def _is_group(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Options)


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


def chosen(
    options: type[Options], values: Mapping[str, Any], renamed: Mapping[str, str] = _SAME
) -> dict[str, Any]:
    """Pick the options of a model that were given among the values of a command."""
    flags = {renamed.get(name, name): name for name in options.model_fields}
    return {
        flags[key]: value
        for key, value in values.items()
        if key in flags and value is not None and value != []
    }


def _type(annotation: Any) -> Any:
    """Find what typer parses: an element for a tuple, the largest type of a union."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is tuple:
        first, *others = get_args(annotation)
        if others and others[-1] is not Ellipsis:
            return str | None  # so many values, parted by commas
        return list[_element(first)] | None  # type: ignore[misc]
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        plain = [kind for kind in kinds if get_origin(kind) is not Literal]
        return (plain or kinds)[0] | None
    return annotation | None if isinstance(annotation, type) else _optional(annotation)


def _element(annotation: Any) -> Any:
    return str if get_origin(annotation) is Literal else annotation


def _optional(annotation: Any) -> Any:
    return Union[annotation, None]  # noqa: UP007 (a Literal has no |)


def _option(name: str, field: FieldInfo, default: Any, title: str) -> Any:
    flag = "--" + name.replace("_", "-")
    is_switch = _type(field.annotation) == (bool | None)
    told = (field.description or "").replace("\n", " ")
    if isinstance(default, bool):
        default = "yes" if default else "no"
    elif default in (None, (), ""):
        default = "none"
    elif isinstance(default, tuple):
        default = ",".join(map(str, default))
    return typer.Option(
        f"{flag}/--no-{flag[2:]}" if is_switch else flag,
        help=f"{told} [{default}]",
        rich_help_panel=title or None,
    )
