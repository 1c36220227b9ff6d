"""Charts as SVG, drawn by Matplotlib: light, in colours that stay apart for colour-blind eyes (Okabe & Ito 2008).

Text is drawn as outlines of the report's own font, so that a chart looks the same everywhere; its figures stand in tables too.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from interview_analysis.application.read_analysis import downsample
from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.results import InterviewScores, Observation, ObservationKind
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.report.fonts import FAMILY, font_file
from interview_analysis.report.texts import Texts

_BLUE, _ORANGE, _GREEN, _RED, _PURPLE, _SKY, _GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A8F98",
)  # fmt: skip
_BANDS: Final = (
    ((Emotion.HAPPY,), "band_happy", _ORANGE),
    ((Emotion.NEUTRAL,), "band_neutral", "#D5D9DF"),
    ((Emotion.SURPRISE,), "band_surprise", _SKY),
    ((Emotion.SAD, Emotion.ANGRY, Emotion.FEAR, Emotion.DISGUST), "band_negative", _PURPLE),
)
_KINDS: Final = {
    ObservationKind.LOOKED_AWAY: _BLUE,
    ObservationKind.ABSENT: _GREY,
    ObservationKind.SECOND_FACE: _PURPLE,
    ObservationKind.EYES_CLOSED: "#44474D",
    ObservationKind.SMILE: _ORANGE,
    ObservationKind.LONG_PAUSE: _RED,
    ObservationKind.LARGE_HEAD_TURN: _GREEN,
}
_STYLE: Final = {
    "svg.fonttype": "path",
    "svg.hashsalt": "report",
    "font.family": FAMILY,
    "font.size": 8.5,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#B9BEC6",
    "axes.labelcolor": "#33373D",
    "xtick.color": "#555A62",
    "ytick.color": "#555A62",
    "legend.frameon": False,
    "legend.fontsize": 7.5,
}
_POINTS: Final = 600
_MAP_DOTS: Final = 1500
_MAP_DEGREES: Final = 35.0
_GAP_SECONDS: Final = 1.0
_GAP_STEPS: Final = 5.0

_drawing = threading.Lock()
"""Matplotlib keeps state in its module and is not thread-safe."""


def timeline_chart(timeline: FrameTimeline, scores: InterviewScores, texts: Texts) -> bytes:
    """SVG: expression, gaze off target, head, eye openness and speech over time, with the observations below."""
    reduced = _with_gaps(downsample(timeline, _POINTS))
    with _figure(7.2, 4.6) as (figure, svg):
        figure.set_layout_engine("constrained", rect=(0, 0, 1, 0.97))  # the first legend stands above
        rows = figure.subplots(6, 1, sharex=True, height_ratios=(1.5, 1.2, 1.2, 1, 0.35, 1.15))
        _draw_expression(rows[0], reduced, texts)
        _draw_gaze(rows[1], reduced, scores, texts)
        _draw_head(rows[2], reduced, texts)
        _draw_eyes(rows[3], reduced, scores.eye.blinks, texts)
        _draw_speech(rows[4], scores, texts)
        _draw_observations(rows[5], scores.observations, texts)
        rows[5].set_xlim(0.0, max(timeline.duration, 1.0))
        rows[5].set_xlabel(texts["axis_time"])
        rows[5].xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=(1, 2, 3, 6, 10)))
        rows[5].xaxis.set_major_formatter(lambda value, _: f"{int(value) // 60}:{int(value) % 60:02d}")
    return svg.getvalue()


def gaze_chart(timeline: FrameTimeline, scores: InterviewScores, texts: Texts) -> bytes | None:
    """SVG: gaze in degrees around the camera, with the session's target; ``None`` where there is no target."""
    target, cone = scores.eye.target, scores.eye.cone
    if target is None or cone is None:
        return None
    gaze = timeline.gaze[np.isfinite(timeline.gaze).all(axis=1)]
    dots = gaze[:: max(1, len(gaze) // _MAP_DOTS)]
    with _figure(3.5, 3.1) as (figure, svg):
        axes = figure.subplots()
        # Yaw + is the picture's left, so it grows to the left as in the picture.
        axes.scatter(dots[:, 1], dots[:, 0], s=4, color=_BLUE, alpha=0.25, linewidths=0, rasterized=False)
        axes.add_patch(Circle((target.yaw, target.pitch), cone, fill=False, edgecolor=_RED, linewidth=1.4))
        axes.plot(0, 0, "+", color="#44474D", markersize=9)
        axes.set(xlim=(_MAP_DEGREES, -_MAP_DEGREES), ylim=(-_MAP_DEGREES, _MAP_DEGREES), aspect="equal")
        axes.set_xlabel(texts["axis_yaw"])
        axes.set_ylabel(texts["axis_pitch"])
    return svg.getvalue()


def expression_chart(scores: InterviewScores, texts: Texts) -> bytes | None:
    """SVG: mean share of each expression class; ``None`` where there is none."""
    emotions = scores.expression.emotions
    if emotions is None:
        return None
    ranked = sorted(emotions.items(), key=lambda item: item[1])
    with _figure(3.5, 2.4) as (figure, svg):
        axes = figure.subplots()
        bars = axes.barh([texts[f"emotion_{name}"] for name, _ in ranked], [100 * share for _, share in ranked], color=_BLUE)
        axes.bar_label(bars, fmt="{:.0f} %", padding=3, fontsize=7.5)
        axes.set_xlim(0, 112)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
    return svg.getvalue()


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple[Figure, io.BytesIO]]:
    """Inches; what is drawn in the block lies in the buffer behind it."""
    svg = io.BytesIO()
    with _drawing, mpl.rc_context(_STYLE):
        _register_font()
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, svg
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)


