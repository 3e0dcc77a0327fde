"""The fourteen traps that make a comparison worthless, each with its number, unguarded and guarded.

``HELD`` says where each trap is shown. Those that belong to one measure stand with its tests; the
others, which concern a whole comparison, stand here.
"""

import ast
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import share_vocabulary
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.similarity_sets import SimilaritySet
from compare.llm.tokenizer import named_encoding, train_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.analogies import score_analogies
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.neighbours import neighbour_overlap
from compare.measures.random_pairs import random_pair_cosines
from compare.measures.similarity import score_similarity
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.corpus import CorpusOptions, open_corpus
from compare.text.tokens import TokenArray
from compare.text.vocabulary import VocabularyOptions, build_vocabulary, count_words
from compare.text.words import sentences
from compare.uncertainty import seed_spread
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.skipgram import train_skipgram
from tests.conftest import random_space

HELD = {
    1: [
        "measures/test_traps.py::test_different_vocabularies_make_the_poorer_space_look_better",
        "comparison/test_protocol.py::test_sharing_cuts_questions_and_pairs_alike",
    ],
    2: [
        "measures/test_traps.py::test_the_bare_form_of_a_word_is_another_token",
        "llm/vectors/test_word_pieces.py::test_the_bare_form_is_another_token",
    ],
    3: [
        "measures/test_traps.py::test_words_at_the_first_position_are_all_alike",
        "llm/vectors/test_in_context.py::test_a_word_fed_alone_falls_into_the_sink_at_position_0",
    ],
    4: [
        "measures/test_rogue_dimensions.py::"
        "test_a_blown_up_dimension_is_called_out_and_centring_takes_it_off",
        "comparison/test_protocol.py::test_each_rogue_shape_has_its_guard",
    ],
    5: [
        "measures/test_analogies.py::"
        "test_excluding_the_question_words_makes_a_space_without_offsets_look_clever"
    ],
    6: [
        "measures/test_frequency_bias.py::test_planted_biases_are_found",
        "measures/test_frequency_bands.py::test_one_mean_hides_what_bands_show",
    ],
    7: ["measures/test_traps.py::test_one_seed_names_a_winner_where_there_is_none"],
    8: ["measures/test_traps.py::test_fewer_tokens_look_like_a_worse_model"],
    9: [
        "measures/test_traps.py::test_lower_case_text_fits_an_encoding_of_cased_text_badly",
        "measures/test_traps.py::test_lower_case_text_fits_gpt2s_encoding_badly",
    ],
    10: ["measures/test_categorization.py::test_the_best_of_many_clusterings_flatters"],
    11: [
        "measures/test_cka.py::test_debiased_cka_does_not_grow_with_the_dimensions",
        "measures/test_likeness.py::test_the_floor_tells_likeness_from_the_number_of_dimensions",
    ],
    12: [
        "measures/test_procrustes.py::test_coordinates_without_a_map_say_nothing",
        "measures/test_procrustes.py::"
        "test_scored_on_its_training_words_the_map_of_unrelated_spaces_looks_good",
    ],
    13: ["measures/test_traps.py::test_different_pairs_turn_the_order_of_two_spaces_round"],
    14: ["measures/test_traps.py::test_a_tied_table_is_found_in_the_other_matrix_of_skipgram"],
}

TESTS = Path(__file__).resolve().parent.parent


def test_every_trap_is_held_by_tests_that_exist():
    assert sorted(HELD) == list(range(1, 15))
    for trap, names in HELD.items():
        assert names, trap
        for file, name in (held.split("::") for held in names):
            tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
            defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert name in defined, f"trap {trap}: {file} has no {name}"


# ---- Vocabularies and items (1, 13) -----------------------------------------------------------


def test_different_vocabularies_make_the_poorer_space_look_better():
    """Trap 1: a space of few words has few rivals, and is asked the easy questions only."""
    rng = np.random.default_rng(0)
    base, offset = rng.normal(size=(40, 12)), rng.normal(size=12)
    pairs = np.vstack([base, base + offset + 0.6 * rng.normal(size=base.shape)])
    words = tuple(f"{side}{n}" for side in "ab" for n in range(40))
    rich = EmbeddingSpace(
        (*words, *(f"filler{n}" for n in range(3000))),
        np.vstack([pairs, rng.normal(size=(3000, 12))]),
        provenance={"name": "rich"},
    )
    poor = EmbeddingSpace(
        words, pairs + 0.1 * rng.normal(size=pairs.shape), provenance={"name": "poor"}
    )
    asked = tuple(
        Question(f"a{i}", f"b{i}", f"a{j}", (f"b{j}",)) for i in range(40) for j in (7, 9)
    )
    judgments = AnalogySet("set", (Relation("r", asked),))

    def accuracies(spaces):
        return [score_analogies(s, judgments)["3CosAdd"].accuracy("excluded") for s in spaces]

    unguarded = accuracies([rich, poor])
    guarded = accuracies(share_vocabulary([rich, poor], ProtocolOptions())[0])
    assert unguarded[1] > unguarded[0] + 0.1
    assert guarded[0] == pytest.approx(guarded[1], abs=0.05)


