"""Modules of JavaScript → one script, in the order of their imports.

The modules lie in ``scripts/``, one concept each. They import by ``import { name } from
"./module.js";`` and export by the word ``export``; both are taken out when they are joined, so that
names of the top level must differ between modules.
"""

from __future__ import annotations

import re
from importlib import resources

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
_NAME = re.compile(r"^export (?:async )?(?:function\*?|const|class) (\w+)", re.MULTILINE)


def joined_script(*entries: str, shown_as: str = "") -> str:
    """Join modules with all that they import.

    Parameters
    ----------
    *entries : str
        File names of modules, the last needed last.
    shown_as : str
        Name of a global object that gets everything exported, for tests; empty: none.
    """
    texts = _with_imports(entries)
    parts = [_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts.values()]
    if shown_as:
        names = [name for text in texts.values() for name in _NAME.findall(text)]
        parts.append(f"globalThis.{shown_as} = {{ {', '.join(names)} }};\n")
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


def _with_imports(entries: tuple[str, ...]) -> dict[str, str]:
    """Read modules and those they import, each after what it needs."""
    folder = resources.files("experiments.pages") / "scripts"
    found: dict[str, str] = {}

    def read(name: str) -> None:
        if name in found:
            return
        text = (folder / name).read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            read(needed)
        found[name] = text

    for entry in entries:
        read(entry)
    return found
