"""Small torch networks of the forms that are served."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from interview_analysis.vision.gaze.l2cs_network import L2csNetwork

CERTAIN = 30.0
BIN_DEGREES = torch.arange(90) * 4.0 - 180.0
_BIN_SPREAD = 6.0
_GAZE_SPREAD = 15.0
_RESIDUAL_GAIN = 0.1


class SqueezingNetwork(nn.Module):
    """What EfficientNets are made of: strided, depthwise and pointwise convolutions, SiLU, squeeze-and-excitation, a mean."""

    def __init__(self, classes: int, sure_of: int | None = None) -> None:
        """``sure_of``: the class that it answers whatever it sees."""
        super().__init__()
        torch.manual_seed(1)
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.SiLU())
        self.depthwise = nn.Sequential(nn.Conv2d(16, 16, 5, padding=2, groups=16), nn.SiLU())
        self.excite = nn.Sequential(nn.Conv2d(16, 4, 1), nn.SiLU(), nn.Conv2d(4, 16, 1), nn.Sigmoid())
        self.project = nn.Conv2d(16, 64, 1)
        self.head = nn.Linear(64, classes)
        if sure_of is not None:
            self.head.bias.data[sure_of] = CERTAIN
        self.eval()

    def forward(self, images: Tensor) -> Tensor:
        x = self.depthwise(self.stem(images))
        x = self.project(x * self.excite(x.mean((2, 3), keepdim=True)))
        logits: Tensor = self.head(x.mean((2, 3)))
        return logits


def random_l2cs() -> L2csNetwork:
    """Random weights, damped so that activations stay in the range of a trained network's."""
    torch.manual_seed(0)
    network = L2csNetwork().eval()
    for name, weights in network.named_parameters():
        if name.endswith("bn3.weight"):
            weights.data.mul_(_RESIDUAL_GAIN)
    return network


def certain_l2cs(yaw_bin: int, pitch_bin: int) -> L2csNetwork:
    """Sure of one bin of each head, whatever it sees."""
    network = random_l2cs()
    for head, chosen in ((network.fc_yaw_gaze, yaw_bin), (network.fc_pitch_gaze, pitch_bin)):
        head.weight.data.zero_()
        head.bias.data.zero_()
        head.bias.data[chosen] = CERTAIN
    return network


def seeing_l2cs(batch: NDArray[np.float32]) -> L2csNetwork:
    """Its angles follow what it sees: over the pictures of ``batch`` (N, 3, S, S) they spread by 15° around 0.

    Yaw and pitch are the first two principal components of the features; the bins of each head are a bell of 6° around it,
    log p(bin) = −(bin − angle)² / 2σ², whose part in the angle is linear in the features.
    """
    network = random_l2cs()
    features = _features(network, batch)
    middle = features.mean(dim=0)
    _, _, directions = torch.linalg.svd(features - middle, full_matrices=False)
    for head, direction in zip((network.fc_yaw_gaze, network.fc_pitch_gaze), directions, strict=False):
        scaled = direction * _GAZE_SPREAD / (features @ direction).std()
        head.weight.data = BIN_DEGREES[:, None] * scaled / _BIN_SPREAD**2
        head.bias.data = -(BIN_DEGREES * (middle @ scaled) + BIN_DEGREES**2 / 2) / _BIN_SPREAD**2
    return network


def _features(network: L2csNetwork, batch: NDArray[np.float32]) -> Tensor:
    """(N, 2048): what the heads see."""
    seen: list[Tensor] = []
    hook = network.fc_yaw_gaze.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.inference_mode():
        for picture in batch:
            network(torch.from_numpy(picture[None]))
    hook.remove()
    return torch.cat(seen).clone()
