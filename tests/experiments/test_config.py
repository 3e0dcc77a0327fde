import tomllib
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.trainers.all_trainers import TRAINERS
from experiments.config.commented import commented_toml
from experiments.config.loading import SWEEP, load_config, plain_config, run_config
from experiments.config.presets import preset_names
from experiments.config.run_config import ChecksConfig, Collection, RunConfig
from experiments.sweep.frozen import asked_sweep


def smoke(*settings: str) -> RunConfig:
    config = load_config("smoke", settings)
    assert isinstance(config, RunConfig)
    return config


def config_of(preset: str) -> RunConfig | Collection | ChecksConfig:
    """Load a preset; of a sweep its first cell."""
    if SWEEP in plain_config(preset)[0]:
        return asked_sweep(preset, {}).configs[0]
    return load_config(preset)


def test_every_preset_loads_and_its_effective_config_reads_back_equal() -> None:
    assert {"demo", "wiki-sample", "planted", "own-text", "smoke"} <= set(preset_names())
    for name, says in preset_names().items():
        assert ' = "' not in says, f"{name}: the first line is a comment that says what it is for"
        config = config_of(name)
        if isinstance(config, Collection):
            assert all(isinstance(load_config(run), RunConfig) for run in config.runs)
        elif isinstance(config, RunConfig):
            again = run_config(tomllib.loads(commented_toml(config)), "written config")
            assert again == config
            assert again.folder_name() == config.folder_name()


def test_the_models_of_a_preset_have_equal_dimensions() -> None:
    """A rule of the protocol."""
    for name in preset_names():
        config = config_of(name)
        if isinstance(config, RunConfig):
            models = tomllib.loads(commented_toml(config))["models"]
            dimensions = {model["dimension"] for model in models.values() if "dimension" in model}
            assert len(dimensions) <= 1, f"{name}: dimensions must be equal to compare fairly"


def test_the_written_config_holds_every_models_options() -> None:
    """An options model that is dumped by its declared type would be written empty."""
    written = tomllib.loads(commented_toml(smoke()))["models"]
    assert written["w2v"]["trainer"] == "skipgram"
    assert written["w2v"]["dimension"] == 16
    assert written["gpt"]["tokenizer"]["vocabulary_size"] == 512
    assert written["gpt"]["word_vectors"]["occurrences"] == 64
    assert smoke("models.w2v.window=2").folder_name() != smoke().folder_name()


def test_settings_and_overrides_change_single_values() -> None:
    config = load_config(
        "smoke",
        [
            "models.w2v.dimension=20",
            'spaces=["w2v/input"]',
            "corpus.source=a file.txt",
            "judgments.analogies=[]",
            "judgments.lexicons=[]",
        ],
        seed=7,
        device=None,
    )
    assert isinstance(config, RunConfig)
    assert (config.models["w2v"].options.dimension, list(config.trained), config.seed) == (
        *(20, ["w2v"]),
        7,
    )
    assert config.corpus.source == "a file.txt"
    assert config.device == "auto"
    assert config.compared == ("w2v/input",)
    assert config.folder_name() != smoke().folder_name()


