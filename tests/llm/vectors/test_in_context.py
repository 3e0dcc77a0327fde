"""Vectors in context: a twin that reads one row at a time, the draw, rows, resuming, mistakes."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.alignment import align
from compare.llm.vectors.alone import alone_vectors
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.drawing import drawn_sentences
from compare.llm.vectors.in_context import contextual_vectors
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.occurrences import sentence_occurrences, word_occurrences
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import checked_room, owners, read_chosen, row_starts, rows
from compare.llm.vectors.tables import position_shift
from compare.runtime import Runtime
from compare.text.passages import Passage
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary
from compare.text.words import word_matches, words
from tests.conftest import restartable

TEXTS = [
    "the king spoke. the queen of the café listened, well-known king! " * 4,
    "a king and a queen",
    "naïve queen’s people don't speak; the king's café — closed: 東京 king " * 3,
]
TEXT = restartable(TEXTS)
SHAPE = GPTOptions(layers=2, heads=2, dimension=8, context=12)


@pytest.fixture(scope="module")
def model() -> GPTLanguageModel:
    encoding = train_encoding(TEXTS, 300)
    return GPTLanguageModel(
        untrained_gpt(SHAPE, encoding.n_vocab, seed=0).eval(), BytePairs(encoding)
    )


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    counts = Counter(word for text in TEXTS for word in words(text))
    return build_vocabulary(counts, VocabularyOptions(min_count=1))


@pytest.mark.parametrize("text", [*TEXTS, "", "…", "  a  "])
def test_tokens_know_their_characters(model: GPTLanguageModel, text: str) -> None:
    tokens = model.tokenize(text)
    assert model.coder.encoding.decode(tokens.ids.tolist()) == text
    places = zip(tokens.ids.tolist(), tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    covered = set()
    for token, start, end in places:
        assert start < end
        covered |= set(range(start, end))
        piece = model.coder.encoding.decode_single_token_bytes(token)
        assert piece in text[start:end].encode()
        assert len(text[start:end].encode()) < len(piece) + 4  # shared characters at the ends
    assert covered == set(range(len(text)))


def test_a_words_pieces_are_all_tokens_that_touch_it(model: GPTLanguageModel) -> None:
    for text in TEXTS:
        tokens = model.tokenize(text)
        spans = list(word_matches(text))
        starts = np.array([span.start() for span in spans])
        ends = np.array([span.end() for span in spans])
        found = align(text, starts, ends, tokens)
        for number, span in enumerate(spans):
            touching = [
                place
                for place in range(len(tokens.ids))
                if tokens.starts[place] < span.end() and tokens.ends[place] > span.start()
            ]
            assert touching == list(range(found.first[number], found.last[number] + 1))
            covered = text[tokens.starts[touching[0]] : tokens.ends[touching[-1]]]
            assert found.is_exact[number] == (covered.strip() == span.group())


def test_a_token_beyond_the_word_makes_it_inexact(model: GPTLanguageModel) -> None:
    tokens = model.tokenize("ab")._replace(
        ids=np.array([1, 2]), starts=np.array([0, 3]), ends=np.array([3, 7])
    )
    found = align("(a  b c", np.array([1, 4]), np.array([2, 5]), tokens)
    assert found.is_exact.tolist() == [False, False]
    found = align(" a  b  ", np.array([1, 4]), np.array([2, 5]), tokens)
    assert found.is_exact.tolist() == [True, True]


@given(st.integers(0, 60), st.integers(2, 12), st.data())
@settings(max_examples=80, deadline=None)
def test_rows_cover_the_text_and_own_each_token_once(n_tokens, room, data):
    n_shared = data.draw(st.integers(1, room - 1))
    lead = data.draw(st.integers(0, n_shared))
    starts = row_starts(n_tokens, room, n_shared)
    assert starts[0] == 0
    assert (starts >= 0).all()
    tokens = np.arange(n_tokens)
    row = owners(tokens, starts, lead)
    assert ((starts[row] <= tokens) & (tokens < starts[row] + room)).all()
    has_company = (tokens - starts[row] >= lead) | (row == 0)
    assert has_company.all()
    if n_tokens > room:
        assert starts[-1] + room == n_tokens


def slow_twin(model, vocabulary, options, layer):
    """Read every row by itself and every word by hand; no batches, no arrays."""
    sums = {word: [] for word in vocabulary.words}
    room = model.context - 1
    n_shared = max(1, round(options.overlap * room))
    for text in TEXTS:
        tokens = model.tokenize(text)
        starts = row_starts(len(tokens.ids), room, n_shared).tolist()
        for span in word_matches(text):
            pieces = [
                place
                for place in range(len(tokens.ids))
                if tokens.starts[place] < span.end() and tokens.ends[place] > span.start()
            ]
            row = [s for k, s in enumerate(starts) if k == 0 or pieces[-1] >= s + n_shared][-1]
            if pieces[0] < row:
                continue
            ids = [model.prefix[0], *tokens.ids[row : row + room].tolist()]
            with torch.no_grad():
                states = model.hidden_states(torch.tensor([ids]), torch.tensor([len(ids)]))
            rows = states[layer][0, [1 + piece - row for piece in pieces]].numpy()
            pooled = {
                "mean": rows.mean(axis=0),
                "first": rows[0],
                "last": rows[-1],
                "max": rows.max(axis=0),
            }
            sums[span.group()].append(pooled[options.pooling])
    return sums


@pytest.mark.parametrize("pooling", ["mean", "first", "last", "max"])
def test_it_equals_the_slow_twin(model, vocabulary, pooling, monkeypatch) -> None:
    monkeypatch.setattr("compare.llm.vectors.rows.BATCH_TOKENS", 40)
    options = WordVectorOptions(pooling=pooling, occurrences=1000)
    found = contextual_vectors(model, TEXT, vocabulary, options, runtime=Runtime(seed=0))
    assert found.layers == (0, 1, 2)
    for layer in range(3):
        twin = slow_twin(model, vocabulary, options, layer)
        for number, word in enumerate(vocabulary.words):
            assert found.occurrences[number] == len(twin[word]), word
            if twin[word]:
                expected = np.mean(twin[word], axis=0)
                np.testing.assert_allclose(
                    found.vectors[layer, number], expected, rtol=1e-4, atol=1e-6
                )
    total = int(found.occurrences.sum())
    assert total + found.n_unusable == int(vocabulary.counts.sum())


def test_the_draw_is_uniform_over_the_text_and_hangs_on_the_seed(model) -> None:
    """A word whose company tells where in the text it stands."""
    places = [f"x{number}" for number in range(40)]
    texts = [f"{place} word." for place in places]
    counts = Counter(word for text in texts for word in words(text))
    vocabulary = build_vocabulary(counts, VocabularyOptions(min_count=1))
    options = WordVectorOptions(occurrences=10)
    chosen = np.zeros(40)
    for seed in range(60):
        draw = word_occurrences(
            model, lambda: (Passage(n, t) for n, t in enumerate(texts)), ["word"], options,
            seed=seed,
        )  # fmt: skip
        assert len(draw) == 10
        chosen[draw.document] += 1
    # 60 draws of a quarter: each place about 15 times, the beginning no more often
    assert chosen.min() >= 4
    assert abs(chosen[:20].sum() - 300) < 60
    first, again, other = (
        contextual_vectors(
            model, restartable(texts), vocabulary, options, runtime=Runtime(seed=seed)
        )
        for seed in (1, 1, 2)
    )
    number = vocabulary.ids["word"]
    assert first.occurrences[number] == 10
    assert np.array_equal(first.vectors, again.vectors)
    assert not np.array_equal(first.vectors[1, number], other.vectors[1, number])


def test_an_interrupted_pass_goes_on_to_the_same_bits(
    model, vocabulary, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("compare.llm.vectors.rows.BATCH_TOKENS", 30)
    options = WordVectorOptions(occurrences=5)
    whole = contextual_vectors(model, TEXT, vocabulary, options, runtime=Runtime(seed=0))
    calls = []

    def interrupt(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        calls.append(done)
        if len(calls) == 4:
            raise KeyboardInterrupt

    path = tmp_path / "state"
    more = {"checkpoint": path, "checkpoint_seconds": 0.0}
    with pytest.raises(KeyboardInterrupt):
        contextual_vectors(
            model, TEXT, vocabulary, options, runtime=Runtime(seed=0, progress=interrupt, **more)
        )
    read = []
    original = model.hidden_states
    monkeypatch.setattr(model, "hidden_states", lambda *a: read.append(1) or original(*a))
    resumed = contextual_vectors(model, TEXT, vocabulary, options, runtime=Runtime(seed=0, **more))
    assert np.array_equal(resumed.vectors, whole.vectors)
    assert np.array_equal(resumed.occurrences, whole.occurrences)
    assert resumed.n_tokens == whole.n_tokens
    read_again = len(read)
    read.clear()
    contextual_vectors(model, TEXT, vocabulary, options, runtime=Runtime(seed=0))
    # Up to three batches were saved: the more rarely, the longer saving takes.
    assert len(read) - 3 <= read_again < len(read)
    path.unlink()
    calls.clear()
    with pytest.raises(KeyboardInterrupt):
        contextual_vectors(
            model, TEXT, vocabulary, options, runtime=Runtime(seed=0, progress=interrupt, **more)
        )
    with pytest.raises(InputError, match=r"was made with seed 0 \(now 1\)"):
        contextual_vectors(model, TEXT, vocabulary, options, runtime=Runtime(seed=1, **more))


def test_another_text_a_missing_layer_and_a_short_context_are_refused(model, vocabulary) -> None:
    options = WordVectorOptions()
    with pytest.raises(InputError, match="not the one that the vocabulary was counted on"):
        contextual_vectors(
            model, restartable(TEXTS[:2]), vocabulary, options, runtime=Runtime(seed=0)
        )
    with pytest.raises(InputError, match="layers 0 to 2; there is no layer 3"):
        contextual_vectors(model, TEXT, vocabulary, options, layers=[3], runtime=Runtime(seed=0))
    short = untrained_gpt(
        SHAPE.model_copy(update={"context": 2}), model.coder.encoding.n_vocab, seed=0
    )
    with pytest.raises(InputError, match="context of 2 tokens, and reading words in it needs 3"):
        checked_room(GPTLanguageModel(short, model.coder))
    with pytest.raises(InputError, match="context of 2 tokens"):
        contextual_vectors(
            GPTLanguageModel(short, model.coder), TEXT, vocabulary, options, runtime=Runtime()
        )
    with pytest.raises(InputError, match="do not belong together"):
        GPTLanguageModel(untrained_gpt(SHAPE, 7, seed=0), model.coder)


def test_words_are_never_at_position_0(model, vocabulary) -> None:
    everything = drawn_sentences(TEXT, 1000, seed=0)
    batches = rows(model, read_chosen(TEXT, everything), 0.25)
    firsts = np.concatenate([batch.first for batch in batches])
    assert firsts.min() == 1


def test_occurrences_know_word_sentence_and_place(model) -> None:
    passages = [Passage(4, TEXTS[0]), Passage(4, TEXTS[1]), Passage(9, TEXTS[2])]
    options = WordVectorOptions(occurrences=1000)
    found = word_occurrences(model, lambda: passages, ["king", "café", "king"], options, seed=0)
    documents = {4: TEXTS[0] + TEXTS[1], 9: TEXTS[2]}
    assert set(found.words) == {"king", "café"}
    for number in range(len(found)):
        word = found.words[found.word[number]]
        at = found.start[number]
        assert documents[found.document[number]][at : at + len(word)] == word
        assert word in words(found.sentences[found.sentence[number]])
    n_king = sum(words(text).count("king") for text in TEXTS)
    assert len(found.of("king")) == n_king
    assert found.vectors.shape == (3, len(found), 8)
    assert "the queen of the café listened, well-known king" in found.sentences
    with pytest.raises(InputError, match="none of the words zebra"):
        word_occurrences(model, lambda: passages, ["zebra"], options, seed=0)


def test_the_mean_of_the_occurrences_is_the_vector_in_context(model, vocabulary) -> None:
    options = WordVectorOptions(occurrences=1000)
    passages = [Passage(number, text) for number, text in enumerate(TEXTS)]
    one_by_one = word_occurrences(model, lambda: passages, ["queen"], options, seed=0)
    together = contextual_vectors(model, TEXT, vocabulary, options, runtime=Runtime(seed=0))
    np.testing.assert_allclose(
        one_by_one.vectors.mean(axis=1), together.vectors[:, vocabulary.ids["queen"]], rtol=1e-4
    )


def test_sampled_sentences_are_whole(model) -> None:
    passages = [Passage(number, text) for number, text in enumerate(TEXTS)]
    options = WordVectorOptions()
    found = sentence_occurrences(model, lambda: passages, 5, options, seed=3)
    assert len(found.sentences) == 5
    for number, sentence in enumerate(found.sentences):
        own = [found.words[word] for word in found.word[found.sentence == number]]
        assert own == words(sentence)
    everything = sentence_occurrences(model, lambda: passages, 1000, options, seed=3)
    assert len(everything) + everything.n_unusable == sum(len(words(t)) for t in TEXTS)


def test_alone_is_one_row_a_word(model) -> None:
    pieces = model.word_pieces(["king", "unheard"], "space")
    found = alone_vectors(model, pieces, WordVectorOptions(), layers=[0, 2])
    for number, word in enumerate(["king", "unheard"]):
        ids = [model.prefix[0], *model.coder.encoding.encode_ordinary(" " + word)]
        with torch.no_grad():
            states = model.hidden_states(torch.tensor([ids]), torch.tensor([len(ids)]))
        for place, layer in enumerate((0, 2)):
            expected = states[layer][0, 1:].mean(dim=0).numpy()
            np.testing.assert_allclose(found[place, number], expected, rtol=1e-4, atol=1e-6)
    text = alone_vectors(model, pieces, WordVectorOptions(prefix="the"), layers=[2])
    assert not np.allclose(text[0], found[1])
    with pytest.raises(InputError, match="longer than the context"):
        alone_vectors(model, pieces, WordVectorOptions(prefix="the king and the queen of the"))


def mean_cosine(vectors: np.ndarray) -> float:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return float((unit @ unit.T)[~np.eye(len(unit), dtype=bool)].mean())


def test_a_word_fed_alone_falls_into_the_sink_at_position_0(model) -> None:
    """The sink of trained models, planted: position 0 alone carries a huge vector."""
    sunk = untrained_gpt(SHAPE, model.coder.encoding.n_vocab, seed=0).eval()
    with torch.no_grad():
        sunk.position_embedding.weight[0] += 20 * torch.eye(8)[3]
    sink = GPTLanguageModel(sunk, model.coder)
    pieces = sink.word_pieces(["king", "queen", "people", "café", "bank"], "space")
    ones = pieces.kept(pieces.lengths == pieces.lengths.min())
    first = WordVectorOptions(pooling="first", prefix="none")
    guarded = WordVectorOptions(pooling="first")
    unguarded = alone_vectors(sink, ones, first, layers=[1])[0]
    found = alone_vectors(sink, ones, guarded, layers=[1])[0]
    lengths = np.linalg.norm(unguarded, axis=1).mean() / np.linalg.norm(found, axis=1).mean()
    assert lengths > 50
    assert mean_cosine(unguarded) > 0.999  # all words look alike
    assert mean_cosine(found) < 0.7
    text = "the king and the queen. " * 12
    counts = Counter(words(text))
    vocabulary = build_vocabulary(counts, VocabularyOptions(min_count=1))
    context = contextual_vectors(
        sink,
        restartable([text]),
        vocabulary,
        WordVectorOptions(),
        layers=[1],
        runtime=Runtime(seed=0),
    )
    assert np.linalg.norm(context.vectors[0], axis=1).max() < 2


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary", "none"])
@pytest.mark.parametrize("layers", [0, 1])
def test_every_kind_of_gpt_gives_its_layers(model, vocabulary, positions, layers) -> None:
    shape = SHAPE.model_copy(update={"positions": positions, "layers": layers})
    gpt = untrained_gpt(shape, model.coder.encoding.n_vocab, seed=0).eval()
    one = GPTLanguageModel(gpt, model.coder)
    found = contextual_vectors(one, TEXT, vocabulary, WordVectorOptions(), runtime=Runtime(seed=0))
    assert found.layers == tuple(range(layers + 1))
    assert np.isfinite(found.vectors).all()
    if positions in ("rotary", "none"):
        with pytest.raises(InputError, match="adds no position embedding"):
            position_shift(one)
    else:
        assert position_shift(one).shape == (8,)
    if layers == 0 and positions in ("rotary", "none"):  # nothing but the table itself
        pieces = one.word_pieces(["queen"], "space")
        assert pieces.lengths.tolist() == [1]
        table = one.tables()["input"][pieces.ids[0]]
        np.testing.assert_allclose(
            alone_vectors(one, pieces, WordVectorOptions())[0, 0], table, rtol=1e-6
        )


def test_a_passage_without_a_usable_word_gives_no_rows(model) -> None:
    """Every chosen word is longer than a row: counted, and nothing is made of it."""
    word = "x" * 400
    text = restartable([f"{word} {word}"])
    chosen = drawn_sentences(text, 1, seed=0)
    assert chosen.n_words == 2
    assert list(rows(model, read_chosen(text, chosen), 0.25)) == []
    texts = [f"{word} {word}", "a king and a king"]
    vocabulary = build_vocabulary(
        Counter(w for one in texts for w in words(one)), VocabularyOptions(min_count=1)
    )
    found = contextual_vectors(
        model, restartable(texts), vocabulary, WordVectorOptions(), runtime=Runtime()
    )
    assert found.n_unusable == 2
    assert found.occurrences[vocabulary.ids[word]] == 0


def test_a_tokenizer_that_drops_text_is_refused(model, monkeypatch) -> None:
    """Offsets counted from bytes would drift, and words be aligned with the wrong tokens."""
    whole = model.tokenize("a king")
    assert len(whole.ids)
    sizes = model.coder._n_bytes.copy()
    sizes[whole.ids[0]] += 1
    monkeypatch.setitem(model.coder.__dict__, "_n_bytes", sizes)
    with pytest.raises(InputError, match="leaves out"):
        model.tokenize("a king")


def test_dropout_is_off_when_words_are_read() -> None:
    encoding = train_encoding(TEXTS, 300)
    untrained = untrained_gpt(SHAPE.model_copy(update={"dropout": 0.5}), encoding.n_vocab, seed=0)
    assert untrained.training
    assert not GPTLanguageModel(untrained, BytePairs(encoding)).model.training
