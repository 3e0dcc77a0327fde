"""The rules that the comparison followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compare.comparison import quantities as known
from experiments.pages.escapes import markdown_escaped
from experiments.report.numbers import count
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import model_labels, space_labels, transforms
from experiments.results.run_folder import RunResults

FORMS = {"space": "with their leading space (“ king”)", "bare": "without a space (“king”)"}


def rules(results: RunResults) -> list[str]:
    """List the rules, one sentence or two each."""
    return [
        *_text_rules(results),
        *_published_rules(results),
        *_model_rules(results),
        *_cut_rules(results),
        *_uncertainty_rules(),
        *_seed_rules(results),
        *_repeating_rules(results),
    ]


def _text_rules(results: RunResults) -> list[str]:
    corpus = results.corpus
    if not corpus:
        return _left_out(results)
    alike = ", ".join(f"{key}: {value}" for key, value in corpus["normalization"].items())
    if not _is_trained_here(results):
        return [
            f"Layers in context are read in the training part of {corpus['name']}, normalised "
            f"({alike}); nothing was trained on it."
        ]
    return [
        f"All models read the same text, normalised alike ({alike}), and the same training part; "
        f"{count(corpus['n_validation_words'])} words are held out."
    ]


def _left_out(results: RunResults) -> list[str]:
    """Name the spaces of the config that need a text where there is none."""
    missing = set(results.config.get("spaces") or ()) - set(space_labels(results))
    listed = ", ".join(sorted(missing))
    return [f"Left out, as no text was read: {listed}."] if missing else []


def _is_trained_here(results: RunResults) -> bool:
    reads = results.models.get("reads")
    return reads is not None and any(isinstance(one, str) and one for one in reads)


def _published_rules(results: RunResults) -> list[str]:
    """Say what models of others were trained on, and how their weights were kept."""
    labels, told = model_labels(results), []
    for row in results.models.to_dict("records"):
        text, licence, weights = (row.get(key) for key in ("text", "licence", "weights"))
        if not isinstance(licence, str) or not licence:
            continue
        kept = f"; read from {weights}" if isinstance(weights, str) and weights else ""
        told.append(f"{labels[str(row['model'])]}: {text}{kept}. Licence: {licence}.")
    return told


def _model_rules(results: RunResults) -> list[str]:
    """Say how language models' vectors are made, models that do alike in one sentence."""
    labels, models = model_labels(results), results.models.to_dict("records")
    forms: dict[tuple[str, str], list[str]] = {}
    for row in models:
        if isinstance(row.get("form"), str) and row["form"]:
            pooling = row.get("pooling")
            how = pooling if isinstance(pooling, str) and pooling else "mean"
            forms.setdefault((row["form"], how), []).append(labels[str(row["model"])])
    told = [
        f"Words of {' and '.join(names)} are looked up {FORMS.get(form, FORMS['bare'])}; the "
        f"vector of a word of several tokens is made of theirs ({pooling})."
        for (form, pooling), names in forms.items()
    ]
    tied = [labels[str(row["model"])] for row in models if _is_true(row.get("tied"))]
    if tied:
        told.append(
            f"The output table of {' and '.join(tied)} is the input table (tied), so it is shown "
            "once."
        )
    return told


def _is_true(value: Any) -> bool:
    return bool(value == 1 or value == "True")


def _cut_rules(results: RunResults) -> list[str]:
    protocol, ways = results.protocol, transforms(results)
    most = protocol.get("max_words")
    case = (
        "folded to lower case, of variants the most frequent stays."
        if protocol.get("case") == "fold"
        else "compared exactly."
    )
    centred = (
        " (the mean over the shared words is taken off, which removes what all words have in "
        "common, not dimensions that vary widely)"
        if "centred" in ways
        else ""
    )
    return [
        "Questions, pairs and candidates are cut to the words that all spaces have"
        + (f"; at most the {count(most)} most frequent." if most else "."),
        f"Case: {case}",
        f"Cosines: {' and '.join(ways)}{centred}.",
        "Analogies are scored with and without excluding the question words, beside baselines; "
        "a tie counts against the answer." + _repeats(results),
    ]


