"""Model files on disk: found, verified, fetched."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import httpx

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.sources import MAX_BYTES, Fetcher, FetchFailed
from interview_analysis.vision.runtime.specs import Companion, Job, Manifest, ModelSpec

FileSpec = ModelSpec | Companion
OnProgress = Callable[[str, int, int | None], None]
"""Receives a model's name, the bytes that have arrived, and the bytes expected (``None`` = unknown)."""


class ModelStatus(StrEnum):
    READY = "ready"
    MISSING = "missing"
    CORRUPT = "corrupt"


class _Checked(NamedTuple):
    mtime_ns: int
    size: int
    matches: bool


class ModelStore:
    """The models folder and its manifest. Every path it hands out has been verified by checksum."""

    def __init__(self, folder: Path, manifest: Manifest, http: httpx.Client | None = None) -> None:
        """``http`` replaces the client of https sources, for a proxy or an own certificate authority."""
        self.folder = folder
        self.manifest = manifest
        self._http = http
        self._checked: dict[Path, _Checked] = {}

    def status(self, name: str) -> ModelStatus:
        """Raises ``ModelUnavailable`` for a name that is not in the manifest."""
        found = {self._file_status(part) for part in self.manifest.get(name).files}
        return next(status for status in (ModelStatus.MISSING, ModelStatus.CORRUPT, ModelStatus.READY) if status in found)

    def path(self, name: str) -> Path:
        """The verified file, its companions verified too. Raises ``ModelUnavailable`` where one is missing or its checksum
        is wrong."""
        status = self.status(name)
        path = self.folder / self.manifest.get(name).file
        if status is ModelStatus.MISSING:
            raise ModelUnavailable(f"{name}: {path} is missing; get it with: interview-analysis models pull {name}")
        if status is ModelStatus.CORRUPT:
            raise ModelUnavailable(f"{name}: {path} does not have the checksum of the manifest")
        return path

    def best(self, job: Job) -> ModelSpec | None:
        """The preferred model of a job among those whose file is there and verified; ``None`` where there is none."""
        return next((spec for spec in self.manifest.for_job(job) if self.status(spec.name) is ModelStatus.READY), None)

    def needed(self, job: Job) -> ModelSpec:
        """As ``best``. Raises ``ModelUnavailable`` where there is none."""
        found = self.best(job)
        if found is None:
            raise ModelUnavailable(f"no model for {job} is installed: run `interview-analysis models pull`")
        return found

    def pull(self, names: Iterable[str] | None = None, on_progress: OnProgress = lambda name, done, total: None) -> list[str]:
        """Fetch what is not there yet (default: the required models) and return the names of what was fetched.

        The first source that arrives and matches the checksum wins; nothing else stays behind. Raises
        ``ModelUnavailable`` naming what went wrong with each source.
        """
        wanted = [self.manifest.get(name) for name in names] if names is not None else list(self.manifest.required)
        fetched = []
        for spec in wanted:
            lacking = [part for part in spec.files if self._file_status(part) is not ModelStatus.READY]
            for part in lacking:
                self._fetch(spec.name, part, on_progress)
            if lacking:
                fetched.append(spec.name)
        return fetched

    def _file_status(self, part: FileSpec) -> ModelStatus:
        path = self.folder / part.file
        if not path.is_file():
            return ModelStatus.MISSING
        return ModelStatus.READY if self._matches(path, part) else ModelStatus.CORRUPT

    def _matches(self, path: Path, spec: FileSpec) -> bool:
        found = path.stat()
        known = self._checked.get(path)
        if known is None or (known.mtime_ns, known.size) != (found.st_mtime_ns, found.st_size):
            known = _Checked(found.st_mtime_ns, found.st_size, _has_checksum(path, spec))
            self._checked[path] = known
        return known.matches

    def _fetch(self, name: str, part: FileSpec, on_progress: OnProgress) -> None:
        faults = []
        place = self.folder / part.file
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".pull-", suffix=".part") as work:
            for number, source in enumerate(part.sources):
                target = Path(work) / f"{number}-{place.name}"
                fetcher = Fetcher(self._http, part.bytes or MAX_BYTES, lambda done: on_progress(name, done, part.bytes))
                try:
                    fetcher.fetch(source, target)
                except FetchFailed as fault:
                    faults.append(f"{source}: {fault}")
                    continue
                if _has_checksum(target, part):
                    target.replace(place)
                    return
                faults.append(f"{source}: its checksum is not that of the manifest")
        raise ModelUnavailable(f"{name} could not be fetched; {'; '.join(faults) or 'it has no source'}")


def _has_checksum(path: Path, spec: FileSpec) -> bool:
    if spec.bytes is not None and path.stat().st_size != spec.bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == spec.sha256
