"""The texts by whose counts neighbours are judged: a run's own, what it holds out, and others."""

from __future__ import annotations

from collections.abc import Sequence

from compare.errors import InputError
from compare.progress import Show
from compare.text.company_counts import CompanyCounts, count_company
from compare.text.corpus import CorpusOptions
from compare.text.reading import Text
from compare.text.vocabulary import VocabularyOptions

OWN_TEXT = "text"
"""What options call the text that is trained on."""

HELD_OUT = "held-out"
"""What options call the part of it that is not: it favours no space that was fitted to counts."""

FEWEST_HELD_OUT = 100_000
"""Words from which a held-out part is counted.

With 122,000 words the means of spaces lie within 0.03 of those by another 198,000 of the same text,
with 59,000 within 0.06 (wiki-sample; ``benchmarks/company.py --stability``).
"""


def company_of_texts(
    sources: Sequence[str],
    text: Text | None,
    *,
    fold_case: bool,
    show: Show,
    corpus: CorpusOptions | None = None,
    vocabulary: VocabularyOptions | None = None,
) -> list[CompanyCounts]:
    """Count which words keep company, in each text that is named.

    Parameters
    ----------
    sources : sequence of str
        :data:`OWN_TEXT`, :data:`HELD_OUT` (left out where it is too small), names of corpora, or
        paths of texts.
    text : Text or None
        That of the run. None: there is none, and what is called by it is left out.
    corpus, vocabulary : options, optional
        How other texts are read.

    Raises
    ------
    InputError
        If a text cannot be read, or two different ones have the same name.
    """
    counted: list[CompanyCounts] = []
    for source in dict.fromkeys(sources):
        if source in (OWN_TEXT, HELD_OUT):
            if text is None:
                continue
            read = text
        else:
            options = (corpus or CorpusOptions()).model_copy(update={"source": source})
            read = Text(options, vocabulary, show=show)
        is_held_out = source == HELD_OUT
        if is_held_out and len(read.numbered.validation) < FEWEST_HELD_OUT:
            continue
        found = count_company(
            read,
            part="validation" if is_held_out else "training",
            fold_case=fold_case,
            progress=show(f"company of words in {read.corpus.name}"),
        )
        if all(found.digest != one.digest for one in counted):
            counted.append(found)
    check_names(counted)
    return counted


def check_names(company: Sequence[CompanyCounts]) -> None:
    """Refuse texts of one name, which tables could not tell apart.

    Raises
    ------
    InputError
    """
    names = [one.name for one in company]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"texts by which neighbours are judged need different names; two are called "
            f"{twice!r}: rename a file"
        )
