"""EmbeddingSpace: its contract, its derived values against brute force, and its file."""

import dataclasses
import json
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch_file

from compare.errors import InputError
from compare.spaces.formats import load_space
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from tests.conftest import random_space

WORDS = ("king", "queen", "Zoë", "字", "rock'n'roll", "")
VECTORS = np.array([[3, 4], [0, 2], [-1, 0], [0, 0], [1, 1], [5, 12]], dtype=np.float32)
COUNTS = (9, 7, 7, 3, 1, 1)


def example() -> EmbeddingSpace:
    return EmbeddingSpace(WORDS, VECTORS, COUNTS, {"name": "exämple", "seed": 3, "dims": [2, None]})


def assert_same(one: EmbeddingSpace, other: EmbeddingSpace) -> None:
    assert one.words == other.words
    assert one.vectors.tobytes() == other.vectors.tobytes()
    assert one.vectors.shape == other.vectors.shape
    assert (one.counts is None) == (other.counts is None)
    assert one.counts is None or one.counts.tolist() == other.counts.tolist()
    assert (one.n_pieces is None) == (other.n_pieces is None)
    assert one.n_pieces is None or one.n_pieces.tolist() == other.n_pieces.tolist()
    assert dict(one.provenance) == dict(other.provenance)


def test_a_space_by_hand():
    space = example()
    assert (len(space), space.dim, space.name) == (6, 2, "exämple")
    assert space["Zoë"].tolist() == [-1, 0]
    assert space.id_of("字") == 3
    assert "queen" in space
    assert "Queen" not in space
    assert [space.index[word] for word in WORDS] == [0, 1, 2, 3, 4, 5]
    assert space.counts.dtype == np.int64
    unnamed = EmbeddingSpace(["a"], [[1, 2]])
    assert unnamed.words == ("a",)
    assert unnamed.vectors.dtype == np.float32
    assert (unnamed.name, unnamed.counts) == ("space", None)


def test_unit_vectors_have_length_one_and_a_zero_vector_stays_zero():
    unit = example().unit_vectors
    half = 0.5**0.5
    expected = [[0.6, 0.8], [0, 1], [-1, 0], [0, 0], [half, half], [5 / 13, 12 / 13]]
    np.testing.assert_allclose(unit, expected, rtol=1e-6)
    assert unit.dtype == np.float32
    space = random_space(50, 7)
    slow = [vector / sum(float(x) ** 2 for x in vector) ** 0.5 for vector in space.vectors]
    np.testing.assert_allclose(space.unit_vectors, slow, rtol=1e-5)
    scaled = space.with_vectors(space.vectors * 8)  # a power of two scales without rounding
    assert np.array_equal(scaled.unit_vectors, space.unit_vectors)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": ("a", "b")}, "2 words but 6 vectors"),
        ({"vectors": VECTORS[0]}, r"must have shape \(n_words, dim\); found \(2,\)"),
        ({"vectors": VECTORS[:, :0]}, "an empty space: 6 words of 0 dimensions"),
        ({"words": (), "vectors": VECTORS[:0]}, "an empty space: 0 words of 2 dimensions"),
        ({"words": ("a", "b", "c", "b", "a", "d")}, "words repeat; the first is 'b'"),
        ({"vectors": np.where(VECTORS == 12, np.nan, VECTORS)}, "1 of 6 vectors hold NaN.*of ''"),
        ({"vectors": np.where(VECTORS <= 0, np.inf, VECTORS)}, "3 of 6 .*that of 'queen'"),
        ({"counts": (9, 7)}, r"6 words but counts of shape \(2,\)"),
        ({"counts": (9, 7, 8, 3, 1, 1)}, "ordered by falling count"),
        ({"n_pieces": (1, 2)}, r"6 words but n_pieces of shape \(2,\)"),
        ({"n_pieces": (1, 2, 1, -1, 1, 1)}, "n_pieces must be whole numbers from 0 on"),
    ],
)
def test_violations_of_the_contract_are_refused(change, message):
    fields = {"words": WORDS, "vectors": VECTORS, "counts": None} | change
    with pytest.raises(InputError, match=message):
        EmbeddingSpace(**fields)