def _register_font() -> None:
    path = str(font_file())
    if all(entry.fname != path for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)


def _draw_expression(axes: Axes, timeline: FrameTimeline, texts: Texts) -> None:
    shares = [timeline.emotions[:, [EMOTIONS.index(e) for e in emotions]].sum(axis=1) for emotions, _, _ in _BANDS]
    measured = np.isfinite(shares[0])
    _name(axes, texts["row_expression"])
    axes.set(ylim=(0, 1), yticks=[])
    if not measured.any():
        _say_empty(axes, texts)
        return
    # Expressions are sampled more rarely than the rest: each sample holds until the next, but not over a gap.
    times, values = timeline.timestamps[measured], [share[measured] for share in shares]
    breaks = _breaks(times)
    times = np.insert(times, breaks, times[breaks - 1])
    stacked = [np.insert(value, breaks, np.nan) for value in values]
    axes.stackplot(
        times, *stacked, colors=[colour for *_, colour in _BANDS], labels=[texts[name] for _, name, _ in _BANDS], linewidth=0
    )
    _legend(axes)


def _draw_gaze(axes: Axes, timeline: FrameTimeline, scores: InterviewScores, texts: Texts) -> None:
    _name(axes, texts["row_gaze"])
    target, cone = scores.eye.target, scores.eye.cone
    if target is None or cone is None:
        _say_empty(axes, texts)
        return
    offsets = np.hypot(timeline.gaze[:, 0] - target.pitch, timeline.gaze[:, 1] - target.yaw)
    axes.axhspan(0, cone, color=_GREEN, alpha=0.16, linewidth=0, label=texts["range_gaze"])
    axes.plot(timeline.timestamps, offsets, color=_BLUE, linewidth=0.9)
    axes.set_ylim(0, max(3 * cone, float(np.nanpercentile(offsets, 98)) if np.isfinite(offsets).any() else 0))
    axes.yaxis.set_major_formatter("{x:.0f}°")
    _legend(axes)


