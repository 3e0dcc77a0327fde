"""How answers look: tables that fit a terminal, plain lines in a pipe, JSON; shared parameters."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.errors import InputError
from compare.progress import Show, quiet
from compare.shown import printable, printable_lines
from compare.text.encodings import read_text_file
from compare.text.english import english_words
from compare.text.normalization import normal_word
from compare.trainers.spaces_by_name import model_table, needs_words, open_space
from experiments.results.json_text import to_json

if TYPE_CHECKING:
    from compare.spaces.space import EmbeddingSpace


class PrintableConsole(Console):
    """A console that no word, name or path steers."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print texts line by line; what is drawn is made of printable cells."""
        shown = (printable_lines(one) if isinstance(one, str) else one for one in objects)
        super().print(*shown, **options)


out = PrintableConsole(highlight=False, soft_wrap=True)
err = PrintableConsole(stderr=True, highlight=False, soft_wrap=True)


def _set_cache(folder: Path | None) -> Path | None:
    if folder is not None:
        os.environ["EMBCONTRAST_CACHE"] = str(folder.expanduser())
    return folder


Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Device = Annotated[
    str | None, typer.Option(help="auto, cpu or cuda; auto takes a GPU where there is one.")
]
Threads = Annotated[int | None, typer.Option(help="Processor threads; default: all cores.")]
Seed = Annotated[int | None, typer.Option(help="Rules every random choice.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        callback=_set_cache,
        help="Folder for finished steps and downloads; default: the user's cache, or "
        "EMBCONTRAST_CACHE.",
    ),
]
Spaces = Annotated[
    list[Path],
    typer.Option(
        "--space",
        help="A file of vectors (safetensors, word2vec text or binary, GloVe), a known name "
        "(`embcontrast list models`), or a model and its table: smollm2-135m/input.",
    ),
]
Vocabulary = Annotated[
    Path | None,
    typer.Option(
        "--vocabulary",
        help="Words, one a line, that language models are asked for; by default those of the "
        "other spaces, or 30,000 frequent English ones.",
    ),
]


def tell(line: str) -> None:
    """Write a line for who watches, on standard error."""
    err.print(printable(line), markup=False)


def print_json(value: Any) -> None:
    """Print a result as JSON, nothing else on standard output."""
    sys.stdout.write(to_json(value) + "\n")


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()
) -> None:
    """Print a table that fits the terminal; in a pipe, tab-separated lines without a heading."""
    cells = [[printable(cell) for cell in row] for row in rows]
    if not out.is_terminal:
        for row in cells:
            sys.stdout.write("\t".join(row) + "\n")
        return
    lines = [list(headings), *cells]
    fixed = [max(map(len, column)) for column in zip(*lines, strict=True)]
    # Where the last column has no room left, columns of text are dropped from the end.
    while len(fixed) > 2 and sum(fixed[:-1]) + len(fixed) + 12 > out.width:
        drop = max((n for n in range(1, len(fixed)) if n not in numbers), default=1)
        lines = [[*line[:drop], *line[drop + 1 :]] for line in lines]
        del fixed[drop]
        numbers = [n - (n > drop) for n in numbers if n != drop]
    headings, *cells = lines
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        is_whole = place == 0 or place in numbers
        justify = "right" if place in numbers else "left"
        table.add_column(
            Text(heading),
            justify=justify,  # type: ignore[arg-type]
            no_wrap=is_whole,
            overflow="fold",
            min_width=fixed[place] if is_whole else None,
        )
    for row in cells:
        table.add_row(*map(Text, row))
    out.print(table)


@contextmanager
def shown_to_user(*, is_quiet: bool) -> Iterator[Show]:
    """Open progress displays on standard error, or none."""
    if is_quiet:
        yield quiet
        return
    from experiments.cli.progress_display import shown_progress

    with shown_progress(err) as show:
        yield show


@contextmanager
def shown_cells(*, is_quiet: bool) -> Iterator[tuple[Show, Callable[[str], None]]]:
    """Open progress displays for cells beside each other, or none; see ``shown_to_user``.

    The second function takes the progress of a cell away.
    """
    if is_quiet:
        yield quiet, lambda _cell: None
        return
    from experiments.cli.progress_display import shown_cells as drawn_cells

    with drawn_cells(err) as (show, end):
        yield show, end


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the values that were given."""
    return {key: value for key, value in values.items() if value is not None}


def listed(values: Sequence[str] | None) -> list[str] | None:
    """Split what was given at commas: ``--words king,queen --words man``."""
    if not values:
        return None
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def read_all(
    paths: Sequence[Path],
    *,
    asked: Sequence[str] = (),
    vocabulary: Path | None = None,
    show: Show = quiet,
) -> list[EmbeddingSpace]:
    """Open spaces, and name them after their files (with the folder where names repeat).

    Parameters
    ----------
    asked : sequence of str
        Words that a question names.
    vocabulary : Path, optional
        A list of words, one a line.

    Language models are asked for the words that are asked about and for those of the other spaces;
    where there are none, for those of the list, or for 30,000 frequent English ones.
    """
    if len(set(paths)) < len(paths):
        twice = next(path for number, path in enumerate(paths) if path in paths[:number])
        raise InputError(
            f"{twice} is given twice; spaces to compare need different names: give each once"
        )
    found = {path: open_space(path, progress=show) for path in paths if not needs_words(path)}
    others = [word for path in paths if path in found for word in found[path].words]
    listed = others or (word_lines(vocabulary) if vocabulary else english_words())
    words = list(dict.fromkeys((*asked, *listed)))
    for path in paths:
        if path not in found:
            found[path] = open_space(path, words=words, progress=show)
    return [found[path].named(name) for path, name in names_of(paths).items()]


def names_of(paths: Sequence[Path]) -> dict[Path, str]:
    """Name spaces after their files; where names repeat, with as much of the path as tells them.

    >>> list(names_of([Path("a/x/w.vec"), Path("b/x/w.vec"), Path("v.txt")]).values())
    ['a/x/w.vec', 'b/x/w.vec', 'v']
    """
    stems = [_stem(path) for path in paths]
    ends = {path: path.absolute().parts for path in paths}
    found: dict[Path, str] = {}
    for path, stem in zip(paths, stems, strict=True):
        n_parts = 1
        rivals = [o for o, other in zip(paths, stems, strict=True) if other == stem and o != path]
        while any(ends[o][-n_parts:] == ends[path][-n_parts:] for o in rivals):
            n_parts += 1
        found[path] = stem if not rivals else "/".join(ends[path][-max(n_parts, 2) :])
    return found


def _stem(path: Path) -> str:
    if model_table(path) is not None:
        return "/".join(path.parts[-2:])
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]


def word_lines(path: Path) -> list[str]:
    """Read a list of words, one a line.

    Raises
    ------
    InputError
        If it cannot be read, or holds fewer than two.
    """
    lines = read_text_file(path, "list of words").splitlines()
    words = [normal_word(line.strip(), fold=False) for line in lines if line.strip()]
    if len(words) < 2:
        raise InputError(f"{path} holds {len(words)} words; expected a list, one a line")
    return words
