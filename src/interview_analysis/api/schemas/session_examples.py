"""Worked examples of summaries; a test holds them against the models."""

from __future__ import annotations

from pydantic.types import JsonValue

_FIRST = "analysis_20250127_143022_user123_7f3k9q2m4x8z"
_SECOND = "analysis_20250127_143522_user123_p5d2c8w1r6ty"
_TEXT = "자기소개를 해 주세요."


def _by_measure(overall: float | None, *categories: float | None) -> dict[str, JsonValue]:
    names = ("expression", "gaze", "blink", "voice", "posture")
    return {"overall": overall, **dict(zip(names, categories or (None,) * 5, strict=True))}


_SCORED: JsonValue = {
    "question_num": 1,
    "question_text": _TEXT,
    "analysis_id": _FIRST,
    "status": "completed",
    "created_at": "2025-01-27T14:30:22Z",
    "overall_score": 76.6,
    "overall_reason": None,
    "overall_reason_message": None,
    "emotion_score": 45.2,
    "attention_score": 78.5,
    "voice_score": 81.0,
    "category_scores": {"expression": 75.3, "gaze": 73.1, "blink": 100.0, "voice": 81.0, "posture": 88.0},
    "error_code": None,
    "error_message": None,
    "other_attempts": [],
}
_FAILED: JsonValue = {
    "question_num": 2,
    "question_text": None,
    "analysis_id": _SECOND,
    "status": "failed",
    "created_at": "2025-01-27T14:35:22Z",
    "overall_score": None,
    "overall_reason": None,
    "overall_reason_message": None,
    "emotion_score": None,
    "attention_score": None,
    "voice_score": None,
    "category_scores": {},
    "error_code": "video_unreadable",
    "error_message": "영상을 읽을 수 없습니다.",
    "other_attempts": [],
}
_MEANS = _by_measure(76.6, 75.3, 73.1, 100.0, 81.0, 88.0)

SUMMARY: dict[str, JsonValue] = {
    "session_id": "session456",
    "questions": [_SCORED, _FAILED],
    "means": _MEANS,
    "trend": _by_measure(None),
    "strongest_question": None,
    "weakest_question": None,
    "recurring_weakness": None,
    "coverage": {
        "analyses": 2,
        "questions": 2,
        "scored": 1,
        "missing": [{"question_num": 2, "analysis_id": _SECOND, "status": "failed", "reason": "video_unreadable"}],
        "truncated": False,
    },
    "formula_versions": ["1.0"],
    "language": "ko",
    "summary_feedback": (
        "질문 2개 가운데 1개의 종합 점수를 알 수 있고 평균은 76.6점입니다. 아직 알 수 없는 것: 질문 2번(분석 실패)."
    ),
}
PROGRESS: dict[str, JsonValue] = {
    "user_id": "user123",
    "sessions": [
        {"session_id": "session455", "started_at": "2025-01-20T14:00:00Z", "questions": 3, "scored": 3, "means": _MEANS},
        {
            "session_id": "session456",
            "started_at": "2025-01-27T14:30:22Z",
            "questions": 2,
            "scored": 1,
            "means": _by_measure(78.6, 77.3, 76.1, 100.0, None, 90.0),
        },
    ],
    "change_since_first": _by_measure(2.0, 2.0, 3.0, 0.0, None, 2.0),
    "trend": _by_measure(None),
    "best_category": "blink",
    "worst_category": "gaze",
    "formula_versions": ["1.0"],
    "truncated": False,
}
