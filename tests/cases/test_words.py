"""Cases of words and sentences, of every script: what stands on the right is right."""

from itertools import pairwise

import pytest

from compare.text.found_words import find_words
from compare.text.normalization import Normalization, normal_word, normalize, with_case
from compare.text.word_encoder import WordEncoder
from compare.text.words import sentences, words

WORDS = {
    # marks, joiners, hyphens that are not seen
    "हिन्दी में लिखा": "हिन्दी में लिखा",
    "كِتَابٌ جديد": "كِتَابٌ جديد",
    "می\u200cخواهم بروم": "می\u200cخواهم بروم",
    "inter\u00adnational foo\u2060bar": "international foobar",
    "Ինչպե՞ս ես": "ինչպե՞ս ես",
    "தமிழ் മലയാളം বাংলা ਪੰਜਾਬੀ": "தமிழ் മലയാളം বাংলা ਪੰਜਾਬੀ",
    "בְּרֵאשִׁית צה״ל ג׳ירפה": "בְּרֵאשִׁית צה״ל ג׳ירפה",
    "col·lecció l·l": "col·lecció l·l",
    "coŀlecció COL·LECCIÓ": "col·lecció col·lecció",
    'המנכ"ל של צה"ל, ד“ר': "המנכ״ל של צה״ל ד״ר",
    "ג'ורג' ג׳ורג׳ 'x'": "ג׳ורג׳ ג׳ורג׳ x",
    "അവന്\u200d അവൻ അവന്": "അവൻ അവൻ അവന്",
    "می\u200c\u200cخواهم می\u200cخواهم": "می\u200cخواهم می\u200cخواهم",
    "كتـــاب كتاب": "كتاب كتاب",
    "ab\u2063cd e\u180ef": "abcd ef",
    "cafe\u0301 café": "café café",
    "\u0301lone mark": "lone mark",
    "foo\u200c \u200dbar": "foo bar",
    "\u202aleft\u202c \u200fright": "left right",
    # apostrophes
    "don't don’t donʼt don＇t don`t don´t don′t": "don't " * 7,
    "don‛t d᾽x ք՚ա": "don't d'x ք'ա",
    "rock'n'roll o'clock 'quoted' dogs' 60's": "rock'n'roll o'clock quoted dogs 60's",
    "`code` ``quoted''": "code quoted",
    "l'été м’я": "l'été м'я",
    # hyphens, digits, numbers, addresses, signs
    "well-known well–known well—known": "well known " * 3,
    "snake_case _emphasis_": "snake case emphasis",
    "3.14 1,000 1,000.50 2nd A4 x2": "3.14 1,000 1,000.50 2nd a4 x2",
    "३.५ ٣٫٥ 12:30 1;2 10%": "३.५ ٣٫٥ 12 30 1 2 10",
    "king² x³ ½ H₂O": "king x h o",
    "see example.org, me@example.org": "see example.org me example.org",
    "U.S. e.g. a.b": "u.s e.g a.b",
    "😀 ❤\ufe0f 👩\u200d🔬 1\ufe0f\u20e3": "1",
    # capitals of every language
    "İSTANBUL ISTANBUL ıslak": "istanbul istanbul ıslak",
    "ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ": "οδυσσευς σοφος",
    "ΠΡΟΣ:ΟΛΟΥΣ Σ. ΑΣ-ΣΕ": "προς ολους σ ας σε",
    "Straße STRASSE ẞ": "straße strasse ß",
    "H\u0331 \u1e96": "\u1e96 \u1e96",
    "ǅ Ǆ ǆ": "ǆ ǆ ǆ",
    # scripts that put no spaces: foreign words in a text that has
    "Tokyo (東京) カタカナ": "tokyo 東 京 カタカナ",
    "한국어 단어": "한국어 단어",
    "": "",
    "--- … _'_ ″": "",
}

