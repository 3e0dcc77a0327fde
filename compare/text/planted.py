"""English-like text with known relations: a ground truth for comparing embeddings.

The text tells of a small world (`planted_world`): people by role, gender and age, countries and
capitals, adjectives and their comparatives, nouns and their plurals, synonyms, antonyms, words
with two senses. Each of these words has attributes, and each sentence about it is filled with
phrases that signal one or two of them, so that the company of a word factorises::

    p(context | king) = 1/n * [p(context | royal) + p(context | male) + p(context | adult)]

As the phrases of different attributes are different words (function words aside), the
log-probabilities differ between king and queen as they do between man and woman, which is what
makes king - man + woman = queen solvable [1]_, [2]_. Recovering a pair means having learned from
company: the two words of a pair never share a document, let alone a sentence.

At the default size gensim's skip-gram (100 dimensions, 10 epochs) solves over 99 % of the
analogies by 3CosAdd; at 150,000 words about 90 %, at 100,000 words 63 %.

Left out: reference across sentences, syntax beyond some templates, and the skew of a natural
vocabulary (function words are frequent, but the planted words are all about equally so).

References
----------
.. [1] O. Levy and Y. Goldberg, "Linguistic Regularities in Sparse and Explicit Word
   Representations", CoNLL 2014.
.. [2] C. Allen and T. Hospedales, "Analogies Explained: Towards Understanding Word Embeddings",
   ICML 2019.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import numpy as np
from pydantic import Field

from compare.options import Options
from compare.text.planted_truth import (
    SENSE_HEADING,
    analogy_questions,
    relation_pairs,
    word_categories,
    word_pairs,
)
from compare.text.planted_world import world


class PlantedOptions(Options):
    """What to generate; the same options give the same text."""

    n_words: int = Field(
        default=250_000,
        ge=1_000,
        le=10**15,
        description="size of the text in words; the last document is finished, so that the text "
        "is up to one document (about 300 words) longer",
    )
    seed: int = Field(
        default=0,
        ge=0,
        description="seed of the text; a larger n_words with the same seed extends the text",
    )


@dataclass(frozen=True)
class SenseOccurrence:
    """One occurrence of an ambiguous word: ``text[start:end].lower() == word``.

    `start` and `end` count the characters of the document's text.
    """

    word: str
    sense: str
    start: int
    end: int


@dataclass(frozen=True)
class PlantedDocument:
    """A text of several paragraphs and the senses of its ambiguous words, in text order."""

    text: str
    senses: tuple[SenseOccurrence, ...]


def planted_documents(options: PlantedOptions) -> Iterator[PlantedDocument]:
    """Generate documents until they hold `options.n_words` words.

    Parameters
    ----------
    options : PlantedOptions
        Size (words) and seed.

    Yields
    ------
    PlantedDocument
        Paragraphs stand apart by an empty line. The document at an index depends on the seed and
        that index alone.

    Examples
    --------
    >>> first = next(planted_documents(PlantedOptions(seed=1)))
    >>> first == next(planted_documents(PlantedOptions(n_words=1_000, seed=1)))
    True
    """
    n_words, index = 0, 0
    while n_words < options.n_words:
        seeds = np.random.SeedSequence([options.seed, index])
        document = _write_document(np.random.default_rng(seeds))
        yield document
        n_words += len(document.text.split())  # a space borders every word: no dashes in the text
        index += 1


def write_truth(folder: Path, options: PlantedOptions) -> None:
    """Write what is known about the text of `options` into a folder.

    Parameters
    ----------
    folder : Path
        Made if missing. ``analogies.txt`` (questions-words format), ``lexicon.tsv`` (word, other
        word or category, relation: what :func:`compare.judgments.lexicon.open_lexicon` reads) and
        ``senses.tsv`` (document, start, end, word, sense; `document` counts from 0, `start` and
        `end` are characters) are written, UTF-8.
    options : PlantedOptions
        The options of the text: its senses are those of `planted_documents(options)`.

    Raises
    ------
    OSError
        If the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "analogies.txt").open("w", encoding="utf-8", newline="\n") as file:
        file.write(analogy_questions())
    with (folder / "lexicon.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("word\tother\trelation\n")
        file.writelines("\t".join(pair) + "\n" for pair in word_pairs())
        file.writelines(f"{word}\t{kind}\tcategory\n" for word, kind in word_categories().items())
    with (folder / "senses.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{SENSE_HEADING}\n")
        for index, document in enumerate(planted_documents(options)):
            for found in document.senses:
                file.write(f"{index}\t{found.start}\t{found.end}\t{found.word}\t{found.sense}\n")


@dataclass(frozen=True)
class _Subject:
    """A planted word (in one of its senses) and all that may be said about it."""

    written: str  # the word as it stands in the text
    templates: tuple[tuple[tuple[str, str | None], ...], ...]  # each: (literal, slot) parts
    slots: Mapping[str, tuple[str, ...]]  # slot: its phrases
    sense: str | None = None


def _subject(
    word: str, templates: tuple[str, ...], sense: str | None = None, **slots: str
) -> _Subject:
    parts = [
        tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(template))
        for template in templates
    ]
    slots["opener"] = world.OPENERS
    phrases = {slot: tuple(listed.split(" | ")) for slot, listed in slots.items()}
    return _Subject(word, tuple(parts), phrases, sense)


