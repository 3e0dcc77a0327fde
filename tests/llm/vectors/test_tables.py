"""Spaces out of tables: their rows, what is said of them, and tables that are not there."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.tables import Layer, layer_of, position_shift, table_spaces
from compare.llm.vectors.word_pieces import pooled_rows

WORDS = ("king", "queen", "unheard")
COUNTS = np.array([9, 5, 5])
SHAPE = GPTOptions(layers=1, heads=2, dimension=8, context=12)


def gpt_of(**change: object) -> GPTLanguageModel:
    encoding = train_encoding([" king queen" * 20], 280)
    shape = SHAPE.model_copy(update=change)
    return GPTLanguageModel(untrained_gpt(shape, encoding.n_vocab, seed=0), BytePairs(encoding))


def test_the_spaces_are_the_pooled_rows_of_each_table() -> None:
    model = gpt_of()
    options = WordVectorOptions(pooling="last")
    tables = ("input+position", "output", "input")
    spaces = table_spaces(model, WORDS, COUNTS, tables, options)
    pieces = model.word_pieces(WORDS, "space")
    assert pieces.lengths[2] > 1
    for space, table in zip(spaces, tables, strict=True):
        rows = pooled_rows(model.tables()[table.removesuffix("+position")], pieces, "last")
        if table == "input+position":
            rows = rows + position_shift(model)
        assert np.array_equal(space.vectors, rows)
        assert (space.name, space.words) == (table, WORDS)
        assert space.counts.tolist() == COUNTS.tolist()
        assert space.n_pieces.tolist() == pieces.lengths.tolist()
        assert dict(space.provenance) == {
            "name": table,
            "table": table,
            "form": "space",
            "pooling": "last",
            "split_share": round(1 - sum(pieces.lengths == 1) / 3, 6),
            "n_words_without": 0,
            "n_words_unseen": 0,
        }


@pytest.mark.parametrize(
    ("change", "table", "message"),
    [
        ({"tied": True}, "output", "has no output table of its own"),
        ({"positions": "rotary"}, "input+position", "adds no position embedding"),
        ({}, "layer-1", "no table 'layer-1'; there are input, output, input"),
    ],
)
def test_tables_that_a_model_lacks_are_told(change: dict, table: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        table_spaces(gpt_of(**change), WORDS, COUNTS, [table], WordVectorOptions())


@pytest.mark.parametrize("number", [0, 3, 9999])
@pytest.mark.parametrize("is_alone", [False, True])
def test_names_of_layers_are_read_back(number: int, is_alone: bool) -> None:
    assert layer_of(Layer(number, is_alone).table) == Layer(number, is_alone)


@pytest.mark.parametrize("table", ["input", "layer-", "layer-01", "layer-2-", "layer-10000"])
def test_other_names_are_no_layers(table: str) -> None:
    assert layer_of(table) is None
