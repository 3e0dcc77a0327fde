"""Memory asked for before it is taken: enough, too little, and on which device."""

from types import SimpleNamespace

import psutil
import pytest
import torch

from compare.errors import InputError
from compare.machine import hidden_facts, require_memory

GIB = 2**30


@pytest.fixture(autouse=True)
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave 3 GiB of the machine and 1.5 GiB of its (pretended) graphics processor free."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=3 * GIB))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (3 * GIB // 2, 80 * GIB))


def test_what_fits_passes_in_silence() -> None:
    require_memory(3 * GIB, "counting", "count less")
    require_memory(3 * GIB // 2, "counting", "count less", device="cuda")
    require_memory(0, "counting", "count less")


def test_one_byte_too_many_is_told_with_the_remedy() -> None:
    expected = r"counting words would take 3\.0 GiB of memory, and 3\.0 GiB are free on cpu; wait"
    with pytest.raises(InputError, match=expected):
        require_memory(3 * GIB + 1, "counting words", "wait")
    expected = r"counting would take 2,048\.0 GiB of memory, and 1\.5 GiB are free on cuda:0"
    with pytest.raises(InputError, match=expected):
        require_memory(2048 * GIB, "counting", "count less", device="cuda:0")


def test_the_memory_of_the_device_decides() -> None:
    require_memory(2 * GIB, "counting", "count less", device="cpu")
    with pytest.raises(InputError, match="on cuda"):
        require_memory(2 * GIB, "counting", "count less", device="cuda")


def test_the_machine_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    require_memory(1, "counting", "count less")
    with pytest.raises(InputError, match="counting would take 1,073,741,824"):
        require_memory(2**60, "counting", "count less")


def test_a_limit_of_the_address_space_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under ``ulimit -v`` torch may take other algorithms: results are kept apart."""
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    assert hidden_facts()["address space"] == "free"
    monkeypatch.setattr(resource, "getrlimit", lambda _: (8 * GIB, resource.RLIM_INFINITY))
    assert hidden_facts()["address space"] == "limited"
