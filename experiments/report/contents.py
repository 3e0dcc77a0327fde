"""The report's table of contents: all sections, in order."""

from __future__ import annotations

from dataclasses import replace

from experiments.report.section import Section
from experiments.report.sections.analogies import ANALOGIES
from experiments.report.sections.asked import ASKED
from experiments.report.sections.budgets import BUDGETS
from experiments.report.sections.changed import CHANGED
from experiments.report.sections.common_neighbours import COMMON_NEIGHBOURS
from experiments.report.sections.company import COMPANY
from experiments.report.sections.context import CONTEXT
from experiments.report.sections.cuts import CUTS
from experiments.report.sections.differences import DIFFERENCES
from experiments.report.sections.example import EXAMPLE
from experiments.report.sections.geometry import GEOMETRY
from experiments.report.sections.glossary import GLOSSARY
from experiments.report.sections.hubs import HUBS
from experiments.report.sections.lexicon import LEXICON
from experiments.report.sections.likeness import LIKENESS
from experiments.report.sections.neighbours import NEIGHBOURS
from experiments.report.sections.opening import OPENING
from experiments.report.sections.probing import PROBING
from experiments.report.sections.protocol import PROTOCOL
from experiments.report.sections.seeds import SEEDS
from experiments.report.sections.senses import SENSES
from experiments.report.sections.settling import SETTLING
from experiments.report.sections.similarity import SIMILARITY
from experiments.report.sections.summary import SUMMARY
from experiments.report.sections.units import UNITS

APPENDIX = Section(
    "appendix",
    title="Appendix",
    text=lambda _: "Further measurements. Each table opens at its title.",
    is_heading=True,
)

_LOOKING_FURTHER = (
    GLOSSARY,
    ASKED,
    DIFFERENCES,
    SETTLING,
    CHANGED,
    PROBING,
    GEOMETRY,
    HUBS,
    CUTS,
    SEEDS,
)

SECTIONS: tuple[Section, ...] = (
    OPENING,
    SUMMARY,
    COMPANY,
    UNITS,
    NEIGHBOURS,
    COMMON_NEIGHBOURS,
    EXAMPLE,
    ANALOGIES,
    SIMILARITY,
    LEXICON,
    CONTEXT,
    SENSES,
    LIKENESS,
    BUDGETS,
    PROTOCOL,
    APPENDIX,
    *(replace(one, level=3, n_open=0) for one in _LOOKING_FURTHER),
)
"""In the order of the report: what answers, how it was made, what looks further."""
