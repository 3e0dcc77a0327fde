"""Training a GPT: ours and nanoGPT's model on the same tokens, alternating in one run.

Ours is trained as `train_gpt` does it; nanoGPT's `model.py` (a path given on the command line; it
is no part of this project) by its own optimizer settings, with gradients clipped. Both have tied
tables, the same shape, the same batches and the same learning rates. `nanoGPT, same switches` runs
under the same autocast and with `torch.compile` where ours has it. Medians of the ratios of
neighbouring stretches of steps are printed, then the validation loss of both after the same number
of tokens, the floating-point operations achieved beside the machine's matrix products, and what the
sampled softmax does to the exact validation loss.

    python benchmarks/gpt.py --nanogpt nanoGPT/model.py --corpus english-novels.txt.xz
    python benchmarks/gpt.py --nanogpt nanoGPT/model.py --vocabulary-size 50257

On a GPU: `--device cuda --layers 12 --heads 12 --dimension 768 --context 1024 --batch-size 32
--vocabulary-size 50257` as well.

Without `--corpus` tokens are random, which is as fast, and there is no validation loss. Without
`--nanogpt`, ours alone.
"""

import argparse
import contextlib
import importlib.util
import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import torch

from compare.llm.checked_ids import CheckedIds
from compare.llm.cost import flops_per_token
from compare.llm.held_out import mean_loss
from compare.llm.options import GPTOptions, TrainingOptions
from compare.llm.schedule import learning_rate_at
from compare.llm.steps import GPTSteps
from compare.llm.tokenizer import train_encoding
from compare.machine import resolve_precision
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus

