"""Files, compressed files and archives → the streams of bytes in them, by what their bytes are."""

from __future__ import annotations

import bz2
import gzip
import logging
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, cast

from compare.errors import InputError
from compare.text.file_kinds import (
    HEAD_BYTES,
    compression_of,
    is_tar,
    is_zip,
    zip_kind,
)

logger = logging.getLogger(__name__)

COMPRESSED_ENDINGS = (".gz", ".bz2", ".xz", ".lzma")
ARCHIVE_ENDINGS = (".zip", ".tar", ".tgz", ".tbz2", ".txz")
TEXT_ENDINGS = (".txt", ".text")
FIELD_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
DUMP_ENDINGS = (".xml",)
"""Of files with fields, and of Wikipedia's dumps: taken from a folder where a field is asked for,
or where they are such a dump."""

MOST_LAYERS = 3
"""Compressed streams inside each other that are opened."""

UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
)

_OPENERS: dict[str, Callable[..., Any]] = {
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
    "lzma": lzma.open,
}


@contextmanager
def decompressed(name: str, handle: IO[bytes]) -> Iterator[tuple[IO[bytes], bytes]]:
    """Open what a stream holds compressed, once or several times; itself, where it is not.

    Yields
    ------
    (IO[bytes], bytes)
        A stream at its beginning, and its first bytes.

    Raises
    ------
    InputError
        If it is compressed more often than anybody would.
    """
    with ExitStack() as layers:
        for _ in range(MOST_LAYERS + 1):
            head = handle.read(HEAD_BYTES)
            handle.seek(0)
            compression = compression_of(head)
            if compression is None:
                yield handle, head
                return
            handle = layers.enter_context(_OPENERS[compression](handle))
            _refuse_what_follows(handle)
        raise InputError(f"{name} is compressed more than {MOST_LAYERS} times; unpack it first")


def _refuse_what_follows(handle: Any) -> None:
    """Let bytes behind a compressed stream be an error, where they are no further stream.

    Python passes over them, and with them over all streams behind one that is damaged.
    """
    reader: Any = getattr(getattr(handle, "_buffer", None), "raw", None)
    if hasattr(reader, "_trailing_error"):  # of bz2 and lzma; gzip refuses by itself
        reader._trailing_error = ()


class Stream(NamedTuple):
    """A stream of bytes in a file.

    Attributes
    ----------
    name : str
        Of the file, and of the member of an archive.
    handle : IO[bytes]
        At its beginning; seekable.
    head : bytes
        Its first bytes.
    """

    name: str
    handle: IO[bytes]
    head: bytes

    @property
    def ending(self) -> str:
        """The ending of its name, in small letters, those of compression left out."""
        return ending_of(self.name)


def ending_of(name: str) -> str:
    """Give the ending of a name, in small letters, those of compression left out.

    >>> ending_of("Book.TXT.gz")
    '.txt'
    """
    path = PurePosixPath(name.lower())
    while path.suffix in COMPRESSED_ENDINGS and path.stem:
        path = path.with_suffix("")
    return path.suffix


