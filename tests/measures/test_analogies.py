"""Analogies: a slow twin on exact ties, gensim question by question, planted truths, the trick."""

from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.judgments.analogy_sets import (
    AnalogySet,
    Question,
    Relation,
    load_analogies,
)
from compare.measures import analogy_learning
from compare.measures.analogies import DEFAULT_METHODS, score_analogies
from compare.measures.analogy_learning import logistic_regression
from compare.spaces import analogy_equations, blocks
from compare.spaces.analogy_equations import BASELINES, METHODS
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import RelationPairs
from tests.conftest import random_space


def _set(*questions, name="relation"):
    asked = (Question(a, b, c, (d,) if isinstance(d, str) else d) for a, b, c, d in questions)
    return AnalogySet("set", (Relation(name, tuple(asked)),))


def _crossed(pairs):
    """Make a question of every two different pairs."""
    return _set(*((a, b, c, d) for a, b in pairs for c, d in pairs if a != c))


def _scores_slowly(space, method, question):
    """The published formulas, one word at a time, by question (a, b, c) and relation."""
    unit = {word: space.unit_vectors[row].astype(float) for row, word in enumerate(space.words)}
    a, b, c = (unit[word] for word in question[:3])
    scores = {}
    for word, x in unit.items():
        with_a, with_b, with_c = x @ a, x @ b, x @ c
        distance = np.linalg.norm(x - c)
        scores[word] = {
            "3CosAdd": with_b - with_a + with_c,
            "3CosMul": (with_b + 1) / 2 * (with_c + 1) / 2 / ((with_a + 1) / 2 + 0.001),
            "PairDirection": (b - a) @ (x - c) / distance if distance >= 0.001 else 0,
            "only-c": with_c,
            "only-b": with_b,
            "only-a+b": with_a + with_b,
            "only-b+c": with_b + with_c,
        }[method]
    return scores


def _average_slowly(space, questions, question):
    """3CosAvg: what the pairs that share neither c nor an answer with the question differ by."""
    unit = {word: space.unit_vectors[row].astype(float) for row, word in enumerate(space.words)}
    known = [q for q in questions if _can_be_asked(space, q)]
    pairs = {(q.a, q.b): (q.a, q.b) for q in known}
    for q in known:
        right = next(d for d in q.answers if d in space and d not in q[:3])
        pairs.setdefault((q.c, q.answers[0]), (q.c, right))
    offsets = [
        unit[b] - unit[a]
        for a, b in pairs.values()
        if not np.array_equal(unit[a], unit[question.c])
        and not any(np.array_equal(unit[b], unit[d]) for d in _right(space, question))
    ]
    target = unit[question.c] + (np.mean(offsets, axis=0) if offsets else 0)
    return {word: x @ target for word, x in unit.items()}


def _right(space, question):
    return [d for d in question.answers if d in space and d not in question[:3]]


def _can_be_asked(space, question):
    return bool(_right(space, question)) and all(word in space for word in question[:3])


def _rank_slowly(space, question, method, *, excluding, questions=(), slack=-1e-9):
    """1 + the other wrong words that score as high as the best right one, or None: not asked."""
    if not _can_be_asked(space, question):
        return None
    if method == "3CosAvg":
        score = _average_slowly(space, questions, question)
    else:
        score = _scores_slowly(space, method, question)
    right = _right(space, question)
    best = max(score[d] for d in right)
    in_the_way = [w for w in space.words if w not in right]
    if excluding:
        in_the_way = [w for w in in_the_way if w not in question[:3]]
    return 1 + sum(score[w] >= best + slack for w in in_the_way)


# ---- Ranks ------------------------------------------------------------------------------------


def _royal_space():
    vectors = {"man": (1, 0, 0), "woman": (0, 1, 0), "king": (1, 0, 1), "queen": (0, 1, 1)}
    vectors |= {"crown": (0, 0, 1), "nothing": (0, 0, 0)}
    return EmbeddingSpace(tuple(vectors), np.array(list(vectors.values())))


