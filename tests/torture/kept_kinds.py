"""Records of stages, made to fit like a manifest; folders that transformers loads whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from compare.records import RECORD, Record, check_files, read_record, write_record
from tests.torture.changes import ANY, other_header, other_json
from tests.torture.kind import Kind

_JSON = (*ANY, *(other_json,) * 8)


def _stage(folder: Path) -> Path:
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / "numbers.csv").write_text("word,value\nking,1.5\n")
    (folder / "words.txt").write_text("king\nqueen\n")
    write_record(folder, "numbers", "0" * 64, "of kings", ["numbers", 1], {"text-0": "1" * 64})
    return folder / RECORD


def _read_stage(path: Path) -> Record:
    """Read a record as it is, and again with a digest that fits what it says now."""
    with suppress(Exception):
        told = json.loads(path.read_bytes())
        told["digest"] = Record(**{name: told[name] for name in Record._fields}).digest
        path.write_text(json.dumps(told))
    record = read_record(path.parent)
    check_files(path.parent, record)
    assert isinstance(record.size, int)
    return record


def _model(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        import tokenizers
        import torch
        import transformers

        made = tokenizers.Tokenizer(tokenizers.models.BPE())
        made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = tokenizers.decoders.ByteLevel()
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=280, special_tokens=["<|x|>"], show_progress=False,
            initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        )  # fmt: skip
        made.train_from_iterator(["the king and the queen"], trainer)
        torch.manual_seed(0)
        config = transformers.GPT2Config(
            vocab_size=made.get_vocab_size(), n_layer=1, n_head=1, n_embd=4, n_positions=8,
            bos_token_id=0, eos_token_id=0,
        )  # fmt: skip
        transformers.GPT2LMHeadModel(config).save_pretrained(folder, safe_serialization=True)
        marks = {"bos_token": "<|x|>", "eos_token": "<|x|>"}
        fast = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **marks)
        fast.save_pretrained(folder)
        return folder / changed

    return make


def _read_model(path: Path) -> Any:
    """Load a model, and ask it for a word in its table and in running text."""
    from compare.llm.vectors.pretrained_loading import load_pretrained

    model = load_pretrained(str(path.parent))
    pieces = model.word_pieces(["king"], "space")
    text = model.tokenize("the king spoke")
    return model.tables(), pieces, text, model.fingerprint


KEPT_KINDS: tuple[Kind, ...] = (Kind("record of a stage", _stage, _read_stage, _JSON, weight=3),)

LOADED_KINDS: tuple[Kind, ...] = tuple(
    Kind(f"model loaded: {file}", _model(file), _read_model, changes, seconds=20)
    for file, changes in (
        ("config.json", (other_json, other_json, *ANY)),
        ("tokenizer.json", (other_json, other_json, *ANY)),
        ("tokenizer_config.json", (other_json, other_json, *ANY)),
        ("generation_config.json", (other_json, other_json, *ANY)),
        ("model.safetensors", (other_header, other_header, *ANY)),
    )
)
"""Loaded by transformers: tens of milliseconds each, in ``make torture`` alone."""
