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

import numpy as np

from compare.checkpoints import Cadence, resumed
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.waiting import warn_where_threads_spin
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.steps import SkipgramSteps
from compare.word2vec.tables import SkipgramTables


def train_skipgram(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: SkipgramOptions,
    *,
    validation: TokenArray | None = None,
    runtime: Runtime,
) -> SkipgramTables:
    """Train input and output vectors on a text of word ids.

    Parameters
    ----------
    tokens : TokenArray
        Word ids with sentence borders.
    vocabulary : Vocabulary
        Its counts rule subsampling and noise.
    options : SkipgramOptions
    validation : TokenArray, optional
        Held-out text; a fixed sample of its pairs gives the validation loss of each epoch.
    runtime : Runtime
        The same bits from the same seed on a CPU alone. A snapshot is kept when a share of
        ``options.snapshots`` is reached, at the end of the stretch of text in which it lies (of
        131,072 words, or about a hundredth of a short training). A resumed run does not repeat
        those it has passed.

    Raises
    ------
    TrainingError
        If the loss is not finite.
    InputError
        If no sentence has a pair, or subsampling leaves none in an epoch; if the tables do not fit
        into memory, or the checkpoint belongs to other options or another text.
    """
    warn_where_threads_spin()
    seed = runtime.seed
    steps = SkipgramSteps(
        tokens, vocabulary, options, seed=seed, device=runtime.device, threads=runtime.threads
    )
    if steps.backend.name == "numba":
        from compare.word2vec.numba_backend import compile_kernel

        compile_kernel(runtime.show)
    if validation is not None:
        steps.held_out = HeldOutPairs.of(validation, vocabulary, options, seed=seed)
    if (saved := resumed(runtime, steps.identity)) is not None:
        steps.restore(saved)
    n_seen_in_all = options.epochs * len(tokens)
    due = [max(1, round(share * n_seen_in_all)) for share in options.snapshots]
    seen = steps.n_seen
    runtime.progress(seen, n_seen_in_all, unit="words")  # rates are counted from here
    cadence = Cadence(runtime)
    for done in steps.run():
        runtime.progress(done, n_seen_in_all, unit="words", loss=steps.mean_loss)
        if runtime.keep_snapshot is not None and any(seen < at <= done for at in due):
            runtime.keep_snapshot(done, steps.backend.input.copy())
        seen = done
        cadence.save_if_due(steps.state)
    return SkipgramTables(
        np.ascontiguousarray(steps.backend.input),
        np.ascontiguousarray(steps.backend.output),
        tuple(steps.history),
        steps.backend.name,
    )
