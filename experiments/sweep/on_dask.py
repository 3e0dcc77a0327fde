"""Cells on a Dask cluster whose machines see the sweep's folder and the cache under one path.

Dask hands cells out, and gives those of a worker that died to another one; the folders keep the
results. Each cell runs in a process of its own beside the worker: the worker's own thread stays
free to answer the scheduler, whatever the cell computes; it may be killed without the worker; and
it reads its number of threads from its config, where a worker has been told to use one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from compare.cache import cache_folder
from compare.errors import BusyError, InputError, TrainingError
from compare.progress import Progress, Show
from experiments.workers import THREADS_OF_LIBRARIES, KilledError

CONNECT_SECONDS = 20

_processes: dict[str, list[subprocess.Popen[str]]] = {}
"""Of this worker: the processes of each sweep's cells."""


class DaskCells:
    """Does cells on a cluster.

    Parameters
    ----------
    address : str
        Of its scheduler: ``tcp://host:8786``, or a scheduler file.
    show : callable
        Opens progress displays, here.
    threads : int
        Of each cell, for libraries that do not ask.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, show: Show, *, threads: int = 1) -> None:
        try:
            import distributed
        except ImportError as error:
            raise InputError(
                "a Dask cluster needs a package more: pip install 'embcontrast[distributed]'"
            ) from error
        connect: Any = distributed.Client
        where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
        try:
            self._client: Any = connect(**where, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                f"no Dask scheduler answers at {address} ({error}); start one with `dask "
                "scheduler`, and give its address, tcp://HOST:8786"
            ) from error
        self._token, self._show, self._lock = uuid4().hex, show, Lock()
        self._environment = dict.fromkeys(THREADS_OF_LIBRARIES, str(threads))
        self._environment["EMBCONTRAST_CACHE"] = str(cache_folder().absolute())
        self._stages: dict[tuple[str, int], Progress] = {}
        self._asked: list[Any] = []

    def __enter__(self) -> Self:
        """Listen to what cells tell."""
        self._client.subscribe_topic(self._token, self._told)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the cluster; where the block ended by an error, end our cells at once."""
        try:
            if kind is not None:
                self._client.cancel(self._asked)
                self._client.run(_stop, self._token, on_error="ignore")
        finally:
            self._client.close()

    def begin(self, config: Path, folder: Path, title: str) -> Future[None]:
        """Begin a cell, soon, on some worker."""
        asked = self._client.submit(
            cell_beside_worker,
            self._token,
            title,
            str(config.absolute()),
            str(folder.absolute()),
            self._environment,
            key=f"embcontrast-{self._token}-{title}",
            pure=False,
            retries=0,  # an error comes again
        )
        self._asked.append(asked)
        done: Future[None] = Future()
        asked.add_done_callback(lambda one: _settle(one, done))
        return done

    def _told(self, event: tuple[float, Mapping[str, Any]]) -> None:
        told = event[1]
        key = (str(told["cell"]), int(told["stage"]))
        with self._lock:
            if "title" in told:
                self._stages[key] = self._show(f"{told['cell']}: {told['title']}")
            elif key in self._stages:
                self._stages[key](told["done"], told["total"], unit=told["unit"], loss=told["loss"])


def _settle(asked: Any, done: Future[None]) -> None:
    """Hand the outcome of a task over."""
    try:
        told = asked.result()
    except BaseException as error:
        name = type(error).__name__
        done.set_exception(
            KilledError(f"the cluster lost it ({name}: {error}); run the same command again")
        )
        return
    fault = _error_of(told)
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)


def _error_of(told: Mapping[str, Any] | None) -> Exception | None:
    """Make the error of what a cell told last; nothing told: it was killed."""
    if told is None:
        return KilledError(
            "its process was killed, maybe for want of memory; run the same command again to go on"
        )
    if told["error"] is None:
        return None
    kinds: dict[str, type[Exception]] = {"TrainingError": TrainingError, "BusyError": BusyError}
    return kinds.get(told["kind"], InputError)(told["error"])


def cell_beside_worker(
    token: str, title: str, config: str, folder: str, environment: Mapping[str, str]
) -> dict[str, Any] | None:
    """Do a cell in a process beside this worker; returns what it told last."""
    from distributed import get_worker

    worker = get_worker()
    process = subprocess.Popen(  # noqa: S603 (this Python, these paths)
        [sys.executable, "-m", "experiments.sweep.cell", config, folder],
        stdin=subprocess.PIPE,  # which ends with this worker, and the process with it
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    )
    _processes.setdefault(token, []).append(process)
    assert process.stdout is not None
    told: dict[str, Any] | None = None
    try:
        for line in process.stdout:
            what = json.loads(line)
            if "stage" in what:
                worker.log_event(token, {"cell": title, **what})
            else:
                told = what
    finally:
        process.kill()
        process.wait()
    return told


def _stop(token: str) -> None:
    """End all cells of a sweep on this worker."""
    for process in _processes.pop(token, []):
        process.kill()
