"""Hyperparameters of one training run: checked here, written into the run's folder and the model card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

FER_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""Class order of FER2013's integer labels."""

Backbone = Literal["efficientnet_lite0", "efficientnet_b0", "mobilenet_v3_large"]
Colour = Literal["rgb", "grey"]
BatchNormFreezing = Literal["all", "s3", "adaptive", "none"]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")]

_FREE_FIELDS = frozenset({"train", "validation", "out", "name", "data_name", "data_licence", "device", "threads"})


class Stage(NamedTuple):
    """A part of the run with its own optimiser and schedule. ``start``: epochs planned before it."""

    name: Literal["head", "finetune"]
    start: int
    epochs: int
    learning_rate: float


class ExpressionConfig(BaseModel):
    """``train expression``. Sizes in pixels, learning rates for AdamW, probabilities and shares 0–1.

    Two stages: the head on a frozen backbone, then everything. A batch is mixed by MixUp, by CutMix or by neither, so their
    probabilities sum to 1 at most.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    train: Path = Field(description="NPZ file, or folder with a sub-folder of pictures a class.")
    validation: Path = Field(description="The same form, other people.")
    out: Path = Field(description="Folder of the run; a run found in it goes on.")
    name: Name = Field("expression", description="Name of the model, its file and its card.")
    data_name: str = Field("", description="Name of the data for the card. Default: that of the training file or folder.")
    data_licence: str = Field("not stated", description="Licence of the data, for manifest and card.")
    class_names: tuple[Name, ...] = Field(FER_CLASSES, min_length=2, description="Classes, with commas between them.")
    backbone: Backbone = Field("efficientnet_lite0", description="Lite0 starts from ImageNet, the others from chance.")
    start_weights: Path | None = Field(None, description="State dict to start from, or an exported EfficientNet-Lite0 (.onnx).")
    colour: Colour = Field("rgb", description="What the network sees; FER2013 is grey.")
    image_size: int = Field(224, gt=0, description="Side of the pictures.")
    start_size: Annotated[int, Field(gt=0)] | None = Field(
        None, description="Side in the first epochs (progressive learning, arXiv 2104.00298). Default: image_size."
    )
    grow_after: Share = Field(0.0, description="Share of the epochs that run at start_size.")
    serve_size: Annotated[int, Field(gt=0)] | None = Field(
        None, description="Side that the exported network takes; a little more than it was trained at may fit better."
    )
    batch_size: int = Field(64, ge=2, description="Pictures a step.")
    train_steps: Count = Field(0, description="Steps an epoch at most; 0: all pictures.")
    val_steps: Count = Field(0, description="Validation batches an epoch, the same random ones each time; 0: all pictures.")
    epochs_head: Count = Field(6, description="Epochs with a frozen backbone.")
    epochs_finetune: Count = Field(42, description="Epochs with everything trained.")
    learning_rate_head: Positive = Field(3e-4, description="Learning rate of the head stage.")
    learning_rate_finetune: Positive = Field(2e-5, description="Learning rate of the second stage.")
    schedule: Literal["plateau", "one_cycle"] = Field(
        "plateau", description="Of each stage: lowered when the validation loss stalls, with early stopping; or one cycle."
    )
    plateau_patience: Count = Field(3, description="Epochs without improvement before the learning rate falls.")
    plateau_factor: float = Field(0.5, gt=0, lt=1, description="What the learning rate is then multiplied by.")
    early_stopping: Count = Field(8, description="Epochs without improvement that end a stage (plateau only); 0: never.")
    keep: Literal["best", "last"] = Field("best", description="Epoch that is exported; best: lowest validation loss.")
    weight_decay: float = Field(0.02, ge=0, description="AdamW's.")
    dropout: Share = Field(0.3, description="Before the last layer.")
    label_smoothing: Share = Field(0.1, description="Share of each label spread over all classes.")
    distil_share: Share = Field(0.0, description="Share of each label that is the start network's own answer instead.")
    freeze_bn: BatchNormFreezing = Field("adaptive", description="Batch-norm layers held fixed; see freezing.py.")
    mixup_alpha: Positive = Field(0.2, description="MixUp's beta distribution.")
    mixup_probability: Share = Field(0.7, description="Share of the batches.")
    cutmix_alpha: Positive = Field(0.2, description="CutMix's beta distribution.")
    cutmix_probability: Share = Field(0.3, description="Share of the batches.")
    ema_decay: Share = Field(0.995, description="Moving average of the weights, a step; 0: none.")
    class_weights: Literal["none", "balanced"] = Field("none", description="balanced: the loss of rare classes counts more.")
    seed: Count = Field(20261121, description="Of every random draw.")
    mixed_precision: bool = Field(True, description="Half precision on CUDA; the CPU always computes in float32.")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto: CUDA where there is one.")
    threads: Count = Field(0, description="Of the CPU; 0: torch's own choice.")

    @field_validator("class_names", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.class_names)) < len(self.class_names):
            raise ValueError("class_names holds a name twice")
        if self.mixup_probability + self.cutmix_probability > 1:
            raise ValueError("mixup_probability and cutmix_probability must sum to 1 at most")
        if self.epochs == 0:
            raise ValueError("epochs_head and epochs_finetune must not both be 0")
        return self

    @property
    def epochs(self) -> int:
        """Of both stages, without early stopping."""
        return self.epochs_head + self.epochs_finetune

    @property
    def stages(self) -> tuple[Stage, ...]:
        both = (
            Stage("head", 0, self.epochs_head, self.learning_rate_head),
            Stage("finetune", self.epochs_head, self.epochs_finetune, self.learning_rate_finetune),
        )
        return tuple(stage for stage in both if stage.epochs)

    @property
    def served_size(self) -> int:
        """Faces in training are scaled up and down; in serving all have one size, at which a somewhat larger picture may show
        them as large as training did on average (Touvron et al., arXiv 1906.06423)."""
        return self.serve_size or self.image_size

    def hyperparameters(self) -> dict[str, Any]:
        """What must stay the same when a run is taken up again, as plain values: no paths of data, names or machine."""
        return self.model_dump(mode="json", exclude=set(_FREE_FIELDS))

    def size_in(self, epoch: int) -> int:
        """Side of the pictures in this planned epoch, counted from 0."""
        if self.start_size is None or epoch >= round(self.grow_after * self.epochs):
            return self.image_size
        return self.start_size
