"""The language model's reply: its form, and its reading."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interview_analysis.errors import DependencyUnavailable


class ReplyKeywords(BaseModel):
    """A few words each."""

    expression: list[str]
    gaze: list[str]
    blink: list[str]
    voice: list[str]
    posture: list[str]


class Reply(BaseModel):
    """Words alone: scores are not asked for, and one that comes all the same is passed over."""

    model_config = ConfigDict(extra="ignore")

    overall_feedback: str = Field(min_length=1)
    emotion_feedback: str
    attention_feedback: str
    voice_feedback: str
    strengths: list[str]
    weaknesses: list[str]
    improvement_suggestions: list[str]
    keywords: ReplyKeywords


def reply_schema() -> dict[str, Any]:
    """JSON Schema in the form that strict structured output asks for: every property required and no other."""
    schema = Reply.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        part.pop("description", None)
        part["required"] = list(part["properties"])
        part["additionalProperties"] = False
        for one in part["properties"].values():
            one.pop("minLength", None)  # bounds are not part of strict mode
    return schema


def read_reply(text: str) -> Reply:
    """Raises ``DependencyUnavailable``: ``llm_bad_json``, ``llm_wrong_schema``."""
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return Reply.model_validate_json(bare)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        code = "llm_bad_json" if fault["type"] == "json_invalid" else "llm_wrong_schema"
        where = ".".join(map(str, fault["loc"]))
        raise DependencyUnavailable(f"the reply is not of the form asked for: {where}: {fault['msg']}", code=code) from None
