"""What steers a terminal, in words, names and files, reaches none: every command that shows any."""

import logging
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space, write_word2vec_text
from experiments.cli import main as command_line
from experiments.results.run_folder import save_results
from tests.report.small_results import run_results

EVIL = "q\x1b[31m\x9b2J\u202e\u2066"
TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
STEERING = {chr(code) for code in (0x1B, *range(0x80, 0xA0), *TURNING)}


@pytest.fixture
def vectors(tmp_path: Path) -> list[Path]:
    words = (EVIL, "king", "queen", "man", "woman", f"{EVIL}2")
    draw = np.random.default_rng(0)
    space = EmbeddingSpace(words, draw.normal(size=(6, 4)).astype(np.float32))
    paths = [tmp_path / f"{EVIL}.safetensors", tmp_path / f"{EVIL}b.vec"]
    save_space(space, paths[0])
    write_word2vec_text(space, paths[1])
    return paths


def shown_by(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: list[str]
) -> str:
    monkeypatch.setattr(sys, "argv", ["embcontrast", *arguments])
    with suppress(SystemExit):
        command_line.main()
    return "".join(capfd.readouterr())


def commands(folder: Path, vectors: list[Path]) -> dict[str, list[str]]:
    """List the commands that print words, names or paths."""
    one, other = map(str, vectors)
    spaces = ["--space", one, "--space", other]
    (folder / f"{EVIL}.txt").write_text(f"The king {EVIL} spoke to the queen.\n" * 30)
    (folder / f"{EVIL}.toml").write_text('name = "a\u202e"\n[corpus]\nsource = "\u202ex.txt"\n')
    (folder / f"{EVIL}.tsv").write_text(f"{EVIL}\n")
    save_results(run_results(EVIL), folder / EVIL)
    return {
        "neighbours": ["neighbours", EVIL, "king", *spaces],
        "neighbours, JSON": ["neighbours", EVIL, *spaces, "--json"],
        "analogy": ["analogy", EVIL, "king", "man", *spaces],
        "analogy, JSON": ["analogy", EVIL, "king", "man", *spaces, "--json"],
        "an unknown word": ["neighbours", f"{EVIL}unknown", *spaces],
        "check-vectors": ["check-vectors", one],
        "evaluate": ["evaluate", "--space", one, "--similarity", str(folder / f"{EVIL}.tsv")],
        "compare": ["compare", one, other, "--analogies", f"{EVIL}none"],
        "report": ["report", str(folder / EVIL)],
        "report of nothing": ["report", str(folder / f"{EVIL}none")],
        "show": ["show", str(folder / f"{EVIL}.toml")],
        "run": ["run", str(folder / f"{EVIL}.toml")],
        "train": ["train", "skipgram", str(folder / f"{EVIL}.txt"), "--out", f"{EVIL}none/\0"],
        "explore": ["explore", one, "--out", str(folder / f"{EVIL}.html")],
        "fetch": ["fetch", EVIL],
        "an unknown command": [EVIL],
    }


def test_nothing_steers_the_terminal(
    tmp_path: Path,
    vectors: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    page = lambda folder: folder / "report.html"  # noqa: E731 (its path is shown, no more)
    monkeypatch.setattr("experiments.cli.run.make_report_again", page)
    for name, arguments in commands(tmp_path, vectors).items():
        shown = shown_by(monkeypatch, capfd, arguments)
        assert shown, name
        assert not STEERING & set(shown), (name, shown[:500])
    logging.getLogger("compare").warning("left out: %s", EVIL)
    assert not STEERING & set("".join(capfd.readouterr()))
