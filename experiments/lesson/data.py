"""What the lesson's page shows, computed here: tables, draws, trainings, neighbours, analogies.

The page shows these numbers and computes only what a reader changes, by twins of the functions that
made them (``experiments/pages/scripts``), which tests hold equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from compare import EmbeddingSpace, Trained
from compare.errors import InputError
from compare.llm.tokenizer import end_of_text_id, named_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.windows import SlidingWindows
from compare.measures.company import nearest_by_company
from compare.measures.company_marks import KINDS
from compare.measures.neighbours import nearest
from compare.spaces.unit_rows import unit_rows
from compare.text.abbreviations import (
    BEFORE_NUMBERS,
    BEGINNERS,
    ELSEWHERE,
    LONGEST,
    NEVER_LAST,
)
from compare.text.characters import COMMA, CONTINUE, END, FULL_STOP, characters_of
from compare.text.company_counts import count_company
from compare.text.words import words
from compare.word2vec.sampling import noise_distribution
from experiments.lesson.frames import common_frames
from experiments.lesson.models import (
    FEWEST_WORDS,
    LEARNED,
    READABLE,
    SHARES,
    LessonModels,
    check_words_to_show,
)
from experiments.lesson.small_text import small_world

NEIGHBOURS = FEWEST_WORDS - 2
COMPANY = 10
"""Words that stand nearest in the text, by either measure."""

N_NOISE = 400
"""Noise words drawn beforehand, which the page takes one after the other."""

MAP_WORDS = 36
SHOWN_SENTENCES = 6
LONGEST_SHOWN = 120
"""Letters of the sentence that the page begins with."""

MINIMAL_PROBE = 4
"""Letters of a word that is shown where the lesson's own words do not occur."""


def sentence_signs() -> dict[str, Any]:
    """Give what ends sentences, and what does not, to the page's own reading of a sentence."""
    return {
        "end": characters_of(END),
        "fullStop": characters_of(FULL_STOP),
        "goesOn": characters_of(CONTINUE) + characters_of(COMMA),
        "neverLast": sorted(NEVER_LAST),
        "beforeNumbers": sorted(BEFORE_NUMBERS),
        "elsewhere": sorted(ELSEWHERE),
        "beginners": sorted(BEGINNERS),
        "longest": LONGEST,
    }


def lesson_data(models: LessonModels, *, sentence: str | None = None, seed: int) -> dict[str, Any]:
    """Compute all that the page carries, as JSON values.

    Parameters
    ----------
    sentence : str, optional
        That goes through both pipelines; by default the text's own first, or the lesson's.

    Raises
    ------
    InputError
        If the models have no word in common, or a text is too small to show anything.
    """
    text = models.text
    known = text.vocabulary.words
    spaces = [models.word2vec.space("input"), models.gpt.space("input")]
    shared = [word for word in known if all(word in space for space in spaces)]
    check_words_to_show(text, len(shared))
    spaces = [space.restricted(shared) for space in spaces]
    listed = _neighbours(models, spaces)
    probes = _probes(shared)
    analogies = [q for q in small_world()["examples"]["analogies"] if set(q) <= set(shared)]
    opposites = [p for p in small_world()["examples"]["opposites"] if set(p) <= set(shared)]
    shown = _shown_on_maps(probes, opposites, listed)
    first = _beginning(models)
    return {
        "sentence": sentence or _own_sentence(models, first),
        "text": {
            "name": text.corpus.name,
            "beginning": first,
            "n_words": len(text.numbered.training),
            "n_tokens": _n_tokens(models),
        },
        "words": list(known),
        "counts": np.asarray(text.vocabulary.counts).tolist(),
        "merges": _merges(models),
        "gpt2": None if models.raw is None else gpt2_rows(models.raw),
        "signs": sentence_signs(),
        "end_of_text": end_of_text_id(_coder(models).encoding),
        "readable": _readable(models, seed),
        "dimensions": [READABLE, LEARNED],
        "training": [
            _training(model, space, shown)
            for model, space in zip((models.word2vec, models.gpt), spaces, strict=True)
        ],
        "map_words": shown,
        "probes": probes,
        "company": COMPANY,
        "neighbours": listed,
        "opposites": [_opposites(models, listed, *pair) for pair in opposites],
        "analogies": [_analogy(spaces, question) for question in analogies],
    }


