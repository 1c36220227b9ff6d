"""People who look at a screen, simulated: true points, and the samples that a camera with known faults would make of them.

Exact geometry first (a camera at the screen's upper edge, tilted against it; a head that moves and turns toward what is looked
at), then the faults of a real meter: an offset and a gain of the gaze that stay with the person, a fault that lasts as long as
a look at one point, noise of single pictures, a distance that is off by a share, and outliers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.screen_gaze import GazeSample, Screen, ScreenPoint, Triple
from interview_analysis.domain.screen_gaze_calibration import CalibrationShot

SCREEN = Screen(1920, 1080, 345.0)
MM = 345.0 / 1920
Vector = NDArray[np.float64]

_GRIDS = {
    5: ((0.5, 0.5), (0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)),
    9: tuple((x, y) for y in (0.1, 0.5, 0.9) for x in (0.1, 0.5, 0.9)),
    13: (
        *((x, y) for y in (0.1, 0.5, 0.9) for x in (0.1, 0.5, 0.9)),
        *((x, y) for y in (0.3, 0.7) for x in (0.3, 0.7)),
    ),
}


def grid(points: int, screen: Screen = SCREEN) -> list[ScreenPoint]:
    """5, 9 or 13 targets."""
    return [ScreenPoint(x * screen.width, y * screen.height) for x, y in _GRIDS[points]]


@dataclass(frozen=True, slots=True)
class Faults:
    """Degrees, and shares. ``outliers``: share of samples in the middle of a blink or a saccade."""

    offset: float = 5.0
    gain: tuple[float, float] = (0.9, 0.75)
    look: float = 0.5
    noise: float = 1.0
    distance: float = 0.06
    tilt: float = 8.0
    outliers: float = 0.0


NO_FAULTS = Faults(offset=0, gain=(1, 1), look=0, noise=0, distance=0, tilt=0)


class Sitter:
    """One person before one screen."""

    def __init__(self, seed: int, faults: Faults = Faults(), *, mirrored: bool = False) -> None:
        """``mirrored``: by a camera program that turns left and right about."""
        self._rng = rng = np.random.default_rng(seed)
        self._faults = faults
        self._mirrored = mirrored
        self._head = np.array([rng.normal(0, 25), rng.normal(110, 25), rng.uniform(480, 680)])
        way = rng.uniform(0, 2 * np.pi)
        self._offset = np.radians(faults.offset) * np.array([np.cos(way), np.sin(way)])
        self._distance = 1 + rng.normal(0, faults.distance)
        self._tilt = np.radians(rng.normal(0, faults.tilt))

    def look(self, target: ScreenPoint, samples: int) -> list[GazeSample]:
        """At one point, for so many pictures."""
        fault = np.radians(self._rng.normal(0, self._faults.look, 2))
        return [self._sample(target, fault) for _ in range(samples)]

    def shots(self, targets: Sequence[ScreenPoint], samples: int) -> list[CalibrationShot]:
        """``samples`` of each target."""
        return [CalibrationShot(target, sample) for target in targets for sample in self.look(target, samples)]

    def _sample(self, target: ScreenPoint, fault: Vector) -> GazeSample:
        rng, faults = self._rng, self._faults
        self._head = self._head + rng.normal(0, 1.5, 3)
        wild = rng.random() < faults.outliers
        seen = ScreenPoint(rng.uniform(0, SCREEN.width), rng.uniform(0, SCREEN.height)) if wild else target
        place = np.array([(SCREEN.width / 2 - seen.x) * MM, seen.y * MM, 0.0])
        ray = self._into_camera(place - self._head)
        head = self._into_camera(self._head)
        across, down = np.arctan2(ray[0], -ray[2]), np.arctan2(ray[1], -ray[2])
        gains = np.array(faults.gain)
        turned = 0.3 * np.array([across, down])
        eyes = np.array([across, down]) - turned
        measured = turned + gains * eyes + self._offset + fault + np.radians(rng.normal(0, faults.noise, 2))
        if wild:
            measured = measured + np.radians([0, 25 * rng.random()])
        slope = np.tan(measured)
        position = head * self._distance * (1 + 0.2 * rng.normal(0, faults.distance))
        turn = np.array([turned[1], -turned[0], 0.0]) + np.radians(rng.normal(0, faults.noise, 3))
        if self._mirrored:
            slope, position, turn = slope * (-1, 1), position * (-1, 1, 1), turn * (1, -1, -1)
        gaze = np.array([*slope, -1.0]) / np.sqrt(1 + slope @ slope)
        return GazeSample(_triple(gaze), _triple(position), _triple(turn))

    def _into_camera(self, vector: Vector) -> Vector:
        """The camera is tilted about x against the screen."""
        sine, cosine = np.sin(self._tilt), np.cos(self._tilt)
        x, y, z = vector
        return np.array([x, cosine * y - sine * z, sine * y + cosine * z])


def _triple(values: Vector) -> Triple:
    x, y, z = values.tolist()
    return x, y, z
