"""Finding, verifying and fetching model files; servers, pip and npm are real, packages are made here."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.specs import Companion, Job, ModelSpec
from interview_analysis.vision.runtime.store import ModelStatus, ModelStore
from model_builders import (
    CONTENT,
    Answer,
    Tls,
    file_spec,
    make_npm_package,
    make_tls,
    make_wheel,
    manifest,
    serving,
)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"))


def store_of(folder: Path, *specs: ModelSpec) -> ModelStore:
    return ModelStore(folder / "models", manifest(*specs))


def files(store: ModelStore) -> list[str]:
    return sorted(path.name for path in store.folder.glob("*"))


def pull_over_https(folder: Path, tls: Tls, answers: dict[str, Answer], paths: list[str]) -> ModelStore:
    with serving(answers, tls.server()) as base, tls.client() as client:
        store = ModelStore(folder / "models", manifest(file_spec([f"{base}{path}" for path in paths])), client)
        store.pull()
    return store


def test_a_file_is_missing_then_ready_then_corrupt(tmp_path: Path) -> None:
    store = store_of(tmp_path, file_spec())
    assert store.status("net") is ModelStatus.MISSING
    store.folder.mkdir()
    (store.folder / "net.bin").write_bytes(CONTENT)
    assert store.path("net") == store.folder / "net.bin"
    (store.folder / "net.bin").write_bytes(CONTENT[:-1] + b"X")
    assert store.status("net") is ModelStatus.CORRUPT


@pytest.mark.parametrize(("content", "said"), [(None, "missing"), (b"else", "checksum")])
def test_no_path_is_given_to_a_file_that_is_not_verified(tmp_path: Path, content: bytes | None, said: str) -> None:
    store = store_of(tmp_path, file_spec())
    store.folder.mkdir()
    if content is not None:
        (store.folder / "net.bin").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=said):
        store.path("net")


def test_the_best_model_of_a_job_is_the_preferred_one_that_is_there(tmp_path: Path) -> None:
    better = file_spec(name="better").model_copy(update={"preference": 1})
    store = store_of(tmp_path, file_spec(), better)
    assert store.best(Job.EXPRESSION) is None
    store.folder.mkdir()
    for name, expected in (("net", "net"), ("better", "better")):
        (store.folder / f"{name}.bin").write_bytes(CONTENT)
        best = store.best(Job.EXPRESSION)
        assert best is not None
        assert best.name == expected


def test_progress_is_told_and_a_second_pull_does_nothing(tmp_path: Path, tls: Tls) -> None:
    seen: list[tuple[str, int, int | None]] = []
    with serving({"/net": Answer(CONTENT)}, tls.server()) as base, tls.client() as client:
        store = ModelStore(tmp_path, manifest(file_spec([f"{base}/net"])), client)
        assert store.pull(on_progress=lambda *step: seen.append(step)) == ["net"]
    assert seen[-1] == ("net", len(CONTENT), len(CONTENT))
    assert store.pull() == []


ANSWERS = {
    "/net": Answer(CONTENT),
    "/wrong": Answer(b"x" * len(CONTENT)),
    "/short": Answer(CONTENT[:10]),
    "/long": Answer(CONTENT + b"more"),
    "/moved": Answer(status=302, location="/net"),
    "/insecure": Answer(status=302, location="http://127.0.0.1/net"),
    "/circle": Answer(status=302, location="/circle"),
}


@pytest.mark.parametrize("path", ["/net", "/moved"])
def test_https_gives_the_file_also_after_a_redirect(tmp_path: Path, tls: Tls, path: str) -> None:
    store = pull_over_https(tmp_path, tls, ANSWERS, [path])
    assert store.path("net").read_bytes() == CONTENT
    assert files(store) == ["net.bin"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/absent", "404"),
        ("/wrong", "checksum"),
        ("/short", "checksum"),
        ("/long", "larger than"),
        ("/insecure", "redirects to http"),
        ("/circle", "too many redirects"),
    ],
)
def test_a_bad_source_is_refused_and_leaves_nothing(tmp_path: Path, tls: Tls, path: str, said: str) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        pull_over_https(tmp_path, tls, ANSWERS, [path])
    assert list((tmp_path / "models").iterdir()) == []


def test_the_next_source_is_tried_after_a_bad_one(tmp_path: Path, tls: Tls) -> None:
    store = pull_over_https(tmp_path, tls, ANSWERS, ["/absent", "/wrong", "/net"])
    assert store.status("net") is ModelStatus.READY


def test_a_corrupt_file_is_replaced(tmp_path: Path, tls: Tls) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "net.bin").write_bytes(b"damaged")
    assert pull_over_https(tmp_path, tls, ANSWERS, ["/net"]).status("net") is ModelStatus.READY


def test_an_entry_without_source_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no source"):
        store_of(tmp_path, file_spec()).pull(["net"])


def test_a_wheel_gives_one_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    requirement = make_wheel(tmp_path, "box/net.bin", CONTENT)
    store = store_of(tmp_path, file_spec([f"pypi:{requirement}:box/absent.bin", f"pypi:{requirement}:box/net.bin"]))
    assert store.pull() == ["net"]
    assert files(store) == ["net.bin"]


def test_a_wheel_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="No matching distribution"):
        store_of(tmp_path, file_spec(["pypi:weightbox==9.9:net.bin"])).pull()


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_an_npm_package_gives_one_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Answer] = {"/box.tgz": Answer(make_npm_package("models/net.bin", CONTENT))}
    with serving(answers) as base:
        version = {"name": "weightbox", "version": "1.0.0", "dist": {"tarball": f"{base}/box.tgz"}}
        listing = {"name": "weightbox", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        answers["/weightbox"] = Answer(json.dumps(listing).encode())
        monkeypatch.setenv("npm_config_registry", base)
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
        store = store_of(tmp_path, file_spec(["npm:weightbox@1.0.0:models/net.bin"]))
        assert store.pull() == ["net"]
    assert files(store) == ["net.bin"]


def test_a_model_of_several_files_is_there_when_all_are(tmp_path: Path, tls: Tls) -> None:
    answers = {"/net.bin": Answer(CONTENT), "/words.txt": Answer(b"words")}
    with serving(answers, tls.server()) as base, tls.client() as client:
        words = Companion(file="net/words.txt", sha256=hashlib.sha256(b"words").hexdigest(), sources=(f"{base}/words.txt",))
        whole = file_spec([f"{base}/net.bin"]).model_copy(update={"file": "net/net.bin", "companions": (words,)})
        store = ModelStore(tmp_path / "models", manifest(whole), client)
        assert store.pull() == ["net"]
        assert (store.path("net").parent / "words.txt").read_bytes() == b"words"
        (store.folder / "net" / "words.txt").write_bytes(b"other")
        assert store.status("net") is ModelStatus.CORRUPT
        (store.folder / "net" / "words.txt").unlink()
        assert store.status("net") is ModelStatus.MISSING
        assert (store.pull(), store.status("net")) == (["net"], ModelStatus.READY)
