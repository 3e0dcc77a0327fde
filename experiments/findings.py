"""Results → sentences: what was found, how to read it, which rules were followed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from experiments.figures import label
from experiments.numbers import correlation, count, percent, share_text
from experiments.results import RunResults


def subtitle(results: RunResults) -> str:
    """Say what was compared, in one line."""
    corpus = results.corpus
    shared = count(results.comparison.coverage["n_shared"].iloc[0])
    if not corpus:
        return f"{len(results.comparison.coverage)} spaces over {shared} shared words"
    return (
        f"Corpus {corpus['name']}: {count(corpus['n_documents'])} documents, "
        f"{count(corpus['n_training_words'])} training words; "
        f"{shared} words compared (seed {results.environment.get('seed')})"
    )


def answer_lines(results: RunResults) -> list[str]:
    """Say the findings in sentences, made of the numbers."""
    rows = results.comparison.measurements
    names = [str(name) for name in results.comparison.coverage["space"]]
    transform = str(rows["transform"].iloc[0])
    whole = rows[(rows["transform"] == transform) & (rows["relation"] == "all")]
    usual = whole[whole["method"].isin(["3CosAdd", "Spearman"]) & (whole["candidates"] != "honest")]
    lines = []
    for (measure, judgments), part in usual.groupby(["measure", "judgments"], sort=False):
        found = _standing(part, names, in_percent=measure == "analogies")
        if found:
            n_used = count(part["n_used"].iloc[0])
            what = (
                f"Analogies ({judgments}, {n_used} questions answered by 3CosAdd)"
                if measure == "analogies"
                else f"Human similarity ({judgments}, {n_used} pairs, Spearman's ρ)"
            )
            lines.append(f"{what}: {found}.")
    return [*lines, *_overlap_line(results, transform), *_example_line(results, transform)]


def _standing(part: pd.DataFrame, names: Sequence[str], *, in_percent: bool) -> str:
    """Say who is best, who cannot be told from it, who is below, and where the floor lies."""
    write = percent if in_percent else correlation
    by_space = {str(row.space): row for row in part.itertuples() if not math.isnan(row.value)}
    floor = by_space.pop("gpt-random", None)
    if not by_space:
        return ""
    best = max(by_space.values(), key=lambda row: row.value)
    told = [f"{label(best.space)} is best with {write(best.value, best.low, best.high)}"]
    others = [by_space[name] for name in names if name in by_space and name != best.space]
    near = [row for row in others if row.high >= best.value]
    below = [row for row in others if row.high < best.value]
    for group, verb in ((near, "not to be told from it"), (below, "below it")):
        if group:
            listed = ", ".join(
                f"{label(row.space)} {write(row.value, row.low, row.high)}" for row in group
            )
            told.append(f"{verb}: {listed}")
    if floor is not None:
        text = f"the floor, {label(floor.space)}, is at {write(floor.value, floor.low, floor.high)}"
        if floor.high >= best.value:
            text += ", so that none has clearly learned these"
        told.append(text)
    return "; ".join(told)


def _overlap_line(results: RunResults, transform: str) -> list[str]:
    overlaps = results.comparison.overlaps
    if not len(overlaps):
        return []
    part = overlaps[overlaps["transform"] == transform]
    told = [
        f"{label(row.first)} and {label(row.second)} {percent(row.value, row.low, row.high)}"
        for row in part.sort_values("value", ascending=False).itertuples()
        if "gpt-random" not in (row.first, row.second)
    ]
    if not told:
        return []
    k, chance = int(part["k"].iloc[0]), share_text(part["chance"].iloc[0], 2)
    return [f"Common neighbours among the {k} nearest (by chance {chance}): {', '.join(told)}."]


def _example_line(results: RunResults, transform: str) -> list[str]:
    examples = [e for e in results.comparison.example if e["transform"] == transform]
    if not examples:
        return []
    a, b, c, d = examples[0]["analogy"]
    right = [label(e["space"]) for e in examples if e["rank"] == 1]
    wrong = [
        f"{label(e['space'])}: “{e['answers'][0]}”"
        for e in examples
        if e["rank"] != 1 and e["answers"]
    ]
    told = [f"{d} ✓ in {', '.join(right)}"] if right else []
    if wrong:
        told.append(("elsewhere " if right else "") + ", ".join(wrong))
    return [f"{b} − {a} + {c} = {'; '.join(told)}."]


def caveats(results: RunResults) -> str:
    """Say what to keep in mind when reading."""
    notes = []
    words = results.corpus.get("n_training_words")
    if words and words < 5_000_000:
        notes.append(
            f"{count(words)} words are little text (published word2vec figures come from "
            "billions), so absolute scores are low and the comparison counts"
        )
    share = results.corpus.get("split_share")
    if share is not None and not math.isnan(share):
        notes.append(
            f"{share_text(share)} of the compared vocabulary are split into several tokens by the "
            "GPT's encoding, and their vectors are means over the pieces"
        )
    if results.corpus:
        random = results.comparison.measurements.query(
            "space == 'gpt-random' and measure == 'analogies' and relation == 'all' "
            "and method == '3CosAdd' and candidates == 'excluded'"
        )["value"].max()
        if random > 0.01:
            notes.append(
                f"the GPT's untrained table already answers up to {share_text(random)} of the "
                "analogies, because words that share pieces (big, bigger) share parts of their "
                "vectors: only what exceeds it was learned"
            )
        notes.append("one seed was trained: differences between seeds are not in the intervals")
        budgets = results.budgets.dropna(subset=["flops"])
        if len(budgets) > 1 and budgets["flops"].max() > 2 * budgets["flops"].min():
            notes.append("the models' budgets differ (see below)")
    return "; ".join(notes) + "." if notes else ""


def protocol_rules(results: RunResults, transforms: Sequence[str]) -> list[str]:
    """List the rules that the comparison followed."""
    config = results.config
    protocol = config.get("protocol", {})
    rules = []
    if results.corpus:
        normalization = config["corpus"]["normalization"]
        held_out = config["corpus"]["validation_fraction"]
        rules.append(
            "All models read the same text, normalised alike ("
            + ", ".join(f"{key}: {value}" for key, value in normalization.items())
            + f"), and the same training part; {share_text(held_out)} is held out."
        )
        form = config["word_vectors"]["form"]
        shown = (
            "with its leading space (“ king”)" if form == "space" else "without a space (“king”)"
        )
        rules.append(
            f"A GPT vector is looked up {shown}; a word of several tokens is the mean of them."
        )
        if config["gpt"]["tied"] and "gpt" in config["trainers"]:
            rules.append("The GPT's output table is its input table (tied), so it is shown once.")
    rules += [
        "Questions, pairs and candidates are cut to the words that all spaces have; "
        f"at most the {count(protocol.get('max_words', 0))} most frequent.",
        "Case: "
        + (
            "folded to lower case, of variants the most frequent stays."
            if protocol.get("case") == "fold"
            else "compared exactly."
        ),
        f"Cosines: {' and '.join(transforms)}"
        + (
            " (the mean over the shared words is taken off, which removes what all words have in "
            "common, not dimensions that vary widely)."
            if "centred" in transforms
            else "."
        ),
        "Analogies are scored with and without excluding the question words, beside two baselines; "
        "a tie counts against the answer.",
        f"Intervals: {count(protocol.get('bootstrap_replicates', 0))} bootstrap resamples over "
        "word pairs within a relation (analogies), pairs (similarity) or words (neighbours); none "
        "where fewer than five pairs were asked or all resamples agree. They tell how far another "
        "sample of judgments would move a number, not another seed or corpus.",
        "Likeness to another seed (the ceiling) is not available: one seed was trained.",
    ]
    rules += [
        f"{note[0].upper()}{note[1:]}." for note in results.environment.get("not_repeatable", [])
    ]
    return rules
