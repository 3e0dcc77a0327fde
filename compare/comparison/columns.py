"""The columns of a comparison's tables and what stands in each: what a report may rely on.

By table and kind the columns; one with a question mark may be missing. Their meaning stands in
:class:`~compare.comparison.comparison.Comparison`.
"""

from __future__ import annotations

from collections.abc import Mapping

Columns = Mapping[str, str]
"""Kind → names of columns, with spaces between them. The kinds:

text        any text, the empty one, too
space       a space that was compared, by its name in ``coverage``
reference   a space, or "chance"
quantity    a kind of number (:mod:`compare.comparison.quantities`)
outcome     "apart", "not told apart", "not tested"
number      finite
number?     finite, or nothing
share       from 0 to 1
share?      from 0 to 1, or nothing
whole       a whole number
count       a whole number from 0 on
count?      a whole number from 0 on, or nothing
place       a whole number from 1 on
yes/no      True or False
yes/no?     True or False, or nothing
"""

_NUMBER = {
    "space": "space",
    "quantity": "quantity",
    "text": "judgments relation words method candidates transform unit",
    "number?": "value low high chance",
    "share?": "p",
    "yes/no": "holds",
    "count": "n n_missing",
}

_DIFFERENCE = {
    "space": "space",
    "reference": "reference",
    "quantity": "quantity",
    "text": "contrast judgments relation words method candidates transform why unit",
    "number?": "value low high margin",
    "share?": "p p_holm p_alike",
    "outcome": "outcome",
    "yes/no": "holds alike is_planned",
    "count": "n",
    "place": "n_seeds",
}

COLUMNS: Mapping[str, Columns] = {
    "measurements": _NUMBER,
    "differences": _DIFFERENCE,
    "relation_differences": _DIFFERENCE,
    "seeds": {
        **_NUMBER,
        "text": "judgments relation words method candidates transform unit?",
        "number?": "value low? high? chance",
        "share?": "p?",
        "yes/no": "holds?",
        "whole": "seed",
    },
    "cuts": {
        "space": "space",
        "quantity": "quantity",
        "text": "judgments",
        "place": "n_words",
        "number?": "value",
        "count": "n n_missing",
    },
    "overlaps": {
        "space": "first second",
        "text": "transform words why",
        "place": "k",
        "number?": "value low high chance untrained",
        "share?": "p p_holm",
        "outcome": "outcome",
        "yes/no": "holds",
        "count": "n",
    },
    "bands": {
        "space": "first second",
        "text": "transform",
        "place": "from_rank to_rank k",
        "number?": "value low high rbo",
        "count": "n",
    },
    "changed": {
        "space": "first second",
        "text": "kind word side neighbour why",
        "number?": "change",
        "count?": "place",
    },
    "likeness": {
        "space": "first second",
        "text": "quantity transform why shuffled_among",
        "number?": "value floor floor_high untrained ceiling",
        "share?": "p p_holm",
        "outcome": "outcome",
        "yes/no": "holds",
        "count": "n_shuffles n",
    },
    "retrieval": {
        "space": "first second",
        "text": "transform direction criterion",
        "share": "p_at_1 p_at_10",
        "count": "n",
    },
    "nearest": {
        "space": "space",
        "text": "transform word neighbour kind",
        "place": "place",
        "number": "cosine",
    },
    "anchors": {
        "text": "judgments anchor",
        "share?": "around in_place meeting",
        "count": "n",
    },
    "hubs": {
        "space": "space",
        "text": "transform word",
        "place": "k place",
        "count": "n_asked n",
    },
    "example": {
        "space": "space",
        "text": "transform a b c d answer",
        "place": "rank rank_honest place",
    },
    "plane": {"space": "space", "text": "word", "number": "x y", "share?": "explained"},
    "cosines": {"space": "space", "text": "transform", "number": "cosine"},
    "analogy_scores": {
        "space": "space",
        "text": "transform judgments relation method a b c answer",
        "place": "rank_excluded rank_honest",
    },
    "similarity_scores": {
        "space": "space",
        "text": "transform judgments first second",
        "number": "cosine rating",
    },
    "company_scores": {
        "space": "space",
        "text": "transform judgments word",
        "share": "around in_place",
    },
    "coverage": {
        "text": "space label family role model",
        "count": "n_words n_shared n_case_collisions n_unseen?",
    },
    "judgments": {"text": "judgments", "count": "n_items n_repeated"},
    "missing": {"text": "word"},
}
