"""Augmentation on whole batches of tensors; every draw comes from one generator, so a run can be repeated.

Serving sees colour crops of a webcam. Turns, scale, shifts, tint, light, loss of resolution and noise stand in for what lies
between. Generator and pictures lie on the same device.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

_MAX_TURN_DEGREES = 16.0
_MAX_SCALE = 0.15
_MAX_SHIFT = 0.08
_MAX_CONTRAST = 0.35
_MAX_BRIGHTNESS = 0.2
_MAX_TINT = 0.15
_COARSE_PROBABILITY = 0.2
_ERASE_PROBABILITY = 0.25
_NOISE = 0.03


def to_tensor(images: NDArray[np.uint8], size: int, device: torch.device | None = None) -> Tensor:
    """uint8 (N, H, W) or (N, H, W, 3) → float (N, 1 or 3, size, size) in 0..1, bilinear, smoothed where it shrinks."""
    pictures = torch.from_numpy(images).to(device)
    pictures = pictures.unsqueeze(1) if pictures.ndim == 3 else pictures.permute(0, 3, 1, 2)
    shrinks = size < min(pictures.shape[2:])
    pictures = pictures.float().div_(255)
    return functional.interpolate(pictures, size=(size, size), mode="bilinear", align_corners=False, antialias=shrinks)


def normalise(images: Tensor) -> Tensor:
    """(N, 1 or 3, S, S) in 0..1 → (N, 3, S, S), ImageNet-normalised, channels last in memory."""
    mean = images.new_tensor(IMAGENET_MEAN).view(1, 3, 1, 1)
    std = images.new_tensor(IMAGENET_STD).view(1, 3, 1, 1)
    return ((images - mean) / std).contiguous(memory_format=torch.channels_last)


def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """(N, 1 or 3, S, S) in 0..1 → (N, 3, S, S), randomly changed, still in 0..1."""
    images = _light(_warp(images, generator), generator)
    images = _coarsen(images, generator)
    images = images + _NOISE * _normal(images.shape, generator) * _uniform(len(images), generator, 0, 1)
    return _erase(images, generator).clamp_(0, 1)


def _uniform(count: int, generator: torch.Generator, low: float, high: float) -> Tensor:
    return torch.empty(count, 1, 1, 1, device=generator.device).uniform_(low, high, generator=generator)


def _normal(shape: torch.Size, generator: torch.Generator) -> Tensor:
    return torch.randn(shape, generator=generator, device=generator.device)


def _chosen(count: int, probability: float, generator: torch.Generator) -> Tensor:
    """Booleans (count,), true with the probability."""
    return torch.rand(count, generator=generator, device=generator.device) < probability


def _warp(images: Tensor, generator: torch.Generator) -> Tensor:
    count = len(images)
    angle = _uniform(count, generator, -1, 1).flatten() * math.radians(_MAX_TURN_DEGREES)
    scale = 1 + _uniform(count, generator, -1, 1).flatten() * _MAX_SCALE
    stretch = 1 + _uniform(count, generator, -0.5, 0.5).flatten() * _MAX_SCALE
    mirror = _chosen(count, 0.5, generator).float() * -2 + 1
    theta = images.new_zeros(count, 2, 3)
    theta[:, 0, 0] = angle.cos() * scale * mirror
    theta[:, 0, 1] = -angle.sin() * scale
    theta[:, 1, 0] = angle.sin() * scale * mirror * stretch
    theta[:, 1, 1] = angle.cos() * scale * stretch
    theta[:, :, 2] = theta.new_empty(count, 2).uniform_(-2 * _MAX_SHIFT, 2 * _MAX_SHIFT, generator=generator)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False).expand(-1, 3, -1, -1)


def _light(images: Tensor, generator: torch.Generator) -> Tensor:
    count = len(images)
    gain = 1 + _uniform(count, generator, -_MAX_CONTRAST, _MAX_CONTRAST)
    shift = _uniform(count, generator, -_MAX_BRIGHTNESS, _MAX_BRIGHTNESS)
    tint = 1 + images.new_empty(count, 3, 1, 1).uniform_(-_MAX_TINT, _MAX_TINT, generator=generator)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return ((images - mean) * gain + mean + shift) * tint


def _coarsen(images: Tensor, generator: torch.Generator) -> Tensor:
    """Some pictures at half resolution, as a far or compressed face would be."""
    size = images.shape[-1]
    small = functional.avg_pool2d(images, 2)
    coarse = functional.interpolate(small, size=(size, size), mode="bilinear", align_corners=False)
    chosen = _chosen(len(images), _COARSE_PROBABILITY, generator)
    return torch.where(chosen.view(-1, 1, 1, 1), coarse, images)


def _erase(images: Tensor, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al., arXiv 1708.04896): a hand, hair or glare over part of the face."""
    size = images.shape[-1]
    for index in _chosen(len(images), _ERASE_PROBABILITY, generator).nonzero().flatten().tolist():
        height, width = (int(x) for x in _integers(size // 8, size // 3, 2, generator))
        top, left = (int(_integers(0, size - side, 1, generator)) for side in (height, width))
        level = torch.rand((), generator=generator, device=generator.device)
        images[index, :, top : top + height, left : left + width] = level
    return images


def _integers(low: int, high: int, count: int, generator: torch.Generator) -> Tensor:
    return torch.randint(low, high, (count,), generator=generator, device=generator.device)
