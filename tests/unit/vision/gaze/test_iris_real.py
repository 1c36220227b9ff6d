"""Iris gaze against the landmarker's own eyeLook blendshapes, which serving does not ask for: they cost time on every frame."""

from __future__ import annotations

from pathlib import Path

import mediapipe as mp
import numpy as np
import pytest
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode

from interview_analysis.vision.blink import eye_openness
from interview_analysis.vision.decoder import FfmpegDecoder
from interview_analysis.vision.gaze.iris import iris_gaze
from interview_analysis.vision.head_pose.solver import HeadPoseSolver
from interview_analysis.vision.limits import DecodeLimits

pytestmark = [pytest.mark.models, pytest.mark.data, pytest.mark.slow]

LIMITS = DecodeLimits(max_bytes=1 << 28, max_seconds=120, max_pixels=4096 * 2304, seconds_factor=4)
TO_PICTURES_LEFT = {"eyeLookInLeft": 0.5, "eyeLookOutRight": 0.5, "eyeLookOutLeft": -0.5, "eyeLookInRight": -0.5}
UP = {"eyeLookUpLeft": 0.5, "eyeLookUpRight": 0.5, "eyeLookDownLeft": -0.5, "eyeLookDownRight": -0.5}


def test_the_blendshapes_agree_where_the_eyes_move_in_a_still_head(models_dir: Path, data_dir: Path) -> None:
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(models_dir / "face_landmarker.task")),
        running_mode=RunningMode.IMAGE,
        output_face_blendshapes=True,
    )
    decoder, solver = FfmpegDecoder(1.0, 640, LIMITS), HeadPoseSolver()
    clip = data_dir / "clips" / "blinkA1_60s_vp8_opus.webm"
    gaze, shapes = [], []
    with FaceLandmarker.create_from_options(options) as landmarker, decoder.decode(clip, decoder.probe(clip)) as frames:
        for frame in frames:
            found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.image)))
            height, width = frame.image.shape[:2]
            points = np.array([(point.x * width, point.y * height) for point in found.face_landmarks[0]])
            fit, openness = solver.solve(points, width, height), eye_openness(points)
            fix = iris_gaze(points, fit, openness) if fit is not None and openness is not None else None
            scores = {shape.category_name: shape.score for shape in found.face_blendshapes[0]}
            if fix is not None:
                gaze.append(fix.angles)
                shapes.append([sum(scores[name] * share for name, share in side.items()) for side in (UP, TO_PICTURES_LEFT)])
    pitch, yaw = (np.corrcoef(np.array(gaze)[:, axis], np.array(shapes)[:, axis])[0, 1] for axis in (0, 1))
    assert len(gaze) > 50
    assert yaw > 0.8
    assert pitch > 0.4