def test_different_pairs_turn_the_order_of_two_spaces_round():
    """Trap 13: the better space also knows the words on which every space does badly."""
    rng = np.random.default_rng(1)
    angles = rng.uniform(0, np.pi, 400)  # word a_i at angle 0, b_i at angles[i]
    ratings = np.concatenate([np.cos(angles[:200]), rng.normal(size=200)])  # hard pairs: noise

    def space(noise, n_pairs, name):
        seen = angles[:n_pairs] + noise * rng.normal(size=n_pairs)
        vectors = np.vstack([[1.0, 0.0], np.stack([np.cos(seen), np.sin(seen)], axis=1)])
        return EmbeddingSpace(
            ("a", *(f"b{n}" for n in range(n_pairs))), vectors, provenance={"name": name}
        )

    better, worse = space(0.3, 400, "better"), space(0.8, 200, "worse")
    pairs = tuple(("a", f"b{n}") for n in range(400))
    judgments = SimilaritySet("set", pairs, ratings)
    own = [score_similarity(s, judgments) for s in (better, worse)]
    assert [score.n_used for score in own] == [400, 200]
    assert own[0].value < own[1].value - 0.1
    spaces, _ = share_vocabulary([better, worse], ProtocolOptions())
    same = [score_similarity(s, judgments) for s in spaces]
    assert same[0].pairs == same[1].pairs
    assert same[0].value > same[1].value + 0.1


# ---- What a language model's vector of a word is (2, 3, 9) ------------------------------------


def test_the_bare_form_of_a_word_is_another_token():
    """Trap 2: running text trains ` king`; the pieces of ``king`` know nothing of it."""
    rng = np.random.default_rng(0)
    words = ["king", "queen", "river", "forest", "bread", "cheese", "doctor", "lawyer"]
    text = " " + " ".join(rng.choice(words, 4000))
    encoding = train_encoding([text], 400)
    truth = rng.normal(size=(len(words), 20)).astype(np.float32)
    table = 0.02 * rng.normal(size=(encoding.n_vocab, 20))  # as it was initialised
    for word, vector in zip(words, truth, strict=True):
        (token,) = encoding.encode_ordinary(" " + word)
        table[token] = vector
    pairs = tuple(combinations(words, 2))
    unit = truth / np.linalg.norm(truth, axis=1, keepdims=True)
    ratings = np.array([unit[words.index(a)] @ unit[words.index(b)] for a, b in pairs])
    judgments = SimilaritySet("planted", pairs, ratings)
    scores = {}
    for form in ("space", "bare"):
        pieces = BytePairs(encoding).word_pieces(words, form)
        space = EmbeddingSpace(tuple(words), pooled_rows(table, pieces))
        scores[form] = (score_similarity(space, judgments).value, pieces.split_share)
    assert scores["space"] == (pytest.approx(1), 0)
    assert abs(scores["bare"][0]) < 0.4
    assert scores["bare"][1] > 0.5  # the share of split words, which a report states, tells it


def test_words_at_the_first_position_are_all_alike():
    """Trap 3: one huge vector, whatever the word, takes over the mean of a word's occurrences."""
    rng = np.random.default_rng(0)
    n_words, n_contexts, dim = 200, 10, 30
    meaning = rng.normal(size=(n_words, 1, dim))
    occurrences = meaning + rng.normal(size=(n_words, n_contexts, dim))
    sink = 3000 * np.eye(dim)[3]  # GPT-2: norms of about 3,000 beside about 60
    occurrences[:, 0] = sink + rng.normal(size=(n_words, dim))  # each word once begins a text
    words = tuple(f"w{n}" for n in range(n_words))
    truth = EmbeddingSpace(words, meaning[:, 0])
    with_it = truth.with_vectors(occurrences.mean(axis=1))
    without = truth.with_vectors(occurrences[:, 1:].mean(axis=1))
    cosines = [
        random_pair_cosines(s, n_pairs=2000, rng=np.random.default_rng(1)).value
        for s in (with_it, without)
    ]
    assert cosines[0] > 0.99
    assert abs(cosines[1]) < 0.05
    overlaps = [neighbour_overlap(truth, s, words, k=10).value for s in (with_it, without)]
    assert overlaps[1] > overlaps[0] + 0.1


def _mean_pieces(words, encoding):
    return BytePairs(encoding).word_pieces(words, "space").lengths.mean()


def _wiki_words():
    corpus = open_corpus(CorpusOptions(source="wiki-sample"))
    passages = [passage.text for passage, _ in zip(corpus.passages(), range(15), strict=False)]
    return [word for text in passages for sentence in sentences(text) for word in sentence]


