"""The command line: parse, call, render."""

from __future__ import annotations

import io
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from safetensors import SafetensorError

from compare.comparison.comparison import compare_spaces
from compare.comparison.examples import ExampleOptions
from compare.comparison.protocol import ProtocolOptions, share_vocabulary
from compare.downloads import download_folder
from compare.errors import InputError, TrainingError
from compare.judgments.judgments import JudgmentOptions, Judgments, open_judgments
from compare.judgments.public_sets import PublicSet, public_sets
from compare.llm.distributed import dismissing, ending_at_once, joined, rank
from compare.measures.analogies import solve_analogy
from compare.measures.neighbours import nearest, neighbour_overlap
from compare.options import validated
from compare.progress import Show
from compare.spaces.formats import read_vectors
from compare.spaces.space import EmbeddingSpace
from compare.storage import atomic_folder, check_writable, write_text
from compare.text.corpus import NAMED_CORPORA, CorpusOptions, open_corpus
from compare.text.passages import END_OF_TEXT
from compare.text.planted import write_truth
from experiments import cells
from experiments.config import ChecksConfig, Collection, RunConfig, load_config, preset_names
from experiments.console import shown_progress
from experiments.evaluation import (
    check_evaluation_folder,
    evaluation_records,
    evaluation_tables,
    write_evaluation,
)
from experiments.findings import answer_lines
from experiments.labels import label
from experiments.numbers import NBSP
from experiments.report import is_our_page, write_index
from experiments.results import RunResults, check_run_folder, load_results, records, to_json
from experiments.run import compare_files, execute, make_report
from experiments.training import train_one
from experiments.vector_checks import check_lines, run_checks
from experiments.workers import serve

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
app.add_typer(train_app, name="train")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Device = Annotated[
    str | None, typer.Option(help="auto, cpu or cuda; auto takes a GPU where there is one.")
]
Threads = Annotated[int | None, typer.Option(help="Processor threads; default: all cores.")]
Seed = Annotated[int | None, typer.Option(help="Rules every random choice.")]
Analogies = Annotated[
    list[str] | None,
    typer.Option(help="A set by name (see `judgments`), a file or a BATS folder. Repeatable."),
]
Similarity = Annotated[
    list[str] | None,
    typer.Option(help="A set by name (see `judgments`), or a file of rated pairs. Repeatable."),
]
Lexicons = Annotated[
    list[str] | None,
    typer.Option(help="everyday, or a file of opposites, synonyms, categories. Repeatable."),
]
Spaces = Annotated[
    list[Path],
    typer.Option(
        "--space", help="A file of vectors (safetensors, word2vec text or binary, GloVe)."
    ),
]


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
                f"torch.compile failed ({str(error).splitlines()[0]}); set training.compile = "
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


