"""Tokenizers, models of ours and of others, checkpoints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file

from compare.checkpoints import MAGIC, load_state, resumed, save_checkpoint
from compare.llm.gpt import load_gpt, save_gpt, untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import load_encoding, save_encoding, train_encoding
from compare.llm.vectors.gguf import quantisation
from compare.llm.vectors.pretrained_files import check_folder
from compare.runtime import Runtime
from compare.spaces.writing import save_space
from compare.trainers.saved import open_saved
from tests.torture.changes import ANY, other_header, other_json
from tests.torture.kind import Kind
from tests.torture.vector_kinds import SPACE

_JSON = (*ANY, *(other_json,) * 8)


def _encoding(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        encoding = train_encoding(["the king and the queen"] * 3, 260, special_tokens=["<|x|>"])
        save_encoding(encoding, folder / "encoding.json")
        return folder / changed

    return make


def _gpt(folder: Path) -> Path:
    options = GPTOptions(layers=1, heads=1, dimension=2, context=4)
    save_gpt(untrained_gpt(options, 300, seed=1), folder / "model.pt")
    return folder / "model.pt"


_IDENTITY = {"text": "0" * 64, "seed": 1}


def _checkpoint(folder: Path) -> Path:
    state = {"identity": _IDENTITY, "step": 3, "weights": {"input": torch.ones(4, 2)}}
    save_checkpoint(folder / "training.checkpoint", state)
    return folder / "training.checkpoint"


def _read_checkpoint(path: Path) -> None:
    resumed(Runtime(checkpoint=path), _IDENTITY)  # told, and begun afresh
    _make_fit(path)
    load_state(path)


def _read_gpt(path: Path) -> None:
    _make_fit(path)
    load_gpt(path)


def _make_fit(path: Path) -> None:
    """Give a changed state the digest of what it holds now, so that torch reads it."""
    content = path.read_bytes()
    start = len(MAGIC) + 32
    if content.startswith(MAGIC) and len(content) > start:
        digest = hashlib.sha256(content[start:]).digest()
        path.write_bytes(content[: len(MAGIC)] + digest + content[start:])


def _saved(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        about = {
            "format": "embcontrast model", "version": 1, "name": "w2v", "label": "word2vec",
            "model": {"trainer": "skipgram"}, "seed": 1, "key": "0",
            "tables": ["input", "output", "mean"],
            "budget": {"dimension": 4, "epochs": 1.0, "unit": "words"}, "notes": [], "about": {},
        }  # fmt: skip
        (folder / "model.json").write_text(json.dumps(about))
        (folder / "history.csv").write_text("epoch,training_loss\n1,2.5\n2,2.25\n")
        for table in ("input", "output", "mean"):
            save_space(SPACE, folder / f"{table}.safetensors")
        return folder / changed

    return make


def _read_saved(path: Path) -> Any:
    model = open_saved(path.parent, None, Runtime(), seed=None, name=None)
    return len(model.history), model.spaces, model.budget, repr(model)


def _hugging_face(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "config.json").write_text('{"model_type": "gpt2", "n_layer": 1}')
        tokenizer = {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}}, "added_tokens": []}
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        for number in (1, 2):
            save_file({f"w{number}": np.ones((2, 2), np.float32)}, folder / f"{number}.safetensors")
        index = {"metadata": {}, "weight_map": {"w1": "1.safetensors", "w2": "2.safetensors"}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index))
        return folder / changed

    return make


def _read_hugging_face(path: Path) -> None:
    check_folder(path.parent)


def small_gguf(folder: Path) -> Path:
    """Write a table of two rows."""
    import gguf

    writer = gguf.GGUFWriter(folder / "small.gguf", "llama")
    writer.add_context_length(8)
    writer.add_token_list(["a", "b"])
    writer.add_tensor("token_embd.weight", np.ones((2, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return folder / "small.gguf"


MODEL_KINDS: tuple[Kind, ...] = (
    Kind("encoding", _encoding("encoding.json"), load_encoding, _JSON, weight=5),
    Kind("ranks", _encoding("encoding.tiktoken"),
         lambda path: load_encoding(path.with_suffix(".json")), weight=5),
    Kind("GPT", _gpt, _read_gpt, weight=5),
    Kind("checkpoint", _checkpoint, _read_checkpoint, weight=5),
    Kind("saved model", _saved("model.json"), _read_saved, _JSON, weight=10),
    Kind("saved model: history", _saved("history.csv"), _read_saved, weight=5),
    Kind("Hugging Face: config", _hugging_face("config.json"), _read_hugging_face, _JSON),
    Kind("Hugging Face: index", _hugging_face("model.safetensors.index.json"),
         _read_hugging_face, _JSON),
    Kind("Hugging Face: tokenizer", _hugging_face("tokenizer.json"), _read_hugging_face, _JSON),
    Kind("Hugging Face: weights", _hugging_face("1.safetensors"), _read_hugging_face,
         (*ANY, *(other_header,) * 8)),
    Kind("GGUF", small_gguf, quantisation, weight=5),
)  # fmt: skip
