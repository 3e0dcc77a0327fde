"""Several processes that train one model, each on its share of every batch.

Every process holds the whole model, starts from the same seed and reads the same text. Of the rows
of a step, process r of N takes the r-th part; the gradients of the parts, each weighted by its
rows, are added up over the processes (one all-reduce), and all take the same optimizer step. With
no dropout this is one process's training, up to the order of additions.

``torchrun`` starts the processes and tells each its place by environment variables. Process 0 runs
the program; the others wait for jobs (plain values, as JSON) and join in where they are told to.
They talk by gloo, and about gradients on GPUs by NCCL.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist

from compare.errors import InputError

PATIENCE = timedelta(days=30)
"""How long processes wait for each other: process 0 may be busy with other work for long."""


def is_launched() -> bool:
    """Say whether torchrun started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "MASTER_ADDR" in os.environ


def rank() -> int:
    """Give this process's number, from 0; 0 where there is only one."""
    return dist.get_rank() if dist.is_initialized() else 0


def n_processes() -> int:
    """Count the processes that train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def n_processes_here() -> int:
    """Count those of them on this machine, which share its processor cores."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1")) if dist.is_initialized() else 1


@contextmanager
def joined() -> Iterator[None]:
    """Join the processes that torchrun started, for the time of the block; alone, do nothing."""
    if not is_launched():
        yield
        return
    backend = "gloo"
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
        backend = "cpu:gloo,cuda:nccl"
    dist.init_process_group(backend, timeout=PATIENCE)
    try:
        yield
    finally:
        dist.destroy_process_group()


@contextmanager
def ending_at_once() -> Iterator[None]:
    """End a process that torchrun started with the block, leaving out Python's own last steps.

    gloo's threads may still hold tensors of the last sum when the interpreter is taken down, and
    then abort the process that has done all its work (pytorch/pytorch pull request 179291).
    """
    if not is_launched():
        yield
        return
    status = 0
    try:
        yield
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def sum_over_processes(tensor: torch.Tensor) -> torch.Tensor:
    """Add a tensor up over all processes, in place; each gets the sum."""
    if n_processes() > 1:
        dist.all_reduce(tensor)
    return tensor


def sum_gradients(parameters: Iterable[torch.nn.Parameter]) -> None:
    """Add the gradients up over all processes, as one long vector."""
    if n_processes() == 1:
        return
    gradients = []
    for parameter in parameters:
        if parameter.grad is None:  # this process had no row of the step
            parameter.grad = torch.zeros_like(parameter)
        gradients.append(parameter.grad)
    together = sum_over_processes(torch.cat([gradient.flatten() for gradient in gradients]))
    start = 0
    for gradient in gradients:
        gradient.copy_(together[start : start + gradient.numel()].view_as(gradient))
        start += gradient.numel()


def check_agreement(step: int) -> None:
    """Make sure that all processes go on from the same step.

    Raises
    ------
    InputError
        If they do not: some have read a checkpoint that others cannot see.
    """
    if n_processes() == 1:
        return
    steps = torch.zeros(n_processes(), dtype=torch.int64)
    steps[rank()] = step
    found = sorted(set(sum_over_processes(steps).tolist()))
    if len(found) > 1:
        raise InputError(
            f"processes would go on from different steps ({', '.join(map(str, found))}): all of "
            "them must see the same cache folder (EMBCONTRAST_CACHE)"
        )


def wait_for_all() -> None:
    """Go on when every process has come here."""
    sum_over_processes(torch.zeros(1))


def send_job(job: dict[str, Any] | None) -> None:
    """Tell the waiting processes what to join in (plain values); None: there is no more."""
    if n_processes() > 1:
        message = torch.tensor(list(json.dumps(job).encode()), dtype=torch.uint8)
        dist.broadcast(torch.tensor([len(message)]), src=0)
        dist.broadcast(message, src=0)


@contextmanager
def dismissing() -> Iterator[None]:
    """Let the waiting processes go when the block ends, by an error or not.

    One that fails inside a job cannot be told so: there the processes fall apart, and torchrun
    ends them.
    """
    try:
        yield
    finally:
        if not _in_job:
            send_job(None)
            wait_for_all()


@contextmanager
def working_together() -> Iterator[None]:
    """Mark the time of a job, in which all processes talk about it and nothing else."""
    _in_job.append(True)
    yield
    _in_job.pop()


_in_job: list[bool] = []


def next_job() -> dict[str, Any] | None:
    """Wait for what process 0 sends."""
    length = torch.zeros(1, dtype=torch.int64)
    dist.broadcast(length, src=0)
    message = torch.zeros(int(length), dtype=torch.uint8)
    dist.broadcast(message, src=0)
    job: dict[str, Any] | None = json.loads(bytes(message.tolist()))
    if job is None:
        wait_for_all()  # nobody leaves while another is still being told
    return job
