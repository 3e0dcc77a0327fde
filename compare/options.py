"""What options are made of, and values that several options share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from compare.errors import InputError, nearest_names


class Options(BaseModel):
    """Options of one part of the work: frozen, strict, unknown keys refused.

    They live beside the code that reads them; each field's description is what users are told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def given(self, name: str, default: Any = None) -> Any:
        """Give an option, or the default where these options have none of that name."""
        return getattr(self, name) if name in type(self).model_fields else default


def usual_values(options: type[Options], chosen: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give what each option is where nothing is said; those that must be given are left out.

    Parameters
    ----------
    chosen : mapping, optional
        What is said of other options, which one may hang on.
    """
    usual: dict[str, Any] = {}
    for name, field in options.model_fields.items():
        if not field.is_required():
            known = {**usual, **(chosen or {})}
            usual[name] = field.get_default(call_default_factory=True, validated_data=known)
    return usual


Precision = Literal["auto", "float32", "bfloat16"]


def _rising(shares: tuple[float, ...]) -> tuple[float, ...]:
    if not all(0 < share < 1 for share in shares) or list(shares) != sorted(set(shares)):
        raise ValueError("snapshots must be rising shares between 0 and 1, such as [0.02, 0.2]")
    return shares


SnapshotShares = Annotated[tuple[float, ...], AfterValidator(_rising)]
"""Shares of a training, rising, between 0 and 1."""


Model = TypeVar("Model", bound=Options)


def validated(model: type[Model], values: object, where: str) -> Model:
    """Check values against a model; the first few problems become one clear message.

    Raises
    ------
    InputError
        With the key, what was expected and what was found.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = [described(model, problem) for problem in error.errors()[:3]]
        raise InputError(f"{where}: {'; '.join(problems)}") from None


def shared_out(
    parts: Mapping[str, type[Options]], values: Mapping[str, Any], where: str
) -> dict[str, dict[str, Any]]:
    """Give flat options to the parts that have them; each option belongs to one.

    Raises
    ------
    InputError
        If no part has an option; the nearest are offered.

    Examples
    --------
    >>> class Shape(Options):
    ...     layers: int = 2
    >>> shared_out({"shape": Shape}, {"layers": 3}, "train_gpt")
    {'shape': {'layers': 3}}
    """
    found: dict[str, dict[str, Any]] = {name: {} for name in parts}
    for key, value in values.items():
        owner = next((name for name, one in parts.items() if key in one.model_fields), None)
        if owner is None:
            known = [field for one in parts.values() for field in one.model_fields]
            raise InputError(f"{where}: unknown option {key!r}; {nearest_names(key, known)}")
        found[owner][key] = value
    return found


def described(model: type[Options], problem: Any) -> str:
    """Put what pydantic found wrong into words: the key, what was expected, what was found."""
    location = [part for part in problem["loc"] if isinstance(part, str)]
    key = ".".join(location)
    if problem["type"] == "extra_forbidden":
        known = _keys_at(model, location[:-1])
        elsewhere = [part for part in model.model_fields if location[-1] in _keys_at(model, [part])]
        if location[-1] not in known and elsewhere:
            return f"unknown key {key!r}; did you mean '{elsewhere[0]}.{location[-1]}'?"
        return f"unknown key {key!r}; {nearest_names(location[-1], known)}"
    message = problem["msg"].removeprefix("Value error, ").replace("valid tuple", "valid list")
    found = "" if isinstance(problem["input"], dict) else f", found {problem['input']!r}"
    at = f"{key}: " if key else ""
    return f"{at}{message[0].lower()}{message[1:]}{found}"


def _keys_at(model: type[Options], location: Sequence[str]) -> list[str]:
    for part in location:
        inner = model.model_fields[part].annotation
        if not (isinstance(inner, type) and issubclass(inner, Options)):
            return []
        model = inner
    return list(model.model_fields)


def without_none(value: Any) -> Any:
    """Leave out keys whose value is None, which TOML cannot write."""
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_none(inner) for inner in value]
    return value
