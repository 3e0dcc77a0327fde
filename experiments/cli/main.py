"""``embcontrast``: the command, its verbs, and what a mistake looks like.

A verb's module is imported when it is asked for: help and listings load no library of numbers.
"""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from compare.errors import InputError, TrainingError, nearest_names
from compare.machine import keep_memory
from compare.shown import printable, printable_lines
from experiments.cli.options_to_flags import GroupedCommand

INTERRUPTED = 130
"""What typer exits with after Ctrl-C."""

_MEMORY = re.compile(
    r"allocat|overflowed|bad_alloc|not enough memory|could not create a primitive|start new thread"
)
"""In messages of libraries that had no memory left."""


@dataclass(frozen=True)
class Verb:
    """A verb of the command line.

    Attributes
    ----------
    name : str
    says : str
        One line for the list of verbs.
    place : str
        MODULE:NAME of what runs it, in ``experiments/cli``: a function, or what makes a group.
    """

    name: str
    says: str
    place: str


VERBS = (
    Verb("run", "Train, compare and report what a preset or a TOML file names.", "run:run"),
    Verb("sweep", "Do a run for each choice of options; tabulate what they do.", "sweep:sweep"),
    Verb("train", "Train one model and save its word vectors.", "train:train_app"),
    Verb("fetch", "Write out a named corpus, or download a set or vectors.", "fetch:fetch"),
    Verb("compare", "Write a report on vectors that exist already.", "evaluate:compare"),
    Verb("evaluate", "Score vectors on analogies, rated pairs and lexicons.", "evaluate:evaluate"),
    Verb("neighbours", "Show the nearest words, spaces side by side.", "look:neighbours"),
    Verb("analogy", 'Answer "A is to B as C is to ?".', "look:analogy"),
    Verb("lesson", "Write a page that walks a sentence through both models.", "pages:lesson"),
    Verb("explore", "Write a page to search and map any spaces side by side.", "pages:explore"),
    Verb("report", "Make the report again from a run folder.", "run:report"),
    Verb("cache", "List, verify or clean what is kept between runs.", "cache:cache_app"),
    Verb("list", "List what there is: presets, corpora, trainers, options, …", "lists:list_all"),
    Verb("show", "Print a preset as a TOML file to start from.", "lists:show"),
)


class VerbGroup(TyperGroup):
    """The verbs, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the verbs, in order."""
        del ctx
        return [verb.name for verb in VERBS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a verb; an unknown one is a mistake, and the nearest is offered."""
        verb = next((verb for verb in VERBS if verb.name == cmd_name), None)
        if verb is not None:
            return command_of(verb)
        if ctx.resilient_parsing:
            return None
        near = nearest_names(cmd_name, self.list_commands(ctx))
        raise InputError(f"no such command {cmd_name!r}; {near}")

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of verbs, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(verb.name, verb.says) for verb in VERBS])


def command_of(verb: Verb) -> Any:
    """Import what runs a verb, and make a command of it."""
    module, _, name = verb.place.partition(":")
    found = getattr(import_module(f"experiments.cli.{module}"), name)
    if isinstance(found, typer.Typer):
        command = typer.main.get_command(found)
        command.name = verb.name
        return command
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.command(verb.name, cls=GroupedCommand)(found)
    return typer.main.get_command(alone)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"embcontrast {metadata.version('embcontrast')}")
        raise typer.Exit


app = typer.Typer(
    name="embcontrast",
    cls=VerbGroup,
    help="Compare word2vec embeddings with language-model embeddings, honestly.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _embcontrast(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Compare word2vec embeddings with language-model embeddings, honestly."""


def main() -> None:
    """Run the command line; a user's mistake is one message and exit status 2."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    if sys.stdout is None:  # closed: `embcontrast … >&-`
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (to the end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a word still works
            stream.reconfigure(errors="backslashreplace")
    if logging.lastResort is not None:  # which writes the library's warnings
        logging.lastResort.setFormatter(_PrintableFormatter())
    keep_memory()
    # Searching for cycles what the libraries' modules hold takes a tenth of a second while they are
    # imported, and half a second at the end, which frees it all.
    gc.set_threshold(20_000)
    atexit.register(gc.freeze)
    with _among_processes() as is_first:
        if is_first:
            _run_app(arguments, debug=debug)


class _PrintableFormatter(logging.Formatter):
    """Writes a warning without what would steer a terminal: it may name files and words."""

    def format(self, record: logging.LogRecord) -> str:
        """Write it, line by line."""
        return printable_lines(super().format(record))


@contextmanager
def _among_processes() -> Iterator[bool]:
    """Tell whether this process runs the command; the others of ``torchrun`` join in its work."""
    if os.environ.get("WORLD_SIZE", "1") in ("", "0", "1"):
        yield True
        return
    from compare.llm.distributed import dismissing, ending_at_once, joined, rank
    from compare.trainers.gpt_workers import serve

    with ending_at_once(), joined():
        if rank() > 0:
            serve()
            yield False
            return
        with dismissing():
            yield True


def _run_app(arguments: list[str], *, debug: bool) -> None:
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup's is left as it is
            signal.signal(number, _interrupting(received))
    try:
        app(args=arguments, prog_name="embcontrast")  # exits 2 itself on wrong usage
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            _tell("interrupted; run the same command again to go on where it stopped")
            if received:
                sys.exit(128 + received[0])
        raise
    except BrokenPipeError:  # `embcontrast … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        message = message_of(error)
        if message is None:
            raise
        if debug:
            traceback.print_exc()
        _tell(f"embcontrast: {message}")
        sys.exit(2)


def _interrupting(received: list[int]) -> Callable[[int, object], None]:
    """Take a signal to end as Ctrl-C is taken; one that comes again ends at once."""

    def interrupt(number: int, _frame: object) -> None:
        received.append(number)
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt

    return interrupt


def message_of(error: Exception) -> str | None:
    """Say in one line what went wrong, where it is a user's or the machine's doing."""
    if isinstance(error, InputError | TrainingError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"out of memory ({error}); make the model or its batches smaller"
    if isinstance(error, RuntimeError):
        if type(error).__module__.startswith(("torch._inductor", "torch._dynamo")):
            return (
                f"torch.compile failed ({str(error).splitlines()[0]}); set compile = "
                "false, or delete torch's cache of compiled code (torchinductor_* in the system's "
                "folder for temporary files) and run again"
            )
        if _MEMORY.search(str(error)):
            return "out of memory; make the model or its batches smaller (dimension, context, …)"
    if isinstance(error, OSError) or type(error).__name__ == "SafetensorError":
        return f"the system refused: {error}; is there room, and may you write there?"
    return None


def _tell(message: str) -> None:
    sys.stderr.write(printable(message) + "\n")
