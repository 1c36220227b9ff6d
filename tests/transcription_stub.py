"""A service with OpenAI's interface for transcriptions: answers to script a ``receiver`` with, and what it was sent."""

from __future__ import annotations

import email
import json
from email.message import Message

from webhook_servers import Received

KEY = "sk-test-0815"
WORDS = (("Um", 0.5, 0.8), ("my", 1.2, 1.3), ("small", 1.3, 1.6), ("team", 1.6, 1.8))
TEXT = "Um, my small team."


def http_answer(status: int, body: str, kind: str = "application/json", length: int | None = None) -> bytes:
    """``length`` announces another one than the body has."""
    content = body.encode()
    size = len(content) if length is None else length
    head = f"HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


def heard(**changes: object) -> bytes:
    """What the service says of a sound; ``changes`` replace fields, ``...`` takes one away."""
    words = [{"word": word, "start": start, "end": end} for word, start, end in WORDS]
    answer = {"task": "transcribe", "language": "english", "duration": 2.0, "text": TEXT, "words": words, **changes}
    return http_answer(200, json.dumps({name: value for name, value in answer.items() if value is not ...}))


def refused(status: int) -> bytes:
    return http_answer(status, json.dumps({"error": {"message": f"no: {KEY}", "type": "error", "code": None}}))


def form_fields(request: Received) -> dict[str, bytes]:
    """Of a multipart request, the file's content included."""
    form = email.message_from_bytes(f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode() + request.body)
    parts = form.get_payload()
    assert isinstance(parts, list)
    return {_name(part): bytes(part.get_payload(decode=True)) for part in parts if isinstance(part, Message)}


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))
