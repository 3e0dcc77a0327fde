"""Cases of files of judgments: the right columns, or a question which; never a wrong number."""

import logging
import random
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError
from compare.judgments.analogy_sets import Question, load_analogies
from compare.judgments.similarity_sets import load_similarity

PAIRS = (
    ("tiger", "cat"),
    ("book", "paper"),
    ("king", "cabbage"),
    ("money", "bank"),
    ("sun", "day"),
)
RATINGS = (7.35, 7.46, 0.23, 8.12, 6.5)


def table(row: str, heading: str = "") -> str:
    """Write a table; ``row`` is filled for each pair."""
    around = {"lo": -0.5, "hi": 0.5, "lower": -0.25, "higher": 0.25}
    lines = []
    for n, ((a, b), r) in enumerate(zip(PAIRS, RATINGS, strict=True)):
        others = {name: f"{r + shift:.3f}" for name, shift in around.items()}
        lines.append(row.format(n=n, a=a, b=b, r=r, rc=str(r).replace(".", ","), **others))
    return "\n".join([heading, *lines] if heading else lines) + "\n"


READ = {
    "spaces": table("{a} {b} {r}"),
    "tabs": table("{a}\t{b}\t{r}"),
    "commas": table("{a},{b},{r}"),
    "semicolons and decimal commas": table("{a};{b};{rc}"),
    "tabs and decimal commas": table("{a}\t{b}\t{rc}", "word1\tword2\tscore"),
    "quotes": table('"{a}","{b}","{r}"', '"word1","word2","mean"'),
    "an index of pandas": table("{n},{a},{b},{r}", ",word1,word2,score"),
    "an index without headings": table("{n}\t{a}\t{b}\t{r}"),
    "an id behind": table("{a}\t{b}\t{r}\tid{n}", "word1\tword2\tsimilarity\tid"),
    "parts of speech between": table("{n},{a},n,{b},n,{r}", "id,word1,POS1,word2,POS2,mean"),
    "a flag before": table("x\t{a}\t{b}\t{r}", "flag\tword1\tword2\trating"),
    "raters and their mean": table("{a}\t{b}\t{r}\t{lo}\t{hi}", "w1\tw2\tmean\tr1\tr2"),
    "a mean without headings": table("{a}\t{b}\t{r}\t{lo}\t{hi}"),
    "a mean behind the raters": table("{a}\t{b}\t{lo}\t{hi}\t{r}"),
    "raters alone": table("{a}\t{b}\t{lo}\t{hi}\t{lower}\t{higher}", "word1\tword2\ta\tb\tc\td"),
    "frequencies before": table("{a},{b},1{n}0,{r}", "word1,word2,freq,score"),
    "a deviation behind": table("{a},{b},{r},0.{n}", "word1,word2,score,SD"),
    "translations beside": table("{a},{b},{r},x{n},y{n}", "word1,word2,score,wort1,wort2"),
    "headings of one's own": table("{a}|{b}|{r}", "Wort 1|Wort 2|Human"),
    "comments": "# of our own\n#\n" + table("{a} {b} {r}"),
    "tags": table("{a}-n {b}-n {r}"),
    "tags of corpora": table("{a}_NN\t{b}_VB\t{r}"),
    "quotes between blanks": table('"{a}" "{b}" {r}'),
    "single quotes": table("'{a}','{b}',{r}"),
    "parts of speech between, no headings": table("{a}\tn\t{b}\tn\t{r}"),
    "a part of speech before": table("n\t{a}\t{b}\t{r}", "pos\tfirst\tsecond\trating"),
    "a label behind": table("{a}\t{b}\t{r}\tsport", "cue\ttarget\trating\ttopic"),
    "a mean of another thing": table("{a}\t{b}\t{r}\t4.{n}", "w1\tw2\tscore\tmean_length"),
    "reaction times": table("{a}\t{b}\t{r}\t53{n}", "w1\tw2\tsimilarity\tmean_RT"),
    "numbers of ratings": table("{a}\t{b}\t{r}\t1{n}", "w1\tw2\tsim\tn_ratings"),
    "a model's similarity": table("{a}\t{b}\t{r}\t.{n}1", "w1\tw2\tSIM\tw2v_similarity"),
    "deviations before": table("{a}\t{b}\t.{n}\t{r}", "w1\tw2\tSD_mean\tmean"),
    "raters numbered": table("{a},{b},{r},{lo},{hi}", "Word 1,Word 2,Human (mean),1,2"),
    "raters numbered alone": table("{a},{b},{lo},{hi},{r}", "word1,word2,1,2,3"),
    "decimal commas in quotes": table('"{a}","{b}","{rc}"'),
}
"""The right answer of all is PAIRS and RATINGS."""


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_are_found(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(READ[name].replace("\n", "\r\n").encode(encoding))
    judged = load_similarity(path)
    assert judged.pairs == PAIRS
    np.testing.assert_allclose(judged.ratings, RATINGS, atol=1e-9)


def test_parts_of_speech_become_labels(tmp_path: Path) -> None:
    for row, pos in (("{a}-n {b}-v {r}", "n-v"), ("{a}_NN {b}_VB {r}", "NN-VB")):
        (tmp_path / "pairs.txt").write_text(table(row))
        assert set(load_similarity(tmp_path / "pairs.txt").labels["POS"]) == {pos}


def test_what_is_chosen_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "pairs.csv"
    for name, told in (
        ("a mean without headings", "the rating is column 3, the mean of the other 2 columns"),
        ("raters alone", "the rating is the mean of 4 raters, 'a' to 'd'"),
    ):
        path.write_text(READ[name])
        with caplog.at_level(logging.WARNING):
            load_similarity(path)
        assert told in caplog.text


REFUSED = {
    "two numbers": (table("{a} {b} 1{n}0 {r}"), "which column holds the rating.*--columns"),
    "a topic first": (table("x{n}\t{a}\t{b}\t{r}"), "which two columns hold the words"),
    "a topic named": (table("x{n},{a},{b},{r}", "topic,first,second,rating"), "which two columns"),
    "ids first": (table("p00{n}\t{a}\t{b}\t{r}"), "which two columns hold the words"),
    "a translation between": (table("{a},x{n},{b},{r}", "en,de,partner,score"), "which two col"),
    "two questions": (table("{a}\t{b}\t{r}\t{lo}", "w1\tw2\tSim.\tRelatedness"), "holds the rat"),
    "sentences": (table("train\tA\t{a} is it now\t{b} is not it\t{r}"), "two columns of words"),
    "distances": (table("{a}\t{b}\t{r}", "w1\tw2\tdistance"), "larger the less alike"),
    "dissimilarities": (table("{a}\t{b}\t{r}", "w1\tw2\tdissimilarity"), "larger the less"),
    "decimal commas between commas": (table("{a},{b},{rc}"), "not clear which column.*column 4"),
    "three words": (table("{a}\t{b}\tz{n}\tq{n}\t{r}"), "which two columns hold the words"),
    "one word": (table("{a}\t{n}\t{r}"), "expected two columns of words; columns: column 1"),
    "no rating": (table("{a}\t{b}\tn/a"), r":1: expected two words and a rating; found 'tiger"),
    "a rating missing": (table("{a}\t{b}\t{r}") + "a\tb\tn/a\n", r":6: expected two words and a r"),
    "the first rating missing": ("word\tcat\tn/a\n" + table("{a}\t{b}\t{r}"), r":1: expected two"),
    "equal ratings": (table("{a}\t{b}\t5"), "all 5 ratings are 5; a rating must differ"),
    "points and commas": (table("{a};{b};{r}") + "a;b;1,5\n", "with points and with commas"),
    "html": ("<!DOCTYPE html><p>404</p>", "is HTML, no file of judgments"),
    "other letters": ("caf\xe9 bar 1\nb c 2\n".encode("latin-1"), "line 1, byte 0xe9.*cp1252"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_clear_is_asked(tmp_path: Path, name: str) -> None:
    content, message = REFUSED[name]
    path = tmp_path / "pairs.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message) as caught:
        load_similarity(path)
    assert "\n" not in str(caught.value)


def test_columns_may_be_said(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(REFUSED["two numbers"][0])
    assert load_similarity(path, columns=("1", "2", "4")).ratings.tolist() == list(RATINGS)
    path.write_text(READ["translations beside"])
    other = load_similarity(path, columns=("wort1", "wort2", "score"))
    assert other.pairs[0] == ("x0", "y0")
    for columns, message in (
        (("wort1", "wort2", "none"), "has no column 'none'; columns: 'word1'"),
        (("1", "2"), "expected three"),
        (("1", "1", "3"), "three different ones"),
    ):
        with pytest.raises(InputError, match=message):
            load_similarity(path, columns=columns)


def test_ratings_outside_their_scale_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(table("{a},{b},{r}", "word1,word2,score (0-5)"))
    with caplog.at_level(logging.WARNING):
        load_similarity(path)
    assert "4 ratings lie outside the scale of 'score (0-5)'" in caplog.text


def test_analogies_in_other_forms(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    expected = Question("New York", "USA", "Paris", ("France",))
    for text in (
        ": capitals\nNew York\tUSA\tParis\tFrance\n",
        "New York\tUSA\tParis\tFrance\n",
        ": capitals\r\nNew York;USA;Paris;France\r\n",
        "\ufeff: capitals\nNew York,USA,Paris,France\n",
    ):
        path.write_text(text)
        [relation] = load_analogies(path).relations
        assert relation.questions == (expected,)
        assert relation.name in ("capitals", "own")
    path.write_text(": a\nb c d e\n: f\ng h i j\n: a\nk l m n\n")
    first, second = load_analogies(path).relations
    assert (first.name, len(first.questions)) == ("a", 2)
    assert (second.name, len(second.questions)) == ("f", 1)


def test_a_folder_of_bats_with_strangers(tmp_path: Path) -> None:
    (tmp_path / "I01 [noun - plural_reg].TXT").write_text("cat\tcats/\nfish\tfish/fishes\n")
    (tmp_path / "._I01.txt").write_bytes(b"\0\5\x16\7")
    (tmp_path / "metadata.json").write_text("{}")
    [relation] = load_analogies(tmp_path).relations
    assert relation.questions[0].answers == ("fish", "fishes")
    assert relation.questions[1].answers == ("cats",)
    (tmp_path / "README.txt").write_text("The set was made by many people.\n")
    with pytest.raises(InputError, match=r"README\.txt:1: .*is this file part of the set"):
        load_analogies(tmp_path)


def test_mutations_are_read_or_refused_and_rows_stay_rows(tmp_path: Path) -> None:
    draw = random.Random(0)
    path = tmp_path / "pairs.csv"
    for name in ("an index of pandas", "raters and their mean", "tabs", "spaces"):
        whole = READ[name].encode()
        for _ in range(400):
            place = draw.randrange(len(whole))
            change = draw.choice([b"", bytes([draw.randrange(256)]), b"\t", b",", b"\n", b'"'])
            path.write_bytes(whole[:place] + change + whole[place + draw.randrange(3) :])
            try:
                judged = load_similarity(path)
            except InputError:
                continue
            known = dict(zip(PAIRS, RATINGS, strict=True))
            wrong = sum(
                not np.isclose(known.get(pair, np.nan), rating)
                for pair, rating in zip(judged.pairs, judged.ratings, strict=True)
            )
            assert wrong <= 2, path.read_bytes()


QUESTIONS = {
    "a copyright": "//Copyright 2013\n: family\nking queen man woman\n",
    "headings": "a,b,c,d\nking,queen,man,woman\n",
    "headings by name": "word1\tword2\tword3\tword4\nking\tqueen\tman\twoman\n",
    "quotes": '"king","queen","man","woman"\n',
    "blanks behind commas": "king, queen, man, woman\n",
}


def test_right_answers_are_parted_at_slashes(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("king queen man woman/lady\n")
    [relation] = load_analogies(tmp_path / "q.txt").relations
    assert relation.questions[0].answers == ("woman", "lady")
    (tmp_path / "bats").mkdir()
    (tmp_path / "bats" / "a.txt").write_text("ice\tcold / cool\ndog\tpet\n")
    [relation] = load_analogies(tmp_path / "bats").relations
    assert relation.questions[0] == Question("ice", "cold", "dog", ("pet",))


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_as_people_write_them(tmp_path: Path, name: str) -> None:
    (tmp_path / "q.txt").write_text(QUESTIONS[name])
    [relation] = load_analogies(tmp_path / "q.txt").relations
    assert relation.questions == (Question("king", "queen", "man", ("woman",)),)
