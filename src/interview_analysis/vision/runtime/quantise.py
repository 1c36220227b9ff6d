"""int8 networks by post-training quantisation (NNCF): made once from the float network and drawn faces, kept in the cache."""

from __future__ import annotations

import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.calibration import calibration_faces
from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.specs import InputSpec, ModelSpec

_CALIBRATION_FACES = 32
_CALIBRATION_SEED = 1
_VERSION = 1
"""Rises when another calibration gives other numbers, so that cached networks are made anew."""


def quantised(model: Path, spec: ModelSpec, cache: Path) -> Path:
    """The int8 form of ``model`` (ONNX or OpenVINO IR) as IR within ``cache``, keyed by the manifest's checksum.

    Making it takes about a minute for a ResNet-50 and runs in a process of its own, which takes the memory with it. Raises
    ``ModelUnavailable`` where the spec gives no input.
    """
    if spec.input is None:
        raise ModelUnavailable(f"{spec.name}: the manifest gives no input")
    target = cache / f"{spec.name}-{spec.sha256[:16]}-{spec.input.size}-int8-{_VERSION}"
    if not target.exists():
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
            apart.submit(_quantise, model, spec.input, target).result()
    return target / "model.xml"


def _quantise(model: Path, spec: InputSpec, target: Path) -> None:
    """Write ``target``/model.xml, whole or not at all.

    The first convolution stays in float, and ranges are the widest seen: on a ResNet-50 with constructed gaze heads that took
    the largest error on photographs from 5.1° to 0.7°.
    """
    import nncf  # noqa: PLC0415 - loads torch
    import openvino  # noqa: PLC0415
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet  # noqa: PLC0415

    nncf.set_log_level(logging.ERROR)
    network = openvino.Core().read_model(model)
    network.reshape([1, 3, spec.size, spec.size])
    faces = [to_batch([face], spec) for face in calibration_faces(_CALIBRATION_FACES, _CALIBRATION_SEED)]
    stem = next(part.get_friendly_name() for part in network.get_ordered_ops() if part.get_type_name() == "Convolution")
    widest = nncf.AdvancedQuantizationParameters(activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX)
    small = nncf.quantize(
        network,
        nncf.Dataset(faces),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(faces),
        ignored_scope=nncf.IgnoredScope(names=[stem]),
        advanced_parameters=widest,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as work:
        made = Path(work) / target.name
        openvino.save_model(small, made / "model.xml", compress_to_fp16=False)
        if not target.exists():
            made.rename(target)
