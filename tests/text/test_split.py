"""The split: documents near the share, else tails; copies are told."""

import gzip
import logging
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.text.corpus import Corpus, CorpusOptions, corpus_of, open_corpus
from compare.text.passages import Passage
from compare.text.split import split_corpus
from compare.text.words import words
from tests.text.test_corpus import limit_passages

NUMBERED = [f"document number {number}" + "!" * number for number in range(40)]


def document(n_characters: int, word: str = "word") -> str:
    """Repeat a word and a full stop up to a length."""
    return (f"{word}. " * n_characters)[:n_characters]


def texts_of(corpus: Corpus) -> dict[int, str]:
    """Put the passages of each document together."""
    found: dict[int, str] = {}
    for number, text, _ in corpus.passages():
        found[number] = found.get(number, "") + text
    assert [len(text) for text in found.values()] == corpus.document_characters.tolist()
    return found


def share_of(parts: tuple[Corpus, Corpus]) -> float:
    training, validation = parts
    return validation.n_characters / (training.n_characters + validation.n_characters)


# --- whole documents -------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1200, 9000), min_size=1, max_size=30),
    st.floats(0.02, 0.49),
    st.integers(0, 5),
)
def test_documents_are_drawn_until_their_text_is_nearest_to_the_share(sizes, fraction, seed):
    corpus = corpus_of(document(size) for size in sizes)
    order = np.random.default_rng(seed).permutation(len(sizes)).tolist()
    missed = {
        frozenset(order[:n]): abs(sum(sizes[k] for k in order[:n]) / sum(sizes) - fraction)
        for n in range(1, len(sizes) + 1)
    }
    nearest = min(missed, key=missed.__getitem__)
    parts = split_corpus(corpus, fraction, seed=seed)
    training, validation = (texts_of(part) for part in parts)
    if missed[nearest] <= fraction / 5:
        assert set(validation) == nearest
        assert set(training) == set(range(len(sizes))) - nearest
        assert sorted({**training, **validation}.items()) == sorted(texts_of(corpus).items())
    else:
        assert set(training) == set(range(len(sizes)))
        assert all(training[k] + validation.get(k, "") == document(sizes[k]) for k in training)
        assert (
            fraction - 7 * len(sizes) / sum(sizes)
            <= share_of(parts)
            <= fraction + len(sizes) / sum(sizes)
        )
    again = split_corpus(corpus, fraction, seed=seed)
    assert [part.fingerprint for part in again] == [part.fingerprint for part in parts]


def test_the_seed_draws_the_documents():
    corpus = corpus_of([f"document number {number}" for number in range(40)])
    drawn = {split_corpus(corpus, 0.25, seed=seed)[1].fingerprint for seed in range(5)}
    assert len(drawn) == 5
    training, validation = split_corpus(corpus, 0.25, seed=0)
    assert (training.name, validation.name) == ("texts (training part)", "texts (validation part)")


def counted(whole: Corpus) -> tuple[Corpus, list[int]]:
    """Note how often a corpus is read."""
    reads: list[int] = []

    def stream():
        reads.append(len(reads))
        return whole.stream()

    return replace(whole, stream=stream), reads


def test_parts_follow_from_the_whole_and_the_text_is_read_once_more_at_most():
    for texts, n_expected in ((NUMBERED, 0), (NUMBERED[:2], 1)):
        corpus, reads = counted(corpus_of(texts))
        parts = split_corpus(corpus, 0.25, seed=0)
        assert len(reads) == n_expected
        for part in parts:
            read = [len(p.text) for p in part.passages()]  # a passage is a document here
            assert part.document_characters.tolist() == read
            assert (part.n_documents, part.n_characters) == (len(read), sum(read))
        assert len(reads) == n_expected + 2
        assert sum(part.n_characters for part in parts) == corpus.n_characters


@pytest.mark.parametrize("n", [20, 2])
def test_the_fingerprint_of_a_part_names_its_text(n):
    """It differs with the whole, with what was chosen, and from that of the whole."""
    texts = [f"document number {number}" + " is here" * 9 for number in range(n)]
    corpora = [corpus_of(texts), corpus_of([*texts[:-1], "another text"]), corpus_of(texts[::-1])]
    how = [(0.25, 0), (0.25, 1)] if n == 20 else [(0.25, 0), (0.45, 0)]
    splits = [split_corpus(corpus, f, seed=seed) for corpus in corpora for f, seed in how]
    fingerprints = {part.fingerprint for parts in splits for part in parts}
    fingerprints |= {corpus.fingerprint for corpus in corpora}
    assert len(fingerprints) == 2 * len(splits) + len(corpora)
    assert all(re.fullmatch("[0-9a-f]{64}", fingerprint) for fingerprint in fingerprints)
    again = split_corpus(corpus_of(texts, name="other name"), how[1][0], seed=how[1][1])
    assert [p.fingerprint for p in again] == [p.fingerprint for p in splits[1]]


