"""Corpora: files of every kind, documents and passages, the cut at 20,000 characters."""

import bz2
import gzip
import lzma
import random
import re
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compare.errors import InputError
from compare.text import passages as passages_module
from compare.text import text_files as files_module
from compare.text.corpus import (
    Corpus,
    CorpusOptions,
    corpus_of,
    normalized_passages,
    open_corpus,
)
from compare.text.normalization import Normalization, normalize
from compare.text.passages import END_OF_TEXT, MAX_PASSAGE_CHARACTERS, Passage, cut_document
from compare.text.reading import read_text
from compare.text.words import words

TEXT = "The king spoke.\nNobody listened.\n<|endoftext|>\nThe queen — Zoë — left.\n"
DOCUMENTS = ["The king spoke.\nNobody listened.\n", "The queen — Zoë — left.\n"]
PIECES = st.lists(
    st.sampled_from(
        [
            *("king", "don't", "don’t", "a_b", "cafe\u0301", "x,y", "3.5", "字", "''", "-", "("),
            *(". ", '." ', "?'\n", "!", ".", "\n", " ", " " * 9),
        ]
    ),
    max_size=60,
).map("".join)


def opened(path: Path | str, **options) -> Corpus:
    return open_corpus(CorpusOptions(source=str(path), **options))


def documents_of(corpus: Corpus) -> list[str]:
    """Put the passages of each document together; their numbers must run 0, 1, 2, …"""
    parts: dict[int, list[str]] = {}
    for document, text, _ in corpus.passages():
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


def limit_passages(patch: pytest.MonkeyPatch, n_characters: int) -> None:
    """Lower the 20,000 characters of a passage, so that short texts are cut."""
    for module in (passages_module, files_module):
        patch.setattr(module, "MAX_PASSAGE_CHARACTERS", n_characters)


def cut_at_the_last_best_place(text: str, limit: int) -> list[str]:
    """Cut by trying every place, the last ones first; a slow twin."""
    parts = []
    while len(text) > limit:
        last_quarter = limit - limit // 4
        places = range(limit, 0, -1)
        sentence_end = re.compile(
            r"""[.!?]["')\]]*\s$|[。！？।۔]$|\n$"""
        )  # at the very end of a head
        candidates = [
            *(n for n in places if n > last_quarter and sentence_end.search(text[last_quarter:n])),
            *(n for n in places if text[n - 1].isspace()),
            *(n for n in (*places, *range(limit + 1, len(text) + 1)) if parts_words(text[:n])),
        ]
        if not candidates:
            break
        parts.append(text[: candidates[0]])
        text = text[candidates[0] :]
    return [*parts, text] if text else parts


def parts_words(head: str) -> bool:
    """Tell whether no word goes on behind the last character, whatever follows."""
    *_, before, last = "  ", *head
    if last == ",":
        return not before.isnumeric()
    return not (
        last.isalnum() or unicodedata.category(last)[0] == "M" or last in "'’‘.·\u200c\u200d"
    )


# --- files -----------------------------------------------------------------------------------


def test_the_same_text_has_the_same_documents_and_fingerprint_however_it_is_packed(tmp_path):
    held = corpus_of(DOCUMENTS)
    for path in write_compressed(tmp_path, TEXT):
        corpus = opened(path)
        assert documents_of(corpus) == DOCUMENTS
        assert list(corpus.passages()) == list(corpus.passages())  # restartable
        assert corpus.fingerprint == held.fingerprint
        assert corpus.document_characters.tolist() == [len(text) for text in DOCUMENTS]
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
        ["three"],  # also at the end of a line
    ]
    by_blank_line = opened(path, separator="blank-line")
    assert documents_of(by_blank_line) == ["one a\n", "two b\n", "three "]


LINE = st.sampled_from(
    ["", " ", "\t", END_OF_TEXT, f"{END_OF_TEXT} ", f"a {END_OF_TEXT}", f"{END_OF_TEXT}a"]
) | st.sampled_from(["one a", "  two b", "three c. "])


