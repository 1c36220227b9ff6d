"""Models and media, as the line runs over them; imported when they are built: the API process never loads a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interview_analysis.application.paint_overlay import OverlayMaker
from interview_analysis.application.ports import (
    FrameAnalyzer,
    Transcriber,
    VideoDecoder,
    VideoStore,
    VoiceAnalyzer,
)
from interview_analysis.settings import Settings
from interview_analysis.settings.group import revealed

if TYPE_CHECKING:
    from interview_analysis.vision.face_stages import GazeNetwork
    from interview_analysis.vision.runtime.network import RuntimeOptions
    from interview_analysis.vision.runtime.store import ModelStore


_OPENAI = "https://api.openai.com/v1"


def model_store(settings: Settings) -> ModelStore:
    """The models of ``MODELS_DIR`` by its manifest."""
    from interview_analysis.vision.runtime.specs import load_manifest
    from interview_analysis.vision.runtime.store import ModelStore

    folder = settings.paths.models_dir
    return ModelStore(folder, load_manifest(folder / "manifest.yaml"))


def build_decoder(settings: Settings) -> VideoDecoder:
    """The FFmpeg decoder with the configured rate and limits."""
    return build_decoder_at(settings, settings.vision.rate_landmarks, settings.vision.max_frame_side)


def overlay_maker(settings: Settings, videos: VideoStore) -> OverlayMaker:
    """Draws annotated videos from every frame and keeps them beside the uploads."""
    from interview_analysis.report.overlay import MAX_SIDE, RATE, WebmPainter

    return OverlayMaker(videos, settings.video.upload_bucket, build_decoder_at(settings, RATE, MAX_SIDE), WebmPainter())


def build_decoder_at(settings: Settings, rate: float, max_side: int) -> VideoDecoder:
    """The FFmpeg decoder with the configured limits."""
    from interview_analysis.vision.decoder import FfmpegDecoder
    from interview_analysis.vision.limits import DecodeLimits

    video = settings.video
    limits = DecodeLimits(
        max_bytes=video.max_bytes,
        max_seconds=video.max_video_seconds,
        max_pixels=video.max_video_pixels,
        seconds_factor=video.decode_seconds_factor,
    )
    return FfmpegDecoder(rate=rate, max_side=max_side, limits=limits)


def build_frame_analyzer(settings: Settings, gaze: GazeNetwork | None = None) -> FrameAnalyzer:
    """All vision models that are installed, loaded; ``gaze`` stands in for the installed gaze network.

    Raises ``ModelUnavailable`` for a missing required one.
    """
    from interview_analysis.vision.frame_analyzer import StageRates
    from interview_analysis.vision.loading import load_frame_analyzer

    vision = settings.vision
    rates = StageRates(expression=vision.rate_expression, gaze=vision.rate_gaze, face_count=vision.rate_face_count)
    return load_frame_analyzer(model_store(settings), rates, runtime_options(settings), gaze)


def runtime_options(settings: Settings) -> RuntimeOptions:
    """What networks run on."""
    from interview_analysis.vision.runtime.device import Device
    from interview_analysis.vision.runtime.network import RuntimeOptions
    from interview_analysis.vision.runtime.precision import Precision

    device, precision = settings.vision.runtime_device, settings.vision.runtime_precision
    return RuntimeOptions(
        cache=settings.paths.model_cache,
        precision=None if precision == "auto" else Precision(precision),
        device=None if device == "auto" else Device(device),
    )


def voice_analyzer(settings: Settings) -> VoiceAnalyzer:
    from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer

    return SpeechVoiceAnalyzer(seconds_factor=settings.video.decode_seconds_factor)


def transcriber(settings: Settings) -> Transcriber | None:
    wanted = settings.transcription
    if wanted.transcriber == "off":
        return None
    from interview_analysis.adapters.transcribe.config import TranscriberConfig

    config = TranscriberConfig(wanted.model, wanted.transcriber_timeout_seconds, wanted.language)
    if wanted.transcriber == "faster-whisper":
        from interview_analysis.adapters.transcribe.faster_whisper import FasterWhisperTranscriber

        return FasterWhisperTranscriber(lambda: model_store(settings).path(config.model).parent, config)
    from interview_analysis.adapters.transcribe.openai import OPENAI_URL, OpenAiAccess, OpenAiTranscriber

    access = OpenAiAccess(revealed(settings.openai.openai_api_key), settings.openai.openai_base_url or OPENAI_URL)
    return OpenAiTranscriber(access, config)
