"""The library from a notebook's side: a text, models, spaces, a comparison, a report."""

import os
import pickle
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import compare
import experiments
from compare.comparison.given import counted
from compare.errors import InputError
from compare.judgments.judgments import Judgments
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.neighbours import nearest
from compare.trainers.trained import TrainedLanguageModel
from experiments.results.models import models_of_spaces

SENTENCES = [
    "the king spoke to the queen . the man saw the woman near the river .",
    "a dog ran after the cat . the queen and the king ate bread and fish .",
    "the woman gave the man bread . the cat saw a dog near the old house .",
]
TINY = {"dimension": 8, "epochs": 1, "seed": 2, "threads": 1, "progress": False}
GPT = {**TINY, "epochs": 0.3, "layers": 1, "heads": 2, "context": 16, "vocabulary_size": 300}
JUDGMENTS = Judgments(
    similarity=(
        SimilaritySet(
            "own",
            (("king", "queen"), ("man", "woman"), ("dog", "bread")),
            np.array([9.0, 8.0, 1.0]),
        ),
    )
)
QUICK = {"transforms": ["raw"], "shuffles": 2}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> compare.Text:
    return compare.read_text(SENTENCES * 80, min_count=3, progress=False)


@pytest.fixture
def w2v(text: compare.Text) -> compare.Trained:
    return compare.train_word2vec(text, window=3, **TINY)


@pytest.fixture
def gpt(text: compare.Text) -> TrainedLanguageModel:
    return compare.train_gpt(text, **GPT)


def test_the_seven_lines(text, w2v, gpt, tmp_path: Path, capsys) -> None:
    spaces = [w2v.space("input"), gpt.space("input"), gpt.space("layer-1")]
    assert [space.name for space in spaces] == ["word2vec/input", "gpt/input", "gpt/layer-1"]
    found = compare.compare_spaces(
        spaces, judgments=JUDGMENTS, protocol=QUICK, seed=1, progress=False
    )
    figure = compare.plot_words(spaces, ["king", "queen", "man", "woman"])
    assert figure._repr_png_()[:4] == b"\x89PNG"
    assert compare.plot_neighbours(spaces, ["king"], k=3)._repr_png_()
    page = experiments.write_report(found, tmp_path / "report")
    assert page.is_file()
    again = experiments.open_run(tmp_path / "report")
    assert experiments.sentences(again) == experiments.sentences(found)
    pd.testing.assert_frame_equal(
        again.measurements, found.measurements, check_dtype=False, atol=1e-6
    )
    assert capsys.readouterr().out == ""
    models = again.models.set_index("model")
    assert models.loc["word2vec", "epochs"] == 1
    assert models.loc["gpt", "flops"] > 0
    assert "word2vec/input" in repr(found)
    assert "ask .measurements" in repr(again)


def test_columns_of_numbers_and_differences(w2v, gpt) -> None:
    found = compare.compare_spaces(
        {"a": w2v.space(), "b": gpt.space()}, judgments=JUDGMENTS, protocol=QUICK, progress=False
    )
    shared = ["quantity", "method", "space", "value", "low", "high", "p", "holds", "n", "unit"]
    for table in (found.measurements, found.differences):
        assert set(shared) <= set(table.columns)
    assert not found.measurements["holds"].any()
    assert set(found.measurements["space"]) == {"a", "b"}
    own = found.measurements.query("quantity == 'similarity' and method == 'Spearman'")
    scored = compare.evaluate(
        [w2v.space().named("a"), gpt.space().named("b")],
        judgments=JUDGMENTS, protocol=QUICK, progress=False,
    )  # fmt: skip
    assert scored.columns.tolist() == found.measurements.columns.tolist()
    same = scored.query("quantity == 'similarity' and method == 'Spearman'")
    assert same["value"].tolist() == own["value"].tolist()
    side = found.neighbours("king", k=3)
    assert set(side.frame["space"]) == {"a", "b"}
    assert "king" in repr(side)


