import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from compare.llm import loss as loss_module
from compare.llm.loss import (
    TokenSampler,
    chunk_rows,
    output_cross_entropy,
    sampled_cross_entropy,
)


def example(n_rows: int = 37, dim: int = 8, n_tokens: int = 19) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(n_rows, dim, generator=generator, dtype=torch.float64)
    weight = torch.randn(n_tokens, dim, generator=generator, dtype=torch.float64)
    targets = torch.randint(n_tokens, (n_rows,), generator=generator)
    return hidden, weight, targets


@pytest.mark.parametrize("chunk", [1, 10, 37, 100])
def test_loss_and_gradients_equal_torch_for_every_chunk(chunk: int, monkeypatch) -> None:
    monkeypatch.setattr(loss_module, "MIN_CHUNK_ROWS", chunk)
    monkeypatch.setattr(loss_module, "CHUNK_LOGITS", 0)
    hidden, weight, targets = example()
    found, expected = [], []
    for compute, gradients in (
        (output_cross_entropy, found),
        (lambda h, w, t: F.cross_entropy(h @ w.T, t), expected),
    ):
        h, w = hidden.float().requires_grad_(), weight.float().requires_grad_()
        loss = compute(h, w, targets)
        (3 * loss).backward()  # a factor on the loss reaches the gradients
        gradients += [loss.detach(), h.grad, w.grad]
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_without_gradients_the_loss_is_the_same() -> None:
    hidden, weight, targets = example()
    with torch.no_grad():
        found = output_cross_entropy(hidden.float(), weight.float(), targets)
    torch.testing.assert_close(found, F.cross_entropy((hidden @ weight.T).float(), targets))


def test_large_logits_do_not_overflow() -> None:
    hidden = torch.tensor([[100.0, 0.0], [0.0, 100.0]], requires_grad=True)
    loss = output_cross_entropy(hidden, torch.eye(2) * 50, torch.tensor([0, 0]))
    loss.backward()
    assert float(loss.detach()) == pytest.approx(2500)
    assert torch.isfinite(hidden.grad).all()


def test_bfloat16_autocast_stays_near() -> None:
    hidden, weight, targets = example()
    h, w = hidden.float().requires_grad_(), weight.float().requires_grad_()
    exact = output_cross_entropy(h, w, targets)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough = output_cross_entropy(h, w, targets)
    assert rough.dtype == torch.float32
    assert abs(float(rough.detach() - exact.detach())) < 0.05
    assert float(rough.detach()) != float(exact.detach())


def test_sampled_loss_estimates_the_partition_function_without_bias() -> None:
    hidden, weight, targets = example(n_rows=5, dim=4, n_tokens=9)
    hidden, weight = hidden.float(), 0.5 * weight.float()
    sampler = TokenSampler.of_counts(np.arange(9))
    rng = np.random.default_rng(0)
    aimed = (hidden * weight[targets]).sum(1)
    means = torch.zeros(5)
    for _ in range(4000):  # exp(loss) · exp(aimed score), row by row, is the estimated sum
        drawn = sampler.draw(3, rng)
        for row in range(5):
            one = slice(row, row + 1)
            loss = sampled_cross_entropy(hidden[one], weight, targets[one], drawn)
            means[row] += (loss + aimed[row]).exp() / 4000
    expected = (hidden @ weight.T).exp().sum(1)
    torch.testing.assert_close(means, expected, rtol=0.05, atol=0)


def test_sampled_loss_by_hand() -> None:
    # scores 1 (the target) and 3; token 1 drawn twice where 1.5 times is expected, the target once
    hidden, weight = torch.tensor([[1.0]]), torch.tensor([[1.0], [3.0]])
    ids = torch.tensor([1, 1, 0])
    drawn = (ids, torch.full((3,), math.log(1.5)))
    found = sampled_cross_entropy(hidden, weight, torch.tensor([0]), drawn)
    expected = math.log(math.e + 2 * math.exp(3) / 1.5) - 1
    assert float(found) == pytest.approx(expected)


def test_many_drawn_tokens_come_near_the_exact_loss_and_its_gradients() -> None:
    hidden, weight, targets = example()
    pairs = []
    drawn = TokenSampler.of_counts(np.ones(19)).draw(50_000, np.random.default_rng(0))
    for compute in (
        output_cross_entropy,
        lambda h, w, t: sampled_cross_entropy(h, w, t, drawn),
    ):
        h, w = hidden.float().requires_grad_(), weight.float().requires_grad_()
        loss = compute(h, w, targets)
        loss.backward()
        pairs.append((loss.detach(), h.grad, w.grad))
    for exact, sampled in zip(*pairs, strict=True):
        torch.testing.assert_close(sampled, exact, rtol=0.05, atol=0.01)


def test_tokens_are_drawn_by_frequency_and_expected_so_often() -> None:
    sampler = TokenSampler.of_counts(np.array([0, 15, 80]))  # + 1 each, to the 0.75: 1, 8, 27
    expected = np.array([1, 8, 27]) / 36
    np.testing.assert_allclose(sampler.probabilities, expected)
    ids, log_expected = sampler.draw(20_000, np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(ids) / 20_000, expected, atol=0.01)
    np.testing.assert_allclose(log_expected.exp(), 20_000 * expected[ids.numpy()], rtol=1e-4)


def test_chunks_hold_about_as_much_whatever_the_vocabulary() -> None:
    assert chunk_rows(8192) == 256
    assert chunk_rows(50_257) == 64
    assert chunk_rows(1000) * 1000 <= loss_module.CHUNK_LOGITS
