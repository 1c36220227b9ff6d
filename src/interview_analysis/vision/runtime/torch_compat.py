"""The one place that imports torchvision.

The wheel that an offline registry offers is a CUDA build: beside a CPU torch its compiled operators do not load, and the
import fails because ``torchvision::nms`` has no schema. The schemas are defined here first; networks and transforms then
work, the operators themselves (``ops.nms``) do not and are not used.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_libraries: list[Any] = []
"""Schemas live as long as their library object."""


def torchvision_models() -> ModuleType:
    """``torchvision.models``. Raises ``ImportError`` where torchvision is not installed."""
    try:
        return importlib.import_module("torchvision.models")
    except RuntimeError:
        _define_schemas()
        return importlib.import_module("torchvision.models")


def _define_schemas() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _libraries.append(library)
