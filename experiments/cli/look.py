"""``embcontrast neighbours`` and ``analogy``: spaces asked one thing at a time."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import share_vocabulary
from compare.measures.neighbours import nearest, neighbour_overlap
from compare.spaces.space import EmbeddingSpace
from experiments.cli.shown import Json, Spaces, out, print_json, printable, read_all


def neighbours(
    words: Annotated[list[str], typer.Argument(help="Words to look up.")],
    space: Spaces,
    k: Annotated[int, typer.Option("-k", min=1, help="Neighbours of each word.")] = 10,
    as_json: Json = False,
) -> None:
    """Show the nearest words by cosine, side by side; common ones are marked with *."""
    spaces = read_all(space)
    found = []
    for one in spaces:
        table = nearest(one, words, k=k)
        for word, rows, cosines in zip(words, table.rows, table.cosines, strict=True):
            near = [(one.words[r], float(c)) for r, c in zip(rows, cosines, strict=True)]
            found.append((word, one.name, near))
    if as_json:
        listed = [
            {
                "word": word,
                "space": name,
                "neighbours": [{"word": near, "cosine": round(c, 6)} for near, c in nears],
            }
            for word, name, nears in found
        ]
        print_json({"neighbours": listed, "overlap": _overlaps(spaces, words, k)})
        return
    for word in words:
        columns = [(name, near) for asked, name, near in found if asked == word]
        first = {near for near, _ in columns[0][1]}
        table_shown = Table(title=Text(printable(word)), title_justify="left", title_style="bold")
        for name, _ in columns:
            table_shown.add_column(Text(printable(name)), no_wrap=True)
        for place in range(max(len(near) for _, near in columns)):
            cells = []
            for number, (_, near) in enumerate(columns):
                text = ""
                if place < len(near):
                    mark = "* " if number and near[place][0] in first else ""
                    text = f"{mark}{printable(near[place][0])} {near[place][1]:.3f}"
                cells.append(Text(text))
            table_shown.add_row(*cells)
        out.print(table_shown)
    for pair in _overlaps(spaces, words, k):
        out.print(
            f"overlap@{pair['k']} of {pair['first']} and {pair['second']}, over the shared "
            f"vocabulary: {pair['value']:.0%} (chance {pair['chance']:.2%})",
            markup=False,
        )


def _overlaps(spaces: list[EmbeddingSpace], words: list[str], k: int) -> list[dict[str, Any]]:
    """Compare the first space's neighbours with each other one's, over the shared vocabulary."""
    if len(spaces) < 2:
        return []
    first, *others = share_vocabulary(spaces, ProtocolOptions())[0]
    known = [word.lower() for word in words if word.lower() in first]
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
    as_json: Json = False,
) -> None:
    """Answer "A is to B as C is to ?" by 3CosAdd, the question words excluded."""
    answers = {one.name: one.analogy(a, b, c, k) for one in read_all(space)}
    if as_json:
        print_json(
            {
                "question": [a, b, c],
                "answers": {
                    name: [{"word": w, "cosine": round(s, 6)} for w, s in found]
                    for name, found in answers.items()
                },
            }
        )
        return
    out.print(f"{b} − {a} + {c} = ?", markup=False, style="bold")
    for name, found in answers.items():
        out.print(
            f"{printable(name)}: "
            + ", ".join(f"{printable(word)} {score:.3f}" for word, score in found),
            markup=False,
        )
