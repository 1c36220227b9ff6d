"""Worked examples for the documentation; a test holds them against the models."""

from __future__ import annotations

from pydantic.types import JsonValue

_ID = "analysis_20250127_143022_user123_7f3k9q2m4x8z"


def _part(name: str, points: float, maximum: float, measured: float, unit: str) -> JsonValue:
    return {"name": name, "points": points, "maximum": maximum, "measured": measured, "unit": unit, "reason": None}


def _angles(pitch: float, yaw: float, roll: float) -> JsonValue:
    return {"pitch": pitch, "yaw": yaw, "roll": roll}


_NO_REASON: dict[str, JsonValue] = {"reason": None, "reason_message": None}

_EMOTION: JsonValue = {
    **_NO_REASON,
    "interview_score": 45.2,
    "maximum": 60.0,
    "grade": "양호",
    "coverage": 0.97,
    "parts": [
        _part("composure", 18.5, 25.0, 0.74, "share"),
        _part("absence_of_negative", 12.3, 15.0, 0.82, "share"),
        _part("warmth", 14.4, 20.0, 0.18, "share_of_time"),
    ],
    "emotions": {
        "happy": 0.15,
        "neutral": 0.55,
        "sad": 0.06,
        "angry": 0.03,
        "fear": 0.05,
        "disgust": 0.04,
        "surprise": 0.12,
    },
    "dominant": "neutral",
    "steadiness": 0.93,
    "smile_share": 0.18,
    "smiles": [{"start": 3.2, "end": 6.0}],
}

_EYE: JsonValue = {
    **_NO_REASON,
    "attention_score": 78.5,
    "maximum": 100.0,
    "grade": "양호",
    "coverage": 0.95,
    "parts": [
        _part("on_target", 34.0, 40.0, 0.85, "share_of_time"),
        _part("stability", 16.5, 25.0, 41.2, "square_degrees"),
        _part("looking_away", 8.0, 15.0, 4.1, "per_minute"),
        _part("blink", 20.0, 20.0, 15.3, "per_minute"),
    ],
    "gaze_stability": 0.66,
    "blink_frequency": 15.3,
    "blink_frequency_reason": None,
    "blink_count": 15,
    "blinks": [{"start": 2.0, "end": 2.15}],
    "gaze_directions": {"center": 0.85, "left": 0.09, "right": 0.02, "up": 0.01, "down": 0.03},
    "on_target": 0.85,
    "bcea": 41.2,
    "target": {"pitch": -11.3, "yaw": 0.4},
    "cone": 10.0,
    "looked_away_per_minute": 4.1,
}

_HEAD: JsonValue = {
    **_NO_REASON,
    "coverage": 0.97,
    "mean": _angles(-4.1, 1.5, 0.3),
    "spread": _angles(2.0, 3.1, 1.1),
    "range": _angles(11.0, 18.2, 6.4),
    "lowest": _angles(-10.2, -8.1, -3.0),
    "highest": _angles(0.8, 10.1, 3.4),
    "movement": 88.0,
    "nods": 4,
    "shakes": 0,
}

_VOICE: JsonValue = {
    **_NO_REASON,
    "voice_score": 95.5,
    "maximum": 100.0,
    "grade": "매우 안정적",
    "coverage": 1.0,
    "parts": [
        _part("talk", 40.0, 40.0, 0.69, "share_of_time"),
        _part("pauses", 26.4, 30.0, 0.036, "share_of_time"),
        _part("loudness", 15.0, 15.0, 4.3, "decibels"),
        _part("latency", 14.1, 15.0, 3.2, "seconds"),
    ],
    "talk_seconds": 41.5,
    "talk_ratio": 0.69,
    "response_latency": 3.2,
    "pause_count": 1,
    "pause_mean": 2.6,
    "pause_longest": 2.6,
    "pauses": [{"start": 32.0, "end": 34.6}],
    "speech": [{"start": 3.2, "end": 32.0}, {"start": 34.6, "end": 47.3}],
    "loudness_spread": 4.3,
    "syllables": 214,
    "syllables_per_minute": 309.4,
    "pace": "preferred",
    "pace_language": "ko",
    "pitch_median_hz": 118.2,
    "pitch_range_semitones": 7.4,
}

