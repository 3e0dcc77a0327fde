"""Damage, rivals and foreign folders: what an attack on the command line found once."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from compare.cache import cache_folder
from compare.errors import InputError
from compare.locks import claimed
from compare.spaces.formats import read_vectors
from compare.storage import atomic_folder
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.pipeline import execute
from experiments.report.report import make_report
from tests.conftest import no_pictures
from tests.experiments.test_cli import call

FAST = ['spaces=["w2v/input", "w2v/output"]', "models.w2v.dimension=8"]


def fast() -> RunConfig:
    config = load_config("smoke", FAST)
    assert isinstance(config, RunConfig)
    return config


@pytest.fixture(scope="module")
def run_and_cache(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("fast")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(folder / "cache"))
        with no_pictures():
            execute(fast(), folder / "run")
    return folder / "run", folder / "cache"


@pytest.fixture
def finished(run_and_cache: tuple[Path, Path], own_cache: None, tmp_path: Path) -> Path:
    """Give each test a run and its cache to damage."""
    run, cache = run_and_cache
    shutil.copytree(cache, cache_folder(), dirs_exist_ok=True)
    return Path(shutil.copytree(run, tmp_path / "run"))


@pytest.mark.usefixtures("without_pictures")
def test_a_report_is_not_made_from_a_damaged_folder(finished: Path) -> None:
    manifest = json.loads((finished / "manifest.json").read_text())
    names = [name for name in manifest if name.endswith(".csv") or name.count(".json")]
    assert len(names) > 12
    for number, name in enumerate(names):
        path = finished / name
        whole = path.read_bytes()
        if number % 3 == 0:
            path.unlink()
        else:
            path.write_bytes(whole[: len(whole) // 2 if number % 3 == 1 else 0])
        with pytest.raises(InputError, match=r"missing|cut off|no run folder"):
            make_report(finished)
        path.write_bytes(whole)
    make_report(finished)


@pytest.mark.usefixtures("without_page")
def test_a_damaged_stage_is_done_again(finished: Path, tmp_path: Path) -> None:
    vocabulary = next(cache_folder().glob("words-*/vocabulary.tsv"))
    vocabulary.write_bytes(vocabulary.read_bytes()[:100])
    next(cache_folder().glob("skipgram-*/history.csv")).unlink()
    execute(fast(), tmp_path / "again")
    name = "spaces/w2v/input.safetensors"
    assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()


@pytest.mark.usefixtures("without_page")
def test_a_run_replaces_an_earlier_one_as_a_whole_through_a_link_too(finished: Path) -> None:
    (finished / "spaces" / "stale.safetensors").write_text("from an earlier run")
    link = finished.with_name("link")
    link.symlink_to(finished)
    execute(fast(), link)
    assert link.is_symlink()
    assert not (finished / "spaces" / "stale.safetensors").exists()


def test_foreign_pages_and_markers_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("my page")
    status, _, err = call("run", "demo", "--out", str(site), capsys=capsys)
    assert status == 2
    assert "choose another one" in err
    assert (site / "index.html").read_text() == "my page"
    (site / "index.html").unlink()
    (site / "environment.json").write_text('{"postman": 1}')
    with pytest.raises(InputError, match="no run"):
        execute(fast(), site)


def test_the_faster_of_two_rivals_wins_and_the_other_drops_its_copy(tmp_path: Path) -> None:
    target = tmp_path / "stage"
    with atomic_folder(target, replace=False) as slow:
        (slow / "made_by").write_text("slow")
        with atomic_folder(target, replace=False) as quick:
            (quick / "made_by").write_text("quick")
    assert (target / "made_by").read_text() == "quick"
    assert [path.name for path in tmp_path.iterdir()] == ["stage"]


def test_two_runs_do_not_write_one_folder_and_a_report_waits_for_its_run(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with claimed(finished):
        for command in (("run", "smoke", "--out"), ("report",)):
            status, _, err = call(*command, str(finished), capsys=capsys)
            assert status == 2
            assert "another process is writing" in err
    assert call("report", str(finished), capsys=capsys)[0] == 0
    assert [path.name for path in finished.parent.iterdir()] == [finished.name]  # nothing beside


def test_an_interruption_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.cli.run.execute", interrupted)
    status, _, err = call("run", "smoke", "--out", str(tmp_path / "run"), capsys=capsys)
    assert status == 130
    assert "to go on" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_to_end_are_taken_as_ctrl_c_is(
    number: signal.Signals, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object, **__: object) -> None:
        os.kill(os.getpid(), number)
        time.sleep(5)

    before = signal.signal(number, signal.SIG_DFL)
    monkeypatch.setattr("experiments.cli.run.execute", ended)
    try:
        status, _, err = call("run", "smoke", "--out", "unused", capsys=capsys)
    finally:
        signal.signal(number, before)
    assert status == 128 + number
    assert "to go on" in err


def test_what_libraries_say_without_memory_is_called_that(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for message in ("could not create a primitive", "DefaultCPUAllocator: can't allocate memory"):

        def fail(*_: object, message: str = message, **__: object) -> None:
            raise RuntimeError(message)

        monkeypatch.setattr("experiments.cli.run.execute", fail)
        status, _, err = call("run", "smoke", "--out", "unused", capsys=capsys)
        assert status == 2
        assert "out of memory" in err


@pytest.mark.parametrize(
    "arguments",
    [
        "--nonsense",
        "neighbours king",
        "neighbours king --space x -k 0",
        "run smoke --seed x",
        "train word2vec --corpus planted --out x.bin --backend foo",
        "train gensim --corpus planted --out x.bin --batch-words 64",
    ],
)
def test_wrong_usage_exits_with_2_and_no_traceback(
    arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = call(*arguments.split(), capsys=capsys)
    assert status == 2
    assert "Traceback" not in err
    assert "Usage" in err


def test_odd_headers_of_vector_files(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes(b"\xef\xbb\xbf2 2\nking 1 0\nqueen 0 1\n")
    assert read_vectors(path).words == ("king", "queen")
    for text in ("-5 2\nking 1 0\n", "1 99999999999999999\nking 1\n", "king 1\nqueen 1 2\n"):
        path.write_text(text)
        with pytest.raises(InputError):
            read_vectors(path)
