"""Several tasks at once, in Python threads whose matrices are worked on by one processor each.

Many middling matrices gain more from this than from libraries that share out every one of them,
and no sum hangs on how many threads there are: the same bits come out with any number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

Step = Callable[[], None]
"""To be called by a task after each piece of its work; ends the task when all is to end."""


def no_step() -> None:
    """Do nothing, where nobody counts."""


class _EndedError(Exception):
    """Another task failed, or somebody interrupted."""


class Task(NamedTuple, Generic[T]):
    """Something to do.

    Attributes
    ----------
    run : callable
        Does it, and gives what was found.
    n_steps : int
        Calls of its :data:`Step` that it will make at most.
    """

    run: Callable[[Step], T]
    n_steps: int = 0


def at_once(tasks: Sequence[Task[T]], threads: int, tell: Callable[[int, int], None]) -> list[T]:
    """Do tasks in so many threads; begin them in the order given, so the longest belong in front.

    Parameters
    ----------
    tasks : sequence of Task
    threads : int
        At least 1.
    tell : callable
        Is told how many steps all tasks have made so far, and of how many; the end of a task is
        one, too.

    Returns
    -------
    list
        What the tasks give, in their order.

    Raises
    ------
    Exception
        What the first task to fail raises; the others end at their next step.
    """
    import sklearn.cluster  # noqa: F401 - its libraries and SciPy's: only what is loaded is limited
    from threadpoolctl import threadpool_limits

    is_over, counting = Event(), Lock()
    failures: list[BaseException] = []
    done, total = 0, sum(task.n_steps + 1 for task in tasks)

    def step() -> None:
        nonlocal done
        if is_over.is_set():
            raise _EndedError
        with counting:
            done += 1
            tell(done, total)

    def whole(task: Task[T]) -> T:
        try:
            if is_over.is_set():
                raise _EndedError
            found = task.run(step)
            step()
        except BaseException as failure:
            failures.append(failure)
            is_over.set()
            raise
        return found

    with (
        threadpool_limits(1, user_api="blas"),
        # OpenMP counts by the thread that asks
        ThreadPoolExecutor(threads, initializer=lambda: threadpool_limits(1, "openmp")) as pool,
    ):
        try:  # a thread may run before submit() comes back: an interrupt in there ends it, too
            futures = [pool.submit(whole, task) for task in tasks]
            wait(futures, return_when=FIRST_EXCEPTION)
            if failures:
                raise failures[0]
        except BaseException:
            is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if done < total:  # a task had less to do than it foretold
        tell(total, total)
    return [future.result() for future in futures]
