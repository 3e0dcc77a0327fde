"""What comes next: by hand with a model of known scores, of others' models as of ours."""

from pathlib import Path

import numpy as np
import pytest
import torch

import compare
from compare.errors import InputError
from compare.llm.generation import generate, next_words, text_loss
from compare.llm.vectors.coders import TokenizedText
from tests.llm.vectors.test_pretrained import save_tiny

WORDS = ("<end>", "a", "b", "c")
P = np.array([[0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.6, 0.2], [0.2, 0.1, 0.1, 0.6], [0.9, 0.1, 0, 0]])


class Bigram:
    """A model that knows the last token alone: P[i, j] is the chance of j after i."""

    name, context, is_causal, prefix, unknown_id = "bigram", 3, True, (0,), None

    def tokenize(self, text: str) -> TokenizedText:
        ids = np.array([WORDS.index(word) for word in text.split()], dtype=np.int64)
        return TokenizedText(ids, ids, ids)

    def scores(self, ids: torch.Tensor) -> torch.Tensor:
        assert len(ids) <= self.context
        return torch.from_numpy(np.log(P + 1e-12))[ids]

    def decode(self, ids: list[int]) -> str:
        return " ".join(WORDS[one] for one in ids)

    def continued(self, before: list[int], ids: list[int]) -> str:
        return "".join(f" {WORDS[one]}" for one in ids)


def test_the_next_words_of_a_known_table() -> None:
    found = next_words(Bigram(), "c a", k=2)
    assert found.words == ("b", "c")
    assert [value for _, value in found] == pytest.approx([0.6, 0.2], abs=1e-6)
    assert next_words(Bigram(), "", k=1).words == ("a",)  # after the token that begins documents


def test_the_loss_of_a_known_table_by_hand() -> None:
    """Five tokens, rows of three: every one is scored once, by the one before it."""
    expected = -np.log([0.7, 0.6, 0.6, 0.1, 0.1]).mean()
    # <end> a b c a, then a again
    assert text_loss(Bigram(), ["a b c a a"]) == pytest.approx(expected, rel=1e-6)
    two = -(np.log(0.7) + np.log(0.1)) / 2
    assert text_loss(Bigram(), ["a", "b"]) == pytest.approx(two, rel=1e-6)


def test_a_text_goes_on_by_the_tables_chances() -> None:
    model = Bigram()
    assert generate(model, "a", tokens=9, seed=1, temperature=0) == "a b c"  # then the end
    drawn = [generate(model, "a", tokens=1, seed=seed) for seed in range(400)]
    share = sum(text == "a b" for text in drawn) / len(drawn)
    assert abs(share - 0.6) < 4 * np.sqrt(0.6 * 0.4 / 400)
    cold = [generate(model, "a", tokens=1, seed=seed, temperature=0.2) for seed in range(100)]
    assert sum(text == "a b" for text in cold) > 95


def test_mistakes() -> None:
    for wrong, told in (
        (lambda: next_words(Bigram(), "a", k=0), "k must be"),
        (lambda: generate(Bigram(), "a", tokens=0, seed=1), "tokens must be"),
        (lambda: generate(Bigram(), "a", tokens=1, seed="x"), "seed must be"),
        (lambda: generate(Bigram(), "a", tokens=1, seed=1, temperature=1e-9), "temperature"),
        (lambda: text_loss(Bigram(), []), "found none"),
        (lambda: text_loss(Bigram(), [3]), "expected a text"),  # type: ignore[list-item]
    ):
        with pytest.raises(InputError, match=told):
            wrong()


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_models_of_others_have_the_same_verbs(kind: str, tmp_path: Path) -> None:
    model = compare.open_model(save_tiny(kind, tmp_path / kind), progress=False, threads=1)
    likely = model.next_words("the king", k=4)
    assert len(likely) == 4
    text = model.generate("the king", tokens=5, seed=1)
    assert text.startswith("the king")
    assert text == model.generate("the king", tokens=5, seed=1)
    network, tokenizer = model.language_model.network, model.language_model.tokenizer
    ids = [*model.language_model.prefix, *tokenizer("the king", add_special_tokens=False).input_ids]
    with torch.inference_mode():
        expected = network(torch.tensor([ids]), labels=torch.tensor([ids])).loss.item()
    assert model.loss("the king") == pytest.approx(expected, rel=1e-4)
    space = model.space("input")  # over the words that are one of its tokens
    assert len(space) > 1
    assert space.counts is None
    assert set(space.n_pieces) == {1}
    assert model.space("layer-1-alone").words == space.words
    with pytest.raises(InputError, match="running text"):
        model.space("layer-1")
    text_read = compare.read_text(["the king and the queen saw the man ."] * 30, min_count=1)
    read = compare.open_model(tmp_path / kind, text_read, name="other", threads=1, progress=False)
    assert read.space("layer-1").name == "other/layer-1"


def test_an_encoder_has_no_next_word(tmp_path: Path) -> None:
    model = compare.open_model(save_tiny("bert", tmp_path / "bert"), progress=False, threads=1)
    assert len(model.space("input")) > 1
    for ask in (model.next_words, model.generate, model.loss):
        with pytest.raises(InputError, match="both directions"):
            ask("the king")
