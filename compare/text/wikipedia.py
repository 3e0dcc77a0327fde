"""Wiki markup → running text, and the Wikipedia sample that gensim's wheel carries.

gensim's ``filter_wiki`` removes most markup but leaves headings, list items, captions, bold
quotes, and holes where templates stood (``(; born 1970)``). What is kept here are paragraphs made
of sentences: text that reads as English for both wings.
"""

from __future__ import annotations

import bz2
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from compare.cache import Stage, versions
from compare.errors import InputError
from compare.storage import file_sha256, read_json, write_json
from compare.text.gensim_files import gensim_file
from compare.text.open_marks import without_open_marks

WIKI_SAMPLE_FILE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"

_ARTICLES_VERSION = 1
"""Raised by hand when the same markup gives another text."""

# Sections that hold lists, links and notes rather than sentences.
_BACK_MATTER = re.compile(
    r"^==\s*(?:see also|references?|notes?|footnotes|citations|bibliography|further reading|"
    r"external links|sources|works cited|notes and references|discography|filmography|"
    r"publications|works|gallery)\s*==\s*$",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^==[^=].*==\s*$")
# Templates whose content belongs to the sentence: the last argument is the text shown.
_LANGUAGE_TEMPLATE = re.compile(r"\{\{(?:lang|transl|nowrap|small|lang-\w+)\|([^{}]*)\}\}", re.I)
_CONVERT_TEMPLATE = re.compile(r"\{\{(?:convert|cvt)\|([\d.,]+)\|([^|{}]+)[^{}]*\}\}", re.I)
_SPACED_DASH = re.compile(r"\{\{(?:spaced ?)?[en]dash\}\}|\{\{snd\}\}", re.I)
# What opens again ends the search for what closes: without, a page of openings takes hours.
_REFERENCE = re.compile(
    r"<ref[^<>/]*/>|<ref[^<>]*>(?:(?!<ref\b).)*?</ref>", re.IGNORECASE | re.DOTALL
)
_HIDDEN = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<(math|gallery|timeline|code|syntaxhighlight|score|chem)\b[^>]*>.*?</\1>",
    re.IGNORECASE | re.DOTALL,
)
# A picture with its caption, which may hold links of its own.
_PICTURE = re.compile(
    r"\[\[(?:file|image):(?:[^\[\]]|\[\[[^\[\]]*\]\]|\[[^\[\]]*\])*\]\]", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_QUOTE_MARKUP = re.compile(r"'{2,}")
_LIST_MARK = re.compile(r"^[*#:;]+\s*")
_MARKUP_LEFT = re.compile(r"[{}|]|\[\[|\]\]|https?:|^!|^\s*\w+ ?=")
# Of a run of separators or spaces only the first is begun at: from each, a long one takes hours.
# A hole: what separators stood around a removed template, inside brackets or before a stop.
_BRACKET = re.compile(r"[()\[\]]")
_HOLE_AT_START = re.compile(r"([(\[])[\s,;:/–-]+")
_HOLE_AT_END = re.compile(r"(?<![\s,;:/–-])[\s,;:/–-]++([)\]])")
_EMPTY_BRACKETS = re.compile(r"(?:(?<!\s)\s++)?[(\[]\s*+(?:or|and|i\.e\.)?\s*[)\]]")
_SPACE_BEFORE_STOP = re.compile(r"(?<!\s)\s++([,.;:!?])(?=\s|$)")
_REPEATED_STOP = re.compile(r"([,;:])(?:\s*[,;:])+")
_SPACES = re.compile(r"[ \t\u00a0\u2009]+")
_ENDS_SENTENCE = re.compile(r"[.!?][\"')\]”’]*$")
_LONG_RUN = re.compile(r"(.)\1{99,}", re.DOTALL)
"""Of one character; some expressions here, and gensim's, try each end of a run from each start."""

MIN_PARAGRAPH_WORDS = 10


@lru_cache(maxsize=1)
def wiki_sample_articles() -> tuple[str, ...]:
    """Read the articles of the Wikipedia sample in gensim's wheel; redirects are left out.

    Returns
    -------
    tuple of str
        The text of each article: paragraphs parted by line breaks. Of the 106 articles three are
        bare lists of links and hold no sentence; 103 remain, 2.6 MB in all, kept in memory after
        the first call, and between runs: the markup takes seconds.
    """
    path = gensim_file(WIKI_SAMPLE_FILE)
    made_of = ("articles", _ARTICLES_VERSION, file_sha256(path), versions("gensim"))

    def build(folder: Path) -> None:
        with bz2.open(path, "rb") as dump:
            write_json(folder / "articles.json", list(dump_articles(dump)))

    folder = Stage("articles", made_of, about="wiki-sample").open(build)
    return tuple(read_json(folder / "articles.json"))


def dump_articles(dump: IO[bytes]) -> Iterator[str]:
    """Yield the articles of an XML dump of MediaWiki, as running text; redirects are left out.

    Raises
    ------
    InputError
        If the dump is damaged, or cut off.
    """
    for markup in _pages(dump):
        if markup.lstrip().lower().startswith("#redirect"):
            continue
        if text := "\n".join(paragraphs_of(markup)):
            yield text


def _pages(dump: IO[bytes]) -> Iterator[str]:
    from gensim.corpora.wikicorpus import extract_pages

    pages = extract_pages(dump)
    while True:
        try:
            page = next(pages, None)
        except (ElementTree.ParseError, ValueError, LookupError, AttributeError, RuntimeError) as e:
            # gensim's own, where a page lacks a part or the dump a first element
            raise InputError(f"the XML dump is damaged, or cut off: {e}") from e
        if page is None:
            return
        yield page[1]


def paragraphs_of(markup: str) -> Iterator[str]:
    r"""Yield the paragraphs of an article in wiki markup that are made of sentences.

    >>> list(paragraphs_of("'''Rome''' ({{lang|it|Roma}}) is the [[capital city|capital]] of "
    ...                    "Italy, and it is old.<ref>x</ref>\n== See also ==\n* [[Paris]]"))
    ['Rome (Roma) is the capital of Italy, and it is old.']
    """
    from gensim.corpora.wikicorpus import remove_markup
    from gensim.utils import decode_htmlentities

    markup = without_open_marks(_LONG_RUN.sub(r"\1" * 100, markup))
    markup = _HIDDEN.sub("", markup)
    markup = _REFERENCE.sub("", markup)
    markup = _PICTURE.sub("", markup)
    markup = _CONVERT_TEMPLATE.sub(r"\1 \2", markup)
    markup = _SPACED_DASH.sub(" – ", markup)
    markup = _LANGUAGE_TEMPLATE.sub(lambda match: match.group(1).split("|")[-1], markup)
    in_back_matter = False
    markup = without_open_marks(decode_htmlentities(markup))
    for line in remove_markup(markup).splitlines():
        if _SECTION.match(line):
            in_back_matter = _BACK_MATTER.match(line) is not None
        elif not in_back_matter:
            paragraph = _clean_line(_LIST_MARK.sub("", line))
            if _is_prose(paragraph):
                yield paragraph


def _clean_line(line: str) -> str:
    line = _TAG.sub("", html.unescape(html.unescape(line)))
    line = _QUOTE_MARKUP.sub("", line)
    if _BRACKET.search(line):
        line = _HOLE_AT_START.sub(r"\1", line)
        line = _HOLE_AT_END.sub(r"\1", line)
        line = _EMPTY_BRACKETS.sub("", line)
    line = _REPEATED_STOP.sub(r"\1", line)
    line = _SPACES.sub(" ", line)
    return _SPACE_BEFORE_STOP.sub(r"\1", line).strip()


def _is_prose(paragraph: str) -> bool:
    return (
        len(paragraph.split()) >= MIN_PARAGRAPH_WORDS
        and _ENDS_SENTENCE.search(paragraph) is not None
        and _MARKUP_LEFT.search(paragraph) is None
    )
