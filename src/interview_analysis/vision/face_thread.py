"""Faces found in a thread of their own: MediaPipe releases the interpreter, so the next is sought while one is measured."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from interview_analysis.domain.face import Frame
from interview_analysis.vision.face_count import FaceFinder, count_faces
from interview_analysis.vision.face_landmarks import FaceTracker
from interview_analysis.vision.face_mesh import FaceMesh, shrink
from interview_analysis.vision.stage_clock import StageClock


class SeenFaces(NamedTuple):
    """The interviewee (``None`` = not there), and how many faces on frames where they were counted."""

    interviewee: FaceMesh | None
    total: int | None


class FaceThread:
    """Tracker and detector of one video. They are made, used and closed in the one thread: they are not thread-safe."""

    def __init__(self, bundle: Path, count_rate: float) -> None:
        """Raises ``ModelUnavailable``."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="faces")
        try:
            self._faces = self._thread.submit(_Faces, bundle, count_rate).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def start(self, frame: Frame) -> Future[SeenFaces]:
        """Promises are kept in the order in which they were given."""
        return self._thread.submit(self._faces.see, frame)

    def close(self) -> None:
        """Drops what has not begun, waits for what has. May be called again."""
        self._thread.shutdown(cancel_futures=True)
        self._faces.close()


class _Faces:
    def __init__(self, bundle: Path, count_rate: float) -> None:
        self._finder = FaceFinder(bundle)
        try:
            self._tracker = FaceTracker(bundle, self._finder)
        except BaseException:
            self._finder.close()
            raise
        self._clock = StageClock(count_rate)

    def see(self, frame: Frame) -> SeenFaces:
        image = shrink(frame.image)
        mesh = self._tracker.track(frame.timestamp, image)
        if not self._clock.is_due(frame.timestamp):
            return SeenFaces(mesh, None)
        return SeenFaces(mesh, count_faces(None if mesh is None else mesh.box, self._finder.find(image)))

    def close(self) -> None:
        self._tracker.close()
        self._finder.close()
