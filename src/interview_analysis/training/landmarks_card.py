"""The model card of a network of face meshes."""

from __future__ import annotations

import shlex
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from interview_analysis.training.evaluate import Evaluation
from interview_analysis.training.landmarks_config import LandmarksConfig
from interview_analysis.training.landmarks_split import Parts
from interview_analysis.training.markdown_tables import confusion_table, metric_rows
from interview_analysis.vision.runtime.specs import ModelSpec

_CARD = """\
# {name}

A residual network on the 478 points of a face mesh (1434 → 512, three residual blocks, 256, 2), trained on `{data}`:
how much a face in one picture resembles the rows that this file labels anxious.

**It is no diagnosis and no measure of what a person feels.** It knows the label of its training data, nothing else. It enters
no score. / **진단이 아니며 사람이 느끼는 것을 재지 않습니다.** 학습 데이터에서
"불안"으로 표시된 얼굴과 얼마나 닮았는지를 나타낼 뿐이고, 어떤 점수에도 들어가지 않습니다.

| | |
| --- | --- |
| file | `{file}`, {bytes:,} bytes, weights in half precision, computed in float32 |
| input | 478 × 3 coordinates, normalisation `{normalisation}` (see `MeshSpec`) |
| output | logits of neutral, anxious; temperature {temperature}, softmax |
| operating point | anxious from {threshold} on: the lowest threshold with a specificity of at least {specificity} on the \
validation rows |
| licence | code: {code}; weights: {weights}; data: {data_licence} |

## Figures

Measured as it serves (OpenVINO) on the {n:,} test rows, at the operating point. Bootstrap 95 % intervals. `logistic_…` is a
logistic regression on the same inputs and rows, its threshold chosen by the same rule. A network whose intervals overlap those
of the regression has not been shown to be better than it.

| | value | interval |
| --- | --- | --- |
{metrics}

Rows: truth, columns: answer.

{confusion}

## Data

{train:,} rows to train on, {validation:,} for early stopping, temperature and threshold, {n:,} to test; {dropped:,} rows were
left out because they are pictures, or of people, that are tested on. {grouping}

## How it was made

    {command}

Averaged weights of epoch {epoch} of {epochs} (0: the start weights as they were). Every option not named has its default.
AdamW with a cosine schedule, label smoothing, Gaussian noise on the coordinates, dropout.

## Limits

- The label is that of the data. Where the rows labelled anxious show fear on request or from a web search, so does what is
  learnt from them.
- Age, skin tone, origin, glasses and turned heads were not measured apart.
- It must not be used to judge character, honesty, health or fitness for a job.
"""

_BY_PERSON = "The parts share no person."
_BY_PICTURE = (
    "The data name no people, so one person may be in two parts; near-duplicates of a picture were kept together. "
    "Figures for people never seen before can be lower."
)
_PATH_FIELDS = {"data": "MESHES.csv", "out": "DIR", "start": "CHECKPOINT"}
_UNNAMED_FIELDS = frozenset({"data", "threads"})


class Run(NamedTuple):
    """A finished run. ``epoch``: the one whose weights were kept."""

    config: LandmarksConfig
    spec: ModelSpec
    evaluation: Evaluation
    parts: Parts
    epoch: int
    by_person: bool


def write_card(path: Path, run: Run) -> None:
    """Write the card as Markdown; it names no path of this machine."""
    spec = run.spec
    if spec.mesh is None or spec.output is None or spec.bytes is None or run.evaluation.confusion is None:
        raise ValueError("a card needs a spec with mesh, output and bytes, and a confusion matrix")
    text = _CARD.format(
        name=spec.name,
        file=spec.file,
        bytes=spec.bytes,
        normalisation=spec.mesh.normalisation,
        temperature=spec.output.temperature,
        threshold=spec.output.threshold,
        specificity=run.config.specificity,
        code=spec.licence.code,
        weights=spec.licence.weights,
        data_licence=spec.licence.data,
        data=run.evaluation.data,
        n=run.evaluation.n,
        metrics=metric_rows(run.evaluation.metrics),
        confusion=confusion_table(run.evaluation.confusion),
        train=len(run.parts.train),
        validation=len(run.parts.validation),
        dropped=len(run.parts.dropped),
        grouping=_BY_PERSON if run.by_person else _BY_PICTURE,
        command=_command(run.config),
        epoch=run.epoch,
        epochs=run.config.epochs,
    )
    path.write_text(text, encoding="utf-8")


def _command(config: LandmarksConfig) -> str:
    """The command that gives this run: the paths, and every option that is not at its default."""
    words = ["interview-analysis", "train", "landmarks", _PATH_FIELDS["data"]]
    for field in fields(config):
        value = getattr(config, field.name)
        if field.name not in _UNNAMED_FIELDS and value != field.default:
            words += [f"--{field.name.replace('_', '-')}", str(_PATH_FIELDS.get(field.name, value))]
    return shlex.join(words)
