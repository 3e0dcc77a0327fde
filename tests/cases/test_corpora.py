"""Cases of files as people have them: read for what they are, or refused by name."""

import bz2
import csv
import gzip
import io
import json
import logging
import lzma
import re
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from compare.errors import InputError
from compare.text.corpus import CorpusOptions, open_corpus
from compare.text.reading import read_text

TEXT = "The king spoke to the queen. Nobody listened.\n"
WORDS = TEXT * 3


def documents(path: Path, **options: object) -> list[str]:
    corpus = open_corpus(CorpusOptions(source=str(path), **options))
    found: dict[int, str] = {}
    for document, text, _ in corpus.passages():
        found[document] = found.get(document, "") + text
    return list(found.values())


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


PACKED = {
    "a.TXT": WORDS.encode(),
    "a.txt.GZ": gzip.compress(WORDS.encode()),
    "a.text.bz2": bz2.compress(WORDS.encode()),
    "a.gz": WORDS.encode(),  # plain text under a wrong ending
    "b.txt": gzip.compress(WORDS.encode()),
    "c.txt": bz2.compress(WORDS.encode()),
    "d.txt.xz": lzma.compress(WORDS.encode()),
    "e.txt": lzma.compress(WORDS.encode(), format=lzma.FORMAT_ALONE),
    "f.txt.gz": gzip.compress(gzip.compress(WORDS.encode())),
    "g.zip": zipped({"one.TXT": WORDS.encode(), "__MACOSX/._one.txt": b"\0\5\x16\7"}),
    "h.zip": zipped({"one.txt.gz": gzip.compress(WORDS.encode())}),
    "i.tar.gz": gzip.compress(tarred({"in/one.txt": WORDS.encode(), "in/.hidden.txt": b"x y"})),
    "j.tar": tarred({"one.txt": WORDS.encode()}),
    "utf8-mark.txt": b"\xef\xbb\xbf" + WORDS.encode(),
    "utf16.txt": WORDS.encode("utf-16"),
    "utf16-be.txt": b"\xfe\xff" + WORDS.encode("utf-16-be"),
    "utf32.txt": WORDS.encode("utf-32"),
    "begins-as-a-program.txt": b"MZ and RIFF are letters. " + WORDS.encode(),
}


@pytest.mark.parametrize("name", PACKED)
def test_files_are_read_by_what_they_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PACKED[name])
    [document] = documents(tmp_path / name)
    assert document.endswith(WORDS)


def array() -> bytes:
    packed = io.BytesIO()
    np.save(packed, np.zeros(3))
    return packed.getvalue()


