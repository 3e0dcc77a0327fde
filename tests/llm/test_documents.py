"""Which tokens see each other where a row holds more than one document."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.llm.documents import document_mask
from compare.llm.gpt import causal_attention, untrained_gpt
from compare.llm.options import GPTOptions

SHAPE = GPTOptions(layers=2, heads=2, dimension=8, context=12)


@given(st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=3))
def test_a_token_sees_what_the_definition_says(rows: list[list[int]]) -> None:
    mask = document_mask(torch.tensor(rows), 0)
    if mask is None:
        assert all(0 not in row[1:] for row in rows)
        return
    assert any(0 in row[1:] for row in rows)
    for row, of_row in zip(rows, mask[:, 0].tolist(), strict=True):
        for here in range(5):
            begin = max((place for place in range(here + 1) if row[place] == 0), default=0)
            assert of_row[here] == [begin <= there <= here for there in range(5)]


def test_without_a_token_that_parts_documents_there_is_no_mask() -> None:
    assert document_mask(torch.tensor([[0, 1, 0]]), None) is None


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_masked_attention_is_that_of_each_document(dtype: torch.dtype) -> None:
    ids = torch.tensor([[0, 4, 0, 5, 6], [1, 2, 3, 4, 5]])
    generator = torch.Generator().manual_seed(0)
    qkv = [torch.randn(2, 2, 5, 4, generator=generator).to(dtype) for _ in range(3)]
    found = causal_attention(*qkv, document_mask(ids, 0))
    first, second = ([x[:1, :, part] for x in qkv] for part in (slice(0, 2), slice(2, 5)))
    expected = torch.cat([causal_attention(*first), causal_attention(*second)], dim=2)
    tolerance = {"rtol": 1e-2, "atol": 1e-2} if dtype == torch.bfloat16 else {}
    torch.testing.assert_close(found[:1], expected, **tolerance)
    torch.testing.assert_close(found[1:], causal_attention(*(x[1:] for x in qkv)), **tolerance)


@pytest.mark.parametrize("positions", ["rotary", "none"])
def test_a_document_is_read_as_if_it_stood_alone(positions: str) -> None:
    """Where positions are known by distance, or not at all, its vectors are the same."""
    model = untrained_gpt(SHAPE.model_copy(update={"positions": positions}), 9, seed=0).eval()
    ids = torch.tensor([[0, 4, 7, 0, 5, 6]])
    with torch.no_grad():
        together = model.hidden(ids, document_mask(ids, 0))
        torch.testing.assert_close(together[:, 3:], model.hidden(ids[:, 3:]))
        assert not torch.allclose(model.hidden(ids)[:, 3:], together[:, 3:], atol=1e-4)
