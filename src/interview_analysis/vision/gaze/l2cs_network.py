"""L2CS-Net in torch (Abdelrahman et al., arXiv 2203.03339): a ResNet-50 with two heads of angle bins.

Only converting needs this module, so that torch stays out of the processes that serve.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from pickle import UnpicklingError
from tempfile import TemporaryDirectory

import openvino
import torch
from torch import Tensor, nn

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.torch_compat import torchvision_models

_FEATURES = 2048
_BINS = 90
_ITERATIVE = 3
"""Width of ``fc_finetune``, a head the published checkpoints carry and nothing uses."""
_PARALLEL_PREFIX = "module."


class L2csNetwork(nn.Module):
    """ImageNet-normalised RGB (N, 3, S, S) → two (N, 90): bins of yaw, bins of pitch. Names are those of the checkpoints."""

    def __init__(self) -> None:
        super().__init__()
        resnet = torchvision_models().resnet50(weights=None)
        for name, child in resnet.named_children():
            if name != "fc":
                self.add_module(name, child)
        self.fc_yaw_gaze = nn.Linear(_FEATURES, _BINS)
        self.fc_pitch_gaze = nn.Linear(_FEATURES, _BINS)
        self.fc_finetune = nn.Linear(_FEATURES + _ITERATIVE, _ITERATIVE)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        x = images
        for name, child in self.named_children():
            if not name.startswith("fc_"):
                x = child(x)
        x = x.flatten(1)
        return self.fc_yaw_gaze(x), self.fc_pitch_gaze(x)


def read_checkpoint(path: Path) -> L2csNetwork:
    """The network with the weights of a checkpoint, read as tensors only. Raises ``ModelUnavailable`` where they do not fit."""
    network = L2csNetwork()
    try:
        weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        network.load_state_dict({name.removeprefix(_PARALLEL_PREFIX): value for name, value in weights.items()})
    except (RuntimeError, UnpicklingError, zipfile.BadZipFile, AttributeError, EOFError, LookupError) as error:
        raise ModelUnavailable(f"{path.name} is not an L2CS checkpoint: {error}") from error
    return network.eval()


def convert(checkpoint: Path | None, size: int, target: Path) -> None:
    """Write the network as OpenVINO IR ``target``/model.xml, whole or not at all. ``None``: random weights."""
    network = L2csNetwork().eval() if checkpoint is None else read_checkpoint(checkpoint)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch.export deprecates a name that it uses itself
        model = openvino.convert_model(torch.export.export(network, (torch.zeros(1, 3, size, size),)))
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as work:
        made = Path(work) / target.name
        openvino.save_model(model, made / "model.xml", compress_to_fp16=False)
        if not target.exists():
            made.rename(target)