@app.command()
def run(
    preset_or_toml: Annotated[str, typer.Argument(help="A preset, or the path of a .toml file.")],
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder for the run; default: runs/NAME-HASH.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change an option: section.key=value. May be repeated."),
    ] = None,
    seed: Seed = None,
    device: Device = None,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Train, compare and report: everything that a preset or a TOML file names.

    An interrupted run goes on where it stopped when the same command is given again; stages whose
    options did not change are taken from the cache.
    """
    overrides: dict[str, Any] = {"seed": seed, "device": device, "threads": threads}
    config = load_config(preset_or_toml, settings or [], **overrides)
    if isinstance(config, ChecksConfig):
        _check(config, [config.vectors], as_json=as_json)
        return
    if isinstance(config, Collection):
        done = _run_collection(config, out_dir or Path("runs") / config.name, overrides)
    else:
        folder = out_dir or Path("runs") / config.folder_name()
        done = [(_execute(config, folder), folder / "report.html")]
    _print_answers(done, as_json=as_json)
    if isinstance(config, Collection) and not as_json:
        out.print(f"\nAll together: {done[0][1].parent.parent / 'index.html'}", markup=False)


def _run_collection(
    config: Collection, folder: Path, overrides: dict[str, Any]
) -> list[tuple[RunResults, Path]]:
    if folder.is_file():
        raise InputError(f"{folder} is a file; give the path of a folder for the results")
    index = folder / "index.html"
    is_foreign = folder.is_dir() and not {p.name for p in folder.iterdir()} <= {
        *config.runs,
        index.name,
    }
    if is_foreign or (index.exists() and not is_our_page(index)):
        raise InputError(f"folder {folder} exists and is no {config.name}; choose another --out")
    members: dict[str, RunConfig] = {}
    for name in config.runs:
        one = load_config(name, [], **overrides)
        if not isinstance(one, RunConfig):
            raise InputError(f"preset {config.name} names {name}, which is no single run")
        members[name] = one
    done = []
    for name, one in members.items():
        err.print(f"— {name}", markup=False)
        done.append((_execute(one, folder / name), folder / name / "report.html"))
    write_index(done, folder, title=config.title or config.name)
    return done


def printable(text: str) -> str:
    """Replace control characters, which a terminal would obey."""
    text = text.replace(NBSP, " ")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _execute(config: RunConfig, folder: Path) -> RunResults:
    with shown_progress(err) as show:
        return execute(config, folder, show=show)


def _print_answers(done: list[tuple[RunResults, Path]], *, as_json: bool) -> None:
    if as_json:
        print_json([_as_plain(results, page) for results, page in done])
        return
    for results, page in done:
        out.print("\n" + printable(results.title), markup=False, style="bold")
        for line in answer_lines(results):
            out.print(f"- {printable(line)}", markup=False)
        out.print(f"Report: {page}", markup=False)


def _as_plain(results: RunResults, page: Path) -> dict[str, Any]:
    return {
        "title": results.title,
        "report": str(page),
        "answer": answer_lines(results),
        "measurements": records(results.comparison.measurements),
    }


@train_app.command("word2vec")
def train_word2vec(
    corpus: Annotated[str, typer.Option(help="A named corpus, or the path of a text.")],
    out_path: Annotated[
        Path,
        typer.Option("--out", help="FILE.safetensors (.txt or .bin: word2vec's formats) or DIR."),
    ],
    backend: Annotated[
        Literal["torch", "gensim", "ppmi"],
        typer.Option(help="Who trains; ppmi: counts and their SVD, the count-based baseline."),
    ] = "torch",
    dimension: Annotated[int | None, typer.Option(help="Components of a vector [100].")] = None,
    window: Annotated[int | None, typer.Option(help="Largest distance of a context [5].")] = None,
    window_shape: Annotated[str | None, typer.Option(help="dynamic or fixed [dynamic].")] = None,
    sentence_borders: Annotated[
        bool | None, typer.Option(help="Windows end at sentence borders [yes].")
    ] = None,
    negatives: Annotated[int | None, typer.Option(help="Noise words for each pair [5].")] = None,
    noise_exponent: Annotated[
        float | None, typer.Option(help="Power of the counts [0.75].")
    ] = None,
    subsample: Annotated[float | None, typer.Option(help="Threshold; 0 keeps all [0.001].")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the text [5].")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="At the start [0.025].")] = None,
    min_learning_rate: Annotated[float | None, typer.Option(help="At the end [0.0001].")] = None,
    decay: Annotated[str | None, typer.Option(help="linear or constant [linear].")] = None,
    batch_words: Annotated[
        int | None, typer.Option(help="Words in a step of torch, at most [4096].")
    ] = None,
    precision: Annotated[str | None, typer.Option(help="float32, bfloat16 or auto [auto].")] = None,
    snapshots: Annotated[
        list[float] | None, typer.Option(help="Share of training to keep a copy at; repeatable.")
    ] = None,
    vectors: Annotated[
        Literal["input", "output", "mean"], typer.Option(help="Which vectors FILE gets.")
    ] = "input",
    min_count: Annotated[int | None, typer.Option(help="Rarer words are dropped [5].")] = None,
    workers: Annotated[
        int | None, typer.Option(help="gensim's threads; more than 1 does not repeat [1].")
    ] = None,
    seed: Seed = None,
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Train skip-gram with negative sampling; FILE gets the input vectors, DIR all tables."""
    options = {
        "dimension": dimension,
        "window": window,
        "window_shape": window_shape,
        "sentence_borders": sentence_borders,
        "negatives": negatives,
        "noise_exponent": noise_exponent,
        "subsample": subsample,
        "epochs": epochs,
        "learning_rate": learning_rate,
        "min_learning_rate": min_learning_rate,
        "decay": decay,
        "batch_words": batch_words,
        "precision": precision,
        "snapshots": snapshots,
    }
    values: dict[str, Any] = {
        "trainers": [backend],
        "spaces": [f"{backend}-input"],
        "word2vec": _given(options),
        "vocabulary": _given({"min_count": min_count}),
        "gensim_workers": workers,
    }
    _train(values, corpus, out_path, seed, device, threads, vectors=vectors)


