"""What each model was given: text, parameters, computation."""

from __future__ import annotations

from itertools import compress

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
    # of published vectors hardly anything is known
    is_known = [any(cell.text != "–" for cell in column) for column in zip(*rows, strict=True)]
    kept = tuple(tuple(compress(row, is_known)) for row in rows)
    return [Table("budgets", tuple(compress(columns, is_known)), kept)] if rows else []


def _text(results: RunResults) -> str:
    seconds = results.models.get("seconds", pd.Series(dtype=float))
    if not pd.to_numeric(seconds, errors="coerce").notna().any():
        return "Nothing was trained here: what others trained was read."
    device = results.environment.get("gpu") or results.environment.get("device", "")
    machine = f" ({markdown_escaped(str(device))})" if device else ""
    return (
        "What each model was given. Training costs are estimates from the shapes; seconds were "
        f"measured on this machine{machine}. {_matched(results)}"
    ).strip()


AMOUNTS = {
    "words": ("words of text", "epochs"),
    "tokens": ("units of text, as each model counts them,", "seen"),
    "flops": ("training FLOPs", "flops"),
    "seconds": ("seconds of training", "seconds"),
    "parameters": ("parameters", "parameters"),
}
"""What budgets are matched by: in words, and the column that tells how close it came."""


def _matched(results: RunResults) -> str:
    """Say what was matched, and how close it came."""
    budget = results.protocol.get("budget", {})
    if budget.get("match", "none") not in AMOUNTS or "flops" not in results.models:
        return ""
    told, column = AMOUNTS[budget["match"]]
    amounts = {str(r["model"]): r.get(column) for r in results.models.to_dict("records")}
    of = budget["of"]
    target = amounts.get(of) if isinstance(of, str) else of
    if not target or target != target:
        return ""
    labels = model_labels(results)
    shares = [
        f"{markdown_escaped(labels[name])} {amount / target:.2f}"
        for name, amount in amounts.items()
        if name != of and amount is not None and amount == amount
    ]
    whose = f"to those of {markdown_escaped(labels[of])}" if of in labels else f"to {target:g}"
    return (
        f"Budgets were matched by {told} {whose}; how much of it each was given: "
        f"{', '.join(shares)}."
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
