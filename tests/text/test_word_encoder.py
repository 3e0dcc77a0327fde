"""Words by whole arrays, and compiled: equal to the reading by patterns, alone and in batches."""

import sys
from itertools import chain, count, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compare.text import word_encoder
from compare.text.characters import character_kinds
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.found_words import find_words
from compare.text.normalization import Normalization
from compare.text.passages import Passage
from compare.text.tokens import TokenArray, renumbered
from compare.text.word_encoder import COMPILED_FROM, WordEncoder
from compare.text.words import sentences

# Apostrophes, sentence ends, other line breaks, letters of 1 to 4 bytes, digits of other scripts,
# numbers that are no digits, combining marks, an underscore, a character that is none of these.
RICH = "aZéß字कǅ𝒜39٣²½ªiİ'''’‘...!?;\n\n\r\x85\u2028 \t_-,\u0301\u093f\u200d😀\0"
TEXT = st.text(st.sampled_from(RICH)) | st.text(st.sampled_from("ab'. \n")) | st.text()


by_either = pytest.mark.parametrize("size", [0, COMPILED_FROM], ids=["arrays", "compiled"])
"""About so many characters: whether compiled code reads them (arrays, too, without numba)."""


def sentences_of(tokens: TokenArray, words: list[str]) -> list[list[str]]:
    """Turn the numbers back into words, sentence by sentence."""
    borders = [*tokens.starts.tolist(), len(tokens)]
    assert borders[0] == 0
    return [[words[number] for number in tokens.ids[start:end]] for start, end in pairwise(borders)]


def encoded(texts: list[str], size: int = 0) -> tuple[list[list[str]], list[str]]:
    """Encode texts all together: their sentences, and the words in order of their numbers."""
    encoder = WordEncoder(n_characters=size)
    parts = list(encoder.encode_all(Passage(*one) for one in enumerate(texts)))
    assert sum(part.n_units for part in parts) == sum(map(len, parts))
    return [s for part in parts for s in sentences_of(part, encoder.words)], encoder.words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The king spoke. Nobody listened!", ["The king spoke", "Nobody listened"]),
        ("'Don't' rock'n'roll, the dogs' o''clock", ["Don't rock'n'roll the dogs o clock"]),
        ("It was 3.5 m in the U.S. today...", ["It was 3.5 m in the U.S today"]),
        ("Zoë – Ωμέγα; 東京\n𝒜𝟘_x", ["Zoë Ωμέγα", "東 京 𝒜𝟘 x"]),
        ("naïve café", ["naïve café"]),  # Latin-1, beyond ASCII
        ("a.", ["a"]),
        (".a", ["a"]),
        ("'a'", ["a"]),
        (" ... !? \n'", []),
        ("", []),
    ],
)
def test_words_and_sentences_by_hand(text, expected):
    found = find_words(text)
    found.words.validate(full=True)
    words = found.words.to_pylist()
    borders = [*found.sentence_starts.tolist(), len(words)]
    assert [" ".join(words[i:j]) for i, j in pairwise(borders)] == expected
    assert found.sentence_starts.dtype == np.int64


@by_either
@settings(max_examples=500, deadline=None)
@given(TEXT)
@example("a'b'c'.d")
@example("é'é")
def test_every_text_is_read_as_by_the_patterns(size, text):
    encoder = WordEncoder(n_characters=size)
    tokens = encoder.encode(text)
    assert sentences_of(tokens, encoder.words) == list(sentences(text))
    assert tokens.n_units == len(tokens)
    assert (tokens.ids.dtype, tokens.starts.dtype) == (np.int32, np.int64)


def test_every_character_is_read_as_by_the_patterns():
    """Alone, inside a word, between an apostrophe and a letter, and behind a full stop."""
    for low in range(0, 0x110000, 0x8000):
        if 0x20000 <= low < 0xE0000 or low >= 0xE8000:
            continue  # ideographs, and nothing at all
        found = [chr(c) for c in range(low, low + 0x8000) if not 0xD800 <= c < 0xE000]
        text = "".join(f"{c} x{c}y a'{c} b.{c} " for c in found)
        encoder = WordEncoder()
        tokens = encoder.encode(text)
        assert sentences_of(tokens, encoder.words) == list(sentences(text)), hex(low)


