"""Constants of the published formulas. Change one and raise ``FORMULA_VERSION``: it is stored with every result."""

from __future__ import annotations

from typing import Final

FORMULA_VERSION: Final = "1.0"

# Evidence: below these a value is absent, not zero.
MIN_SHARE: Final = 0.30
"""Share of the duration that must be measurable: under a third, the rest of the video outweighs what was seen."""
MIN_EXPRESSION_SECONDS: Final = 1.5
"""Seven expression samples at the default 5/s: their mean is settled to about a tenth; clips of two seconds still count."""
MIN_GAZE_SECONDS: Final = 3.0
"""A target is the place that gaze returns to; one glance away and back takes one to two seconds."""
MIN_BLINK_SECONDS: Final = 15.0
"""At the conversational mean of 26/min (Bentivoglio 1997) six or seven blinks are expected in this time."""
MIN_BLINK_RATE: Final = 12.0
"""Analysed frames per second: a blink of 150 ms then still meets one frame or two."""
MIN_HEAD_SECONDS: Final = 1.0
MIN_OSCILLATION_RATE: Final = 8.0
"""Analysed frames per second: nods and shakes reach 3 Hz and need more than two samples a period."""
MIN_VOICE_SECONDS: Final = 5.0
MAX_RENORMALISED_POINTS: Final = 20.0
"""Parts worth up to this much may be missing; the others are then stretched to the full scale, else the score is absent."""

# Expression, 60 points.
COMPOSURE_POINTS: Final = 25.0
SURPRISE_COMPOSURE: Final = 0.5
CALM_POINTS: Final = 15.0
WARMTH_POINTS: Final = 20.0
WARMTH_FULL_SHARE: Final = 0.25
EXPRESSION_POINTS: Final = COMPOSURE_POINTS + CALM_POINTS + WARMTH_POINTS
SMILE_RAMP: Final = (0.35, 0.65)
"""P(happy) from which a smile begins to count as visible, and from which it counts fully."""
SMILE_ENTER, SMILE_LEAVE = 0.5, 0.35
SMILE_MIN_SECONDS: Final = 0.5
EXPRESSION_BANDS: Final = (50.0, 40.0, 30.0)

# Eye, 100 points.
ON_TARGET_POINTS: Final = 40.0
STABILITY_POINTS: Final = 25.0
AWAY_POINTS: Final = 15.0
BLINK_POINTS: Final = 20.0
EYE_POINTS: Final = ON_TARGET_POINTS + STABILITY_POINTS + AWAY_POINTS + BLINK_POINTS
HUNDRED_BANDS: Final = (80.0, 60.0, 40.0)

IRIS_GAZE_CONE: Final = 10.0
"""Half-angle in degrees for gaze from iris geometry: half a 24-inch screen at 60 cm subtends 24° by 14°, the person-relative
error of landmark geometry is about 5° (one standard deviation), so two of these."""
L2CS_GAZE_CONE: Final = 8.0
"""For L2CS-Net: 3.9° mean error within MPIIFaceGaze once the session's own offset is taken off, twice."""
GAZE_CONES: Final = {"iris-geometry": IRIS_GAZE_CONE, "l2cs-gaze360": L2CS_GAZE_CONE}
"""By manifest name."""
CONE_EDGE: Final = 0.15
"""Membership falls from 1 to 0 between (1 − this) and (1 + this) of the cone's half-angle."""
DISPERSION_LIMIT: Final = 2.0
"""Distances from the target count up to this many half-angles, so that a few wild frames cannot rule the dispersion."""
BCEA_SHARE: Final = 0.6827
"""Share of gaze points inside the ellipse whose area the BCEA is: one standard deviation."""

AWAY_MIN_SECONDS: Final = 0.5
AWAY_RAMP: Final = (0.25, 0.75)
"""An excursion of the first length begins to weigh in the score, one of the second weighs fully; 0.5 s is the middle."""
AWAY_SMOOTHING_SECONDS: Final = 0.25
"""Half-width of the running mean over which being outside the cone is judged."""
AWAY_DEPTHS: Final = (0.35, 0.65)
"""An excursion whose mean of being outside peaks at the first begins to weigh, one at the second weighs fully."""
AWAY_LONG_SECONDS: Final = 3.0
"""An excursion counts once for each such length of it, but at least once."""
AWAY_HALF_RATE: Final = 6.0
"""Full-weight excursions per minute (one every ten seconds) at which half of the part is left."""

BLINK_FULL_RATES: Final = (10.5, 32.5)
"""Conversational blinks per minute (Doughty 2001)."""
BLINK_ZERO_RATE: Final = 60.0

