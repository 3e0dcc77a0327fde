"""The tuple of all numbers: complete records, names that point to one of them."""

import numpy as np
import pytest

from compare.comparison.comparison import Comparison
from compare.comparison.quantities import (
    QUANTITIES,
    main_quantities,
    quantities_of,
    quantity_of,
)
from compare.errors import InputError
from compare.measures.similarity import SPEARMAN

INVARIANCES = {"rotation", "scale", "lengths", "shift", "order"}
every_quantity = pytest.mark.parametrize(
    "quantity", QUANTITIES, ids=lambda one: f"{one.key} {one.method} {one.candidates}".strip()
)


@every_quantity
def test_a_record_says_all_that_tables_texts_and_docs_ask_of_it(quantity) -> None:
    assert quantity.title
    assert quantity.says.endswith(".")
    assert quantity.equation
    assert quantity.paper
    assert quantity.bounds[0] < quantity.bounds[1]
    assert set(quantity.unchanged.split()) <= INVARIANCES
    assert quantity.drawn or not quantity.is_tested
    if quantity.unit != "number":
        assert np.isfinite(quantity.bounds).all()


def test_names_are_those_of_one_quantity_each() -> None:
    names = [(one.key, one.method, one.candidates) for one in QUANTITIES]
    assert len(set(names)) == len(names)
    for name, quantity in zip(names, QUANTITIES, strict=True):
        assert quantity_of(name[0], quantity.method_at(7), name[2]) is quantity


def test_what_is_main_and_what_is_tested() -> None:
    main = {(one.key, one.method) for one in main_quantities()}
    assert main >= {
        ("analogies", "3CosAdd"),
        ("similarity", "Spearman"),
        ("antonyms", "AUC"),
        ("categories", "purity"),
        ("odd one out", "accuracy"),
        ("mean cosine", "random pairs"),
    }
    tested = {(one.key, one.method) for one in QUANTITIES if one.is_tested}
    assert main - tested == {("mean cosine", "random pairs")}
    assert {("macro accuracy", "3CosAdd"), ("antonyms", "share@{k}")} <= tested


def test_every_row_of_a_comparison_is_of_a_quantity(compared: Comparison) -> None:
    named = compared.measurements[["quantity", "method", "candidates"]].drop_duplicates()
    found = {quantity_of(*row) for row in named.itertuples(index=False, name=None)}
    assert found == {one for one in QUANTITIES if one.asks not in ("pair", "company")}


def test_a_name_of_none_is_refused_with_near_ones() -> None:
    with pytest.raises(InputError, match=r"no quantity 'similarity' / 'Spearmann'; .*Spearman"):
        quantity_of("similarity", "Spearmann")
    assert quantity_of("similarity", "Spearman") is SPEARMAN
    assert SPEARMAN in quantities_of("similarity")
