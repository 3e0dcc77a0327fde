"""Texts, judgments, lists of words, truths and token ids."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from compare.judgments.analogy_sets import AnalogySet, load_analogies
from compare.judgments.lexicon import Lexicon, open_lexicon
from compare.judgments.similarity_sets import SimilaritySet, load_similarity
from compare.text.corpus import CorpusOptions, open_corpus
from compare.text.planted_truth import read_senses
from compare.text.tokens import TokenArray, open_tokens, write_tokens
from compare.text.vocabulary import Vocabulary, read_vocabulary, write_vocabulary
from experiments.cli.shown import word_lines
from tests.torture.changes import ANY, other_json
from tests.torture.kind import Kind

TEXT = b"The king spoke to the queen. Nobody listened; it was late.\n\nCaf\xc3\xa9s closed.\n" * 3
RECORDS = [{"id": n, "text": f"The king spoke {n} times. Nobody listened."} for n in range(4)]
DUMP = (
    b'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" xml:lang="en"><siteinfo/>'
    b"<page><title>King</title><ns>0</ns><id>1</id><revision><text>"
    b"A '''king''' is a [[monarch|ruler]] of men.{{cite|x}} &lt;ref&gt;no&lt;/ref&gt; Nobody "
    b"listened to the king, who spoke for hours to all of his people."
    b"</text></revision></page></mediawiki>"
)

PAIRS = {
    ("tiger", "feline"): 7.355,
    ("bookshelf", "paper"): 3.462,
    ("king", "cabbage"): 0.238,
    ("money", "banknote"): 8.127,
    ("sunlight", "day"): 6.59,
}
RELATIONS = {
    "capitals": ("athens greece paris france", "oslo norway lima peru"),
    "family": ("brother sister king queen", "uncle aunt nephew niece"),
}


def _file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), TEXT)
    return held.getvalue()


def _tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return held.getvalue()


def _parquet(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [str(record["text"]) for record in RECORDS]
    pq.write_table(pa.table({"text": texts}), folder / "a.parquet")
    return folder / "a.parquet"


def _read_text(path: Path, **options: Any) -> str:
    corpus = open_corpus(CorpusOptions(source=str(path), **options))
    return "".join(passage.text for passage in corpus.passages())


def _ratings_stay(found: SimilaritySet) -> bool:
    """Tell whether no pair has the rating of another."""
    owners = {rating: pair for pair, rating in PAIRS.items()}
    rows = zip(found.pairs, found.ratings.tolist(), strict=True)
    return all(owners.get(rating, pair) == pair for pair, rating in rows if pair in PAIRS)


def _questions_stay(found: AnalogySet) -> bool:
    """Tell whether three words of a question never go with the fourth of another."""
    known = {tuple(line.split()) for lines in RELATIONS.values() for line in lines}
    asked = {(q.a, q.b, q.c, *q.answers) for one in found.relations for q in one.questions}
    lasts = {words[3] for words in known}
    return all(
        words in known or words[-1] not in lasts or all(words[:3] != one[:3] for one in known)
        for words in asked
    )


def _categories_stay(found: Lexicon) -> bool:
    """Tell whether no word is of another's category."""
    known = {"lion": "animal", "ruby": "gem"}
    return all(
        known.get(word, category) == category or category not in known.values()
        for word, category in found.categories.items()
    )


def _tokens(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        parts = [TokenArray.of_segments([[0, 1, 2], [3, 0, 1, 5]]), TokenArray.of_segments([[4]])]
        starts = [TokenArray(p.ids, p.starts, p.n_units, np.zeros(1, dtype=int)) for p in parts]
        write_tokens(folder / "tokens", starts)
        return folder / "tokens" / changed

    return make


def _read_tokens(path: Path) -> int:
    tokens = open_tokens(path.parent)
    return int(np.sum(tokens.ids)) + tokens.n_units


def _vocabulary(folder: Path) -> Path:
    words = ("the", "king", "Überfluß", "queen")
    write_vocabulary(Vocabulary(words, np.array([9, 5, 2, 1])), folder / "vocabulary.tsv")
    return folder / "vocabulary.tsv"


_PAIR_LINES = [f"{a}\t{b}\t{rating}" for (a, b), rating in PAIRS.items()]
_QUESTIONS = "".join(f": {n}\n" + "\n".join(lines) + "\n" for n, lines in RELATIONS.items())
_TABLE = b'id,text\n1,"The king, he spoke."\n2,Late now.\n'
_SENSES = "document\tstart\tend\tword\tsense\n0\t4\t8\tbank\tmoney\n0\t30\t34\tbank\triver\n"
_LEXICON = "hot\tcold\tantonym\nbig\tlarge\tsynonym\nlion\tanimal\tcategory\nruby\tgem\tcategory\n"
_WORDS = "king\nqueen\nCaf\u00e9\n"

_FIELD = partial(_read_text, field="text")

TEXT_KINDS: tuple[Kind, ...] = (
    Kind("text", _file("a.txt", TEXT), _read_text, weight=8),
    Kind("text in UTF-16", _file("a.txt", TEXT.decode().encode("utf-16")), _read_text),
    Kind("text, gz", _file("a.txt.gz", gzip.compress(TEXT, mtime=0)), _read_text),
    Kind("text, bz2", _file("a.txt.bz2", bz2.compress(TEXT)), _read_text),
    Kind("text, xz", _file("a.txt.xz", lzma.compress(TEXT)), _read_text),
    Kind("text, zip", _file("a.zip", _zipped()), _read_text),
    Kind("text, tar", _file("a.tar", _tarred()), _read_text),
    Kind("XML dump", _file("a.xml", DUMP), _read_text),
    Kind("JSON lines", _file("a.jsonl", "\n".join(map(json.dumps, RECORDS)).encode()), _FIELD),
    Kind("table of texts", _file("a.csv", _TABLE), _FIELD),
    Kind("Parquet", _parquet, _FIELD, weight=5),
    Kind("rated pairs", _file("pairs.tsv", "\n".join(_PAIR_LINES).encode()), load_similarity,
         is_right=_ratings_stay, weight=8),
    Kind("rated pairs, headings", _file("pairs.csv", ("word1,word2,mean\n" + "\n".join(
        line.replace("\t", ",") for line in _PAIR_LINES)).encode()), load_similarity,
         is_right=_ratings_stay, weight=8),
    Kind("analogies", _file("own.txt", _QUESTIONS.encode()), load_analogies,
         is_right=_questions_stay, weight=20),
    Kind("BATS", _file("I01 [noun].txt", b"cat\tcats/\nfish\tfish/fishes\n"),
         lambda path: load_analogies(path.parent)),
    Kind("lexicon", _file("own.tsv", _LEXICON.encode()), lambda path: open_lexicon(str(path)),
         is_right=_categories_stay, weight=20),
    Kind("list of words", _file("words.txt", _WORDS.encode()), word_lines, weight=5),
    Kind("truth: senses", _file("senses.tsv", _SENSES.encode()), read_senses),
    Kind("vocabulary", _vocabulary, read_vocabulary),
    Kind("token ids: sizes", _tokens("meta.json"), _read_tokens, (*ANY, *(other_json,) * 8)),
    Kind("token ids: ids", _tokens("ids.int32"), _read_tokens, weight=3),
    Kind("token ids: starts", _tokens("starts.int64"), _read_tokens, weight=3),
    Kind("token ids: documents", _tokens("documents.int64"), _read_tokens, weight=3),
)  # fmt: skip