REFUSED = {
    "jsonl": (b'{"text": "The king spoke."}\n' * 3, "JSON lines.*--field text"),
    "jsonl-utf16": ('{"text": "The king spoke."}\n'.encode("utf-16"), "JSON lines.*--field text"),
    "html-utf16": ("<!doctype html><p>The king spoke.".encode("utf-16"), "HTML"),
    "html-part": (b"<p class='x'>The king spoke.</p>", "is HTML"),
    "html-saved": (b"<!-- saved from url -->\n<div>The king</div>", "is HTML"),
    "html-late": (b"The king.<div><p>a</p><p>b</p><b>c</b></div>", "is HTML"),
    "wikiextractor": (b'<doc id="1" url="https://x" title="King">\nKing\n</doc>', "--json"),
    "trec": (b"<DOC>\n<DOCNO> 1 </DOCNO>\n<TEXT>king</TEXT>\n</DOC>", "XML or SGML"),
    "vertical": (b'<text id="1">\n<s>\nThe\tDT\nking\tNN\n</s>', "XML or SGML"),
    "conllu": (b"# id = 1\n" + b"1\tThe\tthe\tDET\t_\n" * 6, "is a table"),
    "srt": (b"1\n00:00:01,000 --> 00:00:02,000\nThe king spoke.\n", "is subtitles"),
    "vtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nking", "is subtitles"),
    "mbox": (b"From a@b Thu Jan 1 00:00 2024\nFrom: a\nTo: b\nDate: c\n\nking", "is e-mail"),
    "warc": (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "WARC"),
    "base64": (b"VGhlIGtpbmcgc3Bva2UgdG8gdGhlIHF1ZWVuLiBOb2JvZHkgbGlzdGVuZWQu\n" * 6, "is base64"),
    "latex": (b"% x\n\\documentclass{article}\n\\begin{document}king", "is LaTeX"),
    "vectors": (b"".join(b"king%d" % i + b" 0.125" * 50 + b"\n" for i in range(9)), "word vectors"),
    "vectors-300": (b"king" + b" -0.123456" * 3000, "word vectors"),
    "numbers": (b"1.0e+00 2.5 -3\n" * 9, "is numbers"),
    "json-lists": (b'[["king", 1], ["queen", 2]]', "is JSON"),
    "json-list": (b"[" + b'"king", ' * 900, "is JSON"),
    "json-string": (b'"king\\nqueen"', "is JSON"),
    "notebook": (b'{"cells": [{"cell_type": "code"}], "nbformat": 4}', "is a notebook"),
    "dicts": (b"{'text': 'The king spoke'}\n" * 3, "Python's dicts"),
    "pickle-0": (b"(lp0\nVking\np1\na.", "is a pickle"),
    "deb": (b"!<arch>\ndebian-binary", "a Debian package"),
    "wheel": (zipped({"a/x.py": b"x", "a-1.dist-info/top_level.txt": b"a"}), "a Python wheel"),
    "noise": (bytes(number * 7919 % 251 + 1 for number in range(4000)), "is no text"),
    "tar-cut": (tarred({"a.txt": WORDS.encode(), "b.txt": WORDS.encode()})[:1100], "whole"),
    "tar-bad": (tarred({"a.txt": b"x" * 512, "b.txt": b"y"}).replace(b"b.txt", b"c.txt"), "whole"),
    "xz-bad": (lzma.compress(WORDS.encode()) + b"XXXX" + lzma.compress(b"zebra"), "whole"),
    "bz2-bad": (bz2.compress(WORDS.encode()) + b"XXXX" + bz2.compress(b"zebra"), "whole"),
    "long-jsonl": (b'{"text": "' + b"king " * 2000 + b'"}\n', "JSON lines"),
    "json": (b'[{"text": "The king spoke."}]', "is JSON"),
    "html": (b"<!DOCTYPE html><p>The king&nbsp;spoke.</p>", "is HTML"),
    "html-bare": (b"\n<html lang=en><p>king</p></html>", "is HTML"),
    "xml": (b'<?xml version="1.0"?><doc>king queen</doc>', "is XML"),
    "pdf": (b"%PDF-1.7\nking", "is a PDF"),
    "word": (zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "Word docum"),
    "epub": (zipped({"mimetype": b"x", "META-INF/container.xml": b"<x/>"}), "an EPUB book"),
    "rtf": (b"{\\rtf1 king queen}", "is an RTF document"),
    "old-word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 30, "an old Word"),
    "array": (array(), "is a NumPy array"),
    "program": (b"\x7fELF\2\1\1" + b"\0" * 30, "is a program"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "is a picture"),
    "seven": (b"7z\xbc\xaf\x27\x1c\0\0", "a 7-Zip archive"),
    "zstd": (b"\x28\xb5\x2f\xfd\0\0", "compressed by zstd"),
    "pickle": (b"\x80\x04\x95\0\0", "is a pickle"),
    "zip-in-zip": (zipped({"a.zip": zipped({"a.txt": b"king queen"})}), "within an archive"),
    "no-text": (zipped({"a.png": b"\x89PNG"}), "holds no text .*found a.png"),
    "zeros": (b"king\0queen " * 9, "NUL characters"),
    "utf16-without-mark": (WORDS.encode("utf-16-le"), "UTF-16-LE text without.*utf-16-le"),
    "utf32-without-mark": (WORDS.encode("utf-32-be"), "UTF-32-BE text without.*utf-32-be"),
    "chinese": (("我喜欢猫，你呢？今天天气很好。" * 9).encode(), "without spaces.*whitespace"),
    "thai": (("ภาษาไทยไม่มีช่องว่าง " * 9).encode(), "without spaces between words .Thai"),
    "japanese": (("私は猫が好きです。" * 9).encode(), "without spaces"),
}


READ = {
    "chat": "<Alice> hello there\n<Bob> the king spoke\n",
    "of-pdf": "%PDF is a format. ",
    "of-sqlite": "SQLite format 3 is what it says. ",
    "brackets": '["Hello", she said, and spoke.] ',
    "braces": '{"a": is what the king said} ',
    "play": "KING.\tI speak.\nQUEEN.\tI do not.\n",
    "indented": "\t\t\tHAMLET\n\t\tTo be, or not to be.\n",
    "footnotes": "[1] The king spoke.\n[2] Nobody listened.\n",
    "quotes": '"The king spoke," she said. ',
    "mathematics": "If a < b and c > d then the king spoke. ",
    "letter": "Dear Sir,\nSubject: the king\nI write to you.\n",
    "years": "In 1914 15 16 17 18 the 20 kings of 4 lands spoke. ",
}