Step = Callable[[], float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nanogpt", type=Path, help="path of nanoGPT's model.py")
    parser.add_argument("--corpus", help="named corpus or path of a text; none: random tokens")
    parser.add_argument("--characters", type=int, default=6_000_000, help="of the corpus, at most")
    parser.add_argument("--vocabulary-size", type=int, default=8192)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--rounds", type=int, default=5, help="alternations of the speed test")
    parser.add_argument("--steps", type=int, default=5, help="in each stretch of the speed test")
    parser.add_argument("--quality-steps", type=int, default=150, help="0: speed alone")
    parser.add_argument("--negatives", type=int, nargs="*", default=[256, 1024])
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--without-compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    shape = GPTOptions(
        layers=given.layers,
        heads=given.heads,
        dimension=given.dimension,
        context=given.context,
        tied=True,
    )
    training, validation = texts(given)
    precision = resolve_precision(given.precision, given.device)
    peak = {kind: matrix_peak(kind, given.device) for kind in ("float32", "bfloat16")}
    print(
        f"{shape}\nvocabulary {given.vocabulary_size:,}, batch {given.batch_size}, {precision}, "
        f"{given.device}, {given.threads} threads, torch {torch.__version__}; matrix products "
        + ", ".join(f"{name} {rate / 1e9:,.0f} GFLOP/s" for name, rate in peak.items())
    )

    def ours(*, compiled: bool, n_steps: int = 1000, sampled: int | None = None) -> GPTSteps:
        options = TrainingOptions(
            batch_size=given.batch_size,
            learning_rate=given.learning_rate,
            precision=precision,
            compile=compiled,
            sampled_softmax=sampled,
            epochs=n_steps / max(len(training.ids) // given.context // given.batch_size, 1),
            validations=1,
        )
        return GPTSteps(training, validation, shape, options, seed=1, device=given.device)

    candidates: dict[str, Step] = {}
    compiled = [False] if given.without_compile else [False, True]
    for choice in compiled:
        name = "ours, compiled" if choice else "ours"
        candidates[name] = stepper(ours(compiled=choice))
    if given.nanogpt:
        module = load_module(given.nanogpt)
        peer = ours(compiled=False)
        for name, autocast, compile_peer in (
            ("nanoGPT, float32 eager", False, False),
            ("nanoGPT, same autocast", precision == "bfloat16", False),
            ("nanoGPT, same switches", precision == "bfloat16", not given.without_compile),
        ):
            candidates[name] = NanoGPT(
                module, peer, autocast=autocast, compiled=compile_peer
            ).take_step
    rates = speeds(candidates, given)
    flops = flops_per_token(ours(compiled=False).model)
    print(f"\n{'':24}{'tokens/s':>10}{'GFLOP/s':>10}{'of the peak':>13}{'first step':>12}")
    for name, (first, found) in rates.items():
        rate = statistics.median(found)
        kind = "float32" if "float32" in name else precision
        share = rate * flops / peak[kind]
        print(f"{name:24}{rate:10,.0f}{rate * flops / 1e9:10.1f}{share:12.0%}{first:10.1f} s")
    best = "ours" if given.without_compile else "ours, compiled"
    for name, (_, found) in rates.items():
        if name.startswith("nanoGPT"):
            for mine in {"ours": None, best: None}:
                ratio = statistics.median(a / b for a, b in zip(rates[mine][1], found, strict=True))
                print(f"{mine} / {name}: median {ratio:.2f}")
    if given.quality_steps and given.corpus:
        quality(given, ours)


def texts(given: argparse.Namespace) -> tuple[CheckedIds, CheckedIds]:
    """Make training and validation tokens, from a corpus or at random."""
    size = given.vocabulary_size
    n_needed = given.batch_size * (given.context + 1) * 64
    if not given.corpus:
        ids = np.random.default_rng(0).integers(0, size, n_needed, dtype=np.int32)
    else:
        options = CorpusOptions(source=given.corpus)
        pieces: list[str] = []
        n_characters = 0
        for passage in normalized_passages(open_corpus(options), options.normalization):
            pieces.append(passage.text)
            n_characters += len(passage.text)
            if n_characters > given.characters:
                break
        encoding = train_encoding(pieces, size)
        ids = np.concatenate([np.array(encoding.encode_ordinary(p), np.int32) for p in pieces])
    cut = len(ids) * 9 // 10
    return CheckedIds.read(ids[:cut], size), CheckedIds.read(ids[cut:], size)


def stepper(trainer: GPTSteps) -> Step:
    """Take one step of ours at each call; gives its loss."""
    numbers = trainer.row_numbers()

    def step() -> float:
        loss = trainer.take_step(next(numbers))
        trainer.step += 1
        return loss

    return step


class NanoGPT(torch.nn.Module):
    """nanoGPT's model, trained on the batches of one of our trainers."""

    def __init__(
        self, module: ModuleType, trainer: GPTSteps, *, autocast: bool, compiled: bool
    ) -> None:
        super().__init__()
        options = trainer.model.options
        self.trainer, self.autocast, self.step = trainer, autocast, 0
        self.kind = torch.device(trainer.device).type
        torch.manual_seed(1)
        config = module.GPTConfig(
            block_size=options.context,
            vocab_size=trainer.model.vocabulary_size,
            n_layer=options.layers,
            n_head=options.heads,
            n_embd=options.dimension,
            dropout=0.0,
        )
        with contextlib.redirect_stdout(io.StringIO()):
            self.model = module.GPT(config).to(trainer.device)
            self.optimizer = self.model.configure_optimizers(
                0.1, trainer.options.learning_rate, (0.9, 0.95), self.kind
            )
        self.called = torch.compile(self.model) if compiled else self.model
        self.numbers = trainer.row_numbers()

    def take_step(self) -> float:
        """Take one step as nanoGPT's train.py does."""
        rate = learning_rate_at(self.step, self.trainer.n_steps, self.trainer.options)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        inputs, targets = self.trainer.windows.rows(next(self.numbers))
        inputs, targets = (part.contiguous().to(self.trainer.device) for part in (inputs, targets))
        with torch.autocast(self.kind, dtype=torch.bfloat16, enabled=self.autocast):
            _, loss = self.called(inputs, targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        return float(loss.detach())

    def loss(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Compute the mean loss, as our model's method of that name."""
        loss: torch.Tensor = self.model(inputs, targets.contiguous())[1]
        return loss


def load_module(path: Path) -> ModuleType:
    """Load nanoGPT's model.py from where it lies."""
    spec = importlib.util.spec_from_file_location("nanogpt_model", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SystemExit(f"no such file: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["nanogpt_model"] = module
    spec.loader.exec_module(module)
    return module


def speeds(
    candidates: dict[str, Step], given: argparse.Namespace
) -> dict[str, tuple[float, list[float]]]:
    """Seconds of the first step, and tokens/s of alternating stretches."""
    n_tokens = given.batch_size * given.context * given.steps
    found: dict[str, tuple[float, list[float]]] = {}
    for name, step in candidates.items():
        started = time.perf_counter()
        step()
        found[name] = (time.perf_counter() - started, [])
        step()
    for _ in range(given.rounds):
        for name, step in candidates.items():
            started = time.perf_counter()
            for _ in range(given.steps):
                step()
            found[name][1].append(n_tokens / (time.perf_counter() - started))
    return found


def matrix_peak(kind: str, device: str, *, size: int = 2048, seconds: float = 1.0) -> float:
    """Floating-point operations a second of square matrix products, the best of several."""
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[kind]
    matrix = torch.randn(size, size, device=device).to(dtype)
    best, started = 0.0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        before = time.perf_counter()
        for _ in range(4):
            matrix @ matrix
        if device == "cuda":
            torch.cuda.synchronize()
        best = max(best, 8 * size**3 / (time.perf_counter() - before))
    return best


def quality(given: argparse.Namespace, ours: Callable[..., GPTSteps]) -> None:
    """Print validation losses after the same number of tokens."""
    n_steps = given.quality_steps
    print(f"\nexact validation loss after {n_steps} steps, and seconds of training")
    runs: dict[str, Callable[[], tuple[Step, torch.nn.Module]]] = {}

    def of_ours(sampled: int | None) -> tuple[Step, torch.nn.Module]:
        trainer = ours(compiled=False, n_steps=n_steps, sampled=sampled)
        return stepper(trainer), trainer.model

    runs["ours"] = lambda: of_ours(None)
    for n in given.negatives:
        runs[f"ours, sampled softmax of {n:,}"] = lambda n=n: of_ours(n)
    if given.nanogpt:
        module = load_module(given.nanogpt)

        def of_theirs() -> tuple[Step, torch.nn.Module]:
            peer = NanoGPT(
                module, ours(compiled=False, n_steps=n_steps), autocast=False, compiled=False
            )
            return peer.take_step, peer

        runs["nanoGPT, float32"] = of_theirs
    held_out = ours(compiled=False).validation
    assert held_out is not None
    for name, make in runs.items():
        step, model = make()
        started = time.perf_counter()
        for _ in range(n_steps):
            step()
        seconds = time.perf_counter() - started
        loss = mean_loss(model, held_out, batch_size=given.batch_size, device=given.device)
        print(f"{name:32}{loss:8.3f}{seconds:8.1f} s", flush=True)


if __name__ == "__main__":
    main()
