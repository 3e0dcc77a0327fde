"""Whether training is worth compiling: torch.compile takes its time before the first step."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Literal

import torch

from compare.errors import InputError

logger = logging.getLogger(__name__)

WORTH_FLOPS = {"cpu": 2e13, "cuda": 2e16}
"""Operations in the blocks from which compiling pays.

Measured on two cores, four layers of dimension 128: compiling took 8 to 12 s and saved 6 µs of each
token's 4.9 MFLOP in the blocks, so that 1e13 operations win it back; twice that, to be on the safe
side. The figure for a GPU is that of a thousandfold speed, not measured.
"""


def resolve_compile(option: Literal["auto"] | bool, block_flops: float, device: str) -> bool:
    """Decide whether the blocks are compiled; the same answer on the same machine every time.

    Parameters
    ----------
    option : "auto" or bool
        ``TrainingOptions.compile``.
    block_flops : float
        Floating-point operations of the whole training, the output layer's left out.
    device : str

    Raises
    ------
    InputError
        If compiling was asked for and there is no C++ compiler.
    """
    kind = torch.device(device).type
    if option is False or (option == "auto" and block_flops < WORTH_FLOPS.get(kind, 2e16)):
        return False
    missing = missing_for_compiling()
    if missing is None:
        return True
    if option is True:
        raise InputError(
            f"compile = true needs a C++ compiler, and {missing}; install it (package g++ or "
            "clang, and Python's headers), or set compile = false"
        )
    logger.warning("training is not compiled: %s", missing)
    return False


def missing_for_compiling() -> str | None:
    """Say what torch.compile would miss on this machine; None if nothing."""
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(compiler) is None:
        return f"{compiler} is not found"
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    if not os.access(headers, os.R_OK):  # others' Python may lie where one may not look
        return "Python's header files (Python.h) are not found"
    return None
