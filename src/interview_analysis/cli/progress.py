"""Progress bars on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from interview_analysis.cli.output import stderr


@contextmanager
def share_bar(title: str) -> Iterator[Callable[[float], None]]:
    """A bar that is moved by calling with the finished share 0–1."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:5.1f} %"), TimeRemainingColumn())
    with Progress(*columns, console=stderr) as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda share: progress.update(task, completed=share)


@contextmanager
def download_bars() -> Iterator[Callable[[str, int, int | None], None]]:
    """One bar a name, moved by calling with the name, the bytes that have arrived and the bytes expected."""
    tasks: dict[str, TaskID] = {}
    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=stderr) as progress:

        def on_progress(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=done)

        yield on_progress