def test_a_star_stands_for_every_model_that_has_the_option() -> None:
    config = smoke("models.*.dimension=24", "models.*.window=3")
    assert [one.options.dimension for one in config.models.values()] == [24] * 4
    windows = {name: getattr(one.options, "window", None) for name, one in config.models.items()}
    assert windows == {"gensim": 3, "w2v": 3, "ppmi": 3, "gpt": None}
    with pytest.raises(InputError, match=r"no model has an option 'widnow'"):
        smoke("models.*.widnow=3")
    # nested tables, also of models whose TOML holds none
    config = smoke(
        *("models.b.trainer=gpt", "models.c.trainer=skipgram", "models.c.reads=tokens"),
        *("models.*.tokenizer.vocabulary_size=400", "models.*.word_vectors.form=bare"),
    )
    sizes = {n: one.tokenizer.vocabulary_size for n, one in config.models.items() if one.tokenizer}
    assert sizes == {"gpt": 400, "b": 400, "c": 400}
    assert config.models["c"].vectors.form == "bare"
    with pytest.raises(InputError, match="no models here"):
        load_config("intro-questions", ["models.*.x=1"])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("models.w2v.dimensoin=5", r"models.w2v: unknown key 'dimensoin'.*mean 'dimension'"),
        ("protocl.case=exact", r"unknown key 'protocl'; did you mean 'protocol'"),
        ('models.w2v.dimension="5"', r"models.w2v: dimension: .*integer, found '5'"),
        ("models.w2v.dimension=1", r"dimension: .*greater than or equal to 2, found 1"),
        ("models.w2v.dimension=true", r"dimension: .*integer"),
        ("models.w2v.trainer=skipgramm", r"unknown trainer 'skipgramm'; did you mean 'skipgram'"),
        ("models.w2w.window=2", r"models.w2w names no trainer; did you mean 'w2v'"),
        ("models=3\nmodels.*.window=2", r"there are no models here"),
        ("models.W2V.trainer=ppmi", r"models w2v and W2V differ in case alone"),
        (
            "models.gpt.tokenizer.encoding=gpt2\nmodels.gpt.tokenizer.vocabulary_size=300",
            r"vocabulary_size, pattern and special_tokens are those of a 'trained' encoding",
        ),
        (
            "models.g.trainer=gpt\nmodels.g.reads=words\nmodels.g.word_vectors.form=bare",
            r"unknown key 'form'",
        ),
        ("models.w2v.trainer=word2vc", "did you mean 'word2vec'"),
        ('models.gpt.context=2\nspaces=["gpt/layer-1"]', r"rows of at least 3 tokens"),
        ('models.gpt.context=1\nspaces=["gpt/layer-1-alone"]', r"rows of at least 2 tokens"),
        ("models.gpt.heads=3", r"multiple of heads"),
        ("corpus.normalization.case=upper", r"corpus.normalization.case: .*'lower' or 'keep'"),
        ("word2vec", r"--set expects section.key=value"),
        ("seed.x=1", r"'seed'|seed"),
        ("name=a/b", r"name"),
        ('spaces=["w2v/input", "w2v/input"]', r"spaces repeat"),
        (
            "corpus.source=wiki-sample",
            r"judgments 'planted' need corpus 'planted', and the corpus is wiki-sample",
        ),
        ("models.w2v.learning_rate=nan", r"learning_rate: .*finite"),
        # what the chosen trainer would not look at
        ("models.gensim.precision=float32", r"unknown key 'precision' for trainer 'gensim'"),
        ("models.gensim.snapshots=[0.5]", r"unknown key 'snapshots' for trainer 'gensim'"),
        ("models.ppmi.negatives=3", r"unknown key 'negatives' for trainer 'ppmi'"),
        ("models.w2v.workers=2", r"unknown key 'workers' for trainer 'skipgram'"),
        ("models.w2v.tokenizer.vocabulary_size=300", r"tokenizer means nothing here"),
        ("models.w2v.word_vectors.pooling=max", r"word_vectors means nothing here"),
        ("models.w2v.reads=letters", r"models.w2v.reads: expected 'words' or 'tokens'"),
        ("models.gpt.label=5", r"models.gpt.label: expected a text"),
    ],
)
def test_wrong_settings_are_named(setting: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_config("smoke", setting.split("\n"), seed=None if "seed" in setting else 1)


@pytest.mark.parametrize(
    ("setting", "now"),
    [
        ("word2vec.dimension=300", "--set models.w2v.dimension=300"),
        ("word2vec.dimension=300", "--set models.*.dimension=300"),
        ("ppmi.shift=1.5", "--set models.ppmi.shift=1.5"),
        ("gpt.layers=3", "--set models.gpt.layers=3"),
        ("training.epochs=2", "--set models.gpt.epochs=2"),
        ("tokenizer.encoding=gpt2", "--set models.gpt.tokenizer.encoding=gpt2"),
        ("word_vectors.pooling=max", "--set models.gpt.word_vectors.pooling=max"),
        ("gensim_workers=2", "--set models.gensim.workers=2"),
        ('report.probe_words=["king"]', '--set examples.words=["king"]'),
        ('spaces=["torch-input"]', "'w2v/input'"),
        ('spaces=["gpt-random"]', "'gpt/untrained'"),
    ],
)
def test_settings_of_the_earlier_form_are_refused_with_the_new_one(setting: str, now: str) -> None:
    with pytest.raises(InputError) as refused:
        load_config("smoke", [setting])
    assert now in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "now"),
    [
        (
            "[word2vec]\ndimension = 100\nepochs = 3\n",
            '[models.w2v] trainer = "skipgram" dimension = 100 epochs = 3',
        ),
        ('trainers = ["torch", "gpt"]', '[models.w2v] trainer = "skipgram" [models.gpt] trainer'),
        ("gensim_workers = 2", "[models.gensim] workers = 2"),
        ("[training]\nepochs = 3.0\n", '[models.gpt] trainer = "gpt" epochs = 3.0'),
        ("[word2vec]\n", '[word2vec] is now: [models.w2v] trainer = "skipgram"'),
        ("[ppmi]\nshift = 1.5\n", '[models.ppmi] trainer = "ppmi" shift = 1.5'),
        ("trainers = 3", "[models.NAME] trainer ="),
        ("[[pretrained]]\nname = 'x'\nmodel = 'y'\ntables = 3\n", "in spaces: x/3"),
        ("[tokenizer]\nvocabulary_size = 512\n", "[models.gpt.tokenizer] vocabulary_size = 512"),
        ('[report]\nprobe_words = ["king"]\n', '[examples] words = [ "king", ]'),
        (
            '[[pretrained]]\nname = "mini"\nmodel = "some/model"\ntables = ["input", "layer-2"]\n',
            '[models.mini] trainer = "hugging-face" model = "some/model", and in spaces: '
            "mini/input, mini/layer-2",
        ),
        (
            '[[pretrained]]\nname = "glove"\nvectors = "glove-wiki-gigaword-50"\n',
            '[models.glove] trainer = "published" vectors = "glove-wiki-gigaword-50"',
        ),
    ],
)
def test_files_of_the_earlier_form_are_refused_with_the_new_one(
    text: str, now: str, tmp_path: Path
) -> None:
    path = tmp_path / "old.toml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        load_config(str(path))
    assert now in str(refused.value)
    assert "\n" not in str(refused.value)


