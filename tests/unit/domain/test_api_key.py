"""API keys: fresh ones are strong and good, everything else is refused without being repeated."""

from __future__ import annotations

import hashlib

import pytest

from interview_analysis.domain.api_key import KEY_PREFIX, ApiKey, new_api_key, owner_of, parse_api_key


def test_a_fresh_key_opens_its_entry_only() -> None:
    (key, entry), (other, other_entry) = new_api_key("web-app"), new_api_key("web-app")
    assert key.startswith(KEY_PREFIX)
    assert len(key) == len(KEY_PREFIX) + 43
    assert key != other
    assert parse_api_key(str(entry)) == entry
    assert owner_of(key.encode(), [other_entry, entry]) == "web-app"
    assert owner_of(key.encode(), [other_entry]) is None


def test_the_digest_is_plain_sha256_of_the_key() -> None:
    assert owner_of(b"abc", [ApiKey("a", hashlib.sha256(b"abc").hexdigest())]) == "a"


@pytest.mark.parametrize("owner", ["", ".", "..", "-a", "a/b", "a b", "면접", "a" * 65, "a:b", "a\n"])
def test_a_malformed_owner_is_refused(owner: str) -> None:
    with pytest.raises(ValueError, match="an owner is"):
        new_api_key(owner)


DIGEST = "0" * 64


@pytest.mark.parametrize(
    "entry",
    [
        new_api_key("a")[0],
        f"a:{new_api_key('a')[0]}",
        f"sha256:{DIGEST}",
        f"a:md5:{DIGEST}",
        f"a:sha256:{DIGEST[1:]}",
        f"a:sha256:{DIGEST.replace('0', 'G')}",
        f"..:sha256:{DIGEST}",
        f"a:sha256:{DIGEST}\n",
    ],
    ids=["key", "owner and key", "no owner", "md5", "short", "capitals", "malformed owner", "line end"],
)
def test_what_is_no_entry_is_refused_with_the_way_out(entry: str) -> None:
    with pytest.raises(ValueError, match="interview-analysis keys new OWNER") as caught:
        parse_api_key(entry)
    assert entry not in str(caught.value)
