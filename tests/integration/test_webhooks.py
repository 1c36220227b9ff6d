"""Webhooks over real sockets: what arrives, what is refused, and that nothing else is ever connected to."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from interview_analysis.adapters.notify.addresses import AddressPolicy
from interview_analysis.adapters.notify.webhook import WebhookConfig, WebhookNotifier
from interview_analysis.domain.delivery import Delivery, DeliveryKind
from interview_analysis.errors import DependencyRefused, DependencyUnavailable, InputError
from s3_servers import free_port
from store_builders import START
from webhook_servers import BROKEN, HOST, KEY, OK, certificate, receiver

DELIVERY = Delivery(
    id="msg_analysis_1",
    kind=DeliveryKind.CALLBACK,
    url="",
    body='{"status": "completed", "이름": "값"}',
    created_at=START,
    attempt=1,
)
NOWHERE = "3ffe::1"
"""Of the 6bone, given back in 2006: public by its form, routed nowhere."""


class Names:
    """A name server with one answer after the other, the last again and again."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return list(self._answers[min(len(self.asked), len(self._answers)) - 1])


LOOPBACK = Names(["127.0.0.1"])


def notifier(
    port: int,
    names: Names = LOOPBACK,
    *,
    trusted: bool = True,
    tls: ssl.SSLContext | None = None,
    timeout: float = 20.0,
    secrets: dict[str, tuple[bytes, ...]] | None = None,
) -> WebhookNotifier:
    """Asks ``names`` instead of the system. Without ``trusted`` the host is one that a stranger has named."""
    policy = AddressPolicy(trusted=frozenset({(HOST, None)} if trusted else ()), ports=frozenset({port}), allow_http=True)
    keys = {"": (KEY,)} if secrets is None else secrets
    return WebhookNotifier(WebhookConfig(policy=policy, secrets=keys, timeout=timeout, tls=tls), names)


def to(port: int, scheme: str = "http", host: str = HOST) -> Delivery:
    return replace(DELIVERY, url=f"{scheme}://{host}:{port}/done?session=1")


async def test_what_arrives_is_whole_and_signed() -> None:
    async with receiver(OK) as server:
        await notifier(server.port).send(to(server.port))
        (received,) = server.received
    assert received.line == "POST /done?session=1 HTTP/1.1"
    assert (received.headers["host"], received.headers["webhook-id"]) == (f"{HOST}:{server.port}", DELIVERY.id)
    assert received.headers["content-type"] == "application/json"
    assert received.body.decode() == DELIVERY.body
    assert abs(time.time() - int(received.headers["webhook-timestamp"])) < 60
    assert received.is_signed_by(KEY)
    assert not received.is_signed_by(b"another")


@pytest.mark.parametrize(("owner", "signing"), [("kim", [b"new", b"old"]), ("lee", [KEY])])
async def test_an_owner_has_secrets_of_its_own(owner: str, signing: list[bytes]) -> None:
    async with receiver(OK) as server:
        sender = notifier(server.port, secrets={"": (KEY,), "kim": (b"new", b"old")})
        await sender.send(replace(to(server.port), owner=owner))
        assert [key for key in (b"new", b"old", KEY) if server.received[0].is_signed_by(key)] == signing


async def test_by_https_the_certificate_is_that_of_the_host_and_not_of_its_address(tmp_path: Path) -> None:
    server_tls, client_tls = certificate(tmp_path)
    async with receiver(OK, tls=server_tls) as server:
        await notifier(server.port, tls=client_tls).send(to(server.port, "https"))
        assert server.received[0].headers["host"] == f"{HOST}:{server.port}"


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    server_tls, client_tls = certificate(tmp_path, "another.example")
    async with receiver(OK, tls=server_tls) as server:
        with pytest.raises(DependencyUnavailable) as failed:
            await notifier(server.port, tls=client_tls).send(to(server.port, "https"))
        assert (failed.value.code, server.received) == ("connection_failed", [])


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], [NOWHERE, "127.0.0.1"], ["127.0.0.1", NOWHERE], ["::ffff:127.0.0.1"], ["::1"], ["10.0.0.1"]]
)
async def test_a_name_with_any_address_that_is_not_public_is_dead_and_not_connected_to(addresses: list[str]) -> None:
    async with receiver(OK) as server:
        with pytest.raises(DependencyRefused) as refused:
            await notifier(server.port, Names(addresses), trusted=False).send(to(server.port))
        assert (refused.value.code, server.received) == ("callback_refused", [])


async def test_a_name_server_that_changes_its_answer_gains_nothing() -> None:
    """The first answer is public and is the only one that is used; the next attempt judges the next answer."""
    async with receiver(OK) as server:
        names = Names([NOWHERE], ["127.0.0.1"])
        rebound = notifier(server.port, names, trusted=False, timeout=1.0)
        with pytest.raises(DependencyUnavailable) as failed:
            await rebound.send(to(server.port))
        assert (failed.value.retryable, len(names.asked)) == (True, 1)
        with pytest.raises(DependencyRefused):
            await rebound.send(to(server.port))
        assert (len(names.asked), server.received) == (2, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with receiver(OK) as inside:
        answer = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n"
        async with receiver(answer.encode()) as server:
            with pytest.raises(DependencyUnavailable) as failed:
                await notifier(server.port).send(to(server.port))
        assert (failed.value.code, inside.received) == ("redirect_refused", [])


async def test_silence_ends_by_the_time_limit() -> None:
    async with receiver(b"") as server:
        with pytest.raises(DependencyUnavailable) as failed:
            await notifier(server.port, timeout=0.5).send(to(server.port))
    assert (failed.value.code, failed.value.retryable) == ("timed_out", True)


async def test_an_endless_answer_is_not_read() -> None:
    """It promises a gigabyte, never sends it and keeps the connection open."""
    async with receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n") as server:
        await notifier(server.port).send(to(server.port))
        assert len(server.received) == 1


@pytest.mark.parametrize(
    ("answer", "code", "again"),
    [
        (BROKEN, "http_500", True),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "http_404", True),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "http_410", False),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "connection_failed", True),
    ],
)
async def test_answers_that_are_no_success(answer: bytes, code: str, again: bool) -> None:
    async with receiver(answer) as server:
        with pytest.raises(DependencyUnavailable) as failed:
            await notifier(server.port).send(to(server.port))
    assert (failed.value.code, failed.value.retryable) == (code, again)


async def test_nobody_there() -> None:
    port = free_port()
    with pytest.raises(DependencyUnavailable) as failed:
        await notifier(port).send(to(port))
    assert failed.value.code == "connection_failed"


async def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    async with receiver(OK) as server:
        await notifier(server.port, Names(["127.0.0.2", "127.0.0.1"])).send(to(server.port))
        assert len(server.received) == 1


async def test_a_name_that_is_not_known_may_be_known_later() -> None:
    unknown = WebhookNotifier(WebhookConfig(policy=AddressPolicy(), secrets={"": (KEY,)}, timeout=20.0))
    with pytest.raises(DependencyUnavailable) as failed:
        await unknown.send(replace(DELIVERY, url="https://no-such-name.invalid/"))
    assert (failed.value.code, failed.value.retryable) == ("dns_failed", True)


def test_without_a_secret_nothing_is_accepted() -> None:
    with pytest.raises(InputError) as refused:
        notifier(443, secrets={"kim": (KEY,)}).check("https://example.com/", "lee")
    assert refused.value.code == "callback_not_configured"
