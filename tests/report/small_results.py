"""Results made by hand: three spaces, few numbers, every table filled."""

import pandas as pd

from compare.comparison.comparison import TABLES, Comparison
from experiments.results.run_folder import RunResults

NAN = float("nan")
SPACES = ("w2v/input", "gpt/input", "gpt/untrained")
PAIRS = [(SPACES[0], SPACES[1]), (SPACES[0], SPACES[2]), (SPACES[1], SPACES[2])]


def rows(columns: str, *values: tuple[object, ...]) -> pd.DataFrame:
    """Make a table of rows; ``columns`` are names with spaces between them."""
    return pd.DataFrame(list(values), columns=columns.split())


NUMBERS = "quantity judgments relation method candidates transform n n_missing chance words"

MEASURED = (
    (("company", "novels", "all", "around", "", "raw", 90, 4, 0.5), (0.7, 0.5, 0.5)),
    (("company", "novels", "all", "in place", "", "raw", 90, 4, 0.5), (0.7, 0.8, 0.5)),
    (("company", "novels", "all", "meeting", "", "raw", 90, 4, 0.1), (0.4, 0.1, 0.1)),
    (("analogies", "shift", "all", "3CosAdd", "excluded", "raw", 120, 30, 0.001), (0.8, 0.6, 0.1)),
    (("analogies", "shift", "all", "3CosAdd", "honest", "raw", 120, 30, 0.001), (0.5, 0.2, 0.0)),
    (("analogies", "shift", "all", "3CosMul", "excluded", "raw", 120, 30, 0.001), (0.7, 0.6, 0.2)),
    (("analogies", "shift", "all", "only-c", "excluded", "raw", 120, 30, 0.001), (0.3, 0.2, 0.1)),
    (("analogies", "shift", "capitals", "3CosAdd", "excluded", "raw", 40, 0, NAN), (0.9, 0.8, 0.1)),
    (("similarity", "pairs", "all", "Spearman", "", "raw", 60, 4, NAN), (0.41, 0.39, 0.02)),
    (("similarity", "pairs", "all", "Pearson", "", "raw", 60, 4, NAN), (0.43, 0.38, 0.03)),
    (("similarity", "pairs", "POS: N", "Spearman", "", "raw", 33, 1, NAN), (0.44, 0.35, 0.01)),
    (("antonyms", "everyday", "all", "AUC", "", "raw", 50, 2, 0.5), (0.45, 0.55, 0.5)),
    (("antonyms", "everyday", "all", "share@10", "", "raw", 40, 1, NAN), (0.31, 0.12, 0.01)),
    (("categories", "everyday", "all", "purity", "", "raw", 80, 3, 0.25), (0.75, 0.5, 0.3)),
    (("probing", "", "length", "R²", "", "raw", 90, 0, 0.01), (0.2, 0.3, 0.0)),
    (("mean cosine", "", "", "random pairs", "", "raw", 500, 0, NAN), (0.2, 0.1, 0.0)),
    (("geometry", "", "", "IsoScore", "", "raw", 100, 0, NAN), (0.5, 0.25, 0.94)),
)


def measurements() -> pd.DataFrame:
    """Give the numbers of each space, each with an interval of ± 0.05."""
    table = rows(
        f"space value low high {NUMBERS}",
        *(
            (space, value, value - 0.05, value + 0.05, *number, "all")
            for number, values in MEASURED
            for space, value in zip(SPACES, values, strict=True)
        ),
    )
    table.loc[table["quantity"] == "geometry", ["low", "high"]] = NAN
    table = table.assign(p=NAN, holds=False, unit="number")
    of_half = (table["quantity"] == "company") & (table["value"] == 0.5)
    table.loc[of_half, ["low", "high"]] = (0.48, 0.52)
    return table


