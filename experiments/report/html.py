"""The report as one HTML page that stands on its own."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import tomli_w
from jinja2 import DictLoader, Environment, StrictUndefined
from markdown_it import MarkdownIt

from compare.options import without_none
from experiments.report.document import answers
from experiments.report.escapes import plain
from experiments.report.section import Shown

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def page(
    shown: Sequence[Shown],
    pictures: Mapping[str, str],
    *,
    config: Mapping[str, Any],
    environment: Mapping[str, Any],
) -> str:
    """Write the whole report as a page.

    Parameters
    ----------
    pictures : mapping of str → str
        Data URIs of the figures, by name.
    config, environment : mapping
        Shown at the end.
    """
    return rendered(
        "report.html",
        shown=shown,
        answers=answers(shown),
        pictures=pictures,
        config=_lines(tomli_w.dumps(without_none(dict(config)))),
        environment=_lines(json.dumps(environment, indent=2, ensure_ascii=False)),
    )


def rendered(template: str, **values: Any) -> str:
    """Fill in a template of this package; values are escaped."""
    folder = resources.files("experiments.report") / "templates"
    names = [one.name for one in folder.iterdir() if one.name.endswith(".html")]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    style = (folder / "page.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    environment.filters["plain"] = plain
    # nothing but this style sheet is let in, whatever a corpus holds
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(
        style=style, style_hash=f"sha256-{digest}", **values
    )


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n"))


def _prose(text: str) -> str:
    """Turn a section's Markdown into HTML; raw HTML in it stays text."""
    return str(_MARKDOWN.render(text))
