"""Results → a report that stands on its own: one HTML page, the same in Markdown, LaTeX tables.

The report leads with the answer and says what was compared under which rules and budgets. Every
word of a corpus is escaped.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w
from jinja2 import DictLoader, Environment, StrictUndefined

from compare.options import without_none
from compare.storage import write_text
from experiments.cells import Table, with_own_names
from experiments.figures import write_figures
from experiments.findings import answer_lines, caveats, protocol_rules, subtitle
from experiments.markup import latex_table, markdown
from experiments.numbers import count, share_text
from experiments.pair_tables import (
    band_table,
    changed_tables,
    difference_tables,
    likeness_table,
    overlap_tables,
    relation_difference_table,
    retrieval_table,
)
from experiments.results import RunResults
from experiments.tables import (
    analogy_tables,
    budget_table,
    context_table,
    coverage_table,
    cut_tables,
    example_tables,
    geometry_tables,
    hub_table,
    lexicon_tables,
    neighbour_tables,
    probe_table,
    relation_tables,
    seed_table,
    sense_tables,
    settling_tables,
    similarity_tables,
    summary_table,
)


def write_report(results: RunResults, folder: Path) -> Path:
    """Write figures, ``report.html``, ``report.md`` and ``tables/*.tex``; returns the page."""
    figures = write_figures(results, folder / "figures")
    content = _content(results)
    pictures = {name: _data_uri(path) for name, path in figures.items()}
    page = _environment().get_template("report.html").render(**content, figures=_Pictures(pictures))
    write_text(folder / "report.html", page)
    write_text(folder / "report.md", markdown(content, figures))
    for table in with_own_names(_tables_of(content)):
        write_text(folder / "tables" / f"{table.name}.tex", latex_table(table))
    return folder / "report.html"


def write_index(runs: Sequence[tuple[RunResults, Path]], folder: Path, *, title: str) -> Path:
    """Write one page that leads with what several runs show and links to their reports."""
    entries = []
    for results, path in runs:
        picture = path.parent / "figures" / "map.png"
        entries.append(
            {
                "title": results.title,
                "subtitle": subtitle(results),
                "answer": answer_lines(results),
                "link": path.relative_to(folder).as_posix(),
                "picture": _data_uri(picture) if picture.is_file() else None,
            }
        )
    lead = (
        "The same text, two ways to learn a vector for each word: word2vec pulls the words inside "
        "a window together and pushes others away; a language model looks a row up in a table "
        "that next-token prediction trains. What each of them knows:"
    )
    page = _environment().get_template("index.html").render(title=title, lead=lead, runs=entries)
    write_text(folder / "index.html", page)
    return folder / "index.html"


def is_our_page(path: Path) -> bool:
    """Tell whether a page was written by this tool, so that it may be replaced."""
    try:
        return '<meta name="generator" content="embcontrast">' in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


class _Pictures(dict[str, str]):
    """Figures by name; a missing one is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _environment() -> Environment:
    folder = resources.files("experiments") / "templates"
    names = ("report.html", "index.html", "macros.html")
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    imported = "{% from 'macros.html' import plain, neighbours %}"
    texts["report.html"] = imported + texts["report.html"]
    return Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _data_uri(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def _content(results: RunResults) -> dict[str, Any]:
    comparison = results.comparison
    names = [str(name) for name in comparison.coverage["space"]]
    transforms = list(dict.fromkeys(comparison.measurements["transform"]))
    protocol = results.config.get("protocol", {})
    overlaps = comparison.overlaps
    k = int(overlaps["k"].iloc[0]) if len(overlaps) else protocol.get("neighbours", 10)
    example = example_tables(results)
    return {
        "title": results.title,
        "subtitle": subtitle(results),
        "answer": answer_lines(results),
        "caveats": caveats(results),
        "k": k,
        "has_gpt": any(name.startswith("gpt-") for name in names),
        "neighbour_tables": neighbour_tables(results, names, transforms),
        "settling_tables": settling_tables(results.settling),
        "missing": ", ".join(comparison.missing_probes),
        "overlap_words": count(overlaps["n_used"].iloc[0]) if len(overlaps) else "0",
        "overlap_chance": share_text(overlaps["chance"].iloc[0], 2) if len(overlaps) else "–",
        "overlap_tables": overlap_tables(overlaps, names, transforms),
        "example": example,
        "example_pairs": example["pairs"] if example else "",
        "first_transform": transforms[0],
        "summary_table": summary_table(comparison, names, transforms[0]),
        "cut_tables": cut_tables(comparison.cuts, names),
        "seed_table": seed_table(comparison.seeds, names),
        "band_table": band_table(comparison.bands),
        "changed_tables": changed_tables(comparison.changed),
        "analogy_tables": analogy_tables(comparison, names, transforms),
        "relation_tables": relation_tables(comparison, names, transforms),
        "similarity_tables": similarity_tables(comparison, names, transforms),
        "lexicon_tables": lexicon_tables(comparison, names, transforms),
        "probe_table": probe_table(comparison.measurements, names),
        "difference_tables": difference_tables(comparison.differences, names[0]),
        "relation_difference_table": relation_difference_table(comparison.relation_differences),
        "n_tests": int(comparison.differences["p"].notna().sum())
        if len(comparison.differences)
        else 0,
        "hub_table": hub_table(comparison.hubs, names, transforms[0]),
        "retrieval_table": retrieval_table(comparison.retrieval),
        "geometry_tables": geometry_tables(comparison.measurements, names, transforms),
        "likeness_table": likeness_table(comparison.likeness),
        "n_shuffles": int(comparison.likeness["n_shuffles"].max())
        if len(comparison.likeness)
        else 0,
        "has_ceilings": bool(comparison.likeness["ceiling"].notna().any())
        if len(comparison.likeness)
        else False,
        "likeness_words": count(comparison.likeness["n_used"].max())
        if len(comparison.likeness)
        else "0",
        "context_table": context_table(results.context_layers),
        "sense_tables": sense_tables(results.context_senses),
        "budget_table": budget_table(results.budgets),
        "training_note": (
            "Losses of different models are of different things (a pair against noise words; the "
            "next token among all tokens) and must not be compared. word2vec's held-out loss is "
            "ours for both trainers, over the same held-out pairs; its training loss is the mean "
            "over the pairs seen in each epoch (gensim's own figure is not used)."
        ),
        "rules": protocol_rules(results, transforms),
        "coverage_table": coverage_table(results),
        "device": results.environment.get("gpu") or results.environment.get("device", ""),
        "config": tomli_w.dumps(without_none(results.config)),
        "environment": json.dumps(results.environment, indent=2, ensure_ascii=False),
    }


def _tables_of(content: dict[str, Any]) -> list[Table]:
    """Gather every table of the report, in its order."""
    tables = [
        *(content["example"]["tables"] if content["example"] else ()),
        *(value for value in content.values() if isinstance(value, Table)),
    ]
    for key, value in content.items():
        if key.endswith("_tables") and key not in ("neighbour_tables", "settling_tables"):
            tables += value
    return tables
