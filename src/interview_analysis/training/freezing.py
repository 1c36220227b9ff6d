"""What is held fixed while training: the backbone in the head stage, and batch norm by its own mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torch import nn

from interview_analysis.training.backbones import Classifier
from interview_analysis.training.config import ExpressionConfig, Stage

_SMALLEST_RUNNING_BATCH = 32
"""Below it the statistics of one batch are too noisy to normalise by (Wu & He, arXiv 1803.08494, figure 1)."""


def frozen_batch_norms(classifier: Classifier, config: ExpressionConfig, stage: Stage) -> tuple[nn.Module, ...]:
    """The batch-norm layers that are frozen in this stage: they normalise by their running statistics, which stay as they are,
    and their scale and shift are not trained.

        all        every layer, in both stages
        s3         those of the stem and of the first three stages of blocks, in both stages
        adaptive   every layer in the head stage, and in the second stage while batch_size is below 32
        none       no layer: statistics run along even where the backbone is frozen

    In the head stage the scale and shift of a layer that is not frozen are not trained either, as part of the backbone.
    """
    if config.freeze_bn == "s3":
        return tuple(_batch_norms(classifier.early))
    small = stage.name == "head" or config.batch_size < _SMALLEST_RUNNING_BATCH
    if config.freeze_bn == "all" or (config.freeze_bn == "adaptive" and small):
        return tuple(_batch_norms([classifier.network]))
    return ()


def freeze(classifier: Classifier, stage: Stage, batch_norms: Iterable[nn.Module]) -> None:
    """Choose the parameters that this stage trains."""
    classifier.network.requires_grad_(stage.name == "finetune")
    classifier.head.requires_grad_(True)
    for layer in batch_norms:
        layer.requires_grad_(False)


def _batch_norms(parts: Iterable[nn.Module]) -> Iterator[nn.Module]:
    return (module for part in parts for module in part.modules() if isinstance(module, nn.BatchNorm2d))
