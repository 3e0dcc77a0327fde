"""Cases of files of vectors: read for what they are, or refused; never numbers of a wrong row."""

import bz2
import gzip
import io
import logging
import lzma
import pickle
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError
from compare.spaces.formats import read_vectors
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import write_word2vec_binary, write_word2vec_text

ROWS = "king 0.5 1 2\nqueen 3 4 5\nman 6 7 8\n"
VECTORS = np.array([[0.5, 1, 2], [3, 4, 5], [6, 7, 8]], dtype=np.float32)


def packed(content: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as handle:
        handle.writestr("glove.txt", content)
    return archive.getvalue()


READ = {
    "plain.txt": ROWS.encode(),
    "header.vec": ("3 3\n" + ROWS).encode(),
    "mark.txt": b"\xef\xbb\xbf" + ROWS.encode(),
    "tabs.txt": ROWS.replace(" ", "\t").encode(),
    "lines.txt": ("3 3\r\n" + ROWS.replace("\n", "\r\n")).encode(),
    "packed.txt.GZ": gzip.compress(ROWS.encode()),
    "packed.bz2": bz2.compress(ROWS.encode()),
    "packed.xz": lzma.compress(ROWS.encode()),
    "packed-without-saying.vec": gzip.compress(ROWS.encode()),
    "not-packed.gz": ROWS.encode(),
    "glove.zip": packed(ROWS),
}


@pytest.mark.parametrize("name", READ)
def test_layouts_under_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(READ[name])
    space = read_vectors(tmp_path / name)
    assert space.words == ("king", "queen", "man")
    np.testing.assert_array_equal(space.vectors, VECTORS)


@pytest.mark.parametrize(
    ("content", "words", "told"),
    [
        (ROWS + "king 9 9 9\n", ("king", "queen", "man"), "1 of 4 words repeat"),
        ("cafe\u0301 1 2 3\n" + ROWS + "café 9 9 9\n",
         ("café", "king", "queen", "man"), "1 of 5 words are another spelling"),
        ("don’t 1 2 3\n" + ROWS, ("don't", "king", "queen", "man"), ""),
        (ROWS.encode() + b"caf\xe9 9 9 9\n", ("king", "queen", "man"), "1 of 4 words are no UTF-8"),
        (ROWS + " 9 9 9\n", ("king", "queen", "man"), "1 of 4 words are empty"),
        ("New York 1 2 3\n" + ROWS, ("New York", "king", "queen", "man"), ""),
        ("4 3\nNew York 1 2 3\n" + ROWS, ("New York", "king", "queen", "man"), ""),
        ("1 000 1 2 3\n3.14 1 2 3\n" + ROWS, ("1 000", "3.14", "king", "queen", "man"), ""),
        ("3 2\n1 2 3\n2 3 4\n3 4 5\n", ("1", "2", "3"), ""),  # words that are numbers
    ],
)  # fmt: skip
def test_odd_words(
    tmp_path: Path,
    content: str | bytes,
    words: tuple[str, ...],
    told: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with caplog.at_level(logging.WARNING):
        space = read_vectors(path)
    assert space.words == words
    assert told in caplog.text
    assert bool(caplog.text) == bool(told)
    np.testing.assert_array_equal(space.vectors[space.id_of(words[-1])], space.vectors[-1])


def array() -> bytes:
    held = io.BytesIO()
    np.save(held, VECTORS)
    return held.getvalue()


REFUSED = {
    "commas": (ROWS.replace("0.5", "0,5").encode(), r"a\.vec:1: .*"),
    "commas-with-header": (
        b"3 3\nking 0,5 1,0 2,0\nqueen 3,0 4,0 5,0\nman 6,0 7,0 8,0\n",
        r"a\.vec:2: expected a word and 3 numbers; found decimal commas .0,5.: write points",
    ),
    "commas-alone": (b"king 0,5 1,0 2,0\nqueen 3,0 4,0 5,0\n", r":1: .*decimal points, not commas"),
    "no-number": (b"2 3\nking 1 x 3\nqueen 1 2 3\n", r":2: expected a word and 3 numbers"),
    "underscore": (b"2 3\nking 1 1_0 3\nqueen 1 2 3\n", r":2: expected a word and 3 numbers"),
    "short-row": (b"2 3\nking 1 2 3\nqueen 1 2\n", r":3: expected a word and 3 numbers"),
    "too-small-a-header": (b"2 2\nking 1 2 3\nqueen 4 5 6\n", "more than the 2 numbers that the f"),
    "long-row": (b"king 1 2 3\nqueen 1 2 3 4\n", r":1: expected a word and 4 numbers"),
    "matrix": (b"1 2 3\n4 5 6\n7 8 9\n", "numbers alone, a matrix without words.*paste"),
    "matrix-with-header": (b"2 3\n1 2 3\n4 5 6\n", r":2: .*without a word, or one number too few"),
    "nan": (b"king 1 nan 3\nqueen 1 2 3\n", "NaN or infinity.*'king'"),
    "cut-off": (b"3 3\nking 1 2 3\nqueen 1 2 3\n", "declares 3 words but holds 2"),
    "array": (array(), "is a NumPy array, a matrix without words"),
    "pickle": (pickle.dumps({"king": [1.0]}), "pickle.*refused"),
    "utf16": (ROWS.encode("utf-16"), "is UTF-16 text; write it as UTF-8"),
    "utf16-without-mark": (ROWS.encode("utf-16-le"), "UTF-16-LE text without a byte-order mark"),
    "html": (b"<!DOCTYPE html><p>404</p>", "is HTML, no file of word vectors"),
    "jsonl": (b'{"king": [1, 2]}\n', "is JSON lines, no file of word vectors"),
    "hdf5": (b"\x89HDF\r\n\x1a\n\0\0", "is an HDF5 file"),
    "fasttext": (b"\xba\x16\x4f\x2f\x0c\0\0\0", "is no whole fastText model"),
    "prose": (b"The king spoke to the queen.\n", ":1: expected a word and two numbers or more"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_file_of_vectors_is_refused(tmp_path: Path, name: str) -> None:
    content, message = REFUSED[name]
    (tmp_path / "a.vec").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_vectors(tmp_path / "a.vec")
    assert "\n" not in str(caught.value)


def test_binary_files_are_told_from_text_whatever_their_numbers(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for round_ in range(300):
        dim = int(draw.integers(1, 6))
        words = tuple(f"w{number}" for number in range(int(draw.integers(1, 5))))
        scale = draw.choice([1e-3, 1.0, 1e3])
        space = EmbeddingSpace(words, draw.normal(size=(len(words), dim)) * scale)
        for write in (write_word2vec_binary, write_word2vec_text):
            write(space, tmp_path / f"{round_}")
            assert read_vectors(tmp_path / f"{round_}") == space


def test_fasttext_models_are_read_by_gensim(tmp_path: Path) -> None:
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    sentences = [["the", "king", "spoke"], ["the", "queen", "listened"]] * 20
    model = FastText(sentences, vector_size=8, min_count=1, epochs=1, workers=1, bucket=50)
    save_facebook_model(model, str(tmp_path / "a.bin"))
    space = read_vectors(tmp_path / "a.bin")
    assert set(space.words) == set(model.wv.index_to_key)
    np.testing.assert_allclose(space["king"], model.wv["king"], atol=1e-6)


@pytest.mark.parametrize("form", ["text", "glove", "binary"])
def test_mutations_are_read_or_refused_and_rows_stay_rows(tmp_path: Path, form: str) -> None:
    """Flip, cut, double and insert bytes: no other error, and no number from a wrong row."""
    draw = random.Random(form)
    words = tuple(f"word{number}" for number in range(8))
    vectors = np.arange(32, dtype=np.float32).reshape(8, 4) + np.float32(0.25)
    path = tmp_path / "a"
    write = write_word2vec_binary if form == "binary" else write_word2vec_text
    write(EmbeddingSpace(words, vectors), path)
    whole = path.read_bytes()
    if form == "glove":
        whole = whole.partition(b"\n")[2]
    for _ in range(1500):
        path.write_bytes(mutated(whole, draw))
        try:
            space = read_vectors(path)
        except InputError:
            continue
        # One mutation touches one or two rows: the others are what they were.
        same = [w for w in words if w in space and space.dim == 4
                and np.array_equal(space[w], vectors[words.index(w)])]  # fmt: skip
        assert len(space) - len(same) <= 3


def mutated(whole: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(whole))
    kind = draw.randrange(4)
    if kind == 0:
        return whole[:place] + bytes([draw.randrange(256)]) + whole[place + 1 :]
    if kind == 1:
        return whole[:place]
    if kind == 2:
        return whole[:place] + draw.randbytes(draw.randrange(1, 5)) + whole[place:]
    return whole[:place] + whole[place + draw.randrange(1, 5) :]


def rows_of(line: str, n: int = 8) -> str:
    """Repeat a row, ``{n}`` and ``{w}`` filled in with a number and a word."""
    words = ("the", "of", "king", "queen", "man", "woman", "sat", "spoke", "old", "new")
    return "".join(line.format(n=number, w=words[number]) + "\n" for number in range(n))


NO_VECTORS = {
    "heading": ("word 0 1 2 3\n" + rows_of("{w} 0.5 -1 2.25 {n}"), "found a heading"),
    "counter": (rows_of("{n}\t{w}\t0.5\t-1.5"), "have a counter before them"),
    "quoted": (rows_of('"{w}" 0.5 -1.5 0.{n}'), "stand in quotes"),
    "zeros": (rows_of("{w} 0 0 0"), "have a vector of zeros"),
    "old-lines": ("king 0.5 1\rqueen 2 3\rman 4 5\r", "line ends of old"),
}


@pytest.mark.parametrize("name", NO_VECTORS)
def test_rows_that_are_no_words_with_vectors(tmp_path: Path, name: str) -> None:
    content, message = NO_VECTORS[name]
    (tmp_path / "a.txt").write_bytes(content.encode())
    with pytest.raises(InputError, match=message):
        read_vectors(tmp_path / "a.txt")


def test_counts_are_no_numbers_of_vectors(tmp_path: Path) -> None:
    counted = "".join(f"w{n} {5000 - 7 * n} 0.{n + 1} -0.25\n" for n in range(9))
    (tmp_path / "a.txt").write_text(counted)
    with pytest.raises(InputError, match="falls from row to row"):
        read_vectors(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("".join(f"w{n} {500 - n} {n}\n" for n in range(9)))
    with pytest.raises(InputError, match="a list of counts"):
        read_vectors(tmp_path / "b.txt")


def test_numbers_of_the_other_byte_order_are_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = b"".join(b"w%d " % n + rng.normal(size=5).astype(">f4").tobytes() for n in range(9))
    (tmp_path / "a.bin").write_bytes(b"9 5\n" + rows)
    with pytest.raises(InputError, match=r"other byte order|NaN|damaged|line break"):
        read_vectors(tmp_path / "a.bin")


def test_a_vector_of_zeros_is_left_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_text(ROWS + "none 0 0 0\n")
    assert read_vectors(tmp_path / "a.txt").words == ("king", "queen", "man")
    assert "1 of 4 words have a vector of zeros" in caplog.text


@pytest.mark.parametrize("dim", [300, 700, 1024, 4096])
@pytest.mark.parametrize("word", ["king", "的"])
def test_text_of_many_dimensions_is_text(tmp_path: Path, dim: int, word: str) -> None:
    vectors = np.random.default_rng(0).normal(size=(3, dim)).astype(np.float32)
    space = EmbeddingSpace((word, "queen", "man"), vectors)
    for write in (write_word2vec_text, write_word2vec_binary):
        write(space, tmp_path / "a.vec")
        found = read_vectors(tmp_path / "a.vec")
        assert found.words == space.words
        np.testing.assert_array_equal(found.vectors, vectors)


@pytest.mark.parametrize("word", [b"\t", b"\t\t", b"\x0b", "\u3000".encode()])
def test_words_of_white_space_are_no_fault(tmp_path: Path, word: bytes) -> None:
    rows = b"".join(name + b" " + VECTORS[0].tobytes() for name in (word, b"king"))
    (tmp_path / "a.bin").write_bytes(b"2 3\n" + rows)
    assert "king" in read_vectors(tmp_path / "a.bin").words
