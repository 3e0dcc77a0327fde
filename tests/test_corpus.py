"""Corpora: files of every kind, documents and passages, the cut at 10,000 words, the split."""

import bz2
import gzip
import lzma
import random
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compare import corpus as corpus_module
from compare.corpus import (
    MAX_PASSAGE_WORDS,
    Corpus,
    CorpusOptions,
    corpus_of,
    cut_document,
    normalized_passages,
    open_corpus,
    split_corpus,
)
from compare.errors import InputError
from compare.normalization import Normalization, normalize
from compare.words import words

TEXT = "The king spoke.\nNobody listened.\n<|endoftext|>\nThe queen — Zoë — left.\n"
DOCUMENTS = ["The king spoke.\nNobody listened.\n", "The queen — Zoë — left.\n"]
PIECES = st.lists(
    st.sampled_from(
        ["king", "don't", "don’t", "a_b", "cafe\u0301", "x,y", "3.5", ". ", '." ', "\n", " ", "-"]
    ),
    max_size=60,
).map("".join)


def opened(path: Path | str, **options) -> Corpus:
    return open_corpus(CorpusOptions(source=str(path), **options))


def documents_of(corpus: Corpus) -> list[str]:
    """Put the passages of each document together; their numbers must run 0, 1, 2, …"""
    parts: dict[int, list[str]] = {}
    for document, text in corpus.passages():
        parts.setdefault(document, []).append(text)
    assert list(parts) == list(range(corpus.n_documents))
    return ["".join(part) for part in parts.values()]


def write_compressed(folder: Path, text: str) -> list[Path]:
    data = text.encode()
    (folder / "a.txt").write_bytes(data)
    (folder / "a.txt.gz").write_bytes(gzip.compress(data))
    (folder / "a.txt.bz2").write_bytes(bz2.compress(data))
    (folder / "a.txt.xz").write_bytes(lzma.compress(data))
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside/", "")
        archive.writestr("inside/a.txt", data)
    return [folder / f"a{suffix}" for suffix in (".txt", ".txt.gz", ".txt.bz2", ".txt.xz", ".zip")]


def limit_passages(patch: pytest.MonkeyPatch, n_words: int) -> None:
    """Lower the 10,000 words of a passage, so that short texts are cut."""
    pattern = corpus_module._FULL_PASSAGE.pattern
    lower = pattern.replace(str(MAX_PASSAGE_WORDS - 1), str(n_words - 1))
    assert lower != pattern
    patch.setattr(corpus_module, "_FULL_PASSAGE", re.compile(lower))


# --- files -----------------------------------------------------------------------------------


def test_the_same_text_has_the_same_documents_and_fingerprint_however_it_is_packed(tmp_path):
    held = corpus_of(DOCUMENTS)
    for path in write_compressed(tmp_path, TEXT):
        corpus = opened(path)
        assert documents_of(corpus) == DOCUMENTS
        assert list(corpus.passages()) == list(corpus.passages())  # restartable
        assert corpus.fingerprint == held.fingerprint
        assert corpus.n_characters == sum(map(len, DOCUMENTS))
        assert corpus.name == path.name


def test_other_text_and_other_documents_have_another_fingerprint():
    texts = [["a b", "c d"], ["a b", "c e"], ["a b" + "c d"], ["a bc", " d"], ["c d", "a b"]]
    fingerprints = {corpus_of(documents).fingerprint for documents in texts}
    assert len(fingerprints) == len(texts)
    assert all(re.fullmatch("[0-9a-f]{64}", fingerprint) for fingerprint in fingerprints)
    assert corpus_of(texts[0], name="x").fingerprint == corpus_of(texts[0]).fingerprint


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8-sig")
    assert documents_of(opened(tmp_path / "a.txt")) == DOCUMENTS


def test_documents_end_at_separators_and_empty_ones_do_not_count(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "\n\none a\n\ntwo b\n  \n<|endoftext|>\n \n<|endoftext|> \nthree <|endoftext|>\n"
    )
    assert [text.split() for text in documents_of(opened(path))] == [
        ["one", "a", "two", "b"],
        ["three", "<|endoftext|>"],  # inside a line it is text
    ]
    by_blank_line = opened(path, separator="blank-line")
    assert documents_of(by_blank_line) == ["one a\n", "two b\n", "three <|endoftext|>\n"]


