"""One page over several runs: what each of them shows, with a link to its report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compare.storage import write_text
from experiments.report.document import document, sentences
from experiments.report.html import rendered
from experiments.report.report import data_uri
from experiments.report.sections.opening import subtitle
from experiments.results.run_folder import RunResults

LEAD = (
    "The same text, two ways to learn a vector for each word: word2vec pulls the words inside "
    "a window together and pushes others away; a language model looks a row up in a table "
    "that next-token prediction trains. What each of them knows:"
)


def write_index(runs: Sequence[tuple[RunResults, Path]], folder: Path, *, title: str) -> Path:
    """Write one page that leads with what several runs show and links to their reports.

    Parameters
    ----------
    runs : sequence of (RunResults, Path)
        Each with its report's page, below ``folder``.
    """
    entries = []
    for results, path in runs:
        picture = path.parent / "figures" / "map.png"
        entries.append(
            {
                "title": results.title,
                "subtitle": subtitle(results),
                "findings": sentences(document(results, with_figures=False)),
                "link": path.relative_to(folder).as_posix(),
                "picture": data_uri(picture) if picture.is_file() else None,
            }
        )
    write_text(folder / "index.html", rendered("index.html", title=title, lead=LEAD, runs=entries))
    return folder / "index.html"
