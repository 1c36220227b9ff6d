"""Augmentation on whole batches of tensors; every draw comes from one generator, so a run can be repeated.

The pictures are grey 48 x 48; serving sees colour crops of a webcam. Turns, scale, shifts, tint, light, loss of resolution
and noise stand in for what lies between.
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


def to_tensor(images: NDArray[np.uint8], size: int) -> Tensor:
    """uint8 (N, H, W) → float (N, 3, size, size) in 0..1, bilinear."""
    grey = torch.from_numpy(images).float().div_(255).unsqueeze(1)
    grey = functional.interpolate(grey, size=(size, size), mode="bilinear", align_corners=False)
    return grey.expand(-1, 3, -1, -1)


def normalise(images: Tensor) -> Tensor:
    """(N, 3, S, S) in 0..1 → ImageNet-normalised, channels last in memory."""
    mean = images.new_tensor(IMAGENET_MEAN).view(1, 3, 1, 1)
    std = images.new_tensor(IMAGENET_STD).view(1, 3, 1, 1)
    return ((images - mean) / std).contiguous(memory_format=torch.channels_last)


def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """(N, 3, S, S) in 0..1 → the same shape, randomly changed, still in 0..1."""
    images = _light(_warp(images, generator), generator)
    images = _coarsen(images, generator)
    images = images + _NOISE * torch.randn(images.shape, generator=generator) * _uniform(len(images), generator, 0, 1)
    return _erase(images, generator).clamp_(0, 1)


def _uniform(count: int, generator: torch.Generator, low: float, high: float) -> Tensor:
    return torch.empty(count, 1, 1, 1).uniform_(low, high, generator=generator)


def _warp(images: Tensor, generator: torch.Generator) -> Tensor:
    count = len(images)
    angle = _uniform(count, generator, -1, 1).flatten() * math.radians(_MAX_TURN_DEGREES)
    scale = 1 + _uniform(count, generator, -1, 1).flatten() * _MAX_SCALE
    stretch = 1 + _uniform(count, generator, -0.5, 0.5).flatten() * _MAX_SCALE
    mirror = (torch.rand(count, generator=generator) < 0.5).float() * -2 + 1
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = angle.cos() * scale * mirror
    theta[:, 0, 1] = -angle.sin() * scale
    theta[:, 1, 0] = angle.sin() * scale * mirror * stretch
    theta[:, 1, 1] = angle.cos() * scale * stretch
    theta[:, :, 2] = torch.empty(count, 2).uniform_(-2 * _MAX_SHIFT, 2 * _MAX_SHIFT, generator=generator)
    shape = [count, 1, images.shape[2], images.shape[3]]
    grid = functional.affine_grid(theta, shape, align_corners=False)
    grey = functional.grid_sample(images[:, :1], grid, padding_mode="border", align_corners=False)
    return grey.expand(-1, 3, -1, -1)


def _light(images: Tensor, generator: torch.Generator) -> Tensor:
    count = len(images)
    gain = 1 + _uniform(count, generator, -_MAX_CONTRAST, _MAX_CONTRAST)
    shift = _uniform(count, generator, -_MAX_BRIGHTNESS, _MAX_BRIGHTNESS)
    tint = 1 + torch.empty(count, 3, 1, 1).uniform_(-_MAX_TINT, _MAX_TINT, generator=generator)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return ((images - mean) * gain + mean + shift) * tint


def _coarsen(images: Tensor, generator: torch.Generator) -> Tensor:
    """Some pictures at half resolution, as a far or compressed face would be."""
    size = images.shape[-1]
    small = functional.avg_pool2d(images, 2)
    coarse = functional.interpolate(small, size=(size, size), mode="bilinear", align_corners=False)
    chosen = torch.rand(len(images), 1, 1, 1, generator=generator) < _COARSE_PROBABILITY
    return torch.where(chosen, coarse, images)


def _erase(images: Tensor, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al., arXiv 1708.04896): a hand, hair or glare over part of the face."""
    size = images.shape[-1]
    for index in (torch.rand(len(images), generator=generator) < _ERASE_PROBABILITY).nonzero().flatten().tolist():
        height, width = (int(x) for x in torch.randint(size // 8, size // 3, (2,), generator=generator))
        top = int(torch.randint(0, size - height, (1,), generator=generator))
        left = int(torch.randint(0, size - width, (1,), generator=generator))
        images[index, :, top : top + height, left : left + width] = torch.rand((), generator=generator)
    return images
