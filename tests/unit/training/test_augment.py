"""Augmentation changes pictures within bounds, and the same way for the same seed."""

from __future__ import annotations

import numpy as np
import torch

from interview_analysis.training.augment import IMAGENET_MEAN, IMAGENET_STD, augment, normalise, to_tensor
from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.specs import InputSpec
from training_builders import striped_faces

FACES = striped_faces(32)


def test_augmented_pictures_stay_pictures() -> None:
    images = to_tensor(FACES.images, 32)
    changed = augment(images, torch.Generator().manual_seed(0))
    assert changed.shape == images.shape
    assert float(changed.min()) >= 0
    assert float(changed.max()) <= 1
    assert float((changed - images).abs().mean()) > 0.02


def test_the_same_seed_gives_the_same_pictures() -> None:
    first, second, other = (augment(to_tensor(FACES.images, 32), torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_training_and_serving_prepare_a_picture_alike() -> None:
    spec = InputSpec(size=32, mean=IMAGENET_MEAN, std=IMAGENET_STD, colour="grey")
    trained = normalise(to_tensor(FACES.images, 32)).numpy()
    np.testing.assert_allclose(to_batch(FACES.rgb(), spec), trained, atol=0.02)
