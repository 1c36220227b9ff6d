"""Fitted regressors of the screen point → ONNX, float32 (N, F) → (N, 2), in plain tensor operators.

Trees become table look-ups, one step down all trees at a time: the runtime that serves has no operator for trees, and this way
it needs none, and nothing that could run code is in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatch
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeRegressor

from interview_analysis.training.screen_gaze_regressors import Blend, RobustClip

_OPSET = 18
_IR_VERSION = 10
_INPUT, _OUTPUT = "features", "points"


class _Graph:
    """Nodes and constants in the making; every operator's result has a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, values: NDArray[np.generic] | Sequence[float]) -> str:
        """float64 is stored as float32."""
        array = np.asarray(values)
        array = array.astype(np.float32) if array.dtype == np.float64 else array
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), f"c{len(self.constants)}"))
        return str(self.constants[-1].name)

    def add(self, operator: str, *inputs: str, **attributes: object) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name


def write_regressor(pipeline: Pipeline, feature_count: int, target: Path) -> None:
    """Write a fitted ``build_regressor`` whole or not at all. Raises ``NotImplementedError`` for an estimator without a form
    in ONNX."""
    graph = _Graph()
    clip, regressor = (step for _, step in pipeline.steps)
    graph.nodes.append(helper.make_node("Identity", [_lower(regressor, graph, _clip(clip, graph))], [_OUTPUT]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "screen_gaze",
            [helper.make_tensor_value_info(_INPUT, TensorProto.FLOAT, ["samples", feature_count])],
            [helper.make_tensor_value_info(_OUTPUT, TensorProto.FLOAT, ["samples", 2])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    part = target.with_suffix(".part")
    part.write_bytes(model.SerializeToString())
    part.replace(target)


def _clip(clip: RobustClip, graph: _Graph) -> str:
    shifted = graph.add("Sub", _INPUT, graph.constant(clip.centre_))
    scaled = graph.add("Div", shifted, graph.constant(clip.scale_))
    low, high = (graph.constant(np.array(limit, np.float32)) for limit in (-clip.limit, clip.limit))
    return graph.add("Clip", scaled, low, high)


@singledispatch
def _lower(estimator: BaseEstimator, graph: _Graph, rows: str) -> str:
    """Add the estimator's operators and return the name of its answers (N, 2)."""
    raise NotImplementedError(f"{type(estimator).__name__} has no form in ONNX here")


@_lower.register
def _ridge(estimator: Ridge, graph: _Graph, rows: str) -> str:
    product = graph.add("MatMul", rows, graph.constant(estimator.coef_.T))
    return graph.add("Add", product, graph.constant(estimator.intercept_))


@_lower.register
def _polynomial(estimator: Pipeline, graph: _Graph, rows: str) -> str:
    """Degree 1 and 2 without bias; the standardisation stands in front of the ridge."""
    polynomial, standard, ridge = (step for _, step in estimator.steps)
    powers = polynomial.powers_
    pairs = np.array([np.repeat(np.arange(powers.shape[1]), power) for power in powers[powers.sum(axis=1) == 2]])
    first, second = (graph.add("Gather", rows, graph.constant(column), axis=1) for column in pairs.T)
    terms = graph.add("Concat", rows, graph.add("Mul", first, second), axis=1)
    centred = graph.add("Sub", terms, graph.constant(standard.mean_))
    return _lower(ridge, graph, graph.add("Div", centred, graph.constant(standard.scale_)))


@_lower.register
def _kernel(estimator: TransformedTargetRegressor, graph: _Graph, rows: str) -> str:
    """Kernel ridge with k(x, z) = exp(−γ·|x − z|²) on standardised points."""
    kernel, standard = estimator.regressor_, estimator.transformer_
    difference = graph.add("Sub", graph.add("Unsqueeze", rows, graph.constant(np.array([1]))), graph.constant(kernel.X_fit_))
    squares = graph.add("ReduceSum", graph.add("Mul", difference, difference), graph.constant(np.array([2])), keepdims=0)
    similarity = graph.add("Exp", graph.add("Mul", squares, graph.constant([-float(kernel.gamma)])))
    product = graph.add("MatMul", similarity, graph.constant(kernel.dual_coef_ * standard.scale_))
    return graph.add("Add", product, graph.constant(standard.mean_))


@_lower.register
def _blend(estimator: Blend, graph: _Graph, rows: str) -> str:
    total = graph.add("Add", _lower(estimator.first_, graph, rows), _lower(estimator.second_, graph, rows))
    return graph.add("Mul", total, graph.constant([0.5]))


@_lower.register(ExtraTreesRegressor)
@_lower.register(RandomForestRegressor)
def _forest(estimator: ExtraTreesRegressor | RandomForestRegressor, graph: _Graph, rows: str) -> str:
    trees = [_Tree.of(tree, lambda value: value / len(estimator.estimators_)) for tree in estimator.estimators_]
    return _sum_of_trees(trees, graph, rows)


@_lower.register
def _boosting(estimator: MultiOutputRegressor, graph: _Graph, rows: str) -> str:
    """One boosted sum of trees an axis; each starts at its constant first guess."""
    trees = []
    starts = []
    for axis, boosted in enumerate(estimator.estimators_):
        starts.append(float(boosted.init_.constant_.item()))
        trees += [_Tree.of(tree, _on_axis(axis, boosted)) for tree in boosted.estimators_[:, 0]]
    return graph.add("Add", _sum_of_trees(trees, graph, rows), graph.constant(starts))


def _on_axis(axis: int, boosted: GradientBoostingRegressor) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    weight = np.eye(2)[axis] * boosted.learning_rate
    return lambda value: value * weight


class _Tree(NamedTuple):
    """Arrays over its nodes (K,), ``value`` (K, 2); a leaf is its own child."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]
    depth: int

    @classmethod
    def of(cls, tree: DecisionTreeRegressor, weigh: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> _Tree:
        nodes = tree.tree_
        itself = np.arange(nodes.node_count)
        leaf = nodes.children_left < 0
        return cls(
            left=np.where(leaf, itself, nodes.children_left),
            right=np.where(leaf, itself, nodes.children_right),
            feature=np.where(leaf, 0, nodes.feature),
            threshold=np.where(leaf, 0.0, nodes.threshold),
            value=weigh(nodes.value[:, :, 0]),
            depth=int(nodes.max_depth),
        )


def _sum_of_trees(trees: Sequence[_Tree], graph: _Graph, rows: str) -> str:
    """All trees stand in one table; ``node`` (N, T) is where each sample stands in each tree."""
    roots = np.cumsum([0, *(len(tree.left) for tree in trees[:-1])])
    left = graph.constant(np.concatenate([tree.left + root for tree, root in zip(trees, roots, strict=True)]))
    right = graph.constant(np.concatenate([tree.right + root for tree, root in zip(trees, roots, strict=True)]))
    feature = graph.constant(np.concatenate([tree.feature for tree in trees]))
    threshold = graph.constant(np.concatenate([tree.threshold for tree in trees]))
    samples = graph.add("Shape", rows, start=0, end=1)
    shape = graph.add("Concat", samples, graph.constant(np.array([1])), axis=0)
    node = graph.add("Expand", graph.constant(roots[None]), shape)
    for _ in range(max(tree.depth for tree in trees)):
        value = graph.add("GatherElements", rows, graph.add("Gather", feature, node), axis=1)
        goes_left = graph.add("LessOrEqual", value, graph.add("Gather", threshold, node))
        node = graph.add("Where", goes_left, graph.add("Gather", left, node), graph.add("Gather", right, node))
    values = graph.add("Gather", graph.constant(np.concatenate([tree.value for tree in trees])), node)
    return graph.add("ReduceSum", values, graph.constant(np.array([1])), keepdims=0)