def test_king_by_hand():
    """The cosines of x with woman, man and king, worked out for all six words.

    queen: .71 − 0 + .5 = 1.21; woman: 1 − 0 + 0 = 1; crown: 0 − 0 + .71; king: 0 − .71 + 1 = .29;
    nothing: 0; man: 0 − 1 + .71 = −.29.
    """
    space = _royal_space()
    scores = score_analogies(space, _set(("man", "woman", "king", "queen")))
    (add,) = scores["3CosAdd"].relations
    assert (add.name, add.questions, add.n_used, add.n_missing) == ("relation", (0,), 1, 0)
    assert (add.excluded.tolist(), add.honest.tolist()) == ([1], [1])
    (add,) = score_analogies(space, _set(("man", "woman", "king", "crown")))["3CosAdd"].relations
    assert (add.excluded.tolist(), add.honest.tolist()) == ([2], [3])  # queen; and woman
    # Only king: itself 1, man and crown .71, queen .5, woman and nothing 0.
    (only,) = scores["only-c"].relations
    assert (only.excluded.tolist(), only.honest.tolist()) == ([2], [4])
    # 3CosMul: queen .854 · .75 / .501 = 1.28; woman 1 · .5 / .501; crown .5 · .854 / .501 = .85.
    (mul,) = scores["3CosMul"].relations
    assert (mul.excluded.tolist(), mul.honest.tolist()) == ([1], [1])
    (mul,) = score_analogies(space, _set(("man", "woman", "king", "crown")))["3CosMul"].relations
    assert (mul.excluded.tolist(), mul.honest.tolist()) == ([2], [3])


# Vectors of ±1 in four dimensions: unit vectors and cosines are exact in float32, so that ties are.
SIGNS = st.tuples(*[st.sampled_from((-1.0, 1.0))] * 4)
EXACT_VECTORS = st.lists(
    st.builds(lambda v, scale: [scale * x for x in v], SIGNS, st.sampled_from((0.0, 1.0, 4.0))),
    min_size=1,
    max_size=12,
)
WORDS = st.sampled_from([f"w{number}" for number in range(13)])
QUESTIONS = st.lists(
    st.builds(Question, WORDS, WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=3).map(tuple)),
    max_size=6,
)


ALL = METHODS + BASELINES
TWINNED = [method for method in ALL if method not in ("3CosAvg", "LRCos")]


@given(EXACT_VECTORS, QUESTIONS)
@settings(max_examples=120, deadline=None)
def test_ranks_equal_the_slow_twin_with_ties_duplicates_zeros_and_several_answers(vectors, asked):
    words = tuple(f"w{row}" for row in range(len(vectors)))
    space = EmbeddingSpace(words, np.array(vectors))
    judgments = AnalogySet("set", (Relation("r", tuple(asked)),))
    assert tuple(score_analogies(space, judgments)) == DEFAULT_METHODS
    found = score_analogies(space, judgments, methods=TWINNED)
    for method, scores in found.items():
        (relation,) = scores.relations
        for ranks, excluding in ((relation.excluded, True), (relation.honest, False)):
            expected = [_rank_slowly(space, q, method, excluding=excluding) for q in asked]
            if method == "3CosMul":  # different vectors, equal on paper: rounding parts them
                least = [
                    _rank_slowly(space, q, method, excluding=excluding, slack=1e-6) for q in asked
                ]
                assert all(ranks >= np.array([rank for rank in least if rank is not None]))
                assert all(ranks <= np.array([rank for rank in expected if rank is not None]))
            else:
                assert ranks.tolist() == [rank for rank in expected if rank is not None]
            assert relation.questions == tuple(
                place for place, rank in enumerate(expected) if rank is not None
            )
        assert (relation.excluded <= relation.honest).all()
        assert relation.n_used + relation.n_missing == len(asked)
        assert (scores.n_used, scores.n_missing) == (relation.n_used, relation.n_missing)


