"""Published vectors: the list, names, files, model2vec folders made here."""

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import tokenizers
import torch
from safetensors.numpy import save_file

from compare.errors import InputError
from compare.known import known_model, known_models
from compare.spaces.formats import read_vectors
from compare.spaces.model2vec import read_model2vec
from compare.spaces.published import open_vectors
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space, write_word2vec_binary, write_word2vec_text
from compare.trainers.spaces_by_name import open_space

WORDS = ("the", "King", "king", "Queen", "zebra")


@pytest.fixture
def space() -> EmbeddingSpace:
    return EmbeddingSpace(WORDS, np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32))


def test_the_list_is_that_of_gensim_data() -> None:
    known = {one.name: one for one in known_models() if one.files[0].wheel is None}
    assert len(known) == 12
    news = known["word2vec-google-news-300"]
    assert (news.n_words, news.dimension, news.size) == (3_000_000, 300, 1_743_563_840)
    for one in known.values():
        (file,) = one.files
        assert file.checksum.startswith("md5:")
        assert len(file.checksum) == 36
        assert file.url.startswith("https://github.com/RaRe-Technologies/gensim-data/releases")
        assert file.url.endswith(f"/{one.name}/{one.name}.gz")
        assert one.licence


def test_what_packages_carry_is_whole_and_pinned() -> None:
    known = {one.name: one for one in known_models() if one.files[0].wheel is not None}
    assert set(known) == {"google-news-26k", "smollm2-135m", "minilm-l6"}
    for one in known.values():
        assert one.licence
        assert one.text
        assert len({file.path for file in one.files}) == len(one.files)
        for file in one.files:
            assert file.checksum.startswith("sha256:")
            assert len(file.checksum) == 71
            assert file.wheel is not None
            assert "==" in file.wheel.requirement
    assert known["google-news-26k"].size == 31_952_576
    with pytest.raises(InputError, match="say which table, smollm2-135m/input"):
        open_vectors("smollm2-135m")


def test_a_named_file_put_in_place_by_hand_is_read(space, monkeypatch, tmp_path: Path) -> None:
    write_word2vec_text(space, tmp_path / "plain.txt")
    packed = gzip.compress((tmp_path / "plain.txt").read_bytes())
    digest = hashlib.md5(packed).hexdigest()
    glove = known_model("glove-wiki-gigaword-50")
    (file,) = glove.files
    file.place.parent.mkdir(parents=True)
    file.place.write_bytes(packed)
    with pytest.raises(InputError, match="is not the file that glove-wiki-gigaword-50 should be"):
        open_vectors("glove-wiki-gigaword-50")
    monkeypatch.setitem(file.__dict__, "checksum", f"md5:{digest}")
    found = open_vectors("glove-wiki-gigaword-50", only=["king", "zebra"])
    assert found.words == ("King", "king", "zebra")  # the protocol folds case
    assert found.name == "glove-wiki-gigaword-50"
    assert "pddl" in found.provenance["licence"]


def test_without_a_network_the_place_is_told(monkeypatch) -> None:
    def no_network(*_: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("compare.downloads._retrieve", no_network)
    with pytest.raises(InputError, match=r"134,300,434 bytes\) elsewhere and put it at"):
        open_vectors("glove-wiki-gigaword-100")


def test_unknown_names_and_missing_files() -> None:
    with pytest.raises(InputError, match="did you mean 'glove-wiki-gigaword-50'"):
        open_vectors("glove-wiki-gigaword-5O")
    with pytest.raises(InputError, match="found nothing"):
        open_vectors("nowhere/vectors.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.bin", "a.txt.gz", "a.safetensors"])
