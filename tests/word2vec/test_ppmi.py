"""The count-based baseline: hand-worked, against slow twins, and on texts with known answers."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compare.errors import InputError
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.planted_truth import relation_pairs
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary, count_words
from compare.text.words import sentences
from compare.word2vec import cooccurrences
from compare.word2vec import ppmi as module
from compare.word2vec.cooccurrences import context_weights, count_cooccurrences
from compare.word2vec.options import PPMIOptions, SkipgramOptions
from compare.word2vec.pairs import pairs_in_sentence
from compare.word2vec.ppmi import shifted_ppmi, train_ppmi
from compare.word2vec.tables import SkipgramTables

segments = st.lists(
    st.lists(st.integers(0, 4), min_size=1, max_size=12), min_size=1, max_size=6
)  # sentences of five words


def small_text(n_tokens: int = 5000, n_words: int = 50) -> tuple[TokenArray, Vocabulary]:
    """Draw sentences of about a dozen Zipfian words; every word occurs."""
    rng = np.random.default_rng(0)
    weights = 1 / np.arange(1, n_words + 1)
    drawn = rng.choice(n_words, n_tokens - n_words, p=weights / weights.sum())
    ids = rng.permutation(np.concatenate([np.arange(n_words), drawn])).astype(np.int32)
    inner = np.sort(rng.choice(np.arange(1, n_tokens), n_tokens // 12, replace=False))
    tokens = TokenArray(ids, np.concatenate([[0], inner]), n_tokens)
    words = tuple(f"w{i}" for i in range(n_words))
    return tokens, Vocabulary(words, np.bincount(ids, minlength=n_words))


def counted(text: TokenArray, n_words: int, *, window: int, dynamic: bool) -> np.ndarray:
    words = tuple(f"w{i}" for i in range(n_words))
    vocabulary = Vocabulary(words, np.bincount(text.ids, minlength=n_words).clip(1))
    weights = context_weights(window, dynamic=dynamic)
    counts = count_cooccurrences(text, vocabulary, weights=weights, subsample=0, seed=0)
    assert counts.has_canonical_format
    return counts.toarray()


def counted_slowly(text: TokenArray, n_words: int, reaches: list[int]) -> np.ndarray:
    """Count explicit pairs, the mean over equally likely reaches of all windows."""
    counts = np.zeros((n_words, n_words))
    for start, end in pairwise([*text.starts.tolist(), len(text)]):
        for reach in reaches:
            for center, context in pairs_in_sentence(end - start, [reach] * (end - start)):
                row, column = text.ids[start + center], text.ids[start + context]
                counts[row, column] += 1 / len(reaches)
    return counts


def test_counts_by_hand() -> None:
    # a b c a | b c, window 2: ab bc ca at distance 1, ac ba at distance 2; bc again
    text = TokenArray.of_segments([[0, 1, 2, 0], [1, 2]])
    near_and_far = [[0, 1.5, 1.5], [1.5, 0, 2], [1.5, 2, 0]]
    np.testing.assert_array_equal(counted(text, 3, window=2, dynamic=True), near_and_far)
    all_alike = [[0, 2, 2], [2, 0, 2], [2, 2, 0]]
    np.testing.assert_array_equal(counted(text, 3, window=2, dynamic=False), all_alike)


def test_a_word_beside_itself_is_centre_and_context() -> None:
    text = TokenArray.of_segments([[0, 0, 1]])
    np.testing.assert_array_equal(counted(text, 2, window=1, dynamic=True), [[2, 1], [1, 0]])


@settings(max_examples=60, deadline=None)
@given(segments, st.integers(1, 6), st.sampled_from([1, 3, 7, 1000]))
def test_counts_equal_the_explicit_pairs(
    text: list[list[int]], window: int, block_pairs: int
) -> None:
    """In expectation over the drawn windows; and wherever the text is cut into blocks."""
    tokens = TokenArray.of_segments(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooccurrences, "MAX_BLOCK_PAIRS", block_pairs)
        dynamic = counted(tokens, 5, window=window, dynamic=True)
        fixed = counted(tokens, 5, window=window, dynamic=False)
    reaches = list(range(1, window + 1))
    np.testing.assert_allclose(dynamic, counted_slowly(tokens, 5, reaches), atol=1e-12)
    np.testing.assert_array_equal(fixed, counted_slowly(tokens, 5, [window]))
    np.testing.assert_array_equal(dynamic, dynamic.T)


def test_weights_are_the_chance_that_a_drawn_window_reaches() -> None:
    drawn = np.random.default_rng(0).integers(1, 6, size=100_000)
    reached = [(drawn >= distance).mean() for distance in range(1, 6)]
    np.testing.assert_allclose(context_weights(5, dynamic=True), reached, atol=0.01)
    np.testing.assert_array_equal(context_weights(3, dynamic=False), [1, 1, 1])


def test_subsampling_drops_words_before_windows_are_laid(monkeypatch) -> None:
    """Replay the draws on the whole text at once; blocks must not change what is drawn."""
    tokens, vocabulary = small_text()
    threshold, seed = 0.02, 7
    keep = cooccurrences.keep_probability(vocabulary.counts, threshold)
    kept = np.random.default_rng(seed).random(len(tokens)) < keep[tokens.ids]
    borders = [*tokens.starts.tolist(), len(tokens)]
    text = TokenArray.of_segments(
        tokens.ids[start:end][kept[start:end]].tolist() for start, end in pairwise(borders)
    )
    assert 0.2 < len(text) / len(tokens) < 0.9
    expected = counted_slowly(text, len(vocabulary), [1, 2, 3])
    for block_pairs in (600, 1 << 20):
        monkeypatch.setattr(cooccurrences, "MAX_BLOCK_PAIRS", block_pairs)
        weights = context_weights(3, dynamic=True)
        found = count_cooccurrences(
            tokens, vocabulary, weights=weights, subsample=threshold, seed=seed
        )
        np.testing.assert_allclose(found.toarray(), expected, atol=1e-9)


def test_progress_reaches_the_end(monkeypatch) -> None:
    monkeypatch.setattr(cooccurrences, "MAX_BLOCK_PAIRS", 3000)
    tokens, vocabulary = small_text()
    seen: list[tuple[int, int, str]] = []
    count_cooccurrences(
        tokens,
        vocabulary,
        weights=context_weights(3, dynamic=True),
        subsample=0,
        seed=0,
        progress=lambda done, total, *, unit, loss=None: seen.append((done, total, unit)),
    )
    assert [done for done, _, _ in seen] == [1000, 2000, 3000, 4000, 5000]
    assert {line[1:] for line in seen} == {(5000, "words")}


def test_ppmi_by_hand() -> None:
    # 16 pairs; a meets a 4 times and b 4 times, b meets a 4 and c 2 …
    counts = np.array([[4.0, 4, 0], [4, 0, 2], [0, 2, 0]])  # marginals 8, 6, 2
    information = np.log([[4 * 16 / (8 * 8), 4 * 16 / (8 * 6)], [2 * 16 / (6 * 2), 1]])
    (aa, ab), (bc, _) = information  # log 1, log 4/3, log 8/3
    plain = [[aa, ab, 0], [ab, 0, bc], [0, bc, 0]]
    sparse = scipy.sparse.csr_array(counts)
    found = shifted_ppmi(sparse, shift=1, noise_exponent=1)
    np.testing.assert_allclose(found.toarray(), plain, atol=1e-7)
    np.testing.assert_allclose(
        shifted_ppmi(sparse, shift=2, noise_exponent=1).toarray(),
        [[0, 0, 0], [0, 0, bc - np.log(2)], [0, bc - np.log(2), 0]],
        atol=1e-7,
    )
    np.testing.assert_array_equal(sparse.toarray(), counts)  # untouched


@settings(max_examples=60, deadline=None)
@given(segments, st.floats(1, 6), st.floats(-1, 2))
def test_ppmi_equals_its_definition(
    text: list[list[int]], shift: float, noise_exponent: float
) -> None:
    counts = counted(TokenArray.of_segments(text), 5, window=2, dynamic=True)
    total = counts.sum()
    center, context = counts.sum(axis=1), counts.sum(axis=0)
    smoothed = [float(c) ** noise_exponent if c > 0 else 0.0 for c in context]
    expected = np.zeros((5, 5))
    for w, c in zip(*np.nonzero(counts), strict=True):
        chance = center[w] / total * smoothed[c] / sum(smoothed)
        expected[w, c] = max(np.log(counts[w, c] / total / chance) - np.log(shift), 0)
    sparse = scipy.sparse.csr_array(counts)
    found = shifted_ppmi(sparse, shift=shift, noise_exponent=noise_exponent)
    np.testing.assert_allclose(found.toarray(), expected, atol=1e-5)
    assert (found.data > 0).all()
    assert found.dtype == np.float32


def tables_of(
    tokens: TokenArray, vocabulary: Vocabulary, *, seed: int = 1, p: float = 0.5, **options: object
) -> SkipgramTables:
    all_options = PPMIOptions(shift=1.0, eigenvalue_weight=p, **options)
    return train_ppmi(tokens, vocabulary, all_options, runtime=Runtime(seed=seed))


def matrix_of(tokens: TokenArray, vocabulary: Vocabulary, options: SkipgramOptions) -> np.ndarray:
    weights = context_weights(5, dynamic=True)
    counts = count_cooccurrences(
        tokens, vocabulary, weights=weights, subsample=options.subsample, seed=1
    )
    return shifted_ppmi(counts, shift=1, noise_exponent=options.noise_exponent).toarray()


def test_products_of_the_tables_are_the_matrix_at_full_dimension() -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=50)
    tables = tables_of(tokens, vocabulary, dimension=50)
    assert tables.input.shape == tables.output.shape == (50, 50)
    assert tables.input.dtype == tables.output.dtype == np.float32
    assert tables.history == ()
    expected = matrix_of(tokens, vocabulary, options)
    np.testing.assert_allclose(tables.input @ tables.output.T, expected, atol=1e-5)


def test_the_exponent_weighs_the_components() -> None:
    tokens, vocabulary = small_text()
    values = np.linalg.svd(matrix_of(tokens, vocabulary, SkipgramOptions()))[1][:8]
    for p in (0.0, 0.5, 1.0):
        tables = tables_of(tokens, vocabulary, dimension=8, p=p)
        for table in (tables.input, tables.output):
            gram = table.T @ table
            np.testing.assert_allclose(gram, np.diag(values ** (2 * p)), atol=1e-4)


def test_both_factorisations_agree(monkeypatch) -> None:
    tokens, vocabulary = small_text(n_words=200, n_tokens=20_000)
    dense = tables_of(tokens, vocabulary, dimension=10)
    monkeypatch.setattr(module, "MAX_DENSE_WORDS", 10)
    sparse = tables_of(tokens, vocabulary, dimension=10)
    np.testing.assert_allclose(dense.input, sparse.input, atol=1e-4)
    np.testing.assert_allclose(dense.output, sparse.output, atol=1e-4)
    largest = np.abs(sparse.input).argmax(axis=0)
    assert (sparse.input[largest, np.arange(10)] > 0).all()


def test_a_matrix_of_low_rank_is_found_again(rng, monkeypatch) -> None:
    monkeypatch.setattr(module, "MAX_DENSE_WORDS", 10)
    dense = (rng.random((80, 6)) < 0.3) @ rng.normal(size=(6, 80))
    matrix = scipy.sparse.csr_array(dense.astype(np.float32))
    left, values, right = module.truncated_svd(matrix, 6, seed=0)
    np.testing.assert_allclose((left * values) @ right.T, dense, atol=1e-4)
    assert module.truncated_svd(matrix, 7, seed=0)[0].shape == (80, 6)  # there are no more
    with pytest.raises(InputError, match="matrix is empty"):
        module.truncated_svd(scipy.sparse.csr_array((80, 80)), 7, seed=0)


def test_same_seed_same_bits(monkeypatch) -> None:
    monkeypatch.setattr(module, "MAX_DENSE_WORDS", 10)
    tokens, vocabulary = small_text()
    options = {"dimension": 8, "subsample": 0.02}
    first = tables_of(tokens, vocabulary, **options)
    again = tables_of(tokens, vocabulary, **options)
    other = tables_of(tokens, vocabulary, seed=2, **options)
    assert first.input.tobytes() == again.input.tobytes()
    assert first.output.tobytes() == again.output.tobytes()
    assert np.abs(first.input - other.input).max() > 1e-3  # other words were dropped


def test_words_of_the_same_contexts_get_the_same_vector() -> None:
    # a and b stand beside x or y, c and d beside z: each pair has one context distribution
    tokens = TokenArray.of_segments([[0, 4], [1, 4], [0, 5], [1, 5], [2, 6], [3, 6]] * 20)
    vocabulary = Vocabulary(tuple("abcdxyz"), np.bincount(tokens.ids))
    tables = tables_of(tokens, vocabulary, dimension=3, subsample=0.0)
    unit = EmbeddingSpace(vocabulary.words, tables.input).unit_vectors
    cosines = unit[:4] @ unit[:4].T
    np.testing.assert_allclose(cosines, np.kron(np.eye(2), np.ones((2, 2))), atol=1e-5)


def test_planted_relations_are_found() -> None:
    documents = [document.text.lower() for document in planted_documents(PlantedOptions())]
    text = [sentence for document in documents for sentence in sentences(document)]
    vocabulary = build_vocabulary(count_words(text), VocabularyOptions())
    ids = vocabulary.ids
    tokens = TokenArray.of_segments([[ids[w] for w in s if w in ids] for s in text])
    tables = train_ppmi(tokens, vocabulary, PPMIOptions(dimension=200), runtime=Runtime(seed=1))
    unit = EmbeddingSpace(vocabulary.words, tables.input).unit_vectors
    found = []
    for pairs in relation_pairs().values():
        for (a, b), (c, d) in pairwise(pairs):
            scores = unit @ (unit[ids[b]] - unit[ids[a]] + unit[ids[c]])
            scores[[ids[a], ids[b], ids[c]]] = -np.inf
            found.append(scores.argmax() == ids[d])
    assert np.mean(found) > 0.95


def test_sentence_borders_can_be_ignored() -> None:
    # a and b meet inside sentences, c and d; only across borders do b and c
    tokens = TokenArray.of_segments([[0, 1], [2, 3]] * 50)
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.full(4, 50))
    options = {"dimension": 4, "window": 1, "subsample": 0.0, "noise_exponent": 1.0}
    for borders, meet in ((True, False), (False, True)):
        tables = tables_of(tokens, vocabulary, sentence_borders=borders, **options)
        assert (tables.input[1] @ tables.output[2] > 0.1) == meet


def test_window_shape_is_taken_from_the_options() -> None:
    tokens, vocabulary = small_text()
    dynamic, fixed = (
        tables_of(tokens, vocabulary, dimension=50, window_shape=shape).input
        for shape in ("dynamic", "fixed")
    )
    assert np.abs(dynamic - fixed).max() > 0.01


def test_a_short_text_gives_fewer_components() -> None:
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.ones(4, dtype=np.int64))
    text = TokenArray.of_segments([[0, 1, 2], [3, 2]])
    tables = tables_of(text, vocabulary, dimension=50, subsample=0.0, window=1)
    assert tables.input.shape == tables.output.shape
    assert 0 < tables.input.shape[1] <= 4
    alone = TokenArray.of_segments([[0], [1], [2], [3]])
    with pytest.raises(InputError, match="no sentence of the training text holds two words"):
        tables_of(alone, vocabulary, dimension=2, subsample=0.0)


def test_a_text_that_subsampling_empties_is_refused() -> None:
    tokens = TokenArray.of_segments([[0, 1]] * 3)
    vocabulary = Vocabulary(("a", "b"), np.array([3, 3]))
    with pytest.raises(InputError, match=r"subsampling left no two words of a sentence, so"):
        tables_of(tokens, vocabulary, dimension=2, subsample=1e-12)


def test_a_word_without_neighbours_gets_a_zero_vector() -> None:
    tokens = TokenArray.of_segments([[0, 1, 2, 1, 0], [3]])
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.array([2, 2, 1, 1]))
    tables = tables_of(tokens, vocabulary, dimension=2, subsample=0.0, window=1)
    assert np.isfinite(tables.input).all()
    assert (tables.input[3] == 0).all()
    assert (tables.input[:3] != 0).any(axis=1).all()


@pytest.mark.parametrize("wrong", [{"shift": 0.5}, {"eigenvalue_weight": 1.5}, {"power": 1.0}])
def test_options_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        PPMIOptions(**wrong)
