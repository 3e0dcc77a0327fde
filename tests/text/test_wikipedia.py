"""Wiki markup → paragraphs, by hand; and the sample in gensim's wheel."""

import re

import pytest

from compare.text.corpus import CorpusOptions, open_corpus
from compare.text.open_marks import without_open_marks
from compare.text.passages import MAX_PASSAGE_CHARACTERS
from compare.text.wikipedia import paragraphs_of, wiki_sample_articles
from compare.text.words import words

TAIL = "is a city in Italy that has stood for three thousand years."


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "'''Rome''' is [[capital city|the capital]] of [[Italy]] ",
            "Rome is the capital of Italy ",
        ),
        ("Rome ({{IPA|x}}; born 753) ", "Rome (born 753) "),
        ("Rome ({{IPA|x}}) ", "Rome "),
        ("{{lang|it|Roma}} covers {{convert|1,285|km2|sqmi}} ", "Roma covers 1,285 km2 "),
        ("Rome{{spaced ndash}}{{nowrap|the city}} ", "Rome – the city "),
        ('Rome<ref name="a">Cited [[x]].</ref><ref name="b" /> <!-- no -->', "Rome "),
        ("Rome <math>x^2</math> &amp; its &quot;hills&quot; ", 'Rome & its "hills" '),
        ("[[File:Rome.jpg|thumb|The [[Tiber]] in [http://x.it Rome].]]Rome ", "Rome "),
        ("Rome, {{x}}, {{y}}; ", "Rome, "),
        ("Rome <code>x = 1</code> &amp;ndash; so named ", "Rome – so named "),
        ("Rome<br />&nbsp;<small>also</small> ", "Rome also "),
    ],
)
def test_markup_by_hand(markup, expected):
    assert list(paragraphs_of(markup + TAIL)) == [expected + TAIL]


@pytest.mark.parametrize(
    "mark", ["<ref name=a>", "<!--", "<math>", "[[File:a|", "[http://a ", "{|"]
)
def test_thousands_of_marks_that_nothing_closes_are_taken_out(mark):
    assert mark not in without_open_marks(TAIL + mark * 3000)
    assert list(paragraphs_of(f"Rome {TAIL}\n{mark * 3000}")) == [f"Rome {TAIL}"]


def test_marks_of_people_stay_to_be_read():
    page = f"Rome<ref>x</ref> {TAIL} <ref [[File: {{| <!-- [http://a\n" * 50
    assert without_open_marks(page) == page


def test_only_paragraphs_of_sentences_outside_back_matter_are_kept():
    prose = f"Rome {TAIL}"
    article = "\n".join(
        [
            *("{{Infobox\n| name = Rome\n}}", prose, "Too short a line.", f"# Rome {TAIL[:-1]}"),
            *("== History ==", f"* Old {prose}", "=== See also ===", f"Later {prose}"),
            *("== See also ==", f"Hidden {prose}", "=== More ===", f"Hidden {prose}"),
            *("== Economy ==", f"Again {prose}", "{| class=x\n| a table cell\n|}"),
            *("==References==", f"Hidden {prose}"),
        ]
    )
    assert list(paragraphs_of(article)) == [
        prose,
        *(f"{w} {prose}" for w in ("Old", "Later", "Again")),
    ]
    assert list(paragraphs_of("")) == []


def test_the_sample_is_103_articles_of_running_text():
    articles = wiki_sample_articles()
    assert len(articles) == 103
    assert len(set(articles)) == 103
    assert articles[0].startswith("Anarchism is a political philosophy")
    assert 0.40e6 < sum(len(words(text)) for text in articles) < 0.43e6
    assert min(len(words(text)) for text in articles) >= 10


@pytest.mark.parametrize(
    "markup",
    [
        *("[[", "]]", "{{", "}}", "''", "==", "<ref", "</", "<br", "|", "http:", "&nbsp;", "&amp;"),
        *("()", "( ", " )", "(;", "(,", " ,", " .\n"),
    ],
)
def test_no_markup_and_no_hole_is_left_in_the_sample(markup):
    assert [text for text in wiki_sample_articles() if markup in text] == []


def test_redirects_are_left_out_of_the_sample():
    assert not any(
        re.match(r"\W*redirect\b", text, re.IGNORECASE) for text in wiki_sample_articles()
    )


def test_clean_text_passes_unchanged():
    for article in wiki_sample_articles()[:5]:
        assert "\n".join(paragraphs_of(article)) == article


def test_the_sample_is_a_corpus_that_reads_restartably():
    corpus = open_corpus(CorpusOptions())
    assert (corpus.name, corpus.n_documents) == ("wiki-sample", 103)
    passages = list(corpus.passages())
    assert passages == list(corpus.passages())
    assert corpus.n_characters == sum(map(len, wiki_sample_articles()))
    assert max(len(passage.text) for passage in passages) <= MAX_PASSAGE_CHARACTERS
