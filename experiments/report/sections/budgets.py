"""What each model was given: text, parameters, computation."""

from __future__ import annotations

import pandas as pd

from compare.figures import Figure
from compare.figures.training_curves import plot_training
from experiments.pages.escapes import markdown_escaped
from experiments.report.numbers import count, plain_number, seconds_text, short
from experiments.report.section import Cell, Picture, Section, Table
from experiments.report.spaces import model_labels, model_looks
from experiments.results.run_folder import RunResults


def budget_tables(results: RunResults) -> list[Table]:
    """Tabulate what each model was given."""
    labels, rows = model_labels(results), []
    for row in results.models.to_dict("records"):
        unit = row.get("unit") if isinstance(row.get("unit"), str) else ""
        dimension = row.get("dimension")
        rows.append(
            (
                Cell(labels[str(row["model"])]),
                Cell("–" if dimension is None or dimension != dimension else count(dimension)),
                Cell(short(row.get("parameters"))),
                Cell(f"{short(row.get('seen'))} {unit}".strip()),
                Cell(plain_number(row.get("epochs"))),
                Cell(short(row.get("flops"))),
                Cell(plain_number(row.get("threads"))),
                Cell(seconds_text(row.get("seconds"))),
            )
        )
    columns = (
        "model",
        "dimension",
        "parameters",
        "text seen",
        "epochs",
        "training FLOPs",
        "threads",
        "time",
    )
    return [Table("budgets", columns, tuple(rows))] if rows else []


def _text(results: RunResults) -> str:
    device = results.environment.get("gpu") or results.environment.get("device", "")
    machine = f" ({markdown_escaped(str(device))})" if device else ""
    return (
        "What each model was given. Training costs are estimates from the shapes; seconds were "
        f"measured on this machine{machine}."
    )


def _figure(results: RunResults, rows: pd.DataFrame) -> Figure | None:
    models = results.models
    losses = dict(zip(models["model"], models["loss"], strict=True)) if "loss" in models else {}
    losses = {name: loss for name, loss in losses.items() if isinstance(loss, str)}
    return plot_training(rows, model_looks(results), losses)


BUDGETS = Section(
    "budgets",
    title="Budgets",
    text=_text,
    tables=budget_tables,
    picture=Picture(
        "training",
        "Training curves",
        lambda results: results.history,
        _figure,
        lambda _: (
            "Losses of different things (a pair against noise words; the next token among all "
            "tokens) must not be compared: only what shares an axis can. word2vec's held-out loss "
            "is ours for both trainers, over the same held-out pairs; its training loss is the "
            "mean over the pairs seen in each epoch (gensim's own figure is not used)."
        ),
    ),
)
