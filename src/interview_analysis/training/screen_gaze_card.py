"""The model card of a trained screen-gaze regressor."""

from __future__ import annotations

from pathlib import Path

from interview_analysis.training.evaluate_screen_gaze import ScreenGazeEvaluation
from interview_analysis.training.screen_gaze_config import ScreenGazeConfig
from interview_analysis.vision.runtime.specs import ModelSpec

_CARD = """\
# {name}

{regressor}: gaze direction, head pose and head position of one frame → the point of the screen that is looked at, in pixels.

| | |
| --- | --- |
| file | `{file}`, {bytes:,} bytes, ONNX in plain tensor operators, float32; nothing in it can run code |
| sha256 | `{sha256}` |
| input | {features} (units: `domain/screen_gaze_features.py`); each less its median, over robust deviation, held within ± 5 |
| output | {labels}, pixels from the screen's top left corner |
| licence | code: {code}; weights: {weights} |
| data | {data} |

## Figures

On the {n:,} rows of `{table}` ({coverage:.1%} of them whole), every session left out of the fit that answers it. Bootstrap
95 % intervals, drawn by session. The regressor was chosen by these very errors, and features and hyperparameters were tuned
on the table of Focus-App, so a little optimism is left. The file holds a fit on all sessions. Degrees assume pixels of
{pixel_mm} mm, seen from the distance that the table gives.

| | value | interval |
| --- | --- | --- |
{metrics}
{warnings}
## How it was made

    interview-analysis train screen-gaze {table} --out DIR{option}

## Limits

- It holds for the camera, the screen and the seating of its table only: how far a camera is tilted and where the screen's
  corner lies cannot be seen in a frame. For somebody else, calibrate.
- Rows of one session resemble each other: an error measured with random folds is far too small.
- The answer is never far outside the points of the table.
"""


def write_screen_gaze_card(path: Path, spec: ModelSpec, evaluation: ScreenGazeEvaluation, config: ScreenGazeConfig) -> None:
    """Write the card as Markdown; it names no path of this machine."""
    if spec.output is None or spec.bytes is None:
        raise ValueError("a card needs a spec with output and bytes")
    text = _CARD.format(
        name=spec.name,
        regressor=evaluation.regressor.replace("_", " ").capitalize(),
        file=spec.file,
        bytes=spec.bytes,
        sha256=spec.sha256,
        features=", ".join(spec.features),
        labels=", ".join(spec.output.labels),
        code=spec.licence.code,
        weights=spec.licence.weights,
        data=spec.licence.data,
        n=evaluation.n,
        coverage=evaluation.coverage,
        table=evaluation.data,
        pixel_mm=config.pixel_mm,
        metrics=_metric_rows(evaluation),
        warnings=_warnings(evaluation),
        option=f" --regressor {evaluation.regressor}" if config.regressor else "",
    )
    path.write_text(text, encoding="utf-8")


def _metric_rows(evaluation: ScreenGazeEvaluation) -> str:
    return "\n".join(f"| {name} | {x.value:.1f} | {x.low:.1f} – {x.high:.1f} |" for name, x in evaluation.metrics.items())


def _warnings(evaluation: ScreenGazeEvaluation) -> str:
    if not evaluation.warnings:
        return ""
    return "\n" + "\n".join(f"- {warning}" for warning in evaluation.warnings) + "\n"