@pytest.mark.parametrize("name", READ)
def test_what_only_looks_like_something_else_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.txt").write_text(READ[name] * 20)
    assert documents(tmp_path / f"{name}.txt") == [READ[name] * 20]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_running_text_is_refused_by_name(tmp_path: Path, name: str) -> None:
    content, message = REFUSED[name]
    (tmp_path / f"{name}.txt").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        documents(tmp_path / f"{name}.txt")
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_fields_of_records(tmp_path: Path) -> None:
    texts = ["The king spoke, long.", 'He said "no".\nTwice.', "Nobody listened."]
    (tmp_path / "a.jsonl").write_text(
        "".join(json.dumps({"id": 1, "text": t}) + "\n" for t in texts)
    )
    with (tmp_path / "b.csv").open("w", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerows([["id", "text"], *([n, text] for n, text in enumerate(texts))])
    (tmp_path / "c.tsv").write_text(
        "text\tid\n" + "".join(f"{t.split(chr(10))[0]}\t1\n" for t in texts)
    )
    pq.write_table(pa.table({"text": texts, "n": [1, 2, 3]}), tmp_path / "d.parquet")
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    for name in ("a.jsonl", "b.csv"):
        wide = (tmp_path / name).read_text().encode("utf-16")
        (tmp_path / f"wide-{name}").write_bytes(wide)
        assert documents(tmp_path / f"wide-{name}", field="text") == texts
        (tmp_path / f"wide-{name}").unlink()
    for name in ("a.jsonl", "b.csv", "d.parquet", "e.jsonl.gz"):
        assert documents(tmp_path / name, field="text") == texts
    assert len(documents(tmp_path / "c.tsv", field="text")) == 3
    assert len(documents(tmp_path, field="text")) == 15
    for name in ("a.jsonl", "b.csv", "d.parquet"):
        with pytest.raises(InputError, match=r"no field 'txt'; did you mean 'text'"):
            documents(tmp_path / name, field="txt")
        with pytest.raises(InputError, match="--field text"):
            documents(tmp_path / name)
    with pytest.raises(InputError, match="is no text but int"):
        documents(tmp_path / "a.jsonl", field="id")
    (tmp_path / "marked.jsonl").write_text('{"text": "one two<|endoftext|>three four"}\n')
    assert documents(tmp_path / "marked.jsonl", field="text") == ["one two", "three four"]
    (tmp_path / "cut.jsonl").write_text('{"text": "cut \\\\ud83d here"}\n'.replace("\\\\", "\\"))
    with pytest.raises(InputError, match=r"cut\.jsonl:1: half of a character.*errors = replace"):
        documents(tmp_path / "cut.jsonl", field="text")
    assert documents(tmp_path / "cut.jsonl", field="text", errors="replace") == ["cut \ufffd here"]
    (tmp_path / "bad.jsonl").write_text('{"text": "one two"}\nno json\n')
    with pytest.raises(InputError, match=r"bad\.jsonl:2: expected a JSON object"):
        documents(tmp_path / "bad.jsonl", field="text")
    (tmp_path / "plain.txt").write_text(WORDS)
    with pytest.raises(InputError, match="holds no records"):
        documents(tmp_path / "plain.txt", field="text")


def test_a_dump_of_wikipedia(tmp_path: Path) -> None:
    markup = "'''Rome''' is the [[capital city|capital]] of Italy, and it is a very old town."
    page = "<page><title>Rome</title><ns>0</ns><id>1</id><revision><id>1</id><text>"
    dump = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">' + page + markup
    dump += "</text></revision></page>"
    (tmp_path / "dump.xml.bz2").write_bytes(bz2.compress((dump + "</mediawiki>").encode()))
    expected = ["Rome is the capital of Italy, and it is a very old town."]
    assert documents(tmp_path / "dump.xml.bz2") == expected
    (tmp_path / "cut.xml").write_text(dump)
    with pytest.raises(InputError, match="XML dump is damaged, or cut off"):
        documents(tmp_path / "cut.xml")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "我 喜欢 猫 。 今天 天气 很 好 。 我们 去 公园 。\n"),
        ("koi8-r", "Съешь ещё этих мягких французских булок да выпей чаю.\n"),
        ("cp1251", "Съешь ещё этих мягких французских булок да выпей чаю.\n"),
        ("shift_jis", "私 は 猫 が 好き です 。 今日 は 天気 が いい です 。\n"),
        ("latin-1", "Zoë ate a crème brûlée in a café near the château.\n"),
        ("utf-16-le", WORDS),
    ],
)
def test_other_encodings_are_named_and_read(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((text * 5).encode(encoding))
    with pytest.raises(InputError, match=r"--encoding [a-z0-9_-]+"):
        documents(path, word_rule="whitespace")
    assert documents(path, word_rule="whitespace", encoding=encoding) == [text * 5]


def test_a_damaged_byte_in_much_text_is_found_or_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode() * 40_000 + b"\xff here\n" + TEXT.encode())
    with pytest.raises(InputError, match=r"a\.txt:40001: byte 0xff is no UTF-8 text"):
        documents(path)
    with caplog.at_level(logging.WARNING):
        [document] = documents(path, errors="replace")
    assert "\ufffd here" in document
    assert "1 damaged characters" in caplog.text