@by_either
def test_any_two_characters_of_latin_1_are_read_as_by_the_patterns(size):
    """Between letters, a digit and a letter, and before a capital."""
    found = [chr(c) for c in range(0x100) if c != 0xAD]
    for first in found:
        text = "".join(f"a{first}{other}b 1{other}{first}c{first} B{other} D\n" for other in found)
        encoder = WordEncoder(n_characters=size)
        tokens = encoder.encode(text)
        assert sentences_of(tokens, encoder.words) == list(sentences(text)), hex(ord(first))


@by_either
def test_half_a_character_parts_words(size):
    """A lone surrogate, as Python reads broken file names and some JSON."""
    encoder = WordEncoder(n_characters=size)
    tokens = encoder.encode("king\ud800dom")
    assert sentences_of(tokens, encoder.words) == [["king", "dom"]]


@by_either
@settings(deadline=None)
@given(st.lists(TEXT, max_size=6))
def test_words_are_numbered_in_order_of_first_appearance(size, texts):
    encoder = WordEncoder(n_characters=size)
    found = [encoder.encode(text) for text in texts]
    spoken = [word for text in texts for sentence in sentences(text) for word in sentence]
    assert encoder.words == list(dict.fromkeys(spoken))
    ids = np.concatenate([np.zeros(0, dtype=np.int32), *(tokens.ids for tokens in found)])
    assert [encoder.words[number] for number in ids] == spoken


@by_either
@settings(deadline=None)
@given(st.lists(TEXT, max_size=8), st.integers(1, 40))
def test_batches_give_what_each_text_gives_alone(size, texts, batch_characters):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_encoder, "BATCH_CHARACTERS", batch_characters)
        found, words = encoded(texts, size)
    assert found == [sentence for text in texts for sentence in sentences(text)]
    assert words == list(dict.fromkeys(chain.from_iterable(found)))


@by_either
def test_texts_never_run_into_each_other(size):
    found, _ = encoded(["don'", "t 3.", "5 king", "dom"])
    assert found == [["don"], ["t", "3"], ["5", "king"], ["dom"]]


@by_either
def test_texts_are_read_a_batch_at_a_time(size, monkeypatch):
    monkeypatch.setattr(word_encoder, "BATCH_CHARACTERS", 10)
    encoder = WordEncoder(n_characters=size)
    endless = encoder.encode_all(Passage(number, f"word{number}") for number in count())
    assert next(endless).ids.tolist() == [0, 1]
    assert next(endless).ids.tolist() == [2, 3]
    assert encoder.words == ["word0", "word1", "word2", "word3"]


@pytest.fixture(scope="module")
def wiki() -> tuple[list[str], list[list[str]]]:
    """Give the texts of the wiki sample, and their sentences by the patterns."""
    corpus = open_corpus(CorpusOptions())
    texts = [p.text for p in normalized_passages(corpus, Normalization(case="keep"))]
    return texts, [sentence for text in texts for sentence in sentences(text)]


@by_either
def test_the_wiki_sample_is_read_as_by_the_patterns(wiki, size):
    texts, expected = wiki
    found, words = encoded(texts, size)
    assert found == expected
    assert words == list(dict.fromkeys(chain.from_iterable(found)))
    assert sum(map(len, found)) > 400_000


def test_documents_begin_where_their_first_word_does(monkeypatch):
    """Also in batches; a document without a word begins where the next one does."""
    passages = [(0, "The king."), (0, "He spoke."), (1, "..."), (3, "Nobody heard"), (4, "him")]
    for batch_characters in (1, 12, 1000):
        monkeypatch.setattr(word_encoder, "BATCH_CHARACTERS", batch_characters)
        encoder = WordEncoder()
        parts = list(encoder.encode_all(Passage(*one) for one in passages))
        before = np.cumsum([0, *map(len, parts)])
        starts = np.concatenate([p.documents + n for p, n in zip(parts, before, strict=False)])
        assert starts.tolist() == [0, 4, 4, 6], batch_characters  # the one without words as well
    whole = TokenArray(np.arange(7, dtype=np.int32), np.array([0, 2, 4, 6]), 7, starts)
    without = np.array([0, 1, 2, 3, -1, -1, 4], dtype=np.int32)
    (kept,) = renumbered(whole, without)
    assert kept.documents.tolist() == [0, 4, 4, 4]
    assert kept.starts.tolist() == [0, 2, 4]