def test_random_vectors_equal_the_slow_twin():
    space = random_space(120, 9)
    rng = np.random.default_rng(1)
    asked = [tuple(f"w{n}" for n in rng.choice(120, 4, replace=False)) for _ in range(25)]
    judgments = _set(*asked)
    questions = judgments.relations[0].questions
    scored = score_analogies(space, judgments, methods=[*TWINNED, "3CosAvg"])
    for method, scores in scored.items():
        (relation,) = scores.relations
        for excluding, ranks in ((True, relation.excluded), (False, relation.honest)):
            assert ranks.tolist() == [
                _rank_slowly(space, q, method, excluding=excluding, questions=questions)
                for q in questions
            ]


def test_lrcos_equals_scikit_learn_and_leaves_the_asked_pair_out(monkeypatch):
    """Without random words: targets against sources of the other pairs, balanced, C = 1."""
    space = random_space(60, 7)
    monkeypatch.setattr(analogy_learning.np.random, "default_rng", lambda seed: _NothingDrawn())
    pairs = [(f"w{2 * n}", f"w{2 * n + 1}") for n in range(9)]
    judgments = _crossed(pairs)
    (relation,) = score_analogies(space, judgments, methods=["LRCos"])["LRCos"].relations
    unit = space.unit_vectors.astype(float)
    for question, honest, excluded in zip(
        judgments.relations[0].questions, relation.honest, relation.excluded, strict=True
    ):
        rows = [(space.index[a], space.index[b]) for a, b in pairs if a != question.c]
        model = LogisticRegression(class_weight="balanced", tol=1e-10, max_iter=10_000)
        model.fit(unit[np.array(rows).ravel()], [0, 1] * len(rows))
        scores = model.predict_proba(unit)[:, 1] * (unit @ unit[space.index[question.c]])
        as_high = scores >= scores[space.index[question.answers[0]]]
        assert honest == as_high.sum()
        as_high[[space.index[word] for word in question[:3]]] = False
        assert excluded == as_high.sum()


class _NothingDrawn:
    def integers(self, low, high, size):
        return np.zeros(0, dtype=np.int64)


