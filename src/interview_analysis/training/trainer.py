"""The training loop: stages, AdamW, schedules, mixing, moving average, early stopping, a checkpoint an epoch, resume."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from interview_analysis.errors import InputError
from interview_analysis.training.augment import augment, normalise, to_tensor
from interview_analysis.training.backbones import Classifier
from interview_analysis.training.config import ExpressionConfig, Stage
from interview_analysis.training.curves import open_events, write_events
from interview_analysis.training.faces import Faces
from interview_analysis.training.freezing import freeze, frozen_batch_norms
from interview_analysis.training.mixing import mix
from interview_analysis.training.progress import EpochResult, Progress, RunFolder

logger = logging.getLogger(__name__)
Report = Callable[[float], None]

_WARM_UP_SHARE = 0.2
_TEST_BATCH = 256


class _StageState(NamedTuple):
    """What belongs to one stage; a checkpoint holds the first three."""

    optimizer: torch.optim.AdamW
    schedule: OneCycleLR | ReduceLROnPlateau
    scaler: torch.amp.GradScaler
    batch_norms: tuple[nn.Module, ...]

    def states(self) -> dict[str, Any]:
        return {name: getattr(self, name).state_dict() for name in ("optimizer", "schedule", "scaler")}

    def load(self, states: dict[str, Any]) -> None:
        for name in ("optimizer", "schedule", "scaler"):
            getattr(self, name).load_state_dict(states[name])


class _Wanted(NamedTuple):
    """``labels`` (N,) of one batch, and where there is a teacher its probabilities (N, classes)."""

    labels: Tensor
    answers: Tensor | None

    def at(self, rows: Tensor) -> _Wanted:
        return _Wanted(self.labels[rows], None if self.answers is None else self.answers[rows])


class Trainer:
    """One run. ``fit`` may be called again after a kill: it goes on from ``out/last.pt``, on the CPU to the same bits."""

    def __init__(self, config: ExpressionConfig, classifier: Classifier) -> None:
        self._config = config
        self._device = choose_device(config)
        self._classifier = classifier
        self._network = classifier.network.to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._teacher = copy.deepcopy(self._network).eval() if config.distil_share else None
        average = get_ema_multi_avg_fn(config.ema_decay)  # type: ignore[no-untyped-call]
        self._ema = AveragedModel(self._network, multi_avg_fn=average, use_buffers=True)
        self._amp = config.mixed_precision and self._device.type == "cuda"
        self._class_weights: Tensor | None = None
        self._folder = RunFolder(config.out)

    def fit(self, train: Faces, validation: Faces, report: Report = lambda share: None) -> nn.Module:
        """Train to the end of the last stage; ``report`` receives the finished share 0–1. Returns the averaged network of the
        epoch to keep, on the CPU.

        Raises ``InputError`` where the folder holds a run with other hyperparameters, or no picture can be read.
        """
        config = self._config
        self._folder.claim(config)
        torch.manual_seed(config.seed)
        if config.threads:
            torch.set_num_threads(config.threads)
        self._class_weights = _class_weights(train, config).to(self._device) if config.class_weights == "balanced" else None
        validation = _validation_sample(validation, config)
        progress, states = self._resumed(len(train))
        self._run_stages(progress, states, (train, validation), report)
        report(1.0)
        return self._kept(progress)

    def _run_stages(self, progress: Progress, states: dict[str, Any], data: tuple[Faces, Faces], report: Report) -> None:
        config = self._config
        with open_events(config.out, len(progress.history)) as events:
            while progress.stage < len(config.stages):
                stage = progress.stage
                state = self._begin(config.stages[stage], len(data[0]))
                if progress.stage_epoch:
                    state.load(states)
                while progress.stage == stage:
                    write_events(events, self._run_epoch(state, progress, data, report))

    def _resumed(self, pictures: int) -> tuple[Progress, dict[str, Any]]:
        found = self._folder.load()
        if found is None:
            return Progress(pictures), {}
        progress, states = found
        if progress.pictures != pictures:
            raise InputError(f"{self._config.out} holds a run on {progress.pictures} pictures, not {pictures}")
        self._network.load_state_dict(states["network"])
        self._ema.load_state_dict(states["ema"])
        return progress, states

    def _begin(self, stage: Stage, pictures: int) -> _StageState:
        config = self._config
        batch_norms = frozen_batch_norms(self._classifier, config, stage)
        freeze(self._classifier, stage, batch_norms)
        trained = [weights for weights in self._network.parameters() if weights.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=stage.learning_rate, weight_decay=config.weight_decay)
        schedule: OneCycleLR | ReduceLROnPlateau
        if config.schedule == "one_cycle":
            steps = steps_in_epoch(pictures, config) * stage.epochs
            schedule = OneCycleLR(optimizer, stage.learning_rate, total_steps=steps, pct_start=_WARM_UP_SHARE)
        else:
            schedule = ReduceLROnPlateau(optimizer, factor=config.plateau_factor, patience=config.plateau_patience)
        return _StageState(optimizer, schedule, torch.amp.GradScaler(self._device.type, enabled=self._amp), batch_norms)

    def _run_epoch(self, state: _StageState, progress: Progress, data: tuple[Faces, Faces], report: Report) -> EpochResult:
        """Train and measure one epoch, then write the checkpoint."""
        config, stage, started = self._config, self._config.stages[progress.stage], time.monotonic()
        train, validation = data
        epoch = stage.start + progress.stage_epoch
        learning_rate = float(state.optimizer.param_groups[0]["lr"])
        loss = self._train_epoch(state, train, epoch, progress, report)
        prediction = predict(self._ema, validation, config.size_in(epoch))
        result: EpochResult = {
            "epoch": len(progress.history) + 1,
            "stage": stage.name,
            "learning_rate": learning_rate,
            "train_loss": loss,
            "validation_loss": float(functional.cross_entropy(prediction.logits, prediction.labels)),
            "accuracy": float((prediction.logits.argmax(1) == prediction.labels).float().mean()),
            "seconds": time.monotonic() - started,
        }
        self._finish_epoch(state, progress, result)
        return result

    def _train_epoch(self, state: _StageState, train: Faces, epoch: int, progress: Progress, report: Report) -> float:
        config = self._config
        seed = config.seed + progress.steps
        rng, generator = np.random.default_rng(seed), torch.Generator(self._device).manual_seed(seed)
        self._network.train()
        for layer in state.batch_norms:
            layer.eval()
        steps, size, losses = steps_in_epoch(len(train), config), config.size_in(epoch), list[float]()
        for batch in islice(train.batches(config.batch_size, rng), steps):
            images = normalise(augment(to_tensor(batch.images, size, self._device), generator))
            wanted = _Wanted(torch.from_numpy(batch.labels).to(self._device), self._taught(images))
            losses.append(self._step(state, images, wanted, rng))
            report((epoch + len(losses) / steps) / config.epochs)
        if not losses:
            raise InputError(f"{config.train}: not one picture can be read")
        progress.steps += len(losses)
        return float(np.mean(losses))

    def _taught(self, images: Tensor) -> Tensor | None:
        """The start network's probabilities (N, classes) for the same pictures as the student sees (arXiv 1805.04770,
        2106.05237): where people disagree about a label, they say more than the label does."""
        if self._teacher is None:
            return None
        with torch.no_grad(), torch.autocast(self._device.type, torch.float16, enabled=self._amp):
            answers: Tensor = self._teacher(images).float().softmax(1)
        return answers

    def _step(self, state: _StageState, images: Tensor, wanted: _Wanted, rng: np.random.Generator) -> float:
        mixed = mix(images, self._config, rng)
        with torch.autocast(self._device.type, torch.float16, enabled=self._amp):
            logits = self._network(mixed.images)
            own, other = (self._loss(logits, each) for each in (wanted, wanted.at(mixed.partner)))
        loss = mixed.share * own + (1 - mixed.share) * other
        state.optimizer.zero_grad(set_to_none=True)
        state.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        state.scaler.step(state.optimizer)
        state.scaler.update()
        if isinstance(state.schedule, OneCycleLR):
            state.schedule.step()
        self._ema.update_parameters(self._network)
        return loss.item()

    def _loss(self, logits: Tensor, wanted: _Wanted) -> Tensor:
        loss = functional.cross_entropy(
            logits, wanted.labels, weight=self._class_weights, label_smoothing=self._config.label_smoothing
        )
        if wanted.answers is None:
            return loss
        return torch.lerp(loss, functional.cross_entropy(logits, wanted.answers), self._config.distil_share)

    def _finish_epoch(self, state: _StageState, progress: Progress, result: EpochResult) -> None:
        config = self._config
        if isinstance(state.schedule, ReduceLROnPlateau):
            state.schedule.step(result["validation_loss"])
        if progress.add(result):
            self._folder.save_best(self._ema.module.state_dict())
        states = state.states() | {"network": self._network.state_dict(), "ema": self._ema.state_dict()}
        stopped = config.schedule == "plateau" and 0 < config.early_stopping <= progress.stale
        if stopped:
            logger.info("stage %s ends: %d epochs without a lower validation loss", result["stage"], progress.stale)
        if stopped or progress.stage_epoch == config.stages[progress.stage].epochs:
            progress.next_stage()
        self._folder.save(progress, states)
        logger.info("epoch %(epoch)d (%(stage)s): loss %(train_loss).3f, validation %(accuracy).4f, %(seconds).0f s", result)

    def _kept(self, progress: Progress) -> nn.Module:
        network: nn.Module = self._ema.module
        if self._config.keep == "best" and math.isfinite(progress.best_loss):
            network.load_state_dict(self._folder.load_best())
        return network.cpu()


class Prediction(NamedTuple):
    """``logits`` (N, classes) and ``labels`` (N,) of the pictures that could be read, on the CPU."""

    logits: Tensor
    labels: Tensor


@torch.inference_mode()
def predict(network: nn.Module, faces: Faces, size: int) -> Prediction:
    """Logits at ``size`` pixels, the mean over the picture and its mirror image."""
    network.eval()
    device = next(network.parameters()).device
    rows, labels = [], []
    for batch in faces.batches(_TEST_BATCH):
        images = normalise(to_tensor(batch.images, size, device))
        rows.append(((network(images) + network(images.flip(3))) / 2).cpu())
        labels.append(torch.from_numpy(batch.labels))
    if not rows:
        raise InputError("not one validation picture can be read")
    return Prediction(torch.cat(rows), torch.cat(labels))


def choose_device(config: ExpressionConfig) -> torch.device:
    """Raises ``InputError`` where CUDA is wanted and there is none."""
    if config.device == "cuda" and not torch.cuda.is_available():
        raise InputError("device: there is no CUDA device here; use auto or cpu")
    return torch.device("cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu")


def steps_in_epoch(pictures: int, config: ExpressionConfig) -> int:
    """Whole batches, at least one, ``train_steps`` at most."""
    steps = max(1, pictures // config.batch_size)
    return min(steps, config.train_steps) if config.train_steps else steps


def _class_weights(faces: Faces, config: ExpressionConfig) -> Tensor:
    """Balanced: pictures / (classes · pictures of the class), as in scikit-learn; mean 1 over the pictures."""
    counts = np.bincount(faces.labels, minlength=len(config.class_names))
    return torch.from_numpy((len(faces) / (len(counts) * np.maximum(counts, 1))).astype(np.float32))


def _validation_sample(faces: Faces, config: ExpressionConfig) -> Faces:
    """All, or ``val_steps`` batches of pictures drawn once, so that every epoch is measured on the same ones."""
    wanted = config.val_steps * config.batch_size
    if wanted == 0 or wanted >= len(faces):
        return faces
    return faces.subset(np.sort(np.random.default_rng(config.seed).permutation(len(faces))[:wanted]))