def _repeats(results: RunResults) -> str:
    repeats = [
        f"{row.judgments} repeats {count(row.n_repeated)} of {count(row.n_items)}"
        for row in results.comparison.judgments.itertuples()
        if row.n_repeated
    ]
    return f" As published, {', '.join(repeats)}: scored as such." if repeats else ""


def _uncertainty_rules() -> list[str]:
    drawn: dict[str, list[str]] = {}
    for quantity in known.QUANTITIES:
        if quantity.drawn:
            keys = drawn.setdefault(quantity.drawn, [])
            keys += [quantity.key] if quantity.key not in keys else []
    units = ", ".join(f"{unit} ({', '.join(keys)})" for unit, keys in drawn.items())
    return [
        f"Intervals hold 95 %, over {units}, words (common neighbours). Means over units: by "
        "flipping signs; shares of analogies: by leaving out each pair; correlations: with words "
        "that stand in several pairs counted as such; synonyms above opposites: by DeLong's "
        "placements. They tell how far another sample of judgments would move a number, not "
        "another corpus. Other numbers of a space as a whole (geometry, likeness, cuts) have none; "
        "likeness has its floor and ceiling.",
        "Tests: interval and p of a difference come from the same method. Spaces are tested where "
        "there are 12 units, and where so many can reject in their family. What is not apart is "
        "not thereby equal.",
        "Words: every score is also given for words that are one token in all spaces made of "
        "tokens, and for items with a split word, whose pieces are alike before anything is "
        "learned. Sentences and planned tests are about words of one token.",
    ]


def _seed_rules(results: RunResults) -> list[str]:
    if not results.corpus or not _is_trained_here(results):
        return []
    n_seeds = results.protocol.get("n_seeds", 1)
    return [
        f"Each model was trained from {n_seeds} seeds; the first is compared, the others give the "
        "ceilings of likeness and the spread over seeds."
        if n_seeds > 1
        else "One seed was trained: the likeness of two seeds (the ceiling) is not known; "
        "set seeds = 3 or more."
    ]


def _repeating_rules(results: RunResults) -> list[str]:
    """Pass on what the models and the machine say of themselves."""
    labels, environment = model_labels(results), results.environment
    notes = [str(note) for note in environment.get("not_repeatable", ())]
    of_models: list[Mapping[Any, Any]] = results.models.to_dict("records")
    notes += [
        f"{labels[str(row['model'])]}: {row['notes']}"
        for row in of_models
        if isinstance(row.get("notes"), str) and row["notes"]
    ]
    return [f"{note[0].upper()}{note[1:]}." for note in notes]


def coverage_tables(results: RunResults) -> list[Table]:
    """Tabulate what the cut to the shared vocabulary cost."""
    labels, coverage = space_labels(results), results.comparison.coverage
    columns = {
        "words": "n_words",
        "compared": "n_shared",
        "case variants dropped": "n_case_collisions",
        "left out, as training never met their tokens": "n_unseen",
    }
    # Runs made before that was counted have no such column; where it is 0 it is not shown.
    if "n_unseen" not in coverage or not coverage["n_unseen"].any():
        del columns["left out, as training never met their tokens"]
    rows = tuple(
        (Cell(labels[str(row["space"])]), *(Cell(count(row[key])) for key in columns.values()))
        for row in coverage.to_dict("records")
    )
    return [Table("coverage", ("space", *columns), rows, "The cut to the shared vocabulary")]


PROTOCOL = Section(
    "protocol",
    title="Protocol",
    text=lambda results: "\n".join(f"- {markdown_escaped(rule)}" for rule in rules(results)),
    tables=coverage_tables,
)
