from pathlib import Path

import pytest
import tiktoken
import tiktoken.load
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from compare.errors import InputError
from compare.llm import tokenizer
from compare.llm.byte_pairs import byte_characters
from compare.llm.tokenizer import (
    end_of_text_id,
    load_encoding,
    named_encoding,
    save_encoding,
    special_tokens_of,
    train_encoding,
)
from compare.llm.tokenizer_options import PIECE_PATTERN, TokenizerOptions
from compare.text.passages import END_OF_TEXT

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
    encoding = tokenizer._encoding(tokenizer._ranks_of(model), PIECE_PATTERN, ())
    byte_of = {char: byte for byte, char in byte_characters().items()}
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
    # tiktoken itself reads the ranks
    ranks = tiktoken.load.load_tiktoken_bpe(str(tmp_path / "encoding.tiktoken"))
    assert ranks == encoding._mergeable_ranks


def test_a_named_encoding_is_saved_by_its_name(tmp_path: Path, data_folder: Path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(data_folder / "tiktoken"))
    save_encoding(named_encoding("gpt2"), tmp_path / "encoding.json")
    assert [path.name for path in tmp_path.iterdir()] == ["encoding.json"]
    assert load_encoding(tmp_path / "encoding.json").name == "gpt2"


def test_special_tokens_stay_whole_and_teach_no_merges(tmp_path: Path) -> None:
    texts = [f"{text}<sep><pad>" for text in TEXTS * 5]
    encoding = train_encoding(texts, 302, special_tokens=("<sep>", "<pad>"))
    assert encoding.n_vocab == 302
    assert end_of_text_id(encoding) == 299
    assert encoding.encode("a<sep>b<pad>", allowed_special={"<sep>", "<pad>"}) == [
        *(97, 300, 98, 301)
    ]
    assert encoding._mergeable_ranks == train_encoding(TEXTS * 5, 300)._mergeable_ranks
    save_encoding(encoding, tmp_path / "encoding.json")
    again = load_encoding(tmp_path / "encoding.json")
    assert special_tokens_of(again) == ("<sep>", "<pad>")
    assert again.encode_single_token("<pad>") == 301


def test_the_pattern_is_a_border_of_merges(tmp_path: Path) -> None:
    texts = ["the king the king the king"]
    whole = train_encoding(texts, 400, pattern=r"[\s\S]+")  # one piece: merges cross spaces
    assert any(b" " in token[1:] for token in whole.token_byte_values())
    letters = train_encoding(texts, 400, pattern=r"\w|\W")
    assert letters.n_vocab == 257  # pieces of one byte: nothing to merge
    save_encoding(letters, tmp_path / "encoding.json")
    assert load_encoding(tmp_path / "encoding.json")._pat_str == r"\w|\W"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pattern": "("},
        {"pattern": ""},
        {"special_tokens": ("a", "a")},
        {"special_tokens": ("",)},
        {"special_tokens": (END_OF_TEXT,)},
        {"special_tokens": ("king",)},  # would cut kingdom
        {"special_tokens": ("<king",)},
        {"special_tokens": (" king>", "it's")},
        {"special_tokens": ("<sep>",), "encoding": "gpt2"},
        {"special_tokens": ("<1>", "<2>"), "vocabulary_size": 258},
    ],
)
def test_options_that_cannot_be_meant_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        TokenizerOptions(**wrong)


def test_a_pattern_that_one_library_does_not_know_is_refused() -> None:
    with pytest.raises(InputError, match=r"tokenizer\.pattern"):
        train_encoding(TEXTS, 300, pattern=r"(?P<a>x)(?P=a")


@pytest.mark.parametrize(
    "damaged",
    [
        "{",
        "{}",
        '{"encoding": "trained"}',
        '{"encoding": "trained", "pattern": "(", "special_tokens": []}',
        '{"encoding": "trained", "pattern": "a", "special_tokens": [""]}',
        '{"encoding": "trained", "pattern": "a", "special_tokens": 3}',
        '["trained"]',
    ],
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


def test_a_pattern_that_leaves_characters_out_is_refused() -> None:
    with pytest.raises(ValidationError, match="leaves characters out"):
        TokenizerOptions(pattern=r"\p{L}+")
    assert TokenizerOptions(pattern=r"\p{L}+|[\s\S]").pattern


def test_a_rank_file_cut_at_the_end_of_a_line_is_told(tmp_path: Path) -> None:
    save_encoding(train_encoding(["the cat sat on the mat"] * 9, 270), tmp_path / "encoding.json")
    ranks = tmp_path / "encoding.tiktoken"
    ranks.write_bytes(b"".join(ranks.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(InputError, match="cut off"):
        load_encoding(tmp_path / "encoding.json")
