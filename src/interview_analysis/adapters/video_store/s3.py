"""``VideoStore`` on S3 or what speaks like it. boto3 blocks, so it works in threads."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from interview_analysis.adapters.video_store.s3_transfer import Download, Upload, in_parts, open_part, read_some, s3_errors
from interview_analysis.adapters.video_store.transfer import BoundedSink, run_stoppable, whole_or_gone
from interview_analysis.application.ports import KeyPage, StoredVideo
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REQUEST_TRIES = 2
_CONNECTIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Config:
    """``endpoint_url`` ``None`` = AWS itself; no keys = boto3's own search (instance or pod role); an empty
    ``allowed_buckets`` = every bucket that the keys can read. Times in
    seconds; ``retry_seconds`` is the first wait after a cut, doubled for each further one in a row."""

    region: str
    max_bytes: int
    endpoint_url: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    allowed_buckets: frozenset[str] = frozenset()
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    retry_seconds: float = 0.2


class S3VideoStore:
    """Bucket allow-list and size limit; a cut download goes on where it stopped.

    A versioned bucket keeps what ``delete`` removes for as long as its owner's rules say.
    """

    def __init__(self, config: S3Config) -> None:
        self._config = config
        self._client = _client(config)

    def check(self, video: VideoReference) -> None:
        """Raises ``Forbidden`` (``video_forbidden``) for a bucket that is not on the allow-list."""
        if self._config.allowed_buckets and video.bucket not in self._config.allowed_buckets:
            raise Forbidden("the bucket is not on the allow-list")

    async def fetch(self, video: VideoReference, target: Path) -> int:
        """Stream the object into ``target``; the errors are those of the port. Cancelling ends it within one chunk, or the
        read timeout where the server has fallen silent."""
        self.check(video)
        return await run_stoppable(lambda stop: self._download(video, target, stop))

    async def look_up(self, video: VideoReference) -> StoredVideo:
        """See the port."""
        self.check(video)
        return await run_stoppable(lambda _: self._look_up(video))

    async def read(self, video: VideoReference, start: int, stop: int, tag: str) -> AsyncIterator[bytes]:
        """See the port: one request for that range of that version."""
        self.check(video)
        if start >= stop:
            return
        body = await run_stoppable(lambda _: open_part(self._client, video, (start, stop), tag))
        try:
            while chunk := await run_stoppable(lambda _: read_some(body)):
                yield chunk
        finally:
            body.close()

    async def put(self, video: VideoReference, chunks: AsyncIterator[bytes]) -> int:
        """Store an upload whole or not at all, holding two parts in memory. The errors are those of the port."""
        self.check(video)
        upload = Upload(self._client, video)
        try:
            async for part in in_parts(chunks, self._config.max_bytes):
                await run_stoppable(lambda _, data=part: upload.add(data))  # type: ignore[misc]
            return await run_stoppable(lambda _: upload.complete())
        except BaseException:
            await run_stoppable(lambda _: upload.abort())
            raise

    async def list_older(self, bucket: str, prefix: str, before: datetime, after: str, limit: int) -> KeyPage:
        """See the port. Raises ``Forbidden`` where the keys may not list the bucket."""
        return await run_stoppable(lambda _: self._list(bucket, prefix, before, after, limit))

    async def delete(self, video: VideoReference) -> bool:
        """Erase one object; ``False`` where there was none."""
        self.check(video)
        return await run_stoppable(lambda _: self._delete(video))

    async def exists(self, video: VideoReference) -> bool:
        """Whether the object is there. Raises ``Forbidden``, ``DependencyUnavailable``."""
        self.check(video)
        return await run_stoppable(lambda _: self._exists(video))

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``. A refusal is an answer: the keys may be good for reading objects only."""
        await run_stoppable(lambda _: self._ping())

    def _download(self, video: VideoReference, target: Path, stop: threading.Event) -> int:
        with whole_or_gone(target) as file:
            sink = BoundedSink(file, self._config.max_bytes, stop)
            return Download(self._client, video, sink).run(stop, self._config.retry_seconds)

    def _list(self, bucket: str, prefix: str, before: datetime, after: str, limit: int) -> KeyPage:
        with s3_errors():
            found = self._client.list_objects_v2(Bucket=bucket, Prefix=prefix, StartAfter=after, MaxKeys=limit)
        objects = found.get("Contents", [])
        older = [entry["Key"] for entry in objects if entry["LastModified"] < before]
        return KeyPage(tuple(older), objects[-1]["Key"] if found["IsTruncated"] and objects else "")

    def _look_up(self, video: VideoReference) -> StoredVideo:
        with s3_errors():
            found = self._client.head_object(Bucket=video.bucket, Key=video.key)
        return StoredVideo(found["ContentLength"], found["ETag"].strip('"'))

    def _exists(self, video: VideoReference) -> bool:
        try:
            self._look_up(video)
        except NotFound:
            return False
        return True

    def _delete(self, video: VideoReference) -> bool:
        if not self._exists(video):
            return False
        with s3_errors():
            self._client.delete_object(Bucket=video.bucket, Key=video.key)
        return True

    def _ping(self) -> None:
        try:
            with s3_errors():
                if self._config.allowed_buckets:
                    self._client.head_bucket(Bucket=min(self._config.allowed_buckets))
                else:
                    self._client.list_buckets()
        except (Forbidden, NotFound):
            return


def _client(config: S3Config) -> S3Client:
    """Checksums only where S3 demands them and paths instead of host names: other servers know no better."""
    return boto3.client(
        "s3",
        endpoint_url=config.endpoint_url,
        region_name=config.region,
        aws_access_key_id=config.access_key_id,
        aws_secret_access_key=config.secret_access_key,
        config=Config(
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": _REQUEST_TRIES},
            s3={"addressing_style": "path" if config.endpoint_url else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
