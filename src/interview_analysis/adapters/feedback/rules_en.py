"""English words of the rule-based feedback."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.bands import Tone
from interview_analysis.adapters.feedback.phrases import PhraseBook
from interview_analysis.adapters.feedback.rules_en_phrases import MOMENTS, PHRASES
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Grade, Reason

ENGLISH: Final = PhraseBook(
    phrases=PHRASES,
    moments=MOMENTS,
    pause_aside=", {aside:.1f} s of it with your gaze off its target",
    openings={
        Grade.EXCELLENT: "Overall {overall:.1f} of 100, which is high: expression {expression:.1f} of 60 and eyes {eye:.1f} of "
        "100.",
        Grade.GOOD: "Overall {overall:.1f} of 100, a sound base: expression {expression:.1f} of 60, eyes {eye:.1f} of 100.",
        Grade.FAIR: "Overall {overall:.1f} of 100; with expression at {expression:.1f} of 60 and eyes at {eye:.1f} of 100, "
        "change one thing at a time.",
        Grade.POOR: "You start from {overall:.1f} of 100: expression {expression:.1f} of 60 and eyes {eye:.1f} of 100 leave "
        "clear places to gain.",
    },
    expression_ahead="Your expression earned more of its points ({expression_share:.0%}) than your eyes did ({eye_share:.0%}).",
    eyes_ahead="Your eyes earned more of their points ({eye_share:.0%}) than your expression did ({expression_share:.0%}).",
    most_points="What worked best is {what} ({share:.0%} of its points).",
    least_points={
        Tone.WEAKNESS: "In your next practice look at {what} first: it earned {share:.0%} of its points.",
        Tone.PLAIN: "To go one step further, work on {what}, which earned {share:.0%} of its points.",
        Tone.STRENGTH: "If you polish anything, let it be {what} (already {share:.0%}).",
    },
    unknown="There is no score for {what}: {reason}",
    overall_unknown="There is no overall score: {reason}",
    overall_lacks="There is no overall score, because there is none for {what}: {reason}",
    known="What can be told is {what}: {value:.1f} of {maximum:.0f}.",
    reasons={
        Reason.NO_FACE: "no face was found in the video.",
        Reason.TOO_LITTLE_FACE: "a face is visible {coverage:.0%} of the time only.",
        Reason.TOO_SHORT: "{seconds:.1f} s of video are too short.",
        Reason.TOO_LITTLE_GAZE: "gaze could be measured for too little of the time.",
        Reason.LOW_FRAME_RATE: "the recording has too few frames per second.",
        Reason.EYES_NOT_MEASURABLE: "the openness of the eyes could not be measured.",
        Reason.SKIPPED: "the request left this part out.",
        Reason.MODEL_MISSING: "its model is not installed.",
        Reason.NO_AUDIO: "the {seconds:.1f} s of video have no sound.",
        Reason.NO_SPEECH: "no speech was found in {seconds:.1f} s.",
        Reason.PART_MISSING: "a part that it needs cannot be told.",
    },
    remedies={
        Reason.NO_FACE: (
            "A face is visible {coverage:.0%} of the time: set the camera at eye level, face in the picture, and record again."
        ),
        Reason.TOO_LITTLE_FACE: ("A face is visible {coverage:.0%} of the time: stay in the picture to the end."),
        Reason.TOO_SHORT: ("{seconds:.1f} s were analysed: with {blink_seconds:.0f} s or more every part can be told."),
        Reason.TOO_LITTLE_GAZE: (
            "A face is visible {coverage:.0%} of the time, but the eyes were hard to measure: face more light."
        ),
        Reason.LOW_FRAME_RATE: (
            "The {seconds:.1f} s analysed have fewer than {blink_frames:.0f} frames per second: record at a higher rate."
        ),
        Reason.EYES_NOT_MEASURABLE: (
            "The eyes were hard to measure in {seconds:.1f} s: check the light and reflections on glasses."
        ),
        Reason.NO_AUDIO: ("Switch the microphone on and record the {seconds:.1f} s again: then the voice can be told too."),
        Reason.NO_SPEECH: ("If you did speak in these {seconds:.1f} s, check the microphone's place and level."),
    },
    categories={
        Category.EXPRESSION: "expression",
        Category.GAZE: "gaze",
        Category.BLINK: "blinking",
        Category.VOICE: "voice",
        Category.POSTURE: "posture",
    },
    parts={
        "composure": "your calm expression",
        "absence_of_negative": "keeping negative expressions few",
        "warmth": "smiling",
        "on_target": "keeping your gaze on target",
        "stability": "a steady gaze",
        "looking_away": "not looking away",
        "blink": "blinking",
        "talk": "speaking time",
        "pauses": "flowing speech",
        "loudness": "even loudness",
        "latency": "a prompt first word",
        "pace": "pace",
        "posture": "a steady head",
    },
    directions={
        Direction.LEFT: "to the left of the picture",
        Direction.RIGHT: "to the right of the picture",
        Direction.UP: "upwards",
        Direction.DOWN: "downwards",
    },
    emotions={
        Emotion.ANGRY: "a frown",
        Emotion.DISGUST: "a wrinkled nose",
        Emotion.FEAR: "a wide-eyed, set face",
        Emotion.SAD: "drooping corners of the mouth",
    },
    relaxing={
        Emotion.ANGRY: "smooth your brow",
        Emotion.DISGUST: "relax nose and upper lip",
        Emotion.FEAR: "relax eyes and jaw with one slow blink",
        Emotion.SAD: "lift the corners of your mouth a little",
    },
)
