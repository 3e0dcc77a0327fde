import tomllib
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.options import validated
from experiments.config import Collection, RunConfig, load_config, preset_names


def test_every_preset_loads_and_its_effective_config_reads_back_equal() -> None:
    assert {"demo", "wiki-sample", "planted", "verdict", "smoke"} <= set(preset_names())
    for name in preset_names():
        config = load_config(name)
        if isinstance(config, Collection):
            assert all(isinstance(load_config(run), RunConfig) for run in config.runs)
        elif isinstance(config, RunConfig):
            again = validated(RunConfig, tomllib.loads(config.to_toml()), "written config")
            assert again == config
            assert again.folder_name() == config.folder_name()


def test_settings_and_overrides_change_single_values() -> None:
    config = load_config(
        "smoke",
        [
            "word2vec.dimension=20",
            'trainers=["torch"]',
            "corpus.source=a file.txt",
            "judgments.analogies=[]",
            "judgments.lexicons=[]",
        ],
        seed=7,
        device=None,
    )
    assert isinstance(config, RunConfig)
    assert (config.word2vec.dimension, config.trainers, config.seed) == (20, ("torch",), 7)
    assert config.corpus.source == "a file.txt"
    assert config.device == "auto"
    assert config.compared == ("torch-input",)
    assert config.folder_name() != load_config("smoke").folder_name()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("word2vec.dimensoin=5", r"unknown key 'word2vec.dimensoin'; did you mean 'dimension'"),
        ("wordvec.dimension=5", r"unknown key 'wordvec'; did you mean 'word2vec'"),
        ('word2vec.dimension="5"', r"word2vec.dimension: .*integer, found '5'"),
        ("word2vec.dimension=1", r"word2vec.dimension: .*greater than or equal to 2, found 1"),
        ("word2vec.dimension=true", r"word2vec.dimension: .*integer"),
        ("gpt.heads=3", r"multiple of heads"),
        ("corpus.normalization.case=upper", r"corpus.normalization.case: .*'lower' or 'keep'"),
        ("word2vec", r"--set expects section.key=value"),
        ("seed.x=1", r"'seed'|seed"),
        ("name=a/b", r"name"),
        ('spaces=["torch-output"]\ntrainers=["gensim"]', r"give none of the spaces"),
        ('spaces=["torch-input", "torch-input"]', r"spaces repeat"),
        (
            "corpus.source=wiki-sample",
            r"judgments 'planted' need corpus 'planted', and the corpus is wiki-sample",
        ),
        ("word2vec.learning_rate=nan", r"word2vec.learning_rate: .*finite"),
    ],
)
def test_wrong_settings_are_named(setting: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_config("smoke", setting.split("\n"), seed=None if "seed" in setting else 1)


def test_unknown_presets_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown preset 'wiki'; did you mean 'wiki-sample'"):
        load_config("wiki")
    with pytest.raises(InputError, match="no such config file"):
        load_config(str(tmp_path / "none.toml"))
    broken = tmp_path / "broken.toml"
    broken.write_text("[corpus\n")
    with pytest.raises(InputError, match="no valid TOML"):
        load_config(str(broken))
    with pytest.raises(InputError, match="collection"):
        load_config("demo", ["seed=1"])


def test_whole_numbers_stand_for_reals_and_lists_for_tuples(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[training]\nepochs = 2\n[report]\nprobe_words = ["king"]\n')
    config = load_config(str(path))
    assert isinstance(config, RunConfig)
    assert config.training.epochs == 2.0
    assert config.report.probe_words == ("king",)


def test_names_of_spaces_are_checked_against_what_models_give() -> None:
    names = '["gpt-input+position", "gpt-layer-0", "gpt-layer-1-alone", "torch-output"]'
    config = load_config("smoke", [f"spaces={names}"])
    assert config.compared[1] == "gpt-layer-0"
    for wrong, message in (
        ("gensim-inptu", "did you mean 'gensim-input'"),
        ("gpt-layer-2", "the GPT has layers 0 to 1"),
        ("ppmi-layer-1", "unknown space 'ppmi-layer-1'"),
        ("gpt-layer-one", "unknown space"),
    ):
        with pytest.raises(InputError, match=message):
            load_config("smoke", [f'spaces=["{wrong}"]'])


def test_pretrained_models_and_vectors_join_the_comparison(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(
        """
        spaces = ["torch-input", "mini-layer-2"]
        [[pretrained]]
        name = "mini"
        model = "some/model"
        tables = ["input", "layer-2", "layer-2-alone"]
        [[pretrained]]
        name = "glove"
        vectors = "glove-wiki-gigaword-50"
        """
    )
    config = load_config(str(path))
    assert config.compared == (
        *("torch-input", "mini-layer-2"),
        *("mini-input", "mini-layer-2-alone", "glove"),
    )
    again = validated(RunConfig, tomllib.loads(config.to_toml()), "written config")
    assert again == config
    for lines, message in (
        ("name = 'x'", "a model or vectors, one of the two"),
        ("name = 'x'\nmodel = 'a'\nvectors = 'b'", "a model or vectors, one of the two"),
        ("name = 'gpt'\nmodel = 'a'", "are a trainer's: gpt"),
        ("name = 'x'\nmodel = 'a'\ntables = ['inptu']", "did you mean 'input'"),
        ("name = 'x'\nmodell = 'a'", "modell"),
    ):
        path.write_text(f"[[pretrained]]\n{lines}\n")
        with pytest.raises(InputError, match=message):
            load_config(str(path))
