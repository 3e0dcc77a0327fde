"""What all processes but the first do under ``torchrun``: wait for jobs, and train with the first.

The first process runs the command as if it were alone, and writes everything; when it comes to a
GPT it sends the others the options and the folder of the token ids, and all of them train. That
folder, and the cache (``EMBCONTRAST_CACHE``), must be seen by all machines.
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
from compare.llm.options import GPTTrainerOptions
from compare.llm.training import train_gpt
from compare.runtime import KeepSnapshot, Runtime
from compare.snapshots import SavedSnapshots
from compare.text.tokens import open_tokens


@contextmanager
def training_job(
    ids: Path, vocabulary_size: int, end_id: int, options: GPTTrainerOptions, runtime: Runtime
) -> Iterator[None]:
    """Have the other processes train what the block trains; alone, do nothing.

    The processor threads of a machine are shared by its processes meanwhile.

    Parameters
    ----------
    ids : Path
        Folder that holds the ids of both parts, ``training`` and ``validation``.
    end_id : int
        The token that parts documents.
    """
    if n_processes() == 1:
        yield
        return
    send_job(
        {
            "ids": str(ids.absolute()),
            "vocabulary_size": vocabulary_size,
            "end_id": end_id,
            "options": options.model_dump(mode="json"),
            "seed": runtime.seed,
            "device": runtime.device,
            "threads": runtime.threads,
            "checkpoint": str(runtime.checkpoint.absolute()) if runtime.checkpoint else None,
            "snapshots": _folder_of(runtime.keep_snapshot),
        }
    )
    _share_threads(runtime.threads)
    try:
        with working_together():
            yield
    finally:
        torch.set_num_threads(runtime.threads)


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
    ids, options = Path(job["ids"]), GPTTrainerOptions.model_validate(job["options"])
    validation = open_tokens(ids / "validation")
    train_gpt(
        open_tokens(ids / "training").ids,
        validation.ids,
        job["vocabulary_size"],
        options.shape,
        options.training,
        end_id=job["end_id"],
        n_validation_bytes=validation.n_units,
        runtime=Runtime(
            seed=job["seed"],
            device=job["device"],
            threads=job["threads"],
            checkpoint=Path(job["checkpoint"]) if job["checkpoint"] else None,
            keep_snapshot=SavedSnapshots(Path(job["snapshots"])) if job["snapshots"] else None,
        ),
    )


def _folder_of(keep_snapshot: KeepSnapshot | None) -> str | None:
    if not isinstance(keep_snapshot, SavedSnapshots):
        return None
    return str(keep_snapshot.folder.absolute())


def _share_threads(threads: int) -> None:
    torch.set_num_threads(max(1, threads // n_processes_here()))
