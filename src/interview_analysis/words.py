"""Words for grades and reasons, in Korean and English."""

from __future__ import annotations

from interview_analysis.domain.feedback import Language
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Grade, Reason
from interview_analysis.messages import Message, message

_EXPRESSION_GRADES = {
    Grade.EXCELLENT: Message("우수", "excellent"),
    Grade.GOOD: Message("양호", "good"),
    Grade.FAIR: Message("보통", "fair"),
    Grade.POOR: Message("개선 필요", "needs work"),
}
_STEADY_GRADES = _EXPRESSION_GRADES | {Grade.EXCELLENT: Message("매우 안정적", "very steady")}

_REASONS = {
    Reason.NO_FACE: Message("영상에서 얼굴을 찾지 못했습니다.", "No face was found in the video."),
    Reason.TOO_LITTLE_FACE: Message("얼굴이 보인 시간이 너무 짧습니다.", "The face was visible for too short a time."),
    Reason.TOO_SHORT: Message("영상이 너무 짧아 판단할 수 없습니다.", "The video is too short to tell."),
    Reason.TOO_LITTLE_GAZE: Message("시선을 측정할 수 있는 시간이 부족합니다.", "Gaze could be measured for too short a time."),
    Reason.LOW_FRAME_RATE: Message(
        "프레임 수가 적어 눈 깜박임을 셀 수 없습니다.", "Too few frames per second to count blinks."
    ),
    Reason.EYES_NOT_MEASURABLE: Message("눈을 측정할 수 없습니다.", "The eyes could not be measured."),
    Reason.SKIPPED: Message("요청에 따라 이 항목은 분석하지 않았습니다.", "Left out on request."),
    Reason.MODEL_MISSING: Message("이 항목에 필요한 모델이 없습니다.", "The model for this part is not installed."),
    Reason.NO_AUDIO: Message("영상에 소리가 없습니다.", "The video has no sound."),
    Reason.NO_SPEECH: Message("말소리를 찾지 못했습니다.", "No speech was found."),
    Reason.PART_MISSING: Message(
        "일부 항목을 측정할 수 없어 합계를 내지 않았습니다.", "A part is missing, so no total was formed."
    ),
}

_CATEGORIES = {
    Category.EXPRESSION: Message("표정", "expression"),
    Category.GAZE: Message("시선", "gaze"),
    Category.BLINK: Message("눈 깜빡임", "blinking"),
    Category.VOICE: Message("음성", "voice"),
    Category.POSTURE: Message("자세", "posture"),
}


def _pick(entry: Message, language: Language) -> str:
    return entry.ko if language is Language.KOREAN else entry.en


def expression_grade(grade: Grade | None, language: Language) -> str | None:
    """Word for a band of the expression score (and of the overall one)."""
    return None if grade is None else _pick(_EXPRESSION_GRADES[grade], language)


def steadiness_grade(grade: Grade | None, language: Language) -> str | None:
    """Word for a band of the attention score (and of the voice score)."""
    return None if grade is None else _pick(_STEADY_GRADES[grade], language)


def reason_sentence(reason: Reason | None, language: Language) -> str | None:
    """Why a value is absent."""
    return None if reason is None else _pick(_REASONS[reason], language)


def code_sentence(code: str | None, language: Language) -> str | None:
    """Of what is a reason or the code of an error."""
    if code is None:
        return None
    return reason_sentence(Reason(code), language) if code in {reason.value for reason in Reason} else message(code, language)


def category_name(category: Category, language: Language) -> str:
    """Word for a category."""
    return _pick(_CATEGORIES[category], language)
