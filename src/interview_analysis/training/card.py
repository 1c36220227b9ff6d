"""The model card of a trained expression network."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.training.backbones import origin_of
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.config_sources import read_recipe, recipe_of
from interview_analysis.training.evaluate import Confusion, Evaluation
from interview_analysis.training.progress import CONFIG_NAME
from interview_analysis.vision.runtime.specs import ModelSpec

_CARD = """\
# {name}

{backbone} ({origin}) trained on {data}: one face crop → {classes}.

| | |
| --- | --- |
| file | `{file}`, {bytes:,} bytes, weights in half precision, computed in float32 |
| input | {size} × {size}, square crop of {crop_scale} × the face mesh's box, {colour}, ImageNet mean and deviation; the crop \
and its mirror image are averaged |
| output | {count} logits, temperature {temperature} (fitted on the validation pictures), softmax |
| data | {data}: {pictures:,} pictures to train on ({dropped:,} more could not be read), {n:,} to validate |
| licence | code: {code}; weights: {weights}; data: {data_licence} |

{serving}

## Figures

Measured as it serves (OpenVINO in float32, one crop at a time) on {n:,} pictures of `{measured}`, which it was not trained on;
the epoch and the temperature were chosen with them, so a little optimism is left. Bootstrap 95 % intervals.

| | value | interval |
| --- | --- | --- |
{metrics}

Rows: truth, columns: answer.

{confusion}

## How it was made

    {command}

{config_source}

{hyperparameters}

AdamW; an exponential moving average of the weights is what is measured and exported. Augmentation: turns, scale, shifts,
mirror, light, tint, loss of resolution, noise and erasing, then MixUp or CutMix with the given probabilities.

## Limits

- Pictures and labels are those of {data}. How far people agree with its labels bounds what can be learned (FER2013: 65 ± 5 %,
  Goodfellow et al. 2013). Unless the data names age, skin tone and origin, no figure by group can be given.
- It names what a face looks like in one picture. It says nothing about what a person feels, and must not be used to judge
  character, honesty or fitness for a job.
- The weak classes are those of low recall above. Glasses, beards, side light and turned heads were not measured apart.
"""

_COLOURS = {"rgb": "RGB", "grey": "grey in three equal channels"}
_SERVES = "To serve it, put the file into the models folder and its entry into `manifest.yaml`, which is loaded by name."
_SERVES_NOT = (
    f"Scores are defined over {', '.join(EMOTIONS)}. This network names other classes: its manifest entry describes it, and "
    "serving refuses it."
)
_FROM_RECIPE = "The recipe comes with the package. It holds:"
_FROM_RUN = f"`{CONFIG_NAME}` lies in the run's folder. It holds:"


class TrainingData(NamedTuple):
    """``pictures`` that a run had, ``dropped`` of them since they could not be read."""

    pictures: int
    dropped: int


def write_card(path: Path, spec: ModelSpec, config: ExpressionConfig, evaluation: Evaluation, data: TrainingData) -> None:
    """Write the card as Markdown; it names no path of this machine."""
    if spec.input is None or spec.output is None or spec.bytes is None:
        raise ValueError("a card needs a spec with input, output and bytes")
    recipe = recipe_of(config)
    text = _CARD.format(
        name=spec.name,
        backbone=config.backbone,
        origin=origin_of(config),
        data=config.data_name or config.train.name,
        classes=", ".join(config.class_names),
        count=len(config.class_names),
        file=spec.file,
        bytes=spec.bytes,
        size=spec.input.size,
        crop_scale=spec.input.crop_scale,
        colour=_COLOURS[spec.input.colour],
        temperature=spec.output.temperature,
        pictures=data.pictures - data.dropped,
        dropped=data.dropped,
        n=evaluation.n,
        code=spec.licence.code,
        weights=spec.licence.weights,
        data_licence=spec.licence.data,
        serving=_SERVES if set(config.class_names) == set(EMOTIONS) else _SERVES_NOT,
        measured=evaluation.data,
        metrics=_metric_rows(evaluation),
        confusion=_confusion_table(evaluation.confusion),
        command=_command(config, recipe),
        config_source=_FROM_RUN if recipe is None else _FROM_RECIPE,
        hyperparameters=_indented(_hyperparameters(config)),
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


def _command(config: ExpressionConfig, recipe: str | None) -> str:
    """The command that gives this run: the configuration, the data, and names that the configuration does not bring."""
    words = ["interview-analysis", "train", "expression", "--config", recipe or CONFIG_NAME]
    words += ["--train", config.train.name, "--validation", config.validation.name, "--out", "DIR"]
    brought: dict[str, Any] = {} if recipe is None else read_recipe(Path(recipe))
    for field in ("name", "data_name", "data_licence"):
        value = getattr(config, field)
        if value != brought.get(field, ExpressionConfig.model_fields[field].default):
            words += [f"--{field.replace('_', '-')}", value]
    return shlex.join(words)


def _hyperparameters(config: ExpressionConfig) -> str:
    values = config.hyperparameters()
    if config.start_weights is not None:
        values["start_weights"] = config.start_weights.name
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110).rstrip()


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
