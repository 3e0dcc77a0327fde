"""What a sweep varies: an option, or several that are zipped, is an *axis* with levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from experiments.config.option_rows import written_value
from experiments.sweep.frozen import SweepFolder

Setting = tuple[int, ...]
"""Of each axis, the number of its level."""


class Axis(NamedTuple):
    """What is swept: an option, or several that are zipped."""

    keys: tuple[str, ...]
    levels: tuple[tuple[Any, ...], ...]

    @property
    def name(self) -> str:
        """Name the option for readers."""
        return ", ".join(key.removeprefix("models.") for key in self.keys)

    def told(self, level: int) -> str:
        """Write the values of a level."""
        return ", ".join(map(_written, self.levels[level]))

    def named(self, level: int) -> str:
        """Write the values of a level, each behind its option: ``w2v.window 10``."""
        return ", ".join(
            f"{key.removeprefix('models.')} {_written(value)}"
            for key, value in zip(self.keys, self.levels[level], strict=True)
        )


def _written(value: Any) -> str:
    return written_value(value).strip('"')


def axes_of(sweep: SweepFolder) -> tuple[Axis, ...]:
    """List what is swept, in order."""
    options = sweep.options
    found = [Axis((key,), tuple((value,) for value in ones)) for key, ones in options.over.items()]
    if options.zip:
        found.append(Axis(tuple(options.zip), tuple(zip(*options.zip.values(), strict=True))))
    return tuple(found)


def told_setting(axes: Sequence[Axis], setting: Setting) -> str:
    """Write a setting in a line."""
    return ", ".join(axis.named(level) for axis, level in zip(axes, setting, strict=True))
