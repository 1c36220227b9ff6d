"""The training loop: AdamW, one-cycle schedule, MixUp and CutMix, exponential moving average, a checkpoint an epoch, resume."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from interview_analysis.errors import InputError
from interview_analysis.training.augment import augment, normalise, to_tensor
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.datasets import LabelledFaces
from interview_analysis.training.mixing import mix

logger = logging.getLogger(__name__)
Report = Callable[[float], None]

CHECKPOINT_NAME = "last.pt"
CONFIG_NAME = "config.json"
HISTORY_NAME = "history.jsonl"
_WARM_UP_SHARE = 0.2


class EpochResult(TypedDict):
    """One line of ``history.jsonl``. Losses in nats, accuracies 0–1 with a flip at test, seconds of wall clock."""

    epoch: int
    train_loss: float
    validation_loss: float
    accuracy: float
    seconds: float


class _State(NamedTuple):
    """What a checkpoint holds and a resumed run goes on from."""

    network: nn.Module
    ema: AveragedModel
    optimizer: torch.optim.AdamW
    schedule: OneCycleLR

    def save(self, path: Path, epoch: int) -> None:
        part = path.with_suffix(".part")
        torch.save({"epoch": epoch} | {name: value.state_dict() for name, value in self._asdict().items()}, part)
        part.replace(path)

    def load(self, path: Path) -> int:
        """Finished epochs; 0 where there is no checkpoint."""
        if not path.exists():
            return 0
        saved = torch.load(path, map_location="cpu", weights_only=True)
        for name, value in self._asdict().items():
            value.load_state_dict(saved[name])
        return int(saved["epoch"])


@dataclass(frozen=True, slots=True)
class Trainer:
    """One run. ``fit`` may be called again after a kill: it goes on from ``out/last.pt``."""

    config: ExpressionConfig
    network: nn.Module

    def fit(self, train: LabelledFaces, validation: LabelledFaces, report: Report = lambda share: None) -> AveragedModel:
        """Train to the configured epoch; ``report`` receives the finished share 0–1. Returns the EMA network.

        Raises ``InputError`` where the folder holds a run with other hyperparameters.
        """
        config = self.config
        self._prepare()
        state = self._new_state(steps=max(1, len(train) // config.batch_size) * config.epochs)
        for epoch in range(state.load(config.out / CHECKPOINT_NAME), config.epochs):
            started = time.monotonic()
            loss = self._epoch(state, train, epoch, report)
            logits = predict(state.ema, validation, config.size_in(epoch))
            labels = torch.from_numpy(validation.labels)
            result: EpochResult = {
                "epoch": epoch + 1,
                "train_loss": loss,
                "validation_loss": float(functional.cross_entropy(logits, labels)),
                "accuracy": float((logits.argmax(1) == labels).float().mean()),
                "seconds": time.monotonic() - started,
            }
            self._record(state, result)
        return state.ema

    def _prepare(self) -> None:
        self._refuse_other_run()
        torch.manual_seed(self.config.seed)
        if self.config.threads:
            torch.set_num_threads(self.config.threads)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def _refuse_other_run(self) -> None:
        path = self.config.out / CONFIG_NAME
        earlier = json.loads(path.read_text()) if path.exists() else {}
        wanted = self.config.hyperparameters()
        if different := [name for name in wanted if name in earlier and earlier[name] != wanted[name]]:
            raise InputError(f"{self.config.out} holds a run with another {', '.join(different)}")

    def _new_state(self, steps: int) -> _State:
        config = self.config
        average = get_ema_multi_avg_fn(config.ema_decay)  # type: ignore[no-untyped-call]
        optimizer = torch.optim.AdamW(self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
        return _State(
            self.network,
            AveragedModel(self.network, multi_avg_fn=average, use_buffers=True),
            optimizer,
            OneCycleLR(optimizer, config.learning_rate, total_steps=steps, pct_start=_WARM_UP_SHARE),
        )

    def _epoch(self, state: _State, train: LabelledFaces, epoch: int, report: Report) -> float:
        config = self.config
        seed = config.seed + state.schedule.last_epoch
        rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        self.network.train()
        losses: list[float] = []
        for batch in train.batches(config.batch_size, rng):
            images = normalise(augment(to_tensor(batch.images, config.size_in(epoch)), generator))
            losses.append(self._step(state, images, torch.from_numpy(batch.labels), rng))
            report((epoch + min(1.0, len(losses) * config.batch_size / len(train))) / config.epochs)
        return float(np.mean(losses))

    def _step(self, state: _State, images: Tensor, labels: Tensor, rng: np.random.Generator) -> float:
        mixed = mix(images, self.config, rng)
        logits = self.network(mixed.images)
        own, other = (self._loss(logits, wanted) for wanted in (labels, labels[mixed.partner]))
        loss = mixed.share * own + (1 - mixed.share) * other
        state.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        state.optimizer.step()
        state.schedule.step()
        state.ema.update_parameters(self.network)
        return loss.item()

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(logits, labels, label_smoothing=self.config.label_smoothing)

    def _record(self, state: _State, result: EpochResult) -> None:
        out = self.config.out
        out.mkdir(parents=True, exist_ok=True)
        (out / CONFIG_NAME).write_text(json.dumps(asdict(self.config), default=str, indent=2))
        state.save(out / CHECKPOINT_NAME, result["epoch"])
        with (out / HISTORY_NAME).open("a") as history:
            history.write(json.dumps(result) + "\n")
        logger.info("epoch %(epoch)d: loss %(train_loss).3f, validation %(accuracy).4f, %(seconds).0f s", result)


@torch.inference_mode()
def predict(network: nn.Module, faces: LabelledFaces, size: int, batch_size: int = 256) -> Tensor:
    """Logits (N, classes) at ``size`` pixels, the mean over the picture and its mirror image."""
    network.eval()
    rows = []
    for batch in faces.batches(batch_size):
        images = normalise(to_tensor(batch.images, size))
        rows.append((network(images) + network(images.flip(3))) / 2)
    return torch.cat(rows)