@train_app.command("gpt")
def train_gpt(
    corpus: Annotated[str, typer.Option(help="A named corpus, or the path of a text.")],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for model, tokenizer, vectors.")],
    encoding: Annotated[
        str | None, typer.Option(help="'trained' on the corpus, or tiktoken's name [trained].")
    ] = None,
    vocabulary_size: Annotated[int | None, typer.Option(help="Tokens, if trained [8192].")] = None,
    layers: Annotated[int | None, typer.Option(help="Blocks [2].")] = None,
    heads: Annotated[int | None, typer.Option(help="Attention heads [4].")] = None,
    dimension: Annotated[int | None, typer.Option(help="Components of a vector [128].")] = None,
    context: Annotated[int | None, typer.Option(help="Tokens in a row [64].")] = None,
    positions: Annotated[
        str | None, typer.Option(help="learned, sinusoidal, rotary or none [learned].")
    ] = None,
    dropout: Annotated[float | None, typer.Option(help="Share dropped [0].")] = None,
    tied: Annotated[bool | None, typer.Option(help="Output table = input table.")] = None,
    epochs: Annotated[float | None, typer.Option(help="Passes over the text [1].")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Rows in a step [32].")] = None,
    accumulation: Annotated[
        int | None, typer.Option(help="Parts a step is taken in, for memory [1].")
    ] = None,
    stride: Annotated[int | None, typer.Option(help="Tokens between rows [context].")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Largest [0.003].")] = None,
    sampled_softmax: Annotated[
        int | None, typer.Option(help="Tokens drawn for an approximate loss [exact].")
    ] = None,
    precision: Annotated[str | None, typer.Option(help="float32, bfloat16 or auto [auto].")] = None,
    compiled: Annotated[
        bool | None,
        typer.Option("--compile/--no-compile", help="torch.compile [where it pays]."),
    ] = None,
    patience: Annotated[
        int | None, typer.Option(help="Validations without progress before stopping [never].")
    ] = None,
    snapshots: Annotated[
        list[float] | None, typer.Option(help="Share of training to keep a copy at; repeatable.")
    ] = None,
    min_count: Annotated[int | None, typer.Option(help="Rarer words get no vector [5].")] = None,
    seed: Seed = None,
    device: Device = None,
    threads: Threads = None,
) -> None:
    """Train a GPT on next-token prediction; DIR gets the model, its tokenizer and word vectors."""
    training = {
        "epochs": epochs,
        "batch_size": batch_size,
        "accumulation": accumulation,
        "stride": stride,
        "learning_rate": learning_rate,
        "sampled_softmax": sampled_softmax,
        "precision": precision,
        "compile": compiled,
        "patience": patience,
        "snapshots": snapshots,
    }
    gpt = {
        "layers": layers,
        "heads": heads,
        "dimension": dimension,
        "context": context,
        "positions": positions,
        "dropout": dropout,
        "tied": tied,
    }
    values: dict[str, Any] = {
        "trainers": ["gpt"],
        "spaces": ["gpt-input"],
        "gpt": _given(gpt),
        "training": _given(training),
        "tokenizer": _given({"encoding": encoding, "vocabulary_size": vocabulary_size}),
        "vocabulary": _given({"min_count": min_count}),
    }
    _train(values, corpus, out_dir, seed, device, threads)


def _train(
    values: dict[str, Any],
    corpus: str,
    target: Path,
    seed: int | None,
    device: str | None,
    threads: int | None,
    *,
    vectors: str = "input",
) -> None:
    values |= {"corpus": {"source": corpus}, "seed": seed, "device": device, "threads": threads}
    with shown_progress(err) as show:
        for path in train_one(_given(values), target, vectors=vectors, show=show):
            out.print(str(path), markup=False)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


@app.command("check-vectors")
def check_vectors(
    vectors: Annotated[
        list[str],
        typer.Argument(help="Files of vectors, or names in gensim-data (glove-wiki-gigaword-50)."),
    ],
    preset: Annotated[
        str, typer.Option(help="What is asked: a preset, or the path of a .toml file.")
    ] = "notebook-checks",
    as_json: Json = False,
) -> None:
    """Ask what introductions ask: king + woman − man, a few cosines and lengths."""
    config = load_config(preset, [])
    if not isinstance(config, ChecksConfig):
        raise InputError(f"preset {preset} trains models and asks no such questions; use `run`")
    _check(config, vectors, as_json=as_json)


def _check(config: ChecksConfig, vectors: list[str], *, as_json: bool) -> None:
    with shown_progress(err) as show:
        found = run_checks(config, vectors, show)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        out.print(f"\n{printable(one.space)}", markup=False, style="bold")
        for line in check_lines(one):
            out.print(f"- {printable(line)}", markup=False)


@app.command()
def neighbours(
    words: Annotated[list[str], typer.Argument(help="Words to look up.")],
    space: Spaces,
    k: Annotated[int, typer.Option("-k", min=1, help="Neighbours of each word.")] = 10,
    as_json: Json = False,
) -> None:
    """Show the nearest words by cosine, side by side; common ones are marked with *."""
    spaces = _read_all(space)
    found = []
    for one in spaces:
        table = nearest(one, words, k=k)
        for word, rows, cosines in zip(words, table.rows, table.cosines, strict=True):
            near = [(one.words[r], float(c)) for r, c in zip(rows, cosines, strict=True)]
            found.append((word, one.name, near))
    if as_json:
        listed = [
            {
                "word": word,
                "space": name,
                "neighbours": [{"word": near, "cosine": round(c, 6)} for near, c in nears],
            }
            for word, name, nears in found
        ]
        print_json({"neighbours": listed, "overlap": _overlaps(spaces, words, k)})
        return
    for word in words:
        columns = [(name, near) for asked, name, near in found if asked == word]
        first = {near for near, _ in columns[0][1]}
        table_shown = Table(title=Text(printable(word)), title_justify="left", title_style="bold")
        for name, _ in columns:
            table_shown.add_column(Text(printable(label(name))), no_wrap=True)
        for place in range(max(len(near) for _, near in columns)):
            cells = []
            for number, (_, near) in enumerate(columns):
                text = ""
                if place < len(near):
                    mark = "* " if number and near[place][0] in first else ""
                    text = f"{mark}{printable(near[place][0])} {near[place][1]:.3f}"
                cells.append(Text(text))
            table_shown.add_row(*cells)
        out.print(table_shown)
    for pair in _overlaps(spaces, words, k):
        out.print(
            f"overlap@{pair['k']} of {pair['first']} and {pair['second']}, over the shared "
            f"vocabulary: {pair['value']:.0%} (chance {pair['chance']:.2%})",
            markup=False,
        )


def _overlaps(spaces: list[EmbeddingSpace], words: list[str], k: int) -> list[dict[str, Any]]:
    """Compare the first space's neighbours with each other one's, over the shared vocabulary."""
    if len(spaces) < 2:
        return []
    first, *others = share_vocabulary(spaces, ProtocolOptions())[0]
    known = [word.lower() for word in words if word.lower() in first]
    found = []
    for other in others if known else ():
        overlap = neighbour_overlap(first, other, known, k=k)
        names = {"first": first.name, "second": other.name}
        found.append({**names, "k": overlap.k, "value": overlap.value, "chance": overlap.chance})
    return found


@app.command()
def analogy(
    a: str,
    b: str,
    c: str,
    space: Spaces,
    k: Annotated[int, typer.Option("-k", min=1, help="Answers to show.")] = 5,
    as_json: Json = False,
) -> None:
    """Answer "A is to B as C is to ?" by 3CosAdd, the question words excluded."""
    answers = {one.name: solve_analogy(one, a, b, c, k=k) for one in _read_all(space)}
    if as_json:
        print_json(
            {
                "question": [a, b, c],
                "answers": {
                    name: [{"word": w, "cosine": round(s, 6)} for w, s in found]
                    for name, found in answers.items()
                },
            }
        )
        return
    out.print(f"{b} − {a} + {c} = ?", markup=False, style="bold")
    for name, found in answers.items():
        out.print(
            f"{label(name)}: "
            + ", ".join(f"{printable(word)} {score:.3f}" for word, score in found),
            markup=False,
        )


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Files of vectors.")],
    analogies: Analogies = None,
    similarity: Similarity = None,
    lexicon: Lexicons = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder for the numbers as CSV, JSON and LaTeX.")
    ] = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Score files of vectors over the words that all of them have; a report without the page.

    Without any set named: questions-words, WordSim-353, SimLex-999 and everyday opposites and
    categories.
    """
    if out_dir is not None:
        check_evaluation_folder(out_dir)
        check_writable(out_dir)
    spaces = _read_all(files)
    with shown_progress(err) as show:
        judgments = _chosen_judgments(analogies, similarity, lexicon, show)
        comparison = compare_spaces(
            spaces,
            judgments,
            ProtocolOptions(),
            ExampleOptions(),
            seed=1 if seed is None else seed,
            progress=show("scoring"),
        )
    if out_dir is not None:
        write_evaluation(comparison, out_dir)
    if as_json:
        print_json(evaluation_records(comparison))
        return
    for table in evaluation_tables(comparison):
        out.print(_drawn(table))
    if out_dir is not None:
        out.print(f"Written: {out_dir}", markup=False)


def _chosen_judgments(
    analogies: list[str] | None, similarity: list[str] | None, lexicon: list[str] | None, show: Show
) -> Judgments:
    """Open the sets that are named; where none is, the usual ones."""
    if not (analogies or similarity or lexicon):
        usual = JudgmentOptions()
        return open_judgments(usual.analogies, usual.similarity, usual.lexicons, show)
    return open_judgments(analogies or (), similarity or (), lexicon or (), show)


def _drawn(table: cells.Table) -> Table:
    """Draw a table of the report on a terminal."""
    drawn = Table(title=Text(printable(table.title or table.name)), title_justify="left")
    for number, column in enumerate(table.columns):
        drawn.add_column(
            Text(printable(column)), justify="left" if number < table.n_text_columns else "right"
        )
    for row in table.rows:
        texts = ((printable(cell.text), cell.best) for cell in row)
        drawn.add_row(*(Text(text, style="bold" if best else "") for text, best in texts))
    return drawn


@app.command()
def compare(
    files: Annotated[list[Path], typer.Argument(help="Two or more files of vectors.")],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the report.")],
    analogies: Analogies = None,
    similarity: Similarity = None,
    lexicon: Lexicons = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Write a report on spaces that exist already."""
    if len(files) < 2:
        raise InputError("compare needs two or more files of vectors; found one")
    check_run_folder(out_dir)
    with shown_progress(err) as show:
        page = compare_files(
            files,
            out_dir,
            spaces=_read_all(files),
            judgments=_chosen_judgments(analogies, similarity, lexicon, show),
            protocol=ProtocolOptions(),
            report=ExampleOptions(),
            seed=1 if seed is None else seed,
            show=show,
        )
    _print_answers([(load_results(out_dir), page)], as_json=as_json)


@app.command()
def report(run_dir: Annotated[Path, typer.Argument(help="A run folder.")]) -> None:
    """Make the report again from the run folder alone."""
    out.print(str(make_report(run_dir)), markup=False)


@app.command()
def corpora(
    name: Annotated[str | None, typer.Argument(help="A corpus to write out.")] = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder to write it to, with its truth.")
    ] = None,
    n_words: Annotated[int | None, typer.Option("--words", help="Size of planted text.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of planted text.")] = None,
    as_json: Json = False,
) -> None:
    """List the named corpora, or write one out as text (planted: with its truth beside it)."""
    if name is None:
        if as_json:
            print_json(NAMED_CORPORA)
            return
        for known, text in NAMED_CORPORA.items():
            out.print(f"{known}: {text}", markup=False)
        out.print("or the path of a file or folder: .txt .gz .bz2 .xz .zip, UTF-8", markup=False)
        return
    if out_dir is None:
        raise InputError(f"say where to write corpus {name}: --out DIR")
    if out_dir.exists() and (out_dir.is_file() or any(out_dir.iterdir())):
        raise InputError(f"{out_dir} exists and is not empty; choose another --out")
    planted = _given({"n_words": n_words, "seed": seed})
    options = validated(CorpusOptions, {"source": name, "planted": planted}, f"corpus {name}")
    corpus = open_corpus(options)
    parts: list[str] = []
    before = 0
    for document, text in corpus.passages():
        if document != before:
            parts.append(f"\n{END_OF_TEXT}\n")
            before = document
        parts.append(text)
    with atomic_folder(out_dir) as folder:
        write_text(folder / "corpus.txt", "".join(parts) + "\n")
        if name == "planted":
            write_truth(folder, options.planted)
    for path in sorted(out_dir.iterdir()):
        out.print(str(path), markup=False)


