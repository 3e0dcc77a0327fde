"""A page as one file: its template, its styles, its script, its data; nothing else is let in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markdown_it import MarkdownIt

from experiments.pages.escapes import plain
from experiments.pages.joining import joined_script

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def rendered(
    template: str,
    *,
    styles: Sequence[str] = ("page.css",),
    script: str | None = None,
    data: Any = None,
    **values: Any,
) -> str:
    """Fill in a template; values are escaped.

    Parameters
    ----------
    styles : sequence of str
        Style sheets, joined in this order.
    script : str, optional
        The module that the page starts with; those that it imports come along.
    data : JSON value, optional
        What the script reads (``dataOf`` of ``page.js``).
    """
    folder = resources.files("experiments.pages")
    texts = {one.name: one.read_text(encoding="utf-8") for one in (folder / "templates").iterdir()}
    style = "\n".join((folder / "styles" / name).read_text(encoding="utf-8") for name in styles)
    code = joined_script(script) if script else ""
    environment = Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    environment.filters["plain"] = plain
    return environment.get_template(template).render(
        style=style, policy=_policy(style, code), script=code, data=_json(data), **values
    )


def _policy(style: str, script: str) -> str:
    """Let in this style and this script, pictures that the page holds, and no request at all."""
    sources = f"style-src '{_digest(style)}'"
    if script:
        sources += f"; script-src '{_digest(script)}'"
    return (
        f"default-src 'none'; img-src data: blob:; {sources}; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _json(data: Any) -> str:
    """Write data for a ``script`` element, which no text of a corpus can end."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _prose(text: str) -> str:
    """Turn a section's Markdown into HTML; raw HTML in it stays text."""
    return str(_MARKDOWN.render(text))
