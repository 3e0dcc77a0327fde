"""Files of Hugging Face models: are they here, whole and safe; and what went wrong, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from compare.errors import InputError, NotHereError
from compare.model_files import file_beside, read_tokenizer_file
from compare.storage import read_json, refuse_pointer

INSTALL = "pip install 'embcontrast[huggingface]'"


def transformers_library() -> Any:
    """Import the library, and let it draw and log nothing.

    Raises
    ------
    NotHereError
        If it is not installed.
    """
    try:
        transformers: Any = import_module("transformers")
    except ImportError as error:
        raise NotHereError(
            f"Hugging Face models need the package transformers, which is not here: {INSTALL}"
        ) from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return transformers


def looks_like_folder(name: str) -> bool:
    """Tell a path from an id of the hub."""
    path = Path(name).expanduser()
    return path.exists() or name.startswith((".", "/", "~")) or name.count("/") > 1


def check_folder(folder: Path) -> None:
    """Make sure that a folder holds a whole model, its weights as safetensors.

    Raises
    ------
    InputError
        If a file is missing, cut off, or a pickle.
    """
    if not folder.is_dir():
        found = "a file" if folder.is_file() else "nothing"
        raise InputError(f"expected the folder of a Hugging Face model at {folder}; found {found}")
    if not (folder / "config.json").is_file():
        raise InputError(f"folder {folder} holds no config.json and is no Hugging Face model")
    for path in folder.glob("*.json"):
        refuse_pointer(path)
        file_beside(path, path.name)
    if not isinstance(read_json(folder / "config.json"), dict):
        raise InputError(f"{folder / 'config.json'} is damaged: expected settings; fetch it again")
    _check_weights(folder)
    if (folder / "tokenizer.json").is_file():
        read_tokenizer_file(folder / "tokenizer.json")


def weight_files(folder: Path) -> list[Path]:
    """List the files of weights that a folder should hold: one, or those of its index.

    Raises
    ------
    InputError
        If the index is damaged, or names a file outside of the folder.
    """
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return [folder / "model.safetensors"]
    listed = read_json(index)
    shards = listed.get("weight_map") if isinstance(listed, dict) else None
    if not isinstance(shards, dict) or not shards:
        raise InputError(f"{index} is damaged: it lists no weights; fetch the model again")
    paths = {file_beside(index, name) for name in shards.values()}
    return sorted(paths)


def _check_weights(folder: Path) -> None:
    """Make sure that all files of weights are here, whole by the size that they declare."""
    paths = weight_files(folder)
    alone = folder / "model.safetensors"
    if paths == [alone] and not alone.is_file() and list(folder.glob("*.bin")):
        raise InputError(
            f"folder {folder} holds its weights as pickles (.bin), which can run code when "
            "loaded; convert them with save_pretrained(..., safe_serialization=True)"
        )
    for path in paths:
        refuse_pointer(path)
        if not path.is_file():
            raise InputError(f"{path} is missing: the model is half downloaded; fetch it again")
        expected = _declared_size(path)
        if path.stat().st_size != expected:
            raise InputError(
                f"{path} has {path.stat().st_size:,} bytes and should have {expected:,}: it is "
                "half downloaded or damaged; fetch it again"
            )


def check_layers(config: Any, folder: Path) -> None:
    """Make sure that no more layers are asked for than weights are there: each would be made first.

    Raises
    ------
    InputError
        If there are.
    """
    from safetensors import safe_open

    n_layers = getattr(config, "num_hidden_layers", None)
    n_tensors = 0
    for path in weight_files(folder):
        with safe_open(path, "np") as held:
            n_tensors += len(held.keys())
    if isinstance(n_layers, int | float) and n_layers > n_tensors:
        raise InputError(
            f"{folder / 'config.json'} asks for {n_layers:,} layers, and the weights are "
            f"{n_tensors:,} tensors; fetch the model again"
        )


def _declared_size(path: Path) -> int:
    """Read from a safetensors header how long the file is: 8 bytes, the header, the tensors."""
    with path.open("rb") as handle:
        n_header = int.from_bytes(handle.read(8), "little")
        if n_header > path.stat().st_size:
            return n_header + 8
        try:
            header = json.loads(handle.read(n_header))
            ends = [
                int(entry["data_offsets"][1])
                for key, entry in header.items()
                if key != "__metadata__"
            ]
            return 8 + n_header + max(ends, default=0)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            return -1  # a header of another form, or of brackets within brackets


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what the Hugging Face libraries raise into one clear line."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # their kinds differ between versions
        raise InputError(_reason(name, error)) from error


def _reason(name: str, error: Exception) -> str:
    kinds = {type(one).__name__ for one in _chain(error)}
    text = " ".join(str(one) for one in _chain(error))
    by_hand = "or give the path of a folder that holds the model"
    if "GatedRepoError" in kinds or "gated repo" in text:
        return (
            f"{name} is gated: accept its terms on its page and log in with `hf auth login`, "
            f"{by_hand}"
        )
    if "trust_remote_code" in text:
        return f"{name} needs code of its own to run, and such code is refused; use another model"
    if kinds & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectError"} or re.search(
        r"couldn't connect|offline mode|connection", text, re.IGNORECASE
    ):
        return (
            f"{name} is not here and could not be downloaded (no connection); fetch it elsewhere "
            f"with `hf download {name} --local-dir FOLDER` and give that folder"
        )
    if (
        kinds & {"RepositoryNotFoundError", "HFValidationError"}
        or "not a valid model identifier" in text
    ):
        return (
            f"there is no model {name!r} that you may read on the Hugging Face hub; check its id, "
            f"{by_hand}"
        )
    if "safetensors" in text and ("does not appear" in text or "no file named" in text):
        return (
            f"{name} has no weights as safetensors, and pickles are refused; convert them with "
            "save_pretrained(..., safe_serialization=True)"
        )
    told = str(error).strip().split("\n")[0][:200]
    return (
        f"{name} cannot be loaded ({type(error).__name__}: {told}); is it whole, and a model with "
        "a tokenizer?"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__
