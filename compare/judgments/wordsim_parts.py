"""WordSim-353 in two parts: similarity (tiger and cat) and relatedness (computer and keyboard).

Agirre, Alfonseca, Hall, Kravalova, Paşca & Soroa 2009 (NAACL, "A Study on Similarity and
Relatedness Using Distributional and WordNet-based Approaches") had the pairs of Finkelstein et al.
2002 marked by hand as similar, related or neither. The pairs that are neither, rated low, are the
lower end of both scales: the parts overlap in them.

The row numbers were made from the authors' files as mfaruqui/eval-word-vectors holds them
(EN-WS-353-SIM.txt, 203 pairs, and EN-WS-353-REL.txt, 252), by words and rating. One pair is in no
part: "money cash" is rated twice, and the parts have the first rating.
"""

from __future__ import annotations

SIMILARITY, RELATEDNESS = "similarity", "relatedness"
"""Names of the parts."""

PARTS = {SIMILARITY: "su", RELATEDNESS: "ru"}
"""The kinds of pairs in each part."""

KINDS = (
    "rssrrrssrssrsssssusrruuuuruurrssuusssrrusrsssrrrsrrrrrrsurssuursrussssssssssssrr"
    "uuruusuuuuuuuuuus-srrrrrrrusssssssrsrrrrrrrrssrsrssrrrsuuruusrsusssruurssurrrrrr"
    "uurrrurruusuruurrssuuursuuuruuururrsurrrrusrruurrssrrrsuuuuruursruuuurrrrrrusrrr"
    "uurusssuursuuuusrsrrrurusssrrrrsrruursrrrsrrurssssrruurrsrurrrrrrrsssrsrurrruuuu"
    "usrrruuuurrrruuussurrssurrrsrrrru"
)
"""A letter a pair, in the order of wordsim353.tsv: similar, related, unrelated, - for no part."""


def wordsim_parts() -> dict[str, tuple[int, ...]]:
    """Give the places in WordSim-353, from 0, of the pairs of each part.

    >>> {name: len(places) for name, places in wordsim_parts().items()}
    {'similarity': 203, 'relatedness': 252}
    """
    return {
        name: tuple(place for place, kind in enumerate(KINDS) if kind in kinds)
        for name, kinds in PARTS.items()
    }
