"""Known answers: The Verdict by the GPT-2 encoding, as the teaching note and its notebook show."""

from pathlib import Path

import numpy as np
import pytest
import tiktoken

from compare.llm.tokenizer import named_encoding
from compare.llm.windows import SlidingWindows, batches

FIRST_32 = (
    "40 367 2885 1464 1807 3619 402 271 10899 2138 257 7026 15632 438 2016 257 922 5891 1576 438 "
    "568 340 373 645 1049 5975 284 502 284 3285 326 11"
)


@pytest.fixture
def gpt2(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> tiktoken.Encoding:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(data_folder / "tiktoken"))
    return named_encoding("gpt2")


@pytest.fixture
def verdict(data_folder: Path) -> str:
    return (data_folder / "corpora" / "the-verdict.txt").read_text(encoding="utf-8")


@pytest.fixture
def verdict_ids(verdict: str, gpt2: tiktoken.Encoding) -> np.ndarray:
    return np.array(gpt2.encode_ordinary(verdict))


def test_characters_and_tokens(verdict: str, verdict_ids: np.ndarray) -> None:
    assert len(verdict) == 20_479
    assert len(verdict_ids) == 5_145
    assert verdict_ids[:32].tolist() == [int(number) for number in FIRST_32.split()]


def test_the_first_batch_of_eight_rows(verdict_ids: np.ndarray) -> None:
    windows = SlidingWindows(verdict_ids, max_length=4, stride=4)
    inputs, targets = next(batches(windows, batch_size=8, shuffle=False, drop_last=True))
    first = [int(number) for number in FIRST_32.split()]
    assert inputs.tolist() == [first[i : i + 4] for i in range(0, 32, 4)]
    assert inputs[0].tolist() == [40, 367, 2885, 1464]
    assert inputs[1].tolist() == [1807, 3619, 402, 271]
    assert inputs[7].tolist() == [284, 3285, 326, 11]
    assert targets[7].tolist() == [3285, 326, 11, 287]
    assert (targets[:, :-1] == inputs[:, 1:]).all()


def test_stride_one_moves_by_one_token(verdict_ids: np.ndarray) -> None:
    windows = SlidingWindows(verdict_ids, max_length=4, stride=1)
    drawn = batches(windows, batch_size=1, shuffle=False, drop_last=True)
    first, second = next(drawn), next(drawn)
    assert [part[0].tolist() for part in first] == [[40, 367, 2885, 1464], [367, 2885, 1464, 1807]]
    assert [part[0].tolist() for part in second] == [
        [367, 2885, 1464, 1807],
        [2885, 1464, 1807, 3619],
    ]


def test_a_window_of_four_holds_four_growing_tasks(verdict_ids: np.ndarray) -> None:
    inputs, targets = SlidingWindows(verdict_ids, max_length=4, stride=4)[0]
    tasks = [(inputs[: i + 1].tolist(), int(targets[i])) for i in range(4)]
    assert tasks == [
        ([40], 367),
        ([40, 367], 2885),
        ([40, 367, 2885], 1464),
        ([40, 367, 2885, 1464], 1807),
    ]


def test_a_special_token_in_running_text(gpt2: tiktoken.Encoding) -> None:
    text = "Hello, do you like tea? <|endoftext|> In the sunlit terracesof some unknown Place."
    expected = (
        "15496 11 466 345 588 8887 30 220 50256 554 262 4252 18250 8812 2114 1659 617 6439 8474 13"
    )
    found = gpt2.encode(text, allowed_special={"<|endoftext|>"})
    assert found == [int(number) for number in expected.split()]
