"""Skip-gram with negative sampling (SGNS), trained batch by batch in PyTorch.

Mikolov et al. 2013, arXiv:1310.4546. The loss of a centre word v with a context u and noise words
n_1 … n_k (drawn from counts^0.75) is

    −log σ(u · v) − Σ log σ(−n_i · v)

A stretch of text is subsampled and given windows and noise words (``steps.py``); a batch of it
is taken as blocks of consecutive words, whose loss and gradients are matrix products
(``blocks.py``); and the rows that the batch touched step once each, frequent ones no further than
single pairs would have taken them (``row_steps.py``). ``pairs.py`` says the same one pair at a
time.

Left out: hierarchical softmax, CBOW, and word2vec.c's rule that a noise word equal to the context
is skipped (the paper has no such rule).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from compare.checkpoints import load_checkpoint, save_checkpoint
from compare.progress import Progress, silent
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.steps import SkipgramSteps
from compare.word2vec.tables import SkipgramTables

KeepSnapshot = Callable[[int, np.ndarray], None]
"""Takes the words trained on so far (epochs counted) and a copy of the input table."""


def train_skipgram(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: SkipgramOptions,
    *,
    seed: int,
    device: str = "cpu",
    validation: TokenArray | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 15.0,
    keep_snapshot: KeepSnapshot | None = None,
    progress: Progress = silent,
) -> SkipgramTables:
    """Train input and output vectors on a text of word ids.

    Parameters
    ----------
    tokens : TokenArray
        Word ids with sentence borders.
    vocabulary : Vocabulary
        Its counts rule subsampling and noise.
    options : SkipgramOptions
    seed : int
        Same seed, text, options, machine and threads: same bits, on a CPU.
    device : str
        A torch device.
    validation : TokenArray, optional
        Held-out text; a fixed sample of its pairs gives the validation loss of each epoch.
    checkpoint : Path, optional
        File that the state is saved to every ``checkpoint_seconds`` (less often where saving
        takes long); where it exists, training goes on from it, to the same vectors as an
        uninterrupted run. Deleted at the end.
    keep_snapshot : callable, optional
        Called when a share of ``options.snapshots`` is reached, at the end of the stretch of text
        in which it lies (of 131,072 words, or about a hundredth of a short training). A resumed
        run does not repeat those it has passed.

    Raises
    ------
    TrainingError
        If the loss is not finite.
    InputError
        If no sentence has a pair, the tables do not fit into memory, or the checkpoint belongs to
        other options or another text.
    """
    trainer = SkipgramSteps(tokens, vocabulary, options, seed=seed, device=device)
    if validation is not None:
        trainer.held_out = HeldOutPairs.of(validation, vocabulary, options, seed=seed)
    if checkpoint is not None and checkpoint.exists():
        trainer.restore(load_checkpoint(checkpoint), checkpoint)
    n_seen_in_all = options.epochs * len(tokens)
    due = [max(1, round(share * n_seen_in_all)) for share in options.snapshots]
    seen = trainer.n_seen
    saved_at, saving_took = time.monotonic(), 0.0
    for done in trainer.run():
        loss = trainer.loss_sum / max(trainer.n_pairs, 1)
        progress(done, n_seen_in_all, unit="words", loss=loss)
        if keep_snapshot is not None and any(seen < at <= done for at in due):
            keep_snapshot(done, trainer.input.cpu().numpy().copy())
        seen = done
        interval = max(checkpoint_seconds, 20 * saving_took)
        if checkpoint is not None and time.monotonic() - saved_at >= interval:
            started = time.monotonic()
            save_checkpoint(checkpoint, trainer.state())
            saved_at = time.monotonic()
            saving_took = saved_at - started
    return SkipgramTables(
        trainer.input.cpu().numpy(), trainer.output.cpu().numpy(), tuple(trainer.history)
    )
