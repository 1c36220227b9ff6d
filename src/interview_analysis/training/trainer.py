"""The training loop: AdamW, one-cycle schedule, MixUp, exponential moving average, a checkpoint an epoch, resume."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from interview_analysis.training.augment import augment, normalise, to_tensor
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.datasets import LabelledFaces

logger = logging.getLogger(__name__)
Report = Callable[[float], None]


class EpochResult(TypedDict):
    """One line of ``history.jsonl``. Losses in nats, accuracies 0–1 with a flip at test, seconds of wall clock."""

    epoch: int
    train_loss: float
    validation_loss: float
    accuracy: float
    seconds: float


@dataclass(slots=True)
class Trainer:
    """One run. ``fit`` may be called again after a kill: it goes on from ``out/last.pt``."""

    config: ExpressionConfig
    network: nn.Module

    def __post_init__(self) -> None:
        torch.manual_seed(self.config.seed)
        if self.config.threads:
            torch.set_num_threads(self.config.threads)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def fit(self, train: LabelledFaces, validation: LabelledFaces, report: Report = lambda share: None) -> AveragedModel:
        """Train to the configured epoch; ``report`` receives the finished share 0–1. Returns the EMA network."""
        config = self.config
        steps = max(1, len(train) // config.batch_size)
        ema = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(config.ema_decay), use_buffers=True)
        optimizer = torch.optim.AdamW(self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, config.learning_rate, total_steps=steps * config.epochs, pct_start=0.2
        )
        for epoch in range(self._resume(ema, optimizer, schedule), config.epochs):
            started = time.monotonic()
            loss = self._epoch(train, ema, (optimizer, schedule), lambda done, e=epoch: report((e + done) / config.epochs))
            logits = predict(ema, validation, config)
            labels = torch.from_numpy(validation.labels)
            result: EpochResult = {
                "epoch": epoch + 1,
                "train_loss": loss,
                "validation_loss": float(functional.cross_entropy(logits, labels)),
                "accuracy": float((logits.argmax(1) == labels).float().mean()),
                "seconds": time.monotonic() - started,
            }
            self._save(result, ema, optimizer, schedule)
        return ema

    def _epoch(
        self,
        train: LabelledFaces,
        ema: AveragedModel,
        optim: tuple[torch.optim.AdamW, torch.optim.lr_scheduler.OneCycleLR],
        report: Report,
    ) -> float:
        config = self.config
        optimizer, schedule = optim
        seed = config.seed + schedule.last_epoch
        rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        self.network.train()
        losses: list[float] = []
        for batch in train.batches(config.batch_size, rng):
            images = normalise(augment(to_tensor(batch.images, config.image_size), generator))
            labels = torch.from_numpy(batch.labels)
            mixed, partner, share = _mixup(images, config, rng)
            logits = self.network(mixed)
            loss = share * _loss(logits, labels, config) + (1 - share) * _loss(logits, labels[partner], config)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            ema.update_parameters(self.network)
            losses.append(loss.item())
            report(min(1.0, len(losses) * config.batch_size / len(train)))
        return float(np.mean(losses))

    def _resume(self, ema: AveragedModel, optimizer: torch.optim.AdamW, schedule: torch.optim.lr_scheduler.OneCycleLR) -> int:
        path = self.config.out / "last.pt"
        if not path.exists():
            return 0
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["network"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        return int(state["epoch"])

    def _save(
        self,
        result: EpochResult,
        ema: AveragedModel,
        optimizer: torch.optim.AdamW,
        schedule: torch.optim.lr_scheduler.OneCycleLR,
    ) -> None:
        out = self.config.out
        out.mkdir(parents=True, exist_ok=True)
        (out / "config.json").write_text(json.dumps(asdict(self.config), default=str, indent=2))
        state = {
            "epoch": result["epoch"],
            "network": self.network.state_dict(),
            "ema": ema.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
        }
        torch.save(state, out / "last.pt.part")
        (out / "last.pt.part").replace(out / "last.pt")
        with (out / "history.jsonl").open("a") as history:
            history.write(json.dumps(result) + "\n")
        logger.info("epoch %(epoch)d: loss %(train_loss).3f, validation %(accuracy).4f, %(seconds).0f s", result)


def _loss(logits: Tensor, labels: Tensor, config: ExpressionConfig) -> Tensor:
    return functional.cross_entropy(logits, labels, label_smoothing=config.label_smoothing)


def _mixup(images: Tensor, config: ExpressionConfig, rng: np.random.Generator) -> tuple[Tensor, Tensor, float]:
    """MixUp (Zhang et al., arXiv 1710.09412) → mixed images, partner index (N,), share of the first picture."""
    partner = torch.from_numpy(rng.permutation(len(images)))
    if rng.random() >= config.mixup_probability:
        return images, partner, 1.0
    share = float(rng.beta(config.mixup_alpha, config.mixup_alpha))
    return share * images + (1 - share) * images[partner], partner, share


@torch.inference_mode()
def predict(network: nn.Module, faces: LabelledFaces, config: ExpressionConfig) -> Tensor:
    """Logits (N, classes), the mean over the picture and its mirror image."""
    network.eval()
    rows = []
    for batch in faces.batches(config.batch_size):
        images = normalise(to_tensor(batch.images, config.image_size))
        rows.append((network(images) + network(images.flip(3))) / 2)
    return torch.cat(rows)
