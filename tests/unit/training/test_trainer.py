"""The training loop learns in both recipes, is resumed to the same bits where it stopped, and does not mix up two runs."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from interview_analysis.errors import InputError
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.config_sources import gather_config
from interview_analysis.training.datasets import open_for_training
from interview_analysis.training.trainer import Trainer, predict
from training_builders import SIDE, striped_faces, tiny_classifier, tiny_config, write_folders

TRAIN, VALIDATION = striped_faces(160, seed=1), striped_faces(40, seed=2)
TWO_STAGES: dict[str, Any] = {
    "epochs_head": 2,
    "epochs_finetune": 3,
    "learning_rate_head": 0.01,
    "learning_rate_finetune": 0.01,
    "schedule": "plateau",
    "keep": "best",
    "freeze_bn": "adaptive",
    "batch_size": 32,
}


class Killed(Exception):
    """Stands for a kill in the middle of an epoch."""


def fit(config: ExpressionConfig, stop_at: float = 2.0) -> dict[str, Tensor]:
    def report(share: float) -> None:
        if share >= stop_at:
            raise Killed

    torch.manual_seed(5)
    return Trainer(config, tiny_classifier()).fit(TRAIN, VALIDATION, report).state_dict()


def answers(network: nn.Module) -> Tensor:
    return predict(network, VALIDATION, SIDE).logits.argmax(1)


def history(out: Path, *without: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in without} for line in lines]


def test_it_learns_what_can_be_learned(tmp_path: Path) -> None:
    fit(tiny_config(tmp_path, epochs_finetune=12, learning_rate_finetune=0.03))
    accuracies = [line["accuracy"] for line in history(tmp_path)]
    assert len(accuracies) == 12
    assert accuracies[-1] > 0.5


@pytest.mark.parametrize(
    ("recipe", "stop_at", "finished"),
    [({"epochs_finetune": 3, "distil_share": 0.5}, 0.5, 1), (TWO_STAGES, 0.3, 1), (TWO_STAGES, 0.5, 2), (TWO_STAGES, 0.9, 4)],
    ids=["one cycle", "in the head stage", "between stages", "in the second stage"],
)
def test_a_killed_run_goes_on_to_the_same_bits(tmp_path: Path, recipe: dict[str, Any], stop_at: float, finished: int) -> None:
    whole, halved = tiny_config(tmp_path / "whole", **recipe), tiny_config(tmp_path / "halved", **recipe)
    expected = fit(whole)
    with pytest.raises(Killed):
        fit(halved, stop_at)
    assert len(history(halved.out)) == finished
    resumed = fit(halved)
    assert history(halved.out, "seconds") == history(whole.out, "seconds")
    assert [name for name in expected if not torch.equal(expected[name], resumed[name])] == []


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    first, again = fit(tiny_config(tmp_path, **TWO_STAGES)), fit(tiny_config(tmp_path, **TWO_STAGES))
    assert [name for name in first if not torch.equal(first[name], again[name])] == []
    assert len(history(tmp_path)) == 5


def test_a_student_follows_its_start_network_instead_of_the_labels(tmp_path: Path) -> None:
    def agreement(distil_share: float) -> float:
        """With the answers of the network that the run started from."""
        torch.manual_seed(5)
        classifier = tiny_classifier()
        before = answers(copy.deepcopy(classifier.network))
        recipe = {"epochs_finetune": 12, "learning_rate_finetune": 0.03, "distil_share": distil_share}
        network = Trainer(tiny_config(tmp_path / str(distil_share), **recipe), classifier).fit(TRAIN, VALIDATION)
        return float((answers(network) == before).float().mean())

    assert agreement(1.0) > 0.8
    assert agreement(0.0) < 0.5


def test_the_head_stage_leaves_the_backbone_alone(tmp_path: Path) -> None:
    torch.manual_seed(5)
    classifier = tiny_classifier()
    before = {name: value.clone() for name, value in classifier.network.state_dict().items()}
    trained = Trainer(tiny_config(tmp_path, **(TWO_STAGES | {"epochs_finetune": 0})), classifier).fit(TRAIN, VALIDATION)
    changed = {name for name, value in trained.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"layers.6.weight", "layers.6.bias"}


def test_stages_have_their_own_learning_rates(tmp_path: Path) -> None:
    fit(tiny_config(tmp_path, **(TWO_STAGES | {"learning_rate_finetune": 1e-5})))
    assert [line["stage"] for line in history(tmp_path)] == ["head"] * 2 + ["finetune"] * 3
    assert [line["learning_rate"] for line in history(tmp_path)] == [0.01] * 2 + [1e-5] * 3


def test_a_stall_lowers_the_learning_rate_and_then_ends_the_stage(tmp_path: Path) -> None:
    """An average that never moves is as good after every epoch."""
    stalling = {"epochs_head": 0, "epochs_finetune": 20, "ema_decay": 1.0, "plateau_patience": 1, "early_stopping": 4}
    fit(tiny_config(tmp_path, **(TWO_STAGES | stalling | {"train_steps": 1})))
    assert [line["learning_rate"] for line in history(tmp_path)] == [0.01, 0.01, 0.01, 0.005, 0.005]


def test_the_best_epoch_is_kept(tmp_path: Path) -> None:
    """After a good head stage a far too high learning rate spoils everything."""
    spoiled = TWO_STAGES | {"epochs_head": 4, "epochs_finetune": 2, "learning_rate_finetune": 30.0}
    fit(tiny_config(tmp_path / "best", **spoiled))
    kept, last = (fit(tiny_config(tmp_path / keep, **(spoiled | {"keep": keep}))) for keep in ("best", "last"))
    lines = history(tmp_path / "best")
    assert min(lines, key=lambda line: float(line["validation_loss"]))["stage"] == "head"
    assert float(last["layers.6.weight"].abs().mean()) > 3 * float(kept["layers.6.weight"].abs().mean())


def test_steps_and_validation_can_be_limited(tmp_path: Path) -> None:
    shares: list[float] = []
    config = tiny_config(tmp_path, train_steps=3, val_steps=1)
    Trainer(config, tiny_classifier()).fit(TRAIN, VALIDATION, shares.append)
    assert shares == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1, 1])
    assert all((line["accuracy"] * 16) % 1 == 0 for line in history(tmp_path))


def test_balanced_weights_bring_rare_classes_back(tmp_path: Path) -> None:
    rows = [row for row in range(160) if TRAIN.labels[row] < 2 and (TRAIN.labels[row] == 0 or row % 8 == 0)]
    recalls = {}
    for mode in ("none", "balanced"):
        config = tiny_config(tmp_path / mode, class_weights=mode, epochs_finetune=4, batch_size=8, learning_rate_finetune=0.003)
        torch.manual_seed(5)
        network = Trainer(config, tiny_classifier()).fit(TRAIN.subset(rows), VALIDATION)  # type: ignore[arg-type]
        recalls[mode] = _mean_logit(network, 1)
    assert recalls["balanced"] > recalls["none"]


def _mean_logit(network: nn.Module, label: int) -> float:
    with torch.inference_mode():
        return float(network.eval()(torch.zeros(1, 3, 16, 16)).log_softmax(1)[0, label])


def test_a_broken_picture_does_not_end_the_run(tmp_path: Path) -> None:
    folders = write_folders(tmp_path / "faces", TRAIN)
    next((folders / "happy").iterdir()).write_bytes(b"broken")
    faces = open_for_training(folders, TRAIN.class_names, "rgb", 16)
    Trainer(tiny_config(tmp_path / "run", colour="rgb"), tiny_classifier()).fit(faces, faces)
    assert [line["epoch"] for line in history(tmp_path / "run")] == [1, 2]


def test_events_for_tensorboard_are_left(tmp_path: Path) -> None:
    fit(tiny_config(tmp_path))
    (events,) = tmp_path.glob("events.out.tfevents.*")
    assert b"validation_loss" in events.read_bytes()
    assert list(tmp_path.glob("*.part")) == []


def test_the_folder_s_configuration_gives_the_same_run(tmp_path: Path) -> None:
    config = tiny_config(tmp_path, start_size=8, grow_after=0.5)
    fit(config)
    again = gather_config(tmp_path / "config.yaml", {}, {"train": "a.npz", "validation": "b.npz", "out": str(tmp_path)})
    assert again.hyperparameters() == config.hyperparameters()


@pytest.mark.parametrize("field", ["learning_rate_finetune", "dropout"])
def test_a_folder_with_another_run_is_refused(tmp_path: Path, field: str) -> None:
    fit(tiny_config(tmp_path))
    with pytest.raises(InputError, match=field):
        fit(tiny_config(tmp_path, **{field: 0.5}))


def test_a_run_on_other_pictures_is_refused(tmp_path: Path) -> None:
    fit(tiny_config(tmp_path))
    with pytest.raises(InputError, match="160 pictures, not 40"):
        Trainer(tiny_config(tmp_path), tiny_classifier()).fit(VALIDATION, VALIDATION)


@pytest.mark.parametrize("content", [b"no checkpoint", b""])
def test_a_damaged_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "last.pt").write_bytes(content)
    with pytest.raises(InputError, match=r"last\.pt"):
        fit(tiny_config(tmp_path))


def test_cuda_is_refused_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="no CUDA device"):
        Trainer(tiny_config(tmp_path, device="cuda"), tiny_classifier())
