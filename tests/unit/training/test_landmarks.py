"""``train landmarks`` from a CSV to the files that serve."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.training.evaluate_landmarks import evaluate_meshes, load_trained
from interview_analysis.training.landmarks import TrainedLandmarks, train_landmarks
from interview_analysis.training.landmarks_calibration import calibrate, operating_point
from interview_analysis.training.landmarks_config import LandmarksConfig
from interview_analysis.training.landmarks_data import load_meshes
from interview_analysis.training.landmarks_network import LandmarksNetwork
from interview_analysis.training.landmarks_trainer import CHECKPOINT_NAME, HISTORY_NAME, LandmarksTrainer, Samples
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import ModelSpec
from mesh_builders import labelled, write_meshes

ROWS = 80


def config(folder: Path, **changes: object) -> LandmarksConfig:
    options: dict[str, object] = {"data": folder / "meshes.csv", "out": folder / "run", "epochs": 3, "threads": 1}
    return LandmarksConfig(**(options | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landmarks")
    write_meshes(folder / "meshes.csv", labelled(ROWS), {"person": [f"person {index // 2}" for index in range(ROWS)]})
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path) -> TrainedLandmarks:
    return train_landmarks(config(folder))


def spec_of(trained: TrainedLandmarks) -> ModelSpec:
    (entry,) = yaml.safe_load(trained.entry.read_text())
    return ModelSpec.model_validate(entry)


def test_what_can_be_learnt_is_learnt(trained: TrainedLandmarks) -> None:
    assert trained.evaluation.n == len(trained.parts.test) == 16
    assert trained.evaluation.metrics["auc"].value > 0.9
    assert trained.evaluation.metrics["logistic_auc"].value > 0.9


def test_the_files_serve_with_the_figures_that_were_printed(trained: TrainedLandmarks, folder: Path) -> None:
    spec = spec_of(trained)
    assert spec.bytes == trained.model.stat().st_size
    assert spec.output is not None
    assert spec.output.threshold == trained.threshold
    classifier = load_trained(trained.model.parent)
    test = load_meshes(folder / "meshes.csv").take(trained.parts.test)
    served = evaluate_meshes(test, classifier.probabilities(test.meshes, test.sizes), classifier.threshold, "")
    assert served.metrics.items() <= trained.evaluation.metrics.items()


def test_a_folder_without_a_finished_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"manifest-entry\.yaml"):
        load_trained(tmp_path)


def test_the_card_says_what_it_is_and_is_not(trained: TrainedLandmarks, folder: Path) -> None:
    card = trained.card.read_text(encoding="utf-8")
    assert f"| auc | {trained.evaluation.metrics['auc'].value:.3f} |" in card
    assert "interview-analysis train landmarks MESHES.csv --out DIR --epochs 3" in card
    assert "no diagnosis" in card
    assert "진단이 아니며" in card
    assert "share no person" in card
    assert str(folder) not in card


def test_a_checkpoint_is_exported_as_it_is_in_its_own_form(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    network = LandmarksNetwork().eval()
    torch.save({f"module.{name}": value for name, value in network.state_dict().items()}, tmp_path / "earlier.pth")
    found = train_landmarks(
        config(folder, out=tmp_path, start=tmp_path / "earlier.pth", epochs=0, normalisation="nose_centred")
    )
    spec = spec_of(found)
    assert spec.mesh is not None
    assert spec.mesh.normalisation == "nose_centred"
    inputs = np.random.default_rng(0).normal(0, 0.5, (4, 1434)).astype(np.float32)
    with torch.inference_mode():
        expected = network(torch.from_numpy(inputs)).numpy()
    np.testing.assert_allclose(OpenVinoSession(found.model).run(inputs), expected, atol=0.02)


def samples(seed: int) -> Samples:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(24) % 2
    return Samples(torch.randn(24, 1434, generator=generator) + labels[:, None], labels)


def fitted(made: LandmarksConfig, stop_after: int | None = None) -> LandmarksNetwork:
    torch.manual_seed(0)
    network = LandmarksNetwork()

    def report(share: float) -> None:
        if stop_after is not None and round(share * made.epochs) == stop_after:
            raise KeyboardInterrupt

    LandmarksTrainer(made, network).fit(samples(1), samples(2), report)
    return network


def test_a_killed_run_goes_on_to_the_same_curve_and_network(tmp_path: Path) -> None:
    whole, killed = config(tmp_path, out=tmp_path / "whole"), config(tmp_path, out=tmp_path / "killed")
    with pytest.raises(KeyboardInterrupt):
        fitted(killed, stop_after=2)
    expected, found = fitted(whole).state_dict(), fitted(killed).state_dict()
    assert (killed.out / HISTORY_NAME).read_text() == (whole.out / HISTORY_NAME).read_text()
    assert all(torch.equal(found[name], value) for name, value in expected.items())


def test_another_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    fitted(config(tmp_path, epochs=1))
    with pytest.raises(InputError, match="another noise, seed"):
        fitted(config(tmp_path, epochs=1, noise=0.5, seed=1))


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    made = config(tmp_path, epochs=1)
    fitted(made)
    (made.out / CHECKPOINT_NAME).write_bytes(b"text")
    with pytest.raises(InputError, match=CHECKPOINT_NAME):
        fitted(made)


def test_a_run_that_no_longer_improves_ends_early_with_its_best_weights(tmp_path: Path) -> None:
    made = config(tmp_path, epochs=30, patience=2)
    validation = samples(2)
    validation = Samples(validation.inputs, 1 - validation.labels)
    torch.manual_seed(0)
    network = LandmarksNetwork()
    assert LandmarksTrainer(made, network).fit(samples(1), validation) < made.epochs
    history = [json.loads(line) for line in (made.out / HISTORY_NAME).read_text().splitlines()]
    losses = [line["validation_loss"] for line in history]
    assert len(history) == int(np.argmin(losses)) + 1 + made.patience < made.epochs
    with torch.inference_mode():
        margins = network.eval()(validation.inputs).diff(dim=1).flatten().numpy()
    assert calibrate(margins, validation.labels.numpy()).loss == pytest.approx(min(losses))


def test_the_temperature_undoes_too_much_confidence() -> None:
    rng = np.random.default_rng(0)
    margins = rng.normal(0, 2, 20_000)
    truth = (rng.random(20_000) < 1 / (1 + np.exp(-margins))).astype(np.int64)
    assert calibrate(4 * margins, truth).temperature == pytest.approx(4, rel=0.05)
    assert calibrate(4 * margins, truth).loss == pytest.approx(calibrate(margins, truth).loss, abs=1e-3)


@pytest.mark.parametrize(
    ("specificity", "expected"), [(0.8, 0.45), (0.5, 0.35), (0.81, 0.75), (0.0, 0.15)], ids=["4 of 5", "3 of 5", "all", "least"]
)
def test_the_operating_point_is_the_lowest_that_keeps_the_specificity(specificity: float, expected: float) -> None:
    neutral, anxious = [0.1, 0.2, 0.3, 0.4, 0.6], [0.5, 0.9]
    truth = np.array([0] * 5 + [1] * 2)
    found = operating_point(truth, np.array(neutral + anxious), specificity)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dropout": 1.0}, "dropout"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"test_share": 0.0}, "test_share"),
        ({"noise": -1.0}, "noise"),
        ({"epochs": 0}, "start"),
    ],
)
def test_hyperparameters_out_of_range_are_named(tmp_path: Path, change: dict[str, object], field: str) -> None:
    make: Callable[..., LandmarksConfig] = config
    with pytest.raises(ValueError, match=field):
        make(tmp_path, **change)
