"""The spaces that a run folder keeps: ``spaces/MODEL/TABLE.safetensors``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from compare.errors import InputError, nearest_names
from compare.model_files import file_beside
from compare.spaces.formats import load_space
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.storage import read_json, write_json
from experiments.results.manifest import check_file, read_manifest

SPACES = "spaces"

INDEX = "names.json"
"""In ``spaces``: which file holds which space."""


def save_compared(spaces: Mapping[str, EmbeddingSpace], folder: Path) -> None:
    """Save spaces that were compared, whatever they are called."""
    files = {name: f"{number:02d}.safetensors" for number, name in enumerate(spaces, start=1)}
    for name, space in spaces.items():
        save_space(space, folder / files[name])
    write_json(folder / INDEX, files)


class SavedSpaces(Mapping[str, EmbeddingSpace]):
    """The spaces of a run folder by name, each checked and read when it is asked for, and kept."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._manifest = folder, read_manifest(folder)
        index = folder / SPACES / INDEX  # of a comparison: a space may have any name
        if index.is_file():
            self._files = self._listed(index)
        else:
            files = sorted((folder / SPACES).rglob("*.safetensors"))
            self._files = {
                path.relative_to(folder / SPACES).with_suffix("").as_posix(): path for path in files
            }
        self._read: dict[str, EmbeddingSpace] = {}

    def __repr__(self) -> str:
        """List the names."""
        return f"spaces: {', '.join(self._files) or 'none were kept'}"

    def __len__(self) -> int:
        """Count them."""
        return len(self._files)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._files)

    def __getitem__(self, name: str) -> EmbeddingSpace:
        """Read a space; an unknown name, or a file that was changed, is an :class:`InputError`."""
        if name not in self._files:
            near = nearest_names(name, self._files) if self._files else "none were kept here"
            raise InputError(f"no space {name!r} in the run; {near}")
        if name not in self._read:
            self._check(self._files[name])
            self._read[name] = load_space(self._files[name])
        return self._read[name]

    def _listed(self, index: Path) -> dict[str, Path]:
        self._check(index)
        listed = read_json(index)
        if not isinstance(listed, dict):
            raise InputError(f"{index} is damaged: expected names of files beside it; run again")
        return {str(name): file_beside(index, file) for name, file in listed.items()}

    def _check(self, path: Path) -> None:
        name = path.relative_to(self._folder).as_posix()
        if name in self._manifest:  # runs of before kept no sums of their spaces
            check_file(self._folder, name, self._manifest)
