"""The words of the field that a report uses, each in one sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from experiments.report.section import Cell, Section, Table
from experiments.results.run_folder import RunResults

TERMS = {
    "space": "the vectors of some words, out of one table or layer of one model",
    "input table": "of word2vec the vectors of words that are read; of a language model the rows "
    "that tokens are looked up in",
    "output table": "the vectors that score which word, or token, stands near or comes next",
    "layer, in context": "the mean of a word's vectors inside the model over occurrences in a text",
    "layer, alone": "what the model makes of the word behind nothing but the start of a document",
    "untrained table": "a table as training begins with it, random: what it answers was not "
    "learned",
    "PPMI, SVD": "how much more often two words meet than by chance (positive pointwise mutual "
    "information), cut to a few dimensions by singular value decomposition",
    "raw, centred": "cosines of the vectors as they are; of the vectors with their mean taken off",
    "one token, split": "words that the model's tokenizer keeps whole; words that it cuts, whose "
    "vectors are made of their pieces",
    "around, in its place": "a neighbour that stands near the word in a text (a companion); one "
    "that shares the words directly beside it, so that it could replace it (a substitute)",
    "3CosAdd": "the answer to a : b = c : ? is the word nearest to b − a + c",
    "3CosMul": "3CosAdd with products of cosines in place of sums, so that no term rules alone",
    "LRCos": "the word near c that looks most like the answers of the other questions",
    "question words allowed": "the words of an analogy's question may be its answer, which is "
    "seldom done and much harder",
    "only-c, only-b": "baselines: the nearest word to c, or to b, alone",
    "macro": "the mean over relations, each counting the same",
    "Spearman's ρ": "how far two orders agree: 1 fully, 0 not at all, −1 the other way round",
    "AUC": "how often a pair of one kind has a larger cosine than a pair of another; ½ is chance",
    "purity": "how many words lie in a cluster that is mostly of their category",
    "CKA, RSA, SVCCA": "likenesses of whole spaces, which no rotation changes",
    "CSLS": "cosine, less how near a word is to everything, so that hubs win less often",
    "hub": "a word that is among the nearest of very many others",
    "overlap@k, rank-biased overlap": "the share of the k nearest words that two spaces agree on; "
    "the same with the first places counting most",
    "95 % interval": "made so that, were other words, pairs or categories drawn, 95 of 100 such "
    "intervals would hold the number that all of them together would give",
    "apart, alike": "a test finds a difference, all tests of a family counted together, so that "
    "an interval may miss 0 and the two not be told apart; a test shows that a difference is "
    "smaller than a margin",
    "Holm, Bonferroni": "corrections of p for the number of tests made",
    "nats": "the unit of a loss: the logarithm of how many choices a model is torn between",
    "FLOPs": "additions and multiplications of numbers that training took",
}


def terms_in(texts: Iterable[str], known: Collection[str] = ()) -> tuple[str, ...]:
    """List the entries of the glossary that some texts use, but for those that are known."""
    text = " ".join(texts)
    new = (entry for entry in TERMS if entry not in known)
    return tuple(e for e in new if any(_uses(text, term) for term in e.split(", ")))


def _uses(text: str, term: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text) is not None


def _tables(_: RunResults) -> list[Table]:
    rows = tuple((Cell(term), Cell(meaning)) for term, meaning in TERMS.items())
    title = "Terms of the field, each in one sentence"
    return [Table("glossary", ("word", "what it means"), rows, title, n_text_columns=2)]


GLOSSARY = Section(
    "glossary",
    title="Words of this report",
    text=lambda _: "",
    tables=_tables,
)
