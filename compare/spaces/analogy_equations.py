"""The methods that answer "a is to b as c is to ?", as equations over cosines.

With cos(x, y) between unit vectors, each method scores every word x; the highest answers:

    3CosAdd        cos(x, b) − cos(x, a) + cos(x, c)          Mikolov et al. 2013, NAACL
    3CosMul        s(x, b) · s(x, c) / (s(x, a) + 0.001)      Levy & Goldberg 2014, CoNLL
                   with s = (cos + 1) / 2
    PairDirection  (b − a) · (x − c) / |x − c|                Levy & Goldberg 2014, CoNLL
    3CosAvg        cos(x, c + mean of b' − a')                Drozd et al. 2016, COLING
    LRCos          cos(x, c) · P(x is of the answers' class)  Drozd et al. 2016, COLING

3CosAvg and LRCos learn from the other pairs (a', b') of the relation: those that share neither c
nor a right answer. Without one, c stands alone. P is a logistic regression on unit vectors (L2
penalty 1, classes balanced): the b' against the a' and as many random words. The baselines leave a
part of the question out (Linzen 2016 calls only-c "only-b", and only-b+c "ignore-a"):

    only-c  cos(x, c)        only-a+b  cos(x, a) + cos(x, b)
    only-b  cos(x, b)        only-b+c  cos(x, b) + cos(x, c)

In PairDirection a word nearer to c than 0.001 has no direction: its score is 0.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Method = Literal[
    "3CosAdd",
    "3CosMul",
    "PairDirection",
    "3CosAvg",
    "LRCos",
    "only-c",
    "only-b",
    "only-a+b",
    "only-b+c",
]
METHODS: tuple[Method, ...] = ("3CosAdd", "3CosMul", "PairDirection", "3CosAvg", "LRCos")
BASELINES: tuple[Method, ...] = ("only-c", "only-b", "only-a+b", "only-b+c")
EQUATIONS: dict[Method, str] = {
    "3CosAdd": "cos(x, b) − cos(x, a) + cos(x, c)",
    "3CosMul": "s(x, b) · s(x, c) / (s(x, a) + 0.001), s = (cos + 1) / 2",
    "PairDirection": "(b − a) · (x − c) / |x − c|",
    "3CosAvg": "cos(x, c + mean of b' − a')",
    "LRCos": "cos(x, c) · P(x is of the answers' class)",
    "only-c": "cos(x, c)",
    "only-b": "cos(x, b)",
    "only-a+b": "cos(x, a) + cos(x, b)",
    "only-b+c": "cos(x, b) + cos(x, c)",
}
PAPERS: dict[Method, str] = {
    "3CosAdd": "Mikolov, Yih & Zweig 2013, NAACL",
    "3CosMul": "Levy & Goldberg 2014, CoNLL",
    "PairDirection": "Levy & Goldberg 2014, CoNLL",
    "3CosAvg": "Drozd, Gladkova & Matsuoka 2016, COLING",
    "LRCos": "Drozd, Gladkova & Matsuoka 2016, COLING",
    **dict.fromkeys(BASELINES, "Linzen 2016, RepEval"),
}
_EPSILON = 0.001
_NO_DIRECTION = 1e-6  # squared distance


# Each score is taken apart into a term of the pair (a, b), a term of c, and how they combine, so
# that the terms can be shared between questions.


def pair_term(method: Method, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Take the term of (a, b) from the cosines of words with a and with b."""
    term: np.ndarray
    if method in ("3CosAdd", "PairDirection"):
        term = b - a
    elif method == "3CosMul":
        term = ((b + 1) / 2) / ((a + 1) / 2 + np.float32(_EPSILON))
    elif method == "only-a+b":
        term = a + b
    else:
        term = b
    return term


def third_term(method: Method, c: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Take the term of c from the cosines of words with c.

    ``lengths`` are |x|² + |c|², which is 2 but for zero vectors.
    """
    if method == "3CosMul":
        shifted: np.ndarray = (c + 1) / 2
        return shifted
    if method == "PairDirection":
        squared = lengths - 2 * c  # |x − c|²
        near = squared < _NO_DIRECTION
        squared[near] = 1
        inverse: np.ndarray = 1 / np.sqrt(squared)
        inverse[near] = 0
        return inverse
    return c


def combined(
    method: Method,
    pair: np.ndarray,
    third: np.ndarray,
    pair_at_c: np.ndarray,
    out: np.ndarray | None = None,
) -> np.ndarray:
    """Combine the terms; ``pair_at_c`` is the term of the pair where x is c itself."""
    scores: np.ndarray
    if method in ("3CosAdd", "only-b+c"):
        scores = np.add(pair, third, out=out)
    elif method == "3CosMul":
        scores = np.multiply(pair, third, out=out)
    elif method == "PairDirection":
        scores = np.subtract(pair, pair_at_c, out=out)
        scores *= third
    else:
        scores = third if method == "only-c" else pair
    return scores


def answer_scores(method: Method, unit: np.ndarray, a: int, b: int, c: int) -> np.ndarray:
    """Score every word as the answer to one question, larger is better, float32 (n_words,).

    Parameters
    ----------
    method : Method
        But for 3CosAvg and LRCos, which learn from other pairs. Of 3CosAdd the score is the cosine
        with b − a + c, which orders words alike.
    unit : ndarray of float32, shape (n_words, dim)
        Unit vectors.
    a, b, c : int
        Rows of the question.
    """
    if method == "3CosAdd":
        target = unit[b] - unit[a] + unit[c]
        length = float(np.linalg.norm(target))
        scores: np.ndarray = unit @ (target / length if length > 0 else target)
        return scores
    with_a, with_b, with_c = (unit @ unit[row] for row in (a, b, c))
    lengths = np.einsum("nd,nd->n", unit, unit) + float(unit[c] @ unit[c])
    pair = pair_term(method, with_a, with_b)
    return combined(method, pair, third_term(method, with_c, lengths), pair[c])
