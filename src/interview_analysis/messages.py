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
    "invalid_range": Message("Range 헤더를 처리할 수 없습니다.", "The Range header cannot be satisfied."),
    "invalid_cursor": Message("페이지 위치 값이 올바르지 않습니다.", "The cursor is not valid."),
    "invalid_settings": Message("서버 설정이 올바르지 않습니다.", "The server settings are not valid."),
    "video_unreadable": Message("영상을 읽을 수 없습니다.", "The video cannot be read."),
    "no_video_stream": Message("파일에 영상이 없습니다.", "The file holds no video."),
    "video_too_large": Message("영상의 크기가 허용 한도를 넘습니다.", "The video is larger than allowed."),
    "video_too_long": Message("영상의 길이가 허용 한도를 넘습니다.", "The video is longer than allowed."),
    "video_not_found": Message("저장소에서 영상을 찾을 수 없습니다.", "The video was not found in the store."),
    "video_not_kept": Message("이 서비스에 보관된 영상이 없습니다.", "The video is not kept by this service."),
    "video_forbidden": Message("이 영상에 접근할 수 없습니다.", "This video may not be read."),
    "analysis_not_found": Message("분석을 찾을 수 없습니다.", "There is no such analysis."),
    "feedback_not_found": Message("피드백이 없습니다.", "There is no feedback."),
    "frames_not_found": Message("프레임 데이터가 없습니다.", "There are no frame metrics."),
    "saliency_not_found": Message("이 영상의 현저성 지도가 없습니다.", "There are no saliency maps of this video or time."),
    "invalid_saliency": Message("현저성 지도를 읽을 수 없습니다.", "The saliency maps cannot be read."),
    "saliency_too_large": Message("현저성 지도가 허용 한도를 넘습니다.", "The saliency maps are larger than allowed."),
    "overlay_not_found": Message("주석 영상이 없습니다.", "There is no annotated video."),
    "pdf_unavailable": Message(
        "이 서버에서는 PDF를 만들 수 없습니다. HTML 보고서를 이용하세요.", "This server cannot make PDFs. Use the HTML report."
    ),
    "pdf_timed_out": Message("PDF가 제시간에 만들어지지 않았습니다.", "The PDF was not made in time."),
    "pdf_failed": Message("PDF를 만들지 못했습니다.", "The PDF could not be made."),
    "transcript_not_found": Message("받아쓴 글이 없습니다.", "There is no transcript."),
    "transcriber_off": Message("받아쓰기를 쓰지 않도록 설정되어 있습니다.", "Transcription is switched off on this server."),
    "transcriber_timed_out": Message("받아쓰기가 제시간에 끝나지 않았습니다.", "The transcription did not end in time."),
    "transcriber_unreachable": Message("받아쓰기 서비스에 연결할 수 없습니다.", "The transcription service cannot be reached."),
    "transcriber_limited": Message("받아쓰기 서비스의 한도를 넘었습니다.", "The transcription service is used up for now."),
    "transcriber_refused": Message("받아쓰기 서비스가 요청을 거부했습니다.", "The transcription service refuses the request."),
    "transcriber_failed": Message("받아쓰기에 실패했습니다.", "The transcription failed."),
    "transcriber_invalid_answer": Message(
        "받아쓰기 서비스의 응답을 이해할 수 없습니다.", "The transcription service's answer cannot be understood."
    ),
    "conflict": Message("현재 상태에서는 처리할 수 없습니다.", "The present state does not allow this."),
    "already_finished": Message("이미 끝난 분석입니다.", "The analysis has already finished."),
    "not_finished": Message("분석이 아직 끝나지 않았습니다.", "The analysis has not finished yet."),
    "idempotency_key_reused": Message(
        "같은 Idempotency-Key가 다른 요청에 이미 쓰였습니다.", "This Idempotency-Key was used with another request."
    ),
    "dependency_unavailable": Message("연결된 서비스가 응답하지 않습니다.", "A service it depends on does not answer."),
    "dependency_refused": Message("연결된 서비스가 요청을 거부했습니다.", "A service it depends on refuses the request."),
    "database_newer": Message(
        "데이터베이스가 이 프로그램보다 새로운 버전입니다.", "The database was made by a newer version of this program."
    ),
    "storage_full": Message("저장 공간이 부족합니다.", "There is no storage space left."),
    "model_unavailable": Message("분석 모델을 사용할 수 없습니다.", "A required model is not available."),
    "worker_lost": Message("분석이 여러 번 중단되어 끝내지 못했습니다.", "The analysis was interrupted too many times."),
    "claim_lost": Message("다른 작업자가 분석을 이어받았습니다.", "Another worker has taken over."),
    "analysis_cancelled": Message("분석이 취소되었습니다.", "The analysis was cancelled."),
    "consent_required": Message(
        "분석에 대한 동의(consent)가 필요합니다.", "The candidate's consent is required (consent: true)."
    ),
    "retention_too_long": Message("보관 기간이 허용 한도를 넘습니다.", "The time of keeping is longer than allowed."),
    "erasure_unverified": Message(
        "삭제를 확인하지 못했습니다. 다시 시도해 주세요.", "It could not be proved that everything is erased. Try again."
    ),
    "session_not_found": Message("이 세션의 분석이 없습니다.", "There are no analyses of this session."),
    "user_not_found": Message("이 사용자의 분석이 없습니다.", "There are no analyses of this user."),
    "callback_not_configured": Message(
        "웹훅 비밀 키가 설정되지 않아 callback_url을 쓸 수 없습니다.", "No webhook secret is set: callback_url cannot be used."
    ),
    "callback_refused": Message("허용되지 않는 callback_url입니다.", "This callback_url is not allowed."),
    "api_key_missing": Message("API 키가 필요합니다.", "An API key is needed."),
    "api_key_invalid": Message("API 키가 올바르지 않습니다.", "The API key is not valid."),
    "dns_failed": Message("수신 서버의 주소를 찾을 수 없습니다.", "The receiver's address cannot be found."),
    "timed_out": Message("수신 서버가 제때 응답하지 않았습니다.", "The receiver did not answer in time."),
    "connection_failed": Message("수신 서버에 연결할 수 없습니다.", "The receiver cannot be reached."),
    "redirect_refused": Message("리디렉션은 따라가지 않습니다.", "Redirects are not followed."),
    "rate_limited": Message("요청이 너무 많습니다. 잠시 후 다시 시도하세요.", "Too many requests. Try again a little later."),
    "request_timeout": Message("요청 본문이 너무 느리게 도착했습니다.", "The request body arrived too slowly."),
    "body_too_large": Message("요청 본문이 너무 큽니다.", "The request body is too large."),
    "not_acceptable": Message("요청한 형식으로 응답할 수 없습니다.", "None of the accepted formats is available."),
    "unsupported_media_type": Message("지원하지 않는 본문 형식입니다.", "This kind of body is not supported."),
    "llm_unauthorized": Message("언어 모델 서비스가 키를 거부했습니다.", "The language model's service refuses the key."),
    "llm_rate_limited": Message(
        "언어 모델 서비스에 요청이 너무 많습니다. 나중에 다시 시도합니다.",
        "The language model's service has too many requests. It is tried again later.",
    ),
    "llm_quota_exhausted": Message(
        "언어 모델 서비스의 사용 한도가 다했습니다.", "The quota at the language model's service is used up."
    ),
    "llm_request_refused": Message(
        "언어 모델 서비스가 요청을 받아들이지 않았습니다.", "The language model's service does not accept the request."
    ),
    "llm_server_error": Message("언어 모델 서비스에 오류가 있습니다.", "The language model's service has an error."),
    "llm_timed_out": Message("언어 모델이 제때 응답하지 않았습니다.", "The language model did not answer in time."),
    "llm_unreachable": Message("언어 모델 서비스에 연결할 수 없습니다.", "The language model's service cannot be reached."),
    "llm_bad_answer": Message(
        "언어 모델 서비스의 응답을 이해할 수 없습니다.", "The answer of the language model's service cannot be understood."
    ),
    "llm_bad_json": Message("언어 모델의 답이 올바른 형식이 아닙니다.", "The language model's reply is not well-formed."),
    "llm_wrong_schema": Message(
        "언어 모델의 답에 필요한 항목이 없습니다.", "The language model's reply is not of the form asked for."
    ),
    "llm_truncated": Message("언어 모델의 답이 중간에 끊겼습니다.", "The language model's reply breaks off."),
    "llm_refused": Message("언어 모델이 답하기를 거절했습니다.", "The language model declined to answer."),
    "llm_content_filter": Message(
        "언어 모델 서비스의 필터가 글을 막았습니다.", "The filter of the language model's service stopped the text."
    ),
    "llm_false_figures": Message(
        "언어 모델의 글이 측정값과 맞지 않아 쓰지 않았습니다.",
        "The language model's words do not agree with the measurements and are not used.",
    ),
    "llm_daily_cap": Message(
        "오늘 언어 모델에 쓸 수 있는 양을 다 썼습니다. 내일 다시 시도합니다.",
        "What may be spent on the language model today is spent. It is tried again tomorrow.",
    ),
    "llm_analysis_cap": Message(
        "이 분석에 쓸 수 있는 언어 모델의 양을 다 썼습니다.",
        "What may be spent on the language model for this analysis is spent.",
    ),
    "llm_worker_lost": Message(
        "언어 모델의 피드백 작성이 여러 번 중단되었습니다.", "Writing with the language model was interrupted too many times."
    ),
    "picture_unreadable": Message(
        "그림을 읽을 수 없습니다. JPEG, PNG 또는 WebP여야 합니다.",
        "The picture cannot be read: JPEG, PNG or WebP is wanted.",
    ),
    "picture_too_large": Message("그림이 너무 큽니다.", "The picture is too large."),
    "calibration_too_few": Message(
        "눈이 보이는 점이 부족해 시선을 보정하지 못했습니다. 적어도 네 점에서 뜬 눈이 보여야 합니다.",
        "Too few points to calibrate by: open eyes must rest on four at least.",
    ),
    "calibration_not_found": Message("이 세션은 보정되지 않았습니다.", "This session has not been calibrated."),
    "invalid_calibration": Message("시선 보정값을 읽을 수 없습니다.", "The gaze calibration cannot be read."),
    "gaze_unavailable": Message("시선 분석을 지금 사용할 수 없습니다.", "Gaze analysis is not available right now."),
    "session_finished": Message("이미 끝난 시선 세션입니다.", "This gaze session has ended."),
    "gaze_session_not_found": Message("시선 세션을 찾을 수 없습니다.", "There is no such gaze session."),
    "video_not_named": Message("영상(video_id)이 지정되지 않았습니다.", "No video (video_id) was named."),
    "gaze_beside_video": Message(
        "시선이 현저성 지도가 있는 화면 위에 없었습니다.", "No gaze fell on the video while it has saliency maps."
    ),
    "gaze_busy": Message("앞선 사진을 아직 처리하고 있습니다.", "Earlier pictures are still being worked on."),
    "gaze_full": Message(
        "시선 분석 자리가 모두 찼습니다. 잠시 후 다시 시도하세요.",
        "All places for gaze analysis are taken. Try again a little later.",
    ),
    "gaze_off": Message("이 서버에서는 시선 스트림을 쓰지 않습니다.", "The gaze stream is turned off on this server."),
    "no_face": Message("사진에서 얼굴을 찾지 못했습니다.", "No face was found in the picture."),
    "eyes_closed": Message("눈이 감겨 있습니다.", "The eyes are closed."),
    "eyes_unclear": Message("두 눈의 방향이 서로 맞지 않아 알 수 없습니다.", "The two eyes contradict each other."),
    "head_unknown": Message("머리 방향을 알 수 없습니다.", "The head's direction cannot be told."),
    "live_unavailable": Message(
        "실시간 분석이 중단되었습니다. 다시 연결해 주세요.", "Live analysis was interrupted. Connect again."
    ),
    "live_full": Message(
        "실시간 분석 자리가 모두 찼습니다. 잠시 후 다시 시도하세요.",
        "All places for live analysis are taken. Try again a little later.",
    ),
    "live_off": Message("이 서버에서는 실시간 분석을 쓰지 않습니다.", "Live analysis is turned off on this server."),
    "not_found": Message("요청한 주소가 없습니다.", "There is nothing at this address."),
    "method_not_allowed": Message("허용되지 않는 요청 방식입니다.", "This method is not allowed here."),
}


def message(code: str, language: Language) -> str:
    """The sentence of ``code``; an unknown code reads as an internal error."""
    entry = MESSAGES.get(code, MESSAGES["internal_error"])
    return entry.ko if language is Language.KOREAN else entry.en