@settings(deadline=None)
@given(st.lists(LINE, max_size=30), st.integers(30, 90))
def test_documents_are_those_of_a_reader_that_goes_line_by_line(tmp_path_factory, lines, piece):
    """However the text falls into the pieces that are read at once (a line is shorter)."""
    text = "".join(f"{line}\n" for line in ["two words", *lines])
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_text(text, encoding="utf-8")
    for separator in ("endoftext", "blank-line"):
        documents = re.split(rf"{re.escape(END_OF_TEXT)}(?:[^\S\n]*\n)?", text)
        if separator == "blank-line":
            documents = [part for one in documents for part in re.split(r"(?m)^[^\S\n]*\n", one)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files_module, "_PIECE_CHARACTERS", piece)
            found = documents_of(opened(path, separator=separator))
        assert found == [document for document in documents if document.strip()]


@pytest.mark.parametrize("separator", ["endoftext", "blank-line"])
def test_a_separator_may_end_the_file_without_a_line_break(tmp_path, separator):
    (tmp_path / "a.txt").write_text("one a\n<|endoftext|>\ntwo b\n<|endoftext|>")
    assert documents_of(opened(tmp_path / "a.txt", separator=separator)) == ["one a\n", "two b\n"]


@pytest.mark.parametrize("n_spaces", [20, 30_000, 700_000])
def test_white_space_alone_is_no_document_however_long_it_is(tmp_path, n_spaces):
    spaces = " " * n_spaces + "\n"
    texts = [f"{spaces}one a\n", spaces, f"two b\n{spaces}", spaces]
    (tmp_path / "a.txt").write_text("<|endoftext|>\n".join(texts))
    corpus, held = opened(tmp_path / "a.txt"), corpus_of(texts)
    assert [text.split() for text in documents_of(corpus)] == [["one", "a"], ["two", "b"]]
    assert list(corpus.passages()) == list(held.passages())
    assert corpus.fingerprint == held.fingerprint


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
    with pytest.raises(InputError, match=r"a\.txt:2: byte 0xe9 is no UTF-8 .*encoding cp1252"):
        opened(tmp_path / "a.txt")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inside.txt", b"cut off: \xc3")
    with pytest.raises(InputError, match=r"a\.zip:inside\.txt:1: byte 0xc3 is no UTF-8"):
        opened(tmp_path / "a.zip")


def test_damaged_archives_are_refused(tmp_path):
    text = " ".join(f"a{number}" for number in random.Random(0).choices(range(10**6), k=5000))
    for path in write_compressed(tmp_path, text)[1:]:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(InputError, match=rf"cannot read .*{path.name}: .*is it whole\?"):
            opened(path)
        path.write_bytes(b"no archive at all")  # read for what it is
        assert documents_of(opened(path)) == ["no archive at all"]
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


# --- the cut at 20,000 characters ------------------------------------------------------------


def test_long_documents_are_cut_at_a_sentence_end_where_one_is_near():
    assert MAX_PASSAGE_CHARACTERS == 20_000
    plain = "w " * 25_000
    assert [len(words(part)) for part in cut_document(plain)] == [10_000, 10_000, 5_000]
    near = "w " * 9_000 + "end. " + "w " * 15_000
    parts = cut_document(near)
    assert [len(words(part)) for part in parts] == [9_001, 10_000, 5_000]
    assert parts[0].endswith("end. ")
    far = "w " * 7_000 + "end. " + "w " * 15_000  # before the last quarter: too far
    assert [len(part) for part in cut_document(far)] == [19_999, 20_000, 4_006]
    assert cut_document("w " * 10_000) == ["w " * 10_000]
    assert cut_document("") == []


@pytest.mark.parametrize("end", [". ", "!\n", '?" ', ".') ", ".]\n", "\n"])
def test_what_ends_a_sentence(end):
    text = "w " * 8_000 + "the" + end + "w " * 8_000
    assert cut_document(text)[0] == "w " * 8_000 + "the" + end


def test_text_without_white_space_is_cut_behind_punctuation_and_else_stays_whole():
    commas = "ab," * 10_000
    assert [len(part) for part in cut_document(commas)] == [19_998, 10_002]
    for whole in ("a" * 50_000, "don’t" * 10_000, "o'" * 20_000 + "k"):
        assert cut_document(whole) == [whole]
        assert cut_document(f"{whole} end") == [f"{whole} ", "end"]
        assert cut_document(f"start {whole}, end") == ["start ", f"{whole},", " end"]


@pytest.mark.parametrize("word", ["don’t", "don’t,", "don't", "cafe\u0301s", "a_b", "x,y"])
def test_no_word_is_cut_in_two(word):
    """Also where the text is normalised after the cut, which joins ``don’t`` and ``café``."""
    for lead in ("", "w ", "ww ", "www "):
        text = lead + f"{word} " * 10_001
        parts = cut_document(text)
        assert len(parts) > 1
        assert [found for part in parts for found in part.split()] == text.split()
        rules = Normalization()
        read = [found for part in parts for found in words(normalize(part, rules))]
        assert read == words(normalize(text, rules))