def test_some_words_of_a_file(space, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name.endswith("bin"):
        write_word2vec_binary(space, path)
    elif name.endswith("safetensors"):
        save_space(space, path)
    else:
        write_word2vec_text(space, tmp_path / "plain")
        content = (tmp_path / "plain").read_bytes()
        path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    whole = read_vectors(path)
    assert whole.words == WORDS
    some = read_vectors(path, only={"king", "queen", "unicorn"})
    assert some.words == ("King", "king", "Queen")
    np.testing.assert_array_equal(some["Queen"], whole["Queen"])
    assert read_vectors(path, max_words=2).words == WORDS[:2]
    assert read_vectors(path, only=["king", "zebra"], max_words=2).words == ("King", "king")
    with pytest.raises(InputError, match="none of the"):
        read_vectors(path, only=["unicorn"])


def model2vec_folder(folder: Path, **more: np.ndarray) -> np.ndarray:
    made = tokenizers.Tokenizer(
        tokenizers.models.WordPiece(
            {"[UNK]": 0, "king": 1, "##dom": 2, "queen": 3}, unk_token="[UNK]"
        )
    )
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    folder.mkdir(exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    table = np.arange(8, dtype=np.float32).reshape(4, 2)
    save_file({"embeddings": table, **more}, folder / "model.safetensors")
    return table


def test_a_model2vec_folder_by_hand(tmp_path: Path) -> None:
    table = model2vec_folder(tmp_path / "plain")
    found = open_vectors(str(tmp_path / "plain"), only=["queen", "zebra", "kingdom"])
    assert found.words == ("queen", "kingdom")
    np.testing.assert_array_equal(found["queen"], table[3])
    np.testing.assert_array_equal(found["kingdom"], (table[1] + table[2]) / 2)
    assert found.provenance["n_words_without"] == 1
    weights, mapping = np.array([1.0, 2.0, 4.0, 1.0]), np.array([0, 3, 2, 1])
    table = model2vec_folder(tmp_path / "newer", weights=weights, mapping=mapping)
    found = read_model2vec(tmp_path / "newer", ["kingdom"])
    np.testing.assert_array_equal(found["kingdom"], (2 * table[3] + 4 * table[2]) / 2)


def test_a_table_in_bfloat16_is_read(tmp_path: Path) -> None:
    table = model2vec_folder(tmp_path / "half")
    weights = torch.tensor([1.0, 2.0, 4.0, 1.0], dtype=torch.bfloat16)
    tensors = {"embeddings": torch.from_numpy(table).to(torch.bfloat16), "weights": weights}
    safetensors.torch.save_file(tensors, tmp_path / "half" / "model.safetensors")
    found = open_vectors(str(tmp_path / "half"), only=["kingdom"])
    np.testing.assert_array_equal(found["kingdom"], (2 * table[1] + 4 * table[2]) / 2)


@pytest.mark.parametrize("inner", ["", "0_StaticEmbedding"])
def test_a_static_table_of_sentence_transformers_is_read(tmp_path: Path, inner: str) -> None:
    """As version 6 of that library saves it, and as earlier ones did."""
    folder = tmp_path / "static"
    if inner:
        folder.mkdir()
    table = model2vec_folder(folder / inner)
    save_file({"embedding.weight": table}, folder / inner / "model.safetensors")
    module = {"idx": 0, "name": "0", "path": inner, "type": "somewhere.modules.StaticEmbedding"}
    (folder / "modules.json").write_text(json.dumps([module]))
    found = open_space(folder, words=["kingdom", "queen"])
    np.testing.assert_array_equal(found["kingdom"], (table[1] + table[2]) / 2)
    assert found.name == "static"


def test_a_transformer_is_no_static_table(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    model2vec_folder(folder)
    listed = folder / "modules.json"
    listed.write_text('[{"path": "", "type": "sentence_transformers.models.Transformer"}]')
    with pytest.raises(InputError, match=r"holds no static table \(Transformer\): say which table"):
        open_vectors(str(folder), only=["queen"])
    listed.write_text('{"path": ""}')
    with pytest.raises(InputError, match="lists no modules; fetch it again"):
        open_vectors(str(folder), only=["queen"])
    listed.write_text('[{"path": "../..", "type": "x.StaticEmbedding"}]')
    with pytest.raises(InputError, match=r"is damaged: the path '../..'"):
        open_vectors(str(folder), only=["queen"])
    listed.write_text("[]")
    with pytest.raises(InputError, match="lists no modules; fetch it again"):
        open_vectors(str(folder), only=["queen"])


def test_what_is_known_names_its_weights() -> None:
    known = known_model("minilm-l6")
    assert known is not None
    assert "model.safetensors" in known.provenance["source"]


def test_damaged_model2vec_folders_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    model2vec_folder(folder)
    with pytest.raises(InputError, match="give the words to look up"):
        open_vectors(str(folder))
    with pytest.raises(InputError, match="knows none of the 1 words"):
        open_vectors(str(folder), only=["zebra"])
    save_file({"embeddings": np.ones((2, 2), np.float32)}, folder / "model.safetensors")
    with pytest.raises(InputError, match="do not belong together"):
        open_vectors(str(folder), only=["queen"])
    save_file({"other": np.ones((2, 2), np.float32)}, folder / "model.safetensors")
    with pytest.raises(InputError, match=r"expected a table .*, found other"):
        open_vectors(str(folder), only=["queen"])
    (folder / "model.safetensors").write_bytes(b"\x08\x00")
    with pytest.raises(InputError, match="fetch it again"):
        open_vectors(str(folder), only=["queen"])
    (folder / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"model\.safetensors is missing"):
        open_vectors(str(folder), only=["queen"])
    model2vec_folder(tmp_path / "n")
    (tmp_path / "n" / "tokenizer.json").write_text('{"version"')
    with pytest.raises(InputError, match=r"tokenizer file .* is damaged"):
        open_vectors(str(tmp_path / "n"), only=["queen"])