# Blink detection (openness as a share of the open eye's).
BLINK_SECONDS: Final = (0.05, 0.5)
OPEN_LEVEL_SECONDS: Final = 3.0
"""Half-width of the running upper quartile that stands for the open eye: longer than many blinks in a row, shorter than a
change of posture."""
OPEN_LEVEL_GRID_SECONDS: Final = 0.2
SIDE_SECONDS: Final = 0.5
"""How far to each side of a dip the open eye is looked for: the longest blink."""
OPEN_SIDE: Final = 0.5
"""A blink begins and ends with an eye at least this open: the flutter of closed lids is none."""
MIN_DIP: Final = 0.10
"""No dip shallower than this share of the open eye is a blink. Where frames are few or landmarks are smoothed, fast blinks keep
no more than this of their depth; open eyes of the reference clips stay above 0.92."""
DIP_NOISE: Final = 5.0
"""… nor one shallower than this many standard deviations of the measurement's noise."""
CLOSED_SHARE: Final = 0.30
"""The lid counts as closed below closed + 0.30·(open − closed): asked of every dip that lasts longer than a fast blink."""
CLOSED_LEAVE: Final = 0.10
"""A long closure ends this far (share of the open eye) above the level at which it began."""
FAST_BLINK_SECONDS: Final = 0.3
"""A glance down and back takes longer than this; a dip that does must reach the closed level."""
CLOSED_PRIOR: Final = (0.10, 0.40)
"""Bounds of the closed eye's openness as a share of the open one's; glasses raise it from 0.07 to 0.37."""
LOOK_DOWN_DEGREES: Final = 12.0
"""Gaze that can be measured during a dip and lies this far below where it was before and after: the lid follows the gaze."""

# Head.
HEAD_NOISE_DEGREES: Final = 1.0
"""Half-width of the play (backlash) that movement must exceed: the filtered angles of a still head wander by less."""
NOD_DEGREES: Final = 4.0
SHAKE_DEGREES: Final = 6.0
SWING_PAIR_SECONDS: Final = 1.0
"""The middle of a nod or shake, from a quarter of the way there to a quarter before the end of the way back, takes no longer:
two thirds of a period of 1.5 s."""
POSTURE_RAMP: Final = (6.0, 25.0)
"""Spread of the head's angles in degrees: talking to one place stays near the first, turning between two reaches the second."""
LARGE_TURN_DEGREES: Final = 30.0
LARGE_TURN_LEAVE_DEGREES: Final = 25.0
LARGE_TURN_MIN_SECONDS: Final = 0.5

# Voice, 100 points: stated in voice.py part by part.
TALK_POINTS: Final = 40.0
TALK_FULL_RATIO: Final = 0.6
"""Phonation-time ratio of fluent spontaneous speech is about 0.6 and more (de Jong & Wempe 2009 report 0.5–0.7)."""
PAUSE_POINTS: Final = 30.0
PAUSE_FREE_SECONDS: Final = 1.0
"""The part of a pause up to this long is breathing and phrasing, and costs nothing."""
PAUSE_ZERO_SHARE: Final = 0.30
LATENCY_POINTS: Final = 15.0
LATENCY_RAMP: Final = (2.0, 10.0)
LOUDNESS_POINTS: Final = 15.0
LOUDNESS_RAMP: Final = (6.0, 15.0)
"""Standard deviation of the speech level in dB: conversational speech varies by about 6."""
PACE_BANDS: Final = {"ko": (270.0, 370.0), "en": (180.0, 240.0)}
"""Syllables a minute from which the pace is preferred, and up to which; by language (ISO 639-1). No part of the score.

Korean: about 320, and 15 % to each side. Speech at 0.8 and 1.2 of its own rate stands for slow and fast in a study of what
listeners like (doi 10.12963/csd.240029): the edges lie half way there, moved out by the 5 % that the measure itself may be off.
English: 130–160 words a minute, taken as 1.4 to 1.5 syllables a word."""
FILLERS_FLUENT: Final = 1.2
FILLERS_HESITANT: Final = 4.8
"""Filler words a minute of speakers that listeners call fluent, and hesitant. No part of the score."""
VOICE_POINTS: Final = TALK_POINTS + PAUSE_POINTS + LATENCY_POINTS + LOUDNESS_POINTS

# Overall, 100 points.
EYE_IN_OVERALL: Final = 0.4

# Observations.
ABSENT_MIN_SECONDS: Final = 0.5
CLOSED_MIN_SECONDS: Final = 0.5
SECOND_FACE_MIN_SECONDS: Final = 0.75
"""Faces are counted about twice a second: one count alone may be a false detection."""
LONG_PAUSE_SECONDS: Final = 2.0

LONGEST_GAP_SECONDS: Final = 1.0
"""Samples further apart than this (or than two median steps, where those are longer) do not belong to one episode."""
