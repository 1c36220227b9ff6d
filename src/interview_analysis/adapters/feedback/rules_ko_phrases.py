"""Korean phrases of what can be measured, by part and band."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.phrases import MomentPhrase, Phrase

_EXPRESSION = {
    "composure.high": Phrase(
        "평온하거나 밝은 표정이 {measured:.0%}를 차지했고, 무표정 {neutral:.0%}에 밝은 표정 {happy:.0%}가 섞였습니다.",
        "평온한 표정 {measured:.0%}",
        "평온하거나 밝은 표정을 {measured:.0%}까지 유지했습니다(밝은 표정 {happy:.0%}).",
        "평온한 표정 {measured:.0%}는 지금 방식 그대로 두고, 다른 질문에서도 유지되는지 한 번 더 녹화해 비교해 보세요.",
    ),
    "composure.middle": Phrase(
        "평온하거나 밝은 표정은 {measured:.0%}이고, 나머지에는 다른 표정이 섞였습니다.",
        "섞인 표정, 평온 {measured:.0%}",
        suggestion="평온하거나 밝은 표정이 {measured:.0%}입니다. 질문을 들은 뒤 숨을 한 번 고르고 얼굴의 힘을 뺀 채 첫 문장을 "
        "시작해 보세요.",
    ),
    "composure.low": Phrase(
        "평온하거나 밝은 표정의 비중이 {measured:.0%}에 그쳤습니다.",
        "평온한 표정 {measured:.0%}에 그침",
        "평온하거나 밝은 표정이 {measured:.0%}여서 이 항목 {maximum:.0f}점 중 {points:.1f}점을 얻었습니다.",
        "평온하거나 밝은 표정이 {measured:.0%}입니다. 소리를 끄고 영상을 다시 보면서 표정이 달라지는 문장을 찾아 그 문장부터 "
        "다시 말해 보세요.",
    ),
    "absence_of_negative.all": Phrase(
        "찌푸리거나 굳은 것처럼 보일 표정은 {negative:.0%}로 거의 없었습니다.",
        "부정적 표정 {negative:.0%}",
        "부정적으로 보일 수 있는 표정이 {negative:.0%}입니다.",
    ),
    "absence_of_negative.high": Phrase(
        "부정적으로 보일 수 있는 표정은 {negative:.0%}로 적었고, 그 안에서는 {emotion}의 비중이 {emotion_share:.0%}였습니다.",
        "부정적 표정 {negative:.0%}로 적음",
        "부정적으로 보일 수 있는 표정이 {negative:.0%}로 적습니다({emotion}도 {emotion_share:.0%}뿐).",
        "남은 {negative:.0%}의 부정적 표정은 {emotion} 쪽입니다. {relax} 말을 시작해 보세요.",
    ),
    "absence_of_negative.middle": Phrase(
        "부정적으로 보일 수 있는 표정이 {negative:.0%} 섞였고, {emotion}의 비중이 {emotion_share:.0%}로 가장 컸습니다.",
        "{emotion} {emotion_share:.0%}",
        suggestion="{emotion}의 비중이 {emotion_share:.0%}입니다. 생각을 고르는 동안 {relax} 다음 말을 이어 보세요.",
    ),
    "absence_of_negative.low": Phrase(
        "표정의 {negative:.0%}가 부정적으로 보일 수 있고, 그 안에서 가장 많은 것은 {emotion}({emotion_share:.0%})입니다.",
        "{emotion} {emotion_share:.0%}로 많음",
        "{emotion}의 비중이 {emotion_share:.0%}여서 이 항목 {maximum:.0f}점 중 {points:.1f}점을 얻었습니다.",
        "{emotion}의 비중이 {emotion_share:.0%}입니다. 거울 앞에서 같은 답변을 하다가 그 표정이 나오면 멈추고, {relax} 그 "
        "문장을 처음부터 다시 말해 보세요.",
    ),
    "warmth.none": Phrase(
        "미소로 셀 만한 표정은 보이지 않았습니다.",
        "미소 {measured:.0%}",
        "미소가 보이지 않아({measured:.0%}) {maximum:.0f}점이 걸린 항목에서 {points:.1f}점을 얻었습니다.",
        "미소가 {measured:.0%}입니다. 첫인사와 마지막 문장, 두 곳만 정해 입꼬리를 올려 보세요. 전체 시간의 {smile_goal:.0%}면 "
        "이 항목은 만점입니다.",
    ),
    "warmth.low": Phrase(
        "미소가 보인 시간은 {measured:.0%}로 짧았습니다{moments}.",
        "짧은 미소 {measured:.0%}",
        "미소가 {measured:.0%}로 짧습니다{moments}.",
        "미소는 이미 {measured:.0%}의 시간에 나왔습니다{moments}. 같은 미소를 인사와 마무리에도 얹어 {smile_goal:.0%}까지 늘려 "
        "보세요.",
    ),
    "warmth.middle": Phrase(
        "미소는 {measured:.0%}의 시간에 보였습니다{moments}.",
        "미소 {measured:.0%}, 조금 더",
        suggestion="미소 {measured:.0%}에서 만점 기준 {smile_goal:.0%}까지 조금 남았습니다. 마지막 문장 뒤에 미소를 한 번 더해 "
        "보세요.",
    ),
    "warmth.high": Phrase(
        "미소가 {measured:.0%}의 시간에 보여 표정이 밝습니다{moments}.",
        "밝은 미소 {measured:.0%}",
        "미소가 {measured:.0%}의 시간에 보였습니다{moments}.",
    ),
}

_EYES = {
    "on_target.all": Phrase(
        "시선은 {measured:.0%}의 시간 동안 보던 지점에 머물렀습니다.",
        "시선 고정 {measured:.0%}",
        "시선이 {measured:.0%}의 시간 동안 한 지점을 지켰습니다.",
    ),
    "on_target.high": Phrase(
        "시선은 {measured:.0%}의 시간 동안 보던 지점에 머물렀고, 벗어날 때는 {side}이 가장 많았습니다({side_share:.0%}).",
        "시선 유지 {measured:.0%}",
        "시선을 {measured:.0%}의 시간 동안 보던 지점에 두었습니다.",
        "시선 유지가 {measured:.0%}입니다. 남은 이탈은 {side}({side_share:.0%})이니 그쪽에 놓인 것을 치워 보세요.",
    ),
    "on_target.middle": Phrase(
        "시선이 보던 지점에 머문 시간은 {measured:.0%}이고, {side}으로 {side_share:.0%}가 새어 나갔습니다.",
        "{side} 시선 {side_share:.0%}",
        suggestion="시선의 {side_share:.0%}가 {side}으로 갔습니다. 그쪽에 자료나 창이 있다면 카메라 가까이로 옮겨 보세요.",
    ),
    "on_target.low": Phrase(
        "시선이 보던 지점에 머문 시간은 {measured:.0%}뿐이고, {side}으로 간 시간이 {side_share:.0%}나 됩니다.",
        "{side} 시선 {side_share:.0%}로 많음",
        "시선 유지가 {measured:.0%}에 그쳤고 {side}으로 간 시간이 {side_share:.0%}입니다.",
        "먼저 시선 유지 {measured:.0%}부터 올려 보세요. 면접관의 창을 카메라 바로 아래에 두고, {side}을 보게 만드는 것을 "
        "화면에서 치우면 됩니다.",
    ),
    "stability.high": Phrase(
        "보는 지점 둘레의 흔들림은 {measured:.0f}제곱도로 작아 안정도가 {stability:.2f}입니다(1이 가장 안정적).",
        "시선 안정도 {stability:.2f}",
        "시선의 흔들림이 작습니다(안정도 {stability:.2f}).",
    ),
    "stability.middle": Phrase(
        "시선의 흩어짐은 {measured:.0f}제곱도이고 안정도는 {stability:.2f}입니다(1이 가장 안정적).",
        "시선 안정도 {stability:.2f}, 보통",
        suggestion="시선 안정도가 {stability:.2f}입니다. 카메라 옆에 작은 표시를 붙이고 한 문장이 끝날 때까지 그곳만 보며 말해 "
        "보세요.",
    ),
    "stability.low": Phrase(
        "시선이 {measured:.0f}제곱도에 걸쳐 흩어져 안정도가 {stability:.2f}에 머물렀습니다(1이 가장 안정적).",
        "흩어진 시선, 안정도 {stability:.2f}",
        "시선이 넓게 흩어졌습니다(안정도 {stability:.2f}, {maximum:.0f}점 중 {points:.1f}점).",
        "안정도 {stability:.2f}: 눈이 여러 곳을 오갔다는 뜻이니, 짧은 문장 하나를 한 지점만 보며 말하고, 되면 두 문장으로 늘려 "
        "보세요.",
    ),
    "looking_away.none": Phrase(
        "시선이 {away_seconds:.1f}초 넘게 벗어난 적이 없었습니다.",
        "시선 이탈 {count:.0f}번",
        "{away_seconds:.1f}초 넘게 시선을 돌린 적이 없습니다.",
    ),
    "looking_away.brief": Phrase(
        "{away_seconds:.1f}초를 넘긴 시선 이탈은 {count:.0f}번이지만, 그보다 짧은 이탈이 모여 {maximum:.0f}점 중 "
        "{points:.1f}점을 얻었습니다.",
        "짧은 시선 이탈, {maximum:.0f}점 중 {points:.1f}점",
        "짧은 시선 이탈이 잦아 {maximum:.0f}점 중 {points:.1f}점을 얻었습니다.",
        "짧은 시선 이탈로 {maximum:.0f}점 중 {points:.1f}점이 되었습니다. 화면의 알림과 자기 얼굴 미리보기를 끄고 다시 녹화해 "
        "보세요.",
    ),
    "looking_away.high": Phrase(
        "시선이 {away_seconds:.1f}초 이상 벗어난 것은 {count:.0f}번이고, 가장 길 때도 {longest:.1f}초였습니다{moments}.",
        "시선 이탈 {count:.0f}번, 길어야 {longest:.1f}초",
        "시선이 벗어난 것은 {count:.0f}번뿐입니다{moments}.",
    ),
    "looking_away.middle": Phrase(
        "시선이 {away_seconds:.1f}초 이상 벗어난 것은 {count:.0f}번이고 가장 긴 것은 {longest:.1f}초입니다{moments}.",
        "{side} 시선 이탈 {count:.0f}번",
        suggestion="시선이 {count:.0f}번 벗어났습니다{moments}. 그때 무엇을 보았는지 영상에서 확인하고, 다음에는 그것을 카메라 "
        "옆에 두세요.",
    ),
    "looking_away.low": Phrase(
        "시선이 {away_seconds:.1f}초 이상 벗어난 것이 {count:.0f}번으로 잦고, 길게는 {longest:.1f}초였습니다{moments}.",
        "잦은 {side} 시선 이탈 {count:.0f}번",
        "시선이 {count:.0f}번 벗어났습니다{moments}.",
        "시선 이탈 {count:.0f}번 가운데 가장 긴 {longest:.1f}초부터 줄여 보세요. 답을 떠올릴 때 눈을 돌리는 대신 화면을 보며 "
        "한 박자 쉬면 됩니다.",
    ),
    "blink.high": Phrase(
        "눈은 {blinks:.0f}번, 분당 {measured:.1f}번 깜빡였습니다(대화할 때 보통 {blink_low:.1f}–{blink_high:.1f}번).",
        "눈 깜빡임 분당 {measured:.1f}번",
        "눈 깜빡임이 분당 {measured:.1f}번으로 대화할 때와 비슷합니다.",
    ),
    "blink.rare": Phrase(
        "눈을 {blinks:.0f}번, 분당 {measured:.1f}번 깜빡여 대화할 때의 {blink_low:.1f}–{blink_high:.1f}번보다 드뭅니다.",
        "드문 눈 깜빡임 분당 {measured:.1f}번",
        "눈 깜빡임이 분당 {measured:.1f}번으로 드물어 응시하는 것처럼 보일 수 있습니다.",
        "눈 깜빡임이 분당 {measured:.1f}번입니다. 문장이 끝날 때마다 한 번씩 눈을 쉬게 하면 {blink_low:.1f}번을 넘길 수 "
        "있습니다.",
    ),
    "blink.often": Phrase(
        "눈을 {blinks:.0f}번, 분당 {measured:.1f}번 깜빡여 대화할 때의 {blink_low:.1f}–{blink_high:.1f}번보다 잦습니다.",
        "잦은 눈 깜빡임 분당 {measured:.1f}번",
        "눈 깜빡임이 분당 {measured:.1f}번으로 대화할 때보다 잦습니다.",
        "눈 깜빡임이 분당 {measured:.1f}번입니다. 조명의 눈부심과 화면과의 거리부터 바꾸어 다시 재 보세요.",
    ),
    "eyes_closed.plain": Phrase(
        "눈을 {closed_seconds:.1f}초 이상 감은 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.",
        "눈 감음 {count:.0f}번",
    ),
}

_VOICE = {
    "talk.high": Phrase(
        "말한 시간은 모두 {talk_seconds:.0f}초로 영상의 {measured:.0%}입니다.",
        "발화 {measured:.0%}",
        "영상의 {measured:.0%}를 말로 채웠습니다.",
    ),
    "talk.middle": Phrase(
        "말한 시간은 {talk_seconds:.0f}초, 영상의 {measured:.0%}입니다.",
        "발화 {measured:.0%}, 조금 적음",
        suggestion="말한 시간이 {measured:.0%}입니다. 결론 뒤에 사례를 한 문장 더해 {talk_goal:.0%}를 목표로 해 보세요.",
    ),
    "talk.low": Phrase(
        "말한 시간이 {talk_seconds:.0f}초, 영상의 {measured:.0%}에 그쳤습니다.",
        "적은 발화 {measured:.0%}",
        "말한 시간이 영상의 {measured:.0%}로 적습니다.",
        "말한 시간이 {talk_seconds:.0f}초입니다. 상황, 한 일, 결과를 한 문장씩 적어 두고 그 순서로 말하면 {talk_goal:.0%}에 "
        "가까워집니다.",
    ),
    "pauses.none": Phrase(
        "말이 {pause_long:.0f}초 이상 끊긴 적이 없었습니다.",
        "긴 멈춤 {count:.0f}번",
        "{pause_long:.0f}초 이상 끊기지 않고 말을 이어 갔습니다.",
    ),
    "pauses.high": Phrase(
        "{pause_long:.0f}초 이상 멈춘 것은 {count:.0f}번이고 가장 긴 것도 {longest:.1f}초였습니다{moments}.",
        "긴 멈춤 {count:.0f}번, 길어야 {longest:.1f}초",
        "긴 멈춤이 {count:.0f}번으로 흐름이 이어집니다{moments}.",
    ),
    "pauses.middle": Phrase(
        "멈춤 {pause_count:.0f}번 가운데 {pause_long:.0f}초 이상은 {count:.0f}번이고, 멈춤마다 {pause_free:.0f}초를 넘긴 "
        "침묵이 답변의 {measured:.0%}입니다{moments}.",
        "긴 멈춤 {count:.0f}번, 침묵 {measured:.0%}",
        suggestion="침묵이 답변의 {measured:.0%}입니다{moments}. 그 뒤에 나올 문장의 핵심어를 하나씩 적어 두고 다시 말해 "
        "보세요.",
    ),
    "pauses.low": Phrase(
        "멈춤마다 {pause_free:.0f}초를 넘긴 침묵이 답변의 {measured:.0%}를 차지했고, {pause_long:.0f}초 이상 멈춘 것은 "
        "{count:.0f}번입니다{moments}.",
        "긴 침묵 {measured:.0%}",
        "긴 침묵이 답변의 {measured:.0%}입니다{moments}.",
        "침묵 {measured:.0%}를 줄이려면 생각이 막힐 때 말로 이어 보세요. “잠시 정리하고 말씀드리겠습니다” 한 문장이면 됩니다.",
    ),
    "loudness.high": Phrase(
        "말소리 크기의 편차는 {measured:.1f} dB로 고릅니다.",
        "고른 소리 {measured:.1f} dB",
        "말소리 크기가 고릅니다(편차 {measured:.1f} dB).",
    ),
    "loudness.middle": Phrase(
        "말소리 크기의 편차는 {measured:.1f} dB입니다.",
        "소리 편차 {measured:.1f} dB",
        suggestion="말소리 크기의 편차가 {measured:.1f} dB입니다. 문장 끝에서 소리가 작아지지 않게 마지막 단어까지 같은 크기로 "
        "말해 보세요.",
    ),
    "loudness.low": Phrase(
        "말소리 크기의 편차가 {measured:.1f} dB로, 크고 작은 차이가 큽니다.",
        "들쭉날쭉한 소리 {measured:.1f} dB",
        "말소리 크기의 편차가 {measured:.1f} dB로 큽니다.",
        "말소리 크기의 편차가 {measured:.1f} dB입니다. 마이크와의 거리를 고정하고 {loudness_goal:.0f} dB 안을 목표로 해 "
        "보세요.",
    ),
    "latency.high": Phrase(
        "첫마디는 {measured:.1f}초 만에 나왔습니다.",
        "첫마디 {measured:.1f}초",
        "시작한 뒤 {measured:.1f}초 만에 말문을 열었습니다.",
    ),
    "latency.middle": Phrase(
        "첫마디까지 {measured:.1f}초가 걸렸습니다.",
        "첫마디까지 {measured:.1f}초",
        suggestion="첫마디까지 {measured:.1f}초입니다. 질문을 되풀이하는 짧은 문장으로 먼저 말문을 열어 보세요.",
    ),
    "latency.low": Phrase(
        "첫마디가 나오기까지 {measured:.1f}초가 걸려 시작이 늦었습니다.",
        "늦은 첫마디 {measured:.1f}초",
        "첫마디까지 {measured:.1f}초가 걸렸습니다.",
        "첫마디까지 {measured:.1f}초입니다. 결론 한 문장을 미리 정해 두고 {latency_goal:.0f}초 안에 그것부터 말해 보세요.",
    ),
    "pace.plain": Phrase(
        "쉬는 시간을 빼고 1분에 {measured:.0f}음절로 말했습니다.",
        "말 빠르기 분당 {measured:.0f}음절",
        suggestion="말 빠르기가 분당 {measured:.0f}음절입니다. 중요한 낱말 앞에서 잠깐 늦추어 강약을 주어 보세요.",
    ),
    "pace.middle": Phrase(
        "말 빠르기는 쉬는 시간을 빼고 분당 {measured:.0f}음절로, 듣기 좋은 범위(분당 {pace_low:.0f}–{pace_high:.0f}음절) 안에 "
        "있습니다.",
        "말 빠르기 분당 {measured:.0f}음절",
        suggestion="분당 {measured:.0f}음절의 빠르기는 듣기 좋습니다. 중요한 낱말 앞에서만 잠깐 늦추어 강약을 주어 보세요.",
    ),
    "pace.rare": Phrase(
        "쉬는 시간을 빼고도 분당 {measured:.0f}음절로, 듣기 좋은 범위(분당 {pace_low:.0f}–{pace_high:.0f}음절)보다 느립니다.",
        "느린 말 분당 {measured:.0f}음절",
        "말이 분당 {measured:.0f}음절로 느립니다.",
        "말 빠르기가 분당 {measured:.0f}음절입니다. 분당 {pace_low:.0f}음절 이상으로 소리 내어 읽는 연습을 해 보세요.",
    ),
    "pace.often": Phrase(
        "쉬는 시간을 빼고 분당 {measured:.0f}음절로, 듣기 좋은 범위(분당 {pace_low:.0f}–{pace_high:.0f}음절)보다 빠릅니다.",
        "빠른 말 분당 {measured:.0f}음절",
        "말이 분당 {measured:.0f}음절로 빠릅니다.",
        "말 빠르기가 분당 {measured:.0f}음절입니다. 문장 사이를 또렷이 끊어 분당 {pace_high:.0f}음절 이하로 늦추어 보세요.",
    ),
    "fillers.plain": Phrase(
        "알아들은 낱말 {words:.0f}개 가운데 군말이 적어도 {count:.0f}개였습니다.",
        "군말 {count:.0f}개",
    ),
    "fillers.often": Phrase(
        "알아들은 낱말 {words:.0f}개 가운데 군말이 적어도 {count:.0f}개로, 분당 {measured:.1f}번입니다({moments}).",
        "잦은 군말 분당 {measured:.1f}번",
        "군말이 분당 {measured:.1f}번 나왔습니다.",
        "군말이 분당 {measured:.1f}번입니다({moments}). 생각할 때는 소리 대신 잠깐 쉬어 보세요. 짧은 침묵은 차분하게 들립니다.",
    ),
    "pitch.plain": Phrase(
        "목소리의 높이는 가운데값 {measured:.0f} Hz이고 {range:.1f}반음의 폭으로 움직였습니다(12반음이 한 옥타브).",
        "목소리 폭 {range:.1f}반음",
    ),
}

_POSTURE = {
    "posture.high": Phrase(
        "고개의 흔들림은 좌우 {measured:.1f}°, 상하 {pitch:.1f}°로 작고 분당 {movement:.0f}°를 움직여 자세가 고릅니다.",
        "고른 자세, 고개 {measured:.1f}°",
        "고개를 고르게 두었습니다(흔들림 좌우 {measured:.1f}°, 상하 {pitch:.1f}°).",
    ),
    "posture.middle": Phrase(
        "고개는 좌우 {measured:.1f}°, 상하 {pitch:.1f}°로 흔들렸고 분당 {movement:.0f}°를 움직였습니다.",
        "고개 흔들림 {measured:.1f}°",
        suggestion="고개의 흔들림이 좌우 {measured:.1f}°입니다. 의자를 화면 정면으로 돌리고 발바닥을 바닥에 붙인 채 말해 "
        "보세요.",
    ),
    "posture.low": Phrase(
        "고개가 좌우 {measured:.1f}°, 상하 {pitch:.1f}°로 크게 흔들렸고 분당 {movement:.0f}°를 움직였습니다.",
        "큰 고개 흔들림 {measured:.1f}°",
        "고개의 흔들림이 좌우 {measured:.1f}°로 큽니다.",
        "고개의 흔들림이 좌우 {measured:.1f}°, 상하 {pitch:.1f}°입니다. 어깨를 등받이에 붙이고 {posture_goal:.0f}° 안팎을 "
        "목표로 해 보세요.",
    ),
    "gestures.plain": Phrase("고개를 끄덕인 것은 {nods:.0f}번, 가로저은 것은 {shakes:.0f}번입니다.", "끄덕임 {nods:.0f}번"),
    "large_head_turn.plain": Phrase(
        "고개를 크게 돌린 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "큰 고개 돌림 {count:.0f}번"
    ),
    "absent.plain": Phrase(
        "얼굴이 화면에 없던 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "얼굴 없음 {measured:.1f}초"
    ),
    "second_face.plain": Phrase(
        "다른 얼굴이 함께 보인 것은 {count:.0f}번, 모두 {measured:.1f}초입니다{moments}.", "다른 얼굴 {measured:.1f}초"
    ),
}

PHRASES: Final = _EXPRESSION | _EYES | _VOICE | _POSTURE

MOMENTS: Final = {
    "looked_away": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 시선이 {side}에 가 있었으니, 그쪽에 볼 것이 있었다면 카메라 옆으로 옮기고 그 문장을 "
        "다시 말해 보세요.",
        "{when}에도 시선이 {side}으로 {seconds:.1f}초 갔으니, 앞의 순간과 이어서 보고 두 곳 모두 말끝까지 화면을 보며 다시 해 "
        "보세요.",
    ),
    "looked_away.up": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 시선이 위쪽에 머물렀는데, 답을 떠올리던 때라면 화면을 본 채 한 박자 쉬고 이어 가 "
        "보세요.",
        "{when}에도 시선이 위쪽으로 {seconds:.1f}초 올라갔으니, 이 대목의 첫 단어를 미리 정해 두면 위를 보지 않고 시작할 수 "
        "있습니다.",
    ),
    "looked_away.down": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 시선이 아래쪽에 머물렀는데, 메모를 보던 때라면 핵심어만 적어 카메라 바로 아래에 붙여 "
        "보세요.",
        "{when}에도 시선이 아래쪽으로 {seconds:.1f}초 내려갔으니, 이 대목은 메모 없이 한 문장으로 줄여 말해 보세요.",
    ),
    "long_pause": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 말이 멈췄으니{aside}, 이 자리에 올 문장의 첫 단어를 정해 두고 그 앞 문장부터 이어서 "
        "연습해 보세요.",
        "{when}에서도 말이 {seconds:.1f}초 멈췄으니{aside}, 여기서는 “정리해 말씀드리면”처럼 잇는 말로 시작해 보세요.",
    ),
    "absent": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 얼굴이 화면에 없어 이 구간은 재지 못했으니, 카메라를 눈높이로 맞추고 화면 가운데에 앉아 "
        "시작해 보세요.",
        "{when}에도 얼굴이 {seconds:.1f}초 보이지 않았으니, 몸을 숙이거나 일어나야 한다면 답변을 끝낸 뒤에 해 보세요.",
    ),
    "second_face": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 다른 얼굴이 함께 보였으니, 뒤로 사람이 지나지 않는 자리에서 녹화해 보세요.",
        "{when}에도 다른 얼굴이 {seconds:.1f}초 보였는데, 벽을 등지고 앉으면 이런 장면을 막을 수 있습니다.",
    ),
    "eyes_closed": MomentPhrase(
        "{when}에 눈을 {seconds:.1f}초 동안 감고 있었는데, 생각을 고르던 때라면 눈을 뜬 채 짧게 쉬어 보세요.",
        "{when}에도 눈을 {seconds:.1f}초 감았으니, 그 앞 문장을 조금 짧게 끊어 말해 보세요.",
    ),
    "large_head_turn": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 고개가 {side}으로 크게 돌아갔으니, 몸을 화면 정면에 두고 그 대목을 다시 말해 보세요.",
        "{when}에도 고개가 {side}으로 {seconds:.1f}초 돌아갔으니, 돌아보게 만든 것이 있다면 녹화 전에 치워 두세요.",
    ),
    "smile": MomentPhrase(
        "{when}에 {seconds:.1f}초 동안 미소가 보이니, 이 표정을 기억해 두고 다음 답변의 첫인사에서 다시 써 보세요.",
        "{when}의 미소도 {seconds:.1f}초 이어졌으니, 마무리 문장에서 한 번 더 이렇게 웃어 보세요.",
    ),
}
