"""What headings of tables of rated pairs say: words, the rating, its mean, raters, other things."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADING = re.compile(
    r"(?i)word|pair|term|lemma|item|cue|target|score|rating|simil|relat|mean|average|avg|human|"
    r"judg|gold|value|^pos\b|index|^id$|unnamed|simlex|^w[12]$|^#"
)
_RATING = re.compile(
    r"(?:score|rating|simil|relat|judg|simlex|simverb|human|gold|value|averag)\w*|sim|avg|means?"
)
_MEAN = re.compile(r"means?|avg|averag\w*")
_OTHER = re.compile(
    r"sd|se|std\w*|var\w*|ci|n|num|no|count\w*|freq\w*|rank\w*|rt|time|length|len|letters|"
    r"conc\w*|assoc\w*|valence|arousal|famil\w*|imag\w*|age|aoa|min|max|range|index|id|unnamed|"
    r"meanings|raters|ratings|w2v|word2vec|glove|fasttext|bert|gpt|lsa|cos|cosine|model|predicted|"
    r"dissim\w*|dist\w*"
)
"""Parts of a heading: of ratings, of their mean, and of other quantities about pairs."""
_TURNED = re.compile(r"dissim\w*|dist(?:ance)?s?|rank\w*|differ\w*")
_RATERS = re.compile(r"(?i)rater|annot|subj|judge|particip|worker")
_UNRATED = re.compile(r"(?i)^(?:sd|std)|\bsd\b|_sd\b|index|^id$|unnamed|^n$|freq|count")
TAGS = frozenset(
    re.findall(
        r"\w+",
        "n v a r s j p nn vb jj rb adj adv noun verb adjective adverb nnp nns vbd vbg vbn prop x",
    )
)
"""How parts of speech are written."""
_WORD = re.compile(r"(?i)(?:word|w|term|lemma|item|noun|verb|target|cue)[ _-]?([12ab])$")


def parts(heading: str) -> list[str]:
    """Give the words of a heading, in small letters.

    >>> parts("Mean_RT (ms)"), parts("SimLex999"), parts("n_ratings")
    (['mean', 'rt', 'ms'], ['sim', 'lex999'], ['n', 'ratings'])
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", heading)
    return re.findall(r"[^\W_]+", parted.lower())


def word_number(heading: str) -> str:
    """Tell a heading of the first word ("1"), of the second ("2"), or of neither ("")."""
    found = _WORD.search(heading)
    return {"a": "1", "b": "2"}.get(found[1].lower(), found[1]) if found else ""


def names_rating(heading: str) -> bool:
    """Tell a heading of ratings, and of no other quantity."""
    own = parts(heading)
    return any(map(_RATING.fullmatch, own)) and not any(map(_OTHER.fullmatch, own))


def names_mean(heading: str) -> bool:
    """Tell a heading of a mean."""
    return any(map(_MEAN.fullmatch, parts(heading)))


def names_difference(heading: str) -> bool:
    """Tell a heading of ratings of which the larger is the less alike."""
    return any(map(_TURNED.fullmatch, parts(heading)))


def names_no_rating(heading: str) -> bool:
    """Tell a heading of deviations, counters and the like, whatever else it has."""
    return _UNRATED.search(heading) is not None


def are_raters(headings: Sequence[str]) -> bool:
    """Tell headings of one name, numbered, of people, or single letters."""
    names = [heading.strip() for heading in headings]
    stems = {re.sub(r"\d+", "", name).lower() for name in names}
    are_letters = all(len(name) == 1 for name in names)
    return len(stems) == 1 or are_letters or all(map(_RATERS.search, names))
