"""What a worker without models does with an analysis."""

from __future__ import annotations

from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Analysis, Claim
from interview_analysis.errors import ModelUnavailable
from interview_analysis.worker.attempt import RunLine


def refusing(error: ModelUnavailable) -> RunLine:
    """A line that fails every analysis with ``error``."""

    async def refuse(analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        raise error

    return refuse
