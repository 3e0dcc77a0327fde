"""Judgments: published sets counted, every layout by hand, errors by file and line."""

import csv
from collections import Counter

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from compare.errors import InputError
from compare.judgments.analogy_sets import (
    AnalogySet,
    Question,
    Relation,
    default_analogies,
    load_analogies,
)
from compare.judgments.similarity_sets import (
    SimilaritySet,
    default_similarity,
    load_similarity,
    normal_similarity,
)


def test_questions_words_has_its_published_size():
    analogies = default_analogies()
    assert analogies.name == "questions-words"
    assert analogies.n_questions == 19_544
    assert len(analogies.relations) == 14
    assert analogies.n_repeated == 171
    sizes = {relation.name: len(relation.questions) for relation in analogies.relations}
    assert sizes["capital-common-countries"] == 506
    assert sizes["family"] == 506
    assert sizes["gram9-plural-verbs"] == 870
    first = analogies.relations[0].questions[0]
    assert first == Question("Athens", "Greece", "Baghdad", ("Iraq",))


def test_questions_words_agrees_with_gensims_reading():
    """gensim keeps the sections' questions upper-cased where all words are known."""
    analogies = default_analogies()
    questions = [q for relation in analogies.relations for q in relation.questions]
    known = {word for q in questions[:40] for word in (q.a, q.b, q.c, *q.answers)}
    vectors = KeyedVectors(2)
    vectors.add_vectors(sorted(known), [[1.0, number] for number in range(len(known))])
    _, sections = vectors.evaluate_word_analogies(
        datapath("questions-words.txt"), case_insensitive=False
    )
    theirs = Counter(
        question
        for section in sections
        if section["section"] != "Total accuracy"
        for question in section["correct"] + section["incorrect"]
    )
    ours = Counter((q.a, q.b, q.c, *q.answers) for q in questions if known.issuperset(q[:3] + q[3]))
    assert ours == theirs
    assert ours.total() > 40


def test_similarity_sets_have_their_published_sizes():
    wordsim, simlex = default_similarity()
    assert (wordsim.name, len(wordsim.pairs), wordsim.n_repeated) == ("WordSim-353", 353, 2)
    assert (simlex.name, len(simlex.pairs), simlex.n_repeated) == ("SimLex-999", 999, 1)
    assert wordsim.pairs[:2] == (("love", "sex"), ("tiger", "cat"))
    assert wordsim.ratings[wordsim.pairs.index(("tiger", "tiger"))] == 10.0
    assert simlex.ratings[simlex.pairs.index(("old", "new"))] == 1.58
    for judged in (wordsim, simlex):
        assert judged.ratings.shape == (len(judged.pairs),)
        assert ((judged.ratings >= 0) & (judged.ratings <= 10)).all()


@pytest.mark.parametrize(
    ("name", "n_pairs", "first", "rating"),
    [
        ("EN-MEN-TR-3k", 3000, ("sun", "sunlight"), 50.0),
        ("EN-WS-353-SIM", 203, ("tiger", "cat"), 7.35),
        ("EN-WS-353-REL", 252, ("computer", "keyboard"), 7.62),
        ("EN-MTurk-287", 287, ("episcopal", "russia"), 2.75),
    ],
)
def test_real_files_load_whole(data_folder, name, n_pairs, first, rating):
    judged = load_similarity(data_folder / "similarity" / f"{name}.txt")
    assert (judged.name, len(judged.pairs)) == (name, n_pairs)
    assert (judged.pairs[0], judged.ratings[0]) == (first, rating)


@pytest.mark.parametrize(
    "text",
    [
        "king\tqueen\t8.5\ncar\troad\t3\n",
        "king,queen,8.5\ncar,road,3\n",
        "king;queen;8.5\ncar;road;3\n",
        "king queen  8.5\ncar road 3",
        "\ufeffking queen 8.5\ncar road 3",
        "\ufeffWord 1,Word 2,Human (mean)\r\nking,queen,8.5\r\n\r\ncar,road,3\r\n",
        "# by A, B, and C\nword1\tword2\tscore\tSD\nking\tqueen\t8.5\t0.1\ncar\troad\t3\t0.2\n",
        '"king","queen","8.5"\n"car","road","3"\n',
        "king; queen; 8.5\n# a remark\ncar; road; 3",
    ],
)
def test_similarity_layouts_by_hand(tmp_path, text):
    path = tmp_path / "pairs.csv"
    path.write_bytes(text.encode())
    judged = load_similarity(path)
    assert judged.name == "pairs"
    assert judged.pairs == (("king", "queen"), ("car", "road"))
    assert judged.ratings.tolist() == [8.5, 3.0]
    assert load_similarity(path, name="mine").name == "mine"