def test_a_space_cannot_be_changed():
    counts, provenance = np.array(COUNTS), {"name": "x"}
    space = EmbeddingSpace(WORDS, VECTORS, counts, provenance)
    counts[0], provenance["name"] = 100, "y"
    assert (space.counts[0], space.name) == (9, "x")
    for array in (space.vectors, space.counts, space.unit_vectors, space["king"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        space.words = ("a",)
    with pytest.raises(TypeError):
        space.provenance["name"] = "z"


def test_unknown_words_get_near_spellings():
    with pytest.raises(
        InputError, match=r"'qeen' is not in exämple \(6 words\); did you mean 'queen'\?"
    ):
        example()["qeen"]
    with pytest.raises(InputError, match="'zzz' is not in exämple"):
        example().restricted(["king", "zzz"])


def test_derived_spaces_leave_the_first_alone():
    space = example()
    part = space.restricted(["king", "字"])
    assert (part.words, part.counts.tolist()) == (("king", "字"), [9, 3])
    assert part.vectors.tolist() == [[3, 4], [0, 0]]
    with pytest.raises(InputError, match="falling count"):
        space.restricted(["字", "king"])
    assert space.named("other").name == "other"
    assert space.named("other").provenance["seed"] == 3
    assert space.with_vectors(np.ones((6, 3))).dim == 3
    with pytest.raises(InputError, match="6 words but 5 vectors"):
        space.with_vectors(np.ones((5, 3)))
    assert_same(space, example())


@pytest.mark.parametrize("counts", [COUNTS, None])
def test_a_space_is_read_back_as_it_was_saved(tmp_path, counts):
    space = dataclasses.replace(example(), counts=counts)
    save_space(space, tmp_path / "a.safetensors")
    loaded = load_space(tmp_path / "a.safetensors")
    assert_same(loaded, space)
    with pytest.raises(ValueError, match="read-only"):
        loaded.vectors[0] = 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=9, unique=True))
def test_words_of_any_letters_are_read_back(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "words.safetensors"
    space = EmbeddingSpace(tuple(words), np.arange(len(words) * 3.0).reshape(-1, 3))
    save_space(space, path)
    assert_same(load_space(path), space)


def test_equal_content_gives_equal_bytes(tmp_path):
    other = EmbeddingSpace(
        list(WORDS),
        np.asfortranarray(VECTORS.astype(np.float64)),
        np.array(COUNTS, dtype=np.int32),
        {"dims": [2, None], "seed": 3, "name": "exämple"},
    )
    files = [tmp_path / f"{number}.safetensors" for number in range(6)]
    for path in files[:-1]:
        save_space(example(), path)
    save_space(other, files[-1])
    assert len({path.read_bytes() for path in files}) == 1
    save_space(example().named("x"), files[0])
    assert files[0].read_bytes() != files[1].read_bytes()


def test_the_metadata_is_one_entry_and_no_pickle(tmp_path):
    save_space(example(), tmp_path / "a.safetensors")
    content = (tmp_path / "a.safetensors").read_bytes()
    (n_header,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + n_header])
    assert list(header["__metadata__"]) == ["embcontrast"]
    assert set(header) == {"__metadata__", "vectors", "words", "word_offsets", "counts"}
    assert header["words"]["dtype"] == "U8"


def test_a_file_cut_off_anywhere_is_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    save_space(example(), path)
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match=r"a\.safetensors is no whole safetensors file"):
            load_space(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(InputError, match="make it again"):
        load_space(path)


def test_a_damaged_byte_is_refused_or_read_as_a_space(tmp_path):
    """Nothing but an InputError comes out of a damaged file; damage to the shape is found."""
    path = tmp_path / "a.safetensors"
    save_space(example(), path)
    whole = path.read_bytes()
    messages = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :])
        try:
            load_space(path)
        except InputError as error:
            messages.append(str(error))
    assert len(messages) > len(whole) / 2
    assert all("a.safetensors" in message for message in messages)


