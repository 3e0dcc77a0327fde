"""One document: every section evaluated once, the same tables in four renderings."""

import html
import io
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from compare.comparison import quantities
from compare.comparison.comparison import TABLES
from compare.measures.quantity import ALL, Quantity, Scored
from experiments.pages.escapes import latex_escaped, markdown_escaped
from experiments.report.contents import SECTIONS
from experiments.report.document import answers, document, sentences
from experiments.report.html import page
from experiments.report.latex import latex_tables
from experiments.report.markdown import markdown
from experiments.report.section import BOLD, Cell, Section, Shown, Table
from experiments.report.sections.glossary import terms_in
from experiments.report.terminal import print_tables
from experiments.results.run_folder import RunResults
from tests.report.small_results import SPACES, comparison, run_results


def on_terminal(shown: tuple[Shown, ...]) -> str:
    written = io.StringIO()
    print_tables(shown, Console(file=written, width=2000, force_terminal=True, color_system=None))
    return written.getvalue()


def on_page(shown: tuple[Shown, ...], results: RunResults) -> str:
    return page(shown, {}, {}, config=results.config, environment=results.environment)


def four(results: RunResults, sections: tuple[Section, ...] = SECTIONS) -> dict[str, str]:
    """Render the same document four times; HTML and escapes undone where they can be."""
    shown = document(results, sections=sections, with_figures=False)
    return {
        "html": html.unescape(on_page(shown, results)),
        "markdown": markdown(shown, ()),
        "latex": "\n".join(latex_tables(shown).values()),
        "terminal": on_terminal(shown),
    }


def test_every_section_is_shown_where_every_table_is_filled() -> None:
    shown = document(run_results(), with_figures=False)
    keys = [one.key for one in SECTIONS if one.key != "units"]  # two units: test_units.py
    missing = "what a section shows needs a row in small_results.py"
    assert [part.key for part in shown] == keys, missing
    assert all(part.tables for part in shown if part.level > 1 and part.key != "appendix")
    appendix = shown[keys.index("appendix") + 1 :]
    assert all(table.is_folded for part in appendix for table in part.tables)


def test_a_term_is_explained_once_where_it_is_first_used() -> None:
    shown = document(run_results(), with_figures=False)
    explained = [term for part in shown for term in part.terms]
    assert len(set(explained)) == len(explained)
    assert {"space", "raw, centred", "CKA, RSA, SVCCA", "Holm, Bonferroni"} <= set(explained)
    before = [brief.text for part in shown for brief in part.briefs]
    for part in shown:
        assert set(terms_in(part.told)) <= {*part.terms, *terms_in(before)} or not part.title
        before += part.told
    assert terms_in(["hubness, dishonest, a space-time"]) == ()
    assert terms_in(["hubs by AUC"], known={"AUC"}) == ("hub",)


def test_in_a_pipe_tables_are_lines_of_fields_that_no_width_changes() -> None:
    shown = document(run_results(), with_figures=False)
    texts = []
    for width in (20, 200):
        written = io.StringIO()
        print_tables(shown, Console(file=written, width=width, force_terminal=False))
        texts.append(written.getvalue())
    assert texts[0] == texts[1]
    blocks = texts[0].strip().split("\n\n")
    assert len(blocks) == sum(len(part.tables) for part in shown)
    for block in blocks:
        title, *rows = block.split("\n")
        assert title.startswith("# ")
        assert len({row.count("\t") for row in rows}) == 1, block


def test_sections_without_tables_are_left_out() -> None:
    results = RunResults("bare", "Bare", comparison())
    keys = {part.key for part in document(results, with_figures=False)}
    assert not keys & {"settling", "context", "senses", "budgets"}
    assert {"opening", "summary", "analogies", "protocol"} <= keys


def test_the_document_is_evaluated_once() -> None:
    calls = []

    def tables(_: RunResults) -> list[Table]:
        calls.append("tables")
        return [Table("toy", ("space", "number"), ((Cell("one"), Cell("1")),))]

    toy = Section("toy", title="Toy", text=lambda _: "", tables=tables)
    shown = document(run_results(), sections=(SECTIONS[0], toy), with_figures=False)
    markdown(shown, ())
    latex_tables(shown)
    on_terminal(shown)
    assert calls == ["tables"]


