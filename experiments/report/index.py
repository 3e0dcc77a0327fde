"""One page over several runs: neighbours side by side, a sentence of each, links to reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from compare.storage import write_text
from experiments.pages.escapes import plain
from experiments.pages.rendering import rendered
from experiments.report.document import sentences
from experiments.report.report import data_uri
from experiments.report.sections.opening import answer_caption, subtitle
from experiments.report.spaces import floors, space_labels, transforms
from experiments.results.run_folder import RunResults

LEAD = (
    "Two ways to learn a vector for each word: word2vec pulls the words inside a window together "
    "and pushes others away; a language model learns a table of rows by predicting the next token. "
    "The vectors of one such table, or of one layer inside a model, are called a space. Layers are "
    "read “in context” (in running text) or “alone” (the word by itself); an untrained table is a "
    "random one, for comparison."
)
WORDS, NEIGHBOURS = 3, 6
"""Words whose neighbours stand on the page, and how many of these."""


class Link(NamedTuple):
    """A page beside the reports: its title, what it is for, and where it lies."""

    title: str
    says: str
    address: str


def write_index(
    runs: Sequence[tuple[RunResults, Path]],
    folder: Path,
    *,
    title: str,
    links: Sequence[Link] = (),
) -> Path:
    """Write one page that leads with what several runs show and links to their reports.

    Neighbours are those of the first run.

    Parameters
    ----------
    runs : sequence of (RunResults, Path)
        Each with its report's page, below ``folder``.
    links : sequence of Link
        Further pages.
    """
    entries: list[dict[str, object]] = []
    for results, path in runs:
        picture = path.parent / "figures" / "answer.png"
        entries.append(
            {
                "title": results.title,
                "subtitle": subtitle(results),
                "lists": neighbour_lists(results) if not entries else [],
                "finding": next(iter(sentences(results)), ""),
                "link": path.relative_to(folder).as_posix(),
                "picture": data_uri(picture) if picture.is_file() else None,
                "caption": answer_caption(results),
            }
        )
    page = rendered("index.html", title=title, lead=LEAD, runs=entries, links=links)
    write_text(folder / "index.html", page)
    return folder / "index.html"


def neighbour_lists(results: RunResults) -> list[tuple[str, list[tuple[str, str]]]]:
    """List a few words, each with the nearest words in every space that has learned something."""
    near, labels, ground = results.comparison.nearest, space_labels(results), floors(results)
    if not len(near):
        return []
    near = near[(near["transform"] == transforms(results)[0]) & (near["place"] <= NEIGHBOURS)]
    return [
        (
            plain(str(word)),
            [
                (labels[str(space)], ", ".join(plain(str(one)) for one in of_space["neighbour"]))
                for space, of_space in of_word.groupby("space", sort=False)
                if space not in ground
            ],
        )
        for word, of_word in list(near.groupby("word", sort=False))[:WORDS]
    ]
