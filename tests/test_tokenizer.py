from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from compare.corpus import END_OF_TEXT
from compare.errors import InputError
from compare.llm import tokenizer
from compare.llm.tokenizer import (
    end_of_text_id,
    load_encoding,
    named_encoding,
    save_encoding,
    train_encoding,
)

TEXTS = [
    "the king spoke to the queen, and the queen's answer was kind.",
    "Kings and queens of 1066 — naïve, über-kind!\n\nThe   kindest king.",
]


def test_trained_merges_encode_alike_in_tiktoken_and_tokenizers() -> None:
    model = tokenizer.tokenizers.Tokenizer(tokenizer.tokenizers.models.BPE())
    model.pre_tokenizer = tokenizer._pre_tokenizer()
    trainer = tokenizer.trainers.BpeTrainer(
        vocab_size=349,
        initial_alphabet=tokenizer.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        min_frequency=2,
    )
    model.train_from_iterator(TEXTS * 3, trainer)
    encoding = tokenizer._encoding(tokenizer._ranks_of(model))
    byte_of = {char: byte for byte, char in tokenizer._byte_characters().items()}
    unseen = ["the kingliest queen", "x\ty  z\n", "日本語 🎉", "", "it's 2026", TEXTS[1]]
    for text in unseen:
        theirs = [bytes(byte_of[c] for c in token) for token in model.encode(text).tokens]
        ours = [encoding.decode_single_token_bytes(i) for i in encoding.encode_ordinary(text)]
        assert ours == theirs


def test_the_first_merges_by_hand() -> None:
    # "aaab" five times: "aa" is the most frequent pair, then "aaa" or "ab", until one token is left
    encoding = train_encoding(["aaab aaab aaab aaab aaab"], 300)
    assert encoding.decode_single_token_bytes(256) == b"aa"
    assert len(encoding.encode_ordinary(" aaab")) == 1
    assert encoding.n_vocab < 300  # a small text runs out of pairs


@given(st.text(max_size=200))
def test_every_text_survives_encoding(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    encoding = _trained()
    assert encoding.decode(encoding.encode_ordinary(text)) == text


_CACHE: list[tiktoken.Encoding] = []


def _trained() -> tiktoken.Encoding:
    if not _CACHE:
        _CACHE.append(train_encoding(TEXTS * 5, 320))
    return _CACHE[0]


def test_vocabulary_size_counts_bytes_merges_and_end_of_text() -> None:
    encoding = train_encoding(TEXTS * 5, 300)
    assert encoding.n_vocab == 300
    assert end_of_text_id(encoding) == 299
    assert encoding.encode(f"a{END_OF_TEXT}", allowed_special="all")[-1] == 299


def test_end_of_text_in_a_corpus_stays_text() -> None:
    encoding = _trained()
    assert end_of_text_id(encoding) not in encoding.encode_ordinary(f"a {END_OF_TEXT} b")


def test_saved_encodings_are_read_back(tmp_path: Path) -> None:
    encoding = _trained()
    save_encoding(encoding, tmp_path / "encoding.json")
    again = load_encoding(tmp_path / "encoding.json")
    assert again.n_vocab == encoding.n_vocab
    assert again.encode_ordinary(TEXTS[1]) == encoding.encode_ordinary(TEXTS[1])


@pytest.mark.parametrize(
    "damaged", ["{", "{}", '{"encoding": "trained", "ranks": ["!!"]}', '{"encoding": "trained"}']
)
def test_a_damaged_tokenizer_file_is_refused(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "encoding.json").write_text(damaged)
    with pytest.raises(InputError, match="damaged"):
        load_encoding(tmp_path / "encoding.json")


def test_an_unknown_encoding_offers_near_names() -> None:
    with pytest.raises(InputError, match=r"did you mean .*gpt2"):
        named_encoding("gpt-2")


def test_an_encoding_that_cannot_be_downloaded_says_how_to_supply_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> bytes:
        raise OSError("no network")

    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("tiktoken.load.read_file", no_network)
    monkeypatch.setattr("tiktoken.registry.ENCODINGS", {})
    with pytest.raises(InputError, match="TIKTOKEN_CACHE_DIR"):
        named_encoding("gpt2")