def test_four_renderings_hold_the_same_tables() -> None:
    results = run_results()
    rendered = four(results)
    for part in document(results, with_figures=False):
        for table in part.tables:
            texts = [cell.text for row in table.rows for cell in row if cell.text]
            texts += [one.word for row in table.rows for cell in row for one in cell.parts]
            texts += [column for column in table.columns if column]
            for text in texts:
                assert text in rendered["html"], (table.name, text)
                assert markdown_escaped(text) in rendered["markdown"], (table.name, text)
                assert latex_escaped(text) in rendered["latex"], (table.name, text)
                assert text in rendered["terminal"], (table.name, text)
    n_tables = sum(len(part.tables) for part in document(results, with_figures=False))
    assert rendered["html"].count("<table>") == n_tables
    n_drawn = sum(
        rendered["latex"].count(rf"\begin{{{kind}}}") for kind in ("tabular", "longtable")
    )
    assert n_drawn == n_tables
    assert rendered["latex"].count(r"\caption{") == rendered["latex"].count(r"\label{") == n_tables
    assert len(re.findall(r"^\|(---:?\|)+$", rendered["markdown"], re.MULTILINE)) == n_tables
    assert rendered["terminal"].count("┏") == n_tables


def test_a_new_section_appears_in_all_four() -> None:
    table = Table("toy", ("space", "wings"), ((Cell("albatross"), Cell("2", is_bold=True)),))
    toy = Section("toy", title="Birds", text=lambda _: "They *fly*.", tables=lambda _: [table])
    rendered = four(run_results(), (*SECTIONS, toy))
    assert all("albatross" in text and "wings" in text for text in rendered.values())
    assert '<td class="number best">2</td>' in rendered["html"]
    assert "<em>fly</em>" in rendered["html"]
    assert "**2**" in rendered["markdown"]
    assert r"\textbf{2}" in rendered["latex"]
    assert "Birds" in rendered["terminal"]


