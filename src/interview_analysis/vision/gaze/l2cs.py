"""Gaze from the whole face by L2CS-Net (Abdelrahman et al., arXiv 2203.03339)."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles, GazeFix
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.calibration import calibration_faces
from interview_analysis.vision.runtime.device import Device
from interview_analysis.vision.runtime.network import RuntimeOptions, open_on_cpu, uses_cuda
from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.session import InferenceSession
from interview_analysis.vision.runtime.specs import InputSpec, ModelSpec

_BINS = 90
_DEGREES_PER_BIN = 4.0
_FIRST_BIN_DEGREES = -180.0
"""Bins of the Gaze360 models: angle = Σ softmax · index · 4 − 180."""
_INT8_DEGREES = 1.5
_CHECKED_FACES = 8
_CHECK_SEED = 2
"""Other faces than int8 was calibrated with."""


class L2csGaze:
    """A loaded L2CS network with its spec. Not thread-safe."""

    def __init__(self, session: InferenceSession, spec: ModelSpec) -> None:
        """``session`` gives (N, 180): 90 bins of yaw, then 90 of pitch."""
        self.spec = spec
        self._session = session
        self._input = _input(spec)

    @property
    def runtime(self) -> str:
        """See ``InferenceSession``."""
        return self._session.runtime

    def estimate(self, crop: NDArray[np.uint8]) -> GazeFix:
        """A square RGB crop (H, W, 3), cut as ``spec.input.crop_scale`` says → gaze in the signs of ``domain.pose``."""
        (row,) = self._session.run(to_batch([crop], self._input))
        return decode_bins(row)


def decode_bins(row: NDArray[np.float32]) -> GazeFix:
    """Logits (180,) → degrees; the deviation is the spread of the bins' probabilities, the larger of the two angles'.

    The first output is yaw, although the published code unpacks it under the name of pitch. Its labels are
    yaw = atan2(−x, −z) and pitch = asin(−y) with x to the picture's right and y down, so both signs are ours already.
    """
    (yaw, yaw_spread), (pitch, pitch_spread) = (_angle(bins) for bins in np.split(row.astype(np.float64), [_BINS]))
    return GazeFix(GazeAngles(pitch=pitch, yaw=yaw), max(yaw_spread, pitch_spread))


def load_l2cs(checkpoint: Path | None, spec: ModelSpec, options: RuntimeOptions) -> L2csGaze:
    """The published checkpoint: in torch on CUDA; on the CPU converted once into ``options.cache`` and served by OpenVINO.

    ``checkpoint`` must have passed the store's checksum; ``None`` = random weights, to measure speed without the file.
    Converting runs in a process of its own, which takes torch's memory with it. Raises ``ModelUnavailable``.
    """
    if uses_cuda(options):
        return L2csGaze(_in_torch(checkpoint), spec)
    if options.cache is not None and checkpoint is not None:
        target = options.cache / f"{spec.name}-{spec.sha256[:16]}-{_input(spec).size}"
        return L2csGaze(_converted(checkpoint, spec, target, options), spec)
    with TemporaryDirectory() as work:
        return L2csGaze(_converted(checkpoint, spec, Path(work) / spec.name, replace(options, cache=None)), spec)


def _in_torch(checkpoint: Path | None) -> InferenceSession:
    from interview_analysis.vision.gaze.l2cs_network import L2csNetwork, read_checkpoint  # noqa: PLC0415 - loads torch
    from interview_analysis.vision.runtime.torch_session import TorchSession  # noqa: PLC0415

    return TorchSession(L2csNetwork() if checkpoint is None else read_checkpoint(checkpoint), Device.CUDA)


def _converted(checkpoint: Path | None, spec: ModelSpec, target: Path, options: RuntimeOptions) -> InferenceSession:
    if not target.exists():
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
            apart.submit(_convert, checkpoint, _input(spec).size, target).result()
    return open_on_cpu(target / "model.xml", spec, options, lambda exact, quick: _agree(spec, exact, quick))


def _agree(spec: ModelSpec, exact: InferenceSession, quick: InferenceSession) -> bool:
    """Whether every angle of the second lies within 1.5° of the first's, on drawn faces."""
    networks = L2csGaze(exact, spec), L2csGaze(quick, spec)
    faces = calibration_faces(_CHECKED_FACES, _CHECK_SEED)
    angles = np.array([[network.estimate(face).angles for network in networks] for face in faces])
    return bool(np.abs(angles[:, 0] - angles[:, 1]).max() <= _INT8_DEGREES)


def _convert(checkpoint: Path | None, size: int, target: Path) -> None:
    from interview_analysis.vision.gaze.l2cs_network import convert  # noqa: PLC0415 - torch must not enter the serving process

    convert(checkpoint, size, target)


def _input(spec: ModelSpec) -> InputSpec:
    if spec.input is None:
        raise ModelUnavailable(f"{spec.name}: the manifest gives no input")
    return spec.input


def _angle(bins: NDArray[np.float64]) -> tuple[float, float]:
    """Expected angle and its standard deviation."""
    shares = np.exp(bins - bins.max())
    shares /= shares.sum()
    angles = np.arange(_BINS) * _DEGREES_PER_BIN + _FIRST_BIN_DEGREES
    mean = float(shares @ angles)
    return mean, float(np.sqrt(shares @ (angles - mean) ** 2))