def test_a_folder_is_read_in_order_of_names_each_file_a_document(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("second file")
    (tmp_path / "a.txt").write_text("first file\n<|endoftext|>\nstill first")
    (tmp_path / "sub" / "c.txt.gz").write_bytes(gzip.compress(b"third file"))
    (tmp_path / "ignored.csv").write_text("no text")
    found = documents_of(opened(tmp_path))
    assert found == ["first file\n", "still first", "second file", "third file"]


def test_each_member_of_a_zip_is_a_document(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.txt", "one a")
        archive.writestr("two.txt", "two b")
    assert documents_of(opened(tmp_path / "a.zip")) == ["one a", "two b"]


@pytest.mark.parametrize(
    ("text", "found"), [("", "no words"), (" … \n", "no words"), ("king", "one word")]
)
def test_a_file_without_running_text_is_refused(tmp_path, text, found):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(InputError, match=rf"a\.txt holds {found}; a comparison needs running text"):
        opened(tmp_path / "a.txt")


def test_words_count_wherever_they_stand():
    assert corpus_of([" " * 20_000 + "two words"]).n_documents == 1
    assert corpus_of(["one", "two"]).n_documents == 2


def test_text_that_is_not_utf8_is_named_with_its_byte(tmp_path):
    (tmp_path / "a.txt").write_bytes("plain line\ncafé au lait".encode("latin1"))
    with pytest.raises(InputError, match=r"a\.txt is not UTF-8 text \(byte 0xe9 found\).*iconv"):
        opened(tmp_path / "a.txt")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inside.txt", b"cut off: \xc3")
    with pytest.raises(InputError, match=r"a\.zip:inside\.txt is not UTF-8 text \(byte 0xc3"):
        opened(tmp_path / "a.zip")


def test_damaged_archives_are_refused(tmp_path):
    text = " ".join(str(number) for number in random.Random(0).choices(range(10**6), k=5000))
    for path in write_compressed(tmp_path, text)[1:]:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(InputError, match=rf"cannot read .*{path.name}: .*is it whole\?"):
            opened(path)
        path.write_bytes(b"no archive at all")
        with pytest.raises(InputError, match="cannot read"):
            opened(path)
    bad_block = gzip.compress(b"")[:10] + b"\xff" * 20  # zlib's own error, no OSError
    (tmp_path / "a.txt.gz").write_bytes(bad_block)
    with pytest.raises(InputError, match="cannot read"):
        opened(tmp_path / "a.txt.gz")


def test_unknown_names_and_paths_are_told(tmp_path):
    with pytest.raises(
        InputError, match="unknown corpus 'wiki-smaple'; did you mean 'wiki-sample'"
    ):
        opened("wiki-smaple")
    with pytest.raises(InputError, match=r"no such corpus file or folder: .*none"):
        opened(tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"holds no text file \(\.txt"):
        opened(tmp_path)
    for wrong in ({"validation_fraction": 0.5}, {"separator": "line"}, {"sauce": "planted"}):
        with pytest.raises(ValidationError):
            CorpusOptions(**wrong)


def test_the_planted_corpus_is_opened_by_name():
    options = CorpusOptions.model_validate({"source": "planted", "planted": {"n_words": 20_000}})
    corpus = open_corpus(options)
    assert corpus.name == "planted"
    assert corpus.fingerprint == open_corpus(options).fingerprint
    assert sum(len(words(text)) for text in documents_of(corpus)) == pytest.approx(20_000, rel=0.1)


# --- the cut at 10,000 words -----------------------------------------------------------------


def test_long_documents_are_cut_at_a_sentence_end_where_one_is_near():
    plain = "w " * 25_000
    assert [len(words(part)) for part in cut_document(plain)] == [10_000, 10_000, 5_000]
    near = "w " * 9_000 + "end. " + "w " * 15_000
    parts = cut_document(near)
    assert [len(words(part)) for part in parts] == [9_001, 10_000, 5_000]
    assert parts[0].endswith("end. ")
    far = "w " * 7_000 + "end. " + "w " * 15_000  # before the last quarter: too far
    assert [len(words(part)) for part in cut_document(far)] == [10_000, 10_000, 2_001]
    assert cut_document("w " * 10_000) == ["w " * 10_000]
    assert cut_document("") == []


@pytest.mark.parametrize("word", ["don’t", "don’t,", "don't", "cafe\u0301s", "a_b", "x,y"])
def test_no_word_is_cut_in_two(word):
    """Also where the text is normalised after the cut, which joins ``don’t`` and ``café``."""
    for lead in ("", "w "):
        text = lead + f"{word} " * 10_001
        parts = cut_document(text)
        assert len(parts) > 1
        assert all(part[0] == " " for part in parts[1:]) or parts[0].endswith(" ")
        rules = Normalization()
        read = [found for part in parts for found in words(normalize(part, rules))]
        assert read == words(normalize(text, rules))


@settings(deadline=None)
@given(PIECES, st.integers(2, 8))
def test_parts_join_to_the_text_within_the_limit_and_keep_every_word(text, limit):
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, limit)
        parts = cut_document(text)
    assert "".join(parts) == text
    assert all(len(words(part)) <= limit for part in parts)
    assert [word for part in parts for word in words(part)] == words(text)
    assert all(parts)


@settings(deadline=None)
@given(PIECES, st.integers(2, 8), st.integers(1, 30))
def test_a_cut_depends_on_what_stands_before_it_alone(text, limit, n_characters):
    """The text handed over in pieces of any size is cut as it is in one."""
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, limit)
        parts, rest = [], ""
        for start in range(0, len(text), n_characters):
            *whole, rest = cut_document(rest + text[start : start + n_characters])
            parts += whole
        parts += cut_document(rest)
        assert parts == cut_document(text)


