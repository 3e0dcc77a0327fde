import pytest
import torch
import torch.nn.functional as F

from compare.llm import loss as loss_module
from compare.llm.loss import output_cross_entropy


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