@given(st.integers(4, 40), st.integers(1, 30), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_the_logistic_regression_is_scikit_learns(n, dim, seed):
    rng = np.random.default_rng(seed)
    examples = rng.normal(size=(n, dim))
    examples[0] = examples[-1]  # one example in both classes
    examples /= np.linalg.norm(examples, axis=1, keepdims=True)
    is_positive = np.arange(n) < rng.integers(1, n)
    factors, bias = logistic_regression(examples @ examples.T, is_positive)
    model = LogisticRegression(class_weight="balanced", tol=1e-10, max_iter=100_000)
    model.fit(examples, is_positive)
    np.testing.assert_allclose(factors @ examples, model.coef_[0], atol=1e-4)
    assert bias == pytest.approx(model.intercept_[0], abs=1e-4)


def test_lrcos_draws_its_random_words_from_the_seed():
    space, pairs = _additive_space()
    same, again, other = (
        score_analogies(space, _crossed(pairs), methods=["LRCos"], seed=seed)["LRCos"]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(same.relations[0].honest, again.relations[0].honest)
    assert same.n_used == other.n_used


@pytest.mark.parametrize("method", [*TWINNED, "3CosAvg"])
def test_a_word_with_the_vector_of_the_answer_always_ties_against_it(method):
    """A matrix product rounds equal columns differently; the tie must count all the same."""
    for seed in range(2):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(100, 400))
        vectors = rng.normal(size=(n, int(rng.integers(20, 120))))
        words = tuple(f"w{row}" for row in range(2 * n))
        space = EmbeddingSpace(words, np.vstack([vectors, vectors]))
        asked = [tuple(f"w{row}" for row in rng.choice(n, 4, replace=False)) for _ in range(60)]
        judgments = _set(*asked)
        relation = score_analogies(space, judgments, methods=[method])[method].relations[0]
        for (a, b, c, d), excluded, honest in zip(
            asked, relation.excluded, relation.honest, strict=True
        ):
            question = Question(a, b, c, (d,))
            assert min(excluded, honest) >= 2
            if method != "3CosAvg":  # whose twin is slow
                assert excluded == _rank_slowly(space, question, method, excluding=True)
                assert honest == _rank_slowly(space, question, method, excluding=False)


def test_of_several_right_answers_the_best_counts_and_the_others_stand_not_in_its_way():
    space = _royal_space()
    both = ("crown", "unknown", "queen")
    for answers in (both, both[::-1]):
        (relation,) = score_analogies(space, _set(("man", "woman", "king", answers)))[
            "3CosAdd"
        ].relations
        assert (relation.excluded.tolist(), relation.honest.tolist()) == ([1], [1])
    (second,) = score_analogies(space, _set(("man", "woman", "king", ("nothing", "crown"))))[
        "3CosAdd"
    ].relations
    assert second.excluded.tolist() == [2]


def test_questions_that_cannot_be_asked_are_counted_and_not_scored():
    space = _royal_space()
    judgments = _set(
        ("man", "woman", "king", "prince"),
        ("man", "lady", "king", "queen"),
        ("man", "woman", "king", "queen"),
        ("man", "woman", "king", "king"),  # the answer is excluded
    )
    scores = score_analogies(space, judgments)["3CosAdd"]
    assert (scores.n_used, scores.n_missing) == (1, 3)
    assert scores.relations[0].questions == (2,)
    assert scores.accuracy("excluded") == 1


def test_without_questions_there_is_no_accuracy():
    for judgments in (AnalogySet("none", ()), _set(), _set(("x", "y", "z", "v"))):
        scores = score_analogies(_royal_space(), judgments)["3CosMul"]
        assert np.isnan(scores.accuracy("excluded"))
        assert np.isnan(scores.accuracy("honest"))
        outcomes = [relation.outcomes("honest") for relation in scores.relations]
        estimate = RelationPairs.of(outcomes)
        assert np.isnan([estimate.value, estimate.error, estimate.p_value()]).all()


def test_micro_and_macro_accuracy_and_reciprocal_rank_by_hand():
    """One right; three whose answer has rank 2 (excluded) and 3 (honest); a relation not asked."""
    space = _royal_space()
    right, wrong = (Question("man", "woman", "king", (d,)) for d in ("queen", "crown"))
    unknown = Relation("3", (Question("a", "b", "c", ("d",)),))
    judgments = AnalogySet(
        "set", (Relation("1", (right,)), Relation("2", (wrong, wrong, wrong)), unknown)
    )
    scores = score_analogies(space, judgments)["3CosAdd"]
    assert scores.accuracy("excluded") == 0.25
    assert scores.macro_accuracy("excluded") == 0.5
    assert scores.reciprocal_rank("excluded") == (1 + 3 / 2) / 4
    assert scores.reciprocal_rank("honest") == pytest.approx((1 + 3 / 3) / 4)
    assert scores.relations[1].reciprocal_rank("honest") == pytest.approx(1 / 3)
    assert np.isnan(scores.relations[2].reciprocal_rank("honest"))


def test_an_unknown_method_is_told_with_its_neighbours():
    with pytest.raises(InputError, match=r"no analogy method '3cosadd'; did you mean '3CosAdd'"):
        score_analogies(_royal_space(), _set(), methods=["3cosadd"])


def test_blocks_change_nothing(monkeypatch):
    space = random_space(40, 6)
    rng = np.random.default_rng(3)
    judgments = _set(*(tuple(f"w{n}" for n in rng.choice(40, 4)) for _ in range(50)))
    whole = score_analogies(space, judgments, methods=ALL)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4 * 40 * 7)  # seven words a block
    parts = score_analogies(space, judgments, methods=ALL)
    for method in ALL:
        for one, other in zip(whole[method].relations, parts[method].relations, strict=True):
            np.testing.assert_array_equal(one.excluded, other.excluded)
            np.testing.assert_array_equal(one.honest, other.honest)