def test_a_difference_that_is_shown_holds_and_no_other_does() -> None:
    rng = np.random.default_rng(0)
    words = tuple(f"w{n}" for n in range(80))
    true = rng.normal(size=(80, 10))
    good = compare.EmbeddingSpace(words, true, None, {"name": "good"})
    again = compare.EmbeddingSpace(words, true + 0.01, None, {"name": "again"})
    bad = compare.EmbeddingSpace(words, rng.normal(size=(80, 10)), None, {"name": "bad"})
    pairs = tuple((words[n], words[n + 40]) for n in range(40))
    ratings = np.array([good.similarity(*pair) for pair in pairs])
    judged = Judgments(similarity=(SimilaritySet("planted", pairs, ratings),))
    found = compare.compare_spaces(
        [good, again, bad], judgments=judged, protocol=QUICK, progress=False
    )
    rows = found.differences.query("judgments == 'planted'").set_index(["reference", "space"])
    assert rows.loc[("good", "bad"), "holds"]
    assert not rows.loc[("good", "again"), "holds"]
    assert (found.differences["holds"] == (found.differences["p_holm"] < 0.05)).all()


def test_a_trained_model_says_what_can_be_asked(text, w2v, gpt) -> None:
    for model in (w2v, gpt):
        first, second = repr(model).split("\n")
        assert model.name in first
        assert second.startswith("ask .space('input'")
    assert list(w2v.spaces) == ["input", "output", "mean"]
    assert w2v.space().name == "word2vec/input"
    assert w2v.history["training_loss"].notna().all()
    assert w2v.budget["epochs"] == 1
    assert compare.train("skipgram", text, window=3, **TINY).space() == w2v.space()
    named = compare.train_gensim(text, name="mine", workers=1, **TINY)
    assert named.space("output").name == "mine/output"


def test_a_gpt_goes_on_is_scored_and_says_what_is_likely(text, gpt) -> None:
    told = gpt.generate("The king", tokens=6, seed=3)
    assert told.startswith("the king")  # normalised as its text was
    assert told == gpt.generate("The king", tokens=6, seed=3)
    assert told != gpt.generate("The king", tokens=6, seed=4)
    likely = gpt.next_words("the king", k=5)
    assert len(likely) == 5
    assert 0 < likely[4][1] <= likely[0][1] < 1
    assert likely.frame.columns.tolist() == ["word", "probability"]
    assert gpt.generate("the king", tokens=1, temperature=0) == "the king" + likely[0][0]
    uniform = np.log(gpt.language_model.coder.n_ids)
    assert 0 < gpt.loss(text) < uniform
    assert gpt.loss("the king spoke to the queen") < gpt.loss("queen zq queen zq xx")


def test_the_loss_is_the_mean_over_tokens_read_one_by_one(gpt) -> None:
    long = "the king spoke to the queen near the river " * 5
    model = gpt.language_model
    ids = [*model.prefix, *model.tokenize(long).ids.tolist()]
    assert len(ids) > 2 * model.context
    total = 0.0
    for start in range(0, len(ids) - 1, model.context):
        row = ids[start : start + model.context + 1]
        for place in range(1, len(row)):
            scores = model.model(torch.tensor([row[:place]]))[0, -1].detach().double()
            total -= float(scores.log_softmax(-1)[row[place]])
    assert gpt.loss(long) == pytest.approx(total / (len(ids) - 1), rel=1e-4)


def test_a_saved_model_is_opened_again(text, w2v, gpt, tmp_path: Path) -> None:
    opened = compare.open_model(w2v.save(tmp_path / "w2v"))
    assert opened.space("output") == w2v.space("output")
    assert opened.space().provenance == w2v.space().provenance
    assert opened.history.equals(pd.read_csv(tmp_path / "w2v" / "history.csv"))
    with pytest.raises(InputError, match="no empty folder"):
        w2v.save(tmp_path / "w2v")
    again = compare.open_model(gpt.save(tmp_path / "gpt"), progress=False)
    assert again.space("untrained") == gpt.space("untrained")
    assert again.next_words("The king", k=3) == gpt.next_words("The king", k=3)
    with pytest.raises(InputError, match="text=text"):
        again.space("layer-1")
    whole = compare.open_model(tmp_path / "gpt", text, threads=1, progress=False)
    assert whole.space("layer-1") == gpt.space("layer-1")
    assert repr(whole) == repr(gpt)


