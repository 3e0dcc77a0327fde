"""Runs that are small enough to be tried a thousand times, each in a process of its own.

The process is a fork of this one, where everything is imported and nothing was computed, so a trial
takes a second or two. What a run found is compared to the bit; times are left out.
"""

from __future__ import annotations

import csv
import hashlib
import importlib
import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compare.cache import LOCKS, UNFINISHED, versions
from compare.machine import numpy_facts
from compare.own_results import remove_own_folders
from experiments.cli.main import message_of
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.results.run_folder import RunResults

SETTINGS = (
    "threads=1",
    "corpus.planted.n_words=3000",
    "models.w2v.backend=torch",
    "models.w2v.epochs=2",
    "models.w2v.snapshots=[0.3, 0.6]",
    "models.gpt.snapshots=[0.3, 0.6]",
    "models.gpt.compile=false",
    'spaces=["gensim/input", "w2v/input", "ppmi/input", "gpt/layer-1", "gpt/layer-1-alone"]',
    'protocol.transforms=["raw"]',
    "protocol.max_words=60",
    "protocol.likeness_words=10",
    "protocol.shuffles=1",
    "judgments.analogies=[]",
    "judgments.similarity=[]",
    "judgments.lexicons=[]",
)
"""Of the preset ``smoke``: every kind of stage, snapshots in both wings, little compared."""

REFUSED, BROKEN = 3, 4
"""Exit statuses of a trial: told in a line; a traceback."""

Hook = Callable[[], None]
"""Done in the process of a trial before it begins."""


def small_config() -> RunConfig:
    """Give the run that is tried."""
    config = load_config("smoke", SETTINGS)
    assert isinstance(config, RunConfig)
    return config


@dataclass
class Bench:
    """A folder with a cache and a run folder, in which runs are tried.

    Attributes
    ----------
    folder : Path
    seconds : float
        A run that takes longer hangs, and is killed.
    """

    folder: Path
    seconds: float = 120.0
    config: RunConfig = field(default_factory=small_config)

    @property
    def cache(self) -> Path:
        """The cache of its runs."""
        return self.folder / "cache"

    @property
    def out(self) -> Path:
        """The run folder."""
        return self.folder / "out" / "run"

    @property
    def told(self) -> str:
        """What the last run wrote on standard error."""
        return (self.folder / "stderr").read_text(errors="replace")

    def empty(self) -> None:
        """Forget everything."""
        for path in (self.cache, self.out.parent):
            shutil.rmtree(path, ignore_errors=True)

    def refill(self, other: Bench, *, without: str = "") -> None:
        """Begin with a copy of another bench's stages, perhaps without one, and no run folder."""
        self.empty()
        for name in other.stages:
            if name != without:
                shutil.copytree(other.cache / name, self.cache / name)

    @property
    def stages(self) -> list[str]:
        """The stages in its cache, by the names of their folders."""
        found = self.cache.iterdir() if self.cache.is_dir() else ()
        others = (LOCKS, UNFINISHED)
        return sorted(path.name for path in found if path.is_dir() and path.name not in others)

    def load_modules(self) -> None:
        """Do a first run, and import here what it has imported: further runs need not.

        So it is with what they ask of the packages and the machine.
        """
        place = self.folder / "modules"

        def hook() -> None:
            import experiments.pipeline as pipeline

            original = pipeline.execute

            def execute(config: RunConfig, folder: Path) -> RunResults:
                results = original(config, folder)
                place.write_text("\n".join(sys.modules))
                return results

            pipeline.execute = execute  # type: ignore[assignment]

        assert self.run(hook) == 0, self.told
        for name in place.read_text().splitlines():
            if name not in sys.modules:
                with suppress(ImportError):  # names that packages made up for themselves
                    importlib.import_module(name)
        versions("gensim", "numpy", "scikit-learn", "scipy", "tiktoken", "tokenizers", "torch")
        numpy_facts()

    def start(self, hook: Hook | None = None) -> int:
        """Start a run; gives its process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        process = os.fork()
        if process == 0:
            self._run(hook)
        return process

    def run(self, hook: Hook | None = None) -> int:
        """Do a run; gives its exit status, negative for a signal."""
        return self.wait(self.start(hook))

    def wait(self, process: int) -> int:
        """Wait for a run; one that hangs is killed."""
        signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        try:
            return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _run(self, hook: Hook | None) -> None:
        """Run in the process of the trial, which ends here."""
        status = BROKEN
        try:
            os.environ["EMBCONTRAST_CACHE"] = str(self.cache)
            opened = os.open(self.folder / "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(opened, 1)
            os.dup2(opened, 2)
            status = _execute(self.config, self.out, hook)
        except BaseException:
            traceback.print_exc()
        finally:
            remove_own_folders()
            sys.stderr.flush()
            os._exit(status)

    def answer(self) -> dict[str, str]:
        """Name what the run found, file by file: tables without times, and every space."""
        found = {}
        for path in sorted(self.out.rglob("*")):
            if path.suffix in (".csv", ".safetensors", ".txt", ".tsv") and path.name != "log.txt":
                content = _without_seconds(path) if path.suffix == ".csv" else path.read_bytes()
                found[path.relative_to(self.out).as_posix()] = hashlib.sha256(content).hexdigest()
        return found


def _execute(config: RunConfig, folder: Path, hook: Hook | None) -> int:
    import experiments.pipeline as pipeline
    from compare.runtime import Runtime

    # A state as often as there can be one; the page itself has tests of its own.
    _often(Runtime)
    pipeline.make_report = lambda folder: folder / "report.html"  # type: ignore[assignment]
    try:
        if hook is not None:
            hook()
        pipeline.execute(config, folder)
    except KeyboardInterrupt:
        return REFUSED
    except Exception as error:
        told = message_of(error)  # what the command makes of it
        if told is None:
            raise
        sys.stderr.write(f"{told}\n")
        return REFUSED
    return 0


def _often(runtime: Any) -> None:
    original = runtime.__init__

    def often(self: Any, *args: Any, **more: Any) -> None:
        original(self, *args, **more)
        object.__setattr__(self, "checkpoint_seconds", 0.0)

    runtime.__init__ = often


def _without_seconds(table: Path) -> bytes:
    content = table.read_bytes()
    if b"seconds" not in content.partition(b"\n")[0]:
        return content
    rows = [*csv.reader(content.decode().splitlines())]
    at = rows[0].index("seconds")
    return "\n".join(",".join(row[:at] + row[at + 1 :]) for row in rows).encode()


def limited(kind: int, amount: int) -> Hook:
    """Make a hook that limits what the process may take: ``resource.RLIMIT_FSIZE`` and others."""

    def hook() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(kind, (amount, amount))

    return hook
