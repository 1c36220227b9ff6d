"""EfficientNet-Lite0.

It follows Liu (TensorFlow team), "Higher accuracy on vision models with EfficientNet-Lite", 2020:
EfficientNet-B0 (Tan & Le, arXiv 1905.11946) without squeeze-and-excitation, with ReLU6, stem and head not scaled.
Parameter names equal those of the Apache-2.0 ImageNet checkpoint, so it loads with ``strict`` apart from the classifier.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

_BATCH_NORM_EPS = 1e-3
_BATCH_NORM_MOMENTUM = 0.01
_FEATURES = 1280
_EARLY_STAGES = 3


class _Stage(NamedTuple):
    repeats: int
    kernel: int
    stride: int
    expand: int
    out_channels: int


_LITE0_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)


class _SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's "same" padding for even inputs, which the ImageNet weights were trained with."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, *, stride: int = 1, depthwise: bool = False) -> None:
        groups = in_channels if depthwise else 1
        super().__init__(in_channels, out_channels, kernel, stride=stride, groups=groups, bias=False)
        total = kernel - stride if stride > 1 else kernel - 1
        self._pad = (total // 2, total - total // 2, total // 2, total - total // 2)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = super().forward(functional.pad(x, self._pad) if any(self._pad) else x)
        return out


def _batch_norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=_BATCH_NORM_EPS, momentum=_BATCH_NORM_MOMENTUM)


class _InvertedResidual(nn.Module):
    def __init__(self, in_channels: int, stage: _Stage, stride: int) -> None:
        super().__init__()
        hidden = in_channels * stage.expand
        self.expands = stage.expand != 1
        self.residual = stride == 1 and in_channels == stage.out_channels
        if self.expands:
            self._expand_conv = _SameConv2d(in_channels, hidden, 1)
            self._bn0 = _batch_norm(hidden)
        self._depthwise_conv = _SameConv2d(hidden, hidden, stage.kernel, stride=stride, depthwise=True)
        self._bn1 = _batch_norm(hidden)
        self._project_conv = _SameConv2d(hidden, stage.out_channels, 1)
        self._bn2 = _batch_norm(stage.out_channels)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """Images (N, 3, S, S), S divisible by 32, ImageNet-normalised RGB → logits (N, classes)."""

    def __init__(self, classes: int, dropout: float = 0.2) -> None:
        super().__init__()
        self._conv_stem = _SameConv2d(3, 32, 3, stride=2)
        self._bn0 = _batch_norm(32)
        blocks: list[nn.Module] = []
        channels = 32
        for stage in _LITE0_STAGES:
            for repeat in range(stage.repeats):
                blocks.append(_InvertedResidual(channels, stage, stage.stride if repeat == 0 else 1))
                channels = stage.out_channels
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = _SameConv2d(channels, _FEATURES, 1)
        self._bn1 = _batch_norm(_FEATURES)
        self._dropout = nn.Dropout(dropout)
        self._fc = nn.Linear(_FEATURES, classes)

    @property
    def head(self) -> nn.Linear:
        """The classifier."""
        return self._fc

    @property
    def early(self) -> tuple[nn.Module, ...]:
        """Stem and first three stages."""
        blocks = sum(stage.repeats for stage in _LITE0_STAGES[:_EARLY_STAGES])
        return (self._conv_stem, self._bn0, *self._blocks[:blocks])

    def forward(self, images: Tensor) -> Tensor:
        x = functional.relu6(self._bn0(self._conv_stem(images)))
        for block in self._blocks:
            x = block(x)
        x = functional.relu6(self._bn1(self._conv_head(x)))
        logits: Tensor = self._fc(self._dropout(x.mean(dim=(2, 3))))
        return logits