def is_resource(path: PurePosixPath) -> bool:
    """Tell what operating systems leave in folders: hidden files, thumbnails, resource forks."""
    names = ("thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "icon\r")
    parts = [part for part in path.parts if part not in (".", "..")]
    return any(part.startswith(".") or part.lower() in names for part in parts)


def is_taken(name: str, *, has_field: bool) -> bool:
    """Tell whether a file of a folder, or of an archive, is taken to be text by its ending."""
    ending = ending_of(name)
    is_packed = PurePosixPath(name.lower()).suffix in COMPRESSED_ENDINGS and not ending
    return (
        ending in (*TEXT_ENDINGS, *ARCHIVE_ENDINGS, *DUMP_ENDINGS)
        or is_packed
        or (has_field and ending in FIELD_ENDINGS)
    )


class Once:
    """Tells each thing once, however often a text is read."""

    def __init__(self) -> None:
        self._told: set[tuple[object, ...]] = set()

    def __call__(self, level: int, message: str, *values: object) -> None:
        """Log a message, unless that was done."""
        if (message, *values) not in self._told:
            self._told.add((message, *values))
            logger.log(level, message, *values)


def streams_of(path: Path, tell: Once, *, has_field: bool = False) -> Iterator[Stream]:
    """Open a file: itself, what it holds compressed, or the members of an archive, one by one.

    Raises
    ------
    InputError
        If an archive holds no text, or another archive.
    """
    with path.open("rb") as handle:
        yield from _opened(str(path), handle, tell, in_archive=False, has_field=has_field)


def _opened(
    name: str, handle: IO[bytes], tell: Once, *, in_archive: bool, has_field: bool
) -> Iterator[Stream]:
    with decompressed(name, handle) as (inner, head):
        if not (is_zip(head) or is_tar(head)):
            yield Stream(name, inner, head)
            return
        if in_archive:
            raise InputError(f"{name} is an archive within an archive; unpack it first")
        members = _zipped(name, inner) if is_zip(head) else _tarred(name, inner, tell)
        yield from _members(name, members, tell, has_field=has_field)


Member = tuple[str, Callable[[], IO[bytes]]]


def _members(
    archive: str, members: list[Member], tell: Once, *, has_field: bool
) -> Iterator[Stream]:
    wanted = [m for m in members if not is_resource(PurePosixPath(m[0]))]
    taken = [m for m in wanted if is_taken(m[0], has_field=has_field)]
    if not taken:
        found = ", ".join(name for name, _ in wanted[:5]) or "nothing"
        raise InputError(f"{archive} holds no text (.txt); found {found}")
    tell_left_out(archive, [name for name, _ in wanted if name not in dict(taken)], tell)
    for name, opened in taken:
        with opened() as handle:
            yield from _opened(
                f"{archive}:{name}", handle, tell, in_archive=True, has_field=has_field
            )


def tell_left_out(where: str, names: list[str], tell: Once) -> None:
    """Warn of files that were not read since their ending is not that of text."""
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        tell(
            logging.WARNING, "%s: %d file%s left out, which %s not named as text (.txt): %s%s",
            where, len(names), "s" * (len(names) > 1), "are" if len(names) > 1 else "is",
            ", ".join(names[:5]), more,
        )  # fmt: skip


def _zipped(name: str, handle: IO[bytes]) -> list[Member]:
    archive = zipfile.ZipFile(handle)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    kind = zip_kind([info.filename for info in infos])
    if kind is not None:
        raise InputError(f"{name} is {kind}, no running text; save it as plain text (.txt)")
    locked = next((info.filename for info in infos if info.flag_bits & 1), None)
    if locked is not None:
        raise InputError(f"{name}: {locked} is locked with a password; unpack the archive first")
    return [(info.filename, lambda info=info: archive.open(info)) for info in infos]  # type: ignore[misc]


def _tarred(name: str, handle: IO[bytes], tell: Once) -> list[Member]:
    archive = tarfile.open(fileobj=handle, mode="r:")  # noqa: SIM115 (ends with its handle)
    members = archive.getmembers()
    handle.seek(archive.offset)
    if handle.read(tarfile.BLOCKSIZE) != tarfile.NUL * tarfile.BLOCKSIZE:  # Python stops silently
        raise tarfile.ReadError("an entry is damaged, or the end is missing")
    links = [info.name for info in members if not (info.isfile() or info.isdir())]
    if links:
        told = f"{', '.join(links[:5])}{' …' if len(links) > 5 else ''}"
        tell(logging.WARNING, "%s: %d links left out: %s", name, len(links), told)
    infos = [info for info in members if info.isfile()]
    return [
        (info.name, lambda info=info: cast("IO[bytes]", archive.extractfile(info)))  # type: ignore[misc]
        for info in infos
    ]
