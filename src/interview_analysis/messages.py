"""Sentences for people, by stable code, in Korean and English."""

from __future__ import annotations

from typing import NamedTuple

from interview_analysis.domain.feedback import Language


class Message(NamedTuple):
    ko: str
    en: str


MESSAGES: dict[str, Message] = {
    "internal_error": Message("알 수 없는 오류가 발생했습니다.", "An unexpected error occurred."),
    "invalid_request": Message("요청 형식이 올바르지 않습니다.", "The request is not valid."),
    "invalid_bucket": Message("버킷 이름이 올바르지 않습니다.", "The bucket name is not valid."),
    "invalid_key": Message("영상 경로가 올바르지 않습니다.", "The object key is not valid."),
    "invalid_cursor": Message("페이지 위치 값이 올바르지 않습니다.", "The cursor is not valid."),
    "invalid_settings": Message("서버 설정이 올바르지 않습니다.", "The server settings are not valid."),
    "video_unreadable": Message("영상을 읽을 수 없습니다.", "The video cannot be read."),
    "no_video_stream": Message("파일에 영상이 없습니다.", "The file holds no video."),
    "video_too_large": Message("영상의 크기가 허용 한도를 넘습니다.", "The video is larger than allowed."),
    "video_too_long": Message("영상의 길이가 허용 한도를 넘습니다.", "The video is longer than allowed."),
    "video_not_found": Message("저장소에서 영상을 찾을 수 없습니다.", "The video was not found in the store."),
    "video_forbidden": Message("이 영상에 접근할 수 없습니다.", "This video may not be read."),
    "analysis_not_found": Message("분석을 찾을 수 없습니다.", "There is no such analysis."),
    "feedback_not_found": Message("피드백이 없습니다.", "There is no feedback."),
    "frames_not_found": Message("프레임 데이터가 없습니다.", "There are no frame metrics."),
    "conflict": Message("현재 상태에서는 처리할 수 없습니다.", "The present state does not allow this."),
    "already_finished": Message("이미 끝난 분석입니다.", "The analysis has already finished."),
    "not_finished": Message("분석이 아직 끝나지 않았습니다.", "The analysis has not finished yet."),
    "idempotency_key_reused": Message(
        "같은 Idempotency-Key가 다른 요청에 이미 쓰였습니다.", "This Idempotency-Key was used with another request."
    ),
    "dependency_unavailable": Message("연결된 서비스가 응답하지 않습니다.", "A service it depends on does not answer."),
    "dependency_refused": Message("연결된 서비스가 요청을 거부했습니다.", "A service it depends on refuses the request."),
    "storage_full": Message("저장 공간이 부족합니다.", "There is no storage space left."),
    "model_unavailable": Message("분석 모델을 사용할 수 없습니다.", "A required model is not available."),
    "worker_lost": Message("분석이 여러 번 중단되어 끝내지 못했습니다.", "The analysis was interrupted too many times."),
    "claim_lost": Message("다른 작업자가 분석을 이어받았습니다.", "Another worker has taken over."),
    "analysis_cancelled": Message("분석이 취소되었습니다.", "The analysis was cancelled."),
    "not_supported": Message("아직 지원하지 않는 기능입니다.", "This is not available yet."),
    "body_too_large": Message("요청 본문이 너무 큽니다.", "The request body is too large."),
    "not_acceptable": Message("요청한 형식으로 응답할 수 없습니다.", "None of the accepted formats is available."),
    "unsupported_media_type": Message("지원하지 않는 본문 형식입니다.", "This kind of body is not supported."),
    "not_found": Message("요청한 주소가 없습니다.", "There is nothing at this address."),
    "method_not_allowed": Message("허용되지 않는 요청 방식입니다.", "This method is not allowed here."),
}


def message(code: str, language: Language) -> str:
    """The sentence of ``code``; an unknown code reads as an internal error."""
    entry = MESSAGES.get(code, MESSAGES["internal_error"])
    return entry.ko if language is Language.KOREAN else entry.en