SENTENCES = {
    "Mr. Smith met Dr. Jones. They spoke.": ["Mr Smith met Dr Jones", "They spoke"],
    "J. R. R. Tolkien wrote it. He died.": ["J R R Tolkien wrote it", "He died"],
    "the U.S. Army, e.g. this one. Next": ["the U.S Army e.g this one", "Next"],
    "See Fig. 2 and No. 5, p. 12. Then": ["See Fig 2 and No 5 p 12", "Then"],
    "He said no. Then he left.": ["He said no", "Then he left"],
    "It began at 5 p.m. on Monday. It ended at 6 p.m. The next": [
        "It began at 5 p.m on Monday",
        "It ended at 6 p.m",
        "The next",
    ],
    "Yahoo! Inc. was sold. Why?": ["Yahoo", "Inc was sold", "Why"],
    "a rate of 3.5 per cent, and 10.25 more": ["a rate of 3.5 per cent and 10.25 more"],
    '"Stop!" he said. "Go." Then he left…': ["Stop he said", "Go", "Then he left"],
    "He waited... and left. (It rained.) Then": ["He waited and left", "It rained", "Then"],
    "我喜欢猫。你呢？好！": ["我 喜 欢 猫", "你 呢", "好"],
    "वह आया। वह गया।": ["वह आया", "वह गया"],
    "هل أتى؟ نعم۔ لا": ["هل أتى", "نعم", "لا"],
    "Τι είναι; Αυτό.": ["Τι είναι", "Αυτό"],
    "one; two; three": ["one two three"],
    "בראשית׃ ברא": ["בראשית", "ברא"],
    "བོད་། ཡིག": ["བོད", "ཡིག"],
    "Բարեւ։ Ինչպես ես։": ["Բարեւ", "Ինչպես ես"],
    # paragraphs end sentences, lines do not
    "a hard-\nwrapped line\ngoes on": ["a hard wrapped line goes on"],
    "A heading\n\nThe text": ["A heading", "The text"],
    "A heading\r\n \r\nThe text": ["A heading", "The text"],
    "one\u2029two\u2028three\x0cfour": ["one", "two three four"],
    # text without capitals
    "the king spoke. nobody listened! mr. king": ["the king spoke", "nobody listened", "mr king"],
}


@pytest.mark.parametrize("text", WORDS)
def test_words(text: str) -> None:
    assert words(normalize(text, Normalization())) == WORDS[text].split()


@pytest.mark.parametrize("text", WORDS)
def test_words_by_whole_arrays_and_of_lists(text: str) -> None:
    encoder = WordEncoder(lower=True)
    ids = encoder.encode(with_case(text, Normalization())).ids
    assert [encoder.words[number] for number in ids] == WORDS[text].split()
    parts = [normal_word(part, fold=True) for part in text.split()]
    assert [word for part in parts for word in words(part)] == WORDS[text].split()


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences(text: str) -> None:
    assert [" ".join(one) for one in sentences(text)] == SENTENCES[text]
    found = find_words(text)
    borders = [*found.sentence_starts.tolist(), len(found.words)]
    listed = found.words.to_pylist()
    assert [" ".join(listed[a:b]) for a, b in pairwise(borders)] == SENTENCES[text]


def test_text_that_is_split_already() -> None:
    text = "我 喜欢 猫 。\nwell-known don't ...\n"
    assert words(text, "whitespace") == ["我", "喜欢", "猫", "。", "well-known", "don't", "..."]
    assert list(sentences(text, "whitespace", "lines")) == [
        ["我", "喜欢", "猫", "。"],
        ["well-known", "don't", "..."],
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"accents": "strip"}, "cafe \u0434\u0435\u0439 \u304c हिन्दी αλφα"),
        ({"punctuation": "drop"}, "café дей が हिन्दी άλφα"),
    ],
)
def test_options_know_scripts(options: dict[str, str], expected: str) -> None:
    text = "Café дей が हिन्दी άλφα"
    assert normalize(text, Normalization(**options)) == expected  # type: ignore[arg-type]
