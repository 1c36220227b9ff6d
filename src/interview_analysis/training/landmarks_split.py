"""Who is trained on, who is chosen with, who is tested on: never the same person, nor the same picture twice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from interview_analysis.errors import InputError
from interview_analysis.training.landmarks_config import LandmarksConfig
from interview_analysis.training.landmarks_data import LabelledMeshes, Rows
from interview_analysis.vision.anxiety import LABELS, normalise_meshes
from interview_analysis.vision.runtime.specs import MeshSpec

TEST_SPLITS = frozenset({"val", "validation", "test"})
_BLOCK = 512


class Parts(NamedTuple):
    """Row numbers. ``dropped``: rows not for testing, of a person or picture that is."""

    train: Rows
    validation: Rows
    test: Rows
    dropped: Rows


def split(data: LabelledMeshes, config: LandmarksConfig) -> Parts:
    """Whole groups go to one part, drawn with ``config.seed``; the CSV's own column split decides what is tested on.

    Raises ``InputError`` where a part would lack one of the labels.
    """
    groups = group(data, config.duplicate)
    rng = np.random.default_rng(config.seed)
    reserved = np.isin(data.splits, sorted(TEST_SPLITS))
    if not reserved.any():
        reserved = _drawn(groups, np.ones(len(data), np.bool_), config.test_share, rng)
    shared = ~reserved & np.isin(groups, groups[reserved])
    free = ~reserved & ~shared
    chosen = _drawn(groups, free, config.validation_share, rng)
    masks = (free & ~chosen, chosen, reserved, shared)
    parts = Parts(*(np.flatnonzero(mask) for mask in masks))
    for name in ("train", "validation", "test"):
        found = set(data.labels[getattr(parts, name)].tolist())
        if len(found) < len(LABELS):
            raise InputError(f"the {name} part has no row of each label: more people or pictures are needed")
    return parts


def group(data: LabelledMeshes, duplicate: float) -> NDArray[np.intp]:
    """Group numbers (N,): rows of one person are together; so are near-duplicates among the rows that name nobody."""
    _, first, person = np.unique(data.persons, return_index=True, return_inverse=True)
    named = np.flatnonzero(data.persons != "")
    same = _near_duplicates(data, np.flatnonzero(data.persons == ""), duplicate)
    ends = np.concatenate([np.stack([named, first[person[named]]], axis=1), same])
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(data), len(data)))
    _, groups = connected_components(graph, directed=False)
    return np.asarray(groups, np.intp)


def _near_duplicates(data: LabelledMeshes, rows: Rows, duplicate: float) -> Rows:
    """Pairs (K, 2) of ``rows`` whose aligned meshes lie closer than ``duplicate``, sought block by block."""
    spec = MeshSpec(normalisation="aligned")
    shapes = normalise_meshes(data.meshes[rows], data.sizes[rows], spec) / np.sqrt(data.meshes.shape[1])
    squares = (shapes**2).sum(axis=1)
    pairs = [np.empty((0, 2), np.intp)]
    for start in range(0, len(shapes), _BLOCK):
        block = slice(start, start + _BLOCK)
        distances = squares[block, None] + squares[None] - 2 * shapes[block] @ shapes.T
        one, other = np.nonzero(distances < duplicate**2)
        later = other > one + start
        pairs.append(np.stack([rows[one[later] + start], rows[other[later]]], axis=1))
    return np.concatenate(pairs)


def _drawn(groups: NDArray[np.intp], among: NDArray[np.bool_], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whole groups, at least one, about ``share`` of those ``among``."""
    names = np.unique(groups[among])
    count = max(1, round(share * len(names)))
    return among & np.isin(groups, rng.permutation(names)[:count])
