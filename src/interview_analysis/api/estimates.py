"""How long it will take, in words."""

from __future__ import annotations

import math
from datetime import datetime

from interview_analysis.domain.feedback import Language


def accepted_message(now: datetime, done: datetime, language: Language) -> str:
    """Sentence for a new analysis; the minutes come from measured throughput and the queue."""
    minutes = (done - now).total_seconds() / 60
    if language is Language.KOREAN:
        return f"영상 분석이 시작되었습니다. {_korean(minutes)} 후 결과를 확인하세요."
    return f"The analysis has started. Look for the result in {_english(minutes)}."


def _korean(minutes: float) -> str:
    if minutes <= 1:
        return "약 1분"
    return f"약 {math.floor(minutes)}-{math.floor(minutes) + 1}분"


def _english(minutes: float) -> str:
    if minutes <= 1:
        return "about a minute"
    return f"about {math.floor(minutes)}-{math.floor(minutes) + 1} minutes"