def differences() -> pd.DataFrame:
    """Give planned tests: word2vec and the GPT are told from the untrained table alone."""
    contrasts = (
        (SPACES[0], SPACES[2], "floor", (0.2, 0.1, 0.3), 0.001, "apart"),
        (SPACES[1], SPACES[2], "floor", (0.2, 0.1, 0.3), 0.002, "apart"),
        (SPACES[1], SPACES[0], "models", (-0.2, -0.5, 0.1), 0.4, "not told apart"),
    )
    asked = (("analogies", "shift", "3CosAdd", "excluded"), ("similarity", "pairs", "Spearman", ""))
    return rows(
        "space reference contrast quantity judgments relation words method candidates transform "
        "value low high p p_holm outcome holds margin p_alike alike is_planned why n n_seeds unit",
        *(
            (
                *(space, reference, kind, quantity, judgments, "all", "all", method, candidates),
                *("raw", *found, p, p, outcome, outcome == "apart", 0.05, 0.6, False, True),
                *("", 30, 1, "share"),
            )
            for quantity, judgments, method, candidates in asked
            for space, reference, kind, found, p, outcome in contrasts
        ),
        *(
            (
                *(space, SPACES[2], "floor", "company", "novels", "all", "all", method, "", "raw"),
                *(value, value - 0.02, value + 0.02, p, p, outcome, outcome == "apart", 0.05),
                *(0.001, outcome != "apart", True, "", 90, 1, "number"),
            )
            for space, method, value, p, outcome in (
                (SPACES[0], "around", 0.2, 0.001, "apart"),
                (SPACES[1], "around", 0.0, 0.9, "not told apart"),
                (SPACES[0], "in place", 0.2, 0.001, "apart"),
                (SPACES[1], "in place", 0.3, 0.001, "apart"),
            )
        ),
    )


def of_pairs() -> dict[str, pd.DataFrame]:
    """Give the tables of pairs of spaces."""
    return {
        "overlaps": rows(
            "first second transform words k value low high chance untrained p p_holm outcome holds "
            "why n",
            *(
                (
                    *(*p, "raw", "all", 10, value, value - 0.02, value + 0.02, 0.01, floor, 0.001),
                    *(0.003, outcome, outcome == "apart", "", 100),
                )
                for p, value, floor, outcome in zip(
                    PAIRS,
                    (0.3, 0.02, 0.2),
                    (0.1, NAN, NAN),
                    ("apart", "not told apart", "apart"),
                    strict=True,
                )
            ),
        ),
        "bands": rows(
            "first second transform from_rank to_rank k value low high rbo n",
            *((*pair, "raw", 1, 100, 10, 0.3, 0.25, 0.35, 0.21, 100) for pair in PAIRS),
        ),
        "likeness": rows(
            "first second quantity transform value floor floor_high untrained ceiling p p_holm "
            "outcome holds why n_shuffles shuffled_among n",
            *(
                (
                    *(*p, "linear CKA", "raw", value, 0.01, 0.02, 0.1, NAN, 0.001, 0.003),
                    *(outcome, outcome == "apart", "", 999, "words as frequent", 100),
                )
                for p, value, outcome in zip(
                    PAIRS, (0.6, 0.02, 0.7), ("apart", "not told apart", "apart"), strict=True
                )
            ),
        ),
        "retrieval": rows(
            "first second transform direction criterion p_at_1 p_at_10 n",
            *(
                (*pair, "raw", direction, criterion, 0.25, 0.75, 20)
                for pair in PAIRS
                for direction in ("forward", "backward")
                for criterion in ("cosine", "CSLS")
            ),
        ),
    }


def comparison(word: str = "king") -> Comparison:
    """Make a comparison; ``word`` stands wherever a word of a corpus can."""
    near = rows(
        "transform word space place neighbour cosine kind",
        *(
            ("raw", word, one, k, f"{word}{k}", 0.9 - k / 10, "both")
            for one in SPACES
            for k in (1, 2)
        ),
    )
    tables = {
        **of_pairs(),
        "measurements": measurements(),
        "differences": differences(),
        "relation_differences": differences().assign(relation="capitals"),
        "seeds": pd.concat([measurements().assign(seed=seed) for seed in (1, 2, 3)]),
        "cuts": rows(
            "space quantity judgments n_words value n n_missing",
            *((s, "analogies", "shift", n, 0.4, 20, 1) for s in SPACES for n in (5000, 9000)),
        ),
        "changed": rows(
            "first second kind word change side place neighbour why",
            (SPACES[0], SPACES[1], "changed", word, 0.01, "first", 1, f"{word}1", ""),
            (SPACES[0], SPACES[1], "changed", word, 0.01, "second", 1, f"{word}2", ""),
            (SPACES[0], SPACES[1], "same", f"{word}9", 0.93, "", NAN, "", ""),
        ),
        "nearest": near,
        "anchors": rows(
            "judgments anchor around in_place meeting n",
            (word, "nearest by co-occurrence", 0.8, 0.5, 0.9, 90),
        ),
        "hubs": rows(
            "transform space k n_asked place word n",
            *(("raw", space, 10, 100, 1, word, 17) for space in SPACES),
        ),
        "example": rows(
            "transform space a b c d rank rank_honest place answer",
            *(("raw", s, "man", word, "woman", f"{word}9", 2, 4, 1, f"{word}1") for s in SPACES),
        ),
        "plane": rows(
            "space word x y explained",
            *((s, w, x, y, 0.4) for s in SPACES for w, x, y in ((word, 0, 1), ("man", 1, 0))),
        ),
        "cosines": rows("space transform cosine", *((s, "raw", 0.1) for s in SPACES)),
        "analogy_scores": rows(
            "space transform judgments relation method a b c answer rank_excluded rank_honest",
            ("w2v/input", "raw", "shift", "capitals", "3CosAdd", word, "a", "b", "c", 1, 2),
        ),
        "similarity_scores": rows(
            "space transform judgments first second cosine rating",
            ("w2v/input", "raw", "pairs", word, "1984", 0.5, 7.5),
        ),
        "company_scores": rows(
            "space transform judgments word around in_place",
            ("w2v/input", "raw", "novels", word, 0.8, 0.5),
        ),
        "coverage": rows(
            "space label family role model n_words n_shared n_case_collisions n_unseen",
            ("w2v/input", "word2vec", "word2vec", "", "w2v", 120, 100, 2, 0),
            ("gpt/input", "GPT input table", "language model", "", "gpt", 110, 100, 0, 10),
            ("gpt/untrained", "GPT untrained", "language model", "floor", "gpt", 110, 100, 0, 10),
        ),
        "judgments": rows("judgments n_items n_repeated", ("shift", 150, 7), ("pairs", 64, 0)),
        "missing": rows("word", (f"{word}0",)),
    }
    assert set(tables) == set(TABLES)
    return Comparison(**tables)


