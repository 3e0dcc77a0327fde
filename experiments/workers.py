"""``Workers``: processes that do jobs beside each other; what they tell comes back here.

A run keeps two processors busy only now and then: much of training and of statistics is one
thread. So two runs beside each other, of one thread each, end sooner than one behind the other.
More threads than processors would wait for each other: each process is told how many are its own.
"""

from __future__ import annotations

import logging
import logging.handlers
import multiprocessing
import os
import pickle
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from types import TracebackType
from typing import Any, NamedTuple, Self

from compare.errors import TrainingError
from compare.machine import keep_memory
from compare.progress import Progress, Show

TOLD_SECONDS = 0.2
"""Seconds between two tellings of one stage."""


THREADS_OF_LIBRARIES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


class Opened(NamedTuple):
    """A worker tells that a stage begins."""

    stage: int
    title: str


class Told(NamedTuple):
    """A worker tells how far a stage is."""

    stage: int
    done: int
    total: int
    unit: str
    loss: float | None


class Ended(NamedTuple):
    """A worker tells that its job is over, and what was raised."""

    error: Exception | None


class KilledError(TrainingError):
    """The process that did a job was killed: its work goes on when it is asked for again."""


class Workers:
    """So many jobs at once, each in a process of its own.

    One at a time is done in this process, unless jobs are to be apart: from each other and from
    what this process has loaded.

    Leaving the block by an error, or by Ctrl-C, ends the processes at once; they end, too, when
    this process is gone. What jobs had cached stays.

    Parameters
    ----------
    at_once : int
    threads : int
        Of each process, for libraries that do not ask.
    show : callable
        Opens progress displays, here.
    apart : bool
        Do a single job at a time in a process of its own, too.
    """

    def __init__(self, at_once: int, show: Show, *, threads: int = 1, apart: bool = False) -> None:
        self._show = show
        self._environment = dict.fromkeys(THREADS_OF_LIBRARIES, str(threads))
        self._threads = ThreadPoolExecutor(at_once) if apart or at_once > 1 else None
        self._running: set[BaseProcess] = set()
        self._lock = Lock()
        self._is_over = False

    def __enter__(self) -> Self:
        """Nothing is begun before a job is."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what was started; where the block ended by an error, end it at once."""
        if self._threads is None:
            return
        if kind is not None:
            with self._lock:
                self._is_over = True
                for process in self._running:
                    process.kill()
        self._threads.shutdown(cancel_futures=kind is not None)

    def start(self, work: Callable[..., object], /, *args: object, title: str = "") -> Future[None]:
        """Do ``work(*args, show=…)``: soon, in a process; or now, in this one.

        Parameters
        ----------
        work : callable
            A function of a module; what it returns does not come back.
        title : str
            Stands before the titles of its stages.

        Returns
        -------
        Future
            Its ``result()`` waits, and raises what was raised; :class:`KilledError` if the
            process was killed.
        """
        if self._threads is not None:
            return self._threads.submit(self._do_in_process, work, args, title)
        done: Future[None] = Future()
        try:
            work(*args, show=_titled(self._show, title))
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(None)
        return done

    def _do_in_process(
        self, work: Callable[..., object], args: tuple[object, ...], title: str
    ) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(theirs, work, args, title))
        with self._lock:
            if self._is_over:
                return
            with _environment(self._environment):  # read when a library is loaded
                process.start()
            self._running.add(process)
        theirs.close()
        try:
            ended = self._listen(ours)
        except EOFError:
            raise KilledError(
                f"the process that did {title or 'the work'} was killed, maybe for want of memory; "
                "run the same command again to go on"
            ) from None
        finally:
            process.join()
            with self._lock:
                self._running.discard(process)
        if ended.error is not None:
            raise ended.error

    def _listen(self, worker: Connection) -> Ended:
        stages: dict[int, Progress] = {}
        while not isinstance(told := worker.recv(), Ended):
            if isinstance(told, Opened):
                stages[told.stage] = self._show(told.title)
            elif isinstance(told, Told):
                stages[told.stage](told.done, told.total, unit=told.unit, loss=told.loss)
            else:
                logging.getLogger(told.name).handle(told)
        return told


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _titled(show: Show, title: str) -> Show:
    return (lambda stage: show(f"{title}: {stage}")) if title else show


def _serve(
    parent: Connection, work: Callable[..., object], args: tuple[object, ...], title: str
) -> None:
    """Do a job in a process of its own: it tells, and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    Thread(target=_end_with_parent, daemon=True).start()
    keep_memory()
    speaking = Lock()

    def tell(what: object) -> None:
        with speaking, suppress(BrokenPipeError):
            parent.send(what)

    handler = _Telling(tell)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        work(*args, show=_titled(told_to(tell), title))
    except Exception as error:
        tell(Ended(_as_sent(error)))
    else:
        tell(Ended(None))


def _as_sent(error: Exception) -> Exception:
    """Note where it was raised, which does not come along; what cannot be sent is described."""
    where = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(where)
    return error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Telling(logging.handlers.QueueHandler):
    """Sends warnings to the parent, where the handlers are."""

    def __init__(self, tell: Callable[[object], None]) -> None:
        super().__init__(queue=None)  # type: ignore[arg-type]
        self._tell = tell

    def enqueue(self, record: Any) -> None:
        self._tell(record)


def told_to(tell: Callable[[Opened | Told], None], *, every: float = TOLD_SECONDS) -> Show:
    """Open progress displays that tell somebody else, so many seconds apart."""
    numbers = count()

    def show(title: str) -> Progress:
        stage, last = next(numbers), {"told": 0.0}
        tell(Opened(stage, title))

        def progress(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
            now = time.monotonic()
            if done >= total or now - last["told"] >= every:
                last["told"] = now
                tell(Told(stage, done, total, unit, loss))

        return progress

    return show
