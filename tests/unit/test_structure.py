"""The budgets of the source: small files, short functions, few parameters, no drawer for odds and ends."""

from __future__ import annotations

import ast
import functools
import statistics
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "interview_analysis"
FILES = sorted(path for path in SOURCE.rglob("*.py") if path.read_text())
FORBIDDEN_NAMES = ("util", "helper", "common", "manager")


@functools.cache
def functions() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}", node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(argument.arg not in ("self", "cls") for argument in named)


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command's or a route's parameters are its interface: options and query fields."""
    return any(isinstance(decorator, ast.Call) for decorator in node.decorator_list)


def test_no_file_is_longer_than_400_lines_and_the_median_is_small() -> None:
    lines = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: count for name, count in lines.items() if count > 400} == {}
    assert statistics.median(lines.values()) <= 120


def test_no_function_is_longer_than_60_lines_and_most_are_short() -> None:
    lengths = {name: length(node) for name, node in functions()}
    assert {name: count for name, count in lengths.items() if count > 60} == {}
    assert statistics.median(lengths.values()) <= 10
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= 35


def test_no_function_takes_more_than_six_parameters() -> None:
    counts = {name: parameters(node) for name, node in functions() if not is_command(node)}
    assert {name: count for name, count in counts.items() if count > 6} == {}


@pytest.mark.parametrize("word", FORBIDDEN_NAMES)
def test_no_module_is_a_drawer(word: str) -> None:
    assert [str(path) for path in FILES if word in path.stem] == []