def test_a_run_from_python(tmp_path: Path) -> None:
    settings = {
        "models.w2v.window": 2, "corpus.planted.n_words": 4000, "protocol.shuffles": 1,
        "judgments.similarity": [],
        "judgments.analogies": [], "judgments.lexicons": [],
    }  # fmt: skip
    run = experiments.run(
        "smoke", tmp_path / "run", progress=False, threads=1, spaces=["w2v/input", "ppmi/input"],
        **settings,
    )  # fmt: skip
    assert run.config["models"]["w2v"]["window"] == 2
    again = experiments.open_run(tmp_path / "run")
    assert {"w2v/input", "w2v/output", "ppmi/input"} <= set(again.spaces)
    assert again.spaces["w2v/input"] == run.spaces["w2v/input"]
    word = again.spaces["w2v/input"].words[3]
    assert again.neighbours(word, 3).columns == run.neighbours(word, 3).columns
    assert experiments.write_report(again, tmp_path / "run").is_file()
    assert (tmp_path / "run" / "spaces" / "w2v" / "input.safetensors").is_file()  # not lost
    with pytest.raises(InputError, match="did you mean 'w2v/input'"):
        again.spaces["w2v/inpt"]
    with pytest.raises(InputError, match="did you mean 'window'"):
        experiments.run("smoke", **{"models.w2v.windw": 2})


def _state() -> tuple[object, ...]:
    return (
        random.getstate(),
        np.random.get_state()[1].tobytes(),  # noqa: NPY002 (it must stay as it is)
        torch.get_rng_state().numpy().tobytes(),
        torch.get_num_threads(),
        dict(os.environ),
    )


def test_nothing_global_is_changed_and_nothing_is_printed(text, capfd) -> None:
    before, threads = _state(), torch.get_num_threads()
    torch.set_num_threads(threads)
    w2v = compare.train_word2vec(text, **{**TINY, "seed": 11, "threads": 2})
    gpt = compare.train_gpt(text, **{**GPT, "seed": 11, "threads": 2})
    compare.train_ppmi(text, dimension=8, progress=False)
    gpt.space("layer-1")
    gpt.generate("the", tokens=2)
    compare.compare_spaces([w2v.space()], judgments=JUDGMENTS, protocol=QUICK, progress=False)
    assert _state() == before
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


def test_progress_goes_to_standard_error(text, capfd) -> None:
    compare.train_word2vec(text, **{**TINY, "seed": 12, "progress": True})
    told = capfd.readouterr()
    assert told.out == ""
    assert "training word2vec (embcontrast)" in told.err
    assert "loss" in told.err


def test_training_works_in_threads_at_once(text, monkeypatch, tmp_path: Path) -> None:
    alone = [compare.train_word2vec(text, **{**TINY, "seed": seed}).space() for seed in (21, 22)]
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path))  # nothing is found there
    before = torch.get_num_threads()
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(compare.train_word2vec, text, **{**TINY, "seed": seed}) for seed in (21, 22)
        ]
        assert [job.result().space() for job in jobs] == alone
    assert torch.get_num_threads() == before


def test_a_text_goes_to_a_spawned_process_which_trains_the_same(
    text, w2v, gpt, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path))  # nothing is found there
    with get_context("spawn").Pool(1) as pool:
        [(found, n_stages)] = pool.map(_trained_elsewhere, [text])
    assert found == w2v.space()
    assert n_stages > 0
    named = pickle.loads(pickle.dumps(compare.read_text("planted", progress=False)))
    assert named.key == compare.read_text("planted", progress=False).key
    assert pickle.loads(pickle.dumps(gpt)).next_words("the", 2) == gpt.next_words("the", 2)


def _trained_elsewhere(text: compare.Text) -> tuple[compare.EmbeddingSpace, int]:
    found = compare.train_word2vec(text, window=3, **TINY).space()
    return found, len(list(Path(os.environ["EMBCONTRAST_CACHE"]).glob("skipgram-*")))