def test_unknown_presets_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown preset 'wiki'; did you mean 'wiki-sample'"):
        load_config("wiki")
    with pytest.raises(InputError, match="no such config file"):
        load_config(str(tmp_path / "none.toml"))
    broken = tmp_path / "broken.toml"
    broken.write_text("[corpus\n")
    with pytest.raises(InputError, match="no valid TOML"):
        load_config(str(broken))
    for wrong in ("models = 3", "[models]\n", "models.w2v = 3"):
        broken.write_text(wrong)
        with pytest.raises(InputError, match="models"):
            load_config(str(broken))
    with pytest.raises(InputError, match="collection"):
        load_config("demo", ["seed=1"])


def test_whole_numbers_stand_for_reals_and_lists_for_tuples(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[models.gpt]\ntrainer = "gpt"\nepochs = 2\n[examples]\nwords = ["king"]\n')
    config = load_config(str(path))
    assert isinstance(config, RunConfig)
    assert config.models["gpt"].options.epochs == 2.0
    assert config.examples.words == ("king",)


def test_a_config_without_models_has_one_of_each_trainer_that_learns(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n')
    config = load_config(str(path))
    assert isinstance(config, RunConfig)
    assert {one.trainer for one in config.models.values()} <= {one.name for one in TRAINERS}
    assert config.compared == (
        *("gensim/input", "w2v/input", "ppmi/input"),
        *("gpt/input", "gpt/output", "gpt/untrained"),
    )


def test_names_of_spaces_are_checked_against_what_models_give() -> None:
    names = '["gpt/input+position", "gpt/layer-0", "gpt/layer-1-alone", "w2v/output"]'
    assert smoke(f"spaces={names}").compared[1] == "gpt/layer-0"
    for wrong, message in (
        ("gensim/inptu", "did you mean 'gensim/input'"),
        ("gpt/layer-2", "gpt has layers 0 to 1"),
        ("ppmi/layer-1", "unknown space 'ppmi/layer-1'"),
        ("gpt/layer-one", "unknown space"),
        ("w2w/input", "did you mean 'w2v/input'"),
        ("input", "unknown space 'input'"),
    ):
        with pytest.raises(InputError, match=message):
            smoke(f'spaces=["{wrong}"]')
    with pytest.raises(InputError, match=r"input\+position"):
        smoke('spaces=["gpt/input+position"]', "models.gpt.positions=rotary")


def test_tables_over_tokens_are_compared_with_what_pieces_share() -> None:
    config = smoke("models.w2v.reads=tokens")
    assert "w2v/untrained" in config.compared
    assert "ppmi/untrained" not in config.compared


def test_a_tied_output_table_is_compared_once() -> None:
    assert "gpt/output" in smoke().compared
    assert "gpt/output" not in smoke("models.gpt.tied=true").compared


MODELS = """
spaces = ["narrow/input", "wide/input", "mini/layer-2", "glove/vectors"]
[models.narrow]
trainer = "skipgram"
window = 2
[models.wide]
trainer = "skipgram"
label = "wide windows"
window = 10
[models.mini]
trainer = "hugging-face"
model = "some/model"
[models.glove]
trainer = "published"
vectors = "glove-wiki-gigaword-50"
"""


def test_any_number_of_models_of_a_trainer_stand_in_one_run(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(MODELS)
    config = load_config(str(path))
    assert isinstance(config, RunConfig)
    assert [one.trainer for one in config.models.values()] == [
        *("skipgram", "skipgram"),
        *("hugging-face", "published"),
    ]
    assert config.models["wide"].options.window == 10
    again = run_config(tomllib.loads(commented_toml(config)), "written config")
    assert again == config
    for lines, message in (
        ('trainer = "hugging-face"', "models.x: model: .*required"),
        ('trainer = "published"', "models.x: vectors: .*required"),
        ('trainer = "hugging-face"\nmodel = "a"\nreads = "words"', "reads no text of ours"),
        ('trainer = "hugging-face"\nmodell = "a"', "did you mean 'model'"),
    ):
        path.write_text(f"[models.x]\n{lines}\n")
        with pytest.raises(InputError, match=message):
            load_config(str(path))
    for name in ("a/b", "w2v.5"):  # a setting could not name the second
        path.write_text(f'[models."{name}"]\ntrainer = "ppmi"\n')
        with pytest.raises(InputError, match="a model's name is letters"):
            load_config(str(path))
