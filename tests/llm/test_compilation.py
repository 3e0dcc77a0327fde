import logging
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError
from compare.llm import compilation
from compare.llm.compilation import WORTH_FLOPS, missing_for_compiling, resolve_compile
from compare.llm.options import GPTOptions, TrainingOptions
from compare.llm.training import train_gpt
from compare.runtime import Runtime

MUCH = 10 * WORTH_FLOPS["cpu"]


def test_auto_compiles_long_trainings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation, "missing_for_compiling", lambda: None)
    assert resolve_compile("auto", MUCH, "cpu")
    assert not resolve_compile("auto", WORTH_FLOPS["cpu"] / 2, "cpu")
    assert not resolve_compile("auto", MUCH, "cuda")  # so much is soon done there
    assert resolve_compile(True, 1.0, "cpu")
    assert not resolve_compile(False, MUCH, "cpu")


def test_headers_that_may_not_be_looked_at_count_as_missing(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("CXX", "true")  # found, whatever it does
    headers = tmp_path / "a file" / "include"
    headers.parent.touch()
    monkeypatch.setattr(compilation.sysconfig, "get_paths", lambda: {"include": headers})
    monkeypatch.setattr(Path, "is_file", _refuse)
    assert missing_for_compiling() == "Python's header files (Python.h) are not found"


def _refuse(path: Path) -> bool:
    raise PermissionError(13, "Permission denied", str(path))


def test_without_a_compiler_auto_warns_and_true_is_refused(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert missing_for_compiling() == "no-such-compiler is not found"
    with caplog.at_level(logging.WARNING):
        assert not resolve_compile("auto", MUCH, "cpu")
    assert "not compiled: no-such-compiler is not found" in caplog.text
    with pytest.raises(InputError, match=r"needs a C\+\+ compiler, and no-such-compiler is not"):
        resolve_compile(True, MUCH, "cpu")


def test_what_is_compiled_has_two_variants_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of 4 and of 3 rows, in parts, with and without the border of a document in them."""
    variants = set()

    def compiled(function, **_: object):
        def call(ids, seen):
            variants.add((tuple(ids.shape), seen is None))
            return function(ids, seen)

        return call

    monkeypatch.setattr("torch.compile", compiled)
    monkeypatch.setattr(compilation, "missing_for_compiling", lambda: None)
    text = np.random.default_rng(0).integers(1, 7, 201).astype(np.int32)
    text[100:130:5] = 0
    shape = GPTOptions(layers=1, heads=2, dimension=16, context=8)
    for accumulation in (1, 2):
        variants.clear()
        options = TrainingOptions(
            epochs=2.3, batch_size=4, accumulation=accumulation, precision="float32", compile=True
        )
        padded, plain = (
            train_gpt(text, text, 7, shape, one, end_id=0, runtime=Runtime(seed=1))
            for one in (options, options.model_copy(update={"compile": False}))
        )
        assert variants == {((4 // accumulation, 8), False), ((4 // accumulation, 8), True)}
        for ours, theirs in zip(padded.history, plain.history, strict=True):
            assert ours.training_loss == pytest.approx(theirs.training_loss, abs=1e-5)


@pytest.mark.skipif(missing_for_compiling() is not None, reason="torch.compile needs a compiler")
def test_compiled_training_takes_the_same_steps() -> None:
    text = np.random.default_rng(0).integers(0, 7, 700).astype(np.int32)
    shape = GPTOptions(layers=1, heads=2, dimension=16, context=8)
    options = TrainingOptions(epochs=0.5, batch_size=4, validations=2, precision="float32")
    plain, compiled = (
        train_gpt(
            text,
            text[:100],
            7,
            shape,
            options.model_copy(update={"compile": choice}),
            end_id=0,
            runtime=Runtime(seed=1),
        )
        for choice in (False, True)
    )
    for ours, theirs in zip(compiled.history, plain.history, strict=True):
        assert ours.training_loss == pytest.approx(theirs.training_loss, abs=1e-5)
        assert ours.validation_loss == pytest.approx(theirs.validation_loss, abs=1e-4)