def models() -> pd.DataFrame:
    """Give what two models were given."""
    return pd.DataFrame(
        {
            "model": ["w2v", "gpt"],
            "label": ["word2vec", "GPT"],
            "family": ["word2vec", "language model"],
            "trainer": ["skipgram", "gpt"],
            "reads": ["words", "tokens"],
            "dimension": 16,
            "parameters": [3200, 9000],
            "epochs": 2,
            "seen": [9e5, 1e6],
            "unit": ["words", "tokens"],
            "flops": [4e8, 9e9],
            "threads": 1,
            "seconds": [2.5, 12.5],
            "loss": ["a pair against noise", "the next token"],
            "split_share": [NAN, 0.37],
            "form": ["", "space"],
            "pooling": ["", "mean"],
            "tied": [NAN, True],
            "notes": ["does not repeat on a GPU", ""],
        }
    )


def run_results(word: str = "king") -> RunResults:
    """Make the results of a run; ``word`` stands wherever a word of a corpus can."""
    layers = rows(
        "model space layer self_similarity intra_sentence mev size_matched_mev baseline_cosine "
        "baseline_mev baseline_size_matched_mev n_used n_varying n_missing",
        ("gpt", "gpt/layer-0", 0, 0.8, 0.3, 0.6, 0.5, 0.04, 0.3, 0.4, 24, 24, 3),
        ("gpt", "gpt/layer-1", 1, 0.7, 0.4, 0.5, 0.4, 0.19, 0.3, 0.4, 24, 24, 3),
    )
    senses = rows(
        "model word space layer auc silhouette probe_auc n_used",
        ("gpt", word, "gpt/input", -1, 0.5, 0.0, 0.51, 30),
        ("gpt", word, "gpt/layer-1", 1, 0.8, 0.2, 0.97, 30),
    )
    return RunResults(
        "small",
        f"Word vectors of {word}",
        comparison(word),
        config={"name": word},
        environment={"seed": 1, "device": "cpu", "not_repeatable": ["threads race"]},
        corpus={
            "name": word,
            "n_documents": 12,
            "n_training_words": 3000,
            "n_validation_words": 300,
            "n_vocabulary": 120,
            "fingerprint": "0",
            "normalization": {"case": "lower"},
        },
        protocol={"max_words": 9000, "case": "fold", "n_seeds": 3},
        models=models(),
        history=rows(
            "model step seen unit training_loss validation_loss",
            ("w2v", 1, 4e5, "words", 2.5, 2.6),
            ("w2v", 2, 9e5, "words", 2.2, 2.4),
            ("gpt", 1, 1e6, "tokens", 6.5, 6.6),
        ),
        settling=rows(
            "space share word neighbour cosine",
            ("w2v/input", 0.5, word, f"{word}1", 0.99),
            ("w2v/input", 1.0, word, f"{word}1", 0.75),
        ),
        context_layers=layers,
        context_senses=senses,
    )
