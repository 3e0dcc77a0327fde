"""Company: a text by hand, a plain-Python twin, planted topics and slots, chance, and its edges."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.company import company, nearest_by_company, probe_words
from compare.measures.company_marks import LEAST_CONTROLS, marks
from compare.text.company_counts import CompanyCounts, company_of_tokens
from compare.text.tokens import TokenArray

FIELDS = [
    "around",
    "in_place",
    "meeting",
    "controls_meeting",
    "is_judged",
]


def counted(sentences: list[list[int]], n: int, *, window: int = 5) -> CompanyCounts:
    """Count words 0 to n − 1, called by their numbers."""
    words = [str(number) for number in range(n)]
    tokens = TokenArray.of_segments(sentences)
    return company_of_tokens(tokens, words, name="text", words=words, window=window)


def all_known(neighbours, probes, counts, **options):
    """Judge words of any count."""
    return company(
        np.array(neighbours),
        np.array(probes),
        counts,
        **{"seed": 1, "minimal_count": 1, "minimal_neighbour_count": 1, **options},
    )


def test_a_text_by_hand():
    """Five words, each twice: 0 meets 1 and no other; 0 and 2 stand between 3 and 4, say."""
    counts = counted([[0, 1], [3, 0], [3, 2], [2, 4], [1, 4]], 5)
    found = all_known([[1], [2]], [0, 0], counts)
    # Near 0 stand 1 and 3, once each. Of the controls 2, 3, 4 of 1 one equals it, two are below.
    assert found.around.tolist() == pytest.approx([(1 + 0.5 + 1) / 3, (0 + 0 + 0.5) / 3])
    # Left of 0 and of 2 stands 3; right of 0 stands 1, right of 1 and of 2 stands 4.
    assert found.in_place[1] == 1
    assert found.meeting.tolist() == [1, 0]
    assert found.controls_meeting.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert (found.n_used, found.n_left_out) == (2, 0)
    around, in_place = nearest_by_company(
        counts, np.array([0]), 2, minimal_count=1, minimal_neighbour_count=1, minimal_joint_count=1
    )
    assert around.tolist() == [[1, 3]]  # equal: in the order of the words
    assert in_place.tolist() == [[2, -1]]


def twin(neighbours, probes, counts, minimal, minimal_neighbour):
    """Judge one by one, with every possible control; NaN where there is none."""
    near, sides = counts.near.toarray(), (counts.left.toarray(), counts.right.toarray())
    n, number = len(counts), counts.counts

    def profile(word):
        return [
            max(log(side[word, x] * counts.n_words / (number[word] * number[x])), 0)
            if side[word, x]
            else 0.0
            for side in sides
            for x in range(n)
        ]

    profiles = np.array([profile(word) for word in range(n)])

    def cosine(word, other):
        lengths = np.linalg.norm(profiles[word]) * np.linalg.norm(profiles[other])
        return round(float(profiles[word] @ profiles[other]) / lengths, 5)

    def is_known(word, least):
        return word >= 0 and number[word] >= least and profiles[word].any()

    rows = []
    for word, listed in zip(probes, neighbours, strict=True):
        of_word = []
        for one in listed:
            if not (is_known(word, minimal) and is_known(one, minimal_neighbour)):
                continue
            order = np.argsort(-number, kind="stable")
            known = [c for c in order if is_known(c, minimal_neighbour)]
            known = [c for c in known if c not in (word, *listed)]
            above = [c for c in known if number[one] < number[c] <= 2 * number[one]]
            below = [c for c in known if number[c] < number[one] <= 2 * number[c]]
            m = min(len(above), len(below))
            alike = [c for c in known if number[c] == number[one]]
            controls = [*above[len(above) - m :], *alike, *below[:m]]
            for value in (lambda c: near[word, c] / number[c], lambda c: cosine(word, c)):  # noqa: B023
                own = value(one)
                wins = [(own > value(c)) + (own == value(c)) / 2 for c in controls]
                of_word.append(np.mean(wins) if wins else np.nan)
        values = np.array(of_word).reshape(-1, 2)
        values = values[~np.isnan(values[:, 0])]
        rows.append(values.mean(axis=0) if len(values) else [np.nan, np.nan])
    return np.array(rows)


def random_text(n, n_sentences, seed):
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, n + 1) ** 0.7
    lengths = rng.integers(1, 9, n_sentences)
    return [rng.choice(n, m, p=weights / weights.sum()).tolist() for m in lengths]


@pytest.mark.parametrize("seed", range(4))
def test_the_measure_equals_the_twin(seed):
    rng = np.random.default_rng(seed)
    counts = counted(random_text(24, 60, seed), 26)  # two words that never occur
    probes = rng.integers(0, 26, 70)  # more than a block
    neighbours = np.stack([rng.permutation(np.delete(np.arange(26), p))[:4] for p in probes])
    neighbours[rng.random(neighbours.shape) < 0.1] = -1
    found = company(neighbours, probes, counts, seed=0, minimal_count=5, minimal_neighbour_count=3)
    expected = twin(neighbours, probes, counts, 5, 3)
    assert np.isnan(expected).any()
    np.testing.assert_allclose(found.around, expected[:, 0])
    np.testing.assert_allclose(found.in_place, expected[:, 1])
    assert found.n_used == (~np.isnan(expected[:, 0])).sum()


N_SETS, SET_SIZE, N_WORDS = 40, 10, 400


def planted(seed=0, n_sentences=8000):
    """Write sentences about one of 40 topics, whose places are filled from ten classes.

    Word number 10 · topic + class is the only one of its topic and its class. In a sentence the
    classes follow each other in a fixed order, each once; so words of a topic meet and never
    exchange, and words of a class exchange and never meet.
    """
    rng = np.random.default_rng(seed)
    order = np.arange(SET_SIZE)
    topics = rng.integers(0, N_SETS, n_sentences)
    sentences = topics[:, None] * SET_SIZE + order
    is_other = rng.random(sentences.shape) < 0.4  # or only words of one topic would be adjacent
    others = rng.integers(0, N_SETS, sentences.shape) * SET_SIZE + order
    return np.where(is_other, others, sentences).tolist()


@pytest.fixture(scope="module")
def planted_counts():
    return counted(planted(), N_WORDS, window=9)


def in_topic(word):
    return [w for w in range(N_WORDS) if w // SET_SIZE == word // SET_SIZE and w != word]


def in_class(word):
    return [w for w in range(N_WORDS) if w % SET_SIZE == word % SET_SIZE and w != word][:9]


def test_words_of_a_topic_stand_around_and_words_of_a_class_in_place(planted_counts):
    probes = np.arange(N_WORDS)
    topic = company(np.array([in_topic(w) for w in probes]), probes, planted_counts, seed=1)
    slot = company(np.array([in_class(w) for w in probes]), probes, planted_counts, seed=1)
    assert np.mean(topic.around) > 0.9
    assert np.mean(topic.in_place) < 0.55
    assert np.mean(slot.in_place) > 0.9
    assert np.mean(slot.around) < 0.55
    topic_marks = marks(np.array([in_topic(w) for w in probes]), probes, planted_counts)
    slot_marks = marks(np.array([in_class(w) for w in probes]), probes, planted_counts)
    assert topic_marks.is_around.mean() > 0.85  # nine others of the topic may be controls
    assert topic_marks.is_in_place.mean() < 0.1
    assert slot_marks.is_in_place.mean() > 0.5
    assert slot_marks.is_around.mean() < 0.1
    assert slot.meeting.mean() < topic.controls_meeting.mean() < topic.meeting.mean() == 1


def test_the_nearest_by_company_are_what_was_planted(planted_counts):
    probes = probe_words(planted_counts, n=100)
    around, in_place = nearest_by_company(planted_counts, probes, 9)
    is_topic = around // SET_SIZE == (probes // SET_SIZE)[:, None]
    is_class = in_place % SET_SIZE == (probes % SET_SIZE)[:, None]
    assert is_topic.mean() > 0.95
    assert is_class.mean() > 0.95


def test_spaces_over_other_words_are_asked_about_the_same(planted_counts):
    half = planted_counts.restricted(planted_counts.words[: N_WORDS // 2])
    asked, asked_of_half = (
        {counts.words[row] for row in probe_words(counts, n=40)}
        for counts in (planted_counts, half)
    )
    assert asked & set(half.words) <= asked_of_half
    assert len(asked) == len(asked_of_half) == 40


def random_neighbours(n, k, rng):
    return np.stack([rng.permutation(np.delete(np.arange(n), word))[:k] for word in range(n)])


def test_random_neighbours_are_worth_a_half(planted_counts):
    neighbours = random_neighbours(N_WORDS, 10, np.random.default_rng(5))
    found = company(neighbours, np.arange(N_WORDS), planted_counts, seed=2)
    assert found.around.mean() == pytest.approx(0.5, abs=0.03)
    assert found.in_place.mean() == pytest.approx(0.5, abs=0.03)
    marked = marks(neighbours, np.arange(N_WORDS), planted_counts)
    assert marked.is_around.mean() == pytest.approx(0.05, abs=0.03)
    assert marked.is_in_place.mean() == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("which", ["of the same frequency", "frequent", "rare"])
def test_frequency_alone_is_worth_a_half(which):
    """Words drawn independently, by Zipf: neighbours say nothing but how frequent they are."""
    rng = np.random.default_rng(0)
    n = 600
    weights = 1 / (np.arange(n) + 3)
    words = rng.choice(n, 60_000, p=weights / weights.sum())
    counts = counted(words.reshape(-1, 10).tolist(), n)
    probes = probe_words(counts)
    first = {"frequent": np.full(len(probes), 30), "rare": np.full(len(probes), 500)}
    start = first.get(which, np.clip(probes - 5, 0, n - 12)).astype(int)
    neighbours = start[:, None] + np.arange(11)
    kept = np.argsort(neighbours == probes[:, None], axis=1, kind="stable")[:, :10]
    neighbours = np.take_along_axis(neighbours, kept, axis=1)
    found = company(neighbours, probes, counts, seed=1)
    assert np.nanmean(found.around) == pytest.approx(0.5, abs=0.03)
    assert np.nanmean(found.in_place) == pytest.approx(0.5, abs=0.03)


def test_the_order_of_the_words_changes_no_count_and_little_else(planted_counts):
    """Controls are drawn anew, as the ranks of equally frequent words change."""
    order = np.random.default_rng(0).permutation(N_WORDS)
    moved = planted_counts.restricted([str(word) for word in order])
    row_of = np.argsort(order)
    probes = np.arange(N_WORDS)
    neighbours = np.array([in_topic(word)[:4] + in_class(word)[:4] for word in probes])
    here = company(neighbours, probes, planted_counts, seed=1)
    there = company(row_of[neighbours], row_of[probes], moved, seed=1)
    np.testing.assert_array_equal(here.meeting, there.meeting)
    assert here.around.mean() == pytest.approx(there.around.mean(), abs=0.005)
    assert here.in_place.mean() == pytest.approx(there.in_place.mean(), abs=0.005)


def test_the_same_seed_gives_the_same(planted_counts):
    rows = random_neighbours(N_WORDS, 5, np.random.default_rng(1))
    probes = np.arange(N_WORDS)
    one, same, other = (
        company(rows, probes, counts, seed=seed)
        for counts, seed in ((planted_counts, 1), (replace(planted_counts), 1), (planted_counts, 2))
    )
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(one, field), getattr(same, field))
    assert (one.around != other.around).any()


def test_a_pair_has_one_mark_whichever_other_neighbours_there_are(planted_counts):
    word, near = in_topic(0)[:2]
    alone = marks(np.array([[near]]), np.array([word]), planted_counts)
    rng = np.random.default_rng(3)
    for others in random_neighbours(N_WORDS, 9, rng)[:20]:
        others = others[(others != word) & (others != near)]
        found = marks(np.array([[*others, near]]), np.array([word]), planted_counts)
        for name in ("is_judged", "is_around", "is_in_place"):
            assert getattr(found, name)[0, -1] == getattr(alone, name)[0, 0]


def test_a_mark_needs_words_enough_to_be_set_beside(planted_counts):
    by_count = np.argsort(-planted_counts.counts)
    rows = np.array([[*by_count[[200, 0]], -1]])  # none is as frequent as the first, or more
    found = marks(rows, np.array([by_count[100]]), planted_counts)
    assert found.is_judged.tolist() == [[True, False, False]]
    few = planted_counts.restricted(planted_counts.words[:LEAST_CONTROLS])
    assert not marks(np.array([[1]]), np.array([0]), few).is_judged.any()
    unknown = marks(rows, np.array([-1]), planted_counts)
    assert not unknown.is_judged.any()


def test_what_cannot_be_judged_is_left_out_and_said():
    """Word 3 stands alone, word 4 never, and word 5 once."""
    pair = [[0, 1], [1, 2], [2, 0], [6, 7], [7, 6]]
    counts = counted([*pair * 10, *[[3]] * 30, [0, 5]], 8)
    found = company(
        np.array([[1, 3, 4, 5, -1], [1, 0, 2, -1, -1], [0, 1, 2, 6, 7], [0, 1, 2, 6, 7]]),
        np.array([0, 3, 4, -1]),
        counts,
        seed=1,
    )
    assert found.is_judged.tolist() == [[True] + [False] * 4, *[[False] * 5] * 3]
    assert np.isnan(found.around).tolist() == [False, True, True, True]
    for field in FIELDS[1:4]:
        assert np.isnan(getattr(found, field)).tolist() == [False, True, True, True]
    assert (found.n_used, found.n_left_out) == (1, 3)
    assert probe_words(counts).tolist() == [0, 1, 2, 6, 7]
    assert probe_words(counts, n=2).shape == (2,)
    for rows in nearest_by_company(counts, np.array([3, 4, -1]), 3):
        assert (rows == -1).all()


@pytest.mark.parametrize("n", [0, 1, 5])
def test_nothing_counted_is_nothing_judged(n):
    counts = counted([[9]], 10).restricted([f"unknown {number}" for number in range(n)])
    probes = np.full(3, n - 1)
    found = company(np.full((3, 2), -1), probes, counts, seed=1)
    assert np.isnan(found.around).all()
    assert found.n_left_out == 3
    assert probe_words(counts).shape == (0,)
    assert [rows.shape for rows in nearest_by_company(counts, probes, 4)] == [(3, 4)] * 2


def test_no_words_and_no_neighbours():
    counts = counted([[0, 1], [1, 0]], 2)
    nobody = all_known(np.zeros((0, 3), dtype=int), np.zeros(0, dtype=int), counts)
    assert (nobody.around.shape, nobody.is_judged.shape) == ((0,), (0, 3))
    none = all_known(np.zeros((1, 0), dtype=int), [0], counts)
    assert np.isnan(none.around).tolist() == [True]
    alone = all_known([[1]], [0], counts)  # nobody is left to be a control
    assert np.isnan(alone.around).tolist() == [True]
    assert not alone.is_judged.any()


@pytest.mark.parametrize(
    ("neighbours", "probes", "options", "told"),
    [
        ([[1]], [0, 1], {}, "2 probe words but neighbours of 1"),
        ([[0, 1]], [1], {}, "no neighbour of its own"),
        ([[2]], [0], {}, "rows of 2 words"),
        ([[-2]], [0], {}, "rows of 2 words"),
        ([[0.5]], [0], {}, "found float64"),
        ([1], [0], {}, "must have 2 axes"),
        ([[1]], [0], {"n_controls": 0}, "n_controls must be a whole number from 1"),
        ([[1]], [0], {"minimal_count": 0}, "minimal_count must be a whole number from 1"),
        ([[1]], [0], {"seed": -1}, "seed must be a whole number"),
    ],
)
def test_what_cannot_be_asked_is_said(neighbours, probes, options, told):
    with pytest.raises(InputError, match=told):
        all_known(neighbours, probes, counted([[0, 1]], 2), **options)
    with pytest.raises(InputError, match="k must be"):
        nearest_by_company(counted([[0, 1]], 2), np.array([0]), 0)