@app.command()
def judgments(as_json: Json = False) -> None:
    """List the public sets of judgments, and which are here; the others are fetched when named."""
    known = public_sets()
    if as_json:
        print_json([_judgment_entry(one) for one in known])
        return
    table = Table(box=None, pad_edge=False)
    for column in ("set", "kind", "items", "here", "download", "licence", "citation"):
        table.add_column(Text(column), justify="right" if column == "items" else "left")
    for one in known:
        size = f"{one.size / 1000:.0f} kB" if one.files else "with gensim"
        here = "yes" if one.is_here else "no"
        cells = (one.name, one.kind, f"{one.n_items}", here, size, one.licence, one.citation)
        table.add_row(*map(Text, cells))
    out.print(table)
    out.print(f"Downloads lie in {download_folder()}", markup=False)


def _judgment_entry(one: PublicSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "n_items": one.n_items,
        "size": one.size,
        "is_here": one.is_here,
        "licence": one.licence,
        "citation": one.citation,
        "files": [{"url": f.url, "checksum": f.checksum, "place": str(f.place)} for f in one.files],
    }


@app.command()
def presets(as_json: Json = False) -> None:
    """List the presets of `embcontrast run`."""
    if as_json:
        print_json(preset_names())
        return
    for name, text in preset_names().items():
        out.print(f"{name}: {text}", markup=False)


def print_json(value: Any) -> None:
    """Print a result as JSON, nothing else on standard output."""
    sys.stdout.write(to_json(value) + "\n")


def _read_all(paths: list[Path]) -> list[EmbeddingSpace]:
    """Read spaces and name them after their files (with the folder where names repeat)."""
    stems = [path.name.removesuffix(".gz").rsplit(".", 1)[0] for path in paths]
    return [
        read_vectors(path).named(
            stem if stems.count(stem) == 1 else f"{path.resolve().parent.name}/{path.name}"
        )
        for path, stem in zip(paths, stems, strict=True)
    ]
