"""Training one model on its own, for ``embcontrast train``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch

from compare.errors import InputError
from compare.options import validated
from compare.progress import Show, quiet
from compare.spaces.formats import write_word2vec_binary, write_word2vec_text
from compare.spaces.space import EmbeddingSpace, save_space
from compare.storage import atomic_folder, check_writable, write_text
from experiments.config import RunConfig
from experiments.run import resolve_device
from experiments.stages import CorpusParts, token_text, trained_gpt, trained_word2vec, word_text

_WRITERS = {
    ".safetensors": save_space,
    ".txt": write_word2vec_text,
    ".vec": write_word2vec_text,
    ".bin": write_word2vec_binary,
}


def train_one(
    values: dict[str, Any], target: Path, *, vectors: str = "input", show: Show = quiet
) -> list[Path]:
    """Train the one trainer that ``values`` (options of a run) name; returns the files written.

    Parameters
    ----------
    target : Path
        A file (``.safetensors``, ``.txt``, ``.bin``: one table of a word2vec), or a folder for
        all tables and snapshots (and a GPT's model and tokenizer).
    vectors : {"input", "output", "mean"}
        Which table a file gets.

    Raises
    ------
    InputError
        If an option is wrong, or the target cannot be written.
    """
    config = validated(RunConfig, values, "train")
    trainer = config.trainers[0]
    is_file = target.suffix in _WRITERS
    if is_file and trainer == "gpt":
        raise InputError(f"a GPT is saved as a folder; {target} looks like a file")
    if target.is_file() and not is_file:
        raise InputError(
            f"{target} is a file without a format's ending ({' '.join(_WRITERS)}); give a folder"
        )
    if target.is_dir() and (is_file or any(target.iterdir())):
        raise InputError(f"{target} is a folder that is not empty; choose another --out")
    check_writable(target)
    device = resolve_device(config.device)
    torch.set_num_threads(config.n_threads)
    parts = CorpusParts(config.corpus)
    words = word_text(parts, config, show)
    if trainer == "gpt":
        tokens = token_text(parts, config, show)
        trained = trained_gpt(tokens, words, config, device, show)
    else:
        trained = trained_word2vec(trainer, words, config, device, show)
    by_table = {space.provenance["table"]: space for space in trained.spaces}
    if is_file:
        _WRITERS[target.suffix](by_table[vectors], target)
        return [target]
    with atomic_folder(target) as folder:
        _save_folder(by_table, folder)
        if trained.snapshots:
            for snapshot in trained.snapshots:
                seen = snapshot.provenance["seen"]
                save_space(snapshot, folder / "snapshots" / f"{seen:015d}.safetensors")
        write_text(folder / "config.toml", config.to_toml())
        write_text(folder / "history.csv", trained.history.to_csv(index=False))
        if trainer == "gpt":
            for path in (trained.folder / "model.pt", *trained.folder.glob("encoding.*")):
                shutil.copyfile(path, folder / path.name)
    return sorted(target.iterdir())


def _save_folder(spaces: dict[str, EmbeddingSpace], folder: Path) -> None:
    for table, space in spaces.items():
        save_space(space, folder / f"{table}.safetensors")
