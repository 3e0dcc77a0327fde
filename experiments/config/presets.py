"""The presets that come along."""

from __future__ import annotations

from importlib import resources

from compare.errors import InputError, nearest_names

RENAMED = {"verdict": "own-text", "notebook-checks": "intro-questions"}
"""Presets that were called otherwise."""


def preset_names() -> dict[str, str]:
    """List the presets that come along, with what the first line of each says."""
    folder = resources.files("experiments") / "presets"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {
        file.name.removesuffix(".toml"): file.read_text().splitlines()[0].lstrip("# ")
        for file in files
    }


def preset_text(name: str) -> str:
    """Read a preset.

    Raises
    ------
    InputError
        If there is none of that name; the nearest are offered.
    """
    if name in RENAMED:
        raise InputError(f"preset {name!r} is called {RENAMED[name]!r} now")
    presets = preset_names()
    if name not in presets:
        raise InputError(
            f"unknown preset {name!r}; {nearest_names(name, presets)} "
            "(or give the path of a .toml file)"
        )
    return (resources.files("experiments") / "presets" / f"{name}.toml").read_text()
