"""Memory that a stage is going to take, said before it is taken."""

from __future__ import annotations

import psutil
import torch

from compare.errors import InputError


def require_memory(n_bytes: int, purpose: str, remedy: str, *, device: str = "cpu") -> None:
    """Make sure that a device has room for ``n_bytes``.

    An allocation that is too large would otherwise end in a killed process, or in the machine
    swapping for hours.

    Parameters
    ----------
    n_bytes : int
        What will be taken.
    purpose, remedy : str
        Words of the message.

    Raises
    ------
    InputError
        If less is free.
    """
    if torch.device(device).type == "cuda":
        free = torch.cuda.mem_get_info(device)[0]
    else:
        free = psutil.virtual_memory().available
    if n_bytes > free:
        raise InputError(
            f"{purpose} would take {n_bytes / 2**30:,.1f} GiB of memory, and {free / 2**30:,.1f} "
            f"GiB are free on {device}; {remedy}"
        )
