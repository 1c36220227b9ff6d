"""A bound network of bytes against a session that is given floats."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.bound import BoundNetwork, Levels
from interview_analysis.vision.runtime.session import CpuOptions, OpenVinoSession

pytestmark = pytest.mark.models

LEVELS = Levels(span=127.5, offset=1.0)


@pytest.fixture(scope="module")
def detector(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with zipfile.ZipFile(models_dir / "face_landmarker.task") as bundle:
        return Path(bundle.extract("face_detector.tflite", tmp_path_factory.mktemp("detector")))


@pytest.fixture(scope="module")
def pictures() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (3, 128, 128, 3), np.uint8)


def answers(network: BoundNetwork, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = []
    for picture in pictures:
        network.picture[:] = picture
        rows.append(np.concatenate(network.run()))
    return np.array(rows)


def test_bytes_give_the_answers_of_floats(detector: Path, pictures: NDArray[np.uint8]) -> None:
    reference = OpenVinoSession(detector).run(pictures.astype(np.float32) / np.float32(127.5) - np.float32(1))
    found = answers(BoundNetwork(detector, CpuOptions(), LEVELS), pictures)
    assert np.ptp(reference, axis=0).max() > 1
    np.testing.assert_allclose(found, reference, rtol=1e-4, atol=1e-3)


def test_an_answer_does_not_depend_on_the_one_before(detector: Path, pictures: NDArray[np.uint8]) -> None:
    network = BoundNetwork(detector, CpuOptions(), LEVELS)
    assert answers(network, pictures)[::-1].tobytes() == answers(network, pictures[::-1]).tobytes()


@pytest.mark.parametrize("direct", [False, True])
def test_the_compiled_network_is_cached(detector: Path, pictures: NDArray[np.uint8], tmp_path: Path, direct: bool) -> None:
    options = CpuOptions(cache=tmp_path)
    first = answers(BoundNetwork(detector, options, LEVELS, direct_kernels=direct), pictures)
    blobs = set(tmp_path.glob("*.blob"))
    assert len(blobs) == 1
    assert answers(BoundNetwork(detector, options, LEVELS, direct_kernels=direct), pictures).tobytes() == first.tobytes()
    assert set(tmp_path.glob("*.blob")) == blobs


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "network.tflite").write_bytes(b"not a network")
    with pytest.raises(ModelUnavailable, match=r"network\.tflite"):
        BoundNetwork(tmp_path / "network.tflite", CpuOptions(), LEVELS)
