"""One object on its way from or to S3. Blocking."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception, sleep_using_event, wait_exponential_jitter
from urllib3.exceptions import HTTPError

from interview_analysis.adapters.video_store.transfer import CHUNK_BYTES, BoundedSink, TransferStopped, refuse_above
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, Forbidden, InterviewAnalysisError, NotFound

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, GetObjectOutputTypeDef

PART_BYTES = 8 << 20
"""S3 takes parts of 5 MiB and more, at most 10,000: 78 GiB."""
_READ_BYTES = 64 << 10
"""Small enough that a slow connection notices a cancellation soon."""
_FRUITLESS_TRIES = 5
_LONGEST_WAIT = 5.0
_NOT_FOUND, _FORBIDDEN, _CHANGED, _NO_SUCH_RANGE = 404, 403, 412, 416


class Download:
    """Goes on where a cut connection stopped, as long as the object is the same (ETag); a changed one is read anew."""

    def __init__(self, client: S3Client, video: VideoReference, sink: BoundedSink) -> None:
        self._client = client
        self._bucket, self._key = video.bucket, video.key
        self._sink = sink
        self._etag = ""
        self._fruitless = 0

    def run(self, stop: threading.Event, retry_seconds: float) -> int:
        """All bytes into the sink; returns their number. Gives up after several tries in a row without a new byte.

        Raises ``NotFound``, ``Forbidden``, ``VideoError``, ``StorageFull``, ``DependencyUnavailable``, ``TransferStopped``.
        """
        tries = Retrying(
            retry=retry_if_exception(lambda error: type(error) is DependencyUnavailable),
            stop=self._is_hopeless,
            wait=wait_exponential_jitter(multiplier=retry_seconds, max=_LONGEST_WAIT, jitter=retry_seconds),
            sleep=sleep_using_event(stop),
            reraise=True,
        )
        for attempt in tries:
            with attempt:
                if stop.is_set():
                    raise TransferStopped
                self._go_on()
        return self._sink.size

    def _go_on(self) -> None:
        before = self._sink.size
        try:
            with s3_errors():
                response = self._resume(before) if before else self._client.get_object(Bucket=self._bucket, Key=self._key)
                with closing(response["Body"]) as body:
                    self._examine(response, before)
                    while data := body.read(_READ_BYTES):
                        self._sink.write(data)
        finally:
            self._fruitless = 0 if self._sink.size > before else self._fruitless + 1

    def _examine(self, response: GetObjectOutputTypeDef, start: int) -> None:
        """Whether these are the bytes from ``start`` on of the same object; else all is read anew."""
        # A connection cut among the headers still makes a response, with some of them.
        if not response.get("ETag") or "ContentLength" not in response:
            raise DependencyUnavailable("S3: the answer was cut short")
        is_rest = response.get("ContentRange", "").startswith(f"bytes {start}-")
        if start and not (is_rest and response["ETag"] == self._etag):
            raise self._restart()
        self._etag = response["ETag"]
        refuse_above(self._sink.max_bytes, start + response["ContentLength"])

    def _resume(self, start: int) -> GetObjectOutputTypeDef:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._key, Range=f"bytes={start}-", IfMatch=self._etag)
        except ClientError as error:
            if _status(error) in (_CHANGED, _NO_SUCH_RANGE):
                raise self._restart() from error
            raise

    def _restart(self) -> DependencyUnavailable:
        self._sink.restart()
        return DependencyUnavailable("S3: the object changed while it was read")

    def _is_hopeless(self, _state: RetryCallState) -> bool:
        return self._fruitless >= _FRUITLESS_TRIES


def open_part(client: S3Client, video: VideoReference, span: tuple[int, int], tag: str) -> StreamingBody:
    """Bytes from ``span[0]`` up to ``span[1]`` (excluded) of the object with this ETag, to be closed.

    Raises ``NotFound``, ``Forbidden``, ``DependencyUnavailable`` (another object lies there, or the range is ignored).
    """
    start, stop = span
    with s3_errors():
        response = client.get_object(Bucket=video.bucket, Key=video.key, Range=f"bytes={start}-{stop - 1}", IfMatch=f'"{tag}"')
    if not response.get("ContentRange", "").startswith(f"bytes {start}-{stop - 1}/"):
        response["Body"].close()
        raise DependencyUnavailable("S3: the answer is not the part that was asked for")
    return response["Body"]


def read_some(body: StreamingBody) -> bytes:
    """The next piece; empty at the end. Raises ``DependencyUnavailable`` where the connection was cut."""
    with s3_errors():
        return body.read(CHUNK_BYTES)


class Upload:
    """Parts in order: one request for a single part, else a multipart upload that exists only once completed."""

    def __init__(self, client: S3Client, video: VideoReference) -> None:
        self._client = client
        self._bucket, self._key = video.bucket, video.key
        self._held = b""
        self._size = 0
        self._upload_id: str | None = None
        self._parts: list[CompletedPartTypeDef] = []

    def add(self, data: bytes) -> None:
        """The next part; all but the last must have ``PART_BYTES``."""
        if self._size:
            self._send(self._held)
        self._held = data
        self._size += len(data)

    def complete(self) -> int:
        """Make the object visible; returns its bytes."""
        if self._upload_id is None:
            with s3_errors():
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=self._held)
            return self._size
        self._send(self._held)
        with s3_errors():
            self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
            )
        return self._size

    def abort(self) -> None:
        """Drop the parts that were sent. A server that no longer answers keeps them until its bucket's rules expire them."""
        if self._upload_id is not None:
            with contextlib.suppress(InterviewAnalysisError), s3_errors():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)

    def _send(self, data: bytes) -> None:
        with s3_errors():
            if self._upload_id is None:
                self._upload_id = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)["UploadId"]
            number = len(self._parts) + 1
            part = self._client.upload_part(
                Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, PartNumber=number, Body=data
            )
        self._parts.append({"PartNumber": number, "ETag": part["ETag"]})


async def in_parts(chunks: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """The same bytes in pieces of ``PART_BYTES``, the last one shorter. Raises ``VideoError`` (``video_too_large``)."""
    size = 0
    buffer = bytearray()
    async for chunk in chunks:
        size += len(chunk)
        refuse_above(max_bytes, size)
        buffer += chunk
        while len(buffer) >= PART_BYTES:
            yield bytes(buffer[:PART_BYTES])
            del buffer[:PART_BYTES]
    if buffer:
        yield bytes(buffer)


@contextmanager
def s3_errors() -> Iterator[None]:
    """Raises ``NotFound``, ``Forbidden`` or ``DependencyUnavailable`` for what S3 or the way to it answers."""
    try:
        yield
    except ClientError as error:
        raise _answered(error) from error
    except ParamValidationError as error:
        raise NotFound("S3 knows no such bucket or key name", code="video_not_found") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise DependencyUnavailable(f"S3: {type(error).__name__}: {error}") from error


def _answered(error: ClientError) -> NotFound | Forbidden | DependencyUnavailable:
    status, code = _status(error), error.response.get("Error", {}).get("Code", "")
    if status == _NOT_FOUND:
        return NotFound(f"S3: {code}", code="video_not_found")
    if status == _FORBIDDEN:
        return Forbidden(f"S3: {code}")
    return DependencyUnavailable(f"S3: {status} {code}")


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
