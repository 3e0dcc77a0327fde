"""``embcontrast``: the command, its verbs, and what a mistake looks like."""

from __future__ import annotations

import io
import os
import sys
import traceback

import typer
from rich.text import Text
from safetensors import SafetensorError

from compare.errors import InputError, TrainingError
from compare.llm.distributed import dismissing, ending_at_once, joined, rank
from compare.trainers.gpt_workers import serve
from experiments.cli import check_vectors, evaluate, lists, look, run, train
from experiments.cli.shown import err, printable

app = typer.Typer(
    name="embcontrast",
    help="Compare word2vec embeddings with language-model embeddings, honestly.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
train_app = typer.Typer(
    help="Train one model and save its word vectors.", no_args_is_help=True, rich_markup_mode=None
)
train.add_commands(train_app)
app.command()(run.run)
app.add_typer(train_app, name="train")
app.command()(look.neighbours)
app.command()(look.analogy)
app.command()(evaluate.evaluate)
app.command()(evaluate.compare)
app.command()(run.report)
app.command("check-vectors")(check_vectors.check_vectors)
app.command()(lists.corpora)
app.command()(lists.judgments)
app.command()(lists.presets)

INTERRUPTED = 130
"""What typer exits with after Ctrl-C."""


def main() -> None:
    """Run the command line; a user's mistake is one message and exit status 2."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a word still works
            stream.reconfigure(errors="backslashreplace")
    with ending_at_once(), joined():
        if rank() > 0:
            serve()
            return
        with dismissing():
            _run_app(arguments, debug=debug)


def _run_app(arguments: list[str], *, debug: bool) -> None:
    try:
        app(args=arguments, prog_name="embcontrast")  # exits 2 itself on wrong usage
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            err.print("interrupted; run the same command again to go on where it stopped")
        raise
    except (InputError, TrainingError) as error:
        if debug:
            traceback.print_exc()
        _fail(str(error))
    except MemoryError as error:
        _fail(f"out of memory ({error}); make the model or its batches smaller")
    except RuntimeError as error:
        if type(error).__module__.startswith(("torch._inductor", "torch._dynamo")):
            _fail(
                f"torch.compile failed ({str(error).splitlines()[0]}); set compile = "
                "false, or delete torch's cache of compiled code (torchinductor_* in the system's "
                "folder for temporary files) and run again"
            )
        if "allocate" not in str(error) and "overflowed" not in str(error):
            raise
        _fail("out of memory; make the model or its batches smaller (dimension, context, …)")
    except BrokenPipeError:  # `embcontrast … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, SafetensorError) as error:
        if debug:
            traceback.print_exc()
        _fail(f"the system refused: {error}; is there room, and may you write there?")


def _fail(message: str) -> None:
    err.print(Text(f"embcontrast: {printable(message)}"))
    sys.exit(2)
