"""Things that can be seen or heard between two times, without a verdict."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.blinks import find_closures
from interview_analysis.domain.scoring.evidence import gather, measured, video_seconds, within
from interview_analysis.domain.scoring.eye import AwayEpisode
from interview_analysis.domain.scoring.results import Observation, ObservationKind
from interview_analysis.domain.scoring.runs import at_least, find_runs, hysteresis
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics


def observe(
    timeline: FrameTimeline, voice: VoiceMetrics | None, smiles: Iterable[Episode], looked_away: Iterable[AwayEpisode]
) -> tuple[Observation, ...]:
    """All observations, by start."""
    kinds = {
        ObservationKind.SMILE: smiles,
        ObservationKind.ABSENT: find_absences(timeline),
        ObservationKind.SECOND_FACE: find_second_faces(timeline),
        ObservationKind.EYES_CLOSED: find_closures(timeline),
        ObservationKind.LONG_PAUSE: _long_pauses(voice),
    }
    found = [Observation(kind, span.start, span.end) for kind, spans in kinds.items() for span in spans]
    found += [Observation(ObservationKind.LOOKED_AWAY, away.span.start, away.span.end, away.direction) for away in looked_away]
    found += find_large_turns(timeline)
    return tuple(sorted(found, key=lambda observation: (observation.start, observation.end, observation.kind)))


def find_absences(timeline: FrameTimeline) -> tuple[Episode, ...]:
    """No face for half a second or longer: from the first frame without to the first frame with one again; one that reaches
    an end of the video reaches it whole."""
    runs = find_runs(timeline.timestamps, timeline.face == 0)
    last = len(timeline) - 1
    whole = [
        Episode(
            0.0 if run.first == 0 else run.span.start,
            max(run.span.end, video_seconds(timeline)) if run.last == last else run.span.end,
        )
        for run in runs
    ]
    return tuple(span for span in whole if span.seconds >= w.ABSENT_MIN_SECONDS)


def find_second_faces(timeline: FrameTimeline) -> tuple[Episode, ...]:
    """Two faces or more in the picture."""
    counted = gather(timeline, measured(timeline.face_count))
    several = timeline.face_count[counted.rows] >= 2
    return within(timeline, at_least(find_runs(counted.times, several), w.SECOND_FACE_MIN_SECONDS))


def find_large_turns(timeline: FrameTimeline) -> list[Observation]:
    """Head turned far from its own median yaw, left or right in the picture."""
    head = gather(timeline, measured(timeline.head))
    if len(head.rows) == 0:
        return []
    yaw = timeline.head[head.rows, 1].astype(np.float64)
    turned = yaw - np.median(yaw)
    return [
        Observation(ObservationKind.LARGE_HEAD_TURN, span.start, span.end, direction)
        for direction, side in ((Direction.LEFT, turned), (Direction.RIGHT, -turned))
        for span in at_least(
            find_runs(head.times, hysteresis(side, w.LARGE_TURN_DEGREES, w.LARGE_TURN_LEAVE_DEGREES)),
            w.LARGE_TURN_MIN_SECONDS,
        )
    ]


def _long_pauses(voice: VoiceMetrics | None) -> tuple[Episode, ...]:
    pauses = () if voice is None else voice.pauses
    return tuple(pause for pause in pauses if pause.seconds >= w.LONG_PAUSE_SECONDS)
