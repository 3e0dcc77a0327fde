"""Token arrays: a worked example, plain-Python twins, memory mapping, and damage refused."""

import re
import tempfile
from collections import Counter
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.text.tokens import TokenArray, open_tokens, renumbered, token_counts, write_tokens

LARGEST = 2**31 - 1
PARTS = [
    TokenArray.of_segments([[5, 6, 7], [], [8]], n_units=6),
    TokenArray.of_segments([], n_units=2),
    TokenArray.of_segments([[9, LARGEST]], n_units=3),
]
SEGMENTS = st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=12)


def segments_of(tokens: TokenArray) -> list[list[int]]:
    """Take a text apart; no segment may be empty, and the first begins at 0."""
    borders = [*tokens.starts.tolist(), len(tokens)]
    segments = [tokens.ids[start:end].tolist() for start, end in pairwise(borders)]
    assert all(segments)
    assert sum(map(len, segments)) == len(tokens)
    return segments


def test_parts_on_disk_by_hand(tmp_path):
    tokens = write_tokens(tmp_path / "tokens", iter(PARTS))
    assert tokens.ids.tolist() == [5, 6, 7, 8, 9, LARGEST]
    assert tokens.starts.tolist() == [0, 3, 4]  # an empty segment has no start
    assert tokens.n_units == 11  # but its raw words count
    assert len(tokens) == 6
    assert (tokens.ids.dtype, tokens.starts.dtype) == (np.int32, np.int64)
    held = TokenArray.of_segments([[5, 6, 7], [], [8]])
    assert (held.ids.tolist(), held.starts.tolist(), held.n_units) == ([5, 6, 7, 8], [0, 3], 4)
    assert (held.ids.dtype, held.starts.dtype) == (np.int32, np.int64)


@settings(max_examples=25, deadline=None)
@given(st.lists(SEGMENTS, max_size=4))
def test_parts_are_read_back_from_disk_one_behind_the_other(parts):
    with tempfile.TemporaryDirectory() as folder:
        written = [TokenArray.of_segments(segments) for segments in parts]
        tokens = write_tokens(Path(folder) / "tokens", written)
        again = open_tokens(Path(folder) / "tokens")
        assert segments_of(tokens) == [ids for segments in parts for ids in segments if ids]
        assert segments_of(again) == segments_of(tokens)
        assert again.n_units == len(again)


def test_ids_and_starts_are_mapped_and_cannot_be_written(tmp_path):
    tokens = write_tokens(tmp_path / "tokens", PARTS)
    for array in (tokens.ids, tokens.starts):
        assert isinstance(array, np.memmap)
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_a_folder_is_replaced_whole_and_a_failure_keeps_the_old_one(tmp_path):
    folder = tmp_path / "tokens"
    write_tokens(folder, PARTS)

    def failing():
        yield PARTS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_tokens(folder, failing())
    assert open_tokens(folder).ids.tolist() == [5, 6, 7, 8, 9, LARGEST]
    assert write_tokens(folder, [TokenArray.of_segments([[1]])]).ids.tolist() == [1]
    assert list(tmp_path.iterdir()) == [folder]


def test_no_tokens_at_all(tmp_path):
    for parts, n_units in (([], 0), ([TokenArray.of_segments([[]], n_units=3)], 3)):
        tokens = write_tokens(tmp_path / "tokens", parts)
        assert (len(tokens), len(tokens.starts), tokens.n_units) == (0, 0, n_units)
        assert (tokens.ids.dtype, tokens.starts.dtype) == (np.int32, np.int64)
        assert list(renumbered(tokens, np.zeros(0, dtype=np.int32))) == []
        assert token_counts(tokens, 3).tolist() == [0, 0, 0]


# --- other ids -------------------------------------------------------------------------------


def test_renumbering_by_hand():
    tokens = TokenArray.of_segments([[0, 1, 2], [1, 1], [2]])
    new_ids = np.array([7, -1, 0], dtype=np.int32)
    (whole,) = renumbered(tokens, new_ids)
    assert segments_of(whole) == [[7, 0], [0]]  # the second segment has lost all its tokens
    assert whole.n_units == 6
    parts = list(renumbered(tokens, new_ids, block=1))
    assert [segments_of(part) for part in parts] == [[[7, 0]], [], [[0]]]
    assert [part.n_units for part in parts] == [3, 2, 1]


