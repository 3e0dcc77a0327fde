"""Jobs beside each other: what they tell and raise comes back, and none outlives its parent."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from compare.errors import NotHereError, TrainingError
from compare.progress import Show
from experiments.workers import Workers


def counted(path: Path, *, show: Show) -> None:
    tell = show("counting")
    for number in range(3):
        tell(number + 1, 3, unit="words", loss=1.5)
    logging.getLogger("compare.some").warning("beware of %s", path.name)
    path.write_text(str(os.getpid()))


def absent(*, show: Show) -> None:
    del show
    raise NotHereError("no network")


class OddError(Exception):
    """What cannot be sent as it is."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"odd: {one} and {two}")


def odd(*, show: Show) -> None:
    del show
    raise OddError(1, 2)


def killed(*, show: Show) -> None:
    del show
    os.kill(os.getpid(), signal.SIGKILL)


def sleeping(path: Path, *, show: Show) -> None:
    del show
    path.write_text(str(os.getpid()))
    time.sleep(300)


def waited_for(path: Path) -> int:
    for _ in range(600):
        if path.exists() and (text := path.read_text()):
            return int(text)
        time.sleep(0.05)
    raise AssertionError(f"{path} was not written")


def is_gone(process: int) -> bool:
    for _ in range(200):
        if not psutil.pid_exists(process):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("at_once", [1, 2])
def test_what_jobs_tell_and_raise_comes_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, at_once: int
) -> None:
    told: list[tuple[str, int]] = []

    def show(title: str):
        return lambda done, total, *, unit, loss=None: told.append((title, done))

    with Workers(at_once, show) as workers:
        jobs = [workers.start(counted, tmp_path / name, title=name) for name in ("first", "second")]
        refused = workers.start(absent)
        for job in jobs:
            job.result()
        with pytest.raises(NotHereError, match="no network"):
            refused.result()
    assert ("first: counting", 3) in told
    assert ("second: counting", 3) in told
    assert {record.getMessage() for record in caplog.records} == {
        "beware of first",
        "beware of second",
    }
    where = {int((tmp_path / name).read_text()) for name in ("first", "second")}
    assert (os.getpid() in where) == (at_once == 1)


def test_errors_that_cannot_be_sent_are_told_with_their_place() -> None:
    with Workers(2, lambda _: lambda *_, **__: None) as workers:
        job = workers.start(odd)
        with pytest.raises(RuntimeError, match="odd: 1 and 2") as caught:
            job.result()
    assert "in odd" in caught.value.__notes__[0]


def test_a_killed_process_is_told_and_an_error_ends_the_others(tmp_path: Path) -> None:
    long = tmp_path / "long"

    def run() -> None:
        with Workers(2, lambda _: lambda *_, **__: None) as workers:
            workers.start(sleeping, long)
            waited_for(long)
            workers.start(killed, title="some run").result()

    with pytest.raises(TrainingError, match="did some run was killed"):
        run()
    assert is_gone(int(long.read_text()))


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from experiments.workers import Workers\n"
        "from tests.experiments.test_workers import sleeping\n"
        "if __name__ == '__main__':\n"
        "    with Workers(2, lambda _: lambda *_, **__: None) as workers:\n"
        f"        workers.start(sleeping, Path({str(tmp_path / 'long')!r})).result()\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, str(script)], env=environment)
    worker = waited_for(tmp_path / "long")
    parent.kill()
    parent.wait()
    assert is_gone(worker)
