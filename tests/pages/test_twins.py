"""What the pages compute equals what the library does, over many random inputs."""

import random
import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.windows import SlidingWindows
from compare.text.normalization import Normalization, normalize, with_case
from compare.text.words import sentences
from compare.word2vec.pairs import pair_loss, pairs_in_sentence
from experiments.lesson.data import sentence_signs
from experiments.pages.joining import joined_script
from tests.pages.browser import browser, needs_browser, twins

__all__ = ["browser", "twins"]  # fixtures
pytestmark = needs_browser

ALPHABET = [
    *"abcdefghij  ABÉéßİ'’‘“”.,;!?\n\t0123٣½_-–…",
    *(
        "don't",
        " the",
        " king",
        "\u00a0",
        "\u0301",
        "日本",
        "हिन्दी",
        "שלום",
        "😀",
        "<b>",
        "&",
        "U.S",
        ". The",
        "Mr.",
        "J. ",
        "e.g. ",
        "etc. ",
        "No. 5",
        "\n\n",
        "カナ",
        "。",
        "α;",
        "3.5",
        "l·l",
        "\u200c",
        "\u00ad",
        'צה"ל',
        "ג'",
        "ΑΣ:",
        "Σ",
        "ŀ",
        "\u0640",
        "ന\u0d4d\u200d",
        "\u200c\u200c",
        "‛",
        "׃ ",
        "། ",
    ),
]


def texts(n: int, seed: int) -> list[str]:
    """Draw texts of letters, marks and signs of several scripts."""
    draw = random.Random(seed)
    return ["".join(draw.choices(ALPHABET, k=draw.randrange(1, 40))) for _ in range(n)]


def test_words_and_sentences(twins: Page) -> None:
    made = texts(400, 1)
    found = twins.evaluate(
        """([texts, signs]) => texts.map(
            text => [twins.sentencesOf(twins.withCase(text), signs), twins.normalized(text)]
        )""",
        [made, sentence_signs()],
    )
    rules = Normalization()
    assert found == [
        [list(sentences(with_case(text, rules))), normalize(text, rules)] for text in made
    ]


def test_byte_pairs(twins: Page) -> None:
    text = "the king and the king's kinder kings said: don't, 1234 日本"
    encoding = train_encoding([text] * 9, 400)
    merged = [
        encoding.decode_single_token_bytes(i).decode("latin-1")
        for i in range(256, encoding.eot_token)
    ]
    made = texts(400, 2)
    found = twins.evaluate(
        """([texts, merged]) => {
            const ranks = twins.ranksOf(merged);
            return texts.map(text => twins.idsOf(text, ranks));
        }""",
        [made, merged],
    )
    assert found == [encoding.encode_ordinary(text) for text in made]


def test_pairs_and_rows(twins: Page) -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        length = int(rng.integers(1, 12))
        windows = rng.integers(1, 6, length).tolist()
        pairs = [list(pair) for pair in pairs_in_sentence(length, windows)]
        assert twins.evaluate("([n, w]) => twins.pairsInSentence(n, w)", [length, windows]) == pairs
        ids = rng.integers(0, 99, rng.integers(2, 30)).tolist()
        size = int(rng.integers(1, len(ids)))
        stride = int(rng.integers(1, min(size, 5) + 1))
        rows = twins.evaluate("([i, n, s]) => twins.rowsOf(i, n, s)", [ids, size, stride])
        own = SlidingWindows(np.array(ids), size, stride)
        assert [[row["inputs"], row["targets"]] for row in rows] == [
            [inputs.tolist(), targets.tolist()]
            for inputs, targets in map(own.__getitem__, range(len(own)))
        ]


def test_a_step_of_skipgram(twins: Page) -> None:
    """Centre, context and noise at random, noise that repeats or is the context among them."""
    rng = np.random.default_rng(4)
    for _ in range(40):
        n, dim = int(rng.integers(2, 7)), int(rng.integers(1, 5))
        tables = [rng.normal(size=(n, dim)) * 2 for _ in range(2)]
        center, context, *noise = rng.integers(0, n, 2 + int(rng.integers(1, 6))).tolist()
        rate = float(rng.uniform(0.01, 1))
        source, target = (torch.tensor(one, requires_grad=True) for one in tables)
        loss = pair_loss(source[center], target[context], target[noise])
        loss.backward()
        after = [(one - rate * one.grad).detach() for one in (source, target)]
        again = pair_loss(after[0][center], after[1][context], after[1][noise])
        found = twins.evaluate(
            "([i, o, c, x, n, r]) => twins.pairStep(i, o, c, x, n, r)",
            [tables[0].tolist(), tables[1].tolist(), center, context, noise, rate],
        )
        assert found["loss"] == pytest.approx(loss.item(), abs=1e-6)
        assert found["lossAfter"] == pytest.approx(again.item(), abs=1e-6)
        np.testing.assert_allclose(found["input"], after[0], atol=1e-6)
        np.testing.assert_allclose(found["output"], after[1], atol=1e-6)
        changed = {(one["table"], one["row"]) for one in found["changed"]}
        assert changed == {("input", center), *(("output", row) for row in (context, *noise))}


@pytest.mark.parametrize("tied", [False, True])
def test_a_step_of_next_token_prediction(twins: Page, tied: bool) -> None:
    """Equal to a GPT without layers, whose loss is taken at one place of a row."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        n, dim, context = int(rng.integers(2, 9)), int(rng.integers(2, 5)), int(rng.integers(1, 5))
        options = GPTOptions(layers=0, heads=1, dimension=dim, context=context, tied=tied)
        model = untrained_gpt(options, n, seed=int(rng.integers(99))).double()
        with torch.no_grad():
            for table in model.parameters():
                table.mul_(40)
        row, place = torch.tensor(rng.integers(0, n, (1, context))), int(rng.integers(context))
        target, rate = int(rng.integers(n)), float(rng.uniform(0.01, 1))

        def loss() -> torch.Tensor:
            scores = model(row)[:, place]  # noqa: B023
            return torch.nn.functional.cross_entropy(scores, torch.tensor([target]))  # noqa: B023

        parts = (model.token_embedding, model.position_embedding, model.output)
        before = [one.weight.detach().clone().tolist() for one in parts]
        value = loss()
        value.backward()
        with torch.no_grad():
            for table in model.parameters():
                table -= rate * table.grad
        found = twins.evaluate(
            """([tokens, positions, output, tied, id, place, target, rate]) => {
                const tables = { tokens, positions, output: tied ? tokens : output };
                return twins.nextTokenStep(tables, id, place, target, rate);
            }""",
            [*before, tied, int(row[0, place]), place, target, rate],
        )
        assert found["loss"] == pytest.approx(value.item(), abs=1e-6)
        assert found["lossAfter"] == pytest.approx(loss().item(), abs=1e-6)
        for name, table in zip(("tokens", "positions", "output"), parts, strict=True):
            np.testing.assert_allclose(found["tables"][name], table.weight.detach(), atol=1e-6)


def test_a_row_is_a_product(twins: Page) -> None:
    table = np.random.default_rng(6).normal(size=(7, 3))
    for row in range(7):
        found = twins.evaluate("([r, t]) => twins.oneHotProduct(r, t)", [row, table.tolist()])
        np.testing.assert_allclose(found, np.eye(7)[row] @ table, atol=1e-6)


@pytest.mark.parametrize("page", ["lesson.js", "explorer.js"])
def test_no_name_stands_twice_in_a_joined_script(page: str) -> None:
    script = joined_script(page)
    names = re.findall(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) > 10
    assert len(names) == len(set(names))