# --- tails -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "fraction"),
    [
        ([123, 145_000], 0.05),  # a README beside a book
        ([145_000, 123], 0.05),
        ([290_000, *[1_450] * 20], 0.05),  # a book among short documents
        ([30_000] * 2, 0.05),
        ([30_000] * 3, 0.2),
    ],
)
def test_few_or_uneven_documents_give_the_share_whatever_the_seed(sizes, fraction):
    corpus = corpus_of(document(size) for size in sizes)
    for seed in range(50):
        parts = split_corpus(corpus, fraction, seed=seed)
        assert share_of(parts) == pytest.approx(fraction, rel=0.2)
        assert max(parts[0].document_characters) >= max(sizes) * (1 - fraction)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["king", "don't", "a.b", "end.", "字", "\n"]), min_size=8),
    st.integers(1, 3),
    st.floats(0.25, 0.49),
)
def test_tails_are_contiguous_and_begin_between_words(pieces, n_copies, fraction):
    text = f"one two three {' '.join(pieces)} four five six seven eight"
    texts = [text, *[f"{text} nine"] * (n_copies - 1)]
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, 12)
        corpus = corpus_of(texts)
        assert len(list(corpus.passages())) > len(texts)
        patch.setattr("compare.text.split.LARGEST_MISS", 0)
        parts = split_corpus(corpus, fraction, seed=0)
        training, validation = (texts_of(part) for part in parts)
    for number, whole in enumerate(texts):
        head, tail = training[number], validation[number]
        assert head + tail == whole
        assert tail[0].isspace()
        assert len(tail) <= len(whole) * fraction + 1
        assert len(tail) >= len(whole) * fraction - len("three ")
        assert words(head) + words(tail) == words(whole)


def test_a_document_whose_tail_would_be_less_than_a_word_stays_whole():
    parts = split_corpus(corpus_of(["read me.", document(900), document(400)]), 0.2, seed=0)
    training, validation = (texts_of(part) for part in parts)
    assert training[0] == "read me."
    assert list(validation) == [1, 2]
    assert [passage.document for passage in parts[1].passages()] == [1, 2]


@pytest.mark.parametrize("text", ["alpha;beta;" * 300, "gamma—delta。" * 300])
def test_text_without_white_space_is_cut_behind_punctuation(text):
    parts = split_corpus(corpus_of([text]), 0.1, seed=0)
    head, tail = (texts_of(part)[0] for part in parts)
    assert head + tail == text
    assert words(head) + words(tail) == words(text)
    assert share_of(parts) == pytest.approx(0.1, abs=0.005)


def test_a_tail_too_short_for_words_is_told():
    ten = "one two three four five six seven eight nine ten"
    with pytest.raises(InputError, match=r"\(validation part\) holds one word"):
        split_corpus(corpus_of([ten]), 0.1, seed=0)
    with pytest.raises(InputError, match=r"\(validation part\) holds no words; .*: give more text"):
        split_corpus(corpus_of([ten]), 0.01, seed=0)
    with pytest.raises(InputError, match=r"\(training part\) holds one word"):
        split_corpus(corpus_of(["wonderful a b c"]), 0.49, seed=0)


def test_documents_too_short_for_tails_are_held_out_nevertheless():
    corpus = corpus_of(f"text number {number}" for number in range(9))
    training, validation = split_corpus(corpus, 0.05, seed=0)
    assert (training.n_documents, validation.n_documents) == (8, 1)
    assert sorted([*training.passages(), *validation.passages()]) == list(corpus.passages())


def test_words_of_a_tail_are_those_of_the_rule():
    corpus = corpus_of(["a b c d e f ! ?"], word_rule="whitespace")
    training, validation = split_corpus(corpus, 0.26, seed=0)
    assert list(validation.passages()) == [Passage(0, " ! ?")]
    assert training.word_rule == validation.word_rule == "whitespace"


# --- copies ----------------------------------------------------------------------------------


def test_held_out_documents_that_are_trained_on_too_are_told(caplog):
    order = np.random.default_rng(0).permutation(40).tolist()
    texts = list(NUMBERED)
    texts[order[0]] = texts[order[30]] = "the same text here" + "!" * 22
    with caplog.at_level(logging.WARNING):
        _, validation = split_corpus(corpus_of(texts), 0.25, seed=0)
    (told,) = caplog.messages
    share = 100 * 40 / validation.n_characters
    assert f"texts: 1 of {validation.n_documents} held-out documents ({share:.0f} %" in told
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        split_corpus(corpus_of(NUMBERED), 0.25, seed=0)
        both_held_out = list(NUMBERED)
        both_held_out[order[0]] = both_held_out[order[1]] = "the same text here"
        split_corpus(corpus_of(both_held_out), 0.25, seed=0)
    assert caplog.messages == []


def test_files_that_stand_there_twice_are_equal_documents(tmp_path, caplog):
    for number, text in enumerate(NUMBERED):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
        (tmp_path / f"{number}.txt.gz").write_bytes(gzip.compress(text.encode()))
    corpus = open_corpus(CorpusOptions(source=str(tmp_path)))
    assert len(set(corpus.document_digests.tolist())) == 40
    with caplog.at_level(logging.WARNING):
        training, validation = split_corpus(corpus, 0.05, seed=0)
    held_out, learned = texts_of(validation).values(), set(texts_of(training).values())
    n_copies = sum(text in learned for text in held_out)
    assert f": {n_copies} of {len(held_out)} held-out documents" in caplog.text
    assert n_copies > 0


def test_tails_of_a_book_that_stands_there_twice_are_not_learned(tmp_path):
    book = " ".join(f"word{number}" for number in range(2000))
    (tmp_path / "book.txt").write_text(book, encoding="utf-8")
    (tmp_path / "book.txt.gz").write_bytes(gzip.compress(book.encode()))
    parts = split_corpus(open_corpus(CorpusOptions(source=str(tmp_path))), 0.05, seed=0)
    learned, held_out = ({*words(" ".join(texts_of(part).values()))} for part in parts)
    assert not learned & held_out
    assert len(learned | held_out) == 2000


def test_digests_do_not_hang_on_where_documents_are_cut():
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, 7)
        cut = corpus_of(NUMBERED)
    whole = corpus_of(NUMBERED)
    assert cut.document_digests.tolist() == whole.document_digests.tolist()
    assert len(set(whole.document_digests.tolist())) == 40
