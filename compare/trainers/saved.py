"""A model opened from the folder that it was saved in (``model_folder.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from compare.errors import InputError, nearest_names
from compare.llm.gpt import load_gpt, untrained_gpt
from compare.llm.tokenizer import load_encoding
from compare.llm.vectors.coders import BytePairs, TextCoder, WholeWords
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.runtime import Runtime
from compare.spaces.formats import load_space
from compare.spaces.space import EmbeddingSpace
from compare.text.reading import Text
from compare.text.vocabulary import read_vocabulary
from compare.trainers.language_models import OpenedModel
from compare.trainers.model_folder import ABOUT, HISTORY, VOCABULARY_FILES, read_about
from compare.trainers.model_options import model_options
from compare.trainers.trained import Trained, TrainedLanguageModel


@dataclass(frozen=True)
class SavedTables:
    """A saved model's tables; an ``Opened``. ``more`` makes tables that were not saved."""

    folder: Path
    key: str
    tables: tuple[str, ...]
    cost: Mapping[str, Any]
    notes: tuple[str, ...]
    more: OpenedModel | None = None

    @property
    def history(self) -> pd.DataFrame:
        """The training curve."""
        try:
            return pd.read_csv(self.folder / HISTORY)
        except pd.errors.EmptyDataError:
            return pd.DataFrame()
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {self.folder / HISTORY}: {error}") from error

    @property
    def snapshots(self) -> Sequence[tuple[float, EmbeddingSpace]]:
        """Input vectors after shares of the training, the earliest first."""
        files = sorted((self.folder / "snapshots").glob("[01].*.safetensors"))
        return [(float(file.stem), load_space(file)) for file in files]

    @property
    def files(self) -> tuple[Path, ...]:
        """The model itself, where it is more than its tables."""
        own = {ABOUT, HISTORY, "config.toml"}
        found = (path for path in sorted(self.folder.iterdir()) if path.is_file())
        return tuple(p for p in found if p.name not in own and p.suffix != ".safetensors")

    def spaces(self, tables: Sequence[str]) -> dict[str, EmbeddingSpace]:
        """Give the spaces of these tables, saved ones from their files."""
        made = [table for table in tables if table not in self.tables]
        if made and self.more is None:
            raise InputError(
                f"{self.folder} holds no table {made[0]!r}; {nearest_names(made[0], self.tables)} "
                "(layers are made with the text at hand: open_model(…, text=text))"
            )
        found = self.more.spaces(made) if made and self.more is not None else {}
        found |= {t: load_space(self.folder / f"{t}.safetensors") for t in tables if t not in made}
        return {table: found[table] for table in tables}


def open_saved(
    folder: Path,
    text: Text | None,
    runtime: Runtime,
    *,
    seed: int | None,
    name: str | None,
) -> Trained:
    """Open what :meth:`Trained.save` wrote.

    Parameters
    ----------
    text : Text, optional
        What layers of a language model are read in.
    seed : int, optional
        In place of that of its training.
    name : str, optional
        In place of its own.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    about = read_about(folder)
    model = model_options(about.model, str(folder / ABOUT))
    name, label, trained_from, told = name or about.name, about.label, about.seed, about.about
    saved = (about.key, about.tables, about.budget, about.notes)
    runtime = replace(runtime, seed=trained_from if seed is None else seed)
    if model.record.layers is None:
        tables = SavedTables(folder, *saved)
        return Trained(name, label, model, tables, runtime, about=told, seed=trained_from)
    coder = _coder(folder)
    network = load_gpt(folder / "model.pt")
    opened = GPTLanguageModel(network, coder, name=name, device=runtime.device)
    more = None
    if text is not None:
        first = untrained_gpt(network.options, network.vocabulary_size, seed=trained_from)
        first.token_counts = network.token_counts
        more = OpenedModel(
            key=about.key,
            model=opened,
            untrained=GPTLanguageModel(first, coder, name=name, device=runtime.device),
            reading=model.reading(text, name),
            runtime=runtime,
            provenance={
                "options": model.options.model_dump(mode="json"),
                "encoding": coder.name,
                "seed": trained_from,
            },
        )
    return TrainedLanguageModel(
        name,
        label,
        model,
        SavedTables(folder, *saved, more),
        runtime,
        about=told,
        seed=trained_from,
        language_model=opened,
        normalization=about.normalization,
    )


def _coder(folder: Path) -> TextCoder:
    if (folder / "encoding.json").is_file():
        return BytePairs(load_encoding(folder / "encoding.json"))
    for rule, name in VOCABULARY_FILES.items():
        if (folder / name).is_file():
            return WholeWords(read_vocabulary(folder / name), rule)
    raise InputError(f"{folder} lacks its tokenizer (encoding.json); train the model again")