def test_repeated_pairs_are_counted_in_either_order():
    pairs = (("a", "b"), ("b", "a"), ("a", "b"), ("a", "a"))
    assert SimilaritySet("s", pairs, [1, 1, 1, 9]).n_repeated == 2


def test_repeated_questions_are_counted_over_all_relations():
    one, other = Question("a", "b", "c", ("d",)), Question("a", "b", "c", ("e",))
    relations = (Relation("x", (one, other, one)), Relation("y", (one,)))
    analogies = AnalogySet("s", relations)
    assert (analogies.n_questions, analogies.n_repeated) == (4, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b 1\nc d high\n", r"pairs\.txt:2: expected two words and a rating; found 'c d high'"),
        ("word word rating\na b 1\n# ok\n\nc d\n", r"pairs\.txt:5: .*found 'c d'"),
        ("header\na b 1\n", r"pairs\.txt:1: .*found 'header'"),
        ("a b 1\nc d nan\n", r"pairs\.txt:2"),
        ("a b 1\n\td\t2\n", r"pairs\.txt:2"),
        ("a b 1\nc d 8.5.\n", r"pairs\.txt:2"),
        ("", "holds no rated word pair; expected lines 'word word number'"),
        ("word word number\n", "holds no rated word pair"),
        ("a b 1\nc d caf\udce9\n", "cannot read .*UTF-8"),
    ],
)
def test_malformed_similarity_lines_are_named(tmp_path, text, message):
    path = tmp_path / "pairs.txt"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=message):
        load_similarity(path)


def test_analogy_sections_by_hand(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text(
        ": family ties\nking queen man woman\n\n# remark\nboy girl he she\n:plural\na b c d\n"
    )
    assert load_analogies(path) == AnalogySet(
        "own",
        (
            Relation(
                "family ties",
                (
                    Question("king", "queen", "man", ("woman",)),
                    Question("boy", "girl", "he", ("she",)),
                ),
            ),
            Relation("plural", (Question("a", "b", "c", ("d",)),)),
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (": s\na b c d\na b c\n", r"own\.txt:3: expected four words; found 'a b c'"),
        (": s\na b c d e\n", r"own\.txt:2: expected four words"),
        (": s\n: t\n", "holds no analogy question; expected lines ': section' and 'a b c d'"),
        ("", "holds no analogy question"),
    ],
)
def test_malformed_analogy_lines_are_named(tmp_path, text, message):
    path = tmp_path / "own.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load_analogies(path)


def test_missing_files_are_told(tmp_path):
    for load in (load_analogies, load_similarity):
        with pytest.raises(InputError, match=r"no such file of judgments: .*none\.txt"):
            load(tmp_path / "none.txt")


def test_links_out_of_a_bats_folder_are_left_out(tmp_path, caplog):
    folder = tmp_path / "bats"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("user\tpassword\nroot\t1234\n")
    (folder / "I01.txt").write_text("cat\tcats\ndog\tdogs\n")
    (folder / "linked.txt").symlink_to("I01.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    assert [one.name for one in load_analogies(folder).relations] == ["I01", "linked"]
    assert "out.txt is a link out of the folder" in caplog.text


def test_a_bats_folder_by_hand(tmp_path):
    (tmp_path / "1_Inflection").mkdir()
    plural = tmp_path / "1_Inflection" / "I01 [noun - plural_reg].txt"
    plural.write_text("cat\tcats\nfish\tfish/fishes\nbox\tboxes\n")
    (tmp_path / "L01.txt").write_text("hot\tcold/cool\nbig\tsmall\n")
    bats = load_analogies(tmp_path)
    assert [relation.name for relation in bats.relations] == ["I01 [noun - plural_reg]", "L01"]
    assert bats.relations[1].questions == (
        Question("hot", "cold", "big", ("small",)),
        Question("big", "small", "hot", ("cold", "cool")),
    )
    inflection = bats.relations[0].questions
    assert len(inflection) == 3 * 2
    assert Question("cat", "cats", "fish", ("fish", "fishes")) in inflection
    assert (bats.name, bats.n_questions, bats.n_repeated) == (tmp_path.name, 8, 0)


def test_malformed_bats_folders_are_told(tmp_path):
    with pytest.raises(InputError, match="holds no BATS file"):
        load_analogies(tmp_path)
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(InputError, match="holds no BATS file"):
        load_analogies(tmp_path)
    (tmp_path / "bad.txt").write_text("cat\tcats\ndog\n")
    with pytest.raises(InputError, match=r"bad\.txt:2: expected a word, a tab.*found 'dog'"):
        load_analogies(tmp_path)


# ---- Published forms --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (  # SimLex-999: part of speech before the score, numbers behind it
            "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconcQ\n"
            "old\tnew\tA\t1.58\t2.72\t2\nsmart\tdumb\tA\t0.55\t1.75\t1\n",
            {"POS": ("A", "A")},
        ),
        (  # SimVerb-3500: no header, the relation behind the score
            "old\tnew\tV\t1.58\tANTONYMS\nsmart\tdumb\tV\t0.55\tNONE\n",
            {"POS": ("V", "V"), "relation": ("ANTONYMS", "NONE")},
        ),
        ("old;new;1.58\nsmart;dumb;0.55\n", {}),  # RG-65
        ("old\tnew\t1.58\t1\t2\nsmart\tdumb\t0.55\t0\t1\n", {}),  # RW: raters behind
        ("old,new,1.58\nsmart,dumb,0.55\n", {}),  # MTurk-771
        ("old-a new-a 1.58\nsmart-a dumb-n 0.55\n", {"POS": ("a-a", "a-n")}),  # MEN, lemmas
    ],
)
def test_published_forms_by_hand(tmp_path, text, labels):
    path = tmp_path / "pairs.txt"
    path.write_text(text)
    judged = load_similarity(path)
    assert judged.pairs == (("old", "new"), ("smart", "dumb"))
    assert judged.ratings.tolist() == [1.58, 0.55]
    assert judged.labels == labels


