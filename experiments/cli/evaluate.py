"""``embcontrast evaluate`` and ``compare``: files of vectors, scored and compared."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from compare.comparison.comparison import compared
from compare.comparison.given import opened_judgments
from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.errors import InputError, checked_seed
from compare.judgments.judgments import KINDS, JudgmentOptions, Judgments
from compare.locks import claimed
from compare.machine import n_threads, torch_threads
from compare.options import validated
from compare.progress import Show
from compare.runtime import Runtime
from compare.text.company_counts import CompanyCounts
from compare.text.company_texts import HELD_OUT, OWN_TEXT, company_of_texts
from experiments.cli.options_to_flags import chosen, flags_of, with_flags
from experiments.cli.run import print_answers
from experiments.cli.shown import (
    Cache,
    Json,
    Quiet,
    Seed,
    Threads,
    Vocabulary,
    listed,
    out,
    print_json,
    read_all,
    shown_to_user,
)
from experiments.config.run_config import ReportOptions
from experiments.pipeline import compare_files
from experiments.report.evaluation import (
    check_evaluation_folder,
    evaluated,
    evaluation_records,
    write_evaluation,
)
from experiments.report.terminal import print_tables
from experiments.results.run_folder import check_run_folder, load_results


def _evaluate(
    files: Annotated[
        list[Path], typer.Argument(help="Files of vectors, known names, or MODEL/TABLE.")
    ],
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder for the numbers as CSV, JSON and LaTeX.")
    ] = None,
    seed: Seed = None,
    threads: Threads = None,
    cache: Cache = None,  # noqa: ARG001 (its callback sets it)
    quiet: Quiet = False,
    vocabulary: Vocabulary = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Score files of vectors over the words that all of them have; a report without the page.

    Without any set named: questions-words, WordSim-353, SimLex-999 and everyday opposites and
    categories.
    """
    rules, examples = _rules(options)
    with (
        claimed(out_dir) if out_dir is not None else nullcontext(),
        shown_to_user(is_quiet=quiet) as show,
        torch_threads(n_threads(threads)),
    ):
        if out_dir is not None:
            check_evaluation_folder(out_dir)
        comparison = compared(
            read_all(files, vocabulary=vocabulary, show=show),
            _judgments(options, show),
            rules,
            examples,
            company=_company(options, rules, show),
            seed=checked_seed(1 if seed is None else seed),
            threads=threads,
            progress=show("scoring"),
        )
        if out_dir is not None:
            write_evaluation(comparison, out_dir)
    if as_json:
        print_json(evaluation_records(comparison))
        return
    print_tables(evaluated(comparison), out)
    if out_dir is not None:
        out.print(f"Written: {out_dir}", markup=False)


def _compare(
    files: Annotated[
        list[Path],
        typer.Argument(help="Two or more files of vectors, known names, or MODEL/TABLE."),
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the report.")],
    seed: Seed = None,
    threads: Threads = None,
    cache: Cache = None,  # noqa: ARG001 (its callback sets it)
    quiet: Quiet = False,
    vocabulary: Vocabulary = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Write a report on vectors that exist already."""
    if len(files) < 2:
        raise InputError("compare needs two or more files of vectors; found one")
    chosen_seed = checked_seed(1 if seed is None else seed)
    rules, examples = _rules(options)
    report = validated(ReportOptions, chosen(ReportOptions, options), "compare")
    with (
        claimed(out_dir),
        shown_to_user(is_quiet=quiet) as show,
        torch_threads(n_threads(threads)),
    ):
        check_run_folder(out_dir)
        page = compare_files(
            files,
            out_dir,
            spaces=read_all(files, vocabulary=vocabulary, show=show),
            judgments=_judgments(options, show),
            protocol=rules,
            examples=examples,
            company=_company(options, rules, show),
            title=report.title,
            runtime=Runtime(chosen_seed, threads=n_threads(threads), show=show),
        )
    print_answers([(load_results(out_dir), page)], as_json=as_json)


def _rules(options: dict[str, Any]) -> tuple[ProtocolOptions, ExampleOptions]:
    """Check the flags of the protocol and of the words shown."""
    words = {
        key: listed([value] if isinstance(value, str) else value)
        for key, value in chosen(ExampleOptions, options).items()
    }
    return (
        validated(ProtocolOptions, chosen(ProtocolOptions, options), "protocol"),
        validated(ExampleOptions, words, "examples"),
    )


def _judgments(options: dict[str, Any], show: Show) -> Judgments:
    """Open the sets that are named; where none is, the usual ones."""
    given = chosen(JudgmentOptions, options)
    named = {kind: given[kind] for kind in (*KINDS, "columns") if kind in given}
    return opened_judgments(named or None, show)


def _company(
    options: dict[str, Any], rules: ProtocolOptions, show: Show
) -> tuple[CompanyCounts, ...]:
    """Count the texts that are named; without one, neighbours are of no kind."""
    sources = options.get("company_corpus") or ()
    own = next((one for one in sources if one in (OWN_TEXT, HELD_OUT)), None)
    if own is not None:
        raise InputError(
            f"--company-corpus {own}: files of vectors have no text of their own; give a named "
            "corpus (`embcontrast list corpora`) or the path of a text"
        )
    fold_case = rules.case == "fold"
    return tuple(company_of_texts(sources, None, fold_case=fold_case, show=show))


_ASKED = flags_of(JudgmentOptions, title="What the spaces are asked")
_RULES = flags_of(ProtocolOptions, title="Rules of the comparison")
_SHOWN = flags_of(ExampleOptions, title="Words that are shown")
evaluate = with_flags(_evaluate, [*_ASKED, *_RULES, *_SHOWN])
compare = with_flags(_compare, [*_ASKED, *_RULES, *_SHOWN, *flags_of(ReportOptions)])
