"""A word of a corpus is text everywhere: in Markdown, LaTeX and on a terminal (HTML: Jinja)."""

from __future__ import annotations

import re

from compare.shown import steers


def plain(text: str) -> str:
    """Fold line breaks of every kind, and replace what would steer a terminal or turn a line."""
    one_line = " ".join(text.splitlines())
    return "".join("\ufffd" if steers(char) else char for char in one_line)


def markdown_escaped(text: str) -> str:
    """Escape what Markdown (and HTML inside it) would take as markup."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]|#~$])", r"\\\1", text)
    # No list, line or heading where a line begins with it.
    text = re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", text)
    return re.sub(r"^(\s*)([-+=])(?=[-+=\s]|$)", r"\1\\\2", text)


_LATEX = {
    "\u00a0": "~",
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "−": "$-$",
    "ρ": r"$\rho$",
    "→": r"$\rightarrow$",
    "–": "--",
    "†": r"\textdagger{}",
    "◦": r"$\circ$",
    "▪": r"$\blacksquare$",
    "✓": r"$\checkmark$",
    "½": r"$\frac{1}{2}$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "²": r"$^2$",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def latex_escaped(text: str) -> str:
    """Escape what LaTeX would take as a command."""
    return "".join(_LATEX.get(char, char) for char in plain(text))
