"""A saliency map as a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_MOST_OPAQUE = 0.8


def png_of(saliency: NDArray[np.uint8], *, coloured: bool) -> bytes:
    """``saliency`` (H, W) as PNG: its values in grey; or, to be laid over the video's frame, coloured from blue to red and the
    more transparent the lower, so that what draws no eye shows the video alone."""
    return bytes(cv2.imencode(".png", _heat(saliency) if coloured else saliency)[1])


def heat_over(frame: NDArray[np.uint8], saliency: NDArray[np.uint8]) -> bytes:
    """PNG of the map (h, w), scaled to the RGB frame (H, W, 3) and laid over it in the colours of ``png_of``."""
    smooth = cv2.resize(saliency, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_CUBIC)
    layer = _heat(np.asarray(smooth, np.uint8)).astype(np.float64)
    opacity = layer[:, :, 3:] / 255
    blended = layer[:, :, :3] * opacity + frame[:, :, ::-1] * (1 - opacity)
    return bytes(cv2.imencode(".png", np.rint(blended).astype(np.uint8))[1])


def _heat(saliency: NDArray[np.uint8]) -> NDArray[np.uint8]:
    coloured = cv2.cvtColor(cv2.applyColorMap(saliency, cv2.COLORMAP_TURBO), cv2.COLOR_BGR2BGRA)
    coloured[:, :, 3] = np.rint(saliency * _MOST_OPAQUE)
    return np.asarray(coloured, np.uint8)
