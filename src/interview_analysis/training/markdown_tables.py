"""Figures as Markdown tables, for model cards."""

from __future__ import annotations

from collections.abc import Mapping

from interview_analysis.training.evaluate import Confusion, Figure


def metric_rows(metrics: Mapping[str, Figure]) -> str:
    """A line a figure: name, value, interval."""
    return "\n".join(f"| {name} | {x.value:.3f} | {x.low:.3f} – {x.high:.3f} |" for name, x in metrics.items())


def confusion_table(confusion: Confusion) -> str:
    """Rows: truth, columns: answer, and the recall of each class."""
    head = f"| | {' | '.join(confusion.labels)} | recall |\n|{' --- |' * (len(confusion.labels) + 2)}"
    rows = [
        f"| {label} | {' | '.join(map(str, counts))} | {counts[index] / max(1, counts.sum()):.2f} |"
        for index, (label, counts) in enumerate(zip(confusion.labels, confusion.rows, strict=True))
    ]
    return "\n".join([head, *rows])
