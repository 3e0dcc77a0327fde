"""The planted text: reproducible, its pairs apart, its truth exact and recoverable."""

import random
import re
from collections import Counter, defaultdict
from itertools import islice, permutations
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec
from pydantic import ValidationError

from compare.text.planted import PlantedDocument, PlantedOptions, planted_documents, write_truth
from compare.text.planted_truth import (
    analogy_questions,
    read_senses,
    relation_pairs,
    word_categories,
    word_pairs,
)

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
SMALL = PlantedOptions(n_words=20_000, seed=3)


@pytest.fixture(scope="module")
def documents() -> list[PlantedDocument]:
    """Return the text of the default options."""
    return list(planted_documents(PlantedOptions()))


def _sentences(documents: list[PlantedDocument]) -> list[list[str]]:
    pieces = (re.split(r"[.!?;\n]+", document.text.lower()) for document in documents)
    return [words for piece in pieces for words in map(WORD.findall, piece) if words]


def _all_pairs() -> list[tuple[str, str]]:
    related = [pair for pairs in relation_pairs().values() for pair in pairs]
    return related + [(first, second) for first, second, _ in word_pairs()]


# ---- The text ---------------------------------------------------------------------------------


def test_same_options_give_the_same_text_and_another_seed_another() -> None:
    """The text is a function of size and seed."""
    first = list(planted_documents(SMALL))
    assert first == list(planted_documents(SMALL))
    other = list(planted_documents(PlantedOptions(n_words=20_000, seed=4)))
    assert not {document.text for document in first} & {document.text for document in other}


def test_a_larger_text_extends_the_smaller() -> None:
    """Documents are seeded one by one, so that a longer text starts like a shorter one."""
    small = list(planted_documents(SMALL))
    large = list(planted_documents(PlantedOptions(n_words=60_000, seed=3)))
    assert large[: len(small)] == small
    assert len(large) > 2 * len(small)


@pytest.mark.parametrize("n_words", [1_000, 20_000])
def test_the_size_is_met_by_the_last_document(n_words: int) -> None:
    """No more than the last document stands beyond the size."""
    texts = [document.text for document in planted_documents(PlantedOptions(n_words=n_words))]
    sizes = [len(WORD.findall(text)) for text in texts]
    assert sum(sizes[:-1]) < n_words <= sum(sizes)
    assert max(sizes) < 800


def test_a_text_of_any_size_is_streamed() -> None:
    """Nothing is held but the document at hand."""
    endless = planted_documents(PlantedOptions(n_words=10**15))
    assert len(list(islice(endless, 3))) == 3


def test_documents_are_paragraphs_of_sentences(documents: list[PlantedDocument]) -> None:
    """Capitals, full stops and empty lines stand where English puts them; no slot stays open."""
    for document in documents[:100]:
        paragraphs = document.text.split("\n\n")
        assert len(paragraphs) >= 5
        for paragraph in paragraphs:
            sentences = re.findall(r"[^.]+\.(?: |$)", paragraph)
            assert "".join(sentences) == paragraph
            assert len(sentences) >= 3
            assert all(sentence[0].isupper() for sentence in sentences)
            assert "{" not in paragraph
            assert "  " not in paragraph


def test_the_vocabulary_is_of_a_fair_size(documents: list[PlantedDocument]) -> None:
    """Every word outlives min_count, every planted word is seen often enough to be learned."""
    counts = Counter(word for sentence in _sentences(documents) for word in sentence)
    assert len(counts) >= 600
    assert counts.most_common(1)[0][0] == "the"
    assert min(counts.values()) >= 5
    asked = {word for pair in _all_pairs() for word in pair}
    assert min(counts[word] for word in asked) >= 20


def test_the_words_of_a_pair_never_share_a_document(documents: list[PlantedDocument]) -> None:
    """Neither a window nor a long context can see a pair side by side."""
    found_in: dict[str, set[int]] = defaultdict(set)
    for index, document in enumerate(documents):
        for word in WORD.findall(document.text.lower()):
            found_in[word].add(index)
    for first, second in _all_pairs():
        assert found_in[first], first
        assert not found_in[first] & found_in[second], (first, second)
    countries = [country for country, _ in relation_pairs()["country-capital"]]
    assert any(found_in["king"] & found_in[country] for country in countries)  # no pair: they may


# ---- The truth --------------------------------------------------------------------------------


