"""Everything about one user."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class UserErasureDocument(BaseModel):
    """How much of each went; ``verified``: each store was read again afterwards and holds nothing of it."""

    user_id: str
    erased: dict[str, int] = Field(
        examples=[
            {"analyses": 2, "frames": 1770, "feedback": 2, "videos": 1, "deliveries": 0, "llm_wishes": 0}
            | {"gaze_sessions": 1, "gaze_frames": 300, "gaze_profiles": 0}
        ]
    )
    verified: Literal[True] = True