def test_a_folder_tells_what_it_leaves_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in (
        "one.TXT",
        "sub/two.txt",
        ".hidden.txt",
        "Thumbs.db",
        "._one.txt",
        "notes.md",
        "a.pdf",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(WORDS)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "none")
    (tmp_path / "linked").symlink_to(tmp_path / "sub")
    with caplog.at_level(logging.INFO):
        assert len(documents(tmp_path)) == 2
    assert "2 files left out, which are not named as text (.txt): a.pdf, notes.md" in caplog.text
    assert "broken.txt is a link to nothing" in caplog.text
    assert "linked is a link to a folder" in caplog.text
    assert "read 2 file(s), 2 document(s); utf-8 (2)" in caplog.text


def test_markers_between_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one two<|endoftext|>three four <|endoftext|>\nfive six\n<|endoftext|>")
    assert documents(path) == ["one two", "three four ", "five six\n"]
    path.write_text("one two\n=====\nthree four<|endoftext|>")
    assert documents(path, marker="=====") == ["one two\n", "three four<|endoftext|>"]
    long = "king " * 150_000 + "<|endoftext|>" + "queen " * 150_000  # one line, read in pieces
    path.write_text(long)
    assert [len(text) for text in documents(path)] == [750_000, 900_000]
    for shift in (0, 1, 6, 12, 13):  # a marker where pieces meet
        path.write_text("x" * ((1 << 19) - shift) + "<|endoftext|>" + "two words")
        assert documents(path)[1:] == ["two words"]


def test_wrong_options_are_refused() -> None:
    with pytest.raises(InputError, match=r"corpus\.field is for files, and wiki-sample is none"):
        open_corpus(CorpusOptions(field="text"))
    with pytest.raises(ValueError, match="unknown encoding 'utf9'"):
        CorpusOptions(encoding="utf9")
    with pytest.raises(ValueError, match="is no encoding of text"):
        CorpusOptions(encoding="base64")


BAD_TABLES = {
    "unquoted.csv": ("text\nThe king, the queen\n", r":2: 2 fields, and the heading has 1"),
    "behind.csv": ("id,text\n1,The king, the queen\n", r":2: 3 fields, and the heading has 2"),
    "escaped.csv": ('text,id\n"He said \\"hi, all\\" ok",1\n', r":2: no table"),
    "apostrophes.csv": ("id,text\n1,'a king, b'\n", r":2: 3 fields"),
    "short.csv": ("id,text\n1\n2,The king\n", r":2: 1 field, and the heading has 2"),
    "twice.csv": ("text,text\none king,two queens\n", r":1: two fields 'text'"),
    "open.csv": ('id,text\n1,"The king spoke\n', r":2: no table .unexpected end"),
    "many.tsv": ("id\ttext\n1\tThe king\tspoke\n", r":2: 3 fields.* holds a tab"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_tables_whose_rows_do_not_fit_are_refused_by_line(tmp_path: Path, name: str) -> None:
    content, message = BAD_TABLES[name]
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=re.escape(name) + message):
        documents(tmp_path / name, field="text")


def test_tables_as_spreadsheets_write_them(tmp_path: Path) -> None:
    tables = {
        "sep.csv": 'sep=;\nid;text\n1;"The ""king"", long"\n\n2;Nobody\n',
        "blanks.csv": 'id, "text"\n1, "The ""king"", long"\n2, Nobody\n',
        "quotes.tsv": 'id\ttext\n1\t"The ""king"", long"\n2\tNobody\n',
    }
    for name, content in tables.items():
        (tmp_path / name).write_text(content)
        assert documents(tmp_path / name, field="text") == ['The "king", long', "Nobody"], name
    (tmp_path / "tweets.tsv").write_text('text\tid\n"Hi all\t1\n"So" she\t2\n')
    assert documents(tmp_path / "tweets.tsv", field="text") == ['"Hi all', '"So" she']


@pytest.mark.parametrize("separator", ["endoftext", "blank-line"])
@pytest.mark.parametrize("marker", ["\n---\n", "\n\n\n", "\n***", "***\n***\n", "<|endoftext|>"])
def test_markers_are_found_wherever_a_piece_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str, separator: str
) -> None:
    parts = [f"The king number {number} spoke." for number in range(40)]
    (tmp_path / "a.txt").write_text(marker.join(parts))
    for characters in range(1, 40):
        monkeypatch.setattr("compare.text.text_files._PIECE_CHARACTERS", characters)
        found = documents(tmp_path / "a.txt", marker=marker, separator=separator)
        assert [one.strip() for one in found] == parts, characters


