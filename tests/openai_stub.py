"""A server of chat completions on a real socket that behaves, and misbehaves, as it is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPLY: dict[str, Any] = {
    "overall_feedback": "표정 점수는 60점 중 45.2점입니다. 시선 안정도는 0.82입니다.",
    "emotion_feedback": "미소가 보인 시간은 18%입니다.",
    "attention_feedback": "0:12부터 0:14까지 왼쪽을 보았습니다.",
    "voice_feedback": "말한 시간은 69%입니다.",
    "strengths": ["시선이 목표 안에 있던 시간이 90%입니다."],
    "weaknesses": ["1.2초 뒤에 첫마디가 시작됩니다."],
    "improvement_suggestions": ["0:12의 시선 이탈을 영상에서 확인해 보세요."],
    "keywords": {"expression": ["미소 18%"], "gaze": ["왼쪽"], "blink": [], "voice": [], "posture": []},
}
"""Everything in it is true of ``store_builders.build_scores``."""
USAGE = {"prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500}


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer; ``hang``: none at all until the stub closes, ``cut``: the connection is reset in place of it."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    hang: bool = False
    cut: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def completion(content: str | None = None, *, finish: str = "stop", refusal: str | None = None, usage: bool = True) -> Scripted:
    """A chat completion in OpenAI's form; ``content`` defaults to ``REPLY``."""
    message = {"role": "assistant", "content": json.dumps(REPLY) if content is None else content, "refusal": refusal}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        **({"usage": USAGE} if usage else {}),
    }
    return Scripted(body=json.dumps(body).encode())


def replied(**changes: Any) -> Scripted:
    """``REPLY`` with other fields."""
    return completion(json.dumps({**REPLY, **changes}))


def failed(status: int, code: str | None = None, *, message: str = "no", param: str | None = None) -> Scripted:
    """An error in OpenAI's form."""
    error = {"message": message, "type": code or "invalid_request_error", "param": param, "code": code}
    return Scripted(status, json.dumps({"error": error}).encode())


HTML = Scripted(body=b"<html><body>Sign in to the network</body></html>", content_type="text/html")
HANG = Scripted(hang=True)
CUT = Scripted(cut=True)

Script = Callable[[dict[str, Any]], Scripted]


class OpenAiStub:
    """Gives ``answers`` one after the other, the last again and again; ``requests`` holds the JSON that came in."""

    def __init__(self, *answers: Scripted) -> None:
        self.answers = list(answers) or [completion()]
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.closing = threading.Event()
        self.answer_to: Script | None = None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": self}))
        self._server.daemon_threads = True

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next_answer(self, request: dict[str, Any], key: str) -> Scripted:
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            if self.answer_to is not None:
                return self.answer_to(request)
            return self.answers[min(len(self.requests), len(self.answers)) - 1]

    def told(self, number: int = -1) -> dict[str, Any]:
        """What the user's message of a request said."""
        (first, *_) = [message for message in self.requests[number]["messages"] if message["role"] == "user"]
        return dict(json.loads(first["content"]))

    def run(self) -> threading.Thread:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    stub: OpenAiStub
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.stub.next_answer(request, self.headers.get("Authorization", "").removeprefix("Bearer "))
        if self.path != "/v1/chat/completions":
            answer = failed(404, message=f"no route {self.path}")
        if answer.hang:
            self.stub.closing.wait(60)
            self.close_connection = True
            return
        if answer.cut:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def openai_stub(*answers: Scripted) -> Iterator[OpenAiStub]:
    """On a free port of the loopback interface."""
    stub = OpenAiStub(*answers)
    thread = stub.run()
    try:
        yield stub
    finally:
        stub.close()
        thread.join()
