import torch

from compare.word2vec.blocks import (
    bands,
    block_gradient,
    block_length,
    half_band_rows,
    half_bands,
)
from compare.word2vec.pairs import pair_loss, pairs_in_sentence


def test_bands_by_hand() -> None:
    # a block of two centres, window 2: positions -2 -1 | 0 1 | 2 3
    left, right = torch.tensor([1, 2, 0, 0]), torch.tensor([2, 0, 0, 1])  # two blocks
    found = bands(half_band_rows(left, right, 2, 2), half_bands(2, 2))
    assert found.tolist() == [
        [0, 1, 0, 1, 1, 0],
        [0, 1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0],
    ]


def test_a_block_is_a_power_of_two_that_fits_its_window() -> None:
    for window in range(1, 101):
        length = block_length(window)
        assert length & (length - 1) == 0
        assert length >= max(16, window)
    # a table of bands for the widest window stays small
    assert half_bands(100, block_length(100)).numel() * 4 < 64 * 2**20


def test_block_gradient_equals_autograd_through_the_explicit_pairs() -> None:
    """Same pairs, same noise words: same loss, same gradient, for every table row."""
    torch.manual_seed(0)
    window, block, dim = 2, 4, 6
    n_words, n_blocks = 9, 2
    table_in = torch.randn(n_words, dim, dtype=torch.float64, requires_grad=True)
    table_out = torch.randn(n_words, dim, dtype=torch.float64, requires_grad=True)
    text = torch.tensor([1, 3, 3, 0, 5, 7, 8, 2])  # two blocks: one sentence of 5, one of 3
    windows = [2, 1, 2, 2, 1, 2, 2, 1]
    noise_ids = torch.tensor([[4, 6, 4, 1]])  # shared by both blocks: one group

    pairs = [
        *pairs_in_sentence(5, windows[:5]),
        *pairs_in_sentence(3, windows[5:], start=5),
    ]
    # k is the number of noise words here: each stands for exactly one noise word of each pair
    explicit = sum(
        pair_loss(
            table_in[text[pair.center]], table_out[text[pair.context]], table_out[noise_ids[0]]
        )
        for pair in pairs
    )
    explicit.backward()

    padded = torch.nn.functional.pad(text, (window, window))
    left = torch.tensor([min(w, i if i < 5 else i - 5) for i, w in enumerate(windows)])
    right = torch.tensor([min(w, 4 - i if i < 5 else 7 - i) for i, w in enumerate(windows)])
    context_ids = padded.unfold(0, block + 2 * window, block)
    positive = bands(half_band_rows(left, right, window, block), half_bands(window, block))
    gradient = block_gradient(
        center=table_in.detach()[text].view(n_blocks, block, dim),
        context=table_out.detach()[context_ids],
        noise=table_out.detach()[noise_ids],
        positive=positive.double().view(n_blocks, block, -1),
        noise_weight=(left + right).double().view(1, 8, 1),
        product_dtype=torch.float64,
    )
    found_in = torch.zeros_like(table_in).index_add_(0, text, gradient.center)
    output_ids = torch.cat([context_ids.reshape(-1), noise_ids.reshape(-1)])
    found_out = torch.zeros_like(table_out).index_add_(0, output_ids, gradient.output)
    assert table_in.grad is not None
    assert table_out.grad is not None
    torch.testing.assert_close(found_in, table_in.grad)
    torch.testing.assert_close(found_out, table_out.grad)
    torch.testing.assert_close(gradient.loss.sum(), explicit.detach())


def test_huge_scores_give_a_finite_loss_and_gradient() -> None:
    center, context = torch.full((1, 16, 2), 30.0), torch.full((1, 20, 2), -30.0)
    gradient = block_gradient(
        center=center,
        context=context,
        noise=-context[:, :4],
        positive=torch.ones(1, 16, 20),
        noise_weight=torch.ones(1, 16, 1),
    )
    assert torch.isfinite(gradient.loss)
    assert gradient.loss > 16 * 24 * 16  # each of them counts as a score of about 17
    assert torch.isfinite(gradient.center).all()