@settings(max_examples=40, deadline=None)
@given(st.lists(PIECES.filter(str.strip), min_size=1, max_size=4), st.integers(2, 8))
def test_a_streamed_file_gives_the_passages_of_the_texts_in_memory(tmp_path_factory, texts, limit):
    texts = [text + "\n" for text in texts]
    path = tmp_path_factory.mktemp("streamed") / "a.txt"
    path.write_text("<|endoftext|>\n".join(["two words\n", *texts]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, limit)
        patch.setattr(corpus_module, "_PENDING_CHARACTERS", 20)
        held, streamed = corpus_of(["two words\n", *texts]), opened(path)
        assert list(streamed.passages()) == list(held.passages())
    assert streamed.fingerprint == held.fingerprint


def test_one_line_without_punctuation_is_cut_alike_from_memory_and_from_a_file(tmp_path):
    """Like text8: 25,000 words on a line, and 2.5 million characters, more than is read at once."""
    choose = random.Random(0).choices
    for length in (6, 100):
        letters = ["".join(choose("abcdefgh", k=length)) for _ in range(500)]
        text = " ".join(choose(letters, k=25_000))
        (tmp_path / "a.txt").write_text(text)
        streamed = list(opened(tmp_path / "a.txt").passages())
        assert streamed == list(corpus_of([text]).passages())
        assert [len(words(part)) for _, part in streamed] == [10_000, 10_000, 5_000]
        assert {document for document, _ in streamed} == {0}


# --- the split -------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 40), st.floats(0.01, 0.49), st.integers(0, 5))
def test_training_and_validation_part_the_documents(n, fraction, seed):
    corpus = corpus_of([f"document number {number}" for number in range(n)])
    parts = split_corpus(corpus, fraction, seed=seed)
    training, validation = (list(part.passages()) for part in parts)
    assert sorted([*training, *validation]) == list(corpus.passages())
    assert training == sorted(training)
    assert len(validation) == parts[1].n_documents == max(1, round(n * fraction))
    assert validation == list(parts[1].passages())
    again = split_corpus(corpus, fraction, seed=seed)
    assert [part.fingerprint for part in again] == [part.fingerprint for part in parts]


def test_the_seed_draws_the_documents():
    corpus = corpus_of([f"document number {number}" for number in range(40)])
    drawn = {split_corpus(corpus, 0.25, seed=seed)[1].fingerprint for seed in range(5)}
    assert len(drawn) == 5
    name = split_corpus(corpus, 0.25, seed=0)[1].name
    assert name == "texts (validation part)"


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["king", "don't", "a.b", "end.", "字", "\n"]), min_size=8),
    st.floats(0.25, 0.49),
)
def test_a_single_document_is_split_at_a_contiguous_tail_between_words(pieces, fraction):
    text = f"one two three {' '.join(pieces)} four five six seven eight"
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, 5)
        corpus = corpus_of([text])
        assert len(list(corpus.passages())) > 1
        training, validation = split_corpus(corpus, fraction, seed=0)
        parts = ["".join(p.text for p in part.passages()) for part in (training, validation)]
    assert "".join(parts) == text
    assert parts[1][0].isspace()
    assert len(parts[1]) <= len(text) * fraction + 1
    assert len(parts[1]) >= len(text) * fraction - len("three ")
    assert words(parts[0]) + words(parts[1]) == words(text)


def test_a_tail_too_short_for_words_is_told():
    with pytest.raises(InputError, match=r"\(validation part\) holds one word"):
        split_corpus(corpus_of(["one two three four five six seven eight nine ten"]), 0.1, seed=0)


def test_both_wings_read_the_normalised_passages():
    corpus = corpus_of(["The KING’s men.", "Zoë left."])
    found = list(normalized_passages(corpus, Normalization(accents="strip")))
    assert found == [(0, "the king's men."), (1, "zoe left.")]


def test_the_head_of_text8_is_one_document_cut_every_10000_words(data_folder):
    corpus = opened(data_folder / "corpora" / "text8-head.txt.gz")
    sizes = [len(words(text)) for _, text in corpus.passages()]
    assert corpus.n_documents == 1
    assert set(sizes[:-1]) == {10_000}
    assert sum(sizes) == pytest.approx(1.17e6, rel=0.01)