def test_searches_of_several_threads_do_not_mix() -> None:
    """More words than NumPy screens alone, so that the threads share a screen."""
    rng = np.random.default_rng(0)
    words = tuple(f"w{n}" for n in range(6000))
    space = compare.EmbeddingSpace(words, rng.normal(size=(6000, 30)))
    asked = [[words[n] for n in rng.integers(0, 6000, 300)] for _ in range(4)]
    alone = [nearest(space, one, k=5).rows for one in asked]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            found = list(pool.map(lambda one: nearest(space, one, k=5).rows, asked))
            for mine, theirs in zip(found, alone, strict=True):
                np.testing.assert_array_equal(mine, theirs)


def test_two_trainings_of_one_trainer_stay_two_models(text) -> None:
    near = compare.train_word2vec(text, window=1, **TINY)
    far = compare.train_word2vec(text, window=4, **{**TINY, "epochs": 2})
    found = compare.compare_spaces(
        {"near": near.space(), "far": far.space()},
        judgments=JUDGMENTS, protocol=QUICK, progress=False,
    )  # fmt: skip
    assert found.coverage["model"].tolist() == ["near", "far"]
    models = models_of_spaces(list(found.spaces.values())).set_index("model")
    assert models["epochs"].to_dict() == {"near": 1, "far": 2}
    same = compare.compare_spaces(
        [near.space("input"), near.space("output")],
        judgments=JUDGMENTS, protocol=QUICK, progress=False,
    )  # fmt: skip
    assert set(same.coverage["model"]) == {"word2vec"}


def test_words_are_counted_in_the_whole_text(text) -> None:
    cut = compare.read_text(SENTENCES * 80, min_count=100, progress=False)
    assert "old" not in cut.vocabulary.ids
    space = compare.EmbeddingSpace(("old", "the", "elsewhere"), np.eye(3), None, {"name": "own"})
    found = counted(space, cut)
    known = dict(zip(text.vocabulary.words, text.vocabulary.counts.tolist(), strict=True))
    assert found.words == ("the", "old", "elsewhere")
    assert found.counts.tolist() == [known["the"], known["old"], 0]
    assert found["old"].tolist() == [1, 0, 0]


@pytest.mark.usefixtures("without_pictures")
def test_a_report_keeps_the_spaces_that_were_compared(w2v, gpt, tmp_path: Path) -> None:
    spaces = {"../a": w2v.space(), "b": gpt.space()}
    found = compare.compare_spaces(spaces, judgments=JUDGMENTS, protocol=QUICK, progress=False)
    experiments.write_report(found, tmp_path / "report", title="Mine")
    again = experiments.open_run(tmp_path / "report")
    assert list(again.spaces) == ["../a", "b"]
    assert again.neighbours("king", 3).columns == found.neighbours("king", 3).columns
    assert "Mine" in (tmp_path / "report" / "report.html").read_text()
    experiments.write_report(again, tmp_path / "report", title="Other")
    assert "Other" in (tmp_path / "report" / "report.html").read_text()
    assert set(experiments.open_run(tmp_path / "report").spaces) == {"../a", "b"}


def test_cased_spaces_of_tokens_are_compared(w2v) -> None:
    cased = compare.EmbeddingSpace(
        ("King", "king", "queen", "man"), np.eye(4), [4, 3, 2, 1], {"name": "t"}, [1, 2, 1, 1]
    )
    other = compare.EmbeddingSpace(("king", "queen", "man"), np.eye(3), None, {"name": "u"})
    found = compare.compare_spaces(
        [cased, other], judgments=JUDGMENTS, protocol=QUICK, progress=False
    )
    assert found.spaces["t"].n_pieces.tolist() == [1, 1, 1]


