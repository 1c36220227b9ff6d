"""Korean words of the rule-based feedback."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.phrases import Phrase, PhraseBook
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Reason

KOREAN: Final = PhraseBook(
    phrases={
        "composure": Phrase(
            "평온하거나 밝은 표정의 비중은 평균 {measured:.0%}입니다.",
            "평온한 표정 {measured:.0%}",
            "평온하거나 밝은 표정의 비중이 {measured:.0%}입니다. 답변 전에 숨을 고르고 얼굴의 힘을 뺀 상태로 시작해 보세요.",
        ),
        "absence_of_negative": Phrase(
            "부정적으로 보일 수 있는 표정의 비중은 {negative:.0%}이고, 그 가운데 {emotion}의 비중은 {emotion_share:.0%}입니다.",
            "{emotion} {emotion_share:.0%}",
            "{emotion}의 비중이 {emotion_share:.0%}입니다. 생각을 정리하는 동안 미간과 입가의 힘을 빼는 연습을 해 보세요.",
        ),
        "absence_of_negative_all": Phrase(
            "부정적으로 보일 수 있는 표정의 비중은 {negative:.0%}입니다.", "부정적 표정 {negative:.0%}"
        ),
        "warmth": Phrase(
            "미소가 보인 시간은 {measured:.0%}입니다{moments}.",
            "미소 {measured:.0%}",
            "미소가 보인 시간이 {measured:.0%}입니다. 인사와 마무리 문장에서 미소를 더해 {smile_goal:.0%}까지 늘려 보세요.",
        ),
        "on_target": Phrase(
            "시선이 주로 보는 지점에 머문 시간은 {measured:.0%}입니다. 벗어날 때는 {side} 방향이 가장 많았습니다.",
            "시선 유지 {measured:.0%}",
            "시선 유지 시간이 {measured:.0%}입니다. {side} 방향에 있는 자료나 창을 카메라 가까이로 옮겨 보세요.",
        ),
        "on_target_all": Phrase("시선이 주로 보는 지점에 머문 시간은 {measured:.0%}입니다.", "시선 유지 {measured:.0%}"),
        "stability": Phrase(
            "시선의 흩어짐은 {measured:.0f}제곱도이고, 안정도로는 {stability:.2f}입니다(1이 가장 안정적).",
            "시선 안정도 {stability:.2f}",
            "시선 안정도가 {stability:.2f}입니다. 한 문장을 말하는 동안은 화면의 한 지점을 보는 연습을 해 보세요.",
        ),
        "looking_away": Phrase(
            "시선이 0.5초 이상 벗어난 것은 {count:.0f}번입니다{moments}.",
            "시선 이탈 {count:.0f}번",
            "시선이 {count:.0f}번 벗어났습니다{moments}. 그 순간에 무엇을 보았는지 영상에서 확인해 보세요.",
        ),
        "blink": Phrase(
            "눈 깜빡임은 {blinks:.0f}번, 분당 {measured:.1f}번입니다(대화할 때 보통 {blink_low:.1f}–{blink_high:.1f}번).",
            "눈 깜빡임 분당 {measured:.1f}번",
            "눈 깜빡임이 분당 {measured:.1f}번입니다. 화면을 오래 응시하지 말고 문장 사이에 눈을 쉬게 해 보세요.",
        ),
        "blink_often": Phrase(
            "눈 깜빡임은 {blinks:.0f}번, 분당 {measured:.1f}번으로 대화할 때의 범위 {blink_low:.1f}–{blink_high:.1f}번보다 "
            "많습니다.",
            "잦은 눈 깜빡임 분당 {measured:.1f}번",
            "눈 깜빡임이 분당 {measured:.1f}번입니다. 조명의 눈부심과 화면과의 거리를 먼저 확인해 보세요.",
        ),
        "talk": Phrase(
            "말한 시간은 영상의 {measured:.0%}입니다.",
            "발화 {measured:.0%}",
            "말한 시간이 {measured:.0%}입니다. 사례를 하나 더해 {talk_goal:.0%} 이상을 목표로 해 보세요.",
        ),
        "pauses": Phrase(
            "답변 가운데 {pause_free:.0f}초를 넘긴 침묵은 {measured:.0%}이고, 2초 이상 멈춘 것은 {count:.0f}번입니다{moments}.",
            "긴 멈춤 {count:.0f}번",
            "긴 침묵이 답변의 {measured:.0%}입니다{moments}. 그 부분의 다음 문장을 미리 핵심어로 적어 연습해 보세요.",
        ),
        "loudness": Phrase(
            "말소리 크기의 편차는 {measured:.1f} dB입니다.",
            "소리 편차 {measured:.1f} dB",
            "말소리 크기의 편차가 {measured:.1f} dB입니다. 문장 끝까지 같은 크기로 말해 {loudness_goal:.0f} "
            "dB 이내로 줄여 보세요.",
        ),
        "latency": Phrase(
            "첫마디까지 {measured:.1f}초 걸렸습니다.",
            "첫마디 {measured:.1f}초",
            "첫마디까지 {measured:.1f}초입니다. 첫 문장을 정해 두고 {latency_goal:.0f}초 안에 시작해 보세요.",
        ),
        "posture": Phrase(
            "고개의 흔들림은 좌우 {measured:.1f}°, 상하 {pitch:.1f}°이고 움직인 양은 분당 {movement:.0f}°입니다.",
            "고개 흔들림 {measured:.1f}°",
            "고개의 흔들림이 좌우 {measured:.1f}°, 상하 {pitch:.1f}°입니다. 어깨를 등받이에 붙이고 "
            "{posture_goal:.0f}° 안팎을 목표로 해 보세요.",
        ),
        "gestures": Phrase("고개를 끄덕인 것은 {nods:.0f}번, 가로저은 것은 {shakes:.0f}번입니다.", "끄덕임 {nods:.0f}번"),
        "large_head_turn": Phrase(
            "고개를 크게 돌린 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "큰 고개 돌림 {count:.0f}번"
        ),
        "absent": Phrase(
            "얼굴이 보이지 않은 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "얼굴 없음 {measured:.1f}초"
        ),
        "second_face": Phrase(
            "다른 얼굴이 함께 보인 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "다른 얼굴 {measured:.1f}초"
        ),
        "eyes_closed": Phrase(
            "눈을 0.5초 이상 감은 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "눈 감음 {count:.0f}번"
        ),
    },
    unknown="{what} 점수는 알 수 없습니다: {reason}",
    overall="종합 점수는 100점 만점에 {overall:.1f}점입니다(표정 60점 중 {expression:.1f}점, 시선 100점 중 {eye:.1f}점).",
    overall_unknown="종합 점수는 알 수 없습니다: {reason}",
    most_points="점수를 가장 많이 얻은 항목은 {what}({share:.0%})입니다.",
    least_points="점수를 가장 많이 더할 수 있는 항목은 {what}({share:.0%})입니다.",
    reasons={
        Reason.NO_FACE: "영상에서 얼굴을 찾지 못했습니다.",
        Reason.TOO_LITTLE_FACE: "얼굴이 보인 시간이 {coverage:.0%}뿐입니다.",
        Reason.TOO_SHORT: "분석한 시간이 {seconds:.1f}초로 너무 짧습니다.",
        Reason.TOO_LITTLE_GAZE: "시선을 잴 수 있는 시간이 너무 적습니다.",
        Reason.LOW_FRAME_RATE: "초당 프레임 수가 너무 적습니다.",
        Reason.EYES_NOT_MEASURABLE: "눈의 뜬 정도를 잴 수 없습니다.",
        Reason.SKIPPED: "요청에서 이 분석을 제외했습니다.",
        Reason.MODEL_MISSING: "분석 모델이 설치되어 있지 않습니다.",
        Reason.NO_AUDIO: "영상에 소리가 없습니다.",
        Reason.NO_SPEECH: "말소리를 찾지 못했습니다.",
        Reason.PART_MISSING: "필요한 항목 가운데 일부를 알 수 없습니다.",
    },
    remedies={
        Reason.NO_FACE: (
            "얼굴이 보인 시간이 {coverage:.0%}입니다. 카메라를 눈높이에 두고 얼굴이 화면 안에 들어오게 다시 녹화해 보세요."
        ),
        Reason.TOO_LITTLE_FACE: "얼굴이 보인 시간이 {coverage:.0%}입니다. 끝까지 화면 안에 머무르며 다시 녹화해 보세요.",
        Reason.TOO_SHORT: "분석한 시간이 {seconds:.1f}초입니다. 15초 이상 녹화하면 모든 항목을 알 수 있습니다.",
        Reason.TOO_LITTLE_GAZE: (
            "얼굴이 보인 시간은 {coverage:.0%}이지만 눈을 재기 어려웠습니다. 더 밝은 곳에서 정면을 보고 녹화해 보세요."
        ),
        Reason.LOW_FRAME_RATE: "분석한 {seconds:.1f}초의 초당 프레임 수가 12보다 적습니다. 더 높은 프레임 수로 녹화해 보세요.",
        Reason.EYES_NOT_MEASURABLE: (
            "분석한 {seconds:.1f}초 동안 눈을 재기 어려웠습니다. 눈이 또렷이 보이게 조명과 안경의 반사를 조절해 보세요."
        ),
        Reason.NO_AUDIO: "영상 {seconds:.1f}초에 소리가 없습니다. 마이크를 켜고 녹화하면 음성도 알 수 있습니다.",
        Reason.NO_SPEECH: "영상 {seconds:.1f}초에서 말소리를 찾지 못했습니다. 마이크의 위치와 음량을 확인해 보세요.",
    },
    categories={
        Category.EXPRESSION: "표정",
        Category.GAZE: "시선",
        Category.BLINK: "눈 깜빡임",
        Category.VOICE: "음성",
        Category.POSTURE: "자세",
    },
    parts={
        "composure": "표정의 평온함",
        "absence_of_negative": "부정적 표정의 적음",
        "warmth": "미소",
        "absence_of_negative_all": "부정적 표정의 적음",
        "on_target": "시선 유지",
        "on_target_all": "시선 유지",
        "stability": "시선 안정",
        "looking_away": "시선 이탈의 적음",
        "blink": "눈 깜빡임",
        "blink_often": "눈 깜빡임",
        "talk": "발화 시간",
        "pauses": "침묵의 적음",
        "loudness": "고른 소리 크기",
        "latency": "첫마디까지의 시간",
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
)
