from pathlib import Path

import numpy as np
import pytest
import tiktoken

from compare.llm import token_encoder
from compare.llm.token_encoder import MAX_RUN, encode_text, encoded_passages
from compare.llm.tokenizer import end_of_text_id, train_encoding
from compare.text.passages import END_OF_TEXT, Passage
from compare.text.tokens import open_tokens, write_tokens

TEXT = "the king spoke to the queen, and the queen's answer was kind. naïve 日本語 "


@pytest.fixture(scope="module")
def encoding() -> tiktoken.Encoding:
    return train_encoding([TEXT * 5], 300, special_tokens=("<sep>",))


def passages() -> list[Passage]:
    rng = np.random.default_rng(0)
    documents = np.sort(rng.integers(0, 30, 100))
    return [Passage(int(d), TEXT * int(rng.integers(0, 9))) for d in documents]


def expected_ids(encoding: tiktoken.Encoding) -> list[int]:
    """One call a passage; the end before the text and after each document."""
    end = end_of_text_id(encoding)
    ids = [end]
    found = passages()
    for number, (document, text, _) in enumerate(found):
        ids += encoding.encode_ordinary(text)
        if number + 1 == len(found) or found[number + 1].document != document:
            ids.append(end)
    return ids


@pytest.mark.parametrize("n_workers", [1, 2, 3])
@pytest.mark.parametrize("group", [1, 500, 10**9])
def test_the_ids_do_not_hang_on_workers_and_groups(
    n_workers: int,
    group: int,
    encoding: tiktoken.Encoding,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(token_encoder, "PARALLEL_CHARACTERS", 0)
    monkeypatch.setattr(token_encoder, "GROUP_CHARACTERS", group)
    n_characters = sum(len(p.text) for p in passages())
    parts = list(
        encoded_passages(passages(), encoding, n_characters=n_characters, n_workers=n_workers)
    )
    assert sum(n for _, n in parts) == n_characters
    tokens = write_tokens(tmp_path / "tokens", (part for part, _ in parts))
    assert tokens.ids.tolist() == expected_ids(encoding)
    assert tokens.n_units == sum(len(p.text.encode()) for p in passages())
    starts = open_tokens(tmp_path / "tokens").starts
    after_ends = np.flatnonzero(tokens.ids[:-1] == end_of_text_id(encoding)) + 1
    assert set(after_ends) <= set(starts.tolist())


def test_a_text_without_passages_has_no_token(encoding: tiktoken.Encoding) -> None:
    parts = encoded_passages([], encoding, n_characters=0, n_workers=1)
    assert sum(len(part) for part, _ in parts) == 0


def test_small_texts_stay_in_this_process(
    encoding: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr(token_encoder, "get_reusable_executor", fail)
    size = token_encoder.PARALLEL_CHARACTERS
    list(encoded_passages(passages(), encoding, n_characters=size - 1, n_workers=8))
    with pytest.raises(AssertionError, match="a worker"):
        list(encoded_passages(passages(), encoding, n_characters=size, n_workers=8))


def test_special_tokens_of_the_vocabulary_are_whole_and_the_end_of_text_is_text(
    encoding: tiktoken.Encoding,
) -> None:
    found = encode_text(f"a<sep>b {END_OF_TEXT}", encoding)
    assert found.dtype == np.int32
    assert found.tolist().count(encoding.encode_single_token("<sep>")) == 1
    assert end_of_text_id(encoding) not in found
    assert encoding.decode(found.tolist()) == f"a<sep>b {END_OF_TEXT}"


def test_huge_runs_are_cut(encoding: tiktoken.Encoding) -> None:
    run = "ab" * 20_000
    text = f"the king {run} spoke"
    found = encode_text(text, encoding).tolist()
    assert encoding.decode(found) == text
    first = encoding.encode_ordinary(text[: 9 + MAX_RUN])
    assert found[: len(first)] == first
    assert encode_text(run[:20_000], encoding).tolist() == encoding.encode_ordinary(run[:20_000])


def test_an_error_in_a_worker_reaches_the_caller(
    encoding: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_encoder, "PARALLEL_CHARACTERS", 0)
    wrong = [*passages(), Passage(30, b"bytes are no text")]
    with pytest.raises(TypeError, match="'bytes' object") as raised:
        list(encoded_passages(wrong, encoding, n_characters=10, n_workers=2))
    assert "loky" in str(raised.value.__cause__)  # the traceback of the worker
    # and the workers are there for the next text
    parts = encoded_passages(passages(), encoding, n_characters=10, n_workers=2)
    found = np.concatenate([part.ids for part, _ in parts])
    assert found.tolist() == expected_ids(encoding)