def _draw_head(axes: Axes, timeline: FrameTimeline, texts: Texts) -> None:
    _name(axes, texts["row_head"])
    if not np.isfinite(timeline.head).any():
        _say_empty(axes, texts)
        return
    lines = ((1, "line_sideways", _BLUE, "-"), (0, "line_updown", _RED, "--"), (2, "line_tilt", _GREEN, ":"))
    for column, name, colour, dash in lines:
        axes.plot(timeline.timestamps, timeline.head[:, column], dash, color=colour, linewidth=0.9, label=texts[name])
    axes.yaxis.set_major_formatter("{x:.0f}°")
    _legend(axes)


def _draw_eyes(axes: Axes, timeline: FrameTimeline, blinks: Sequence[Episode], texts: Texts) -> None:
    _name(axes, texts["row_eyes"])
    axes.set_yticks([])
    if not np.isfinite(timeline.eye_openness).any():
        _say_empty(axes, texts)
        return
    axes.plot(timeline.timestamps, timeline.eye_openness, color="#44474D", linewidth=0.8)
    axes.set_ylim(0, None)
    if blinks:
        times = [(blink.start + blink.end) / 2 for blink in blinks]
        axes.plot(times, np.full(len(times), 0.02), "^", color=_RED, markersize=4, label=texts["mark_blink"])
        _legend(axes)


def _draw_speech(axes: Axes, scores: InterviewScores, texts: Texts) -> None:
    _name(axes, texts["row_voice"])
    axes.set(ylim=(0, 1), yticks=[])
    if scores.voice.metrics is None:
        _say_empty(axes, texts)
        return
    spans = [(span.start, span.seconds) for span in scores.voice.metrics.speech]
    axes.broken_barh(spans, (0.1, 0.8), color=_SKY, linewidth=0)


def _draw_observations(axes: Axes, observations: Sequence[Observation], texts: Texts) -> None:
    shown = [kind for kind in _KINDS if any(seen.kind is kind for seen in observations)]
    axes.set(ylim=(len(shown) or 1, 0), yticks=[])
    if not shown:
        axes.text(0.5, 0.5, texts["observations_none"], transform=axes.transAxes, ha="center", va="center", color=_GREY)
    for row, kind in enumerate(shown):
        spans = [(seen.start, max(seen.end - seen.start, 0.1)) for seen in observations if seen.kind is kind]
        axes.broken_barh(spans, (row + 0.15, 0.7), color=_KINDS[kind], linewidth=0)
    axes.set_yticks([row + 0.5 for row in range(len(shown))], [texts[f"kind_{kind}"] for kind in shown])


def _say_empty(axes: Axes, texts: Texts) -> None:
    axes.set_yticks([])
    axes.text(0.5, 0.5, texts["row_empty"], transform=axes.transAxes, ha="center", va="center", color=_GREY)


def _name(axes: Axes, text: str) -> None:
    axes.set_ylabel(text, rotation=0, ha="right", va="center")


def _legend(axes: Axes) -> None:
    """Above the curves; it takes no room of its own, or rows of a small chart would vanish."""
    legend = axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=4, borderpad=0, borderaxespad=0, handlelength=1.4)
    legend.set_in_layout(False)


def _with_gaps(timeline: FrameTimeline) -> FrameTimeline:
    """A row without values in every gap, so that no line is drawn over it."""
    times = timeline.timestamps
    breaks = _breaks(times)
    columns: dict[str, NDArray[np.floating]] = {
        name: np.insert(values, breaks, np.nan) for name, values in timeline.columns().items()
    }
    columns["timestamp"] = np.insert(times, breaks, (times[breaks - 1] + times[breaks]) / 2)
    return FrameTimeline.from_columns(columns, timeline.duration)


def _breaks(times: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows behind a gap."""
    steps = np.diff(times)
    usual = float(np.median(steps)) if len(steps) else 0.0
    return np.flatnonzero(steps > max(_GAP_SECONDS, _GAP_STEPS * usual)) + 1