ROWS, ROW = 8, 4
"""Rows that are shown of a text in GPT-2's encoding, and tokens in each."""


def gpt2_rows(text: str) -> dict[str, Any] | None:
    """Cut a text as GPT-2 does and show its first rows with their targets.

    None where the encoding's files are not here, or the text is too short.
    """
    try:
        encoding = named_encoding("gpt2")
        ids = encoding.encode_ordinary(text)
        rows = SlidingWindows(np.array(ids), max_length=ROW, stride=ROW)
    except InputError:
        return None

    def told(row: np.ndarray) -> list[list[Any]]:
        return [[int(i), encoding.decode([int(i)])] for i in row]

    shown = [rows[number] for number in range(min(ROWS, len(rows)))]
    return {"n": len(ids), "rows": [[told(inputs), told(targets)] for inputs, targets in shown]}


def _coder(models: LessonModels) -> BytePairs:
    coder = models.readable_gpt.language_model.coder  # type: ignore[attr-defined]
    assert isinstance(coder, BytePairs)
    return coder


def _merges(models: LessonModels) -> list[str]:
    """List the bytes of the merged tokens, a character a byte, from id 256 on."""
    encoding = _coder(models).encoding
    ids = range(256, end_of_text_id(encoding))
    return [encoding.decode_single_token_bytes(i).decode("latin-1") for i in ids]


def _n_tokens(models: LessonModels) -> int:
    counts = models.gpt.language_model.model.token_counts  # type: ignore[attr-defined]
    return int(counts.sum())


def _beginning(models: LessonModels) -> str:
    """Give the first sentences of the text."""
    passage = next(iter(models.text.passages("training")))
    ends = [place for place, char in enumerate(passage.text) if char in ".!?"][:SHOWN_SENTENCES]
    return passage.text[: ends[-1] + 1 if ends else 400]


def _own_sentence(models: LessonModels, first: str) -> str:
    """Choose the lesson's sentence where the text has its words, else the first of two words."""
    known = set(models.text.vocabulary.words)
    own: str = small_world()["examples"]["sentence"]
    if set(words(own.lower())) <= known:
        return own
    parts = re.split(r"(?<=[.!?])\s+", first)
    fit = (part for part in parts if len(known.intersection(words(part))) > 1)
    return next(fit, first).strip()[:LONGEST_SHOWN]


def _readable(models: LessonModels, seed: int) -> dict[str, Any]:
    """Give the tables that are read, number by number, and noise words drawn for them."""
    word2vec, gpt = models.readable_word2vec, models.readable_gpt.language_model
    counts = np.asarray(models.text.vocabulary.counts)
    rng = np.random.default_rng(seed)
    noise = rng.choice(len(counts), N_NOISE, p=noise_distribution(counts, 0.75))
    tables = gpt.tables()
    positions = gpt.positions()
    assert positions is not None, "the readable model has learned positions"
    return {
        "word2vec": {
            name: _rows(word2vec.space(name).vectors, DIGITS) for name in ("input", "output")
        },
        "gpt": {
            "tokens": _rows(tables["input"], DIGITS),
            "positions": _rows(positions, DIGITS),
            "output": _rows(tables["output"], DIGITS),
        },
        "noise": noise.tolist(),
    }


DIGITS = 2
"""Of the tables that are read, as many as the page shows: sums by hand come out."""


def _rows(table: np.ndarray, digits: int = 5) -> list[list[float]]:
    return [[round(float(value), digits) for value in row] for row in table]


def _probes(shared: Sequence[str]) -> list[str]:
    known = set(shared)
    own = [word for word in small_world()["examples"]["words"] if word in known]
    long = [word for word in shared if len(word) >= MINIMAL_PROBE]
    return own if len(own) > 1 else list(dict.fromkeys((*own, *long, *shared)))[:6]


