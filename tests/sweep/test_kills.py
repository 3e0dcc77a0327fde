"""Sweeps that are killed: what comes after gives the same bytes as one that was not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sweep.sweeping import TWO_CELLS, Here, swept, tiny_sweep


def started(place: Path, n_jobs: int) -> subprocess.Popen[bytes]:
    """Start a sweep whose cells have processes of their own; of 0 jobs, its own process."""
    command = [sys.executable, "-m", "tests.sweep.sweeping", str(place), str(n_jobs)]
    return subprocess.Popen(command, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})


def wait_for_stages(process: subprocess.Popen[bytes], k: int) -> None:
    """Wait until so many stages are in the cache, or the process has ended."""
    cache = Path(os.environ["EMBCONTRAST_CACHE"])
    for _ in range(3000):
        if len(list(cache.glob("*/record.json"))) >= k or process.poll() is not None:
            return
        time.sleep(0.02)
    raise AssertionError("no stages were made")


def test_a_killed_sweep_goes_on_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "killed"
    place.mkdir()
    for k in (1, 3, 5):  # others are killed at random by tests.torture
        process = started(place, 2)
        wait_for_stages(process, k)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert swept(tiny_sweep(place, TWO_CELLS), place / "out", Here).is_complete
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / "other"))
    whole = tmp_path / "whole"
    whole.mkdir()
    assert swept(tiny_sweep(whole, TWO_CELLS), whole / "out", Here).is_complete
    for name in ("table.csv", "table.parquet"):
        assert (place / "out" / name).read_bytes() == (whole / "out" / name).read_bytes()
    left = {path.name for path in (place / "out").iterdir()}
    made = {"table.csv", "table.parquet", "report.html", "figures"}
    assert left == {"configs", "cells", *made}


def test_two_sweeps_over_one_cache(tmp_path: Path) -> None:
    places = [tmp_path / "one", tmp_path / "other"]
    for place in places:
        place.mkdir()
    assert [process.wait() for process in [started(place, 0) for place in places]] == [0, 0]
    tables = [(place / "out" / "table.csv").read_bytes() for place in places]
    assert tables[0] == tables[1]