def test_a_line_of_any_length_is_no_end_of_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compare.text.text_files._PIECE_CHARACTERS", 8)
    for length in range(1, 40):
        text = "a b " + "c" * length + "\nd e\n"
        (tmp_path / "a.txt").write_text(text)
        assert documents(tmp_path / "a.txt", separator="blank-line") == [text]


def test_links_and_paths_upwards_in_an_archive(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind in (("../data/a.txt", tarfile.REGTYPE), ("l.txt", tarfile.SYMTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "a.txt"
            info.size = len(WORDS) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(WORDS.encode()))
    (tmp_path / "a.tar").write_bytes(packed.getvalue())
    assert documents(tmp_path / "a.tar") == [WORDS]
    assert "1 links left out: l.txt" in caplog.text


def test_what_lies_beside_texts_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WORDS)
    (tmp_path / "metadata.xml").write_text("<x><y>no text</y></x>")
    assert documents(tmp_path) == [WORDS]
    (tmp_path / "b.jsonl").write_text('{"text": "one two"}\n')
    assert documents(tmp_path, field="text") == ["one two"]


def test_encodings_that_are_asked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.txt").write_text("café très ’t ")
    (tmp_path / "b.txt").write_bytes("café “don’t” ".encode("cp1252"))
    for encoding in ("cp1252", "latin-1"):
        assert documents(tmp_path, encoding=encoding) == ["café très ’t ", "café “don’t” "]
    assert "a.txt is UTF-8 text and read as such" in caplog.text
    (tmp_path / "marked.txt").write_bytes(b"\xef\xbb\xbf" + "café king".encode())
    assert documents(tmp_path / "marked.txt", encoding="latin-1") == ["café king"]
    (tmp_path / "wide.txt").write_bytes(WORDS.encode("utf-16-be"))
    assert documents(tmp_path / "wide.txt", encoding="utf-16") == [WORDS]
    (tmp_path / "cut.txt").write_bytes(WORDS.encode("utf-16")[:-1])
    with pytest.raises(InputError, match="damaged UTF-16 text: is it whole"):
        documents(tmp_path / "cut.txt")
    with pytest.raises(InputError, match=r"--encoding cp1252 \(café\)"):
        documents(tmp_path / "b.txt")
    for name in ("undefined", "unicode_escape", "idna"):
        with pytest.raises(ValidationError, match="no encoding of text"):
            CorpusOptions(encoding=name)


def test_damaged_characters_are_counted_in_fields_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.csv").write_bytes("id,text\n1,é king sat\n".encode("latin-1"))
    assert documents(tmp_path / "a.csv", field="text", errors="replace") == ["\ufffd king sat"]
    assert "1 damaged characters became U+FFFD" in caplog.text


def test_what_is_given_for_texts_and_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WORDS)
    for given, message in (
        ({"title": WORDS}, "found a dict"),
        (pd.DataFrame({"title": [WORDS]}), "found a table"),
        ([str(tmp_path / "a.txt")], "path of a file.*give one path"),
        (["a\0b c d e"], "document 1 holds NUL characters"),
    ):
        with pytest.raises(InputError, match=message):
            read_text(given)  # type: ignore[arg-type]


def test_letters_of_unspaced_scripts_are_counted_to_the_last(tmp_path: Path) -> None:
    for n in (128, 129, 191, 300):  # every letter, and a few of many
        (tmp_path / f"{n}.txt").write_text(("字" * n + " fox" * (n // 2)) * 5)
        with pytest.raises(InputError, match=r"3[34] % of its characters"):
            documents(tmp_path / f"{n}.txt")