def _neighbours(
    models: LessonModels, spaces: Sequence[EmbeddingSpace]
) -> dict[str, list[list[list[Any]]]]:
    """List the nearest words of every word, in either space: word, cosine, kind.

    A report sets neighbours beside words as frequent; a text of a hundred words has too few of
    these. Here a neighbour stands around its word where it is among the :data:`COMPANY` words of
    the largest lift, and in its place where it is among as many that share its direct neighbours.
    """
    words = spaces[0].words
    counts = count_company(models.text, words=words)
    every = np.arange(len(words))
    ends = nearest_by_company(counts, every, COMPANY, minimal_count=5)
    around, in_place = ([set(rows.tolist()) for rows in one] for one in ends)
    found: dict[str, list[list[list[Any]]]] = {word: [] for word in words}
    for space in spaces:
        near = nearest(space, words, k=NEIGHBOURS)
        for word, rows, cosines, *company in zip(
            words, near.rows, near.cosines, around, in_place, strict=True
        ):
            kinds = [KINDS[row in company[0], row in company[1]] for row in rows.tolist()]
            lines = zip(rows, cosines, kinds, strict=True)
            found[word].append([[words[row], round(float(c), 3), kind] for row, c, kind in lines])
    return found


def _shown_on_maps(
    probes: Sequence[str], opposites: Sequence[Sequence[str]], listed: dict[str, Any]
) -> list[str]:
    """Choose the words of the maps: those asked about, and some that either model has near."""
    words = dict.fromkeys([*probes, *(word for pair in opposites for word in pair)])
    for place in range(3):
        for word in probes:
            for near in listed[word]:
                words[near[place][0]] = None
    return list(words)[:MAP_WORDS]


def _training(model: Trained, last: EmbeddingSpace, shown: Sequence[str]) -> dict[str, Any]:
    """Give the loss, and the words' places on a map at each snapshot, along the last one's axes."""
    states = [*model.snapshots, (1.0, last)]
    grid = [*SHARES, 1.0]  # both models' words move together, however often each was kept
    nearest_state = [min(states, key=lambda state: abs(state[0] - share)) for share in grid]
    units = [_centred_unit(space, shown) for _, space in nearest_state]
    middle = units[-1].mean(axis=0)
    _, sizes, directions = np.linalg.svd(units[-1] - middle, full_matrices=False)
    axes, explained = directions[:2], (sizes[:2] ** 2).sum() / max((sizes**2).sum(), 1e-12)
    history = model.history
    loss = history["training_loss"].to_numpy()
    seen = history["seen"].to_numpy()
    return {
        "shares": grid,
        "maps": [_rows((one - middle) @ axes.T) for one in units],
        "explained": round(float(explained), 3),
        "loss": [
            [round(s / seen[-1], 4), round(float(v), 4)] for s, v in zip(seen, loss, strict=True)
        ],
        "seconds": round(float(model.budget.get("seconds") or 0), 1),
        "parameters": int(model.budget.get("parameters") or 0),
    }


def _centred_unit(space: EmbeddingSpace, words: Sequence[str]) -> np.ndarray:
    """Take unit vectors of words, without what all words of the space have in common."""
    centred = space.vectors - space.vectors.mean(axis=0)
    return unit_rows(centred[[space.index[word] for word in words]])


def _opposites(
    models: LessonModels, listed: dict[str, Any], first: str, second: str
) -> dict[str, Any]:
    """Say where two opposites stand in each other's lists, and in which places of the text."""
    ranks = [
        next((place for place, near in enumerate(lists, 1) if near[0] == second), None)
        for lists in listed[first]
    ]
    tokens = models.text.words.training
    frames = common_frames(tokens, models.text.vocabulary.words, first, second)
    return {"pair": [first, second], "ranks": ranks, "frames": [list(frame) for frame in frames]}


def _analogy(spaces: Sequence[EmbeddingSpace], question: Sequence[str]) -> dict[str, Any]:
    a, b, c, expected = question
    return {
        "question": [a, b, c],
        "expected": expected,
        "answers": {
            kind: [
                [[word, round(score, 3)] for word, score in space.analogy(a, b, c, 3, exclude=left)]
                for space in spaces
            ]
            for kind, left in (("excluded", True), ("allowed", False))
        },
    }
