"""Tables of a sweep's page: effects, spreads, best settings, errors."""

from __future__ import annotations

from compare.comparison.significance import APART, NOT_TESTED
from compare.measures.quantity import Quantity
from experiments.report.cells import slug, written
from experiments.report.numbers import NBSP, p_value
from experiments.report.section import Cell, Shown, Table
from experiments.sweep.items import question_of
from experiments.sweep.swept import Swept


def name_of(quantity: Quantity, judgments: str) -> str:
    """Name what is of a quantity and judgments, for files and links."""
    return slug(f"{quantity.key} {quantity.method} {judgments}")


def effect_table(swept: Swept, quantity: Quantity, judgments: str) -> Table | None:
    """Tabulate what each level of each option changes; None where nothing was tried."""
    found = swept.tables[0]
    is_of = (found["quantity"] == quantity.key) & (found["method"] == quantity.method)
    rows = found[is_of & (found["judgments"] == judgments)]
    if not len(rows):
        return None
    cells = [
        (
            Cell(swept.labels[row.space]),
            Cell(f"{row.changed}, not {row.against}"),
            Cell(written(quantity, row.value, row.low, row.high, signed=True), bool(row.holds)),
            Cell(p_value(row.p_holm) if row.outcome != NOT_TESTED else "–"),
            Cell(row.why if row.outcome == NOT_TESTED else row.outcome),
            Cell(f"{row.n:,}"),
            Cell(f"{row.n_settings:,}"),
        )
        for row in rows.itertuples()
    ]
    columns = ("space", "change", "difference", "p (Holm)", "outcome", "n", "pairs")
    return Table(
        f"effects-{name_of(quantity, judgments)}",
        columns,
        tuple(cells),
        "What each change does, all else equal",
        f"Bold: {APART}. n: units of the test. pairs: of settings that differ in this alone, over "
        f"which the difference is the mean. Intervals: 95{NBSP}%, of each difference alone; p is "
        "raised for the number of all tests, so 0 may lie outside an interval and the outcome be "
        "“not told apart”.",
        n_text_columns=2,
    )


def spread_section(swept: Swept) -> Shown | None:
    """Show how much options, seeds and items move each number."""
    found = swept.tables[2]
    if not len(found) or not swept.has_seeds:  # without seeds nothing can be set beside
        return None
    sources = list(dict.fromkeys(found["source"]))
    rows = []
    for (space, *of), part in found.groupby(
        ["space", "quantity", "method", "judgments"], sort=False
    ):
        by_source = dict(zip(part["source"], part["sd"], strict=True))
        question = question_of(*map(str, of))
        values = [_written_sd(question.quantity, by_source.get(source)) for source in sources]
        rows.append((Cell(swept.labels[space]), Cell(question.title), *map(Cell, values)))
    table = Table(
        "spread",
        ("space", "number", *sources),
        tuple(rows),
        "Standard deviation that each brings",
        "An option: its values' means; what seeds move these by is taken off. seeds: another seed "
        "of the same setting; items: other questions, pairs or words.",
        n_text_columns=2,
    )
    text = (
        "How far a number moves with each option, with the seed, and with the items that are "
        "asked. An option that moves it less than seeds and items do needs more of both to be "
        "judged."
    )
    return Shown("spread", 2, "What moves the numbers", text, (table,))


def _written_sd(quantity: Quantity, sd: float | None) -> str:
    """Write a standard deviation with two digits, of shares in points."""
    if sd is None or sd != sd:
        return "–"
    return f"{100 * sd:.2g}{NBSP}points" if quantity.unit == "share" else f"{sd:.2g}"


def best_section(swept: Swept) -> Shown | None:
    """Show the best settings, on the half that did not choose them."""
    found = swept.tables[1]
    if not len(found):
        return None
    rows = []
    for row in found.itertuples():
        question = question_of(row.quantity, row.method, row.judgments)
        quantity = question.quantity
        outcome = row.why if row.outcome == NOT_TESTED else row.outcome
        bounds = (row.difference_low, row.difference_high)
        rows.append(
            (
                Cell(swept.labels[row.space]),
                Cell(question.title),
                Cell(row.setting),
                Cell(written(quantity, row.value, row.low, row.high), bool(row.holds)),
                Cell(written(quantity, row.first)),
                Cell(written(quantity, row.difference, *bounds, signed=True)),
                Cell(outcome),
                Cell(f"{row.n:,}"),
            )
        )
    table = Table(
        "best",
        (
            *("space", "number", "best setting", "its score", "first setting", "difference"),
            *("outcome", "n"),
        ),
        tuple(rows),
        "Chosen on one half, scored on the other",
        f"Bold: {APART} from the first setting of the grid, on the half that did not choose. n: "
        "units of the test.",
        n_text_columns=3,
    )
    text = (
        "The best of many settings flatters itself on the items that chose it. So each is chosen "
        "on one half of the questions or pairs, and scored on the other."
    )
    if any(one.question.quantity.asks == "company" for one in swept.asked):
        text += " Which kind neighbours are of is no better or worse, and has no best setting."
    return Shown("best", 2, "The best settings", text, (table,))


def failed_section(swept: Swept) -> Shown | None:
    """Show the cells that ended in an error."""
    cells = {cell.number: cell for cell in swept.sweep.cells}
    rows = tuple(
        (Cell(str(number)), Cell(cells[number].told), Cell(told))
        for number, told in sorted(swept.failed.items())
    )
    if not rows:
        return None
    table = Table("failed", ("cell", "settings", "error"), rows, "Not done", n_text_columns=3)
    text = "These runs ended in an error, and are in none of the numbers above."
    return Shown("failed", 2, "Runs that failed", text, (table,))
