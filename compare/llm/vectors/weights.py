"""A checkpoint's numbers into a network: none is made up.

The library that builds networks fills what a file lacks with random numbers, and goes on. Here
every tensor that tables and layers are taken from comes out of the file, or nothing is loaded. What
training programs wrap around a network's names (``module.``, ``_orig_mod.``) is taken off first.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from compare.errors import InputError
from compare.llm.vectors.pretrained_files import weight_files

logger = logging.getLogger(__name__)

WRAPPERS = (
    "module.",
    "_orig_mod.",
    "_fsdp_wrapped_module.",
    "base_model.model.",
    "_forward_module.",
)
"""What data-parallel training, compilation, sharding and adapters put in front of every name."""

UNUSED = {"pooler"}
"""Parts that no table and no layer is made of."""


class Loaded(NamedTuple):
    """A network, and what its file did not hold of its output layer."""

    network: Any
    missing_head: tuple[str, ...]


def loaded_network(model_class: Any, id_or_folder: str, config: Any) -> Loaded:
    """Load a network in float32.

    Parameters
    ----------
    model_class : class of transformers
    id_or_folder : str
        Of the hub, or a folder with whole files.
    config : configuration of transformers

    Raises
    ------
    InputError
        If the file lacks a tensor that is needed; the first few are named.
    """
    import torch

    how = {
        "config": config,
        "dtype": torch.float32,
        "use_safetensors": True,
        "trust_remote_code": False,
        "output_loading_info": True,
    }
    folder = Path(id_or_folder)
    tensors = _tensors_of(folder) if folder.is_dir() else []
    if getattr(config, "quantization_config", None) is None:
        _refuse_whole_numbers(tensors)
    wrapper = wrapper_of(one.name for one in tensors)
    if wrapper:
        how["key_mapping"] = {f"^{re.escape(wrapper)}": ""}
    network, told = model_class.from_pretrained(id_or_folder, **how)
    return Loaded(network, _checked(network, told, id_or_folder))


def wrapper_of(names: Iterable[str]) -> str:
    """Find what is wrapped around every name of a checkpoint.

    >>> wrapper_of(["module._orig_mod.wte.weight", "module._orig_mod.wpe.weight"])
    'module._orig_mod.'
    >>> wrapper_of(["module.wte.weight", "wpe.weight"])
    ''
    """
    left, found = list(names), ""
    while True:
        for wrapper in WRAPPERS:
            if left and all(name.startswith(wrapper) for name in left):
                found += wrapper
                left = [name.removeprefix(wrapper) for name in left]
                break
        else:
            return found


def _checked(network: Any, told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Refuse a network with tensors of its own making; returns those of the output layer."""
    base = f"{network.base_model_prefix}."
    has_head = network.base_model is not network
    missing = sorted(key for key in told["missing_keys"] if not UNUSED & set(key.split(".")))
    of_head = tuple(key for key in missing if has_head and not key.startswith(base))
    needed = [key for key in missing if key not in of_head]
    wrong = sorted(str(key) for key in told.get("mismatched_keys", ()))
    if needed or wrong:
        lacking = needed or wrong
        listed = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" * (len(lacking) > 3))
        raise InputError(
            f"the file of {name} lacks what its config.json says that the model has ("
            f"{listed}); is it a part of a model, or another one's config? fetch it again"
        )
    unexpected = sorted(told.get("unexpected_keys", ()))
    placed = _of_base(network, [key.removeprefix(base) for key in unexpected])
    if placed:
        raise InputError(
            f"the file of {name} holds what its config.json says that the model has not "
            f"({', '.join(placed[:3])}); is it another one's config? fetch it again"
        )
    if unexpected:
        logger.warning(
            "%s holds %d tensors that its architecture has no place for, such as %s; they are "
            "left out",
            name,
            len(unexpected),
            unexpected[0],
        )
    return of_head


def _of_base(network: Any, keys: Iterable[str]) -> list[str]:
    """List the tensors of a layer that the network has, and of blocks behind its last."""
    import torch

    modules = dict(network.base_model.named_modules())
    leaves = {name for name, m in modules.items() if hasattr(m, "weight") and not any(m.children())}
    lists = [
        (re.compile(rf"{re.escape(name)}\.(\d+)\."), len(m))
        for name, m in modules.items()
        if isinstance(m, torch.nn.ModuleList)
    ]

    def is_behind(key: str) -> bool:
        found = ((pattern.match(key), n) for pattern, n in lists)
        return any(match is not None and int(match[1]) >= n for match, n in found)

    return [key for key in keys if key.rpartition(".")[0] in leaves or is_behind(key)]


class _Tensor(NamedTuple):
    """What the head of a file says of a tensor."""

    name: str
    path: Path
    dtype: str
    n_axes: int


def _tensors_of(folder: Path) -> list[_Tensor]:
    from safetensors import safe_open

    found: list[_Tensor] = []
    for path in weight_files(folder):
        with safe_open(path, framework="pt") as handle:
            for name in handle.keys():  # noqa: SIM118
                told = handle.get_slice(name)
                found.append(_Tensor(name, path, told.get_dtype(), len(told.get_shape())))
    return found


def _refuse_whole_numbers(tensors: Iterable[_Tensor]) -> None:
    """Refuse tables of whole numbers: those of which a scale is missing."""
    for one in tensors:
        if one.n_axes == 2 and one.dtype in ("I8", "U8", "I16", "I32"):
            raise InputError(
                f"{one.path.name} of {one.path.parent} keeps {one.name} as whole numbers "
                f"({one.dtype}), and its config.json says nothing of how; give the model in "
                "float32, float16 or bfloat16"
            )
