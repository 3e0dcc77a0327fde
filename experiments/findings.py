"""Results → sentences: what was found, how to read it, which rules were followed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from compare.judgments.judgments import ALL_RELATIONS
from experiments.cells import LEVEL, paired_tests
from experiments.labels import label
from experiments.numbers import correlation, count, percent, share_text
from experiments.results import RunResults

FLOOR = "gpt-random"
"""The untrained table: what a space scores without having learned anything."""

MOST_PAIRS = 4
"""Pairs of spaces that a sentence lists."""

FEW = 30
"""Questions or pairs below which no space is called better than another."""


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
    transform = str(rows["transform"].iloc[0])
    whole = rows[rows["relation"] == ALL_RELATIONS]
    usual = whole[whole["measure"].isin(["analogies", "similarity"])]
    usual = usual[usual["method"].isin(["3CosAdd", "Spearman"]) & (usual["candidates"] != "honest")]
    lines = []
    for (measure, judgments), part in usual.groupby(["measure", "judgments"], sort=False):
        found = _standing(part, results.comparison.differences, transform)
        if found:
            n_used = count(part["n_used"].iloc[0])
            what = (
                f"Analogies ({judgments}, {n_used} questions answered by 3CosAdd, "
                if measure == "analogies"
                else f"Agreement with people ({judgments}, {n_used} pairs, Spearman's ρ, "
            )
            line = f"{what}{transform} cosines): {found}."
            if measure == "analogies" and part["n_used"].iloc[0] >= FEW:
                line += _honest_line(whole, str(judgments), transform)
            lines.append(line)
    return [
        *lines,
        *_opposites_lines(whole, transform),
        *_overlap_line(results, transform),
        *_example_line(results, transform),
    ]


def _standing(part: pd.DataFrame, differences: pd.DataFrame, transform: str) -> str:
    """Say who is best, from whom the paired tests tell it apart, and where the floor lies."""
    write = percent if part["measure"].iloc[0] == "analogies" else correlation
    here = part[(part["transform"] == transform) & part["value"].notna()]
    rows = {str(row.space): row for row in here.itertuples()}
    floor = rows.pop(FLOOR, None)
    if not rows:
        return ""
    best = max(rows.values(), key=lambda row: row.value)
    if best.n_used < FEW:
        return "too few to compare spaces by"
    if best.value <= 0:
        return "no space does better than nothing"
    p_values = paired_tests(differences, best.measure, best.judgments, transform)

    def is_apart(row: Any) -> bool:
        return bool(p_values.get(frozenset((row.space, best.space)), 1.0) < LEVEL)

    def told(group: Sequence[Any]) -> str:
        return ", ".join(f"{label(r.space)} {write(r.value, r.low, r.high)}" for r in group)

    others = [row for row in rows.values() if row.space != best.space]
    near = [row for row in others if not is_apart(row)]
    below = [row for row in others if is_apart(row)]
    learned = [
        row
        for row in rows.values()
        if floor is not None
        and row.value > floor.value
        and p_values.get(frozenset((row.space, floor.space)), 1.0) < LEVEL
    ]
    if floor is not None and not learned:
        parts = [f"none is reliably better than the untrained table ({told([floor])})"]
        parts.append(told([best, *others]))
    else:
        parts = [f"{told([best])} comes first"]
        parts += [f"not reliably below it: {told(near)}"] if near else []
        parts += [f"below it: {told(below)}"] if below else []
        parts += [f"the untrained table: {told([floor])}"] if floor is not None else []
    other = part[(part["transform"] != transform) & part["value"].notna()]
    for changed, rest in other[other["space"] != FLOOR].groupby("transform", sort=False):
        first = max(rest.itertuples(), key=lambda row: row.value)
        if first.space != best.space:
            parts.append(f"by {changed} cosines {told([first])} comes first")
    return "; ".join(parts)


def _honest_line(whole: pd.DataFrame, judgments: str, transform: str) -> str:
    """Say what is left of the analogies when the question words may be answers."""
    rows = whole[(whole["judgments"] == judgments) & (whole["transform"] == transform)]
    rows = rows[(rows["candidates"] == "honest") & (rows["method"] == "3CosAdd")]
    rows = rows[rows["measure"] == "analogies"]
    told = ", ".join(
        f"{label(row.space)} {percent(row.value, row.low, row.high)}"
        for row in rows.itertuples()
        if row.space != FLOOR
    )
    return f" With the question words allowed as answers (honest): {told}."


def _opposites_lines(whole: pd.DataFrame, transform: str) -> list[str]:
    """Say how often opposites are neighbours: what stands around them is alike."""
    rows = whole[(whole["measure"] == "antonyms") & (whole["transform"] == transform)]
    lines = []
    for judgments, part in rows.groupby("judgments", sort=False):
        shares = part[part["method"].str.startswith("share@")]
        shares = shares[shares["space"] != FLOOR].dropna(subset=["value"])
        if not len(shares) or shares["n_used"].iloc[0] < FEW:
            continue
        k = shares["method"].iloc[0].removeprefix("share@")
        told = ", ".join(
            f"{label(row.space)} {percent(row.value, row.low, row.high)}"
            for row in shares.itertuples()
        )
        lines.append(
            f"Opposites as neighbours ({judgments}, {count(shares['n_used'].iloc[0])} antonym "
            f"pairs, share that stand among each other's {k} nearest, mean of both ways): {told}."
        )
    return lines


def _overlap_line(results: RunResults, transform: str) -> list[str]:
    overlaps = results.comparison.overlaps
    if not len(overlaps):
        return []
    part = overlaps[overlaps["transform"] == transform]
    is_pair = (part["first"] != FLOOR) & (part["second"] != FLOOR)
    pairs = part[is_pair & (part["first"] != part["second"])]
    ordered = list(pairs.sort_values("value", ascending=False, kind="stable").itertuples())
    if not ordered:
        return []
    told = [
        f"{label(row.first)} and {label(row.second)} {percent(row.value, row.low, row.high)}"
        for row in ordered[:MOST_PAIRS]
    ]
    if len(ordered) > MOST_PAIRS:
        told.append(f"the other pairs {share_text(ordered[MOST_PAIRS].value, 1)} or less")
    floors = [
        f"{label(other)} {percent(row.value, row.low, row.high)}"
        for row in part.itertuples()
        for one, other in ((row.first, row.second), (row.second, row.first))
        if one == FLOOR != other and other.startswith("gpt-")
    ]
    if floors:
        told.append(f"and with the untrained table, pieces alone, {', '.join(floors)}")
    k, chance = int(part["k"].iloc[0]), share_text(part["chance"].iloc[0], 2)
    return [f"Common neighbours among the {k} nearest (by chance {chance}): {', '.join(told)}."]


def _example_line(results: RunResults, transform: str) -> list[str]:
    examples = [e for e in results.comparison.example if e["transform"] == transform]
    if not examples:
        return []
    a, b, c, d = examples[0]["analogy"]
    examples = [e for e in examples if e["answers"]]
    if not examples:
        return []
    right = [label(e["space"]) for e in examples if e["rank"] == 1]
    wrong = [f"{label(e['space'])}: “{e['answers'][0]}”" for e in examples if e["rank"] != 1]
    told = [f"{d} ✓ in {', '.join(right)}"] if right else []
    if wrong:
        told.append(("elsewhere " if right else "") + ", ".join(wrong))
    return [f"{b} − {a} + {c} = {'; '.join(told)}."]


def caveats(results: RunResults) -> str:
    """Say what to keep in mind when reading."""
    notes = []
    words = results.corpus.get("n_training_words")
    if words and words < 5_000_000 and results.corpus["name"] != "planted":
        notes.append(
            f"{count(words)} words are little text (published word2vec figures come from "
            "billions), so absolute scores are low and the comparison counts"
        )
    share = results.corpus.get("split_share")
    if share is not None and not math.isnan(share):
        notes.append(
            f"{share_text(share)} of the vocabulary are split into several tokens by the "
            "GPT's encoding, and their vectors are means over the pieces"
        )
    if results.corpus:
        random = results.comparison.measurements.query(
            "space == @FLOOR and measure == 'analogies' and relation == @ALL_RELATIONS "
            "and method == '3CosAdd' and candidates == 'excluded'"
        )["value"].max()
        if random > 0.01:
            notes.append(
                f"the GPT's untrained table already answers up to {share_text(random)} of the "
                "analogies, because words that share pieces (big, bigger) share parts of their "
                "vectors: only what exceeds it was learned"
            )
        if results.config.get("seeds", 1) < 3:
            notes.append("intervals do not hold what another seed would change (see “seeds”)")
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
        rules.append(
            "All models read the same text, normalised alike ("
            + ", ".join(f"{key}: {value}" for key, value in normalization.items())
            + f"), and the same training part; {count(results.corpus['n_validation_words'])} words "
            "are held out."
        )
    if "gpt" in config.get("trainers", ()):
        form = config["word_vectors"]["form"]
        shown = (
            "with its leading space (“ king”)" if form == "space" else "without a space (“king”)"
        )
        rules.append(
            f"A GPT vector is looked up {shown}; a word of several tokens is the mean of them."
        )
        if config["gpt"]["tied"]:
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
        "Analogies are scored with and without excluding the question words, beside baselines; "
        "a tie counts against the answer." + _repeats(results),
        f"Intervals: {count(protocol.get('bootstrap_replicates', 0))} bootstrap resamples over "
        "word pairs within a relation (analogies), pairs (similarity, opposites), categories "
        "(clusters, odd ones out), words (neighbours, probes) or random pairs (mean cosine); none "
        "where too few pairs were asked or all resamples agree. They tell how far another sample "
        "of judgments would move a number, not another seed or corpus. Numbers of a space as a "
        "whole (geometry, likeness, cuts) have none; likeness has its floor and ceiling.",
        "Differences: each pair of spaces on the same resamples; p from the difference over its "
        "bootstrap standard error, adjusted for all tests of the report (Holm); tests by relation "
        "are adjusted among themselves. Spaces are tested where there are 12 pairs or items.",
    ]
    if results.corpus:
        n_seeds = results.config.get("seeds", 1)
        rules.append(
            f"Each model was trained from {n_seeds} seeds; the first is compared, the others give "
            "the ceilings of likeness and the spread over seeds."
            if n_seeds > 1
            else "One seed was trained: the likeness of two seeds (the ceiling) is not known; "
            "set seeds = 3 or more."
        )
    rules += [
        f"{note[0].upper()}{note[1:]}." for note in results.environment.get("not_repeatable", [])
    ]
    return rules


def _repeats(results: RunResults) -> str:
    judgments = results.comparison.judgments
    repeats = [
        f"{row.judgments} repeats {count(row.n_repeated)} of {count(row.n_items)}"
        for row in judgments.itertuples()
        if row.n_repeated
    ]
    return f" As published, {', '.join(repeats)}: scored as such." if repeats else ""
