import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.llm.byte_pairs import Merge, bytes_in_order, merged, train_byte_pairs
from compare.llm.tokenizer import train_encoding
from compare.llm.tokenizer_options import PIECE_PATTERN

TEXT = """the king spoke to the queen, and the queen's answer was kind.
Kings and queens of 1066 — naïve, über-kind!  The   kindest king. aaaa aaaaa abab baba"""


def test_the_classic_example_by_hand() -> None:
    # Sennrich et al. 2016: low ×5, lower ×2, newest ×6, widest ×3 (their end-of-word mark left out)
    text = " ".join(["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3)
    found = train_byte_pairs([text], 258, pattern=r"\w+")
    e, s, t = b"est"
    # "es" and "st" both stand 9 times: e comes before s
    assert found.merges == (Merge((e, s), 9, 256), Merge((256, t), 9, 257))
    assert found.tokens[256:] == (b"es", b"est")
    assert [found.tokens[i] for i in found.encode("newest")] == [b"n", b"e", b"w", b"est"]


def test_ties_go_to_the_pair_whose_tokens_come_first_and_the_space_comes_last() -> None:
    assert bytes_in_order().index(ord(" ")) > bytes_in_order().index(ord("z"))
    first = train_byte_pairs(["zy zy ab ab"], 257, pattern=r" ?\w+").merges[0]
    assert first == Merge((ord("a"), ord("b")), 2, 256)
    # "a " and " a" stand twice each: a comes before the space
    spaced = train_byte_pairs([" a a b"], 257, pattern=".+").merges[0]
    assert spaced == Merge((ord("a"), ord(" ")), 2, 256)


def test_two_ways_to_the_same_bytes_give_one_token() -> None:
    # "aa" + "a" and "a" + "aa" both give "aaa"
    found = train_byte_pairs(["aaa"] * 5 + ["baaa"] * 5 + ["aaaaa"] * 3, 300)
    assert len(set(found.tokens)) == len(found.tokens)


def ranks(texts: list[str], n_tokens: int, pattern: str) -> dict[bytes, int]:
    return train_encoding(texts, n_tokens + 1, pattern=pattern)._mergeable_ranks


def tokens(texts: list[str], n_tokens: int, pattern: str) -> dict[bytes, int]:
    found = train_byte_pairs(texts, n_tokens, pattern=pattern)
    return {token: number for number, token in enumerate(found.tokens)}


@pytest.mark.parametrize("n_tokens", [257, 270, 300, 400])
def test_the_fast_trainer_finds_the_same_tokens(n_tokens: int) -> None:
    texts = [TEXT, TEXT.lower(), "日本語 日本 🎉🎉"]
    assert tokens(texts, n_tokens, PIECE_PATTERN) == ranks(texts, n_tokens, PIECE_PATTERN)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("abc zé\n", max_size=60), min_size=1, max_size=4),
    st.integers(256, 290),
    st.sampled_from([PIECE_PATTERN, r"[\s\S]+"]),
)
def test_ties_included_the_fast_trainer_finds_the_same_tokens(
    texts: list[str], n_tokens: int, pattern: str
) -> None:
    assert tokens(texts, n_tokens, pattern) == ranks(texts, n_tokens, pattern)


@settings(max_examples=50, deadline=None)
@given(st.text("the kingsqu é", max_size=40))
def test_encoding_equals_that_of_the_fast_twin_and_is_undone(text: str) -> None:
    found = train_byte_pairs([TEXT], 300)
    assert found.encode(text) == train_encoding([TEXT], 301).encode_ordinary(text)
    assert found.decode(found.encode(text)) == text


def test_merging_goes_from_the_left_without_overlap() -> None:
    assert merged([1, 1, 1], (1, 1), 5) == [5, 1]
    assert merged([1, 2, 1, 2, 2], (1, 2), 5) == [5, 5, 2]
    assert merged([], (1, 2), 5) == []