# ---- Pairs of a question ----------------------------------------------------------------------


def test_outcomes_stand_at_the_pairs_of_their_question():
    pairs = [("man", "woman"), ("king", "queen"), ("nothing", "crown")]
    judgments = _crossed(pairs)
    repeated = Relation(
        "r", judgments.relations[0].questions + judgments.relations[0].questions[:1]
    )
    (relation,) = score_analogies(_royal_space(), AnalogySet("set", (repeated,)))[
        "3CosAdd"
    ].relations
    outcomes = relation.outcomes("excluded")
    assert outcomes.n_asked.shape == (3, 3)
    assert outcomes.n_asked.sum() == outcomes.n_asked[~np.eye(3, dtype=bool)].sum() == 7
    first = repeated.questions[0]  # man woman king queen, asked twice
    numbers = relation.first_pair[0], relation.second_pair[0]
    assert (first.a, first.c) == ("man", "king")
    assert outcomes.n_asked[numbers] == outcomes.n_correct[numbers] == 2
    assert outcomes.n_correct.sum() == (relation.excluded == 1).sum()
    by_pair = {}
    for place, one, other in zip(
        relation.questions, relation.first_pair, relation.second_pair, strict=True
    ):
        question = repeated.questions[place]
        by_pair.setdefault(one, set()).add((question.a, question.b))
        by_pair.setdefault(other, set()).add((question.c, question.answers[0]))
    assert sorted(found for (found,) in by_pair.values()) == sorted(pairs)


