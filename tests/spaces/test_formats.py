"""Formats of other tools: by hand, round trips, gensim both ways, and damage refused."""

import gzip
import pickle
import random

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.spaces.formats import read_vectors
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space, write_word2vec_binary, write_word2vec_text
from compare.text.normalization import normal_word
from tests.conftest import random_space

WRITERS = {"text": write_word2vec_text, "binary": write_word2vec_binary}
ANY_FLOAT = st.floats(width=32, allow_nan=False, allow_infinity=False)
ANY_WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(
    lambda word: word.split() == [word] and word == normal_word(word, fold=False)
)


def unicode_space() -> EmbeddingSpace:
    space = random_space(5, 4)
    return EmbeddingSpace(("the", "Zoë", "字", "3.14", "don't"), space.vectors)


def assert_same(space: EmbeddingSpace, words: list[str], vectors: np.ndarray) -> None:
    assert list(space.words) == list(words)
    assert space.vectors.tobytes() == np.ascontiguousarray(vectors, dtype=np.float32).tobytes()


def gensim_vectors(space: EmbeddingSpace) -> KeyedVectors:
    vectors = KeyedVectors(space.dim)
    vectors.add_vectors(list(space.words), space.vectors)
    return vectors


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.vec", "2 3\nking 1 -0.5 2e-3\nqueen 0 1 2\n"),
        ("a.txt", "king 1 -0.5 2e-3\nqueen 0 1 2\n"),
        ("a.txt", "2 3\r\nking 1 -0.5 2e-3\r\nqueen 0 1 2"),
        ("a.txt", "2 3 \nking 1 -0.5 2e-3 \n\nqueen\t0\t1\t2 \n"),
        ("a.bin", b"2 3\nking " + np.array([1, -0.5, 2e-3], "<f4").tobytes() + b"\nqueen "
         + np.array([0, 1, 2], "<f4").tobytes() + b"\n"),
        ("a.bin", b"2 3\nking " + np.array([1, -0.5, 2e-3], "<f4").tobytes() + b"queen "
         + np.array([0, 1, 2], "<f4").tobytes()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_layouts_by_hand(tmp_path, name, content, packed):
    content = content if isinstance(content, bytes) else content.encode()
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(content) if packed else content)
    space = read_vectors(path)
    assert_same(space, ["king", "queen"], [[1, -0.5, 2e-3], [0, 1, 2]])
    assert (space.name, space.counts) == ("a", None)
    assert space.provenance["source"] == path.name


def test_what_is_written_by_hand(tmp_path):
    space = EmbeddingSpace(("king", "字"), [[1, -0.5], [0.1, 2e-30]])
    write_word2vec_text(space, tmp_path / "a.txt")
    expected = "2 2\nking 1 -0.5\n字 0.100000001 2.00000001e-30\n"
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == expected
    write_word2vec_binary(space, tmp_path / "a.bin")
    rows = [np.array(row, "<f4").tobytes() for row in space.vectors]
    binary = b"2 2\nking " + rows[0] + "\n字 ".encode() + rows[1] + b"\n"
    assert (tmp_path / "a.bin").read_bytes() == binary


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(ANY_WORD, min_size=1, max_size=4, unique=True),  # of more, odd ones are refused
    numbers=st.lists(ANY_FLOAT, min_size=12, max_size=12),
    dim=st.integers(1, 3),
)
def test_every_word_and_float_is_read_back_exactly(tmp_path_factory, form, words, numbers, dim):
    vectors = np.array(numbers[: len(words) * dim], dtype=np.float32).reshape(len(words), dim)
    assume(vectors.any(axis=1).all())
    path = tmp_path_factory.getbasetemp() / f"round-trip-{form}"
    WRITERS[form](EmbeddingSpace(tuple(words), vectors), path)
    assert_same(read_vectors(path), words, vectors)


@pytest.mark.parametrize("form", WRITERS)
def test_gensim_reads_what_is_written(tmp_path, form):
    space = unicode_space()
    WRITERS[form](space, tmp_path / "a")
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / "a"), binary=form == "binary")
    assert_same(space, theirs.index_to_key, theirs.vectors)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_what_gensim_writes_is_read(tmp_path, binary, suffix):
    space = unicode_space()
    path = tmp_path / f"a{suffix}"
    gensim_vectors(space).save_word2vec_format(str(path), binary=binary)
    assert_same(read_vectors(path), space.words, space.vectors)


def test_glove_as_gensim_writes_and_reads_it_without_header(tmp_path):
    space = unicode_space()
    path = tmp_path / "glove.txt"
    gensim_vectors(space).save_word2vec_format(str(path), write_header=False)
    assert_same(read_vectors(path), space.words, space.vectors)
    theirs = KeyedVectors.load_word2vec_format(str(path), no_header=True)
    assert_same(read_vectors(path), theirs.index_to_key, theirs.vectors)


