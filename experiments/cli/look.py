"""``embcontrast neighbours`` and ``analogy``: spaces asked one thing at a time."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import share_vocabulary
from compare.errors import InputError
from compare.measures.neighbours import neighbour_overlap
from compare.shown import printable
from compare.spaces.side_by_side import MARK, SideBySide, side_by_side
from compare.spaces.space import EmbeddingSpace
from compare.text.normalization import normal_word
from experiments.cli.shown import (
    Json,
    Spaces,
    Vocabulary,
    out,
    print_json,
    print_table,
    read_all,
    shown_to_user,
)


def neighbours(
    words: Annotated[list[str], typer.Argument(help="Words to look up.")],
    space: Spaces,
    k: Annotated[int, typer.Option("-k", min=1, help="Neighbours of each word.")] = 10,
    vocabulary: Vocabulary = None,
    as_json: Json = False,
) -> None:
    """Show the nearest words by cosine, spaces side by side; shared ones are marked with *."""
    with shown_to_user(is_quiet=False) as show:
        spaces = read_all(space, asked=words, vocabulary=vocabulary, show=show)
    found = [side_by_side(spaces, word, k) for word in words]
    overlaps = _overlaps(spaces, words, k)
    if as_json:
        print_json({"neighbours": _records(found), "overlap": overlaps})
        return
    if not out.is_terminal:
        for one in found:
            for column in one.columns:
                for place, (near, cosine) in enumerate(column, start=1):
                    line = (one.word, column.source, str(place), near, f"{cosine:.6f}")
                    sys.stdout.write("\t".join(map(printable, line)) + "\n")
        return
    for one in found:
        _print_side_by_side(one)
    for pair in overlaps:
        out.print(
            f"Of the {pair['k']} nearest, {pair['first']} and {pair['second']} share "
            f"{pair['value']:.0%} over their common words (by chance {pair['chance']:.2%}).",
            markup=False,
        )


def _print_side_by_side(found: SideBySide) -> None:
    heading, *rows = found.rows()
    table = Table(title=Text(printable(found.word)), title_justify="left", title_style="bold")
    for name in heading:
        table.add_column(Text(printable(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    out.print(table)
    if found.shared:
        out.print(f"{MARK} in more than one list", style="dim")


def _records(found: Sequence[SideBySide]) -> list[dict[str, Any]]:
    return [
        {
            "word": one.word,
            "space": column.source,
            "neighbours": [{"word": near, "cosine": round(c, 6)} for near, c in column],
        }
        for one in found
        for column in one.columns
    ]


def _overlaps(
    spaces: Sequence[EmbeddingSpace], words: Sequence[str], k: int
) -> list[dict[str, Any]]:
    """Compare the first space's neighbours with each other one's, over the shared vocabulary."""
    if len(spaces) < 2:
        return []
    try:
        first, *others = share_vocabulary(spaces, ProtocolOptions())[0]
    except InputError:  # no common words: each answers for itself
        return []
    normal = [normal_word(word, fold=True) for word in words]
    known = [word for word in normal if word in first]
    found = []
    for other in others if known else ():
        overlap = neighbour_overlap(first, other, known, k=k)
        names = {"first": first.name, "second": other.name}
        found.append({**names, "k": overlap.k, "value": overlap.value, "chance": overlap.chance})
    return found


def analogy(
    a: str,
    b: str,
    c: str,
    space: Spaces,
    k: Annotated[int, typer.Option("-k", min=1, help="Answers to show.")] = 5,
    method: Annotated[
        str, typer.Option(help="3CosAdd, 3CosMul, PairDirection, only-b, only-c, …")
    ] = "3CosAdd",
    exclude: Annotated[
        bool,
        typer.Option("--exclude/--allow", help="Leave the question's words out of the answers."),
    ] = True,
    vocabulary: Vocabulary = None,
    as_json: Json = False,
) -> None:
    """Answer "A is to B as C is to ?": by default the word nearest to B − A + C."""
    with shown_to_user(is_quiet=False) as show:
        spaces = read_all(space, asked=[a, b, c], vocabulary=vocabulary, show=show)
    found = [
        one.analogy(a, b, c, k, method=method, exclude=exclude)  # type: ignore[arg-type]
        for one in spaces
    ]
    if as_json:
        answers = {
            one.source: [{"word": w, one.score: round(s, 6)} for w, s in one] for one in found
        }
        print_json({"question": [a, b, c], "method": method, "answers": answers})
        return
    if out.is_terminal:
        out.print(Text(printable(f"{b} − {a} + {c} = ?"), style="bold"))
    rows = [(one.source, word, f"{score:.3f}") for one in found for word, score in one]
    print_table(("space", "answer", found[0].score), rows, numbers=[2])
