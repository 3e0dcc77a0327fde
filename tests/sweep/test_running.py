"""Sweeps from beginning to end: frozen, resumed, failing in part; their tables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest

from compare.errors import InputError
from compare.progress import quiet
from experiments.results.tables import csv_text
from experiments.sweep.forecast import PROCESS_BYTES, forecast, jobs_that_fit
from experiments.sweep.frozen import asked_sweep, frozen, open_frozen
from experiments.sweep.sweep import execute_sweep, opened
from tests.experiments.test_cli import call
from tests.sweep.sweeping import GRID, Here, swept, tiny_sweep, tiny_toml

WINDOW = "models.w2v.window"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a sweep whose cells are all done, beside its config."""
    with pytest.MonkeyPatch.context() as patch:
        cache = tmp_path_factory.mktemp("cache")
        patch.setenv("EMBCONTRAST_CACHE", str(cache))
        place = tmp_path_factory.mktemp("done")
        (place / "cache.txt").write_text(str(cache))
        assert swept(tiny_sweep(place), place / "out").is_complete
    return place


@pytest.fixture
def copied(done: Path, tmp_path: Path) -> Path:
    """Give a copy of it, to be changed."""
    shutil.copytree(done, tmp_path / "copy")
    return tmp_path / "copy"


class Counting(Here):
    """Counts the cells that are begun."""

    begun: list[str]

    def begin(self, config: Path, folder: Path, title: str):  # type: ignore[no-untyped-def]
        self.begun.append(title)
        return super().begin(config, folder, title)


def begun_again(place: Path, **more: bool) -> list[str]:
    executor = Counting()
    executor.begun = []
    swept(tiny_sweep(place), place / "out", lambda: executor, **more)
    return executor.begun


def test_the_table_is_long(done: Path) -> None:
    frame = opened(done / "out").frame
    assert list(frame.columns[:3]) == ["cell", WINDOW, "seed"]
    assert frame[["cell", WINDOW, "seed"]].drop_duplicates().values.tolist() == [
        *([1, 2, 1], [2, 2, 2], [3, 5, 1], [4, 5, 2])
    ]
    assert csv_text(frame) == (done / "out" / "table.csv").read_text()
    of_cell = frame[(frame["cell"] == 3) & (frame["quantity"] == "analogies")]
    own = opened(done / "out").run(3).measurements
    own = own[(own["quantity"] == "analogies") & (own["relation"] == "all")]
    assert of_cell["value"].tolist() == own["value"].tolist()
    moved = frame[(frame["space"] == "w2v/input") & (frame["quantity"] == "geometry")]
    assert moved.groupby("method")["value"].nunique().max() == 4
    still = frame[(frame["space"] == "ppmi/input") & (frame["quantity"] == "geometry")]
    assert still.groupby(["method", "seed"])["value"].nunique().max() == 1


def test_what_is_done_is_not_done_again(copied: Path) -> None:
    before = (copied / "out" / "table.csv").read_bytes()
    assert begun_again(copied) == []
    shutil.rmtree(copied / "out" / "cells" / "0002")
    (copied / "out" / "table.csv").unlink()
    assert begun_again(copied) == ["cell 2"]
    assert (copied / "out" / "table.csv").read_bytes() == before


def test_an_edit_of_the_file_changes_nothing(copied: Path) -> None:
    path = Path(tiny_toml(copied))
    path.write_text(path.read_text().replace("dimension = 8", "dimension = 4"))
    lines: list[str] = []
    shutil.rmtree(copied / "out" / "cells" / "0001")
    execute_sweep(asked_sweep(str(path), GRID), copied / "out", Here, show=quiet, tell=lines.append)
    assert "is other now than when" in "\n".join(lines)
    assert opened(copied / "out").run(1).models["dimension"].tolist() == [8, 8]


def test_columns_stand_in_the_order_that_was_given(tmp_path: Path) -> None:
    over = {WINDOW: [2], "models.w2v.negatives": [1], "corpus.planted.n_words": [3000]}
    asked = tiny_sweep(tmp_path, {"over": over, "seeds": 1})
    sweep, _ = frozen(asked, tmp_path / "out")
    assert list(sweep.cells[0].choices) == list(over)
    again = open_frozen(tmp_path / "out")
    assert list(again.options.over) == list(over)
    assert list(again.cells[0].choices) == list(over)


