"""The first lines: what was compared. The findings of all sections follow."""

from __future__ import annotations

from experiments.report.escapes import markdown_escaped, plain
from experiments.report.numbers import count
from experiments.report.section import Section
from experiments.results.run_folder import RunResults


def subtitle(results: RunResults) -> str:
    """Say what was compared, in one line."""
    corpus, coverage = results.corpus, results.comparison.coverage
    shared = count(coverage["n_shared"].iloc[0])
    if not corpus:
        return f"{len(coverage)} spaces over {shared} shared words"
    return plain(
        f"Corpus {corpus['name']}: {count(corpus['n_documents'])} documents, "
        f"{count(corpus['n_training_words'])} training words; "
        f"{shared} words compared (seed {results.environment.get('seed')})"
    )


OPENING = Section(
    "opening",
    title=lambda results: results.title,
    text=lambda results: markdown_escaped(subtitle(results)),
    level=1,
)
