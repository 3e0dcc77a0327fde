"""GGUF files (llama.cpp's) → Hugging Face folders: dequantised once, and kept.

The file names its architecture, its sizes and its tokenizer. Its tensors are turned into float32
and written as safetensors into the cache, where they are loaded as any other model. Needs the
extras ``[huggingface]`` and ``[gguf]``.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from compare.cache import Stage, versions
from compare.errors import InputError, NotHereError
from compare.llm.vectors.pretrained_files import transformers_library
from compare.progress import Show, quiet
from compare.shown import printable
from compare.storage import file_sha256, read_json, refuse_pointer, write_json

INSTALL = "pip install 'embcontrast[huggingface,gguf]'"

ABOUT = "gguf.json"
"""In the folder: what the file was."""

_MAGIC = b"GGUF"


def converted_gguf(path: Path, *, show: Show = quiet) -> Path:
    """Give the folder that holds a GGUF file's model as float32, converting it once.

    Raises
    ------
    InputError
        If a package is missing, the file is damaged or lacks something, or its architecture is not
        known.
    """
    _check_is_gguf(path)
    for package in ("gguf", "accelerate"):
        try:
            import_module(package)
        except ImportError as error:
            raise NotHereError(
                f"GGUF files need the package {package}, which is not here: {INSTALL}"
            ) from error
    made_of = ("gguf", 1, file_sha256(path), versions("transformers", "gguf"))

    def build(folder: Path) -> None:
        progress = show(f"converting {path.name}, once")
        progress(0, 1, unit="files")
        _convert(path, folder)
        progress(1, 1, unit="files")

    return Stage("gguf", made_of, about=path.name).open(build)


def weights_of(folder: Path) -> str | None:
    """Say how the weights were kept before they were converted; None of other folders."""
    if not (folder / ABOUT).is_file():
        return None
    found: str = read_json(folder / ABOUT)["weights"]
    return found


def _check_is_gguf(path: Path) -> None:
    refuse_pointer(path)
    if not path.is_file():
        raise InputError(f"expected a GGUF file at {path}; found nothing")
    with path.open("rb") as handle:
        if handle.read(4) != _MAGIC:
            raise InputError(f"{path} is no GGUF file: it does not begin with the letters GGUF")


@contextmanager
def _read_once() -> Iterator[None]:
    """Let the file be parsed once: for shape, weights, tokenizer and kind it would be four times.

    A parse of a tokenizer's 49,152 entries takes some seconds, and the names of tensors are worked
    out anew for each part of the model.
    """
    import gguf

    names = ("GGUFReader", "get_tensor_name_map")
    own = {name: getattr(gguf, name) for name in names}
    try:
        for name in names:
            setattr(gguf, name, cache(own[name]))
        yield
    finally:
        for name in names:
            setattr(gguf, name, own[name])


def _convert(path: Path, folder: Path) -> None:
    with _read_once():
        _convert_read(path, folder)


def _convert_read(path: Path, folder: Path) -> None:
    import torch

    transformers = transformers_library()
    weights = quantisation(path)
    where = {"gguf_file": path.name, "trust_remote_code": False}
    network: Any
    try:
        with redirect_stderr(io.StringIO()):  # the library draws its progress there
            network, told = transformers.AutoModelForCausalLM.from_pretrained(
                path.parent,
                dtype=torch.float32,
                output_loading_info=True,
                quantization_config=transformers.GgufConfig(dequantize=True),
                **where,
            )
            tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, **where)
    except Exception as error:  # their kinds differ between versions
        raise InputError(_reason(path, error)) from error
    missing = sorted(told["missing_keys"])
    if missing:
        raise InputError(
            f"{path.name} lacks {len(missing)} tensors of its architecture, such as {missing[0]}; "
            "fetch it again"
        )
    n_rows = len(network.get_input_embeddings().weight)
    if len(tokenizer) > n_rows:
        raise InputError(
            f"the tokenizer of {path.name} has {len(tokenizer)} tokens and its table {n_rows} "
            "rows; they do not belong together"
        )
    config = network.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    plain = type(network)(config)  # without what dequantising left in it
    plain.load_state_dict(network.state_dict())
    plain.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_json(folder / ABOUT, {"file": path.name, "weights": weights})


def quantisation(path: Path) -> str:
    """Name the kind of number that most weights are kept in.

    Raises
    ------
    InputError
        If it is no whole GGUF file.

    >>> _BITS.search("Q4_1").group()
    '4'
    """
    import gguf

    try:
        reader = gguf.GGUFReader(str(path))  # as the library names it, so that it is read once
        sizes: Counter[str] = Counter()
        for tensor in reader.tensors:
            sizes[tensor.tensor_type.name] += int(tensor.n_elements)
    except Exception as error:  # a damaged file fails in many ways
        raise InputError(_reason(path, error)) from error
    if not sizes:
        raise InputError(f"{path.name} holds no tensors; fetch it again")
    ((kind, _),) = sizes.most_common(1)
    bits = _BITS.search(kind)
    if kind in ("F32", "F16", "BF16") or bits is None:
        return f"{kind} weights"
    return f"{bits.group()}-bit weights ({kind}), dequantised"


_BITS = re.compile(r"\d+")


def _reason(path: Path, error: Exception) -> str:
    told = printable(str(error).strip().split("\n")[0])[:200]
    if "not supported" in told or "architecture" in told.lower():
        return f"{path.name} holds a model of an architecture that is not known here ({told})"
    return f"{path.name} is no whole GGUF file ({type(error).__name__}: {told}); fetch it again"


def is_gguf(name: str) -> bool:
    """Tell the name of a GGUF file."""
    return name.lower().endswith(".gguf")
