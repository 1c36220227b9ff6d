"""From a reply to feedback: false sentences go, the rules fill what is missing, scores are never the model's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interview_analysis.adapters.feedback.composition import compose, find_faults
from interview_analysis.adapters.feedback.evidence import gather_evidence
from interview_analysis.adapters.feedback.reply import Reply, read_reply, reply_schema
from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, FeedbackSource, Language
from interview_analysis.errors import DependencyUnavailable
from openai_stub import REPLY
from store_builders import build_scores, build_video

EVIDENCE = gather_evidence(build_scores())


def reply(**changes: Any) -> Reply:
    return read_reply(json.dumps({**REPLY, **changes}))


@pytest.fixture
async def rules() -> Feedback:
    return await RulesFeedbackWriter().write(
        FeedbackRequest(scores=build_scores(), video=build_video(), language=Language.KOREAN)
    )


def test_a_true_reply_is_kept_whole(rules: Feedback) -> None:
    assert find_faults(reply(), EVIDENCE) == []
    written = compose(reply(), rules, EVIDENCE)
    assert written.source is FeedbackSource.OPENAI
    assert written.overall_feedback == REPLY["overall_feedback"]
    assert written.voice_feedback == REPLY["voice_feedback"]
    assert list(written.strengths) == REPLY["strengths"]


def test_false_sentences_are_found_with_their_figures() -> None:
    told = reply(emotion_feedback="미소가 18%입니다. 미소가 81%입니다.", strengths=["99점입니다."])
    assert [(fault.field, fault.sentence, fault.wrong) for fault in find_faults(told, EVIDENCE)] == [
        ("emotion_feedback", "미소가 81%입니다.", ("81%",)),
        ("strengths", "99점입니다.", ("99점",)),
    ]


def test_false_sentences_go_and_the_rules_fill_the_empty_places(rules: Feedback) -> None:
    told = reply(
        emotion_feedback="미소가 81%입니다. 미소가 18%입니다.",
        attention_feedback="9:59에 왼쪽을 보았습니다.",
        weaknesses=["시선이 77번 벗어났습니다."],
        keywords={**REPLY["keywords"], "gaze": ["왼쪽 77번", "왼쪽"], "expression": ["미소 81%"]},
    )
    written = compose(told, rules, EVIDENCE)
    assert written.emotion_feedback == "미소가 18%입니다."
    assert (written.attention_feedback, written.weaknesses) == (rules.attention_feedback, rules.weaknesses)
    assert written.keywords["gaze"] == ("왼쪽",)
    assert written.keywords["expression"] == rules.keywords["expression"]


def test_a_suggestion_that_is_tied_to_nothing_goes(rules: Feedback) -> None:
    loose, tied = "자신감을 가지세요.", "0:12에 왼쪽을 보았습니다. 그때 무엇을 보았는지 확인해 보세요."
    told = reply(improvement_suggestions=[loose, tied])
    assert [fault.wrong for fault in find_faults(told, EVIDENCE)] == [("no measured number or moment",)]
    assert compose(told, rules, EVIDENCE).improvement_suggestions == (tied,)
    assert compose(reply(improvement_suggestions=[loose]), rules, EVIDENCE).improvement_suggestions == (
        rules.improvement_suggestions
    )


def test_a_reply_without_one_true_sentence_is_refused(rules: Feedback) -> None:
    texts = dict.fromkeys(("overall_feedback", "emotion_feedback", "attention_feedback", "voice_feedback"), "99점입니다.")
    lists: dict[str, list[str]] = {name: [] for name in ("strengths", "weaknesses", "improvement_suggestions")}
    with pytest.raises(DependencyUnavailable) as refused:
        compose(reply(**texts, **lists), rules, EVIDENCE)
    assert refused.value.code == "llm_false_figures"


def test_a_reply_without_end_is_read_in_part(rules: Feedback) -> None:
    endless = "1초 " * 20_000
    told = reply(overall_feedback=endless, strengths=[f"{endless}.", *["미소가 18%입니다."] * 20_000])
    assert ("overall_feedback", ("too long",)) in [(fault.field, fault.wrong) for fault in find_faults(told, EVIDENCE)]
    written = compose(told, rules, EVIDENCE)
    assert written.overall_feedback == rules.overall_feedback
    assert written.strengths == ("미소가 18%입니다.",) * 6


def test_scores_of_a_reply_are_passed_over_and_markup_stays_text(rules: Feedback) -> None:
    told = reply(
        category_scores={"gaze": 99}, overall_score=99, overall_feedback="<script>alert()</script> 45.2점입니다.", language="en"
    )
    written = compose(told, rules, EVIDENCE)
    assert (written.category_scores, written.overall_score) == (rules.category_scores, rules.overall_score)
    assert written.overall_feedback == "<script>alert()</script> 45.2점입니다."
    assert written.language is Language.KOREAN


def test_the_schema_is_strict() -> None:
    schema = reply_schema()
    for part in (schema, *schema["$defs"].values()):
        assert part["required"] == list(part["properties"])
        assert part["additionalProperties"] is False
    assert "score" not in json.dumps(schema)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "llm_bad_json"),
        ("미안합니다.", "llm_bad_json"),
        ('{"overall_feedback": "끝나지', "llm_bad_json"),
        ('{"overall_feedback": "\\ud800"}', "llm_bad_json"),
        ("[]", "llm_wrong_schema"),
        ('{"overall_feedback": "하나뿐"}', "llm_wrong_schema"),
        (json.dumps({**REPLY, "strengths": "하나"}), "llm_wrong_schema"),
        (json.dumps({**REPLY, "overall_feedback": ""}), "llm_wrong_schema"),
    ],
)
def test_what_is_no_reply_says_why_without_quoting_it(text: str, code: str) -> None:
    with pytest.raises(DependencyUnavailable) as refused:
        read_reply(text)
    assert refused.value.code == code
    assert "하나" not in refused.value.detail


def test_a_fence_around_the_json_is_taken_off() -> None:
    assert read_reply(f"```json\n{json.dumps(REPLY)}\n```") == reply()
