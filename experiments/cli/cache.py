"""``embcontrast cache``: what is kept between runs: listed, verified, cleaned."""

from __future__ import annotations

import re
import time
from typing import Annotated, Any

import typer

from compare.cache import cache_folder
from compare.errors import InputError
from compare.judgments.public_sets import public_sets
from compare.kept import cleaned, everything_kept, faults
from compare.known import known_models
from compare.shown import printable
from experiments.cli.shown import Cache, Json, out, print_json, print_table

cache_app = typer.Typer(
    help="Look after what is kept between runs: models, texts as numbers, results.",
    rich_markup_mode=None,
    invoke_without_command=True,
)

_SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_SPANS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


@cache_app.callback()
def listed(context: typer.Context, cache: Cache = None, as_json: Json = False) -> None:  # noqa: ARG001
    """List what is kept: size, when it was last used, and what for."""
    if context.invoked_subcommand is not None:
        return
    found = everything_kept()
    if as_json:
        print_json([{**one._asdict(), "path": str(one.path)} for one in found])
        return
    rows = [[one.path.name, one.kind, _size(one.size), _ago(one.used_at), one.about]
            for one in found]  # fmt: skip
    print_table(["name", "kind", "size", "used", "what for"], rows, numbers=(2,))
    if out.is_terminal:
        total = _size(sum(one.size for one in found))
        out.print(f"{total} in {printable(str(cache_folder()))}", markup=False)


@cache_app.command()
def verify(cache: Cache = None) -> None:  # noqa: ARG001
    """Read everything that is kept, and compare it with its sha256."""
    n_read, wrong = 0, []
    for path, fault in faults():
        n_read += 1
        if fault is not None:
            wrong.append(f"{path.name}: {fault}")
    files = [file for model in known_models() for file in model.files]
    files += [file for one in public_sets() for file in one.files]
    for file in {file.place: file for file in files if file.place.is_file()}.values():
        n_read += 1
        if not file.is_itself:
            wrong.append(f"{file.place} is not {file.name}: delete it to download it again")
    for line in wrong:
        out.print(printable(line), markup=False)
    if wrong:
        raise InputError(
            f"{len(wrong)} of {n_read} are not as they were written; stages are made again when "
            "they are needed (`embcontrast cache clean` removes what is old)"
        )
    out.print(f"{n_read} read, all as they were written", markup=False)


@cache_app.command()
def clean(
    older_than: Annotated[
        str | None, typer.Option(help="Remove what was not used for so long: 30d, 12h, 2w.")
    ] = None,
    keep_size: Annotated[
        str | None, typer.Option(help="Then the least recently used, down to this: 10GB, 500MB.")
    ] = None,
    only_say: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    cache: Cache = None,  # noqa: ARG001
) -> None:
    """Remove what was not used for long; downloads stay, and what is in use now.

    Without options: what killed processes left half-made.
    """
    gone = cleaned(
        older_than=_number(older_than, _SPANS, "--older-than", "30d, 12h or 2w"),
        keep_size=_number(keep_size, _SIZES, "--keep-size", "10GB or 500MB"),
        only_say=only_say,
    )
    for one in gone:
        out.print(printable(f"{one.path.name} ({one.kind}, {_size(one.size)})"), markup=False)
    what = "would go" if only_say else "removed"
    out.print(f"{_size(sum(one.size for one in gone))} {what}", markup=False)


def _number(given: str | None, units: dict[str, int], option: str, expected: str) -> float | None:
    if given is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)", given.strip())
    known: dict[str, Any] = {unit.lower(): factor for unit, factor in units.items()}
    if match is None or match[2].lower() not in known:
        raise InputError(f"{option} takes {expected}; found {given!r}")
    return float(match[1]) * float(known[match[2].lower()])


def _size(n_bytes: int) -> str:
    """Write bytes as people read them.

    >>> _size(98_000_000)
    '98.0 MB'
    """
    for unit in ("GB", "MB", "kB"):
        factor = _SIZES[unit.upper()]
        if n_bytes >= factor:
            return f"{n_bytes / factor:.1f} {unit}"
    return f"{n_bytes} B"


def _ago(moment: float) -> str:
    """Say how long ago something was, in its largest unit."""
    passed = max(0.0, time.time() - moment)
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if passed >= seconds:
            n = int(passed // seconds)
            return f"{n} {unit}{'s'[: n != 1]} ago"
    return "just now"
