"""English words of the rule-based feedback."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.phrases import Phrase, PhraseBook
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Reason

ENGLISH: Final = PhraseBook(
    phrases={
        "composure": Phrase(
            "Calm or bright expressions make up {measured:.0%} on average.",
            "calm expression {measured:.0%}",
            "Calm or bright expressions make up {measured:.0%}: take a breath and relax your face before you begin an answer.",
        ),
        "absence_of_negative": Phrase(
            "Expressions that may look negative take up {negative:.0%}, {emotion} alone {emotion_share:.0%}.",
            "{emotion} {emotion_share:.0%}",
            "Of the expressions, {emotion_share:.0%} is {emotion}: practise relaxing brows and mouth while you think.",
        ),
        "absence_of_negative_all": Phrase(
            "Expressions that may look negative take up {negative:.0%}.", "negative expressions {negative:.0%}"
        ),
        "warmth": Phrase(
            "A smile is visible {measured:.0%} of the time{moments}.",
            "smile {measured:.0%}",
            "A smile is visible {measured:.0%} of the time: add one to the greeting and the closing "
            "sentence, up to {smile_goal:.0%}.",
        ),
        "on_target": Phrase(
            "Gaze rests on its main target {measured:.0%} of the time; when it leaves, it goes {side} most.",
            "gaze on target {measured:.0%}",
            "Gaze rests on its target {measured:.0%} of the time: move notes or windows that lie {side} nearer to the camera.",
        ),
        "on_target_all": Phrase("Gaze rests on its main target {measured:.0%} of the time.", "gaze on target {measured:.0%}"),
        "stability": Phrase(
            "Gaze scatters over {measured:.0f} square degrees, a stability of {stability:.2f} (1 is steadiest).",
            "gaze stability {stability:.2f}",
            "Gaze stability is {stability:.2f}: practise looking at one point of the screen for the length of a sentence.",
        ),
        "looking_away": Phrase(
            "Times that gaze left the target for half a second or longer: {count:.0f}{moments}.",
            "times looked away: {count:.0f}",
            "Times that gaze left the target: {count:.0f}{moments}. Watch these moments and see what drew it.",
        ),
        "blink": Phrase(
            "Blinks: {blinks:.0f}, or {measured:.1f} a minute (in conversation {blink_low:.1f}–{blink_high:.1f} is usual).",
            "blinks a minute: {measured:.1f}",
            "You blinked {measured:.1f} times a minute: rest your eyes between sentences instead of fixing the screen.",
        ),
        "blink_often": Phrase(
            "Blinks: {blinks:.0f}, or {measured:.1f} a minute, more than the conversational {blink_low:.1f}–{blink_high:.1f}.",
            "frequent blinks, {measured:.1f} a minute",
            "You blinked {measured:.1f} times a minute: check for glare and your distance from the screen first.",
        ),
        "talk": Phrase(
            "Speech fills {measured:.0%} of the video.",
            "speech {measured:.0%}",
            "Speech fills {measured:.0%} of the video: add an example and aim for {talk_goal:.0%} or more.",
        ),
        "pauses": Phrase(
            "Silence beyond {pause_free:.0f} s a pause takes {measured:.0%} of the answer; "
            "pauses of 2 s or longer: {count:.0f}{moments}.",
            "long pauses: {count:.0f}",
            "Long silence takes {measured:.0%} of the answer{moments}: note keywords for the sentence "
            "that follows and rehearse it.",
        ),
        "loudness": Phrase(
            "The loudness of speech varies by {measured:.1f} dB.",
            "loudness spread {measured:.1f} dB",
            "Loudness varies by {measured:.1f} dB: keep your voice up to the end of a sentence, within {loudness_goal:.0f} dB.",
        ),
        "latency": Phrase(
            "The first word comes after {measured:.1f} s.",
            "first word {measured:.1f} s",
            "The first word comes after {measured:.1f} s: prepare an opening sentence and start within {latency_goal:.0f} s.",
        ),
        "posture": Phrase(
            "The head varies by {measured:.1f}° sideways and {pitch:.1f}° up and down, and travels {movement:.0f}° a minute.",
            "head varies {measured:.1f}°",
            "The head varies by {measured:.1f}° sideways, {pitch:.1f}° up and down: sit back and aim for "
            "about {posture_goal:.0f}°.",
        ),
        "gestures": Phrase("Nods of the head: {nods:.0f}; shakes: {shakes:.0f}.", "nods: {nods:.0f}"),
        "large_head_turn": Phrase(
            "Large turns of the head: {count:.0f}, {measured:.1f} s in all{moments}.", "large head turns: {count:.0f}"
        ),
        "absent": Phrase(
            "Times without a face in view: {count:.0f}, {measured:.1f} s in all{moments}.", "absent {measured:.1f} s"
        ),
        "second_face": Phrase(
            "Times with another face in view: {count:.0f}, {measured:.1f} s in all{moments}.", "another face {measured:.1f} s"
        ),
        "eyes_closed": Phrase(
            "Times that the eyes were closed for half a second or longer: {count:.0f}, {measured:.1f} s in all{moments}.",
            "eyes closed: {count:.0f}",
        ),
    },
    unknown="There is no score for {what}: {reason}",
    overall="The overall score is {overall:.1f} of 100 (expression {expression:.1f} of 60, eyes {eye:.1f} of 100).",
    overall_unknown="There is no overall score: {reason}",
    most_points="Most of its points went to {what} ({share:.0%}).",
    least_points="There is most to gain in {what} ({share:.0%}).",
    reasons={
        Reason.NO_FACE: "no face was found in the video.",
        Reason.TOO_LITTLE_FACE: "a face is visible {coverage:.0%} of the time only.",
        Reason.TOO_SHORT: "{seconds:.1f} s of video are too short.",
        Reason.TOO_LITTLE_GAZE: "gaze could be measured for too little of the time.",
        Reason.LOW_FRAME_RATE: "the recording has too few frames per second.",
        Reason.EYES_NOT_MEASURABLE: "the openness of the eyes could not be measured.",
        Reason.SKIPPED: "the request left this part out.",
        Reason.MODEL_MISSING: "its model is not installed.",
        Reason.NO_AUDIO: "the video has no sound.",
        Reason.NO_SPEECH: "no speech was found.",
        Reason.PART_MISSING: "a part that it needs cannot be told.",
    },
    remedies={
        Reason.NO_FACE: (
            "A face is visible {coverage:.0%} of the time: set the camera at eye level, face in the picture, and record again."
        ),
        Reason.TOO_LITTLE_FACE: "A face is visible {coverage:.0%} of the time: stay in the picture to the end.",
        Reason.TOO_SHORT: "{seconds:.1f} s were analysed: with 15 s or more every part can be told.",
        Reason.TOO_LITTLE_GAZE: (
            "A face is visible {coverage:.0%} of the time, but the eyes were hard to measure: face more light."
        ),
        Reason.LOW_FRAME_RATE: "The {seconds:.1f} s analysed have fewer than 12 frames per second: record at a higher rate.",
        Reason.EYES_NOT_MEASURABLE: (
            "The eyes were hard to measure in {seconds:.1f} s: check the light and reflections on glasses."
        ),
        Reason.NO_AUDIO: "The {seconds:.1f} s of video have no sound: switch the microphone on, and the voice can be told too.",
        Reason.NO_SPEECH: "No speech was found in {seconds:.1f} s: check the microphone's place and level.",
    },
    categories={
        Category.EXPRESSION: "expression",
        Category.GAZE: "gaze",
        Category.BLINK: "blinking",
        Category.VOICE: "voice",
        Category.POSTURE: "posture",
    },
    parts={
        "composure": "calm expression",
        "absence_of_negative": "few negative expressions",
        "warmth": "smiling",
        "absence_of_negative_all": "few negative expressions",
        "on_target": "keeping gaze on target",
        "on_target_all": "keeping gaze on target",
        "stability": "steady gaze",
        "looking_away": "seldom looking away",
        "blink": "blinking",
        "blink_often": "blinking",
        "talk": "speaking time",
        "pauses": "little silence",
        "loudness": "even loudness",
        "latency": "a prompt first word",
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
)