def test_candidates_within_are_all_that_can_answer(w2v) -> None:
    space = w2v.space()
    within = ["dog", "cat", "river"]
    for exclude in (True, False):
        found = space.analogy("man", "king", "woman", exclude=exclude, within=within)
        assert set(found.words) == set(within)
    near = space.neighbours("king", 5, within=within)
    assert set(near.words) == set(within)
    assert space.neighbours("king", np.int64(2), within=np.int64(3)) == space.neighbours(
        "king", 2, within=3
    )


def test_texts_come_from_anywhere(tmp_path: Path) -> None:
    joined = "\n<|endoftext|>\n".join(SENTENCES * 9)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text(joined)
    given = {"min_count": 1, "progress": False}
    texts = [
        compare.read_text(tmp_path / "folder", **given),
        compare.read_text(str(tmp_path / "folder" / "a.txt"), **given),
        compare.read_text(SENTENCES * 9, name="mine", **given),
        compare.read_text((one for one in SENTENCES * 9), **given),
    ]
    assert len({text.vocabulary.words for text in texts}) == 1
    assert texts[2].corpus.name == "mine"
    assert "27 documents" in repr(texts[3])
    lower = compare.read_text(["The King The King"] * 9, case="keep", **given)
    assert set(lower.vocabulary.words) == {"The", "King"}