def test_parts_keep_their_pairs_ratings_and_labels():
    judged = SimilaritySet(
        "s",
        (("a", "b"), ("c", "d"), ("e", "f")),
        np.array([1.0, 2, 3]),
        {"POS": ("N", "V", "N"), "relation": ("x", "y", "z")},
    )
    nouns, verbs = judged.parts("POS")
    assert (nouns.name, verbs.name) == ("s (N)", "s (V)")
    assert nouns.pairs == (("a", "b"), ("e", "f"))
    assert nouns.ratings.tolist() == [1, 3]
    assert nouns.labels["relation"] == ("x", "z")
    assert normal_similarity(verbs).labels == verbs.labels
    with pytest.raises(InputError, match="no column 'relations'; columns of labels: POS, relation"):
        judged.parts("relations")


def test_groups_may_overlap_and_keep_their_pairs():
    judged = SimilaritySet(
        "s",
        (("A", "b"), ("c", "d"), ("e", "f")),
        np.array([1.0, 2, 3]),
        {"POS": ("N", "V", "N")},
        {"similar": (0, 2), "related": (2, 1)},
    )
    related = normal_similarity(judged).group("related")
    assert related.name == "s (related)"
    assert related.pairs == (("e", "f"), ("c", "d"))
    assert related.ratings.tolist() == [3, 2]
    assert related.labels == {"POS": ("N", "V")}
    assert related.groups == {"similar": (0,), "related": (0, 1)}
    assert normal_similarity(judged).group("similar").pairs == (("a", "b"), ("e", "f"))
    assert judged.parts("POS")[0].groups == {"similar": (0, 1), "related": (1,)}
    assert judged.kept([2, 0]).groups == {"similar": (1, 0), "related": (0,)}
    with pytest.raises(InputError, match="no group 'relatedness'; groups: similar, related"):
        judged.group("relatedness")


def test_words_with_hyphens_keep_them(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text("x-ray hospital 5\nvitamin-c fruit 6\n")
    assert load_similarity(path).pairs == (("x-ray", "hospital"), ("vitamin-c", "fruit"))


def test_the_rating_must_stand_in_one_column(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text("old new A 1.58\nsmart dumb 0.55\n")
    with pytest.raises(InputError, match=r"pairs.txt:2: expected two words and a rating"):
        load_similarity(path)


def test_a_line_too_long_is_refused_whatever_was_read_before(tmp_path):
    """The limit of Python's reader of CSV is the process's: a table of texts may have raised it."""
    path = tmp_path / "pairs.csv"
    path.write_text("word1,word2,me" + 200_000 * "7" + "an\na,b,1\nc,d,2\ne,f,3\n")
    before = csv.field_size_limit()
    for limit in (before, 1 << 30):
        csv.field_size_limit(limit)
        try:
            with pytest.raises(InputError, match="1: expected two words and a rating"):
                load_similarity(path)
        finally:
            csv.field_size_limit(before)
    path.write_text("word1,word2,mean" + 100_000 * "7" + "\na,b,1\nc,d,2\ne,f,3\n")
    assert load_similarity(path).ratings.tolist() == [1, 2, 3]