def test_glove_words_may_hold_spaces(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("the 1 2\n. . . 3 4\nat name@domain.com 5 6\n\xa0 7 8\n", encoding="utf-8")
    words = ["the", ". . .", "at name@domain.com", "\xa0"]
    assert_same(read_vectors(path), words, [[1, 2], [3, 4], [5, 6], [7, 8]])


def test_a_binary_file_larger_than_one_read_is_whole(tmp_path):
    space = random_space(2500, 130)  # 1.3 MB; read 1 MB at a time
    write_word2vec_binary(space, tmp_path / "a.bin")
    assert_same(read_vectors(tmp_path / "a.bin"), space.words, space.vectors)


def test_an_own_space_is_known_by_its_content(tmp_path):
    space = random_space(4, 3)
    save_space(space, tmp_path / "any-name.txt")
    loaded = read_vectors(tmp_path / "any-name.txt")
    assert_same(loaded, space.words, space.vectors)
    assert (loaded.name, loaded.counts.tolist()) == ("random", [4, 3, 2, 1])


def test_pickles_are_refused_and_not_run(tmp_path):
    mark = tmp_path / "code-ran"

    class Touch:
        def __reduce__(self):
            return (type(mark).touch, (mark,))

    gensim_vectors(random_space(4, 3)).save(str(tmp_path / "vectors.kv"))
    for protocol in range(2, 6):
        (tmp_path / f"{protocol}.pkl").write_bytes(pickle.dumps(Touch(), protocol=protocol))
    (tmp_path / "packed.pkl.gz").write_bytes(gzip.compress(pickle.dumps(Touch())))
    for name in ("vectors.kv", "2.pkl", "3.pkl", "4.pkl", "5.pkl", "packed.pkl.gz"):
        with pytest.raises(InputError, match=r"pickle.*refused.*save_word2vec_format"):
            read_vectors(tmp_path / name)
    for protocol in (0, 1):
        (tmp_path / "old.pkl").write_bytes(pickle.dumps(Touch(), protocol=protocol))
        with pytest.raises(InputError):
            read_vectors(tmp_path / "old.pkl")
    np.savez(tmp_path / "a.npz", np.ones(3))
    with pytest.raises(InputError, match=r"a\.npz"):
        read_vectors(tmp_path / "a.npz")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"a\.txt is empty; expected words and their vectors"),
        ("\n \n", "is empty"),
        ("3 2\na 1 2\nb 3 4\n", "declares 3 words but holds 2; it may be cut off"),
        ("1 2\na 1 2\nb 3 4\n", "declares 1 words but holds 2"),
        (
            "2 3\na 1 2\nb 3 4\n",
            r"a\.txt:2: expected a word and 3 numbers.*; found 'a 1 2'",
        ),
        ("0 0\n", "declares 0 words of 0 dimensions"),
        (
            "a 1 2\nb 3\n",
            r"a\.txt:2: expected a word and 2 numbers.*; found 'b 3'",
        ),
        ("a 1 2\nb 3 x\n", r"a\.txt:2: .*found 'b 3 x'"),
        ("The king spoke to the queen.\n", r"a\.txt:1: expected a word and two numbers or more"),
        (
            "word\n",
            r"a\.txt:1: expected a word and two numbers or more.*; found 'word'",
        ),
        ("a 1 2\nb nan 3\n", r"a\.txt: 1 of 2 vectors hold NaN or infinity.*'b'"),
        ("a 1 2\nb 1e60 3\n", r"a\.txt: 1 of 2 vectors hold NaN or infinity.*'b'"),
        (b"\xff 1 2\n\xff\xfe 3 4\n", r"a\.txt: 2 of 2 words are no UTF-8"),
    ],
)
def test_malformed_text_is_told(tmp_path, content, message):
    path = tmp_path / "a.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message):
        read_vectors(path)


def test_a_binary_file_cut_off_anywhere_is_refused(tmp_path):
    path = tmp_path / "a.bin"
    write_word2vec_binary(unicode_space(), path)
    whole = path.read_bytes()
    for end in range(len(whole) - 1):  # the last byte is a line break
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match=r"a\.bin"):
            read_vectors(path)
    path.write_bytes(whole.replace(b"5 4", b"6 4", 1))
    with pytest.raises(InputError, match="declares 6 words but ends after 5; it is cut off"):
        read_vectors(path)


def test_random_bytes_are_refused(tmp_path):
    draw = random.Random(0).randbytes
    for header in (b"", b"7 5\n", b"1000 300\n", b"99999999 99999999\n"):
        for _ in range(20):
            (tmp_path / "a.bin").write_bytes(header + draw(3000))
            with pytest.raises(InputError, match=r"a\.bin"):
                read_vectors(tmp_path / "a.bin")
    (tmp_path / "long.bin").write_bytes(b"7 5\n" + b"x" * (1 << 18))  # no word is so long
    with pytest.raises(InputError, match="expected a word and 5 numbers"):
        read_vectors(tmp_path / "long.bin")


def test_what_is_no_file_is_told(tmp_path):
    with pytest.raises(InputError, match=r"expected a file of vectors at .*; found a folder"):
        read_vectors(tmp_path)
    with pytest.raises(InputError, match="found nothing"):
        read_vectors(tmp_path / "none.vec")


def test_damaged_gzip_is_refused(tmp_path):
    path = tmp_path / "a.vec.gz"
    whole = gzip.compress("\n".join(f"w{n} {n} 1" for n in range(999)).encode())
    for damaged in (whole[: len(whole) // 2], whole[:10] + b"\xff" * 20):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"cannot read .*a\.vec\.gz"):
            read_vectors(path)


@pytest.mark.parametrize("form", WRITERS)
def test_words_that_the_format_cannot_carry_are_refused(tmp_path, form):
    for word in ("New York", "", "a\n", "\xa0"):
        space = EmbeddingSpace(("the", word), np.eye(2))
        with pytest.raises(InputError, match=r"white space.*save as safetensors"):
            WRITERS[form](space, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
