"""Several processes train as one does; they are started as a user starts them, by torchrun."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from compare.llm.distributed import (
    is_launched,
    joined,
    n_processes,
    rank,
    sum_gradients,
    sum_over_processes,
)
from tests.experiments.test_cli import call
from tests.test_architecture import ROOT

TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def torchrun(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [*TORCHRUN, *arguments],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_two_processes_have_the_losses_of_one() -> None:
    small = ("--steps", "20", "--layers", "1", "--dimension", "16", "--batch-size", "7")
    done = torchrun("benchmarks/data_parallel.py", *small)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 steps" in done.stdout
    assert done.stdout.count("processes differ by") == 1  # the first process alone prints


def test_a_command_under_torchrun_gives_what_it_gives_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the king spoke to the queen . the man spoke to the woman .\n" * 60)

    def arguments(name: str) -> list[str]:
        return [
            *("train", "gpt", "--corpus", str(text), "--out", str(tmp_path / name)),
            *("--layers", "1", "--heads", "2", "--dimension", "8", "--context", "8"),
            *("--vocabulary-size", "300", "--batch-size", "9", "--precision", "float32"),
            *("--device", "cpu", "--patience", "9", "--snapshots", "0.5", "--epochs", "3"),
        ]

    cache = tmp_path / "cache"
    done = torchrun("-m", "experiments", *arguments("two"), EMBCONTRAST_CACHE=str(cache))
    assert done.returncode == 0, done.stderr[:6000]
    assert done.stderr.count("training GPT: 100 %") == 1
    assert not list(cache.glob("*.partial")) + list(cache.glob("*.checkpoint"))
    status, _, err = call(*arguments("one"), capsys=capsys)
    assert status == 0, err
    one, two = (tmp_path / name for name in ("one", "two"))
    assert sorted(path.name for path in one.rglob("*")) == sorted(
        path.name for path in two.rglob("*")
    )
    histories = [pd.read_csv(folder / "history.csv") for folder in (one, two)]
    for column in ("seen", "training_loss", "validation_loss"):
        np.testing.assert_allclose(histories[0][column], histories[1][column], atol=1e-4)


def test_a_mistake_under_torchrun_is_told_once_and_ends_all(tmp_path: Path) -> None:
    done = torchrun("-m", "experiments", "run", "smok", EMBCONTRAST_CACHE=str(tmp_path))
    assert done.returncode != 0
    assert done.stderr.count("did you mean 'smoke'") == 1


def test_alone_there_is_nothing_to_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert not is_launched()
    with joined():
        assert (rank(), n_processes()) == (0, 1)
        assert sum_over_processes(torch.ones(2)).tolist() == [1, 1]
        weight = torch.nn.Parameter(torch.ones(2))
        weight.grad = torch.full((2,), 3.0)
        sum_gradients([weight])
        assert weight.grad.tolist() == [3, 3]