def test_a_new_quantity_appears_in_all_four(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Quantity(
        key="wingspan",
        method="tape",
        asks="space",
        measure=lambda asked: len(asked.space),
        read=lambda found: {ALL: Scored(found)},
        title="wingspan",
        says="How far it is from tip to tip.",
        section="geometry",
        better="larger",
        is_main=True,
    )
    monkeypatch.setattr(quantities, "QUANTITIES", (*quantities.QUANTITIES, toy))
    results = run_results()
    rows = pd.DataFrame(
        {
            "space": SPACES,
            "quantity": "wingspan",
            "judgments": "",
            "relation": "all",
            "method": "tape",
            "candidates": "",
            "transform": "raw",
            "words": "all",
            "chance": float("nan"),
            "value": (7.25, 1.5, 0.5),
            "low": (7.1, 1.1, 0.1),
            "high": (7.4, 1.9, 0.9),
            "n": 3,
            "n_missing": 0,
        }
    )
    compared = results.comparison
    measured = pd.concat([compared.measurements, rows], ignore_index=True)
    results = replace(results, comparison=replace(compared, measurements=measured))
    rendered = four(results)
    for text in rendered.values():
        assert text.count("wingspan") >= 2  # in the summary and in its section
    assert r"7.25 \[7.10, 7.40\]" in rendered["markdown"]
    assert "7.25 [7.10, 7.40]" in rendered["latex"]
    assert "How far it is from tip to tip." in rendered["html"]


def test_bold_is_explained_in_one_wording() -> None:
    text = markdown(document(run_results(), with_figures=False), ())
    assert text.count(BOLD) >= 3
    for line in text.splitlines():
        assert "does not tell" not in line


def test_the_first_screen_is_short_and_made_of_tests() -> None:
    shown = document(run_results(), with_figures=False)
    found = sentences(run_results())
    assert found == [  # the contrast that the project is about stands first
        "In word2vec a word's 10 nearest words tend to be both companions (words around it) and "
        "substitutes (words that fit in its place); in GPT input table they tend to be "
        "substitutes, but companions hardly more than other words, if at all (counted in novels).",
        "Of the 10 nearest words of a word, word2vec shares 3.0 with GPT input table (by chance "
        "0.10 at most).",
        "Analogies answered right (shift, the question's words left out): 80\u00a0% for word2vec "
        "and 60\u00a0% for GPT input table, above an untrained table (10\u00a0%).",
        "Agreement with people on pairs: 0.41 for word2vec and 0.39 for GPT input table, above an "
        "untrained table (0.02).",
    ]
    keys = {part.key for part in shown}
    assert {one.key for one in answers(shown)} <= keys, "each leads to its section"


def test_what_was_looked_for_and_not_found_is_said() -> None:
    results = run_results()
    tests = results.comparison.differences.assign(outcome="not told apart", holds=False)
    compared = replace(results.comparison, differences=tests)
    found = sentences(replace(results, comparison=compared))
    assert found[-1] == (
        "Not found: any space better than an untrained table in analogies answered right (shift, "
        "the question's words left out) and agreement with people on pairs."
    )
    untested = replace(compared, differences=tests.assign(outcome="not tested"))
    found = sentences(replace(results, comparison=untested))
    assert not any("Not found" in line for line in found), "what was not tested is not mentioned"


def test_a_space_below_the_ground_is_not_called_like_it() -> None:
    results = run_results()
    tests = results.comparison.differences.copy()
    is_gpt = (tests["space"] == SPACES[1]) & (tests["contrast"] == "floor")
    tests.loc[is_gpt, "value"] = -0.2
    compared = replace(results.comparison, differences=tests)
    found = sentences(replace(results, comparison=compared))
    told = (
        "Analogies answered right (shift, the question's words left out): 80\u00a0% for word2vec, "
        "above an untrained table (10\u00a0%); GPT input table is below it."
    )
    assert told in found


def test_what_is_no_better_than_a_guess_is_not_set_beside_a_table() -> None:
    results = run_results()
    tests = results.comparison.differences.assign(outcome="not told apart", holds=False)
    tests.loc[tests["contrast"] == "floor", ["reference", "contrast"]] = "chance"
    compared = replace(results.comparison, differences=tests)
    found = sentences(replace(results, comparison=compared))
    assert found[-1].startswith("Not found: any space better than a guess in")


def test_findings_of_sections_are_made_of_tests() -> None:
    shown = document(run_results(), with_figures=False)
    found = [str(one) for part in shown for one in part.findings]
    analogies = next(line for line in found if line.startswith("Analogies"))
    assert analogies == (
        "Analogies (shift, 120 questions, 3CosAdd): above GPT untrained (10\u00a0%): "
        "word2vec 80\u00a0%, GPT input table 60\u00a0%; "
        "not told apart: GPT input table and word2vec (−20\u00a0points [−50, +10])."
    )
    assert (
        "Common neighbours among the 10 nearest of 100 words: more alike than by chance "
        "(1.00\u00a0% at most): word2vec and GPT input table 30\u00a0% [28, 32] (untrained "
        "10.0\u00a0%), GPT input table and GPT untrained 20\u00a0% [18, 22]; "
        "not found more alike than by chance: word2vec and GPT untrained 2\u00a0% [0, 4]."
    ) in found
    assert any("king − man + woman" in line for line in found)
    assert not any("reliably" in line or "comes first" in line for line in found)


def test_tables_of_one_name_become_two_files() -> None:
    tables = [Table("set", ("a",), ()), Table("set", ("b",), ()), Table("../X", ("c",), ())]
    toy = Section("toy", title="Toy", text=lambda _: "", tables=lambda _: tables)
    [shown] = document(run_results(), sections=(toy,), with_figures=False)
    assert [table.name for table in shown.tables] == ["set", "set-2", "x"]


def test_one_space_alone_still_gives_tables() -> None:
    one = SPACES[0]

    def cut(table: pd.DataFrame) -> pd.DataFrame:
        if {"first", "second"} & set(table.columns) or "reference" in table.columns:
            return table[:0]
        return table[table["space"] == one] if "space" in table.columns else table

    compared = comparison()
    alone = replace(
        compared, **{name: cut(table) for name, table in vars(compared).items() if name in TABLES}
    )
    shown = document(RunResults("one", "One", alone), with_figures=False)
    keys = {part.key for part in shown}
    assert {"summary", "geometry", "probing", "neighbours"} <= keys
    assert not keys & {"differences", "common-neighbours", "likeness", "changed"}


def test_folded_tables_wait_to_be_asked_for(tmp_path: Path) -> None:
    shown = document(run_results(), with_figures=False)
    by_key = {part.key: part for part in shown}
    assert [table.is_folded for table in by_key["similarity"].tables][:2] == [False, True]
    text = on_page(shown, run_results())
    n_folded = sum(table.is_folded for part in shown for table in part.tables)
    assert text.count("<details>") == n_folded + 2  # contents; config and environment