@settings(max_examples=200, deadline=None)
@given(PIECES, st.integers(4, 40))
def test_parts_join_to_the_text_within_the_limit_and_keep_every_word(text, limit):
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, limit)
        parts = cut_document(text)
    assert "".join(parts) == text
    assert all(parts)
    assert [word for part in parts for word in words(part)] == words(text)
    for part in parts:
        if len(part) <= limit:
            assert 2 * len(words(part)) <= limit + 1 + 2 * part.count("字")  # each is a word
        else:  # nothing in it parts words
            assert not any(parts_words(part[:n]) for n in range(1, len(part)))


@settings(max_examples=200, deadline=None)
@given(PIECES, st.integers(4, 40))
def test_the_cut_is_at_the_last_of_the_best_places(text, limit):
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, limit)
        assert cut_document(text) == cut_at_the_last_best_place(text, limit)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["don't", "don’t", "a_b", "x,y", "cafe\u0301s"]), min_size=2))
def test_what_white_space_holds_together_stays_whole(found):
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, 10)  # every stretch of ten characters has a space
        parts = cut_document(" ".join(found))
    assert [word for part in parts for word in part.split()] == found


@settings(deadline=None)
@given(PIECES, st.integers(4, 40), st.integers(1, 30))
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
@given(st.lists(PIECES.filter(str.strip), min_size=1, max_size=4), st.integers(4, 40))
@example(texts=["\n" * 9 + "king", "queen"], limit=4)
def test_a_streamed_file_gives_the_passages_of_the_texts_in_memory(tmp_path_factory, texts, limit):
    texts = [text + "\n" for text in texts]
    path = tmp_path_factory.mktemp("streamed") / "a.txt"
    path.write_text("<|endoftext|>\n".join(["two words\n", *texts]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        limit_passages(patch, limit)
        patch.setattr(files_module, "_PIECE_CHARACTERS", 20)
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
        assert all(19_999 - length <= len(part.text) <= 20_000 for part in streamed[:-1])
        assert [word for part in streamed for word in part.text.split()] == text.split()
        assert {passage.document for passage in streamed} == {0}


def test_both_wings_read_the_normalised_passages():
    corpus = corpus_of(["The KING’s men.", "Zoë left."])
    found = list(normalized_passages(corpus, Normalization(accents="strip")))
    assert found == [Passage(0, "the king's men."), Passage(1, "zoe left.")]


def test_the_head_of_text8_is_one_document_cut_every_20000_characters(data_folder):
    corpus = opened(data_folder / "corpora" / "text8-head.txt.gz")
    passages = [p.text for p in corpus.passages()]
    assert corpus.n_documents == 1
    assert corpus.n_characters == sum(map(len, passages))
    assert all(19_900 < len(text) <= 20_000 for text in passages[:-1])
    assert sum(len(words(text)) for text in passages) == pytest.approx(1.17e6, rel=0.01)


def test_a_file_that_changes_after_it_was_opened_is_refused(tmp_path):
    """Else the new words would be kept under the fingerprint of the old ones."""
    path = tmp_path / "text.txt"
    path.write_text("the old king and queen rule " * 50)
    corpus = open_corpus(CorpusOptions(source=str(path)))
    assert list(corpus.passages())
    path.write_text("completely different words here now " * 50)
    with pytest.raises(InputError, match="changed since it was opened"):
        list(corpus.passages())
    path.unlink()
    with pytest.raises(InputError, match="changed since it was opened"):
        list(corpus.passages())


def test_what_is_told_of_a_file_is_told_once_however_often_it_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cut.txt"
    path.write_bytes("\ufeffThe king spoke to the qu".encode() + b"\xff" + b"een. So be it.\n" * 40)
    with caplog.at_level("INFO"):
        text = read_text(path, errors="replace", encoding="latin-1", min_count=1, progress=False)
        assert text.vocabulary.words
        assert sum(len(passage.text) for passage in text.passages()) > 100
    told = [record.getMessage() for record in caplog.records]
    for what in ("damaged characters", "byte-order mark", "read 1 file(s)"):
        assert sum(what in one for one in told) == 1, told
