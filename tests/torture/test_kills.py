"""A stage is killed before and after every commit: nothing is lost, nothing half-made is used.

The same of whole runs, by the hundreds, is ``make torture``.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compare.cache import SNAPSHOTS, Stage, cache_folder
from compare.checkpoints import Cadence, resumed
from compare.records import check_files, read_record
from compare.runtime import Runtime
from compare.snapshots import SavedSnapshots
from compare.stage_seconds import SECONDS
from compare.storage import atomic_folder, recover, write_text
from tests.torture.kills import killing, listed, listing
from tests.torture.trials import Bench

STAGE = Stage("model", ("test",))
IDENTITY = {"seed": 1}


def trained() -> None:
    """Train a model of one number: snapshots and states on the way, then a result."""

    def build(folder: Path) -> None:
        keep = SavedSnapshots(STAGE.snapshots)
        runtime = Runtime(checkpoint=STAGE.checkpoint, checkpoint_seconds=0.0, keep_snapshot=keep)
        state = resumed(runtime, IDENTITY) or {"step": 0, "sum": 0.0}
        step, total = state["step"], state["sum"]
        cadence = Cadence(runtime)
        while step < 2:
            step, total = step + 1, total + 0.5 * (step + 1)
            keep(step, np.full((2, 2), total, dtype=np.float32))
            here = {"identity": IDENTITY, "step": step, "sum": total}
            cadence.save_if_due(lambda here=here: here)
        write_text(folder / "tables" / "result.txt", str(total))

    STAGE.open(build)


def written(target: Path, content: str) -> None:
    """Write a run folder."""
    with atomic_folder(target) as folder:
        write_text(folder / "report.html", content)
        write_text(folder / "tables" / "numbers.csv", content * 2)


def in_child(hook: Callable[[], None], work: Callable[[], None]) -> int:
    """Do work in a fork of this process; gives its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            hook()
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def n_commits(place: Path, work: Callable[[], None]) -> int:
    assert in_child(listing(place), work) == 0
    return len(listed(place))


@pytest.mark.usefixtures("own_cache")
def test_a_stage_killed_at_any_commit_ends_as_an_undisturbed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained()
    whole = read_record(STAGE.folder)
    assert len([name for name in whole.files if name.startswith(SNAPSHOTS)]) == 2
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / "counted"))
    commits = n_commits(tmp_path / "commits", trained)
    assert commits > 20
    for number in range(1, commits + 1):
        for after in (False, True):
            monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / f"{number}-{after}"))
            assert in_child(killing(number, after=after), trained) == -signal.SIGKILL
            trained()
            assert read_record(STAGE.folder) == whole, (number, after)
            check_files(STAGE.folder, whole)
            assert {path.name for path in cache_folder().iterdir()} <= {
                STAGE.folder.name,
                "locks",
                "unfinished",
                SECONDS,
            }
            assert not STAGE.unfinished.exists()


def test_a_run_folder_killed_at_any_commit_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "run"
    written(target, "old")
    commits = n_commits(tmp_path / "commits", lambda: written(target, "new"))
    assert commits > 8
    seen = set()
    for number in range(1, commits + 1):
        for after in (False, True):
            written(target, "old")
            in_child(killing(number, after=after), lambda: written(target, "new"))
            recover(target)
            content = (target / "report.html").read_text()
            assert (target / "tables" / "numbers.csv").read_text() == content * 2
            seen.add(content)
            written(target, "old")  # clears what the kill left
            assert {path.name for path in tmp_path.iterdir()} == {"run", "commits"}
    assert seen == {"old", "new"}


def test_a_bench_is_refilled_with_stages_alone(tmp_path: Path) -> None:
    """What lies beside them in a cache, as the times that they took, is none."""
    full, bench = Bench(tmp_path / "full"), Bench(tmp_path / "bench")
    (full.cache / "alone-1").mkdir(parents=True)
    (full.cache / SECONDS).write_text("alone-1\t1.000\n")
    bench.refill(full)
    assert bench.stages == ["alone-1"]
