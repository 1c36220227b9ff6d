"""Korean words of the rule-based feedback."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.bands import Tone
from interview_analysis.adapters.feedback.phrases import PhraseBook
from interview_analysis.adapters.feedback.rules_ko_phrases import MOMENTS, PHRASES
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Grade, Reason

KOREAN: Final = PhraseBook(
    phrases=PHRASES,
    moments=MOMENTS,
    pause_aside="(그중 {aside:.1f}초는 시선도 벗어나 있었습니다)",
    openings={
        Grade.EXCELLENT: "종합 {overall:.1f}점(100점 만점)으로 높습니다. 표정은 60점 만점에 {expression:.1f}점, 시선은 100점 "
        "만점에 {eye:.1f}점입니다.",
        Grade.GOOD: "종합 {overall:.1f}점(100점 만점)으로 바탕이 잡혀 있습니다. 표정은 60점 만점에 {expression:.1f}점, 시선은 "
        "100점 만점에 {eye:.1f}점입니다.",
        Grade.FAIR: "종합 {overall:.1f}점(100점 만점)입니다. 표정 {expression:.1f}점(60점 만점), 시선 {eye:.1f}점(100점 "
        "만점)이니 한 번에 하나씩 고쳐 봅시다.",
        Grade.POOR: "종합 {overall:.1f}점(100점 만점)에서 시작합니다. 표정이 60점 만점에 {expression:.1f}점, 시선이 100점 "
        "만점에 {eye:.1f}점이어서 올릴 곳이 분명합니다.",
    },
    expression_ahead="표정에서 얻은 몫({expression_share:.0%})이 시선에서 얻은 몫({eye_share:.0%})보다 큽니다.",
    eyes_ahead="시선에서 얻은 몫({eye_share:.0%})이 표정에서 얻은 몫({expression_share:.0%})보다 큽니다.",
    most_points="가장 잘된 부분은 {what}입니다(항목 점수의 {share:.0%}).",
    least_points={
        Tone.WEAKNESS: "다음 연습에서는 {what}부터 보세요. 이 항목에서 얻은 것은 {share:.0%}입니다.",
        Tone.PLAIN: "한 걸음 더 나아가려면 {what} 쪽이 좋습니다. 지금은 이 항목의 {share:.0%}를 얻었습니다.",
        Tone.STRENGTH: "더 다듬는다면 {what} 정도입니다(이미 {share:.0%}).",
    },
    unknown="{what} 점수는 알 수 없습니다: {reason}",
    overall_unknown="종합 점수는 알 수 없습니다: {reason}",
    overall_lacks="{what} 점수가 없어 종합 점수도 알 수 없습니다: {reason}",
    known="그래도 {what} 점수는 {maximum:.0f}점 만점에 {value:.1f}점으로 알 수 있습니다.",
    reasons={
        Reason.NO_FACE: "영상에서 얼굴을 찾지 못했습니다.",
        Reason.TOO_LITTLE_FACE: "얼굴이 보인 시간이 {coverage:.0%}뿐입니다.",
        Reason.TOO_SHORT: "분석한 시간이 {seconds:.1f}초로 너무 짧습니다.",
        Reason.TOO_LITTLE_GAZE: "시선을 잴 수 있는 시간이 너무 적습니다.",
        Reason.LOW_FRAME_RATE: "초당 프레임 수가 너무 적습니다.",
        Reason.EYES_NOT_MEASURABLE: "눈의 뜬 정도를 잴 수 없습니다.",
        Reason.SKIPPED: "요청에서 이 분석을 제외했습니다.",
        Reason.MODEL_MISSING: "분석 모델이 설치되어 있지 않습니다.",
        Reason.NO_AUDIO: "영상 {seconds:.1f}초에 소리가 없습니다.",
        Reason.NO_SPEECH: "영상 {seconds:.1f}초에서 말소리를 찾지 못했습니다.",
        Reason.PART_MISSING: "필요한 항목 가운데 일부를 알 수 없습니다.",
    },
    remedies={
        Reason.NO_FACE: (
            "얼굴이 보인 시간이 {coverage:.0%}입니다. 카메라를 눈높이에 두고 얼굴이 화면 안에 들어오게 다시 녹화해 보세요."
        ),
        Reason.TOO_LITTLE_FACE: ("얼굴이 보인 시간이 {coverage:.0%}입니다. 끝까지 화면 안에 머무르며 다시 녹화해 보세요."),
        Reason.TOO_SHORT: (
            "분석한 시간이 {seconds:.1f}초입니다. {blink_seconds:.0f}초 이상 녹화하면 모든 항목을 알 수 있습니다."
        ),
        Reason.TOO_LITTLE_GAZE: (
            "얼굴이 보인 시간은 {coverage:.0%}이지만 눈을 재기 어려웠습니다. 더 밝은 곳에서 정면을 보고 녹화해 보세요."
        ),
        Reason.LOW_FRAME_RATE: (
            "분석한 {seconds:.1f}초의 초당 프레임 수가 {blink_frames:.0f}보다 적습니다. 더 높은 프레임 수로 녹화해 보세요."
        ),
        Reason.EYES_NOT_MEASURABLE: (
            "분석한 {seconds:.1f}초 동안 눈을 재기 어려웠습니다. 눈이 또렷이 보이게 조명과 안경의 반사를 조절해 보세요."
        ),
        Reason.NO_AUDIO: ("마이크를 켜고 {seconds:.1f}초를 다시 녹화하면 음성도 알 수 있습니다."),
        Reason.NO_SPEECH: ("{seconds:.1f}초 동안 말했는데도 이렇게 나왔다면 마이크의 위치와 음량을 확인해 보세요."),
    },
    categories={
        Category.EXPRESSION: "표정",
        Category.GAZE: "시선",
        Category.BLINK: "눈 깜빡임",
        Category.VOICE: "음성",
        Category.POSTURE: "자세",
    },
    parts={
        "composure": "평온한 표정",
        "absence_of_negative": "부정적 표정을 줄이는 것",
        "warmth": "미소",
        "on_target": "시선 유지",
        "stability": "시선 안정",
        "looking_away": "시선을 돌리지 않는 것",
        "blink": "눈 깜빡임",
        "talk": "발화 시간",
        "pauses": "끊기지 않는 말",
        "loudness": "고른 소리",
        "latency": "첫마디",
        "pace": "말 빠르기",
        "posture": "고개의 안정",
    },
    directions={
        Direction.LEFT: "화면 왼쪽",
        Direction.RIGHT: "화면 오른쪽",
        Direction.UP: "위쪽",
        Direction.DOWN: "아래쪽",
    },
    emotions={
        Emotion.ANGRY: "찌푸린 표정",
        Emotion.DISGUST: "코를 찡그린 표정",
        Emotion.FEAR: "눈을 크게 뜬 굳은 표정",
        Emotion.SAD: "입꼬리가 처진 표정",
    },
    relaxing={
        Emotion.ANGRY: "미간을 펴고",
        Emotion.DISGUST: "코와 윗입술의 힘을 빼고",
        Emotion.FEAR: "눈과 턱의 힘을 빼고",
        Emotion.SAD: "입꼬리를 살짝 올리고",
    },
)
