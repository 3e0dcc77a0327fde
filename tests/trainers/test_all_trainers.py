"""The tuple of trainers, and training any of them by the same call."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import llvmlite.binding
import numpy as np
import pytest
import threadpoolctl
import torch

from compare.cache import cache_folder
from compare.errors import InputError
from compare.machine import numpy_facts
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.text.corpus import CorpusOptions
from compare.text.planted import PlantedOptions
from compare.text.reading import Text
from compare.text.vocabulary import VocabularyOptions
from compare.trainers.all_trainers import TRAINERS, opened, trainer_named
from compare.trainers.train import open_model, train
from compare.trainers.trainer import Reading, Trainer
from compare.word2vec.options import SkipgramOptions

SMALL = {
    "skipgram": {"dimension": 8, "epochs": 1},
    "gensim": {"dimension": 8, "epochs": 1},
    "ppmi": {"dimension": 8},
    "glove": {"dimension": 8, "epochs": 2},
    "gpt": {
        "layers": 1,
        "heads": 2,
        "dimension": 8,
        "context": 8,
        "epochs": 0.05,
        "batch_size": 4,
        "validations": 1,
    },
}
"""Options of trainers that learn from a text: enough for something to come out."""

learning = pytest.mark.parametrize(
    "trainer", [one for one in TRAINERS if one.fit is not None], ids=lambda one: one.name
)


@pytest.fixture
def text() -> Text:
    options = CorpusOptions(source="planted", planted=PlantedOptions(n_words=5000))
    return Text(options, VocabularyOptions(min_count=3))


def test_every_trainer_says_what_it_is() -> None:
    assert len({one.name for one in TRAINERS}) == len(TRAINERS)
    learners = {one.name for one in TRAINERS if one.fit}
    assert learners <= set(SMALL), "give SMALL options with which the new one trains in a second"
    for one in TRAINERS:
        assert one.says, one.name
        assert (one.fit is None) == (one.source is None) == (not one.reads), one.name
        for name, field in one.options.model_fields.items():
            assert field.description, f"{one.name}.{name}"
    with pytest.raises(InputError, match="did you mean 'skipgram'"):
        trainer_named("skipgrm")


@learning
def test_what_is_trained_is_kept_and_has_what_it_names(trainer: Trainer, text: Text) -> None:
    options = trainer.options(**SMALL[trainer.name])
    reading, runtime = Reading(text, trainer.reads[0]), Runtime(seed=3)
    trained = opened(trainer, reading, options, runtime)
    tables = trainer.tables(options, trainer.reads[0])
    assert set(trainer.compared) <= {*tables}
    spaces = trained.spaces(tables)
    assert list(spaces) == list(tables)
    for space in spaces.values():
        assert set(space.words) <= set(text.vocabulary.words)
        assert space.dim == trained.cost["dimension"]
        assert np.isfinite(space.vectors).all()
    assert {"parameters", "epochs", "seen", "unit", "flops", "threads", "seconds"} <= set(
        trained.cost
    )
    kept = {path.name for path in cache_folder().iterdir()}
    again = opened(trainer, reading, options, runtime).spaces(tables)
    assert {path.name for path in cache_folder().iterdir()} == kept
    for table in tables:
        assert np.array_equal(again[table].vectors, spaces[table].vectors)
    other = opened(trainer, reading, options, Runtime(seed=4))
    assert other.key != trained.key
    with pytest.raises(InputError, match="nonsense"):
        trained.spaces(["nonsense"])


def test_what_the_bits_of_a_gpt_hang_on_is_in_its_keys(
    text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpt = trainer_named("gpt")
    options = gpt.options(**SMALL["gpt"])

    found = opened(gpt, Reading(text, "words"), options, Runtime())

    def keys(runtime: Runtime) -> tuple[str, str]:
        of_layers = replace(found, runtime=runtime)._layer_stage("alone", [1]).key
        return str(sorted(gpt.hangs_on(options, None, runtime).items())), of_layers

    made = [keys(Runtime()), keys(Runtime(threads=2))]
    facts = [
        ("compare.machine.has_limited_memory", lambda: True),
        ("torch.backends.cpu.get_cpu_capability", lambda: "OTHER"),
    ]
    for name, fact in facts:
        with monkeypatch.context() as patch:
            patch.setattr(name, fact)
            made.append(keys(Runtime()))
    for of_stage in zip(*made, strict=True):
        assert len(set(of_stage)) == len(made)
    assert keys(Runtime()) == made[0]


@pytest.mark.parametrize("unit", ["tokens", "words"])
def test_a_gpt_gives_the_same_words_in_all_tables_also_when_it_was_saved(
    text: Text, unit: str, tmp_path: Path
) -> None:
    """Bare forms (``king``) hardly stand in running text; a GPT never met most of them."""
    asked = {"reads": unit, **SMALL["gpt"], "progress": False, "threads": 1}
    if unit == "tokens":
        asked |= {"form": "bare", "vocabulary_size": 400, "context": 16}
    gpt = train("gpt", text, **asked)
    tables = ["input", "output", "untrained", "layer-1", "layer-1-alone"]
    spaces = gpt.spaces_of(tables)
    assert len({spaces[table].words for table in tables}) == 1
    folder = gpt.save(tmp_path / "saved")
    again = open_model(folder, text, progress=False, threads=1)
    for table in tables:
        found = again.space(table)
        assert found.words == spaces[table].words
        assert found.vectors.tobytes() == spaces[table].vectors.tobytes()
        assert found.provenance["n_words_unseen"] == spaces[table].provenance["n_words_unseen"]


def test_interrupted_training_goes_on_and_leaves_its_snapshots(
    text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the last snapshot, before the stage is whole: nothing is lost."""
    from compare.trainers import word_tables

    skipgram = trainer_named("skipgram")
    options = skipgram.options(dimension=8, epochs=6, snapshots=(0.3, 0.6))
    original = word_tables.FittedTables.save

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(word_tables.FittedTables, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        opened(skipgram, Reading(text), options, Runtime(seed=1))
    monkeypatch.setattr(word_tables.FittedTables, "save", original)
    trained = opened(skipgram, Reading(text), options, Runtime(seed=1))
    shares = [share for share, _ in trained.snapshots]
    assert len(shares) == 2
    assert shares == pytest.approx([2 / 6, 4 / 6])  # a stretch of so short a text is an epoch
    last = trained.spaces(["input"])["input"].vectors
    distances = [np.linalg.norm(space.vectors - last) for _, space in trained.snapshots]
    assert distances[0] > distances[1] > 0
    assert not list((cache_folder() / "unfinished").iterdir())


def test_published_vectors_are_cut_to_the_texts_words(text: Text, tmp_path: Path) -> None:
    first, second = text.vocabulary.words[5:7]
    words = (first.title(), second, "zzz")
    save_space(EmbeddingSpace(words, np.eye(3, dtype=np.float32)), tmp_path / "v.safetensors")
    published = trainer_named("published")
    options = published.options(vectors=str(tmp_path / "v.safetensors"))
    trained = opened(published, Reading(text), options, Runtime())
    assert set(trained.spaces(["vectors"])["vectors"].words) == {first.title(), second}
    assert trained.cost == {"dimension": 3}
    with pytest.raises(InputError, match="one table"):
        trained.spaces(["input"])


def test_no_result_of_another_machine_is_taken_for_one_of_this(monkeypatch) -> None:
    """Keys name the instructions that sums are made with, and who multiplies matrices."""
    source = SimpleNamespace(training=range(100))
    runtime = Runtime(seed=1)

    def facts() -> dict[str, object]:
        given = {
            "torch": ("skipgram", SkipgramOptions(backend="torch", precision="float32")),
            "numba": ("skipgram", SkipgramOptions(backend="numba")),
            **{name: (name, None) for name in ("gensim", "glove", "ppmi")},
        }
        return {
            name: dict(trainer_named(trainer).hangs_on(options, source, runtime))
            for name, (trainer, options) in given.items()
        }

    def changed(before: dict[str, object]) -> set[str]:
        numpy_facts.cache_clear()
        after = facts()
        return {name for name in after if after[name] != before[name]}

    here = facts()
    assert changed(here) == set()
    assert {here["torch"]["precision"], here["numba"]["precision"]} == {"float32"}
    assert here["gensim"]["blas"] == here["ppmi"]["blas"] == here["glove"]["blas"] != ""
    with monkeypatch.context() as patch:
        patch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "another")
        assert changed(here) == {"torch", "glove"}
    with monkeypatch.context() as patch:
        patch.setattr(llvmlite.binding, "get_host_cpu_name", lambda: "another")
        assert changed(here) == {"numba"}
    with monkeypatch.context() as patch:
        other = SimpleNamespace(flatten=lambda: "+another")
        patch.setattr(llvmlite.binding, "get_host_cpu_features", lambda: other)
        assert changed(here) == {"numba"}
    with monkeypatch.context() as patch:
        other = {"internal_api": "mkl", "version": "1", "user_api": "blas", "filepath": "/x/mkl.so"}
        patch.setattr(threadpoolctl, "threadpool_info", lambda: [other])
        assert changed(here) == {"gensim", "glove", "ppmi"}
        other["filepath"] = "/x/torch/mkl.so"
        numpy_facts.cache_clear()
        assert numpy_facts()["blas"] == ""  # torch's: loaded or not, it changes no key
    assert changed(here) == set()
