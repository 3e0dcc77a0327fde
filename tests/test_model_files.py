"""What models' files name: nothing outside of their folder is looked at; and what is too long."""

import gzip
import json
import logging
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.llm.vectors.pretrained_files import weight_files
from compare.model_files import file_beside, read_tokenizer_file
from compare.spaces.formats import read_vectors
from compare.text.corpus import CorpusOptions, open_corpus
from experiments.config.loading import load_config


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/b", "a\\\\b", "..", "", "a\0", 3, None])
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: object) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": name}}))
    with pytest.raises(InputError, match=r"index\.json is damaged: the path"):
        weight_files(tmp_path)


def test_links_may_stay_in_the_folder_or_its_cache(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots" / "1"
    folder.mkdir(parents=True)
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "abc").write_text("{}")
    (folder / "config.json").symlink_to("../../blobs/abc")
    assert file_beside(folder / "index", "config.json") == folder / "config.json"
    (folder / "out").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="leads out of its folder"):
        file_beside(folder / "index", "out")


@pytest.mark.parametrize("vocabulary", [{"a": 2**31}, {"a": 0, "b": 900_000}])
def test_ids_far_apart_are_refused(tmp_path: Path, vocabulary: dict[str, int]) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"model": {"vocab": vocabulary}}))
    with pytest.raises(InputError, match="one has the id"):
        read_tokenizer_file(path)


def test_a_folder_of_texts_keeps_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "secret.txt").write_text("the secret word")
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("the king spoke")
    (texts / "b.txt").symlink_to("a.txt")
    (texts / "c.txt").symlink_to(tmp_path / "secret.txt")
    with caplog.at_level(logging.WARNING):
        corpus = open_corpus(CorpusOptions(source=str(texts)))
    assert [passage.text for passage in corpus.passages()] == ["the king spoke"] * 2
    assert "c.txt is a link out of the folder" in caplog.text


def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    for head in (b"king ", b"2 3\nking ", b"2 3"):
        with gzip.open(tmp_path / "v.gz", "wb", compresslevel=1) as file:
            file.write(head + b"1 " * (1 << 22))
        with pytest.raises(InputError, match="line of more than 4 MiB"):
            read_vectors(tmp_path / "v.gz")


def test_a_key_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(".".join("a" * 20_000) + " = 1\n")
    with pytest.raises(InputError, match="a key of more than 50 parts"):
        load_config(str(tmp_path / "a.toml"))
    with pytest.raises(InputError, match="a key of more than 50 parts"):
        load_config("smoke", [".".join("a" * 20_000) + "=1"])