def _people() -> Iterator[_Subject]:
    for role, words in world.PEOPLE.items():
        for at, word in enumerate(words):
            if word is None:
                continue
            gender = ("male", "female")[at % 2]
            age = "any" if None in words else ("adult", "young")[at // 2]
            yield _subject(
                word,
                world.PERSON_TEMPLATES,
                role=world.ROLES[role],
                gender=world.GENDERS[gender],
                pronoun=world.PRONOUNS[gender],
                name=world.NAMES[gender],
                age=world.AGES[age],
                age_adjective=world.AGE_ADJECTIVES[age],
                verb=world.PERSON_VERBS,
            )


def _things() -> Iterator[_Subject]:
    for common, royal, like in world.THINGS:
        for word, role in ((common, "common"), (royal, "royal")):
            yield _subject(
                word,
                world.THING_TEMPLATES,
                like=like,
                role=world.ROLES[role],
                verb=world.THING_VERBS,
            )


def _places() -> Iterator[_Subject]:
    for country, capital, people, place, product, dish, pride in world.COUNTRIES:
        for word, templates, frame in (
            (country, world.COUNTRY_TEMPLATES, world.COUNTRY_FRAMES),
            (capital, world.CAPITAL_TEMPLATES, world.CITY_FRAMES),
        ):
            yield _subject(
                word,
                templates,
                frame=frame,
                people=people,
                place=place,
                product=product,
                dish=dish,
                pride=pride,
            )


def _adjectives() -> Iterator[_Subject]:
    for topic, *poles in world.ADJECTIVES:
        for plain, comparative, company in poles:
            for word, degree, close in (
                (plain, world.PLAIN_DEGREES, world.PLAIN_CLOSES),
                (comparative, world.COMPARATIVE_DEGREES, world.COMPARATIVE_CLOSES),
            ):
                yield _subject(
                    word,
                    world.ADJECTIVE_TEMPLATES,
                    topic=topic,
                    company=company,
                    degree=degree,
                    close=close,
                    verb=world.ADJECTIVE_VERBS,
                )


def _nouns() -> Iterator[_Subject]:
    for noun, plural, does in world.NOUNS:
        for word, frame, close in (
            (noun, world.SINGULAR_FRAMES, world.SINGULAR_CLOSES),
            (plural, world.PLURAL_FRAMES, world.PLURAL_CLOSES),
        ):
            yield _subject(word, world.NUMBER_TEMPLATES, does=does, frame=frame, close=close)
    for first, second, does in world.SYNONYMS:
        for word in (first, second):
            yield _subject(word, world.NOUN_TEMPLATES, does=does)
    for topic, *poles in world.ANTONYMS:
        for word, company in poles:
            yield _subject(word, world.POLE_TEMPLATES, topic=topic, company=company)
    for word, senses in world.SENSES.items():
        for sense, does in senses.items():
            yield _subject(word, world.NOUN_TEMPLATES, sense, does=does)


_SUBJECTS = (*_people(), *_things(), *_places(), *_adjectives(), *_nouns())


def _partners() -> dict[str, set[str]]:
    """Each planted word with the words that may not share a document with it, itself included."""
    partners = {subject.written.lower(): {subject.written.lower()} for subject in _SUBJECTS}
    related = [pair for pairs in relation_pairs().values() for pair in pairs]
    for first, second in [*related, *((pair[0], pair[1]) for pair in word_pairs())]:
        partners[first].add(second)
        partners[second].add(first)
    return partners


_PARTNERS = _partners()


_N_PARAGRAPHS = (5, 10)  # in a document, each about one subject


_N_SENTENCES = (3, 6)  # about the subject, in a paragraph


_FILLER_SHARE = 0.4  # of paragraphs that end in a sentence about nothing


_FILLERS = tuple(world.FILLERS.split(" | "))


class _Deck:
    """Phrases drawn in random order, each once before any comes again."""

    def __init__(self, phrases: tuple[str, ...], rng: np.random.Generator) -> None:
        self._phrases, self._rng = phrases, rng
        self._left: list[int] = []

    def draw(self) -> str:
        if not self._left:
            self._left = self._rng.permutation(len(self._phrases)).tolist()
        return self._phrases[self._left.pop()]


def _write_document(rng: np.random.Generator) -> PlantedDocument:
    text = ""
    senses: list[SenseOccurrence] = []
    for subject in _choose_subjects(rng):
        text += "\n\n" if text else ""
        paragraph, starts = _write_paragraph(subject, rng)
        if subject.sense is not None:
            for start in (len(text) + start for start in starts):
                end = start + len(subject.written)
                senses.append(SenseOccurrence(subject.written, subject.sense, start, end))
        text += paragraph
    return PlantedDocument(text, tuple(senses))


def _choose_subjects(rng: np.random.Generator) -> list[_Subject]:
    """Draw subjects of which no two make a planted pair, or are two senses of one word."""
    n_subjects = rng.integers(*_N_PARAGRAPHS, endpoint=True)
    chosen: list[_Subject] = []
    excluded: set[str] = set()
    for index in rng.permutation(len(_SUBJECTS)).tolist():
        word = _SUBJECTS[index].written.lower()
        if word not in excluded:
            chosen.append(_SUBJECTS[index])
            excluded |= _PARTNERS[word]
        if len(chosen) == n_subjects:
            break
    return chosen


def _write_paragraph(subject: _Subject, rng: np.random.Generator) -> tuple[str, list[int]]:
    """Write sentences about a subject; also return where its word starts in them."""
    decks = {slot: _Deck(phrases, rng) for slot, phrases in subject.slots.items()}
    n_sentences = rng.integers(*_N_SENTENCES, endpoint=True)
    text, starts = "", []
    for index in rng.permutation(len(subject.templates))[:n_sentences].tolist():
        text += " " if text else ""
        sentence, at = _write_sentence(subject, subject.templates[index], decks)
        starts.append(len(text) + at)
        text += sentence
    if rng.random() < _FILLER_SHARE:
        text += " " + _FILLERS[int(rng.random() * len(_FILLERS))]
    return text, starts


def _write_sentence(
    subject: _Subject, template: tuple[tuple[str, str | None], ...], decks: Mapping[str, _Deck]
) -> tuple[str, int]:
    sentence, word_start = "", -1
    for literal, slot in template:
        sentence += literal
        if slot == "word":
            word_start = len(sentence)
            sentence += subject.written
        elif slot is not None:
            sentence += decks[slot].draw()
    return sentence[0].upper() + sentence[1:], word_start
