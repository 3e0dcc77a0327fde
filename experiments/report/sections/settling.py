"""How neighbours settle during training."""

from __future__ import annotations

from experiments.report.numbers import share_text
from experiments.report.section import Cell, Section, Table
from experiments.report.sections.neighbours import words_cell
from experiments.report.spaces import space_labels
from experiments.results.run_folder import RunResults


def settling_tables(results: RunResults) -> list[Table]:
    """Set the neighbours of each probe word side by side at shares of training, for each space.

    Those are marked that are neighbours at the end too.
    """
    settling, labels = results.settling, space_labels(results)
    tables = []
    for space, of_space in settling.groupby("space", sort=False) if len(settling) else ():
        shares = list(dict.fromkeys(of_space["share"]))
        rows = []
        for word, of_word in of_space.groupby("word", sort=False):
            at = {share: of_word[of_word["share"] == share] for share in shares}
            last = set(at[shares[-1]]["neighbour"])
            cells = [words_cell(at[one], last if one != shares[-1] else set()) for one in shares]
            rows.append((Cell(str(word)), *cells))
        columns = ("word", *(f"after {share_text(one)}" for one in shares[:-1]), "at the end")
        label = labels.get(str(space), str(space))
        name = f"settling-{space}"
        tables.append(Table(name, columns, tuple(rows), label, n_text_columns=len(columns)))
    return tables


SETTLING = Section(
    "settling",
    title="How neighbours settle",
    text=lambda _: (
        "The nearest words (raw cosines) after shares of the training. Marked: neighbours at the "
        "end too."
    ),
    tables=settling_tables,
)
