"""What context adds, layer by layer."""

from __future__ import annotations

from compare.figures.context import plot_context
from experiments.pages.escapes import markdown_escaped
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
            Cell(two_decimals(row.size_matched_mev)),
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
        "the same, size-matched",
        "to its sentence",
        "cosine of any two words",
        "words",
    )
    return [Table("context", columns, rows)]


def _text(results: RunResults) -> str:
    return (
        "A table gives a word one vector; inside the model each occurrence has its own. These are "
        "means over whole sentences drawn from the training text, and over the words that stand in "
        "five of them or more. Self-similarity is the cosine of two occurrences of a word, "
        "less the cosine of any two words, which stands beside it: the most it can be is 1 less "
        "that cosine. “Explained by one vector” is the share of the variance of a word's vectors "
        "on their first principal component, less that of 1,000 random occurrences, as Ethayarajh "
        "(2019) measured it. It is large for a word that occurs seldom, even where vectors are "
        "noise. “Size-matched” has no such lean: it is the share of a word's unit vectors, not "
        "centred, less that of as many random occurrences as the word has. “To its sentence” is "
        "the cosine of a word and the mean vector of its sentence, less the cosine of any two "
        f"words.{_positions(results)}"
    )


def _positions(results: RunResults) -> str:
    """Say how far position alone makes occurrences of a word differ, from layer 0."""
    layers, labels = results.context_layers, model_labels(results)
    first = layers[layers["layer"] == 0] if len(layers) else layers
    if not len(first):
        return ""
    cosines = ", ".join(
        f"{two_decimals(row.self_similarity + row.baseline_cosine)} "
        f"({markdown_escaped(labels.get(str(row.model), str(row.model)))})"
        for row in first.itertuples()
    )
    return (
        " Layer 0 has read no context: two occurrences of a word differ there by their positions, "
        "and now and then by how the word is cut into pieces. Before anything is taken off, their "
        f"cosine in layer 0 is {cosines}; what is missing to 1 is not context."
    )


CONTEXT = Section(
    "context",
    title="What context adds",
    text=_text,
    tables=context_tables,
    picture=Picture(
        "context",
        "Contextuality by layer",
        lambda results: results.context_layers,
        lambda results, rows: plot_context(rows, model_looks(results)),
    ),
)
