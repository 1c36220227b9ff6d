"""English phrases of what can be measured, by part and band."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.phrases import MomentPhrase, Phrase

_EXPRESSION = {
    "composure.high": Phrase(
        "Calm or bright expressions make up {measured:.0%}: {neutral:.0%} neutral, {happy:.0%} bright.",
        "calm expression {measured:.0%}",
        "You kept a calm or bright expression {measured:.0%} on average (bright {happy:.0%}).",
        "Keep the {measured:.0%} calm expression as it is, and record another question to see whether it holds.",
    ),
    "composure.middle": Phrase(
        "Calm or bright expressions make up {measured:.0%}; others mix in for the rest.",
        "mixed expression, calm {measured:.0%}",
        suggestion="Calm or bright expressions make up {measured:.0%}: take one breath after the question and begin with a "
        "relaxed face.",
    ),
    "composure.low": Phrase(
        "Calm or bright expressions make up only {measured:.0%}.",
        "only {measured:.0%} calm expression",
        "Calm or bright expressions make up {measured:.0%}, which earned {points:.1f} of {maximum:.0f} points.",
        "Calm or bright expressions make up {measured:.0%}: watch the video without sound, find the sentences where your face "
        "changes, and say those again first.",
    ),
    "absence_of_negative.all": Phrase(
        "Hardly any expression may look negative ({negative:.0%}).",
        "negative expressions {negative:.0%}",
        "Expressions that may look negative take up {negative:.0%}.",
    ),
    "absence_of_negative.high": Phrase(
        "Few expressions may look negative, {negative:.0%} in all; the largest part of it is {emotion} ({emotion_share:.0%}).",
        "few negative expressions, {negative:.0%}",
        "You kept expressions that may look negative to {negative:.0%} ({emotion} no more than {emotion_share:.0%}).",
        "What is left of negative expressions, {negative:.0%}, leans toward {emotion}: {relax} before you speak.",
    ),
    "absence_of_negative.middle": Phrase(
        "Expressions that may look negative mix in for {negative:.0%}, {emotion} most ({emotion_share:.0%}).",
        "{emotion} {emotion_share:.0%}",
        suggestion="Of your expressions {emotion_share:.0%} are {emotion}: while you think, {relax} and then go on.",
    ),
    "absence_of_negative.low": Phrase(
        "As much as {negative:.0%} of your expressions may look negative, most of all {emotion} ({emotion_share:.0%}).",
        "{emotion} as much as {emotion_share:.0%}",
        "The share of {emotion} is {emotion_share:.0%}; this part earned {points:.1f} of {maximum:.0f} points.",
        "The share of {emotion} is {emotion_share:.0%}: give the answer before a mirror, stop when you see it, {relax} and "
        "start that sentence over.",
    ),
    "warmth.none": Phrase(
        "No smile could be seen.",
        "smile {measured:.0%}",
        "No smile was visible ({measured:.0%}), which earned {points:.1f} of {maximum:.0f} points.",
        "A smile is visible {measured:.0%} of the time: choose two places, the greeting and the last sentence; "
        "{smile_goal:.0%} of the time earns full marks.",
    ),
    "warmth.low": Phrase(
        "A smile shows briefly, {measured:.0%} of the time{moments}.",
        "brief smile {measured:.0%}",
        "Your smile is brief: {measured:.0%} of the time{moments}.",
        "You already smile {measured:.0%} of the time{moments}: bring the same smile to the greeting and the end, up to "
        "{smile_goal:.0%}.",
    ),
    "warmth.middle": Phrase(
        "A smile is visible {measured:.0%} of the time{moments}.",
        "smile {measured:.0%}, a little more",
        suggestion="From {measured:.0%} smiling to the full {smile_goal:.0%} it is not far: add one after your last sentence.",
    ),
    "warmth.high": Phrase(
        "You smile {measured:.0%} of the time, which brightens the answer{moments}.",
        "bright smile {measured:.0%}",
        "A smile is visible {measured:.0%} of the time{moments}.",
    ),
}

_EYES = {
    "on_target.all": Phrase(
        "Your gaze stayed where you were looking {measured:.0%} of the time.",
        "gaze held {measured:.0%}",
        "You held your gaze in one place {measured:.0%} of the time.",
    ),
    "on_target.high": Phrase(
        "Your gaze stayed on its target {measured:.0%} of the time; what left it went mostly {side} ({side_share:.0%}).",
        "gaze on target {measured:.0%}",
        "You kept your gaze on its target {measured:.0%} of the time.",
        "With {measured:.0%} on target only {side_share:.0%} goes {side}: clear away what lies there.",
    ),
    "on_target.middle": Phrase(
        "Your gaze was on its target {measured:.0%} of the time, and {side_share:.0%} went {side}.",
        "gaze {side} {side_share:.0%}",
        suggestion="Your gaze went {side} {side_share:.0%} of the time: move notes or windows that lie there nearer to the "
        "camera.",
    ),
    "on_target.low": Phrase(
        "Your gaze was on its target only {measured:.0%} of the time; as much as {side_share:.0%} went {side}.",
        "gaze often {side}, {side_share:.0%}",
        "Gaze on target reached {measured:.0%}, with {side_share:.0%} {side}.",
        "Work on the {measured:.0%} on target first: put the interviewer's window right below the camera and clear away what "
        "draws you {side}.",
    ),
    "stability.high": Phrase(
        "Your gaze scatters over no more than {measured:.0f} square degrees, a steady {stability:.2f} of 1.",
        "gaze stability {stability:.2f}",
        "Your gaze varies little (stability {stability:.2f} of 1).",
    ),
    "stability.middle": Phrase(
        "Your gaze scatters over {measured:.0f} square degrees, a stability of {stability:.2f} of 1.",
        "middling gaze stability {stability:.2f}",
        suggestion="Gaze stability is {stability:.2f}: stick a small mark beside the camera and look at it until each sentence "
        "ends.",
    ),
    "stability.low": Phrase(
        "Your gaze scatters widely, over {measured:.0f} square degrees, a stability of no more than {stability:.2f} of 1.",
        "scattered gaze, stability {stability:.2f}",
        "Your gaze scatters widely (stability {stability:.2f}, {points:.1f} of {maximum:.0f} points).",
        "A stability of {stability:.2f} means that your eyes moved about: say one short sentence to one point, then two.",
    ),
    "looking_away.none": Phrase(
        "Your gaze never left its target for more than {away_seconds:.1f} s.",
        "times looked away: {count:.0f}",
        "You never looked away for more than {away_seconds:.1f} s.",
    ),
    "looking_away.brief": Phrase(
        "No glance away lasted {away_seconds:.1f} s, but short ones add up: {points:.1f} of {maximum:.0f} points.",
        "short glances away, {points:.1f} of {maximum:.0f} points",
        "Short glances away leave {points:.1f} of {maximum:.0f} points.",
        "Short glances away leave {points:.1f} of {maximum:.0f} points: switch off notifications and your own preview, and "
        "record again.",
    ),
    "looking_away.high": Phrase(
        "You looked away for {away_seconds:.1f} s or longer {count:.0f}×, at most {longest:.1f} s{moments}.",
        "looked away {count:.0f}×, {longest:.1f} s at most",
        "You looked away only {count:.0f}×{moments}.",
    ),
    "looking_away.middle": Phrase(
        "You looked away for {away_seconds:.1f} s or longer {count:.0f}×, the longest {longest:.1f} s{moments}.",
        "looked away {count:.0f}×, mostly {side}",
        suggestion="You looked away {count:.0f}×{moments}: check in the video what drew you and put it beside the camera next "
        "time.",
    ),
    "looking_away.low": Phrase(
        "You often looked away for {away_seconds:.1f} s or longer: {count:.0f}×, up to {longest:.1f} s{moments}.",
        "often looked away {side}: {count:.0f}×",
        "You looked away {count:.0f}×{moments}.",
        "Of {count:.0f} looks away start with the longest, {longest:.1f} s: when you search for an answer, pause with your "
        "eyes on the screen.",
    ),
    "blink.high": Phrase(
        "You blinked {blinks:.0f}×, {measured:.1f} a minute (in conversation {blink_low:.1f}–{blink_high:.1f} is usual).",
        "blinks a minute: {measured:.1f}",
        "You blink {measured:.1f}× a minute, much as in conversation.",
    ),
    "blink.rare": Phrase(
        "You blinked {blinks:.0f}×, {measured:.1f} a minute, less than the {blink_low:.1f}–{blink_high:.1f} of conversation.",
        "rare blinks, {measured:.1f} a minute",
        "With {measured:.1f} blinks a minute your look may read as a stare.",
        "You blinked {measured:.1f}× a minute: rest your eyes at the end of each sentence to pass {blink_low:.1f}.",
    ),
    "blink.often": Phrase(
        "You blinked {blinks:.0f}×, {measured:.1f} a minute, more than the {blink_low:.1f}–{blink_high:.1f} of conversation.",
        "frequent blinks, {measured:.1f} a minute",
        "With {measured:.1f} blinks a minute you blink more than in conversation.",
        "You blinked {measured:.1f}× a minute: change the glare of the light and your distance from the screen, and measure "
        "again.",
    ),
    "eyes_closed.plain": Phrase(
        "Your eyes were closed for {closed_seconds:.1f} s or longer {count:.0f}×, {measured:.1f} s in all{moments}.",
        "eyes closed: {count:.0f}",
    ),
}

_VOICE = {
    "talk.high": Phrase(
        "You filled {measured:.0%} of the video with speech ({talk_seconds:.0f} s).",
        "speech {measured:.0%}",
        "Speech fills {measured:.0%} of the video.",
    ),
    "talk.middle": Phrase(
        "You spoke for {talk_seconds:.0f} s, {measured:.0%} of the video.",
        "rather little speech, {measured:.0%}",
        suggestion="Speech fills {measured:.0%}: add one example after your conclusion and aim for {talk_goal:.0%}.",
    ),
    "talk.low": Phrase(
        "You spoke for only {talk_seconds:.0f} s, {measured:.0%} of the video.",
        "little speech, {measured:.0%}",
        "Speech fills only {measured:.0%} of the video.",
        "You spoke for {talk_seconds:.0f} s: note situation, action and result, a sentence each, and say them in that order; "
        "{talk_goal:.0%} comes within reach.",
    ),
    "pauses.none": Phrase(
        "You never stopped speaking for {pause_long:.0f} s or longer.",
        "long pauses: {count:.0f}",
        "No pause lasted {pause_long:.0f} s.",
    ),
    "pauses.high": Phrase(
        "Pauses of {pause_long:.0f} s or longer: {count:.0f}, at most {longest:.1f} s{moments}.",
        "long pauses: {count:.0f}, {longest:.1f} s at most",
        "With {count:.0f} long pauses the answer keeps flowing{moments}.",
    ),
    "pauses.middle": Phrase(
        "Of {pause_count:.0f} pauses {count:.0f} last {pause_long:.0f} s or longer; silence beyond {pause_free:.0f} s each "
        "takes {measured:.0%} of the answer{moments}.",
        "long pauses: {count:.0f}, silence {measured:.0%}",
        suggestion="Silence takes {measured:.0%} of the answer{moments}: note one keyword for each sentence that follows, and "
        "say it again.",
    ),
    "pauses.low": Phrase(
        "Silence beyond {pause_free:.0f} s a pause takes {measured:.0%} of the answer; pauses of {pause_long:.0f} s or longer: "
        "{count:.0f}{moments}.",
        "long silence {measured:.0%}",
        "Long silence takes {measured:.0%} of the answer{moments}.",
        "To shorten the {measured:.0%} of silence, bridge it aloud: “Let me put that in order” is enough.",
    ),
    "loudness.high": Phrase(
        "Your loudness is even and varies by only {measured:.1f} dB.",
        "even loudness {measured:.1f} dB",
        "Your voice keeps an even loudness (varies by {measured:.1f} dB).",
    ),
    "loudness.middle": Phrase(
        "Your loudness varies by {measured:.1f} dB.",
        "loudness varies {measured:.1f} dB",
        suggestion="Your loudness varies by {measured:.1f} dB: keep your voice up to the last word of each sentence.",
    ),
    "loudness.low": Phrase(
        "Your loudness varies by {measured:.1f} dB, a wide swing between loud and soft.",
        "uneven loudness {measured:.1f} dB",
        "Your loudness swings by {measured:.1f} dB.",
        "Your loudness varies by {measured:.1f} dB: keep one distance from the microphone and aim for {loudness_goal:.0f} dB.",
    ),
    "latency.high": Phrase(
        "Your first word came after {measured:.1f} s.",
        "first word {measured:.1f} s",
        "You began to speak after {measured:.1f} s.",
    ),
    "latency.middle": Phrase(
        "It took {measured:.1f} s to your first word.",
        "first word after {measured:.1f} s",
        suggestion="Your first word took {measured:.1f} s: open by repeating the question in a short sentence.",
    ),
    "latency.low": Phrase(
        "You started late: {measured:.1f} s passed before your first word.",
        "late first word {measured:.1f} s",
        "Your first word took {measured:.1f} s.",
        "Your first word took {measured:.1f} s: decide on a one-sentence conclusion beforehand and say it within "
        "{latency_goal:.0f} s.",
    ),
    "pace.plain": Phrase(
        "Pauses left out, you spoke {measured:.0f} syllables a minute.",
        "pace {measured:.0f} syllables a minute",
        suggestion="You spoke {measured:.0f} syllables a minute: slow down just before the words that matter.",
    ),
    "pace.middle": Phrase(
        "Pauses left out, you spoke {measured:.0f} syllables a minute, within the {pace_low:.0f}–{pace_high:.0f} that "
        "listeners like.",
        "pace {measured:.0f} syllables a minute",
        suggestion="Your pace of {measured:.0f} syllables a minute is easy to follow: slow down just before the words that "
        "matter.",
    ),
    "pace.rare": Phrase(
        "Even with pauses left out you spoke {measured:.0f} syllables a minute, below the {pace_low:.0f}–{pace_high:.0f} that "
        "listeners like.",
        "slow pace, {measured:.0f} syllables a minute",
        "Your pace is slow: {measured:.0f} syllables a minute.",
        "Your pace is {measured:.0f} syllables a minute: practise reading aloud at {pace_low:.0f} and more.",
    ),
    "pace.often": Phrase(
        "With pauses left out you spoke {measured:.0f} syllables a minute, above the {pace_low:.0f}–{pace_high:.0f} that "
        "listeners like.",
        "fast pace, {measured:.0f} syllables a minute",
        "Your pace is fast: {measured:.0f} syllables a minute.",
        "Your pace is {measured:.0f} syllables a minute: break clearly between sentences and slow to under {pace_high:.0f}.",
    ),
    "fillers.plain": Phrase(
        "Of {words:.0f} recognised words at least {count:.0f} were fillers.",
        "{count:.0f} filler words",
    ),
    "fillers.often": Phrase(
        "Of {words:.0f} recognised words at least {count:.0f} were fillers, {measured:.1f} a minute ({moments}).",
        "filler words, {measured:.1f} a minute",
        "Filler words come {measured:.1f} times a minute.",
        "Filler words come {measured:.1f} times a minute ({moments}): think in silence instead; a short pause sounds calm.",
    ),
    "pitch.plain": Phrase(
        "Your pitch has a median of {measured:.0f} Hz and moves over {range:.1f} semitones (12 make an octave).",
        "pitch range {range:.1f} semitones",
    ),
}

_POSTURE = {
    "posture.high": Phrase(
        "Your posture is even: your head varies by {measured:.1f}° sideways and {pitch:.1f}° up and down and travels "
        "{movement:.0f}° a minute.",
        "even posture, head {measured:.1f}°",
        "You keep your head even: it varies by only {measured:.1f}° sideways and {pitch:.1f}° up and down.",
    ),
    "posture.middle": Phrase(
        "Your head varies by {measured:.1f}° sideways and {pitch:.1f}° up and down, and travels {movement:.0f}° a minute.",
        "head varies {measured:.1f}°",
        suggestion="Your head varies by {measured:.1f}° sideways: turn the chair straight to the screen, both feet on the "
        "floor.",
    ),
    "posture.low": Phrase(
        "Your head swings by {measured:.1f}° sideways and {pitch:.1f}° up and down, and travels {movement:.0f}° a minute.",
        "head swings {measured:.1f}°",
        "Your head swings by {measured:.1f}° sideways.",
        "Your head varies by {measured:.1f}° sideways and {pitch:.1f}° up and down: lean your shoulders back and aim for about "
        "{posture_goal:.0f}°.",
    ),
    "gestures.plain": Phrase("Nods of your head: {nods:.0f}; shakes: {shakes:.0f}.", "nods: {nods:.0f}"),
    "large_head_turn.plain": Phrase(
        "You turned your head far {count:.0f}×, {measured:.1f} s in all{moments}.", "large head turns: {count:.0f}"
    ),
    "absent.plain": Phrase(
        "Your face was out of the picture {count:.0f}×, {measured:.1f} s in all{moments}.", "absent {measured:.1f} s"
    ),
    "second_face.plain": Phrase(
        "Another face was in view {count:.0f}×, {measured:.1f} s in all{moments}.", "another face {measured:.1f} s"
    ),
}

PHRASES: Final = _EXPRESSION | _EYES | _VOICE | _POSTURE

MOMENTS: Final = {
    "looked_away": MomentPhrase(
        "At {when} your gaze was {side} for {seconds:.1f} s: if there was something to see, move it beside the camera and say "
        "that sentence again.",
        "At {when} it went {side} once more, for {seconds:.1f} s: watch both places and repeat them with your eyes on the "
        "screen.",
    ),
    "looked_away.up": MomentPhrase(
        "At {when} your gaze was upwards for {seconds:.1f} s: if you were searching for an answer, wait a beat with your eyes "
        "on the screen.",
        "At {when} it went upwards for {seconds:.1f} s: decide on the first word of this passage and you need not look up.",
    ),
    "looked_away.down": MomentPhrase(
        "At {when} your gaze was downwards for {seconds:.1f} s: if you read notes, put keywords right below the camera.",
        "At {when} it went downwards for {seconds:.1f} s: cut this passage to one sentence that needs no notes.",
    ),
    "long_pause": MomentPhrase(
        "At {when} you were silent for {seconds:.1f} s{aside}: fix the first word of the sentence that belongs here and "
        "practise from the sentence before.",
        "At {when} you were silent again, for {seconds:.1f} s{aside}: bridge it with “To sum up”.",
    ),
    "absent": MomentPhrase(
        "At {when} your face was out of the picture for {seconds:.1f} s, so nothing was measured: set the camera at eye level "
        "and sit in the middle.",
        "At {when} your face was out of view again, for {seconds:.1f} s: bend or stand up after the answer.",
    ),
    "second_face": MomentPhrase(
        "At {when} another face was in view for {seconds:.1f} s: record where nobody passes behind you.",
        "At {when} another face was in view again, for {seconds:.1f} s: a wall at your back prevents that.",
    ),
    "eyes_closed": MomentPhrase(
        "At {when} your eyes were closed for {seconds:.1f} s: if you were thinking, rest with your eyes open.",
        "At {when} they were closed again, for {seconds:.1f} s: make the sentence before it shorter.",
    ),
    "large_head_turn": MomentPhrase(
        "At {when} your head was turned far {side} for {seconds:.1f} s: face the screen squarely and say that passage again.",
        "At {when} your head was turned {side} again, for {seconds:.1f} s: clear away what made you turn before you record.",
    ),
    "smile": MomentPhrase(
        "At {when} a smile shows for {seconds:.1f} s: remember it and greet with it in your next answer.",
        "The smile at {when} lasts {seconds:.1f} s too: close with one like it.",
    ),
}
