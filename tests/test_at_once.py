"""Tasks at once: answers in order, one processor each, an end to all at the first failure."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from compare.at_once import Step, Task, at_once
from compare.errors import InputError


def nothing_told(_done: int, _total: int) -> None:
    pass


def test_answers_come_in_the_order_of_the_tasks() -> None:
    second_is_done = threading.Event()

    def waits(_: Step) -> str:
        assert second_is_done.wait(10)
        return "first"

    def is_waited_for(_: Step) -> str:
        second_is_done.set()
        return "second"

    assert at_once([Task(waits), Task(is_waited_for)], 2, nothing_told) == ["first", "second"]
    assert at_once([], 2, nothing_told) == []


def test_every_step_is_told_and_the_end_even_of_tasks_that_had_less_to_do() -> None:
    def task(n_steps: int, step: Step) -> None:
        for _ in range(n_steps):
            step()

    told: list[tuple[int, int]] = []
    whole, short = Task(lambda step: task(3, step), 3), Task(lambda step: task(1, step), 2)
    at_once([whole, short], 1, lambda *so_far: told.append(so_far))
    assert told == [(n, 7) for n in (1, 2, 3, 4, 5, 6, 7)]


def test_libraries_use_one_processor_inside_and_as_many_as_before_behind() -> None:
    def threads_of(api: str) -> list[int]:
        return [one["num_threads"] for one in threadpool_info() if one["user_api"] == api]

    before = threads_of("blas")
    assert before
    [inside] = at_once([Task(lambda _: threads_of("blas") + threads_of("openmp"))], 2, nothing_told)
    assert set(inside) == {1}
    assert threads_of("blas") == before


@pytest.mark.parametrize("failure", [InputError("so it is"), KeyboardInterrupt(), MemoryError()])
def test_the_first_failure_is_raised_and_the_others_end_at_their_next_step(
    failure: BaseException,
) -> None:
    goes_on, begun = threading.Event(), []

    def goes_on_for_ever(step: Step) -> None:
        goes_on.set()
        while True:
            step()

    def fails(_: Step) -> None:
        assert goes_on.wait(10)
        raise failure

    later = [Task(lambda _: begun.append(1)) for _ in range(50)]
    with pytest.raises(type(failure)):
        at_once([Task(goes_on_for_ever), Task(fails), *later], 2, nothing_told)
    assert len(begun) < 50


def test_who_is_interrupted_waits_for_no_more_than_a_step() -> None:
    def goes_on_for_ever(step: Step) -> None:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        while True:
            step()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            at_once([Task(goes_on_for_ever)], 2, nothing_told)
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_while_tasks_are_handed_out_ends_those_that_began(monkeypatch) -> None:
    has_begun, was_ended = threading.Event(), threading.Event()

    def goes_on_for_long(step: Step) -> None:
        last = time.monotonic() + 10
        has_begun.set()
        try:
            while time.monotonic() < last:
                step()
        except Exception:
            was_ended.set()
            raise

    class Interrupted(ThreadPoolExecutor):
        def submit(self, *task: object) -> None:
            super().submit(*task)
            assert has_begun.wait(5)
            raise KeyboardInterrupt

    monkeypatch.setattr("compare.at_once.ThreadPoolExecutor", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        at_once([Task(goes_on_for_long)], 1, nothing_told)
    assert was_ended.wait(5)


def test_bits_do_not_hang_on_how_many_are_done_at_once() -> None:
    rng = np.random.default_rng(1)
    matrices = [rng.normal(size=(400, 300)).astype(np.float32) for _ in range(4)]
    tasks = [Task(lambda _, x=x: (x @ x.T).tobytes()) for x in matrices]
    one, three = (at_once(tasks, n, nothing_told) for n in (1, 3))
    assert one == three
