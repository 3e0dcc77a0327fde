"""What a file is, by its first bytes: so that nothing is read for what it is not."""

from __future__ import annotations

import codecs
import json
import re
import tarfile

from compare.text.text_kinds import json_kind

HEAD_BYTES = 4096
"""Bytes that are looked at."""

_COMPRESSED = {
    "gzip": re.compile(rb"\x1f\x8b"),
    "bzip2": re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "lzma": re.compile(rb"\x5d\x00\x00"),
}
"""Compressed streams that Python reads."""

_SIGNATURES = {
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"\x04\x22\x4d\x18": "compressed by lz4",
    b"\x1f\x9d": "compressed by compress (.Z)",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"MSCF": "a cabinet archive",
    b"LZIP\x01": "compressed by lzip",
    b"!<arch>\n": "a Debian package or a library",
    b"%PDF-": "a PDF",
    b"%!PS-": "PostScript",
    b"{\\rtf": "an RTF document",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel document",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy array",
    b"SQLite format 3\x00": "an SQLite database",
    b"GGUF": "a GGUF model",
    b"\xba\x16\x4f\x2f": "a fastText model",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\x00": "a picture",
    b"RIFF": "a sound or film",
    b"ID3": "a sound",
    b"OggS": "a sound",
    b"\x00\x00\x00\x18ftyp": "a film",
}
_PICKLE = re.compile(rb"\x80[\x02-\x05](?:\x95|[\x8c(})\]c])")
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(!doctype\s+)?([a-z][\w:-]*)", re.I | re.S
)


BYTE_ORDER_MARKS = (  # the longer ones first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a text may begin with, and the encoding that reads it away."""


def mark_of(head: bytes) -> str | None:
    """Name the encoding that a byte-order mark tells; None without one."""
    return next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def as_utf8(head: bytes) -> bytes:
    """Write the beginning of a text as UTF-8 without a mark, where a mark says what it is."""
    encoding = mark_of(head)
    return head if encoding is None else head.decode(encoding, "ignore").encode()


def compression_of(head: bytes) -> str | None:
    """Name the compression of a stream by its first bytes: gzip, bzip2, xz or lzma."""
    return next((name for name, magic in _COMPRESSED.items() if magic.match(head)), None)


def is_zip(head: bytes) -> bool:
    """Tell a zip archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes) -> bool:
    """Tell a tar archive, also one of old by the sum of its first header."""
    if head[257:262] == b"ustar":
        return True
    try:
        return tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape").name != ""
    except (tarfile.TarError, ValueError):
        return False


def is_wikipedia_dump(head: bytes) -> bool:
    """Tell an XML dump of MediaWiki."""
    found = _MARKUP.match(as_utf8(head))
    return found is not None and found[2].lower() == b"mediawiki"


def is_json_lines(head: bytes) -> bool:
    """Tell a file of JSON objects, one a line."""
    first = as_utf8(head).lstrip().partition(b"\n")[0].strip()
    if not first.startswith(b"{"):
        return False
    if first.endswith(b"}"):
        try:
            return isinstance(json.loads(first), dict)
        except (ValueError, RecursionError):
            return False
    return re.match(rb'\{\s*"[^"\n]{1,200}"\s*:\s*(?:["\[{\d-]|true|false|null)', first) is not None


def foreign_kind(head: bytes) -> str | None:
    """Say what a file is that is no running text; None: nothing that is known.

    >>> foreign_kind(b"%PDF-1.4")
    'a PDF'
    """
    for magic, name in _SIGNATURES.items():
        # Letters alone might begin a text; a file of another kind soon holds a zero.
        if head.startswith(magic) and (b"\0" in head or not magic.isalnum()):
            return name
    if _PICKLE.match(head):
        return "a pickle"
    begins_json = head[8:10] in (b'{"', b"{ ")
    if begins_json and int.from_bytes(head[:8], "little") < 1 << 30:
        return "a safetensors file"
    text = as_utf8(head).lstrip()
    kind = json_kind(text.decode(errors="ignore"))
    if kind is not None and kind != "JSON":
        return kind
    if is_json_lines(head):
        return "JSON lines"
    if kind is not None:
        return kind
    markup = _MARKUP.match(text)
    if markup and (markup[1] or markup[2].lower() in _ROOTS or text.startswith(b"<?xml")):
        return "HTML" if b"html" in text[:1000].lower() else "XML"
    return None


_ROOTS = (b"html", b"head", b"body", b"tei", b"rss", b"svg", b"mediawiki", b"corpus", b"feed")


def zip_kind(names: list[str]) -> str | None:
    """Say what a zip archive is that is no archive of text, by the names of its members."""
    folders = {name.partition("/")[0] for name in names}
    if "[Content_Types].xml" in names:
        kinds = {"word": "a Word document", "xl": "an Excel workbook", "ppt": "a PowerPoint file"}
        return next((kinds[folder] for folder in kinds if folder in folders), "an Office document")
    if "mimetype" in names:
        return "an EPUB book" if "META-INF/container.xml" in names else "an OpenDocument file"
    if "META-INF/MANIFEST.MF" in names:
        return "a Java archive"
    if any(folder.endswith(".dist-info") for folder in folders):
        return "a Python wheel"
    if any(name.endswith((".npy", "data.pkl")) for name in names):
        return "an archive of arrays"
    return None
