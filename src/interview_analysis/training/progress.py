"""How far a run has come, in the files of its folder: hyperparameters, checkpoints, history."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypedDict

import torch
import yaml
from torch import Tensor

from interview_analysis.errors import InputError
from interview_analysis.training.config import ExpressionConfig

CONFIG_NAME = "config.yaml"
LAST_NAME = "last.pt"
BEST_NAME = "best.pt"
HISTORY_NAME = "history.jsonl"


class EpochResult(TypedDict):
    """One line of ``history.jsonl``. Losses in nats, accuracies 0–1 with a flip at test, seconds of wall clock."""

    epoch: int
    stage: str
    learning_rate: float
    train_loss: float
    validation_loss: float
    accuracy: float
    seconds: float


@dataclass(slots=True)
class Progress:
    """What is finished of a run on so many ``pictures``.

    ``stage`` and ``stage_epoch`` say what comes next; ``steps`` counts optimiser steps over all stages, ``stale`` the epochs
    of this stage since the validation loss last fell.
    """

    pictures: int
    stage: int = 0
    stage_epoch: int = 0
    steps: int = 0
    stale: int = 0
    stage_loss: float = float("inf")
    best_loss: float = float("inf")
    history: list[EpochResult] = field(default_factory=list)

    def add(self, result: EpochResult) -> bool:
        """Take an epoch into account; whether it is the best so far."""
        loss = result["validation_loss"]
        self.history.append(result)
        self.stage_epoch += 1
        self.stale = 0 if loss < self.stage_loss else self.stale + 1
        self.stage_loss = min(self.stage_loss, loss)
        best = loss < self.best_loss
        self.best_loss = min(self.best_loss, loss)
        return best

    def next_stage(self) -> None:
        self.stage, self.stage_epoch, self.stale, self.stage_loss = self.stage + 1, 0, 0, float("inf")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run. Every file is replaced whole, so that a kill leaves the last epoch's."""

    path: Path

    def claim(self, config: ExpressionConfig) -> None:
        """Raises ``InputError`` where the folder holds a run with other hyperparameters."""
        file = self.path / CONFIG_NAME
        earlier = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
        wanted = config.hyperparameters()
        if different := [name for name in wanted if name in earlier and earlier[name] != wanted[name]]:
            raise InputError(f"{self.path} holds a run with another {', '.join(different)}: choose another --out")
        self.path.mkdir(parents=True, exist_ok=True)
        _replace(file, yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True).encode())

    def load(self) -> tuple[Progress, dict[str, Any]] | None:
        """Progress and states of the last finished epoch, and torch's generators as they were then."""
        file = self.path / LAST_NAME
        if not file.exists():
            return None
        try:
            saved = torch.load(file, map_location="cpu", weights_only=True)
            progress, states = Progress(**saved["progress"]), saved["states"]
            torch.set_rng_state(saved["generator"])
        except (OSError, EOFError, RuntimeError, LookupError, TypeError, pickle.UnpicklingError) as error:
            raise InputError(f"{file}: no checkpoint of this program; choose another --out") from error
        if torch.cuda.is_available() and saved["cuda_generators"]:
            torch.cuda.set_rng_state_all(saved["cuda_generators"])
        return progress, states

    def save(self, progress: Progress, states: dict[str, Any]) -> None:
        saved = {
            "progress": asdict(progress),
            "states": states,
            "generator": torch.get_rng_state(),
            "cuda_generators": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }
        _save(self.path / LAST_NAME, saved)
        _replace(self.path / HISTORY_NAME, "".join(json.dumps(line) + "\n" for line in progress.history).encode())

    def save_best(self, weights: dict[str, Tensor]) -> None:
        _save(self.path / BEST_NAME, weights)

    def load_best(self) -> dict[str, Tensor]:
        weights: dict[str, Tensor] = torch.load(self.path / BEST_NAME, map_location="cpu", weights_only=True)
        return weights


def read_history(folder: Path) -> list[EpochResult]:
    """The finished epochs of the run in ``folder``; none where there is no run."""
    file = folder / HISTORY_NAME
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def _save(path: Path, content: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    torch.save(content, part)
    part.replace(path)


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