MISTAKES = {
    "no such option": (lambda t, _: compare.train_word2vec(t, windw=2), "did you mean 'window'"),
    "not of this trainer": (lambda t, _: compare.train_ppmi(t, negatives=2), "unknown option"),
    "out of range": (lambda t, _: compare.train_word2vec(t, window=0), "window: .*greater"),
    "wrong type": (lambda t, _: compare.train_gpt(t, layers="two"), "layers: .*integer"),
    "means nothing here": (lambda t, _: compare.train_gpt(t, reads="words", encoding="gpt2"),
                           "means nothing here"),
    "no such trainer": (lambda t, _: compare.train("word2vc", t), "did you mean 'word2vec'"),
    "no text": (lambda _t, _: compare.train_word2vec("wiki"), "expected a text"),
    "seed": (lambda t, _: compare.train_word2vec(t, seed=-1), "seed must be"),
    "device": (lambda t, _: compare.train_word2vec(t, device="tpu"), "auto, cpu or cuda"),
    "empty iterator": (lambda _t, _: compare.read_text(iter(())), "no words"),
    "one word": (lambda _t, _: compare.read_text(["hello"]), "one word"),
    "no text in a list": (lambda _t, _: compare.read_text([b"bytes"]), "document 1 is no text"),
    "a text as a path": (lambda _t, _: compare.read_text("the king\nspoke"), "list of texts"),
    "no such corpus": (lambda _t, _: compare.read_text("wiki-smple"), "did you mean 'wiki-sample'"),
    "text option": (lambda _t, _: compare.read_text("planted", min_cout=1), "'min_count'"),
    "no such table": (lambda _t, w: w.space("inptu"), "did you mean 'word2vec/input'"),
    "a list of tables": (lambda _t, w: w.space(["input"]), "one table"),
    "unknown word": (lambda _t, w: w.space()["kign"], "did you mean 'king'"),
    "two words": (lambda _t, w: w.space().neighbours(["king"]), "expected one word"),
    "k": (lambda _t, w: w.space().neighbours("king", 0), "from 1 on"),
    "method": (lambda _t, w: w.space().analogy("man", "king", "woman", method="LRCos"),
               "one question"),
    "odd one": (lambda _t, w: w.space().odd_one_out(["king", "queen"]), "three or more"),
    "name twice": (lambda _t, w: compare.compare_spaces([w.space()] * 2), "used twice"),
    "a model as a space": (lambda _t, w: compare.compare_spaces([w]), "give its spaces"),
    "nothing shared": (
        lambda _t, w: compare.compare_spaces(
            [w.space(), compare.EmbeddingSpace(("uno", "dos"), np.eye(2), None, {"name": "o"})]
        ),
        "share 0 words",
    ),
    "protocol": (lambda _t, w: compare.compare_spaces([w.space()], protocol={"k": 1}), "protocol"),
    "judgments": (
        lambda _t, w: compare.compare_spaces([w.space()], judgments={"simlarity": ["x"]}),
        "did you mean 'similarity'",
    ),
    "no such space": (lambda _t, _: compare.open_space("glove-wiki-gigaword-1OO"), "did you mean"),
    "no such model": (lambda _t, _: compare.open_model(Path(__file__).parent), "no model"),
    "few words on a map": (lambda _t, w: compare.plot_words(w.space(), ["king"]), "three words"),
    "no report": (lambda _t, w: experiments.sentences(w), "compare_spaces or open_run"),
    "no run": (lambda _t, _: experiments.open_run(Path(__file__).parent), "no run folder"),
    "a collection": (lambda _t, _: experiments.run("demo"), "no single run"),
    "an option called own": (lambda t, _: compare.train_word2vec(t, own=3), "unknown option"),
    "a group that is none": (lambda t, _: compare.train_gpt(t, tokenizer="x"), "takes a mapping"),
    "a seed that is true": (lambda t, _: compare.train_word2vec(t, seed=True), "seed must be"),
    "no trainer": (lambda t, _: compare.train(None, t), "name of a trainer"),
    "seed of a comparison": (lambda _t, w: compare.compare_spaces([w.space()], seed=-1), "seed"),
    "no spaces": (lambda _t, _: compare.compare_spaces(5), "expected spaces"),
    "repeats": (lambda _t, w: compare.compare_spaces([w.space()], repeats={"x": []}), "unknown"),
    "text": (lambda _t, w: compare.compare_spaces([w.space()], text="x"), "read by read_text"),
    "k of text": (lambda _t, w: w.space().analogy("man", "king", "woman", "3"), "k must be"),
    "within": (lambda _t, w: w.space().neighbours("king", within=2.5), "list of words"),
    "word number": (lambda _t, w: w.space()[3], "expected a word"),
    "words of a space": (lambda _t, _: compare.EmbeddingSpace((1, 2), np.eye(2)), "expected words"),
    "counts": (lambda _t, _: compare.EmbeddingSpace(("a", "b"), np.eye(2), [1.5, 1]), "whole"),
    "surrogate": (lambda _t, _: compare.read_text(["king \ud800 queen"]), "UTF-8"),
    "path": (lambda _t, w: w.space().save(None), "expected a path"),
    "long path": (lambda _t, w: w.save("x" * 5000), "as a path"),
    "one dimension": (
        lambda _t, _: compare.plot_words(
            compare.EmbeddingSpace(("a", "b", "c"), np.ones((3, 1))), ["a", "b", "c"]
        ),
        "two dimensions",
    ),
    "model that is none": (lambda _t, _: compare.open_model("nofolder"), "no such model"),
    "many words": (lambda _t, w: compare.compare_spaces(
        [w.space()], judgments=JUDGMENTS, protocol=QUICK, progress=False
    ).neighbours(["king"]), "expected one word"),
    "missing value": (
        lambda _t, _: compare.EmbeddingSpace.from_frame(
            pd.DataFrame([[1.0, None], [1.0, 2.0]], index=["king", "queen"])
        ),
        "that of 'king'",
    ),
    "no numbers": (
        lambda _t, _: compare.EmbeddingSpace.from_frame(pd.DataFrame({"w": ["a", "b"]})),
        "expected words in the DataFrame's index",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_every_mistake_is_one_exception_with_a_remedy(mistake: str, text, w2v) -> None:
    make, expected = MISTAKES[mistake]
    with pytest.raises(InputError, match=expected) as raised:
        make(text, w2v)
    assert len(str(raised.value)) < 400


def test_the_same_words_from_python_and_from_the_shell(text, capsys) -> None:
    from experiments.cli import main as cli

    with pytest.raises(InputError) as raised:
        compare.train_word2vec(text, window=0)
    with pytest.MonkeyPatch.context() as patch:
        command = "train word2vec --corpus planted --window 0 --out never"
        patch.setattr(sys, "argv", ["embcontrast", *command.split()])
        with pytest.raises(SystemExit):
            cli.main()
    told = str(raised.value).partition(": ")[2]
    assert told
    assert told in capsys.readouterr().err
