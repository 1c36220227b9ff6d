"""What the program knows about its model files: ``models/manifest.yaml``, parsed and validated.

Preprocessing, labels and activation come from here, never from a file's name.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from interview_analysis.errors import ModelUnavailable

_YAML_WIDTH = 120

Triple = tuple[float, float, float]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
FilePath = Annotated[str, StringConstraints(pattern=r"^(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)?[A-Za-z0-9_][A-Za-z0-9._-]*$")]
"""In the models folder, or in one folder of it."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
SourceText = Annotated[str, StringConstraints(pattern=r"^(https://|pypi:[^:]+==[^:]+:|npm:.+@[^:]+:).+$")]


class Job(StrEnum):
    """What a model is for."""

    LANDMARKS = "landmarks"
    EXPRESSION = "expression"
    GAZE = "gaze"
    SCREEN_GAZE = "screen-gaze"
    ANXIETY = "anxiety"
    DEMO = "demo"
    TRANSCRIPT = "transcript"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Licence(_Entry):
    """Three licences can differ: of the code, of the weights, of the data they were trained on."""

    code: str
    weights: str
    data: str


class InputSpec(_Entry):
    """A square crop of ``crop_scale`` × the face's box, resized to ``size`` pixels, scaled to 0–1, then (x − mean) / std.

    ``through``: resized to this many pixels first, for a network that was trained on pictures enlarged from there.
    ``colour`` grey: luma repeated over the three channels. ``mirror``: the output is the mean over the crop and its mirror
    image. ``layout`` is the order of the batch's axes.
    """

    size: Annotated[int, Field(gt=0)]
    mean: Triple
    std: Triple
    layout: Literal["NCHW"] = "NCHW"
    colour: Literal["rgb", "grey"] = "rgb"
    through: Annotated[int, Field(gt=0)] | None = None
    mirror: bool = False
    crop_scale: Annotated[float, Field(gt=0)] = 1.0


class MeshSpec(_Entry):
    """How a network of face meshes wants its 478 × 3 numbers.

    aligned      pixels (so the picture's shape does not stretch the face), nose tip at the origin, eye line level, root mean
                 square distance from the nose 1
    nose_centred shares of the picture, nose tip at the origin, largest distance from the nose 1: what checkpoints of the
                 earlier system were trained on
    """

    normalisation: Literal["aligned", "nose_centred"]


class OutputSpec(_Entry):
    """``labels`` name the output columns in order. ``temperature`` divides logits before the softmax. ``threshold``: the
    operating point of a network with two labels, least probability of the second for it to be the answer."""

    labels: tuple[str, ...] = ()
    activation: Literal["logits", "softmax"] = "logits"
    temperature: Annotated[float, Field(gt=0)] = 1.0
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5


class Companion(_Entry):
    """A further file of a model."""

    file: FilePath
    sha256: Sha256
    bytes: Annotated[int, Field(gt=0)] | None = None
    sources: tuple[SourceText, ...] = ()


class ModelSpec(_Entry):
    """One file, or with ``companions`` several. ``bytes`` is ``None`` where the size is not known; the checksum always is."""

    name: FileName
    job: Job
    file: FilePath
    sha256: Sha256
    licence: Licence
    bytes: Annotated[int, Field(gt=0)] | None = None
    required: bool = False
    preference: int = 0
    """Of several ready models of one job, the one with the highest preference serves."""
    sources: tuple[SourceText, ...] = ()
    companions: tuple[Companion, ...] = ()
    features: tuple[str, ...] = ()
    """Input columns in order, of a model that takes measured numbers and no picture."""
    input: InputSpec | None = None
    mesh: MeshSpec | None = None
    output: OutputSpec | None = None

    @property
    def files(self) -> tuple[ModelSpec | Companion, ...]:
        """All files, the model's own first."""
        return (self, *self.companions)


class Manifest(_Entry):
    """All entries; names and files are unique."""

    models: tuple[ModelSpec, ...]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [spec.name for spec in self.models]
        files = [part.file for spec in self.models for part in spec.files]
        for field, values in (("name", names), ("file", files)):
            doubles = sorted({value for value in values if values.count(value) > 1})
            if doubles:
                raise ValueError(f"{field} is not unique: {', '.join(doubles)}")
        return self

    def get(self, name: str) -> ModelSpec:
        """Raises ``ModelUnavailable`` for a name that is not listed."""
        for spec in self.models:
            if spec.name == name:
                return spec
        raise ModelUnavailable(f"the manifest has no model '{name}'; it has {', '.join(spec.name for spec in self.models)}")

    def for_job(self, job: Job) -> tuple[ModelSpec, ...]:
        """Entries of one job, the preferred one first."""
        return tuple(sorted((spec for spec in self.models if spec.job is job), key=lambda spec: -spec.preference))

    @property
    def required(self) -> tuple[ModelSpec, ...]:
        return tuple(spec for spec in self.models if spec.required)


def load_manifest(path: Path) -> Manifest:
    """Read a manifest. Raises ``ModelUnavailable`` where it is absent or not valid, naming each fault."""
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelUnavailable(f"no manifest at {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ModelUnavailable(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False))
        raise ModelUnavailable(f"{path}: {'; '.join(faults)}") from error


def write_entry(spec: ModelSpec) -> str:
    """One entry as it stands in a manifest, indented for the list."""
    entry = spec.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=_YAML_WIDTH)
