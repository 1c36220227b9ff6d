"""Signatures against the example of the specification's reference implementation."""

from __future__ import annotations

import base64

from interview_analysis.adapters.notify.signatures import signature_headers

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
MESSAGE, TIME, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_published_example() -> None:
    assert signature_headers(MESSAGE, TIME, BODY, [KEY]) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_two_keys_give_two_signatures() -> None:
    signatures = signature_headers(MESSAGE, TIME, BODY, [b"another", KEY])["webhook-signature"].split(" ")
    assert (len(signatures), signatures[1]) == (2, SIGNATURE)
