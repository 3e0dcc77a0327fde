"""Files of text, compressed or not → passages, read in pieces: larger than memory if need be."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path, PurePosixPath

from compare.errors import InputError, nearest_names
from compare.storage import refuse_pointer
from compare.text.containers import (
    DUMP_ENDINGS,
    TEXT_ENDINGS,
    UNREADABLE,
    Once,
    Stream,
    decompressed,
    ending_of,
    is_resource,
    is_taken,
    streams_of,
    tell_left_out,
)
from compare.text.encoding_faults import fault_in
from compare.text.encodings import (
    AUTO,
    Errors,
    stream_encoding,
    text_stream,
)
from compare.text.fields import field_texts
from compare.text.file_kinds import HEAD_BYTES, foreign_kind, is_wikipedia_dump, mark_of
from compare.text.passages import (
    END_OF_TEXT,
    MAX_PASSAGE_CHARACTERS,
    Passage,
    cut_document,
    last_parts,
)
from compare.text.text_kinds import text_kind
from compare.text.wikipedia import dump_articles

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """How files are read: the options of a corpus that its files hang on."""

    separator: str = "endoftext"
    marker: str = END_OF_TEXT
    encoding: str = AUTO
    errors: Errors = "strict"
    field: str | None = None
    tell: Once = dataclass_field(default_factory=Once, compare=False)
    """What is told in one pass is not told again in the next."""


def text_files(source: str, known: Iterable[str], *, has_field: bool = False) -> list[Path]:
    """List the files behind a path, a folder's in order; what is left out is told.

    Parameters
    ----------
    known : iterable of str
        Corpora that go by name, for the message.
    has_field : bool
        Take files of records, too.

    Raises
    ------
    InputError
        If there is no such file or folder, or no text in it.
    """
    try:
        path = Path(source).expanduser()
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"cannot use {source!r} as a corpus: {error}") from error
    if path.is_dir():
        return _files_of(path, source, has_field=has_field)
    if path.is_file():
        return [path]
    if path.is_symlink():
        raise InputError(f"{source} is a link to {path.readlink()}, which is not there")
    if path.exists():
        raise InputError(f"{source} is neither a file nor a folder; give the path of your text")
    if path.suffix or "/" in source:
        raise InputError(
            f"no such corpus file or folder: {source}; give the path of your text (in a config: "
            "corpus.source)"
        )
    raise InputError(f"unknown corpus {source!r}; {nearest_names(source, known)}")


def _files_of(folder: Path, source: str, *, has_field: bool) -> list[Path]:
    found = sorted(folder.rglob("*"))
    shown = {path: path.relative_to(folder) for path in found}
    seen = [p for p in found if not is_resource(PurePosixPath(shown[p].as_posix()))]
    files = [path for path in seen if path.is_file()]
    taken = _alike([path for path in files if is_taken(path.name, has_field=has_field)], has_field)
    inside = folder.resolve()
    out = [p for p in taken if p.is_symlink() and not p.resolve().is_relative_to(inside)]
    taken = [path for path in taken if path not in out]
    for path in out:
        logger.warning("%s: %s is a link out of the folder and left out", source, shown[path])
    broken = [path for path in seen if path.is_symlink() and not path.is_file()]
    left = [shown[path].as_posix() for path in files if path not in {*taken, *out}]
    tell_left_out(source, left, Once())
    for path in broken:
        what = "a link to a folder" if path.is_dir() else "a link to nothing"
        logger.warning("%s: %s is %s and left out", source, shown[path], what)
    if not taken:
        listed = ", ".join(str(shown[path]) for path in files[:5]) or "nothing"
        raise InputError(
            f"folder {source} holds no text file (.txt, compressed or in archives); found {listed}"
        )
    return taken


def _alike(paths: list[Path], has_field: bool) -> list[Path]:
    """Leave out what lies beside the texts: an XML file that is no dump, a README of records."""
    texts = [path for path in paths if ending_of(path.name) not in DUMP_ENDINGS or _is_dump(path)]
    records = [path for path in texts if ending_of(path.name) not in TEXT_ENDINGS]
    return (records if has_field else []) or texts or paths


def _is_dump(path: Path) -> bool:
    try:
        with path.open("rb") as handle, decompressed(path.name, handle) as (_, head):
            return is_wikipedia_dump(head)
    except UNREADABLE:
        return True  # it is said when it is read


def file_passages(paths: list[Path], reading: Reading) -> Iterator[Passage]:
    """Yield the passages of files, documents numbered through all of them.

    Raises
    ------
    InputError
        If a file cannot be read, or is no running text of the encoding given.
    """
    number = -1
    encodings: Counter[str] = Counter()
    for path in paths:
        refuse_pointer(path)
        try:
            for stream in streams_of(path, reading.tell, has_field=reading.field is not None):
                for is_new, text in _stream_parts(stream, reading, encodings):
                    number += is_new
                    yield Passage(number, text)
        except UNREADABLE as error:
            raise InputError(f"cannot read {path}: {error}; is it whole?") from error
    listed = ", ".join(f"{name} ({n})" for name, n in encodings.items())
    told = "read %d file(s), %d document(s); %s"
    reading.tell(logging.INFO, told, len(paths), number + 1, listed)


def _stream_parts(
    stream: Stream, reading: Reading, encodings: Counter[str]
) -> Iterator[tuple[bool, str]]:
    """Yield (starts a document, text) of what is in a stream."""
    kind = foreign_kind(stream.head)
    encoding = "utf-8"
    if kind is None or mark_of(stream.head) is not None:
        encoding = stream_encoding(stream, reading.encoding, reading.tell)
    if reading.field is not None:
        encodings[encoding] += 1
        yield from _field_parts(stream, reading.field, encoding, reading)
        return
    if is_wikipedia_dump(stream.head):
        encodings["an XML dump of MediaWiki"] += 1
        for text in dump_articles(stream.handle):
            yield from last_parts(text, is_new=True)
        return
    if kind is None and stream.ending in (".csv", ".tsv"):
        kind = "a table"
    if kind is None:
        begun = stream.head.decode(encoding, "replace")
        kind = text_kind(begun, is_whole=len(stream.head) < HEAD_BYTES)
    if kind is not None:
        raise InputError(f"{stream.name} is {kind}, no running text; {_remedy(kind)}")
    encodings[encoding] += 1
    yield from _document_parts(stream, encoding, reading)


def _remedy(kind: str) -> str:
    if kind in ("JSON lines", "a Parquet file"):
        return "say which field holds the text: field = text (--field text)"
    if kind == "a table":
        return (
            "name it .tsv or .csv and say which field holds the text: field = text (--field text)"
        )
    if kind == "the output of WikiExtractor":
        return "write it with --json and give field = text (--field text), or give the dump itself"
    if kind == "JSON":
        return "write its texts as JSON lines, or as plain text (.txt)"
    return "save its text as plain text (.txt)"


def _field_parts(
    stream: Stream, field: str, encoding: str, reading: Reading
) -> Iterator[tuple[bool, str]]:
    """Yield (starts a document, text) of the texts in a field; a marker parts them further."""
    n_damaged = 0
    for text in field_texts(stream, field, encoding, reading.errors):
        _refuse_zeros(stream.name, text)
        n_damaged += text.count(DAMAGED)
        for part in _documents(text, reading):
            yield from last_parts(part, is_new=True)
    _tell_damaged(stream.name, n_damaged, reading)


def _tell_damaged(name: str, n: int, reading: Reading) -> None:
    if n:
        when = "became" if reading.errors == "replace" else "stand in it as"
        reading.tell(logging.WARNING, "%s: %d damaged characters %s U+FFFD", name, n, when)


def _document_parts(stream: Stream, encoding: str, reading: Reading) -> Iterator[tuple[bool, str]]:
    """Yield (starts a document, text), holding no more than about one piece at a time."""
    pending = ""
    is_new = True
    n_damaged = n_tried = 0
    for piece in _pieces(stream, encoding, reading):
        n_damaged += piece.count(DAMAGED)
        *whole, last = _documents(piece, reading)
        for end_of_document in whole:
            yield from last_parts(pending + end_of_document, is_new=is_new)
            pending, is_new, n_tried = "", True, 0
        pending += last
        # A run without a break is looked through again when it has doubled: in linear time.
        if len(pending) > max(MAX_PASSAGE_CHARACTERS, 2 * n_tried):
            *parts, pending = cut_document(pending)
            n_tried = len(pending)
            for part in parts:
                if part.strip() or not is_new:
                    yield is_new, part
                    is_new = False
    yield from last_parts(pending, is_new=is_new)
    _tell_damaged(stream.name, n_damaged, reading)


def _documents(piece: str, reading: Reading) -> list[str]:
    """Split at separators; the last part may go on in the next piece."""
    parts = list(_between(reading.marker, piece))
    if reading.separator == "blank-line":
        return [text for part in parts for text in _BLANK_LINE.split(part)]
    return parts


def _between(marker: str, piece: str) -> Iterator[str]:
    """Split at a marker, with the end of the line where it is the last thing in it."""
    begin = rest = 0
    while (place := piece.find(marker, begin)) >= 0:  # far faster than by an expression
        yield piece[begin:place]
        begin = place + len(marker)
        if rest <= begin:  # blanks are looked through once, where markers are made of them, too
            blanks = _BLANKS.match(piece, begin)
            rest = blanks.end() if blanks else begin
        if rest == len(piece) or piece[rest] == "\n":
            begin = min(rest + 1, len(piece))
    yield piece[begin:]


_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINE = re.compile(r"(?m)^[^\S\n]*\n")


DAMAGED = "\ufffd"
_PIECE_CHARACTERS = 1 << 19


def _pieces(stream: Stream, encoding: str, reading: Reading) -> Iterator[str]:
    """Yield the text in pieces that end at a line's end, but for a line longer than a piece.

    (text8 is one line of 100 MB.) No marker between documents is cut in two.
    """
    handle = text_stream(stream.handle, encoding, reading.errors)
    held = ""
    try:
        while piece := handle.read(_PIECE_CHARACTERS):
            if not piece.endswith("\n"):
                piece += handle.readline(_PIECE_CHARACTERS)
            piece, held = _without_begun(held + piece, reading.marker)
            _refuse_zeros(stream.name, piece)
            yield piece
        if held:
            yield held
    except UnicodeError as error:
        raise fault_in(stream.name, stream.handle, handle, encoding) from error


def _without_begun(piece: str, marker: str) -> tuple[str, str]:
    """Part off the end of a piece with which a marker may begin, and the character before it.

    So what is parted off begins no line, unless it did. Of a line that goes on, the last character
    is parted off as well. A whole marker is cut nowhere.
    """
    # The end of the last marker; of one that cannot overlap itself, the end of a piece tells.
    behind = max(0, len(piece) - 2 * len(marker)) if marker[0] not in marker[1:] else 0
    while (place := piece.find(marker, behind)) >= 0:
        behind = place + len(marker)
    lengths = range(min(len(marker) - 1, len(piece) - behind), 0, -1)
    length = next((n for n in lengths if piece.endswith(marker[:n])), 0)
    if not length and piece.endswith("\n"):
        return piece, ""
    cut = max(behind, len(piece) - length - 1)
    return piece[:cut], piece[cut:]


def _refuse_zeros(name: str, piece: str) -> None:
    if "\0" in piece:
        raise InputError(
            f"{name} holds NUL characters; it is no text, or of another encoding (UTF-16?): give "
            "its encoding (--encoding NAME)"
        )
