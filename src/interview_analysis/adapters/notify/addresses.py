"""Which addresses this service may be sent to by a caller: public ones, and those that the operator has named.

A caller who names a URL must not reach what only this machine can reach (server-side request forgery). The URL is taken apart
once, here, and a request is made from these very parts, so that no second parser can read it differently.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from interview_analysis.errors import InputError

_MOST_CHARACTERS = 2048
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_FORBIDDEN = re.compile(r"[\\<>\"^`{|}]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LIKE_A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label of this form makes many resolvers read the whole name as an IPv4 address (WHATWG URL, "ends in a number")."""
_PRIVATE_SUFFIXES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "onion")
_DEFAULT_PORTS = {"https": 443, "http": 80}
PUBLIC_PORTS = frozenset({80, 443, 8443})

_V4_REFUSED = tuple(
    map(
        ipaddress.IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
            *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
        ),
    )
)
"""IANA's special-purpose registry, multicast and reserved; the last is the metadata service of Azure, in public space."""
_V6_ALLOWED = ipaddress.IPv6Network("2000::/3")
_V6_REFUSED = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Of the public range: protocol assignments with Teredo, documentation, 6to4. Mapped IPv4, NAT64, local and multicast addresses
lie outside of it."""


def is_public(address: str) -> bool:
    """Whether this is a numeric address of the public Internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in _V4_REFUSED)
    return found.scope_id is None and found in _V6_ALLOWED and not any(found in network for network in _V6_REFUSED)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. ``trusted``: named by the operator, its addresses are not examined."""

    scheme: str
    host: str
    port: int
    path: str
    trusted: bool

    @property
    def authority(self) -> str:
        """For the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """``trusted``: the operator's own receivers, each with its port, ``None`` for any of ``ports``; they may be private and
    reached by http. ``allow_http``: others may be reached so, too."""

    trusted: frozenset[tuple[str, int | None]] = frozenset()
    ports: frozenset[int] = PUBLIC_PORTS
    allow_http: bool = False

    def examine(self, url: str) -> Target:
        """Everything that can be judged without asking a name server. Raises ``InputError`` (``callback_refused``)."""
        if len(url) > _MOST_CHARACTERS or not _PRINTABLE.fullmatch(url) or _FORBIDDEN.search(url):
            raise _refused("it is too long or has characters that a URL must not have")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _refused("it is not a URL") from None
        if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc:
            raise _refused("it must be https:// without a user name")
        host = _host(parts.hostname or "")
        port = _DEFAULT_PORTS[parts.scheme] if port is None else port
        trusted = (host, port) in self.trusted or ((host, None) in self.trusted and port in self.ports)
        if parts.scheme == "http" and not (self.allow_http or trusted):
            raise _refused("it must be https")
        if port not in self.ports and not trusted:
            raise _refused(f"port {port} is not allowed")
        if not trusted and not _may_be_public(host):
            raise _refused("the host is not public")
        query = f"?{parts.query}" if parts.query else ""
        return Target(parts.scheme, host, port, (parts.path or "/") + query, trusted)


def _host(name: str) -> str:
    """Normalised; numeric addresses in their one plain form only. Raises ``InputError``."""
    name = name.lower().removesuffix(".")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or _LIKE_A_NUMBER.fullmatch(labels[-1]):
        raise _refused("the host is neither a name nor an address in plain form")
    return name


def _may_be_public(host: str) -> bool:
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        return is_public(host)
    return "." in host and not any(host == suffix or host.endswith(f".{suffix}") for suffix in _PRIVATE_SUFFIXES)


def _refused(why: str) -> InputError:
    return InputError(f"callback_url: {why}", code="callback_refused")
