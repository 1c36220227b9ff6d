"""Words of the report, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview_analysis.domain.feedback import Language
from interview_analysis.messages import Message
from interview_analysis.report.method_texts import METHOD

_LABELS: dict[str, Message] = {
    "title": Message("면접 연습 분석 보고서", "Interview practice report"),
    "question": Message("질문", "Question"),
    "user": Message("이름 또는 ID", "Name or ID"),
    "session": Message("세션", "Session"),
    "video": Message("영상", "Video"),
    "length": Message("길이", "Length"),
    "made_at": Message("분석 시각", "Analysed"),
    "analysis_id": Message("분석 번호", "Analysis"),
    "formula_version": Message("계산식 버전", "Version of the formulas"),
    "summary": Message("요약", "Summary"),
    "running_score": Message("지금까지 종합", "overall so far"),
    "mark_no_face": Message("얼굴이 보이지 않음", "no face visible"),
    "cannot_tell": Message("판단할 수 없음", "Cannot tell"),
    "of_maximum": Message("/ {maximum}", "of {maximum}"),
    "coverage": Message("영상의 {share}를 근거로 함", "Stands on {share} of the video"),
    "score_overall": Message("종합", "Overall"),
    "score_expression": Message("표정", "Expression"),
    "score_eye": Message("시선", "Attention"),
    "score_voice": Message("말소리", "Voice"),
    "score_head": Message("머리", "Head"),
    "aside": Message("종합 점수에는 들어가지 않음", "not part of the overall score"),
    "scores": Message("점수와 계산식", "Scores and formulas"),
    "part": Message("항목", "Part"),
    "measured": Message("측정값", "Measured"),
    "points": Message("점수", "Points"),
    "formula": Message("계산", "Formula"),
    "part_expression": Message("표정", "Expression"),
    "part_eye": Message("시선", "Attention"),
    "part_composure": Message("편안하거나 밝은 표정", "Calm or bright expression"),
    "part_absence_of_negative": Message("부정적으로 보이지 않음", "Nothing that may look negative"),
    "part_warmth": Message("미소가 보인 시간", "Time a smile is visible"),
    "part_on_target": Message("시선이 머문 시간", "Time on target"),
    "part_stability": Message("시선의 흩어짐", "Scatter of gaze"),
    "part_looking_away": Message("시선이 벗어난 횟수", "Looking away"),
    "part_blink": Message("깜빡임", "Blinks"),
    "part_talk": Message("말한 시간", "Talk time"),
    "part_pauses": Message("긴 멈춤의 비율", "Share of long pauses"),
    "part_loudness": Message("소리 크기의 편차", "Spread of loudness"),
    "part_latency": Message("첫마디까지", "Time to first word"),
    "unit_share": Message("{value} %", "{value} %"),
    "unit_share_of_time": Message("{value} %", "{value} %"),
    "unit_per_minute": Message("분당 {value}번", "{value} a minute"),
    "unit_square_degrees": Message("{value}제곱도", "{value} square degrees"),
    "unit_decibels": Message("{value} dB", "{value} dB"),
    "unit_seconds": Message("{value}초", "{value} s"),
    "unit_points": Message("{value}점", "{value} points"),
    "formulas_changed": Message(
        "이 점수는 계산식 버전 {version}으로 낸 것입니다. 지금의 계산식은 다르므로 여기에 싣지 않습니다.",
        "Scored by version {version} of the formulas. Today's are others and are not shown here.",
    ),
    "beside": Message("그 밖의 측정값", "Measured beside the scores"),
    "head_mean": Message("머리 방향 평균 (상하, 좌우, 기울기)", "Mean direction of the head (up, sideways, tilt)"),
    "head_movement": Message("머리 움직임", "Movement of the head"),
    "degrees_minute": Message("분당 {value}°", "{value}° a minute"),
    "head_swings": Message("끄덕임 / 가로젓기", "Nods / shakes"),
    "times": Message("{count}번", "{count}"),
    "blink_count": Message("깜빡임 횟수", "Blinks counted"),
    "looked_away_rate": Message("시선이 벗어난 횟수", "Looked away"),
    "syllable_rate": Message("말 빠르기", "Syllables"),
    "syllables_minute": Message("분당 {value}음절", "{value} a minute"),
    "pitch": Message("목소리 높이 (중앙값, 폭)", "Pitch (median, range)"),
    "pitch_values": Message("{median} Hz, {range}반음", "{median} Hz, {range} semitones"),
    "words_rate": Message("단어 (인식된 말)", "Words (as recognised)"),
    "fillers_rate": Message("군말", "Filler words"),
    "charts": Message("시간에 따른 변화", "Over time"),
    "chart_timeline": Message(
        "표정, 시선, 머리, 눈, 말소리와 눈에 띄는 순간을 시간에 따라 그린 그림",
        "Expression, gaze, head, eyes, speech and observations over time",
    ),
    "chart_gaze": Message("시선 지도", "Gaze map"),
    "chart_gaze_note": Message(
        "점은 한 순간의 시선, 원은 가장 많이 바라본 곳과 허용 범위({cone}°), 십자는 카메라입니다.",
        "Dots are moments; the circle is where gaze stayed most, with its allowance ({cone}°); the cross is the camera.",
    ),
    "chart_expression": Message("표정의 평균 비중", "Mean share of expressions"),
    "axis_time": Message("시각 (분:초)", "time (min:s)"),
    "axis_yaw": Message("좌우 (도, 화면 왼쪽이 +)", "sideways (degrees, picture's left +)"),
    "axis_pitch": Message("상하 (도, 위가 +)", "up and down (degrees, up +)"),
    "row_expression": Message("표정", "Expression"),
    "row_gaze": Message("시선 (기준과의 각도)", "Gaze (off target)"),
    "row_head": Message("머리", "Head"),
    "row_eyes": Message("눈 뜬 정도", "Eye opening"),
    "row_voice": Message("말소리", "Speech"),
    "row_empty": Message("측정되지 않음", "not measured"),
    "band_happy": Message("미소", "smile"),
    "band_neutral": Message("무표정", "neutral"),
    "band_surprise": Message("놀람", "surprise"),
    "band_negative": Message("부정적으로 보일 수 있음", "may look negative"),
    "line_sideways": Message("좌우", "sideways"),
    "line_updown": Message("상하", "up and down"),
    "line_tilt": Message("기울기", "tilt"),
    "range_gaze": Message("기준 범위", "on target"),
    "mark_blink": Message("깜빡임", "blink"),
    "emotion_happy": Message("미소", "smiling"),
    "emotion_neutral": Message("무표정", "neutral"),
    "emotion_sad": Message("슬퍼 보임", "looks sad"),
    "emotion_angry": Message("화나 보임", "looks angry"),
    "emotion_fear": Message("두려워 보임", "looks afraid"),
    "emotion_disgust": Message("불쾌해 보임", "looks disgusted"),
    "emotion_surprise": Message("놀라 보임", "looks surprised"),
    "moments": Message("가장 좋았던 순간과 아쉬운 순간", "Strongest and weakest moments"),
    "moments_strongest": Message("좋았던 순간", "Strongest"),
    "moments_weakest": Message("아쉬운 순간", "Weakest"),
    "moments_none": Message(
        "순간을 가릴 수 없습니다. 영상이 너무 짧거나, 측정된 시간이 모자라거나, 처음부터 끝까지 고릅니다.",
        "There are none: the video is too short, too little of it was measured, or it is the same throughout.",
    ),
    "moment_value": Message("{value}점", "{value} points"),
    "moment_smile": Message("미소 {share}", "smile visible {share}"),
    "moment_negative": Message("부정적으로 보일 수 있는 표정 {share}", "expressions that may look negative {share}"),
    "moment_on_target": Message("시선이 기준에 머문 시간 {share}", "gaze on target {share}"),
    "moment_picture": Message("{time}의 화면", "Picture at {time}"),
    "pictures_missing": Message("영상을 읽을 수 없어 화면을 싣지 못했습니다.", "Without pictures: the video cannot be read."),
    "observations": Message("눈에 띄는 순간", "Observations"),
    "observations_none": Message("없음", "none"),
    "observations_note": Message(
        "보이거나 들린 것을 시각과 함께 적은 것이며 판정이 아닙니다.",
        "What could be seen or heard and when, without a verdict.",
    ),
    "observations_more": Message("그 밖에 {count}개가 더 있습니다.", "{count} more are not listed."),
    "what": Message("무엇", "What"),
    "when": Message("시각", "When"),
    "how_long": Message("길이", "Length"),
    "kind_looked_away": Message("시선이 벗어남", "Looked away"),
    "kind_absent": Message("얼굴이 보이지 않음", "No face visible"),
    "kind_second_face": Message("다른 얼굴이 보임", "Second face visible"),
    "kind_eyes_closed": Message("눈을 감음", "Eyes closed"),
    "kind_smile": Message("미소", "Smile"),
    "kind_long_pause": Message("긴 멈춤", "Long pause"),
    "kind_large_head_turn": Message("고개를 크게 돌림", "Large head turn"),
    "direction_center": Message("가운데", "centre"),
    "direction_left": Message("화면 왼쪽", "picture's left"),
    "direction_right": Message("화면 오른쪽", "picture's right"),
    "direction_up": Message("위", "up"),
    "direction_down": Message("아래", "down"),
    "feedback": Message("피드백", "Feedback"),
    "feedback_none": Message("피드백이 없습니다.", "There is no feedback."),
    "feedback_language_ko": Message("", "This feedback was written in Korean."),
    "feedback_language_en": Message("이 피드백은 영어로 작성되었습니다.", ""),
    "by_rules": Message("정해진 규칙이 측정값으로 작성했습니다.", "Written from the measurements by fixed rules."),
    "by_model": Message(
        "언어 모델({model})이 측정값으로 작성했습니다. 틀릴 수 있으니 수치와 함께 보세요.",
        "Written from the measurements by a language model ({model}). It can be wrong: read it beside the numbers.",
    ),
    "strengths": Message("잘된 점", "What went well"),
    "weaknesses": Message("아쉬운 점", "What could be better"),
    "suggestions": Message("연습 제안", "Suggestions"),
    "method": Message("방법과 한계", "Method and limits"),
    "standing": Message("측정의 바탕", "What this stands on"),
    "face_coverage": Message("얼굴이 보인 시간", "Face visible"),
    "analysed_rate": Message("분석한 프레임", "Frames analysed"),
    "per_second": Message("초당 {value}장", "{value} a second"),
    "model_landmarks": Message("얼굴점 모델", "Landmark model"),
    "model_expression": Message("표정 모델", "Expression model"),
    "model_gaze": Message("시선 측정", "Gaze measured by"),
    "recording": Message("영상 형식", "Recording"),
    "skipped": Message("요청으로 뺀 항목", "Left out on request"),
    "not_used": Message("쓰지 않음", "not used"),
    "warning_truncated": Message("영상이 중간에 끊겨 있습니다.", "The video breaks off."),
    "warning_corrupt_data": Message("영상의 일부가 손상되었습니다.", "Part of the video is damaged."),
    "warning_variable_frame_rate": Message("프레임 간격이 일정하지 않습니다.", "The frame rate varies."),
    "warning_resolution_changed": Message("도중에 화면 크기가 바뀌었습니다.", "The picture size changes on the way."),
    "warning_gap": Message("중간에 빈 구간이 있습니다.", "There is a gap in the recording."),
    "warning_overlay_failed": Message("주석 영상을 만들지 못했습니다.", "The annotated video could not be made."),
    "warning_low_frame_rate": Message(
        "프레임 수가 적어 깜빡임을 세기 어렵습니다.", "There are too few frames per second to count blinks well."
    ),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language by name."""

    language: Language
    words: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Raises ``KeyError`` for a name that there is not."""
        return self.words[name]

    def word(self, table: str, name: str) -> str:
        """Of a word that is stored with results; one that came later reads as it is stored."""
        return self.words.get(f"{table}_{name}", name)

    def fill(self, name: str, **values: object) -> str:
        return self.words[name].format(**values)


def texts_in(language: Language) -> Texts:
    """All of them; the texts of the method hold the constants of the formulas."""
    korean = language is Language.KOREAN
    return Texts(language, {name: entry.ko if korean else entry.en for name, entry in (_LABELS | METHOD).items()})
