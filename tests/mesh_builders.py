"""Face meshes with a label that can be learnt, and CSV files of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_analysis.vision.runtime.specs import Job, MeshSpec, ModelSpec, OutputSpec
from model_builders import LICENCE

POINTS = 478
HEADING = [f"{axis}{index}" for index in range(POINTS) for axis in "xyz"]
BROWS = slice(100, 140)
_RIGHT_EYE, _LEFT_EYE = 33, 263


def mesh(seed: int = 0, brows: float = 0.0) -> NDArray[np.float32]:
    """A face of noise (478, 3) in the middle of a square picture, its eyes level; ``brows`` higher by this share of it."""
    points = np.random.default_rng(seed).normal(0, 0.01, (POINTS, 3))
    points += 0.5 + 0.15 * np.random.default_rng(99).normal(size=(POINTS, 3))
    points[_LEFT_EYE, 1] = points[_RIGHT_EYE, 1]
    points[_LEFT_EYE, 0] = points[_RIGHT_EYE, 0] + 0.3
    points[BROWS, 1] -= brows
    return points.astype(np.float32)


def labelled(count: int, brows: float = 0.3, first_seed: int = 0) -> list[tuple[str, NDArray[np.float32]]]:
    """Neutral and anxious in turn; the anxious ones raise their brows."""
    labels = ["neutral" if index % 2 == 0 else "anxious" for index in range(count)]
    return [(label, mesh(first_seed + i, brows if label == "anxious" else 0.0)) for i, label in enumerate(labels)]


def write_meshes(
    path: Path, rows: Iterable[tuple[str, NDArray[np.float32]]], more: Mapping[str, Sequence[object]] | None = None
) -> Path:
    """The CSV that ``train landmarks`` reads; ``more``: further columns by name."""
    columns = more or {}
    lines = [",".join(["label", *columns, *HEADING])]
    for index, (label, points) in enumerate(rows):
        extra = [str(values[index]) for values in columns.values()]
        lines.append(",".join([label, *extra, *(f"{value:.5f}" for value in points.ravel())]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def anxiety_spec(**output: object) -> ModelSpec:
    """An entry of a network of aligned meshes; ``output`` changes its output."""
    return ModelSpec(
        name="anxiety",
        job=Job.ANXIETY,
        file="anxiety.onnx",
        sha256="0" * 64,
        licence=LICENCE,
        mesh=MeshSpec(normalisation="aligned"),
        output=OutputSpec.model_validate({"labels": ("neutral", "anxious")} | output),
    )