def test_lower_case_text_fits_an_encoding_of_cased_text_badly():
    """Trap 9, without downloads: the same number of tokens, spent on another kind of text."""
    cased = _wiki_words()
    lower = [word.lower() for word in cased]
    of_cased, of_lower = (train_encoding([" " + " ".join(words)], 3000) for words in (cased, lower))
    foreign, own = _mean_pieces(lower, of_cased), _mean_pieces(lower, of_lower)
    assert foreign > own * 1.03
    # Worst for what was written with a capital, names above all.
    names = [word.lower() for word in cased if word[:1].isupper()]
    assert _mean_pieces(names, of_cased) > _mean_pieces(names, of_lower) * 1.1


def test_lower_case_text_fits_gpt2s_encoding_badly(data_folder, monkeypatch):
    """Trap 9: the names of a lower-cased text, by an encoding of 50,257 tokens and by its own."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", os.fspath(data_folder / "tiktoken"))
    gpt2 = named_encoding("gpt2")
    cased = _wiki_words()
    names = [word for word in cased if word[:1].isupper() and not word.isupper()]
    lower = [word.lower() for word in names]
    own = train_encoding([" " + " ".join(word.lower() for word in cased)], 8192)
    assert _mean_pieces(lower, gpt2) > _mean_pieces(names, gpt2) * 1.1
    assert _mean_pieces(lower, gpt2) > _mean_pieces(lower, own) * 1.05


# ---- Seeds and budgets (7, 8) -----------------------------------------------------------------


def test_one_seed_names_a_winner_where_there_is_none():
    """Trap 7: two models of equal quality; a single seed each always ranks them."""
    truth = random_space(150, 12)
    words = truth.words

    def score(seed):
        noise = np.random.default_rng(seed).normal(size=truth.vectors.shape)
        return neighbour_overlap(truth, truth.with_vectors(truth.vectors + noise), words, k=5).value

    n_trials, n_ranked, n_apart = 40, 0, 0
    for trial in range(n_trials):
        first, second = ([score(10 * trial + 5 * model + n) for n in range(3)] for model in (0, 1))
        n_ranked += first[0] != second[0]
        one, other = seed_spread(first), seed_spread(second)
        n_apart += one.low > other.high or other.low > one.high
    assert n_ranked >= n_trials - 2
    assert n_apart <= 3
    same, again = (
        truth.with_vectors(truth.vectors + np.random.default_rng(s).normal(size=(150, 12)))
        for s in (1, 2)
    )
    assert mutual_neighbours(same, again).value < 0.5  # neighbours move from run to run


def _topic_text(n_sentences):
    """Sentences of one topic each: 10 topics of 12 words."""
    rng = np.random.default_rng(0)
    return [
        [f"t{topic}w{word}" for word in rng.integers(0, 12, 12)]
        for topic in rng.integers(0, 10, n_sentences)
    ]


def _trained(text, vocabulary, epochs):
    ids = vocabulary.ids
    tokens = TokenArray.of_segments([[ids[word] for word in sentence] for sentence in text])
    options = SkipgramOptions(dimension=16, window=3, epochs=epochs, subsample=0)
    tables = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
    return EmbeddingSpace(vocabulary.words, tables.input), len(tokens.ids) * epochs


def test_fewer_tokens_look_like_a_worse_model():
    """Trap 8: the same trainer and options; only the words read differ, so they are stated."""
    text = _topic_text(1500)
    vocabulary = build_vocabulary(count_words(text), VocabularyOptions(min_count=1))
    pairs = tuple(combinations(vocabulary.words, 2))
    ratings = np.array([float(a.split("w")[0] == b.split("w")[0]) for a, b in pairs])
    judgments = SimilaritySet("topics", pairs, ratings)
    (poor, few), (rich, many) = (
        _trained(some, vocabulary, epochs) for some, epochs in ((text[:100], 1), (text, 5))
    )
    (other, as_many) = _trained(text[:750], vocabulary, 10)
    scores = [score_similarity(space, judgments).value for space in (poor, rich, other)]
    assert (few, many, as_many) == (1200, 90_000, 90_000)
    assert scores[1] > scores[0] + 0.2
    assert scores[2] == pytest.approx(scores[1], abs=0.1)  # equal budgets: no such gap


# ---- Two matrices (14) ------------------------------------------------------------------------


def test_a_tied_table_is_found_in_the_other_matrix_of_skipgram():
    """Trap 14: GPT-2's one table is input and output; word2vec's input matrix is half of it."""
    rng = np.random.default_rng(0)
    substitutes, companions = rng.normal(size=(2, 300, 16))  # what word2vec keeps apart
    rotation = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    skipgram_input, skipgram_output = (
        EmbeddingSpace(tuple(f"w{n}" for n in range(300)), table)
        for table in (substitutes, companions)
    )
    tied = skipgram_input.with_vectors((companions + 0.3 * rng.normal(size=(300, 16))) @ rotation)
    chance = 10 / 299
    assert mutual_neighbours(skipgram_input, tied).value == pytest.approx(chance, abs=0.02)
    assert mutual_neighbours(skipgram_output, tied).value > 0.4
