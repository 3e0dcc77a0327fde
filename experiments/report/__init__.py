"""The report: sections, evaluated once, in four renderings.

section (the records), contents (all of them, in order), document (evaluation), html, markdown,
latex, terminal; sections, one file each; evaluation and index.
"""

from experiments.report.document import document, sentences
from experiments.report.evaluation import check_evaluation_folder, evaluated, write_evaluation
from experiments.report.index import write_index
from experiments.report.report import is_our_page, make_report, write_report
from experiments.report.terminal import print_findings, print_tables

__all__ = [
    "check_evaluation_folder",
    "document",
    "evaluated",
    "is_our_page",
    "make_report",
    "print_findings",
    "print_tables",
    "sentences",
    "write_evaluation",
    "write_index",
    "write_report",
]