@settings(deadline=None)
@given(
    SEGMENTS,
    st.lists(st.integers(-1, 5) | st.just(-1), min_size=10, max_size=10),
    st.integers(1, 80),
)
def test_renumbered_segments_are_those_of_plain_python(segments, new_ids, block):
    tokens = TokenArray.of_segments(segments)
    parts = list(renumbered(tokens, np.array(new_ids, dtype=np.int32), block=block))
    expected = [[new_ids[i] for i in ids if new_ids[i] >= 0] for ids in segments]
    assert [ids for part in parts for ids in segments_of(part)] == [ids for ids in expected if ids]
    assert sum(part.n_units for part in parts) == len(tokens)
    assert all(part.ids.dtype == np.int32 for part in parts)
    assert all(part.starts.dtype == np.int64 for part in parts)
    # No more is in memory than a block and the segment that reaches over its end.
    longest = max(map(len, segments), default=0)
    assert all(part.n_units < block + longest for part in parts)
    starts = [0, *accumulate(part.n_units for part in parts)]
    assert set(starts[:-1]) <= {*tokens.starts.tolist(), 0}  # parts begin where segments do


def test_a_text_on_disk_is_renumbered_to_disk(tmp_path):
    rng = np.random.default_rng(0)
    segments = [rng.integers(0, 50, size=size).tolist() for size in rng.integers(1, 9, size=300)]
    tokens = write_tokens(tmp_path / "old", [TokenArray.of_segments(segments)])
    new_ids = rng.permutation(50).astype(np.int32)
    new_ids[:20] = -1
    found = write_tokens(tmp_path / "new", renumbered(tokens, new_ids, block=64))
    expected = [[int(new_ids[i]) for i in ids if new_ids[i] >= 0] for ids in segments]
    assert segments_of(found) == [ids for ids in expected if ids]
    assert found.n_units == len(tokens) > len(found)


@settings(deadline=None)
@given(SEGMENTS, st.integers(1, 80))
def test_token_counts_are_those_of_a_counter(segments, block):
    tokens = TokenArray.of_segments(segments)
    counts = token_counts(tokens, 12, block=block)
    expected = Counter(number for ids in segments for number in ids)
    assert counts.tolist() == [expected[number] for number in range(12)]
    assert counts.dtype == np.int64


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "ids.int32",
            b"\0" * 20,
            "expected 6 ids in 3 segments of 0 documents, found 5 ids in 3 segments",
        ),
        (
            "ids.int32",
            b"\0" * 28,
            "expected 6 ids in 3 segments of 0 documents, found 7 ids in 3 segments",
        ),
        ("ids.int32", b"\0" * 23, "is damaged"),
        ("ids.int32", b"", "is damaged"),
        ("ids.int32", None, "is damaged"),
        ("starts.int64", b"\0" * 8, "is damaged"),
        ("starts.int64", b"\0" * 32, "is damaged"),
        ("starts.int64", b"\0" * 23, "is damaged"),
        ("starts.int64", b"", "is damaged"),
        ("starts.int64", None, "is damaged"),
        ("meta.json", b"{", "expected JSON"),
        ("meta.json", b"{}", "is damaged"),
        ("meta.json", b'{"n_tokens": 6}', "is damaged"),
        ("meta.json", b"[]", "is damaged"),
        ("meta.json", None, "no such file"),
    ],
)
def test_damage_is_refused(tmp_path, name, content, message):
    write_tokens(tmp_path, PARTS)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        open_tokens(tmp_path)


def test_a_text_is_known_by_all_its_ids_and_borders(tmp_path):
    segments = [[1, 2, 3], [4], [2, 1]]
    text = TokenArray.of_segments(segments)
    on_disk = write_tokens(tmp_path / "tokens", [text])
    assert re.fullmatch("[0-9a-f]{16}", text.digest())
    assert on_disk.digest() == text.digest()
    others = [
        [[2, 1, 3], [4], [2, 1]],
        [[1, 2], [3, 4], [2, 1]],
        [[1, 2, 3], [4, 2, 1]],
        [[1, 2, 3], [4], [2, 1], [1]],
    ]
    digests = {TokenArray.of_segments(other).digest() for other in [segments, *others]}
    assert len(digests) == 5
    backwards = TokenArray(text.ids[::-1].copy()[::-1], text.starts, 6)  # not one piece of memory
    assert backwards.digest() == text.digest()
