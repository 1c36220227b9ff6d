"""The training loop learns, is resumed where it stopped, and does not mix up two runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from interview_analysis.errors import InputError
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.trainer import Trainer
from training_builders import TinyNetwork, striped_faces, tiny_config

TRAIN, VALIDATION = striped_faces(160, seed=1), striped_faces(40, seed=2)


class Killed(Exception):
    """Stands for a kill in the middle of an epoch."""


def fit(config: ExpressionConfig, stop_at: float = 2.0) -> AveragedModel:
    def report(share: float) -> None:
        if share >= stop_at:
            raise Killed

    torch.manual_seed(5)
    return Trainer(config, TinyNetwork()).fit(TRAIN, VALIDATION, report)


def history(out: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]


def test_it_learns_what_can_be_learned(tmp_path: Path) -> None:
    fit(tiny_config(tmp_path, epochs=12, learning_rate=0.03))
    accuracies = [line["accuracy"] for line in history(tmp_path)]
    assert len(accuracies) == 12
    assert accuracies[-1] > 0.5


def test_a_killed_run_goes_on_to_the_same_result(tmp_path: Path) -> None:
    whole, halved = tiny_config(tmp_path / "whole", epochs=3), tiny_config(tmp_path / "halved", epochs=3)
    expected = fit(whole).state_dict()
    with pytest.raises(Killed):
        fit(halved, stop_at=0.5)
    assert [line["epoch"] for line in history(halved.out)] == [1]
    resumed = fit(halved).state_dict()
    assert [line["epoch"] for line in history(halved.out)] == [1, 2, 3]
    assert [name for name in expected if not torch.allclose(expected[name], resumed[name])] == []


def test_progress_rises_to_one(tmp_path: Path) -> None:
    shares: list[float] = []
    Trainer(tiny_config(tmp_path), TinyNetwork()).fit(TRAIN, VALIDATION, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_folder_with_another_run_is_refused(tmp_path: Path) -> None:
    fit(tiny_config(tmp_path))
    with pytest.raises(InputError, match="learning_rate"):
        fit(tiny_config(tmp_path, learning_rate=0.5))
