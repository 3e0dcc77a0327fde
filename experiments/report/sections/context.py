"""What context adds, layer by layer."""

from __future__ import annotations

from compare.figures import Figure
from compare.figures.context import plot_context
from experiments.report.numbers import count, two_decimals
from experiments.report.section import Cell, Picture, Section, Table
from experiments.report.spaces import model_labels, model_looks
from experiments.results.run_folder import RunResults


def context_tables(results: RunResults) -> list[Table]:
    """Tabulate what context adds in each layer of each model."""
    layers, labels = results.context_layers, model_labels(results)
    if not len(layers):
        return []
    rows = tuple(
        (
            Cell(f"{labels.get(str(row.model), str(row.model))} layer {row.layer}"),
            Cell(two_decimals(row.self_similarity)),
            Cell(two_decimals(row.mev)),
            Cell(two_decimals(row.intra_sentence)),
            Cell(two_decimals(row.baseline_cosine)),
            Cell(count(row.n_used)),
        )
        for row in layers.itertuples()
    )
    columns = (
        "layer",
        "self-similarity",
        "explained by one vector",
        "to its sentence",
        "cosine of any two words",
        "words",
    )
    return [Table("context", columns, rows)]


def _figure(results: RunResults) -> Figure | None:
    return plot_context(results.context_layers, model_looks(results))


CONTEXT = Section(
    "context",
    title="What context adds",
    text=lambda _: (
        "A table gives a word one vector; inside the model each occurrence has its own. Over whole "
        "sentences drawn from the training text: how alike two occurrences of a word are "
        "(self-similarity: 1 where context changes nothing), how much of their variance one vector "
        "explains, and how alike the words of a sentence are to its mean; from the first and the "
        "last the cosine of any two words is taken off, from the second the share that as many "
        "random occurrences reach (Ethayarajh 2019)."
    ),
    tables=context_tables,
    picture=Picture("context", "Contextuality by layer", _figure),
)
