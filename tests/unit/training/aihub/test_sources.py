"""ZIP files and folders of pictures, sound and hostile."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest

from aihub_builders import write_zip
from interview_analysis.errors import InputError
from interview_analysis.training.aihub.sources import Member, Source, SourceFault, find_sources, open_source

NAME = "원천데이터/기쁨_집.jpg"


def members_of(path: Path) -> list[Member]:
    with open_source(Source(path, path.name)) as reader:
        return reader.members()


def read(path: Path, limit: int = 100) -> bytes:
    with open_source(Source(path, path.name)) as reader:
        (member,) = reader.members()
        return reader.read(member, limit)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_korean_names_are_understood_and_still_open_their_member(tmp_path: Path, encoding: str) -> None:
    archive = write_zip(tmp_path / "a.zip", {NAME: b"content"}, encoding)
    assert [member.name for member in members_of(archive)] == [NAME]
    assert read(archive) == b"content"


def test_names_that_say_they_are_utf8_stay(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(unicodedata.normalize("NFD", NAME), b"content")
    assert [member.name for member in members_of(tmp_path / "a.zip")] == [NAME]
    assert read(tmp_path / "a.zip") == b"content"


def test_only_pictures_and_annotations_are_listed(tmp_path: Path) -> None:
    names = ["b.JPG", "a.json", "note.txt", "__MACOSX/b.jpg", "x/._b.jpg", "folder/", "x/c.png"]
    archive = write_zip(tmp_path / "a.zip", dict.fromkeys(names, b""))
    assert [member.name for member in members_of(archive)] == ["a.json", "b.JPG", "x/c.png"]


def test_no_more_is_inflated_than_allowed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(10_000_000))
    with pytest.raises(SourceFault, match="longer than 1000 bytes"):
        read(tmp_path / "a.zip", limit=1000)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + b"\xff" * 18])
def test_a_file_that_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(SourceFault):
        members_of(tmp_path / "a.zip")


def test_a_damaged_member_is_a_fault_of_that_member_alone(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"a.jpg": b"sound content", "b.jpg": b"other content"})
    archive.write_bytes(archive.read_bytes().replace(b"sound", b"SOUND"))
    with open_source(Source(archive, "a.zip")) as reader:
        first, second = reader.members()
        with pytest.raises(SourceFault, match="CRC"):
            reader.read(first, 100)
        assert reader.read(second, 100) == b"other content"


def test_archives_and_folders_are_found_in_any_depth_but_not_in_the_output(tmp_path: Path) -> None:
    for name in ("Training/원천데이터/a.ZIP", "loose/b.jpg", "empty/c.txt", "out/train/d.jpg", "parts/e.zip.part0"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    sources, bad = find_sources(tmp_path, tmp_path / "out")
    assert sorted(source.name for source in sources) == ["Training/원천데이터/a.ZIP", "loose"]
    assert [part.name for part in bad] == ["parts/e.zip.part0"]


@pytest.mark.parametrize("name", ["absent", "file.txt"])
def test_what_is_neither_a_folder_nor_an_archive_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(InputError, match=name):
        find_sources(tmp_path / name, tmp_path / "out")
