"""Counts of company: sentences by hand, a plain-Python twin, blocks, other words, and on disk."""

from collections import Counter

import numpy as np
import pytest

from compare.errors import InputError
from compare.text import company_counts
from compare.text.company_counts import (
    CompanyCounts,
    company_of_tokens,
    count_company,
    read_company,
    write_company,
)
from compare.text.reading import read_text
from compare.text.tokens import TokenArray


def counted(sentences: list[str], **options) -> CompanyCounts:
    """Count in sentences of words that spaces part."""
    numbers: dict[str, int] = {}
    ids = [[numbers.setdefault(w, len(numbers)) for w in line.split()] for line in sentences]
    return company_of_tokens(TokenArray.of_segments(ids), list(numbers), name="text", **options)


def entries(matrix, words) -> dict[tuple[str, str], int]:
    found = matrix.tocoo()
    rows, columns = found.coords
    return {
        (words[row], words[column]): int(value)
        for row, column, value in zip(rows, columns, found.data, strict=True)
        if value
    }


def test_sentences_by_hand():
    """The window is 2; x is not counted, and keeps its place."""
    counts = counted(["a b x a", "b c"], words=["a", "b", "c"], window=2)
    assert counts.counts.tolist() == [2, 2, 1]
    assert counts.n_words == 6
    assert entries(counts.near, counts.words) == {
        ("a", "b"): 2,  # a b, and b x a
        ("b", "a"): 2,
        ("b", "c"): 1,
        ("c", "b"): 1,
    }
    assert entries(counts.right, counts.words) == {("a", "b"): 1, ("b", "c"): 1}
    assert entries(counts.left, counts.words) == {("b", "a"): 1, ("c", "b"): 1}


def test_a_word_near_itself_counts_from_both_ends():
    counts = counted(["a a a"], window=5, minimal_count=1)
    assert (counts.near.toarray().tolist(), counts.right.toarray().tolist()) == ([[6]], [[2]])


def twin(sentences, words, window, fold):
    """Count pair by pair."""
    near, right = Counter(), Counter()
    for line in sentences:
        sentence = [word.lower() if fold else word for word in line.split()]
        for i, word in enumerate(sentence):
            for j, other in enumerate(sentence):
                if word in words and other in words and 0 < abs(i - j) <= window:
                    near[word, other] += 1
                    right[word, other] += j == i + 1
    return near, +right


@pytest.mark.parametrize("fold_case", [False, True])
@pytest.mark.parametrize("window", [1, 3, 7])
def test_counts_equal_the_twin_whatever_the_blocks(window, fold_case, monkeypatch):
    monkeypatch.setattr(company_counts, "MAX_BLOCK_PAIRS", 50)
    rng = np.random.default_rng(window)
    sentences = [" ".join(rng.choice(list("abcdABxyz"), rng.integers(1, 12))) for _ in range(120)]
    words = ["d", "a", "unknown", "b", "x", "A"]
    counts = counted(sentences, words=words, window=window, fold_case=fold_case)
    near, right = twin(sentences, words, window, fold_case)
    assert entries(counts.near, words) == dict(near)
    assert entries(counts.right, words) == dict(right)
    assert entries(counts.left, words) == {(b, a): n for (a, b), n in right.items()}
    each = Counter(w.lower() if fold_case else w for line in sentences for w in line.split())
    assert counts.counts.tolist() == [each[word] for word in words]
    assert counts.n_words == each.total()
    assert (counts.near != counts.near.T).nnz == 0


def test_words_are_chosen_by_count_then_by_first_appearance():
    counts = counted(["b a c", "c a b", "d A"], minimal_count=2)
    assert counts.words == ("b", "a", "c")
    assert counted(["d A", "a b"], minimal_count=2, fold_case=True).words == ("a",)


def test_other_words_are_as_if_they_alone_had_been_counted():
    rng = np.random.default_rng(0)
    sentences = [" ".join(rng.choice(list("abcde"), 8)) for _ in range(50)]
    words = ["c", "unknown", "a"]
    cut = counted(sentences).restricted(words)
    assert cut.digest == counted(sentences, words=words).digest
    assert cut.counts[1] == cut.near.toarray()[1].sum() == cut.right.toarray()[:, 1].sum() == 0
    assert cut.restricted(words) is cut


def test_the_digest_hangs_on_all_that_was_counted_and_not_on_the_name():
    counts = counted(["a b a", "b c"], minimal_count=1)
    again = counted(["b c", "a b a"], words=counts.words)
    others = [
        counted(["b a a", "b c"], words=counts.words),
        counted(["a b a", "b c"], words=counts.words[::-1]),
        counted(["a b a", "b c"], words=counts.words, window=1),
        counted(["a b a", "b c", "x"], words=counts.words),
    ]
    assert counts.digest == again.digest
    assert len({counts.digest, *(other.digest for other in others)}) == 5


def test_counts_are_read_back_from_disk(tmp_path):
    counts = counted(["a b 'ü\u2028", "b c"], minimal_count=1)
    for name in ("one", "two"):
        write_company(counts, tmp_path / name)
    found = read_company(tmp_path / "one")
    assert (found.words, found.name, found.digest) == (counts.words, "text", counts.digest)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    (tmp_path / "one").write_bytes((tmp_path / "two").read_bytes()[:-40])
    for name in ("one", "none"):
        with pytest.raises(InputError, match="count again"):
            read_company(tmp_path / name)


def test_a_text_is_read_whole_but_for_what_is_held_out():
    """Words below the vocabulary's ``min_count`` keep their place, too."""
    lines = [f"Paris sees rare{number} paris." for number in range(40)]
    text = read_text(lines, case="keep", progress=False)
    apart = count_company(text, words=["Paris", "paris", "sees"], window=3)
    assert apart.counts.tolist() == [38, 38, 38]
    assert entries(apart.right, apart.words) == {("Paris", "sees"): 38}
    assert apart.near.toarray()[0, 1] == 38
    told = []
    merged = count_company(
        text, fold_case=True, progress=lambda done, total, **_: told.append((done, total))
    )
    assert (merged.words, merged.n_words) == (("paris", "sees"), 4 * 38)
    assert told[-1] == (4 * 38, 4 * 38)


def test_nothing_known_and_nothing_chosen():
    counts = counted(["a b"], words=["x"])
    assert (counts.counts.tolist(), counts.near.nnz, counts.n_words) == ([0], 0, 2)
    nothing = counted(["a b"], words=[])
    assert (len(nothing), nothing.near.shape) == (0, (0, 0))
    assert len(nothing.restricted(["a"])) == 1


def test_what_cannot_be_counted_is_said():
    with pytest.raises(InputError, match="'a' is there twice"):
        counted(["a b"], words=["a", "b", "a"])
    with pytest.raises(InputError, match="'a' is there twice"):
        counted(["a b"], words=["a"]).restricted(["b", "a", "a"])
    with pytest.raises(InputError, match="window must be a whole number from 1"):
        counted(["a b"], window=0)
    counts = counted(["a b"], words=["a"])
    with pytest.raises(InputError, match="counts of 2 words have shapes"):
        CompanyCounts("x", ("a", "b"), counts.counts, 2, 5, counts.near, counts.right)
