"""The seven expression classes and their column order."""

from __future__ import annotations

from enum import StrEnum


class Emotion(StrEnum):
    HAPPY = "happy"
    NEUTRAL = "neutral"
    SAD = "sad"
    ANGRY = "angry"
    FEAR = "fear"
    DISGUST = "disgust"
    SURPRISE = "surprise"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""Column order of every array of expression probabilities in this program."""
