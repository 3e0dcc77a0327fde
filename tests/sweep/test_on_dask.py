"""Sweeps on a Dask cluster; one of whose workers is killed."""

import os
from pathlib import Path
from typing import Any

import pytest

from compare.errors import InputError
from compare.progress import Progress, quiet
from experiments.sweep.on_dask import DaskCells
from tests.sweep.sweeping import ONE_CELL, Here, swept, tiny_sweep

distributed = pytest.importorskip("distributed")


def test_a_cluster_that_loses_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, whole = tmp_path / "place", tmp_path / "whole"
    for one in (place, whole):
        one.mkdir()
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        killed: list[int] = []

        def show(title: str) -> Progress:
            if title.startswith("cell 1: ") and not killed:  # it runs: its worker goes
                killed.extend(_kill_a_busy_worker(cluster))
            return quiet(title)

        outcome = swept(
            tiny_sweep(place, ONE_CELL),
            place / "out",
            lambda: DaskCells(cluster.scheduler_address, show),
        )
    assert killed
    assert outcome.is_complete
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / "other"))
    assert swept(tiny_sweep(whole, ONE_CELL), whole / "out", Here).is_complete
    tables = [(one / "out" / "table.csv").read_bytes() for one in (place, whole)]
    assert tables[0] == tables[1]


def _kill_a_busy_worker(cluster: Any) -> list[int]:
    for worker in cluster.scheduler.workers.values():
        if any(task.key.endswith("cell 1") for task in worker.processing):
            process = cluster.workers[worker.name].process.process
            os.kill(process.pid, 9)
            return [process.pid]
    return []


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.sweep.on_dask.CONNECT_SECONDS", 0.3)
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1 "):
        DaskCells("tcp://127.0.0.1:1", quiet)
