"""Which floating-point numbers the matrix products of training are made in."""

from __future__ import annotations

from typing import Literal

import torch

Precision = Literal["auto", "float32", "bfloat16"]


def resolve_precision(precision: Precision, device: str) -> Literal["float32", "bfloat16"]:
    """Turn ``auto`` into bfloat16 where the processor has instructions for it."""
    if precision != "auto":
        return precision
    if torch.device(device).type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    # Without AVX-512 BF16 or AMX, bfloat16 is emulated and several times slower.
    return "bfloat16" if torch.cpu._is_avx512_bf16_supported() else "float32"
