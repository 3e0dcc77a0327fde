"""The report as one HTML page that stands on its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import tomli_w

from compare.options import without_none
from experiments.pages.escapes import plain
from experiments.pages.rendering import rendered
from experiments.report.document import answers
from experiments.report.section import Shown
from experiments.report.sections.glossary import TERMS


def page(
    shown: Sequence[Shown],
    pictures: Mapping[str, str],
    data: Mapping[str, str],
    *,
    narrow: Mapping[str, str] | None = None,
    config: Mapping[str, Any],
    environment: Mapping[str, Any],
) -> str:
    """Write the whole report as a page.

    Parameters
    ----------
    pictures : mapping of str → str
        Data URIs of the figures, by name.
    data : mapping of str → str
        Data URIs of their numbers as CSV, by name.
    narrow : mapping of str → str, optional
        The same figures for phones; one that is not there is scrolled.
    config, environment : mapping
        Shown at the end.
    """
    return rendered(
        "report.html",
        title=shown[0].title,
        shown=shown,
        glossary=TERMS,
        answers=answers(shown),
        pictures=pictures,
        narrow=narrow or {},
        numbers=data,
        config=_lines(tomli_w.dumps(without_none(dict(config)))),
        environment=_lines(json.dumps(environment, indent=2, ensure_ascii=False)),
    )


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n"))
