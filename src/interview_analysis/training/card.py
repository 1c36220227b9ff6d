"""The model card of a trained expression network."""

from __future__ import annotations

import shlex
from dataclasses import fields
from pathlib import Path

from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.evaluate import Confusion, Evaluation
from interview_analysis.vision.runtime.specs import ModelSpec

_CARD = """\
# {name}

EfficientNet-Lite0 (ImageNet start weights, Apache-2.0) trained by this project: one face crop → happy, neutral, sad,
angry, fear, disgust, surprise.

| | |
| --- | --- |
| file | `{file}`, {bytes:,} bytes, weights in half precision, computed in float32 |
| input | {size} × {size}, square crop of {crop_scale} × the face mesh's box, grey in three equal channels, ImageNet mean and \
deviation; the crop and its mirror image are averaged |
| output | seven logits, temperature {temperature} (fitted on the validation pictures), softmax |
| licence | code: {code}; weights: {weights}; data: {data_licence} |

## Figures

Measured as it serves (OpenVINO, one crop at a time) on {n:,} pictures of `{data}`, which it was not trained on; the epoch
count and the temperature were chosen with them, so a little optimism is left. Bootstrap 95 % intervals.

| | value | interval |
| --- | --- | --- |
{metrics}

Rows: truth, columns: answer.

{confusion}

## How it was made

    {command}

Every option not named has its default. AdamW with a one-cycle schedule, label smoothing, MixUp and CutMix with the given
probabilities, an exponential moving average of the weights; turns, scale, shifts, mirror, light, tint, loss of resolution,
noise and erasing as augmentation.

## Limits

- FER2013 was collected by web search; people agree with its labels in about two of three cases (65 ± 5 %, Goodfellow et
  al. 2013). Its faces are not a sample of any population; age, skin tone and origin are not labelled, so no figure by group
  can be given here.
- It names what a face looks like in one picture. It says nothing about what a person feels, and must not be used to judge
  character, honesty or fitness for a job.
- The weak classes are those of low recall above. Glasses, beards, side light and turned heads were not measured apart.
"""

_PATH_FIELDS = {"train": "training.npz", "validation": "publictest.npz", "out": "DIR"}


def write_card(path: Path, spec: ModelSpec, config: ExpressionConfig, evaluation: Evaluation) -> None:
    """Write the card as Markdown; it names no path of this machine."""
    if spec.input is None or spec.output is None or spec.bytes is None:
        raise ValueError("a card needs a spec with input, output and bytes")
    text = _CARD.format(
        name=spec.name,
        file=spec.file,
        bytes=spec.bytes,
        size=spec.input.size,
        crop_scale=spec.input.crop_scale,
        temperature=spec.output.temperature,
        code=spec.licence.code,
        weights=spec.licence.weights,
        data_licence=spec.licence.data,
        n=evaluation.n,
        data=evaluation.data,
        metrics=_metric_rows(evaluation),
        confusion=_confusion_table(evaluation.confusion),
        command=_command(config),
    )
    path.write_text(text, encoding="utf-8")


def _metric_rows(evaluation: Evaluation) -> str:
    rows = (f"| {name} | {x.value:.3f} | {x.low:.3f} – {x.high:.3f} |" for name, x in evaluation.metrics.items())
    return "\n".join(rows)


def _confusion_table(confusion: Confusion | None) -> str:
    if confusion is None:
        return ""
    head = f"| | {' | '.join(confusion.labels)} | recall |\n|{' --- |' * (len(confusion.labels) + 2)}"
    rows = [
        f"| {label} | {' | '.join(map(str, counts))} | {counts[index] / max(1, counts.sum()):.2f} |"
        for index, (label, counts) in enumerate(zip(confusion.labels, confusion.rows, strict=True))
    ]
    return "\n".join([head, *rows])


def _command(config: ExpressionConfig) -> str:
    """The command that gives this run: the paths, and every option that is not at its default."""
    words = ["interview-analysis", "train", "expression"]
    for field in fields(config):
        value = getattr(config, field.name)
        if field.name in _PATH_FIELDS or value != field.default:
            words += [f"--{field.name.replace('_', '-')}", str(_PATH_FIELDS.get(field.name, value))]
    return shlex.join(words)
