"""Saliency maps of a video that came without any: Hou & Zhang, "Saliency detection: a spectral residual approach" (CVPR 2007).

A picture's log amplitude spectrum less its own local mean leaves what is unusual about it; back in the picture, with the phase
as it was, that lies where something stands out. Scale and filters are the authors'. Beyond them: the three planes of CIELAB
instead of brightness alone, and a prior for the middle, since people look there whatever is shown. docs/saliency.md says what
that is worth. OpenCV's own (contrib, ``StaticSaliencySpectralResidual``) sees brightness alone and has neither.

Each map is that of one frame. What moves draws the eye too, but the fixations at hand are on still pictures: no term for
motion could be held to them, so there is none.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.application.ports import VideoDecoder
from interview_analysis.domain.saliency import centre_map
from interview_analysis.domain.saliency_maps import Maps, MapsInfo, MapsSource, to_bytes
from interview_analysis.vision.decoder import Grid

_SIDE = 64
"""Longer side at which the spectrum is taken."""
_MEAN_FILTER = 3
_BLUR = 2.5
"""Standard deviation in pixels at ``_SIDE``, as in the authors' published code."""
_FLOOR = 1.0
"""Added to amplitudes, which are thousands in any picture: a frequency that is not there at all has no logarithm."""

FloatMap = NDArray[np.float64]


def predict_maps(path: Path, decoder: VideoDecoder, rate: float, *, centre: bool = True) -> tuple[MapsInfo, Maps]:
    """Maps at ``rate`` a second, of the size of the frames that ``decoder`` delivers at that rate. A frame that a recording
    leaves out looks like the one before it.

    Raises ``VideoError``, ``InputError`` (``saliency_too_large``), ``DependencyUnavailable``.
    """
    probe = decoder.probe(path)
    grid = Grid(0.0, rate)
    maps: list[NDArray[np.uint8]] = []
    with decoder.decode(path, probe) as video:
        for frame in video:
            cell = grid.cell(frame.timestamp)
            if cell < len(maps):
                continue
            MapsInfo(rate, cell + 1, *_shape(frame.image))  # refuses a long video while its maps still fit
            one = to_bytes(predict_map(frame.image, centre=centre))
            maps += [maps[-1] if maps else one] * (cell - len(maps)) + [one]
        shown = math.ceil(video.duration * rate - 1e-6)
    maps += [maps[-1]] * (shown - len(maps))
    return MapsInfo(rate, len(maps), *_shape(maps[0]), MapsSource.SPECTRAL_RESIDUAL), np.stack(maps)


def predict_map(image: NDArray[np.uint8], *, centre: bool = True) -> FloatMap:
    """Saliency (H, W), not negative, of an RGB picture (H, W, 3) uint8. One without any contrast is the prior alone."""
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    small = cv2.resize(image, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    planes = cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2LAB))
    residuals = [_residual(plane.astype(np.float64)) for plane in planes if np.ptp(plane) > 0]
    saliency = np.sum([one / one.max() for one in residuals], axis=0) if residuals else np.ones(small.shape[:2])
    if centre:
        saliency *= centre_map(_shape(saliency))
    return np.maximum(np.asarray(cv2.resize(saliency, (width, height), interpolation=cv2.INTER_LINEAR), np.float64), 0.0)


def _residual(plane: FloatMap) -> FloatMap:
    spectrum = np.fft.fft2(plane)
    log_amplitude = np.log(np.abs(spectrum) + _FLOOR)
    unusual = log_amplitude - cv2.blur(log_amplitude, (_MEAN_FILTER, _MEAN_FILTER))
    standing_out = np.abs(np.fft.ifft2(np.exp(unusual + 1j * np.angle(spectrum)))) ** 2
    return np.asarray(cv2.GaussianBlur(standing_out, (0, 0), _BLUR), np.float64)


def _shape(one: NDArray[np.generic]) -> tuple[int, int]:
    return one.shape[0], one.shape[1]
