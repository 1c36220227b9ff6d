"""Files that are there whole or not at all, whenever the run is killed."""

from __future__ import annotations

from pathlib import Path

from interview_analysis.errors import StorageFull


def write_whole(path: Path, data: bytes) -> None:
    """Make the folders that are missing, write beside ``path`` and rename. Raises ``StorageFull``."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise StorageFull(f"{path} cannot be written: {error}") from error
