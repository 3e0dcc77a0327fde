"""Files in the GGUF format that are no whole ones; whole ones are read in ``test_real.py``."""

from pathlib import Path

import pytest

from compare.errors import InputError
from compare.trainers.spaces_by_name import open_space
from tests.torture.model_kinds import small_gguf

pytest.importorskip("transformers")
pytest.importorskip("gguf")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: content[: len(content) // 2], "no whole GGUF file"),
        (lambda content: content[:40], "no whole GGUF file"),
        (lambda content: b"GGML" + content[4:], "does not begin with the letters GGUF"),
        (lambda content: content[:8] + b"\xff" * 8 + content[16:], "no whole GGUF file"),
        (
            lambda content: content.replace(b"llama", b"lamma", 1),
            r"architecture that is not known|no whole GGUF file",
        ),
    ],
)
def test_damaged_gguf_files_are_told_in_a_line(damage, message: str, tmp_path: Path) -> None:
    path = small_gguf(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match=message) as refused:
        open_space(f"{path}/input", words=["king", "queen"])
    assert "\n" not in str(refused.value)
