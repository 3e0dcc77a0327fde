"""Files that are fetched once, checked by their checksum, and kept.

Nothing is downloaded unless it is asked for by name, and nothing that does not match its checksum
is used. Without a network, the file can be put in its place by hand: the error says where.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from compare.cache import cache_folder
from compare.errors import InputError
from compare.progress import Progress, silent


@dataclass(frozen=True)
class Download:
    """A file somewhere else.

    Attributes
    ----------
    name : str
        What a user calls it.
    url : str
        Pinned to a revision, so that its content stays.
    path : str
        Where it is kept, below :func:`download_folder`.
    checksum : str
        ``sha256:…`` or ``md5:…``, in hexadecimal.
    size : int
        In bytes.
    """

    name: str
    url: str
    path: str
    checksum: str
    size: int

    @property
    def place(self) -> Path:
        """Where the file lies once it is here."""
        return download_folder() / self.path

    @property
    def is_here(self) -> bool:
        """Whether a file of the right size lies there (its checksum is looked at when opened)."""
        return self.place.is_file() and self.place.stat().st_size == self.size


def download_folder() -> Path:
    """Where downloaded files are kept."""
    return cache_folder() / "downloads"


def fetched(download: Download, *, progress: Progress = silent) -> Path:
    """Give the path of a file, downloading it if it is not here yet.

    Parameters
    ----------
    progress : callable, optional
        Told the bytes that have come.

    Raises
    ------
    InputError
        If there is no network, or what lies there or what came has another checksum; the message
        says what to fetch from where, and where to put it by hand.
    """
    place = download.place
    if place.is_file():
        if not _matches(place, download.checksum):
            raise InputError(
                f"{place} is not the file that {download.name} should be ({download.checksum}, "
                f"{download.size:,} bytes; found {place.stat().st_size:,}): delete it to download "
                "it again"
            )
        return place
    url = quote(download.url, safe=":/%")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _retrieve(url, place, download.checksum, progress)
    except (OSError, ValueError) as error:  # those of requests are OSErrors
        raise InputError(
            f"cannot download {download.name} ({_reason(error)}). Without a network, fetch {url} "
            f"({download.size:,} bytes) elsewhere and put it at {place}"
        ) from error
    return place


def _retrieve(url: str, place: Path, checksum: str, progress: Progress) -> None:
    import pooch  # here: with its HTTP library it would slow every start

    pooch.get_logger().setLevel(logging.WARNING)
    downloader = pooch.HTTPDownloader(progressbar=_Bytes(progress), timeout=30)
    pooch.retrieve(
        url, known_hash=checksum, fname=place.name, path=place.parent, downloader=downloader
    )


def _matches(path: Path, checksum: str) -> bool:
    algorithm, _, digest = checksum.partition(":")
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest() == digest


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)  # of requests' errors
    if response is not None:
        return f"the server answered {response.status_code}"
    if isinstance(error, ValueError):
        return "what came has another checksum"
    return type(error).__name__


class _Bytes:
    """What pooch wants of a progress bar, told to ours."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.total, self.done = progress, 0, 0

    def update(self, n: int) -> None:
        self.done += n
        self.progress(self.done, max(self.total, self.done), unit="bytes")

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        pass
