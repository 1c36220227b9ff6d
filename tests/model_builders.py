"""Specs, manifests, wheels, npm packages and an https server for tests of the model runtime."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import ssl
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from numpy.typing import NDArray

from interview_analysis.vision.runtime.specs import InputSpec, Job, Licence, Manifest, ModelSpec, OutputSpec

CONTENT = b"weights of a network" * 100
LICENCE = Licence(code="MIT", weights="MIT", data="own")


def file_spec(sources: Sequence[str] = (), content: bytes = CONTENT, name: str = "net") -> ModelSpec:
    """An entry for a file with this content."""
    return ModelSpec(
        name=name,
        job=Job.EXPRESSION,
        file=f"{name}.bin",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence=LICENCE,
        required=True,
        sources=tuple(sources),
    )


def expression_spec(
    labels: Sequence[str], activation: str = "logits", temperature: float = 1.0, **changes: object
) -> ModelSpec:
    """An expression network of 8 x 8 pixels; ``changes`` go to its input."""
    return file_spec().model_copy(
        update={
            "input": InputSpec.model_validate({"size": 8, "mean": (0, 0, 0), "std": (1, 1, 1)} | changes),
            "output": OutputSpec.model_validate({"labels": labels, "activation": activation, "temperature": temperature}),
        }
    )


def manifest(*specs: ModelSpec) -> Manifest:
    return Manifest(models=specs)


@dataclass
class CannedSession:
    """Answers given rows for whatever batch; remembers the batches."""

    row: Sequence[float]
    runtime: str = "canned"
    batches: list[NDArray[np.float32]] = field(default_factory=list)

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.batches.append(batch)
        return np.tile(np.array(self.row, np.float32), (len(batch), 1))


def make_wheel(folder: Path, member: str, content: bytes) -> str:
    """A wheel ``weightbox`` 1.0 with one data file, in a folder that pip can find links in; returns its requirement."""
    record = "weightbox-1.0.dist-info"
    with zipfile.ZipFile(folder / "weightbox-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, content)
        wheel.writestr(f"{record}/METADATA", "Metadata-Version: 2.1\nName: weightbox\nVersion: 1.0\n")
        wheel.writestr(f"{record}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{record}/RECORD", "")
    return "weightbox==1.0"


def make_npm_package(member: str, content: bytes) -> bytes:
    """The archive of ``weightbox`` 1.0.0 as an npm registry serves it."""
    archive = io.BytesIO()
    files = {"package.json": json.dumps({"name": "weightbox", "version": "1.0.0"}).encode(), member: content}
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return archive.getvalue()


@dataclass(frozen=True)
class Answer:
    """What the test server says at a path."""

    body: bytes = b""
    status: int = 200
    location: str | None = None


@contextmanager
def serving(answers: dict[str, Answer], context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server on a free local port over a real socket; yields its base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            if answer.location is not None:
                self.send_header("Location", answer.location)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Tls:
    """A throw-away certificate of 127.0.0.1."""

    certificate: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client(self) -> httpx.Client:
        return httpx.Client(verify=ssl.create_default_context(cafile=str(self.certificate)), timeout=5, trust_env=False)


def make_tls(folder: Path) -> Tls:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    tls = Tls(folder / "certificate.pem", folder / "key.pem")
    tls.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    tls.key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return tls
