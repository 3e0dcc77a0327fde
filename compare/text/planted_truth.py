"""What is known of the planted text: its relations, opposites, categories and senses, as files."""

import re
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Literal

from compare.errors import InputError
from compare.text.encodings import read_text_file
from compare.text.planted_world import world


def relation_pairs() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the planted relations.

    Returns
    -------
    dict
        Relation name to its pairs of lower-case words, at least eight pairs each. Any two pairs
        (a, b) and (c, d) of a relation make the analogy b - a + c = d.
    """
    young = [role for role in world.PEOPLE.values() if role[2] and role[3]]
    royal, common = world.PEOPLE["royal"], world.PEOPLE["common"]
    gender = [(role[at], role[at + 1]) for role in world.PEOPLE.values() for at in (0, 2)]
    age = [(role[at], role[at + 2]) for role in young for at in (0, 1)]
    royalty = [*zip(common, royal, strict=True), *((thing[0], thing[1]) for thing in world.THINGS)]
    degree = [pole[:2] for _, *poles in world.ADJECTIVES for pole in poles]
    return {
        "male-female": _without_gaps(gender),
        "adult-young": _without_gaps(age),
        "common-royal": _without_gaps(royalty),
        "country-capital": tuple((row[0].lower(), row[1].lower()) for row in world.COUNTRIES),
        "adjective-comparative": tuple(degree),
        "singular-plural": tuple((noun, plural) for noun, plural, _ in world.NOUNS),
    }


def _without_gaps(
    pairs: list[tuple[str | None, str | None]],
) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in pairs if first and second)


def analogy_questions() -> str:
    """Return the analogies in the questions-words format.

    Returns
    -------
    str
        For each relation a line ``: name`` and a line ``a b c d`` for every ordered pair of its
        pairs, lower-case; d is the answer.
    """
    lines = []
    for relation, pairs in relation_pairs().items():
        lines.append(f": {relation}")
        lines.extend(" ".join((*first, *second)) for first, second in permutations(pairs, 2))
    return "\n".join(lines) + "\n"


def word_pairs() -> tuple[tuple[str, str, Literal["synonym", "antonym"]], ...]:
    """Return the planted synonyms and antonyms.

    Returns
    -------
    tuple of (word, other word, "synonym" or "antonym")
        Lower-case. Synonyms share their whole company; antonyms share a topic and differ in the
        rest, so that synonyms should come out more alike.
    """
    pairs: list[tuple[str, str, Literal["synonym", "antonym"]]] = []
    pairs.extend((first, second, "synonym") for first, second, _ in world.SYNONYMS)
    pairs.extend((first[0], second[0], "antonym") for _, first, second in world.ADJECTIVES)
    pairs.extend((first[0], second[0], "antonym") for _, first, second in world.ANTONYMS)
    return tuple(pairs)


def word_categories() -> dict[str, str]:
    """Return the kind of each planted word that has one kind.

    Returns
    -------
    dict
        Lower-case word to male, female, country, capital, adjective, comparative, singular or
        plural.
    """
    kinds: dict[str, set[str]] = {}

    def note(kind: str, words: Iterable[str]) -> None:
        for word in words:
            kinds.setdefault(word.lower(), set()).add(kind)

    relations = relation_pairs()
    for relation, first, second in (
        ("male-female", "male", "female"),
        ("country-capital", "country", "capital"),
        ("adjective-comparative", "adjective", "comparative"),
        ("singular-plural", "singular", "plural"),
    ):
        note(first, (a for a, _ in relations[relation]))
        note(second, (b for _, b in relations[relation]))
    return {word: kind for word, (kind, *others) in kinds.items() if not others}


def read_senses(path: Path) -> dict[tuple[int, int], tuple[str, str]]:
    """Read which sense each occurrence of an ambiguous word has, as the planted corpus wrote it.

    Returns
    -------
    dict
        (document, first character) to (word, sense).

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    heading, *lines = read_text_file(path, "list of senses").split("\n")
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for number, line in enumerate(filter(None, lines), start=2):
        row = _SENSE.fullmatch(line)
        if row is None or heading != SENSE_HEADING:
            raise InputError(f"{path}:{number} is damaged: {line[:60]!r}; run again")
        found[int(row[1]), int(row[2])] = (row[3], row[4])
    return found


SENSE_HEADING = "document\tstart\tend\tword\tsense"
_SENSE = re.compile(r"([0-9]{1,15})\t([0-9]{1,15})\t[0-9]{1,15}\t([^\t\r]+)\t([^\t\r]+)")
