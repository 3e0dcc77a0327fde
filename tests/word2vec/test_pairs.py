import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.text.tokens import TokenArray
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.pairs import check_pairs, draw_windows, pair_loss, pairs_in_sentence


def test_pairs_of_a_sentence_by_hand() -> None:
    # "the king spoke", every centre sees one word to each side
    assert list(pairs_in_sentence(3, [1, 1, 1])) == [(0, 1), (1, 0), (1, 2), (2, 1)]


@given(st.lists(st.integers(1, 6), max_size=12), st.integers(0, 50))
def test_pairs_are_all_words_within_the_window(windows: list[int], start: int) -> None:
    length = len(windows)
    expected = {
        (start + i, start + j)
        for i in range(length)
        for j in range(length)
        if i != j and abs(i - j) <= windows[i]
    }
    found = list(pairs_in_sentence(length, windows, start=start))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_dynamic_windows_are_uniform_from_one_to_the_window(rng: np.random.Generator) -> None:
    windows = draw_windows(50_000, SkipgramOptions(window=5), rng)
    share = np.bincount(windows, minlength=7) / 50_000
    np.testing.assert_allclose(share, [0, 0.2, 0.2, 0.2, 0.2, 0.2, 0], atol=0.01)
    assert windows.dtype == np.int64


def test_fixed_windows_are_the_window(rng: np.random.Generator) -> None:
    windows = draw_windows(100, SkipgramOptions(window=5, window_shape="fixed"), rng)
    assert windows.tolist() == [5] * 100
    assert windows.dtype == np.int64
    assert draw_windows(0, SkipgramOptions(), rng).tolist() == []


@given(st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=4), st.booleans())
def test_a_text_is_refused_exactly_where_it_has_no_pair(
    sentences: list[list[int]], borders: bool
) -> None:
    tokens = TokenArray.of_segments(sentences)
    options = SkipgramOptions(sentence_borders=borders)
    joined = sentences if borders else [[word for sentence in sentences for word in sentence]]
    if any(list(pairs_in_sentence(len(part), [1] * len(part))) for part in joined):
        check_pairs(tokens, sentence_borders=options.sentence_borders)
    else:
        with pytest.raises(InputError, match=r"no pair to learn from: .*lower min_count"):
            check_pairs(tokens, sentence_borders=options.sentence_borders)


def test_pair_loss_by_hand() -> None:
    center, context = torch.tensor([1.0, 0.0]), torch.tensor([2.0, 5.0])
    noise = torch.tensor([[0.0, 1.0], [-1.0, 3.0]])
    sigmoid = lambda s: 1 / (1 + np.exp(-s))  # noqa: E731
    expected = -np.log(sigmoid(2)) - np.log(sigmoid(-0.0)) - np.log(sigmoid(1))
    assert abs(float(pair_loss(center, context, noise)) - expected) < 1e-6
