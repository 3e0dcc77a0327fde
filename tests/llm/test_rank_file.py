import base64
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.llm.rank_file import read_ranks, write_ranks

RANKS = {**{bytes([byte]): byte for byte in range(256)}, b" the": 256, b"\xff\x00": 257}


def test_ranks_are_read_back_in_tiktokens_format(tmp_path: Path) -> None:
    write_ranks(tmp_path / "a.tiktoken", dict(reversed(RANKS.items())))
    lines = (tmp_path / "a.tiktoken").read_text().splitlines()
    assert lines[0] == "AA== 0"
    assert lines[256] == f"{base64.b64encode(b' the').decode()} 256"
    assert read_ranks(tmp_path / "a.tiktoken") == RANKS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:100], "single byte 100 is missing"),
        (lambda lines: [*lines[:-1], lines[-1][:3]], "line 258 is no base64 token"),
        (lambda lines: [*lines, "IHRoZQ== 258"], "line 259 repeats the token of rank 256"),
        (lambda lines: [*lines[:-1], "/wA= 300"], "need the ranks 0 to 257"),
        (lambda lines: [*lines, "!!!! 258"], "line 259"),
        (lambda lines: [*lines, "<html>not found</html>"], "line 259"),
        (lambda lines: [], "single byte 0"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, change, said: str) -> None:
    path = tmp_path / "a.tiktoken"
    write_ranks(path, RANKS)
    path.write_text("\n".join(change(path.read_text().splitlines())))
    with pytest.raises(InputError, match=f"damaged: .*{said}"):
        read_ranks(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_ranks(tmp_path / "none.tiktoken")