def test_spans_hold_every_occurrence_of_an_ambiguous_word(
    documents: list[PlantedDocument],
) -> None:
    """The senses in the truth are those of the text, balanced, with none left out."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        spans = [(found.start, found.end) for found in document.senses]
        assert spans == sorted(spans)
        for found in document.senses:
            assert document.text[found.start : found.end].lower() == found.word
            counts[found.word][found.sense] += 1
    words = Counter(word for sentence in _sentences(documents) for word in sentence)
    assert len(counts) >= 6
    for word, senses in counts.items():
        assert senses.total() == words[word]
        assert len(senses) == 2
        assert min(senses.values()) > 0.25 * senses.total()


def test_relations_hold_enough_pairs() -> None:
    """The issue's lower bounds, and a pair everybody knows."""
    sizes = {relation: len(pairs) for relation, pairs in relation_pairs().items()}
    assert all(len(set(pairs)) == len(pairs) for pairs in relation_pairs().values())
    assert sizes["male-female"] >= 8
    assert sizes["adult-young"] >= 5
    assert sizes["common-royal"] >= 5
    assert sizes["country-capital"] >= 15
    assert sizes["adjective-comparative"] >= 12
    assert sizes["singular-plural"] >= 15
    assert ("king", "queen") in relation_pairs()["male-female"]
    assert Counter(kind for *_, kind in word_pairs())["synonym"] >= 10


def test_questions_are_all_ordered_pairs_of_pairs() -> None:
    """Parse the questions by hand and compare them with the relations."""
    sections: dict[str, list[tuple[str, ...]]] = {}
    for line in analogy_questions().splitlines():
        if line.startswith(": "):
            section = sections.setdefault(line[2:], [])
        else:
            section.append(tuple(line.split()))
    assert ("man", "woman", "king", "queen") in sections["male-female"]
    for relation, pairs in relation_pairs().items():
        expected = {(*first, *second) for first, second in permutations(pairs, 2)}
        assert set(sections[relation]) == expected
        assert len(sections[relation]) == len(pairs) * (len(pairs) - 1)
    assert sections.keys() == relation_pairs().keys()


def test_the_truth_is_written_beside_the_text(tmp_path: Path) -> None:
    """The three files say what the functions say."""
    write_truth(tmp_path / "truth", SMALL)
    folder = tmp_path / "truth"
    assert (folder / "analogies.txt").read_text(encoding="utf-8") == analogy_questions()

    header, *rows = (folder / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
    assert header == "word\tother\trelation"
    kinds = [(word, kind, "category") for word, kind in word_categories().items()]
    assert [tuple(row.split("\t")) for row in rows] == [*word_pairs(), *kinds]
    assert {"king": "male", "paris": "capital", "taller": "comparative"}.items() <= {
        word: kind for word, kind, _ in kinds
    }.items()

    header, *rows = (folder / "senses.tsv").read_text(encoding="utf-8").splitlines()
    assert header == "document\tstart\tend\tword\tsense"
    texts = [document.text for document in planted_documents(SMALL)]
    assert rows
    known = read_senses(folder / "senses.tsv")
    assert len(known) == len(rows)
    for index, start, end, word, sense in (row.split("\t") for row in rows):
        assert texts[int(index)][int(start) : int(end)].lower() == word
        assert known[int(index), int(start)] == (word, sense)


@pytest.mark.parametrize("wrong", [{"n_words": 10}, {"seed": -1}, {"words": 5_000}])
def test_wrong_options_are_refused(wrong: dict[str, int]) -> None:
    """The error names the option."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        PlantedOptions(**wrong)


# ---- The planting -----------------------------------------------------------------------------


def _train(sentences: list[list[str]], *, epochs: int = 10) -> KeyedVectors:
    model = Word2Vec(
        sentences, sg=1, vector_size=100, window=5, negative=5, sample=1e-3, min_count=5,
        epochs=epochs, alpha=0.025, workers=1, seed=1,
    )  # fmt: skip
    return model.wv


def _accuracy(space: KeyedVectors) -> float:
    """Return the 3CosAdd accuracy over all questions, the question words excluded."""
    unit = space.get_normed_vectors()  # (n_words, dim)
    ids = space.key_to_index
    questions = [
        [ids[word] for word in line.split()]
        for line in analogy_questions().splitlines()
        if not line.startswith(":")
    ]
    a, b, c, d = np.array(questions).T  # each (n_questions,)
    scores = (unit[b] - unit[a] + unit[c]) @ unit.T  # (n_questions, n_words)
    np.put_along_axis(scores, np.stack([a, b, c], axis=1), -np.inf, axis=1)
    return float(np.mean(scores.argmax(axis=1) == d))


def test_word2vec_recovers_the_relations(documents: list[PlantedDocument]) -> None:
    """Skip-gram solves the analogies, and puts synonyms nearer than antonyms."""
    space = _train(_sentences(documents[: int(0.95 * len(documents))]))
    assert _accuracy(space) >= 0.9

    likeness: dict[str, list[float]] = defaultdict(list)
    for first, second, kind in word_pairs():
        likeness[kind].append(float(space.similarity(first, second)))
    assert np.median(likeness["synonym"]) > np.max(likeness["antonym"])
    assert np.min(likeness["antonym"]) > 0.5


def test_shuffled_words_recover_nothing(documents: list[PlantedDocument]) -> None:
    """The control: the same counts and sentence lengths without company teach nothing."""
    sentences = _sentences(documents)
    words = [word for sentence in sentences for word in sentence]
    random.Random(0).shuffle(words)
    left = iter(words)
    shuffled = [list(islice(left, len(sentence))) for sentence in sentences]
    assert _accuracy(_train(shuffled)) < 0.2
