"""Where the pictures lie: ZIP files and folders, listed and read without unpacking anything to disk."""

from __future__ import annotations

import os
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from interview_analysis.errors import InputError

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
ANNOTATION_SUFFIX = ".json"
_SPLIT_PART = re.compile(r"\.zip\.part\d+$|\.z\d\d$", re.IGNORECASE)
_UTF8_NAME = 0x800
"""Flag bit of a ZIP member whose name is said to be UTF-8."""
_READ_FAULTS = (OSError, zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises on damaged, encrypted or unknown members."""


class SourceFault(Exception):
    """A source or a member that cannot be read; the message says why."""


class Source(NamedTuple):
    """A ZIP file, or one folder with the files directly in it. ``name`` is relative to the data folder."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class BadSource:
    """A source or an annotation file that could not be read, and why."""

    name: str
    reason: str


class Member(NamedTuple):
    """``name``: with "/" and composed Hangul, whatever system wrote it; ``key``: as the source itself spells it."""

    name: str
    key: str

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


class SourceReader(Protocol):
    """An open source."""

    def members(self) -> list[Member]:
        """Pictures and annotations, sorted by name."""

    def read(self, member: Member, limit: int) -> bytes:
        """All bytes of a member. Raises ``SourceFault`` where it is damaged or longer than ``limit`` bytes."""


def find_sources(data: Path, leave_out: Path) -> tuple[list[Source], list[BadSource]]:
    """Every ZIP file and every folder with pictures or annotations under ``data``, but not in ``leave_out``.

    Parts of a split ZIP file are named as bad. Raises ``InputError`` where ``data`` is neither a folder nor a ZIP file.
    """
    if data.is_file() and data.suffix.lower() == ".zip":
        return [Source(data, data.name)], []
    if not data.is_dir():
        raise InputError(f"{data} is neither a folder nor a .zip file")
    sources: list[Source] = []
    bad: list[BadSource] = []
    for folder, files in _walk(data, leave_out):
        names = {file: unicodedata.normalize("NFC", file.relative_to(data).as_posix()) for file in files}
        sources += [Source(file, name) for file, name in names.items() if file.suffix.lower() == ".zip"]
        reason = "a part of a split ZIP file: join the parts first (docs/training-data.md)"
        bad += [BadSource(name, reason) for name in names.values() if _SPLIT_PART.search(name)]
        if any(_is_wanted(file.name) for file in files):
            sources.append(Source(folder, unicodedata.normalize("NFC", folder.relative_to(data).as_posix())))
    return sources, bad


def _walk(data: Path, leave_out: Path) -> Iterator[tuple[Path, Sequence[Path]]]:
    for name, folders, files in os.walk(data):
        folder = Path(name)
        folders[:] = sorted(child for child in folders if (folder / child).resolve() != leave_out.resolve())
        yield folder, [folder / file for file in sorted(files)]


@contextmanager
def open_source(source: Source) -> Iterator[SourceReader]:
    """Raises ``SourceFault`` where the ZIP file or folder cannot be opened."""
    if source.path.is_dir():
        yield _FolderReader(source.path)
        return
    try:
        archive = zipfile.ZipFile(source.path)
    except _READ_FAULTS as error:
        raise SourceFault(f"not a readable ZIP file: {error}") from error
    with archive:
        yield _ZipReader(archive)


class _FolderReader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def members(self) -> list[Member]:
        try:
            files = [entry.name for entry in os.scandir(self._folder) if entry.is_file() and _is_wanted(entry.name)]
        except OSError as error:
            raise SourceFault(str(error)) from error
        return sorted(Member(unicodedata.normalize("NFC", name), name) for name in files)

    def read(self, member: Member, limit: int) -> bytes:
        try:
            with (self._folder / member.key).open("rb") as file:
                return _bounded(file.read(limit + 1), limit)
        except OSError as error:
            raise SourceFault(str(error)) from error


class _ZipReader:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def members(self) -> list[Member]:
        found = {decoded_name(info): info.filename for info in self._archive.infolist() if not info.is_dir()}
        return sorted(Member(name, key) for name, key in found.items() if _is_wanted(name))

    def read(self, member: Member, limit: int) -> bytes:
        """No more than ``limit`` bytes are inflated, whatever size the archive claims."""
        try:
            with self._archive.open(member.key) as file:
                return _bounded(file.read(limit + 1), limit)
        except _READ_FAULTS as error:
            raise SourceFault(str(error)) from error


def decoded_name(info: zipfile.ZipInfo) -> str:
    """The member's name, where zipfile took Korean bytes (UTF-8 without its flag, or code page 949) for code page 437."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        name = _decoded(name.encode("cp437"), name)
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _decoded(raw: bytes, otherwise: str) -> str:
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return otherwise


def _bounded(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise SourceFault(f"longer than {limit} bytes")
    return data


def _is_wanted(name: str) -> bool:
    """macOS leaves ``._NAME`` files beside the real ones."""
    path = PurePosixPath(name)
    if path.name.startswith(".") or "__MACOSX" in path.parts:
        return False
    return path.suffix.lower() in PICTURE_SUFFIXES or path.suffix.lower() == ANNOTATION_SUFFIX