ANALYSIS: dict[str, JsonValue] = {
    "analysis_id": _ID,
    "status": "completed",
    "progress": {"stage": "done", "percent": 100.0},
    "user_id": "user123",
    "session_id": "session456",
    "question_num": 1,
    "question_text": "자기소개를 해 주세요.",
    "created_at": "2025-01-27T14:30:22Z",
    "started_at": "2025-01-27T14:30:23Z",
    "finished_at": "2025-01-27T14:30:33Z",
    "estimated_completion": "2025-01-27T14:33:22Z",
    "expires_at": "2025-02-26T14:30:22Z",
    "consent": True,
    "priority": 0,
    "spoken_language": "ko",
    "callback": {"state": "delivered", "attempts": 1, "last_error": None},
    "attempt": 1,
    "overlay": False,
    "emotion_analysis": _EMOTION,
    "eye_tracking": _EYE,
    "head_pose": _HEAD,
    "voice_analysis": _VOICE,
    "voice_reason": None,
    "voice_reason_message": None,
    "transcript_analysis": None,
    "transcript_reason": None,
    "transcript_reason_message": None,
    "observations": [
        {"kind": "looked_away", "start": 12.4, "end": 14.1, "direction": "left"},
        {"kind": "long_pause", "start": 32.0, "end": 34.6, "direction": None},
    ],
    "overall_score": 76.6,
    "overall_grade": "양호",
    "overall_reason": None,
    "overall_reason_message": None,
    "quality": {
        "face_coverage": 0.97,
        "analysed_seconds": 58.9,
        "analysed_rate": 14.99,
        "landmark_model": "face-landmarker",
        "expression_model": "expression",
        "gaze_model": "iris-geometry",
        "anxiety_model": None,
        "expression_runtime": "openvino-f32",
        "gaze_runtime": None,
        "skipped": [],
        "warnings": ["variable_frame_rate"],
    },
    "formula_version": "1.0",
    "video": {
        "s3_bucket": "interview-videos",
        "s3_key": "interviews/2025/01/27/interview_001.webm",
        "container": "matroska,webm",
        "codec": "vp8",
        "width": 1280,
        "height": 720,
        "rotation": 0,
        "duration": 60.04,
        "frame_rate": 29.97,
        "analysed_frames": 900,
        "has_audio": True,
        "bytes": 4200000,
    },
    "timings": {"fetch": 0.2, "probe": 0.1, "analyse_frames": 8.9, "analyse_voice": 0.4, "store": 0.1, "score": 0.1},
    "error": None,
}

TRANSCRIPT: dict[str, JsonValue] = {
    "analysis_id": _ID,
    "language": "ko",
    "model": "whisper-1",
    "text": "음, 저는 팀에서",
    "words": [
        {"word": "음,", "start": 1.2, "end": 1.5},
        {"word": "저는", "start": 1.9, "end": 2.3},
        {"word": "팀에서", "start": 2.3, "end": 2.8},
    ],
    "fillers": [{"word": "음", "start": 1.2, "end": 1.5}],
    "repetitions": [],
}

FEEDBACK: dict[str, JsonValue] = {
    "analysis_id": _ID,
    "language": "ko",
    "overall_score": 76.6,
    "emotion_score": 45.2,
    "attention_score": 78.5,
    "stability_score": 66.0,
    "overall_feedback": "전체 100점 중 76.6점입니다.",
    "emotion_feedback": "미소가 전체 시간의 18 %에서 보입니다.",
    "attention_feedback": "0:12에 왼쪽을 1.7초 동안 보았습니다.",
    "voice_feedback": "음성 점수는 알 수 없습니다: 영상 60.0초에 소리가 없습니다.",
    "strengths": ["눈 깜박임이 대화할 때의 범위 안에 있습니다."],
    "weaknesses": ["시선이 1분에 4번 벗어났습니다."],
    "improvement_suggestions": ["대답을 생각할 때도 화면을 바라보세요."],
    "category_scores": {"expression": 75.3, "gaze": 73.1, "blink": 100.0, "voice": 95.5, "posture": 88.0},
    "keywords": {"gaze": ["왼쪽 시선 이탈 4번"]},
    "keyword_analysis": {"gaze": {"strengths": [], "weaknesses": ["왼쪽 시선 이탈 4번"]}},
    "llm_model": None,
    "llm_status": "pending",
    "reason": "llm_timed_out",
    "reason_message": "언어 모델이 제때 응답하지 않았습니다.",
    "prompt_version": None,
    "usage": None,
    "source": "rules",
    "generated_at": "2025-01-27T14:30:33Z",
}
