"""``Notifier`` by HTTP POST: signed, to a checked address, nothing followed and nothing read but the status."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import httpx

from interview_analysis.adapters.notify.addresses import AddressPolicy, Target, is_public
from interview_analysis.adapters.notify.signatures import signature_headers
from interview_analysis.domain.delivery import Delivery
from interview_analysis.errors import DependencyRefused, DependencyUnavailable, InputError

Resolver = Callable[[str, int], Awaitable[list[str]]]
_GONE = 410
"""The receiver wants no more of it (Standard Webhooks)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig:
    """``secrets`` maps an owner to the keys that sign for it, ``""`` those for every owner without keys of its own.
    ``timeout`` in seconds, for all of one attempt."""

    policy: AddressPolicy
    secrets: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    timeout: float
    tls: ssl.SSLContext | None = None


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver. Raises ``OSError``."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class WebhookNotifier:
    """The host is resolved once an attempt, every address of it is judged, and the connection is made to such an address: a
    name server that answers differently the next time (DNS rebinding) is never asked a next time."""

    def __init__(self, config: WebhookConfig, resolver: Resolver = resolve) -> None:
        self._config = config
        self._resolve = resolver
        self._tls = config.tls

    def check(self, url: str, owner: str) -> None:
        """Raises ``InputError`` (``callback_not_configured``, ``callback_refused``)."""
        if not self._keys(owner):
            raise InputError("no webhook secret is set, so no callback can be signed", code="callback_not_configured")
        self._config.policy.examine(url)

    async def send(self, delivery: Delivery) -> None:
        """One attempt. Raises ``DependencyUnavailable``, ``DependencyRefused``; codes: ``callback_refused``, ``dns_failed``,
        ``timed_out``, ``connection_failed``, ``redirect_refused``, ``http_NNN``, ``callback_not_configured``."""
        try:
            target = self._config.policy.examine(delivery.url)
        except InputError as error:
            raise DependencyRefused(error.detail, code=error.code) from error
        keys = self._keys(delivery.owner)
        if not keys:
            raise DependencyUnavailable("no webhook secret is set", code="callback_not_configured")
        body = delivery.body.encode()
        headers = signature_headers(delivery.id, int(time.time()), body, keys)
        try:
            async with asyncio.timeout(self._config.timeout):
                status = await self._post_to_any(target, await self._addresses(target), headers, body)
        except TimeoutError:
            raise DependencyUnavailable(f"no answer within {self._config.timeout:g} s", code="timed_out") from None
        _judge(status)

    def _keys(self, owner: str) -> tuple[bytes, ...]:
        return self._config.secrets.get(owner) or self._config.secrets.get("", ())

    async def _addresses(self, target: Target) -> list[str]:
        try:
            addresses = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise DependencyUnavailable(f"name server: {type(error).__name__}", code="dns_failed") from error
        if not addresses:
            raise DependencyUnavailable("the host has no address", code="dns_failed")
        if not target.trusted and not all(is_public(address) for address in addresses):
            raise DependencyRefused("the host has an address that is not public", code="callback_refused")
        return addresses

    async def _post_to_any(self, target: Target, addresses: list[str], headers: Mapping[str, str], body: bytes) -> int:
        """The status of the first address that can be connected to."""
        async with self._client() as client:
            for address in addresses:
                try:
                    return await _post(client, target, address, headers, body)
                except httpx.ConnectError as error:
                    failed = error
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    raise DependencyUnavailable(type(error).__name__, code="connection_failed") from error
        raise DependencyUnavailable("no address can be connected to", code="connection_failed") from failed

    def _client(self) -> httpx.AsyncClient:
        """No proxy of the environment: it would resolve the name again. The time is limited as a whole, outside."""
        if self._tls is None:
            self._tls = httpx.create_ssl_context()
        return httpx.AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False, timeout=None)  # noqa: S113


async def _post(client: httpx.AsyncClient, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> int:
    """The certificate must be that of the host, although the connection goes to its address. The answer's body stays unread."""
    place = f"[{address}]" if ":" in address else address
    told = {
        **headers,
        "Host": target.authority,
        "Content-Type": "application/json",
        "User-Agent": "interview-analysis",
        "Connection": "close",
    }
    url = f"{target.scheme}://{place}:{target.port}{target.path}"
    extensions = {"sni_hostname": target.host}
    async with client.stream("POST", url, headers=told, content=body, extensions=extensions) as answer:
        return answer.status_code


def _judge(status: int) -> None:
    if httpx.codes.is_success(status):
        return
    if status == _GONE:
        raise DependencyRefused("the receiver wants no more", code=f"http_{status}")
    if httpx.codes.is_redirect(status):
        raise DependencyUnavailable("redirects are not followed", code="redirect_refused")
    raise DependencyUnavailable(f"the receiver answered {status}", code=f"http_{status}")
