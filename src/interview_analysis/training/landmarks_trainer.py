"""The training loop of ``train landmarks``: AdamW, cosine schedule, noise, averaged weights, early stopping,
a checkpoint an epoch, resume."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim import AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from interview_analysis.errors import InputError
from interview_analysis.training.landmarks_calibration import calibrate
from interview_analysis.training.landmarks_config import LandmarksConfig
from interview_analysis.training.landmarks_network import LandmarksNetwork, read_tensors
from interview_analysis.vision.anxiety import LABELS

logger = logging.getLogger(__name__)
Report = Callable[[float], None]

CHECKPOINT_NAME = "last.pt"
CONFIG_NAME = "config.json"
HISTORY_NAME = "history.jsonl"
_SMALLEST_BATCH = 2
"""Batch normalisation needs two rows."""


class Samples(NamedTuple):
    """``inputs`` float32 (N, 1434), ``labels`` int64 (N,)."""

    inputs: Tensor
    labels: Tensor


class _State(NamedTuple):
    """What a checkpoint holds, beside the best weights, and a resumed run goes on from."""

    network: LandmarksNetwork
    average: AveragedModel
    optimizer: AdamW
    schedule: CosineAnnealingLR


@dataclass(slots=True)
class LandmarksTrainer:
    """One run. ``fit`` may be called again after a kill: it goes on from ``out/last.pt`` to the same curve."""

    config: LandmarksConfig
    network: LandmarksNetwork
    _best: dict[str, Tensor] = field(init=False)
    _best_loss: float = field(init=False, default=float("inf"))
    _best_epoch: int = field(init=False, default=0)
    _history: list[dict[str, float]] = field(init=False, default_factory=list)

    def fit(self, train: Samples, validation: Samples, report: Report = lambda share: None) -> int:
        """Leave in ``network`` the averaged weights of the epoch with the lowest validation loss (without ``patience``: of the
        last one) and return it, counted from 1; 0: the start weights, where no epoch was asked for.

        Raises ``InputError`` where the folder holds a run with other hyperparameters.
        """
        config = self.config
        self._refuse_other_run()
        if config.threads:
            torch.set_num_threads(config.threads)
        state = self._new_state()
        self._best = copy.deepcopy(self.network.state_dict())
        epoch = self._resume(state)
        while epoch < config.epochs and not (config.patience and epoch - self._best_epoch >= config.patience):
            loss = self._epoch(state, train, epoch)
            epoch += 1
            self._record(epoch, loss, self._validate(state.average, validation, epoch))
            self._save(epoch, state)
            report(epoch / config.epochs)
        self.network.load_state_dict(self._best)
        return self._best_epoch

    def _new_state(self) -> _State:
        config = self.config
        decay = get_ema_multi_avg_fn(config.ema_decay)  # type: ignore[no-untyped-call]
        optimizer = AdamW(self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
        return _State(
            self.network,
            AveragedModel(self.network, multi_avg_fn=decay, use_buffers=True),
            optimizer,
            CosineAnnealingLR(optimizer, max(1, config.epochs)),
        )

    def _epoch(self, state: _State, train: Samples, epoch: int) -> float:
        config = self.config
        torch.manual_seed(config.seed + epoch)
        weights = _class_weights(train.labels) if config.class_weights == "balanced" else None
        self.network.train()
        losses = []
        for rows in torch.split(torch.randperm(len(train.labels)), config.batch_size):
            if len(rows) < _SMALLEST_BATCH:
                continue
            inputs = train.inputs[rows]
            logits = self.network(inputs + config.noise * torch.randn_like(inputs))
            smoothing = config.label_smoothing
            loss = functional.cross_entropy(logits, train.labels[rows], weights, label_smoothing=smoothing)
            state.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            state.optimizer.step()
            state.average.update_parameters(self.network)
            losses.append(loss.item())
        state.schedule.step()
        return sum(losses) / len(losses)

    def _validate(self, average: AveragedModel, validation: Samples, epoch: int) -> float:
        """The loss after calibration, which follows anyway: a network that has grown too sure of itself is not worse for it."""
        average.eval()
        with torch.inference_mode():
            margins = average(validation.inputs).diff(dim=1).flatten().numpy()
        loss = calibrate(margins, validation.labels.numpy()).loss
        if loss < self._best_loss or not self.config.patience:
            self._best_loss, self._best_epoch = loss, epoch
            self._best = copy.deepcopy(average.module.state_dict())
        return loss

    def _refuse_other_run(self) -> None:
        path = self.config.out / CONFIG_NAME
        earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        wanted = self.config.hyperparameters()
        if different := [name for name in wanted if name in earlier and earlier[name] != wanted[name]]:
            raise InputError(f"{self.config.out} holds a run with another {', '.join(different)}: give another --out")

    def _record(self, epoch: int, train_loss: float, validation_loss: float) -> None:
        out = self.config.out
        out.mkdir(parents=True, exist_ok=True)
        (out / CONFIG_NAME).write_text(json.dumps(asdict(self.config), default=str, indent=2), encoding="utf-8")
        self._history.append({"epoch": epoch, "train_loss": train_loss, "validation_loss": validation_loss})
        (out / HISTORY_NAME).write_text("".join(json.dumps(line) + "\n" for line in self._history), encoding="utf-8")
        logger.info("epoch %d: loss %.3f, validation %.3f", epoch, train_loss, validation_loss)

    def _save(self, epoch: int, state: _State) -> None:
        path = self.config.out / CHECKPOINT_NAME
        part = path.with_suffix(".part")
        progress = {"epoch": epoch, "history": self._history, "best_loss": self._best_loss, "best_epoch": self._best_epoch}
        states = {name: value.state_dict() for name, value in state._asdict().items()}
        torch.save(progress | states | {"best": self._best}, part)
        part.replace(path)

    def _resume(self, state: _State) -> int:
        """Finished epochs; 0 where there is no checkpoint."""
        path = self.config.out / CHECKPOINT_NAME
        if not path.exists():
            return 0
        saved = read_tensors(path)
        try:
            for name, value in state._asdict().items():
                value.load_state_dict(saved[name])
            self._best, self._history = saved["best"], saved["history"]
            self._best_loss, self._best_epoch = saved["best_loss"], saved["best_epoch"]
            return int(saved["epoch"])
        except (KeyError, RuntimeError, ValueError) as error:
            raise InputError(f"{path} is no checkpoint of train landmarks: {error}") from error


def _class_weights(labels: Tensor) -> Tensor:
    counts = torch.bincount(labels, minlength=len(LABELS)).float()
    return counts.sum() / (len(LABELS) * counts)
