"""A saliency map packed without loss: differences between neighbours in a row, compressed with zstd."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from interview_analysis.domain.saliency_maps import Maps, MapsInfo

_CODEC = pa.Codec("zstd", compression_level=9)


def encode_maps(maps: Maps) -> list[bytes]:
    """Each map by itself. Smooth maps have small differences, which pack better than the values."""
    differences = np.diff(maps, axis=2, prepend=np.uint8(0))
    return [bytes(_CODEC.compress(one.tobytes(), asbytes=True)) for one in differences]


def decode_maps(packed: Sequence[bytes], info: MapsInfo) -> Maps:
    """Inverse of ``encode_maps`` for a row of maps, exact."""
    size = info.height * info.width
    raw = b"".join(bytes(_CODEC.decompress(one, decompressed_size=size, asbytes=True)) for one in packed)
    differences = np.frombuffer(raw, np.uint8).reshape(len(packed), info.height, info.width)
    return np.cumsum(differences, axis=2, dtype=np.uint8)
