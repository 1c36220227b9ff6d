"""Load every vision model that is installed: required ones or nothing, optional ones when their file is there."""

from __future__ import annotations

from pathlib import Path

from interview_analysis.vision.anxiety import AnxietyClassifier
from interview_analysis.vision.emotion import ExpressionClassifier
from interview_analysis.vision.face_stages import GazeNetwork
from interview_analysis.vision.frame_analyzer import MediaPipeFrameAnalyzer, StageRates
from interview_analysis.vision.gaze.l2cs import L2csGaze, load_l2cs
from interview_analysis.vision.live import LiveModels
from interview_analysis.vision.runtime.network import RuntimeOptions, open_onnx
from interview_analysis.vision.runtime.session import CpuOptions, OpenVinoSession
from interview_analysis.vision.runtime.specs import Job
from interview_analysis.vision.runtime.store import ModelStore


def load_frame_analyzer(
    store: ModelStore, rates: StageRates, options: RuntimeOptions, gaze: GazeNetwork | None = None
) -> MediaPipeFrameAnalyzer:
    """``gaze`` stands in for the installed gaze network.

    Raises ``ModelUnavailable`` where a required model is missing or damaged, or the options cannot be met on this machine.
    """
    landmarks = store.needed(Job.LANDMARKS)
    return MediaPipeFrameAnalyzer(
        store.path(landmarks.name),
        _expression(store, options),
        gaze or _gaze(store, options),
        rates,
        landmarks.name,
        _anxiety(store, options.cache),
    )


def load_live_models(store: ModelStore, rate: float, options: RuntimeOptions) -> LiveModels:
    """``rate`` as in ``LiveModels``. Raises as ``load_frame_analyzer``."""
    landmarks = store.needed(Job.LANDMARKS)
    return LiveModels(
        landmarker=store.path(landmarks.name),
        expression=_expression(store, options),
        anxiety=_anxiety(store, options.cache),
        rate=rate,
        landmark_model=landmarks.name,
    )


def _expression(store: ModelStore, options: RuntimeOptions) -> ExpressionClassifier:
    spec = store.needed(Job.EXPRESSION)
    return ExpressionClassifier(open_onnx(store.path(spec.name), spec, options), spec)


def _gaze(store: ModelStore, options: RuntimeOptions) -> L2csGaze | None:
    """``None`` = gaze from iris geometry."""
    spec = store.best(Job.GAZE)
    return None if spec is None else load_l2cs(store.path(spec.name), spec, options)


def _anxiety(store: ModelStore, cache: Path | None) -> AnxietyClassifier | None:
    """``None`` = none is installed: nothing is reported. It is so small that it runs in float32 on any machine."""
    spec = store.best(Job.ANXIETY)
    return None if spec is None else AnxietyClassifier(OpenVinoSession(store.path(spec.name), CpuOptions(cache=cache)), spec)
