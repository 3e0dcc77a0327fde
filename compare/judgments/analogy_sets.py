"""Analogies as published: questions-words, BATS.

Nothing is dropped or mended in silence: repeated questions are kept, since published results count
them, and their number is told.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from compare.errors import InputError
from compare.text.containers import is_resource
from compare.text.encodings import read_text_file
from compare.text.gensim_files import gensim_file
from compare.text.normalization import normal_word

logger = logging.getLogger(__name__)


class Question(NamedTuple):
    """``a`` is to ``b`` as ``c`` is to one of ``answers``."""

    a: str
    b: str
    c: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """The questions of one relation (a section of questions-words, a file of BATS)."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class AnalogySet:
    """A named set of relations."""

    name: str
    relations: tuple[Relation, ...]

    @property
    def n_questions(self) -> int:
        """Questions in all relations."""
        return sum(len(relation.questions) for relation in self.relations)

    @property
    def n_repeated(self) -> int:
        """Questions that stand in the set before, letter by letter, in any relation."""
        return self.n_questions - len({q for r in self.relations for q in r.questions})


def default_analogies() -> AnalogySet:
    """Open questions-words (Mikolov et al. 2013), from gensim's wheel."""
    return load_analogies(gensim_file("questions-words.txt"))


def load_analogies(path: Path) -> AnalogySet:
    """Read a file in the questions-words format, or a folder of BATS files.

    questions-words: ``: section``, then four words a line. BATS (Gladkova et al. 2016): in each
    file a pair a line, tab-separated, further right answers after ``/``; every two pairs of a
    file make two questions.

    Raises
    ------
    InputError
        If the path is missing, empty, or a line has another form (the file and line are named).
    """
    if path.is_dir():
        relations = tuple(_bats_relation(file) for file in _bats_files(path))
        if not any(relation.questions for relation in relations):
            raise InputError(
                f"folder {path} holds no BATS file (*.txt: a tab-separated pair a line)"
            )
        return AnalogySet(path.name, relations)
    relations = _joined(_relations(path, judgment_lines(path)))
    if not any(relation.questions for relation in relations):
        raise InputError(
            f"{path} holds no analogy question; expected lines ': section' and 'a b c d'"
        )
    return AnalogySet(path.stem, relations)


def normal_analogies(judgments: AnalogySet, *, fold: bool = True) -> AnalogySet:
    """Write the words of questions as texts have them; ``fold``: in small letters, too."""

    def normal(word: str) -> str:
        return normal_word(word, fold=fold)

    relations = (
        Relation(
            relation.name,
            tuple(
                Question(normal(a), normal(b), normal(c), tuple(map(normal, answers)))
                for a, b, c, answers in relation.questions
            ),
        )
        for relation in judgments.relations
    )
    return AnalogySet(judgments.name, tuple(relations))


def judgment_lines(path: Path) -> Iterable[tuple[int, str]]:
    """Read a file of judgments, line by line with their numbers.

    Raises
    ------
    InputError
        If it is missing, or no UTF-8 text.
    """
    lines = re.split(r"\r\n|\r|\n", read_text_file(path, "file of judgments"))
    return ((number, line.strip()) for number, line in enumerate(lines, start=1))


def _joined(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    """Put sections of one name together, at the first one's place."""
    found: dict[str, tuple[Question, ...]] = {}
    for relation in relations:
        found[relation.name] = found.get(relation.name, ()) + relation.questions
    return tuple(Relation(name, questions) for name, questions in found.items())


def _relations(path: Path, lines: Iterable[tuple[int, str]]) -> Iterable[Relation]:
    name = path.stem  # of questions before the first section
    questions: list[Question] = []
    for number, line in lines:
        if line.startswith(":"):
            if questions:
                yield Relation(name, tuple(questions))
            name, questions = line[1:].strip(), []
        elif line and not line.startswith(("#", "//")):
            words = _four(line)
            if not questions and re.search("[\t;,]", line) and _are_headings(words):
                continue
            if len(words) != 4 or not (all(words) and _answers(words[3])):
                raise InputError(f"{path}:{number}: expected four words; found {line[:60]!r}")
            a, b, c, d = words
            questions.append(Question(a, b, c, _answers(d)))
    if questions:
        yield Relation(name, tuple(questions))


def _four(line: str) -> list[str]:
    """Part a line at tabs, so that words may hold spaces; else at ``;``, commas or white space."""
    for separator in "\t;,":
        if separator in line:
            fields = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
            if len(fields) == 4:
                return [word.strip() for word in fields]
    return line.split()


_HEADING = re.compile(
    r"(?i)[abcd]|(?:word|w|term|item|source|target|question|answer)[ _-]?[1-4abcd]?"
)


def _are_headings(words: Sequence[str]) -> bool:
    """Tell what tables of questions write above their columns."""
    return len(words) == 4 and all(map(_HEADING.fullmatch, words))


def _answers(text: str) -> tuple[str, ...]:
    """Part right answers at slashes."""
    return tuple(filter(None, (one.strip() for one in text.split("/"))))


def _bats_files(folder: Path) -> list[Path]:
    """List a folder's files of pairs; links out of it are left out and told, as of texts."""
    found = (p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() == ".txt")
    files = sorted(p for p in found if not is_resource(PurePosixPath(p.name)))
    inside = folder.resolve()
    out = [p for p in files if p.is_symlink() and not p.resolve().is_relative_to(inside)]
    for path in out:
        logger.warning("%s is a link out of the folder and left out", path)
    return [path for path in files if path not in out]


def _bats_relation(path: Path) -> Relation:
    pairs: list[tuple[str, tuple[str, ...]]] = []
    for number, line in judgment_lines(path):
        if not line:
            continue
        fields = [field.strip() for field in re.split(r"\t+" if "\t" in line else r" +", line)]
        answers = _answers(fields[-1])
        if len(fields) != 2 or not answers:
            raise InputError(
                f"{path}:{number}: expected a word, a tab and its answers (is this file part of "
                f"the set?); found {line[:60]!r}"
            )
        pairs.append((fields[0], answers))
    questions = (
        Question(a, b[0], c, d)
        for i, (a, b) in enumerate(pairs)
        for j, (c, d) in enumerate(pairs)
        if i != j
    )
    return Relation(path.stem, tuple(questions))
