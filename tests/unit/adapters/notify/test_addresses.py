"""Hostile URLs, and the addresses behind names."""

from __future__ import annotations

import pytest

from interview_analysis.adapters.notify.addresses import AddressPolicy, Target, is_public
from interview_analysis.errors import InputError

HOSTILE = [
    "",
    "example.com/done",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "http://example.com/",
    "https://",
    "https:///done",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com@127.0.0.1/",
    "https://127.0.0.1#@example.com/",
    "https://127.0.0.1\\@example.com/",
    "https://example.com\\.evil.example/",
    "https://example.com:22/",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:port/",
    "https://example.com:-443/",
    "https://exa mple.com/",
    "https://example.com/\r\nX-Injected: 1",
    "https://example.com/\x00",
    "https://example.com/\t",
    "https://예시.example/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://ⓔxample.com/",
    "https://example.com/" + "a" * 2048,
    "https://localhost/",
    "https://LOCALHOST./",
    "https://api.localhost/",
    "https://intranet/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://printer.local/",
    "https://router.lan/",
    "https://kubernetes.default.svc.cluster.local/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://127.0.0.1./",
    "https://127.0.0.0x1/",
    "https://%31%32%37.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://168.63.129.16/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:1::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[::1/",
    "https://-example.com/",
    "https://example..com/",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 130 + "com/",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_without_asking_anybody(url: str) -> None:
    with pytest.raises(InputError) as refused:
        AddressPolicy().examine(url)
    assert refused.value.code == "callback_refused"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com", Target("https", "example.com", 443, "/", trusted=False)),
        ("HTTPS://Example.COM.:8443/a/b?c=d&e#f", Target("https", "example.com", 8443, "/a/b?c=d&e", trusted=False)),
        ("https://xn--9n2bp8q.example/", Target("https", "xn--9n2bp8q.example", 443, "/", trusted=False)),
        ("https://8.8.8.8/", Target("https", "8.8.8.8", 443, "/", trusted=False)),
        ("https://[2606:4700:0:0::1]/", Target("https", "2606:4700::1", 443, "/", trusted=False)),
        ("https://0x7f.example.com/", Target("https", "0x7f.example.com", 443, "/", trusted=False)),
    ],
)
def test_a_public_url_is_taken_apart(url: str, expected: Target) -> None:
    assert AddressPolicy().examine(url) == expected


TRUSTING = AddressPolicy(trusted=frozenset({("app", None), ("10.0.0.5", 8080)}), ports=frozenset({443}))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://app/done", True),
        ("http://APP:443/done", True),
        ("http://app/done", False),
        ("http://app:8080/done", False),
        ("http://10.0.0.5:8080/", True),
        ("https://10.0.0.5/", False),
        ("http://10.0.0.5:8081/", False),
        ("http://10.0.0.6:8080/", False),
        ("http://app.example.com:443/", False),
        ("https://user@app/done", False),
    ],
)
def test_the_operators_own_receivers_may_be_private(url: str, allowed: bool) -> None:
    try:
        found = TRUSTING.examine(url).trusted
    except InputError:
        found = False
    assert found is allowed


def test_http_has_to_be_allowed() -> None:
    assert AddressPolicy(allow_http=True).examine("http://example.com/").port == 80
    with pytest.raises(InputError):
        AddressPolicy(allow_http=True).examine("http://127.0.0.1/")


@pytest.mark.parametrize(
    ("host", "port", "authority"),
    [("a.example", 443, "a.example"), ("a.example", 8443, "a.example:8443"), ("2606:4700::1", 443, "[2606:4700::1]")],
)
def test_the_host_header_names_what_was_asked_for(host: str, port: int, authority: str) -> None:
    assert Target("https", host, port, "/", trusted=False).authority == authority


@pytest.mark.parametrize(
    ("address", "public"),
    [("1.1.1.1", True), ("2606:4700::1", True), ("not an address", False), ("fe80::1%eth0", False), ("2606:4700::1%1", False)],
)
def test_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
