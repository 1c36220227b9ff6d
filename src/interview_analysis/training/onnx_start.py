"""Start weights from an exported network: what the export folded away is unfolded again.

An export multiplies each batch norm into the convolution before it. Trained on like that, a network would have no batch norms;
with fresh ones it would begin as another network. So each norm is given the statistics that its convolution has on training
pictures, and the scale and shift that undo them: in evaluation the network answers as its file does, in training it normalises.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import onnx
import torch
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import numpy_helper
from torch import Tensor, nn

from interview_analysis.errors import InputError
from interview_analysis.training.augment import normalise, to_tensor
from interview_analysis.training.backbones import Classifier
from interview_analysis.training.faces import Faces

_PICTURES = 2048
_BATCH = 128
_SMALLEST_DEVIATION = 1e-4
"""Of a channel that answers every picture alike."""


class _Pair(NamedTuple):
    """A convolution without bias, and the batch norm after it."""

    name: str
    convolution: nn.Conv2d
    norm: nn.BatchNorm2d


class _Moments:
    """Mean and deviation of each channel, in double precision."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = torch.zeros(1, dtype=torch.float64)
        self._squares = torch.zeros(1, dtype=torch.float64)

    def add(self, values: Tensor) -> None:
        channels = values.transpose(0, 1).flatten(1).double()
        self._count += channels.shape[1]
        self._sum = self._sum + channels.sum(1)
        self._squares = self._squares + channels.square().sum(1)

    def mean_and_deviation(self) -> tuple[Tensor, Tensor]:
        mean = self._sum / self._count
        deviation = (self._squares / self._count - mean.square()).clamp_min(0).sqrt().clamp_min(_SMALLEST_DEVIATION)
        return mean.float(), deviation.float()


def start_from_export(classifier: Classifier, path: Path, faces: Faces, size: int) -> None:
    """Load the ONNX file ``path``, written by ``onnx_export``; a head of another number of classes stays as it is.

    ``faces`` at ``size`` pixels give the statistics: the first 2,048 in a fixed shuffled order. Raises ``InputError`` where the
    file does not fit the network.
    """
    network = classifier.network.eval()
    weights = _read(path)
    pictures = _sample(faces, size)
    pairs = _pairs(network, pictures[0][:1])
    _copy(classifier, pairs, weights, path.name)
    moments = _measure(network, pairs, pictures)
    for pair in pairs:
        _unfold(pair, *moments[pair.name].mean_and_deviation())


def _read(path: Path) -> dict[str, Tensor]:
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except (OSError, DecodeError) as error:
        raise InputError(f"{path}: not an ONNX file that can be read ({type(error).__name__})") from error
    return {
        weight.name.removesuffix(".half"): torch.from_numpy(numpy_helper.to_array(weight).copy()).float()
        for weight in graph.initializer
    }


def _sample(faces: Faces, size: int) -> list[Tensor]:
    chosen = faces.subset(torch.randperm(len(faces), generator=torch.Generator().manual_seed(0))[:_PICTURES].numpy())
    return [normalise(to_tensor(batch.images, size)) for batch in chosen.batches(_BATCH)]


def _pairs(network: nn.Module, picture: Tensor) -> list[_Pair]:
    """In the order in which one picture passes them."""
    passed: list[tuple[str, nn.Module]] = []
    with ExitStack() as hooks, torch.inference_mode():
        for name, layer in network.named_modules():
            if isinstance(layer, nn.Conv2d | nn.BatchNorm2d):
                note = layer.register_forward_hook(lambda module, *_, name=name: passed.append((name, module)))
                hooks.callback(note.remove)
        network(picture)
    return [
        _Pair(name, layer, after)
        for (name, layer), (_, after) in itertools.pairwise(passed)
        if isinstance(layer, nn.Conv2d) and layer.bias is None and isinstance(after, nn.BatchNorm2d)
    ]


def _copy(classifier: Classifier, pairs: list[_Pair], weights: dict[str, Tensor], file: str) -> None:
    """All weights as the file has them, each norm only adding what was folded into its convolution's bias."""
    head = {id(value) for value in classifier.head.parameters()}
    norms = {id(value) for pair in pairs for value in pair.norm.parameters()}
    wanted = {name: value for name, value in classifier.network.named_parameters() if id(value) not in norms}
    wanted |= {f"{pair.name}.weight_bias": pair.norm.bias for pair in pairs}
    with torch.no_grad():
        for name, value in wanted.items():
            found = weights.get(name)
            if found is not None and found.shape == value.shape:
                value.copy_(found)
            elif id(value) not in head:
                raise InputError(f"{file} does not fit {type(classifier.network).__name__}: {name}")
        for pair in pairs:
            nn.init.ones_(pair.norm.weight)
            _set_statistics(pair.norm, torch.zeros(1), torch.ones(1) - pair.norm.eps)


def _measure(network: nn.Module, pairs: list[_Pair], pictures: list[Tensor]) -> dict[str, _Moments]:
    moments: dict[str, _Moments] = defaultdict(_Moments)
    with ExitStack() as hooks, torch.inference_mode():
        for pair in pairs:
            add = moments[pair.name].add
            hooks.callback(pair.convolution.register_forward_hook(lambda _, __, values, add=add: add(values)).remove)
        for batch in pictures:
            network(batch)
    return moments


@torch.no_grad()
def _unfold(pair: _Pair, mean: Tensor, deviation: Tensor) -> None:
    """The convolution answers with deviation 1; ``(x / d - m / d) · d + (b + m) = x + b``, as before."""
    pair.convolution.weight.div_(deviation[:, None, None, None])
    _set_statistics(pair.norm, mean / deviation, torch.ones_like(mean))
    pair.norm.weight.copy_((1 + pair.norm.eps) ** 0.5 * deviation)
    pair.norm.bias.add_(mean)


@torch.no_grad()
def _set_statistics(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    if norm.running_mean is not None and norm.running_var is not None:
        norm.running_mean.copy_(mean.expand_as(norm.running_mean))
        norm.running_var.copy_(variance.expand_as(norm.running_var))
