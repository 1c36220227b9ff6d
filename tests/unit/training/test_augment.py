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
    assert changed.shape == (32, 3, 32, 32)
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


def test_colour_survives_and_grey_stays_one_channel() -> None:
    red = np.zeros((4, 20, 20, 3), np.uint8)
    red[..., 0] = 200
    images = to_tensor(red, 16)
    assert images.shape == (4, 3, 16, 16)
    changed = augment(images, torch.Generator().manual_seed(0)).mean(dim=(2, 3))
    assert bool((changed[:, 0] > changed[:, 1] + 0.2).all())
    assert to_tensor(red[..., 0], 16).shape == (4, 1, 16, 16)


def test_shrinking_a_fine_pattern_gives_its_mean() -> None:
    fine = np.tile(np.array([[0, 255], [255, 0]], np.uint8), (16, 16))[None]
    torch.testing.assert_close(to_tensor(fine, 8)[0, 0, 2:-2, 2:-2], torch.full((4, 4), 0.5), atol=0.02, rtol=0)