def test_the_report_may_choose_other_quantities(copied: Path) -> None:
    asked = tiny_sweep(copied, {**GRID, "quantities": ["company"]})
    assert "Analogies (planted)" in (copied / "out" / "report.html").read_text()
    assert swept(asked, copied / "out").is_complete
    assert "Analogies (planted)" not in (copied / "out" / "report.html").read_text()


def test_other_words_in_a_config_are_no_other_config(copied: Path) -> None:
    path = copied / "out" / "cells" / "0001" / "config.toml"
    path.write_text(path.read_text().replace("# ", "# In other words: ", 1))
    assert begun_again(copied) == []
    path.write_text(path.read_text().replace("window = 2", "window = 3", 1))
    assert begun_again(copied) == ["cell 1"]


def test_what_a_kill_leaves_of_configs_is_cleared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = (
        "import os, signal; from pathlib import Path; from compare.storage import atomic_folder\n"
        f"with atomic_folder(Path({str(out / 'configs')!r})): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    assert [path.name.startswith(".configs") for path in out.iterdir()] == [True]
    found, _ = frozen(tiny_sweep(tmp_path), out)
    assert [path.name for path in out.iterdir()] == ["configs"]
    assert len(found.cells) == 4


def test_a_cell_that_is_done_has_not_failed(copied: Path) -> None:
    (copied / "out" / "failed.csv").write_text("cell,settings,error\n2,of old,no room\n9,x,y\n")
    assert swept(tiny_sweep(copied), copied / "out").is_complete
    assert not (copied / "out" / "failed.csv").exists()
    (copied / "out" / "failed.csv").write_text("a,b\n")
    with pytest.raises(InputError, match=r"failed\.csv is damaged"):
        swept(tiny_sweep(copied), copied / "out")


class WithoutMemory(Here):
    """Has no memory for cells."""

    def begin(self, config: Path, folder: Path, title: str) -> Future[None]:
        del config, folder, title
        done: Future[None] = Future()
        done.set_exception(MemoryError())
        return done


def test_want_of_memory_is_no_fault_of_a_cell(tmp_path: Path) -> None:
    outcome = swept(tiny_sweep(tmp_path), tmp_path / "out", WithoutMemory)
    assert (sorted(outcome.killed), outcome.failed) == ([1, 2, 3, 4], {})
    assert not (tmp_path / "out" / "failed.csv").exists()


def test_cells_may_have_other_spaces(tmp_path: Path) -> None:
    over = {"spaces": [["ppmi/input"], ["w2v/input", "ppmi/input"]], WINDOW: [2, 5]}
    assert swept(tiny_sweep(tmp_path, {"over": over}), tmp_path / "out").is_complete
    assert "word2vec" in (tmp_path / "out" / "report.html").read_text()


def test_another_grid_needs_another_folder(copied: Path) -> None:
    asked = tiny_sweep(copied, {"over": {WINDOW: [2, 6]}, "seeds": 2})
    with pytest.raises(InputError, match=r"holds another grid .*asked for is"):
        swept(asked, copied / "out")


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is no sweep of embcontrast"):
        swept(tiny_sweep(tmp_path), tmp_path / "out")
    with pytest.raises(InputError, match="is no sweep"):
        opened(tmp_path / "out")


def test_a_text_that_cannot_be_read_is_foretold(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"The king\xff saw. " * 40)
    grid = {"over": {"corpus.source": ["planted", str(tmp_path / "bad.txt")]}}
    asked = asked_sweep(tiny_toml(tmp_path), {**grid, "seeds": 2}, ["judgments.analogies=[]"])
    told = forecast(asked.configs)
    assert list(told.faults) == [2, 3]
    for fault in told.faults.values():
        assert "is no UTF-8 text" in fault
        assert "--set corpus.encoding=" in fault


def test_what_is_swept_is_not_set_too(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{WINDOW} is swept, and set"):
        asked_sweep(tiny_toml(tmp_path), GRID, [f"{WINDOW}=3"])
    with pytest.raises(InputError, match="no model has an option 'windw'; did you mean 'window'"):
        asked_sweep(tiny_toml(tmp_path), {"over": {"models.*.windw": [3]}})


def test_one_cell_fails_alone(
    done: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "short.txt").write_text("one two three. " * 3)
    grid = {"over": {"corpus.source": ["planted", str(tmp_path / "short.txt")]}}
    asked = asked_sweep(
        tiny_toml(tmp_path), grid, ["judgments.analogies=[]", "judgments.lexicons=[]"]
    )
    out = tmp_path / "out"
    outcome = swept(asked, out)
    assert (outcome.n_done, list(outcome.failed), outcome.is_complete) == (1, [2], False)
    told = pd.read_csv(out / "failed.csv")
    assert told["cell"].tolist() == [2]
    assert told["error"].tolist() == [outcome.failed[2]]
    frame = opened(out).frame
    assert frame.loc[frame["cell"] == 2, "error"].tolist() == [outcome.failed[2]]
    assert frame.loc[frame["cell"] == 1, "error"].unique().tolist() == [""]
    command = [
        "sweep",
        tiny_toml(tmp_path),
        "--over",
        f"corpus.source=planted,{tmp_path}/short.txt",
    ]
    command += ["--set", "judgments.analogies=[]", "--set", "judgments.lexicons=[]"]
    dry = [*command, "--out", str(out), "--dry-run", "--json"]
    foretold = [json.loads(call(*one, capsys=capsys)[1]) for one in (dry, [*dry, "--retry-failed"])]
    assert [one["to_do"] for one in foretold] == [0, 1]
    assert foretold[0]["cells"][1]["state"] == "failed (--retry-failed tries it again)"
    # not again, unless that is asked for
    (tmp_path / "short.txt").write_text("The king saw the queen. She saw the king. " * 40)
    assert swept(asked, out).n_done == 0
    assert swept(asked, out, retry_failed=True).is_complete
    assert not (out / "failed.csv").exists()


@pytest.mark.parametrize("name", ["measurements.csv", "scores/analogies.csv", "manifest.json"])
def test_a_damaged_cell_is_told_by_its_file_and_stops_no_other(copied: Path, name: str) -> None:
    out = copied / "out"
    before = (out / "table.csv").read_bytes()
    path = out / "cells" / "0003" / name
    path.write_text(path.read_text().replace("w2v/input", "w2v/inqut", 1)[:-3])
    shutil.rmtree(out / "cells" / "0001")
    outcome = swept(tiny_sweep(copied), out)
    assert (outcome.n_done, list(outcome.failed)) == (1, [3])
    assert name in outcome.failed[3]
    assert "cut off or changed" in outcome.failed[3]
    assert name in (out / "report.html").read_text()
    assert swept(tiny_sweep(copied), out, retry_failed=True).is_complete
    assert (out / "table.csv").read_bytes() == before


def test_damaged_configs_are_told(copied: Path) -> None:
    grid = copied / "out" / "configs" / "grid.json"
    grid.write_text(grid.read_text().replace('"cells"', '"celts"'))
    with pytest.raises(InputError, match=r"grid\.json is damaged"):
        open_frozen(copied / "out")


def test_what_is_kept_is_foretold(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", (copied / "cache.txt").read_text())
    grid = {"over": {WINDOW: [2, 5, 9]}, "seeds": 2}
    told = forecast(tiny_sweep(copied, grid).configs)
    states = [[part.is_kept for part in parts] for parts in told.parts]
    assert states == [[True, True]] * 4 + [[False, True]] * 2
    seconds, n_unknown = told.seconds([4, 5], 1)
    assert 0 < seconds < 60
    assert n_unknown == 0
    assert told.seconds([4, 5], 2) == (seconds / 2, 0)
    assert told.memory > PROCESS_BYTES
    assert jobs_that_fit(8, 1) == 8
    assert jobs_that_fit(8, 1 << 60) == 1


def test_nothing_is_made_to_foretell(tmp_path: Path) -> None:
    told = forecast(tiny_sweep(tmp_path).configs)
    assert not any(part.is_kept for parts in told.parts for part in parts)
    assert told.seconds([0], 1) == (0, 3)
    cache = Path(os.environ["EMBCONTRAST_CACHE"])
    assert not list(cache.iterdir())
