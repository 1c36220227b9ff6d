"""The service from Python: ``Client`` for scripts and notebooks, ``AsyncClient`` for servers. Guide: docs/client.md.

Of this package it needs ``errors`` alone, of others httpx, and pyarrow where frame metrics are read.
"""

from interview_analysis.client.async_client import AsyncClient
from interview_analysis.client.errors import NoAnswer, ServiceError
from interview_analysis.client.models import (
    Erasure,
    Fault,
    Feedback,
    Figure,
    Frames,
    Observation,
    Progress,
    Recent,
    Result,
    SaliencyMaps,
    SaliencyScore,
    Score,
    State,
    Submitted,
    Timeline,
    Transcript,
    Upload,
    Word,
)
from interview_analysis.client.sync_client import Client

__all__ = [
    "AsyncClient",
    "Client",
    "Erasure",
    "Fault",
    "Feedback",
    "Figure",
    "Frames",
    "NoAnswer",
    "Observation",
    "Progress",
    "Recent",
    "Result",
    "SaliencyMaps",
    "SaliencyScore",
    "Score",
    "ServiceError",
    "State",
    "Submitted",
    "Timeline",
    "Transcript",
    "Upload",
    "Word",
]