def test_no_text_stands_before_the_first_document(monkeypatch):
    """Also where the first document fills batches without a word in them."""
    monkeypatch.setattr(word_encoder, "BATCH_CHARACTERS", 10)
    passages = [(0, "?! " * 20), (0, "The king spoke."), (1, "..." * 9), (1, "He slept."), (2, "")]
    encoder = WordEncoder()
    parts = list(encoder.encode_all(Passage(*one) for one in passages))
    before = np.cumsum([0, *map(len, parts)])
    starts = np.concatenate([p.documents + n for p, n in zip(parts, before, strict=False)])
    assert starts.tolist() == [0, 3, 5]


def test_signs_that_latin_1_lacks_are_read_as_by_the_patterns():
    """Greek ones too, behind which a semicolon is a question mark."""
    kinds = character_kinds()
    is_sign = ~np.isin(kinds, kinds[list(map(ord, "aA1"))])
    for low in range(0x100, 0x3100, 0x100):
        found = [chr(low + place) for place in np.flatnonzero(is_sign[low : low + 0x100])]
        for texts in (found, [f"A b{sign}; c d{sign}. E {sign}{sign} F" for sign in found]):
            expected = [sentence for text in texts for sentence in sentences(text)]
            for size in (0, COMPILED_FROM):
                assert encoded(texts, size)[0] == expected, hex(low)


@by_either
def test_whether_a_passage_has_capitals_hangs_on_it_alone(size):
    text = "A" + "b" * 900 + ". " + "c" * 96
    for texts in ([text], [text, ""], [text, "a b. c"], ["a. b", text]):
        found, _ = encoded(texts, size)
        assert found == [sentence for one in texts for sentence in sentences(one)]


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=4))
@example(
    [
        "Mr. É. B. was. in Œuvre. it's",
        "ŀ. Σ\xadA",
        "İ. ẞ a\xadb",
        "«É.» Oui. «non.» J. S. Bach etc. A",
    ]
)
def test_compiled_code_reads_small_letters_as_arrays_do(texts):
    pytest.importorskip("numba")
    encoders = [WordEncoder(lower=True, n_characters=size) for size in (0, COMPILED_FROM)]
    passages = [Passage(number // 2, text) for number, text in enumerate(texts)]
    one, other = ([*encoder.encode_all(passages)] for encoder in encoders)
    assert encoders[0].words == encoders[1].words
    for mine, theirs in zip(one, other, strict=True):
        for name in ("ids", "starts", "documents"):
            assert getattr(mine, name).tolist() == getattr(theirs, name).tolist()
            assert getattr(mine, name).dtype == getattr(theirs, name).dtype


def test_a_table_that_grows_numbers_words_as_a_dictionary_does(rng):
    pytest.importorskip("numba")
    from compare.text.compiled_words import WordTable, with_room

    table, known = WordTable(2), {}
    for most in (1, 3, 8, 9, 17, 70):
        lengths = rng.integers(1, most + 1, size=3000)
        letters = rng.integers(ord("a"), ord("c"), size=lengths.sum(), dtype=np.uint8)
        borders = np.append(0, np.cumsum(lengths)).astype(np.int32)
        words = [letters[i:j].tobytes().decode() for i, j in pairwise(borders)]
        room = with_room(len(letters))
        room[: len(letters)] = letters
        numbers = table.numbers_of(room, np.repeat(borders, 2)[1:-1])
        assert numbers.tolist() == [known.setdefault(word, len(known)) for word in words]
    assert table.words() == table.distinct().to_pylist() == list(known)


def test_without_numba_long_texts_are_read_by_arrays(monkeypatch):
    monkeypatch.setattr(word_encoder, "numba_missing", lambda: "numba is not installed")
    monkeypatch.setitem(sys.modules, "compare.text.compiled_words", None)
    found, _ = encoded(["The king spoke."], COMPILED_FROM)
    assert found == [["The", "king", "spoke"]]
