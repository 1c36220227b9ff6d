"""Timelines made to measure: constants, arrays or functions of time, one row a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.domain.timeline import FrameTimeline

Times = NDArray[np.float64]
Series = ArrayLike | Callable[[Times], ArrayLike]

OPEN_EYES = 0.30


def make_timeline(
    seconds: float = 60.0,
    rate: float = 15.0,
    *,
    face: Series = 1.0,
    emotions: Series | None = None,
    gaze: Series = (-11.0, 3.0),
    head: Series = (0.0, 0.0, 0.0),
    openness: Series = OPEN_EYES,
    face_count: Series = np.nan,
) -> FrameTimeline:
    """A calm neutral candidate who looks at one place; what is measured is NaN where ``face`` is 0."""
    times = np.arange(round(seconds * rate)) / rate
    present = _column(face, times, 0) > 0
    columns = {
        "emotions": _column(expression("neutral") if emotions is None else emotions, times, len(EMOTIONS)),
        "gaze": _column(gaze, times, 2),
        "gaze_deviation": _column(4.0, times, 0),
        "head": _column(head, times, 3),
        "eye_openness": _column(openness, times, 0),
        "box": _column((0.4, 0.3, 0.2, 0.3), times, 4),
        "head_error": _column(0.02, times, 0),
    }
    for column in columns.values():
        column[~present] = np.nan
    return FrameTimeline(
        timestamps=times,
        face=present.astype(np.float32),
        face_count=_column(face_count, times, 0),
        anxiety=np.full(len(times), np.nan, np.float32),
        duration=seconds,
        **columns,
    )


def _column(series: Series, times: Times, width: int) -> NDArray[np.float32]:
    values = series(times) if callable(series) else series
    shape = (len(times), width) if width else (len(times),)
    return np.array(np.broadcast_to(np.asarray(values, dtype=np.float32), shape))


def expression(name: str, strength: float = 1.0) -> NDArray[np.float32]:
    """Class probabilities (7,): ``strength`` of ``name``, the rest neutral."""
    row = np.zeros(len(EMOTIONS), np.float32)
    row[EMOTIONS.index(Emotion.NEUTRAL)] = 1.0 - strength
    row[EMOTIONS.index(Emotion(name))] += strength
    return row


def mixed(first: str, second: str, share: float) -> Callable[[Times], NDArray[np.float32]]:
    """``first`` for the last (1 − share) of the time, ``second`` for the first ``share`` of it."""

    def at(times: Times) -> NDArray[np.float32]:
        early = np.arange(len(times)) < round(share * len(times))
        return np.where(early[:, None], expression(second), expression(first)).astype(np.float32)

    return at


def during(intervals: Iterable[tuple[float, float]], inside: ArrayLike, outside: ArrayLike) -> Callable[[Times], ArrayLike]:
    """``inside`` within the half-open intervals, ``outside`` elsewhere."""
    spans = list(intervals)

    def at(times: Times) -> ArrayLike:
        within = np.zeros(len(times), dtype=bool)
        for start, end in spans:
            within |= (times >= start - 1e-9) & (times < end - 1e-9)
        values = np.asarray(inside, dtype=float), np.asarray(outside, dtype=float)
        mask = within if values[0].ndim == 0 else within[:, None]
        return np.where(mask, *values)

    return at


def blinking(
    at: Iterable[float], *, width: float = 0.16, closed: float = 0.05, noise: float = 0.005, seed: int = 1
) -> Callable[[Times], Times]:
    """Openness with smooth blinks of full width ``width`` centred ``at`` the given times, and measurement noise."""
    centres = list(at)

    def openness(times: Times) -> Times:
        shut = np.zeros(len(times))
        for centre in centres:
            shut = np.maximum(shut, np.exp(-(((times - centre) / (width / 2)) ** 4)))
        clean = OPEN_EYES - (OPEN_EYES - closed) * shut
        return clean + np.random.default_rng(seed).normal(0.0, noise, len(times))

    return openness


def wandering(
    sigma: float, target: tuple[float, float] = (-11.0, 3.0), seed: int = 1
) -> Callable[[Times], NDArray[np.float64]]:
    """Gaze scattered about ``target`` with a standard deviation of ``sigma`` degrees."""
    return lambda times: np.asarray(target) + np.random.default_rng(seed).normal(0.0, sigma, (len(times), 2))


def looped(timeline: FrameTimeline) -> FrameTimeline:
    """The same video played twice."""
    columns = {name: np.concatenate([values, values]) for name, values in timeline.columns().items()}
    columns["timestamp"] = np.concatenate([timeline.timestamps, timeline.timestamps + timeline.duration])
    return FrameTimeline.from_columns(columns, 2 * timeline.duration)


def thinned(timeline: FrameTimeline, step: int) -> FrameTimeline:
    """Every ``step``-th row."""
    columns = {name: values[::step] for name, values in timeline.columns().items()}
    return FrameTimeline.from_columns(columns, timeline.duration)


def every(timeline: FrameTimeline, step: int, *names: str) -> FrameTimeline:
    """Columns whose name starts with one of ``names`` measured on every ``step``-th row only, as slower stages do."""
    columns = timeline.columns()
    for name in columns:
        if name.startswith(names):
            columns[name] = np.where(np.arange(len(timeline)) % step == 0, columns[name], np.nan)
    return FrameTimeline.from_columns(columns, timeline.duration)
