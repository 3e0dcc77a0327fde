"""Token ids on disk: a hand example, round trips, memory mapping, and damage refused."""

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.tokens import TokenArray, open_tokens, write_tokens

SEGMENTS = [([5, 6, 7], 4), ([], 2), ([8], 1), ([9, 2**31 - 1], 2)]


def test_segments_by_hand(tmp_path):
    tokens = write_tokens(tmp_path / "tokens", iter(SEGMENTS))
    assert tokens.ids.tolist() == [5, 6, 7, 8, 9, 2**31 - 1]
    assert tokens.starts.tolist() == [0, 3, 4]  # the empty segment has no start
    assert tokens.n_units == 9  # but its raw words count
    assert len(tokens) == 6
    held = TokenArray.of_segments((ids for ids, _ in SEGMENTS), n_units=9)
    assert held.ids.tolist() == tokens.ids.tolist()
    assert held.starts.tolist() == tokens.starts.tolist()
    assert (held.ids.dtype, held.starts.dtype) == (np.int32, np.int64)
    assert (tokens.ids.dtype, tokens.starts.dtype) == (np.int32, np.int64)
    assert TokenArray.of_segments([[1, 2], [], [3]]).n_units == 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=5), max_size=8))
def test_segments_are_read_back_from_disk(segments):
    with tempfile.TemporaryDirectory() as folder:
        write_tokens(Path(folder) / "tokens", ((ids, len(ids)) for ids in segments))
        tokens = open_tokens(Path(folder) / "tokens")
        borders = [*tokens.starts.tolist(), len(tokens)]
        parts = [tokens.ids[i:j].tolist() for i, j in pairwise(borders)]
        assert parts == [ids for ids in segments if ids]
        assert tokens.n_units == len(tokens)


def test_ids_are_mapped_and_cannot_be_written(tmp_path):
    tokens = write_tokens(tmp_path / "tokens", SEGMENTS)
    assert isinstance(tokens.ids, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        tokens.ids[0] = 1


def test_a_folder_is_replaced_whole_and_a_failure_keeps_the_old_one(tmp_path):
    folder = tmp_path / "tokens"
    write_tokens(folder, SEGMENTS)

    def failing():
        yield [1], 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_tokens(folder, failing())
    assert open_tokens(folder).ids.tolist() == [5, 6, 7, 8, 9, 2**31 - 1]
    assert write_tokens(folder, [([1], 1)]).ids.tolist() == [1]
    assert list(tmp_path.iterdir()) == [folder]


def test_no_tokens_at_all(tmp_path):
    tokens = write_tokens(tmp_path / "tokens", [([], 3)])
    assert (len(tokens), len(tokens.starts), tokens.n_units) == (0, 0, 3)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("ids.int32", b"\0" * 20, "expected 6 ids, found 5; delete it"),
        ("ids.int32", b"\0" * 28, "expected 6 ids, found 7; delete it"),
        ("ids.int32", b"\0" * 23, "is damaged"),
        ("ids.int32", b"", "is damaged"),
        ("ids.int32", None, "is damaged"),
        ("starts.npy", b"\x93NUMPY", "is damaged"),
        ("starts.npy", b"", "is damaged"),
        ("starts.npy", None, "is damaged"),
        ("meta.json", b"{", "expected JSON"),
        ("meta.json", b"{}", "is damaged"),
        ("meta.json", b'{"n_tokens": 6}', "is damaged"),
        ("meta.json", b"[]", "is damaged"),
        ("meta.json", None, "no such file"),
    ],
)
def test_damage_is_refused(tmp_path, name, content, message):
    write_tokens(tmp_path, SEGMENTS)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        open_tokens(tmp_path)


def test_a_pickled_array_is_refused(tmp_path):
    write_tokens(tmp_path, SEGMENTS)
    np.save(tmp_path / "starts.npy", np.array([{}], dtype=object))
    with pytest.raises(InputError, match="is damaged"):
        open_tokens(tmp_path)