def test_foreign_and_missing_files_are_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    save_file({"wte.weight": VECTORS}, path)
    with pytest.raises(InputError, match=r"no embedding space \(tensors found: wte\.weight\)"):
        load_space(path)
    names = {"vectors": VECTORS, "words": VECTORS, "word_offsets": VECTORS}
    save_file(names, path)  # the right tensors without our metadata
    with pytest.raises(InputError, match="expected one saved by embcontrast"):
        load_space(path)
    save_file({"vectors": VECTORS}, path, metadata={"embcontrast": "{}"})
    with pytest.raises(InputError, match="no embedding space"):
        load_space(path)
    save_file(names, path, metadata={"embcontrast": "{"})
    with pytest.raises(InputError, match="is damaged"):
        load_space(path)
    for dtype in (torch.bfloat16, torch.float8_e4m3fn):  # language models come so
        save_torch_file({"wte.weight": torch.ones(2, 2).to(dtype)}, path)
        with pytest.raises(InputError, match="expected one saved by embcontrast"):
            load_space(path)
    path.write_text("text")
    with pytest.raises(InputError, match="no whole safetensors file"):
        load_space(path)
    for missing in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(InputError, match="no such file"):
            load_space(missing)


def test_a_space_saved_under_the_earlier_name_is_read(tmp_path: Path) -> None:
    space = EmbeddingSpace(("king", "queen"), np.eye(2, dtype=np.float32), np.array([3, 1]))
    save_space(space, tmp_path / "new.safetensors")
    with safe_open(tmp_path / "new.safetensors", framework="numpy") as handle:
        header = json.loads(handle.metadata()["embcontrast"])
        tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
    header["format"] = "embcompare"
    old = tmp_path / "old.safetensors"
    save_file(tensors, old, metadata={"embcompare": json.dumps(header)})
    assert load_space(old).words == space.words
    assert np.array_equal(load_space(old).vectors, space.vectors)


def test_the_number_of_pieces_goes_with_the_words(tmp_path: Path):
    pieces = (1, 1, 3, 2, 5, 0)
    space = dataclasses.replace(example(), n_pieces=pieces)
    assert space.n_pieces.dtype == np.int64
    assert not space.n_pieces.flags.writeable
    assert example().n_pieces is None
    assert space.restricted(["queen", "字"]).n_pieces.tolist() == [1, 2]
    assert example().restricted(["queen"]).n_pieces is None
    for same in (
        space.with_vectors(VECTORS[:, :1]),
        space.named("other"),
        space.with_provenance({"seed": 4}),
        pickle.loads(pickle.dumps(space)),
    ):
        assert same.n_pieces.tolist() == list(pieces)
    save_space(space, tmp_path / "space")
    assert_same(load_space(tmp_path / "space"), space)


def test_a_space_without_pieces_is_the_file_that_it_was(tmp_path: Path):
    """Spaces saved before there was such a number are read, and their bytes do not change."""
    save_space(example(), tmp_path / "space")
    with safe_open(tmp_path / "space", framework="numpy") as handle:
        assert set(handle.keys()) == {"vectors", "words", "word_offsets", "counts"}
    assert_same(load_space(tmp_path / "space"), example())


def test_provenance_is_added_to_and_replaced():
    more = example().with_provenance({"seed": 4, "model": "gpt"})
    assert dict(more.provenance) == {
        "name": "exämple",
        "seed": 4,
        "dims": [2, None],
        "model": "gpt",
    }
    assert example().provenance["seed"] == 3


@pytest.mark.parametrize("offsets", [[1, 4, 5], [0, 7, 3], [0, 4, 99], [0, 4, 8]])
def test_places_of_words_that_do_not_fit_are_refused(offsets, tmp_path):
    path = tmp_path / "s.safetensors"
    save_space(EmbeddingSpace(("king", "queen"), np.eye(2)), path)
    with safe_open(path, framework="numpy") as handle:
        tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        metadata = handle.metadata()
    tensors["word_offsets"] = np.array(offsets)
    save_file(tensors, path, metadata=metadata)
    with pytest.raises(InputError, match="is damaged"):
        load_space(path)
