"""What all processes but the first do under ``torchrun``: wait for jobs, and train with the first.

The first process runs the command as if it were alone, and writes everything; when it comes to the
language model it sends the others the options and the folders of the token ids, and all of them
train. The folders (``EMBCONTRAST_CACHE``) must be seen by all machines.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from compare.errors import InputError, TrainingError
from compare.llm.distributed import (
    n_processes,
    n_processes_here,
    next_job,
    rank,
    send_job,
    working_together,
)
from compare.llm.gpt import GPTOptions
from compare.llm.options import TrainingOptions
from compare.llm.training import train_gpt
from compare.text.tokens import open_tokens
from experiments.config import RunConfig


@contextmanager
def training_job(
    tokens: Path, vocabulary_size: int, config: RunConfig, *, device: str, checkpoint: Path
) -> Iterator[None]:
    """Have the other processes train what the block trains; alone, do nothing.

    The processor threads of a machine are shared by its processes meanwhile.

    Parameters
    ----------
    tokens : Path
        Folder of the stage that holds the token ids, ``training`` and ``validation``.
    """
    if n_processes() == 1:
        yield
        return
    send_job(
        {
            "tokens": str(tokens.absolute()),
            "vocabulary_size": vocabulary_size,
            "gpt": config.gpt.model_dump(mode="json"),
            "training": config.training.model_dump(mode="json"),
            "seed": config.seed,
            "device": device,
            "threads": config.n_threads,
            "checkpoint": str(checkpoint.absolute()),
        }
    )
    _share_threads(config.n_threads)
    try:
        with working_together():
            yield
    finally:
        torch.set_num_threads(config.n_threads)


def serve() -> None:
    """Join in the jobs of the first process until there are no more.

    What goes wrong in a job is told by the process that meets it, and ends all of them.
    """
    try:
        while (job := next_job()) is not None:
            _train(job)
    except (InputError, TrainingError) as error:
        sys.stderr.write(f"embcontrast (process {rank()}): {error}\n")
        sys.exit(2)


def _train(job: dict[str, Any]) -> None:
    _share_threads(job["threads"])
    tokens = Path(job["tokens"])
    validation = open_tokens(tokens / "validation")
    train_gpt(
        open_tokens(tokens / "training").ids,
        validation.ids,
        job["vocabulary_size"],
        GPTOptions.model_validate(job["gpt"]),
        TrainingOptions.model_validate(job["training"]),
        seed=job["seed"],
        device=job["device"],
        n_validation_bytes=validation.n_units,
        checkpoint=Path(job["checkpoint"]),
    )


def _share_threads(threads: int) -> None:
    torch.set_num_threads(max(1, threads // n_processes_here()))