# ---- gensim -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def question_space() -> EmbeddingSpace:
    """Make a space over the words of questions-words where offsets answer about half of them."""
    rng = np.random.default_rng(11)
    pair_of = {}
    vectors = {}
    for relation in load_analogies(Path(datapath("questions-words.txt"))).relations:
        offset = rng.normal(size=40)
        topic = rng.normal(size=40)
        for a, b, c, (d,) in relation.questions:
            for first, second in ((a.lower(), b.lower()), (c.lower(), d.lower())):
                pair_of.setdefault((relation.name, first, second), len(pair_of))
                base = 0.5 * topic + rng.normal(size=40)
                vectors.setdefault(first, base)
                noise = 1.1 * rng.normal(size=40)
                vectors.setdefault(second, vectors[first] + offset + noise)
    vectors |= {f"filler{n}": rng.normal(size=40) for n in range(300)}
    words = rng.permutation(sorted(vectors)).tolist()
    return EmbeddingSpace(
        tuple(words), np.array([vectors[word] for word in words]), np.arange(len(words), 0, -1)
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """Every sixth question of questions-words, in its sections, in the published case."""
    lines = Path(datapath("questions-words.txt")).read_text().splitlines()
    kept = [line for number, line in enumerate(lines) if line.startswith(":") or number % 6 == 0]
    path = tmp_path_factory.mktemp("judgments") / "questions-words.txt"
    path.write_text("\n".join(kept) + "\n")
    return path


def _lower(judgments):
    return AnalogySet(
        judgments.name,
        tuple(
            Relation(
                r.name,
                tuple(
                    Question(q.a.lower(), q.b.lower(), q.c.lower(), (q.answers[0].lower(),))
                    for q in r.questions
                ),
            )
            for r in judgments.relations
        ),
    )


def _smallest_gap(space, judgments):
    """The least distance of the two best 3CosAdd scores, question words excluded."""
    unit = space.unit_vectors.astype(np.float64)
    gaps = []
    for question in (q for r in judgments.relations for q in r.questions):
        if all(word in space for word in (*question[:3], *question.answers)):
            a, b, c = rows = [space.index[word] for word in question[:3]]
            scores = unit @ (unit[b] - unit[a] + unit[c])
            scores[rows] = -np.inf
            second, first = np.partition(scores, -2)[-2:]
            gaps.append(first - second)
    return min(gaps)


@pytest.mark.parametrize("n_words", [1000, 100_000])
def test_3cosadd_equals_gensims_evaluation_question_by_question(question_space, published, n_words):
    """With the vocabulary cut and whole; the cut drops questions on both sides."""
    space = question_space.restricted(question_space.words[:n_words])
    judgments = _lower(load_analogies(published))
    assert _smallest_gap(space, judgments) > 1e-6
    vectors = KeyedVectors(space.dim)
    vectors.add_vectors(list(question_space.words), question_space.vectors)
    score, sections = vectors.evaluate_word_analogies(str(published), restrict_vocab=n_words)
    scores = score_analogies(space, judgments, methods=["3CosAdd"])["3CosAdd"]
    assert sections.pop()["section"] == "Total accuracy"
    for section, relation, found in zip(
        sections, judgments.relations, scores.relations, strict=True
    ):
        assert section["section"] == relation.name == found.name
        by_outcome = {True: [], False: []}
        for place, rank in zip(found.questions, found.excluded, strict=True):
            a, b, c, (d,) = relation.questions[place]
            by_outcome[bool(rank == 1)].append(tuple(w.upper() for w in (a, b, c, d)))
        assert by_outcome[True] == section["correct"]
        assert by_outcome[False] == section["incorrect"]
    assert scores.accuracy("excluded") == pytest.approx(score)
    assert 0.2 < score < 0.8  # many right, many wrong
    assert (scores.n_missing > 0) == (n_words < len(question_space))


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
def test_3cosmul_equals_gensims_most_similar_cosmul(question_space, published, monkeypatch):
    """gensim's ε is 0.000001; Levy & Goldberg's and ours is 0.001."""
    monkeypatch.setattr(analogy_equations, "_EPSILON", 0.000001)
    judgments = _lower(load_analogies(published))
    some = AnalogySet(
        "some", tuple(Relation(r.name, r.questions[::12]) for r in judgments.relations)
    )
    vectors = KeyedVectors(question_space.dim)
    vectors.add_vectors(list(question_space.words), question_space.vectors)
    scores = score_analogies(question_space, some, methods=["3CosMul"])["3CosMul"]
    assert scores.n_used > 200
    assert 0.2 < scores.accuracy("excluded") < 0.8
    for relation, found in zip(some.relations, scores.relations, strict=True):
        for (a, b, c, (d,)), rank in zip(relation.questions, found.excluded, strict=True):
            answers = vectors.most_similar_cosmul([b, c], [a], topn=len(question_space))
            assert [word for word, _ in answers].index(d) + 1 == rank


# ---- Invariances ------------------------------------------------------------------------------


def test_accuracy_does_not_change_under_rotation_and_scaling(question_space, published, rng):
    judgments = _lower(load_analogies(published))
    some = AnalogySet(
        "some", tuple(Relation(r.name, r.questions[::5]) for r in judgments.relations)
    )
    rotation = np.linalg.qr(rng.normal(size=(40, 40)))[0]
    lengths = rng.uniform(0.1, 10, size=(len(question_space), 1))  # each word by its own
    changed = question_space.with_vectors(question_space.vectors @ rotation * lengths)
    before, after = (
        score_analogies(space, some, methods=ALL) for space in (question_space, changed)
    )
    for method in ALL:
        for one, other in zip(before[method].relations, after[method].relations, strict=True):
            # Words far down the list may change places by rounding.
            assert (np.abs(one.excluded - other.excluded) <= 1 + one.excluded / 100).all()
            np.testing.assert_array_equal(one.excluded == 1, other.excluded == 1)
            np.testing.assert_array_equal(one.honest == 1, other.honest == 1)


# ---- Planted truths ---------------------------------------------------------------------------


def _additive_space(n_pairs=8):
    """c, d = c + offset, and beside each c a closer word that only-c falls for."""
    dim = 2 * n_pairs + 1
    axes = np.eye(dim)
    vectors = {}
    for number in range(n_pairs):
        vectors[f"c{number}"] = axes[number]
        vectors[f"d{number}"] = axes[number] + axes[-1]
        vectors[f"near{number}"] = axes[number] + 0.3 * axes[n_pairs + number]
    space = EmbeddingSpace(tuple(vectors), np.array(list(vectors.values())))
    return space, [(f"c{number}", f"d{number}") for number in range(n_pairs)]


def test_a_planted_additive_space_is_solved_with_and_without_exclusion():
    space, pairs = _additive_space()
    scores = score_analogies(space, _crossed(pairs), methods=ALL)
    assert scores["3CosAdd"].n_used == 56
    for method in METHODS:
        assert scores[method].accuracy("excluded") == scores[method].accuracy("honest") == 1
    assert scores["only-c"].accuracy("excluded") == 0


def test_excluding_the_question_words_makes_a_space_without_offsets_look_clever():
    """b − a is tiny and another in each pair: the answer is merely the nearest word of c."""
    axes = np.eye(24)
    vectors = np.vstack([axes[:12], axes[:12] + 0.1 * axes[12:]])
    words = [f"c{n}" for n in range(12)] + [f"d{n}" for n in range(12)]
    space = EmbeddingSpace(tuple(words), vectors)
    crossed = _crossed([(f"c{n}", f"d{n}") for n in range(12)])
    scores = score_analogies(space, crossed, methods=["3CosAdd", "3CosMul", "3CosAvg", "only-c"])
    for method in scores:
        assert scores[method].accuracy("excluded") == 1
        assert scores[method].accuracy("honest") == 0
        assert (scores[method].relations[0].honest == 2).all()  # c itself stands before it


def test_random_spaces_sit_at_chance():
    space = random_space(300, 20)
    rng = np.random.default_rng(8)
    asked = [tuple(f"w{n}" for n in rng.choice(300, 4, replace=False)) for _ in range(3000)]
    for scores in score_analogies(space, _set(*asked)).values():
        assert scores.random == 1 / 297
        assert scores.accuracy("excluded") == pytest.approx(1 / 297, abs=0.004)
        assert scores.accuracy("honest") < 0.008
        assert scores.relations[0].excluded.mean() == pytest.approx(149, rel=0.05)


def test_a_tiny_space_has_a_random_baseline():
    assert score_analogies(random_space(2, 2), _set())["only-c"].random == 1


def test_a_rogue_dimension_hides_offsets_raw_and_not_centred(question_space, published):
    """All words share one long direction, each by its own length: cosines see little else."""
    judgments = _lower(load_analogies(published))
    rng = np.random.default_rng(3)
    lengths = 30 * rng.lognormal(sigma=0.5, size=(len(question_space), 1))
    leaning = question_space.with_vectors(
        np.hstack([question_space.vectors, lengths])  # one dimension no word relation lives in
    )
    shifted = question_space.with_vectors(question_space.vectors + 30)  # the same for all words

    def accuracy(space):
        return score_analogies(space, judgments, methods=["3CosAdd"])["3CosAdd"].accuracy(
            "excluded"
        )

    clean = accuracy(transformed(question_space, "centred"))
    assert accuracy(leaning) < clean - 0.1
    assert accuracy(transformed(leaning, "centred")) < clean  # centring takes only the mean off
    assert accuracy(transformed(shifted, "centred")) == pytest.approx(clean, abs=0.002)
    assert accuracy(shifted) != pytest.approx(clean, abs=0.002)
