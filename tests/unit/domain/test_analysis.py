"""References that cannot escape."""

from __future__ import annotations

import pytest

from interview_analysis.domain.analysis import AnalysisStatus, VideoReference
from interview_analysis.errors import InputError


@pytest.mark.parametrize(
    "key",
    [
        "a.webm",
        "interviews/2025/01/27/interview_001.webm",
        "면접/답변 1.webm",
        "a..b.webm",
        "x" * 1024,
        "-rf.webm",
        "a//b.webm",
    ],
)
def test_ordinary_keys_pass(key: str) -> None:
    assert VideoReference("b", key).key == key


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../../x", "a/./b", "..", "a\\b", "a\nb", "a\0b", "x" * 1025, "한" * 342, "\udc80"]
)
def test_bad_keys_are_refused(key: str) -> None:
    with pytest.raises(InputError) as caught:
        VideoReference("bucket", key)
    assert caught.value.code == "invalid_key"


@pytest.mark.parametrize("bucket", ["", ".", "..", "a/b", "-a", "a b", "x" * 256, "버킷", "a\n"])
def test_bad_buckets_are_refused(bucket: str) -> None:
    with pytest.raises(InputError) as caught:
        VideoReference(bucket, "k")
    assert caught.value.code == "invalid_bucket"


def test_final_states() -> None:
    assert {status for status in AnalysisStatus if status.is_final} == {"completed", "failed", "cancelled"}
