"""``interview-analysis evaluate``: a model's figures on labelled data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from interview_analysis.application.ports import FrameAnalyzer
from interview_analysis.cli.output import print_json, print_table, stderr
from interview_analysis.cli.progress import share_bar
from interview_analysis.cli.saliency import Centre
from interview_analysis.cli.train_screen_gaze import PIXEL_MM, PixelMm, Table, training_packages
from interview_analysis.domain.face import FaceMetrics, Frame
from interview_analysis.domain.pose import GazeAngles, HeadAngles
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline, TimelineBuilder
from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.log import divert_native_output
from interview_analysis.settings import load_settings

if TYPE_CHECKING:
    from interview_analysis.training.evaluate import Evaluation
    from interview_analysis.vision.emotion import ExpressionClassifier
    from interview_analysis.vision.screen_gaze import ScreenGazeRegressor

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Data = Annotated[Path, typer.Argument(metavar="NPZ|DIR")]
Folder = Annotated[Path, typer.Argument(metavar="DIR")]
Clips = Annotated[list[Path], typer.Argument(metavar="CLIP...")]
Truth = Annotated[Path | None, typer.Option(help="Folder of the label files. Default: beside each clip.")]
Plots = Annotated[Path | None, typer.Option("--plots", metavar="DIR", help="Write figures as PNG files into this folder.")]
MaxYaw = Annotated[float, typer.Option(min=0.0, help="Leave out pictures turned further, degrees.")]
Model = Annotated[str | None, typer.Option(help="Name in the manifest. Default: the one that serves.")]
Meshes = Annotated[Path, typer.Argument(metavar="CSV")]
LandmarksModel = Annotated[str | None, typer.Option("--model", help="Name in the manifest, or folder that training wrote.")]
Split = Annotated[str | None, typer.Option(help="Only rows whose column split says so. Default: all.")]
ScreenGazeModel = Annotated[str | None, typer.Option("--model", help="Name in the manifest, or folder that training wrote.")]
Recordings = Annotated[Path | None, typer.Argument(metavar="[DIR]")]
Predict = Annotated[bool, typer.Option("--predict", help="Measure the maps that ``saliency`` predicts from stimuli/.")]
Maps = Annotated[Path | None, typer.Option(help="Folder of maps, PNG, named like the pictures. Default: fixmaps.")]

_POSE_NEEDS_NOT = frozenset({Skippable.EXPRESSION, Skippable.GAZE})
_GAZE_NEEDS_NOT = _CLIPS_NEED_NOT = frozenset({Skippable.EXPRESSION})


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, callback=lambda: None, help="Measure on labelled data, with 95 % intervals.")
    for command in (expression, head_pose, blink, presence, gaze, landmarks, screen_gaze, saliency, voice):
        group.command()(command)
    app.add_typer(group, name="evaluate")


def expression(data: Data, model: Model = None, json: Json = False, plots: Plots = None) -> None:
    """Accuracy, macro F1, calibration error, recall by class and confusion of the expression network.

    DATA is an NPZ file (arrays image, label), a folder with publictest.npz, or one with a sub-folder of face pictures a class.
    """
    from interview_analysis.training.datasets import load_faces
    from interview_analysis.training.evaluate import evaluate_expression

    faces = load_faces(data)
    _print(evaluate_expression(_expression_classifier(model), faces, data.name), json, plots)


def head_pose(data: Folder, max_yaw: MaxYaw = 90.0, json: Json = False, plots: Plots = None) -> None:
    """Mean absolute error of pitch, yaw and roll. DATA is a folder of pictures with labels.csv."""
    from interview_analysis.training.evaluate_head_pose import evaluate_head_pose

    with _analyzer() as analyzer:
        _print(evaluate_head_pose(data, lambda picture: _head_of(picture, analyzer), max_yaw), json, plots)


def blink(clips: Clips, truth: Truth = None, json: Json = False, plots: Plots = None) -> None:
    """Precision, recall, F1 and count error of blinks; labels lie in CLIP.blink.csv."""
    from interview_analysis.training.evaluate_clips import evaluate_blink

    with _analyzer() as analyzer:
        _print(evaluate_blink(clips, lambda clip: _timeline_of(clip, analyzer), truth), json, plots)


def presence(clips: Clips, truth: Truth = None, json: Json = False, plots: Plots = None) -> None:
    """Error in seconds of the times when the face comes and goes; labels lie in CLIP.presence.csv."""
    from interview_analysis.training.evaluate_clips import evaluate_presence

    with _analyzer() as analyzer:
        _print(evaluate_presence(clips, lambda clip: _timeline_of(clip, analyzer), truth), json, plots)


def gaze(data: Data, truth: Truth = None, json: Json = False, plots: Plots = None) -> None:
    """Direction accuracy on meshes of people who look five ways, angular error on pictures with labels.csv.

    DATA is an NPZ file (meshes by direction, or another program's pred and gt) or a folder of such files and labelled pictures.
    """
    from interview_analysis.training.evaluate_gaze import evaluate_gaze

    with _analyzer() as analyzer:
        _print(evaluate_gaze(data, lambda picture: _gaze_of(picture, analyzer), truth), json, plots)


def landmarks(data: Meshes, model: LandmarksModel = None, split: Split = None, json: Json = False, plots: Plots = None) -> None:
    """Accuracy, recall and precision of the label anxious at the model's threshold, and AUC, on labelled face meshes.

    CSV is a table as ``train landmarks`` takes it. Rows that a model was trained on flatter it: name the rest with --split.
    """
    from interview_analysis.bootstrap.line import model_store
    from interview_analysis.training.evaluate_landmarks import evaluate_landmarks, load_classifier, load_trained

    if model is not None and (folder := Path(model)).is_dir():
        classifier = load_trained(folder)
    else:
        classifier = load_classifier(model_store(load_settings()), model)
    _print(evaluate_landmarks(data, classifier, split), json, plots)


def screen_gaze(
    table: Table, model: ScreenGazeModel = None, pixel_mm: PixelMm = PIXEL_MM, json: Json = False, plots: Plots = None
) -> None:
    """Error of the predicted screen point in pixels and degrees, beside the mean predictor and ridge; drawn by session.

    CSV is a table as ``train screen-gaze`` takes it. Without --model every regressor is measured with sessions left out.
    """
    with training_packages():
        from interview_analysis.training.evaluate_screen_gaze import evaluate_model, evaluate_regressors
        from interview_analysis.training.screen_gaze_table import read_screen_gaze

    rows = read_screen_gaze(table)
    if model is None:
        with share_bar("evaluate screen-gaze") as report:
            evaluation = evaluate_regressors(rows, pixel_mm, report)
    else:
        evaluation = evaluate_model(_screen_gaze_regressor(model), rows, pixel_mm)
    _warn(evaluation.warnings)
    _print(evaluation, json, plots)


def saliency(
    data: Folder,
    maps: Maps = None,
    predict: Predict = False,
    centre: Centre = True,
    json: Json = False,
    plots: Plots = None,
) -> None:
    """AUC-Judd, NSS, CC, SIM, KL and the share above the 70th percentile of saliency maps, with their chance levels.

    DATA holds fixations.csv, stimuli/ and fixmaps/, or fixationmap_ID.jpg, fixationlocs_ID_yx0.csv and model_NAME_ID.jpg.
    """
    from interview_analysis.training.evaluate_saliency import evaluate_predictor, evaluate_saliency
    from interview_analysis.vision.saliency_model import predict_map

    if predict and maps is not None:
        raise InputError("give one of --maps and --predict")
    evaluation = evaluate_predictor(data, partial(predict_map, centre=centre)) if predict else evaluate_saliency(data, maps)
    _warn(evaluation.warnings)
    _print(evaluation, json, plots)


def voice(data: Recordings = None, json: Json = False) -> None:
    """Syllables, their rate and pitch against what espeak-ng was told to say, in Korean and English at three rates.

    With a folder DIR of recordings and labels.csv (file, syllables): the count against that of people.
    """
    from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer
    from interview_analysis.training.evaluate_voice import evaluate_recordings, evaluate_voice

    measure = SpeechVoiceAnalyzer().analyse
    _print(evaluate_voice(measure) if data is None else evaluate_recordings(data, measure), json)


@contextmanager
def _analyzer() -> Iterator[FrameAnalyzer]:
    from interview_analysis.bootstrap.line import build_frame_analyzer

    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    with closing(build_frame_analyzer(settings)) as analyzer:
        yield analyzer


def _head_of(picture: NDArray[np.uint8], analyzer: FrameAnalyzer) -> HeadAngles | None:
    face = _face_of(picture, analyzer, _POSE_NEEDS_NOT)
    return None if face is None else face.head


def _gaze_of(picture: NDArray[np.uint8], analyzer: FrameAnalyzer) -> GazeAngles | None:
    face = _face_of(picture, analyzer, _GAZE_NEEDS_NOT)
    return None if face is None or face.gaze is None else face.gaze.angles


def _face_of(picture: NDArray[np.uint8], analyzer: FrameAnalyzer, skip: frozenset[Skippable]) -> FaceMetrics | None:
    """One picture is a video of one frame, so that no filter smooths it."""
    with closing(analyzer.new_session(skip)) as session:
        (row,) = session.analyse([Frame(0, 0.0, picture)])
    return row.face


def _timeline_of(clip: Path, analyzer: FrameAnalyzer) -> FrameTimeline:
    from interview_analysis.bootstrap.line import build_decoder

    decoder = build_decoder(load_settings())
    columns = TimelineBuilder()
    with closing(analyzer.new_session(_CLIPS_NEED_NOT)) as session, decoder.decode(clip, decoder.probe(clip)) as decoded:
        for row in session.analyse(decoded):
            columns.add(row)
        return columns.build(decoded.duration)


def _expression_classifier(name: str | None) -> ExpressionClassifier:
    from interview_analysis.bootstrap.line import model_store
    from interview_analysis.vision.emotion import ExpressionClassifier
    from interview_analysis.vision.runtime.session import OpenVinoSession
    from interview_analysis.vision.runtime.specs import Job

    store = model_store(load_settings())
    spec = store.manifest.get(name) if name else store.best(Job.EXPRESSION)
    if spec is None:
        raise ModelUnavailable("no expression model is ready")
    return ExpressionClassifier(OpenVinoSession(store.path(spec.name)), spec)


def _screen_gaze_regressor(model: str) -> ScreenGazeRegressor:
    from interview_analysis.bootstrap.line import model_store
    from interview_analysis.training.screen_gaze import load_trained
    from interview_analysis.vision.screen_gaze import load_screen_gaze

    folder = Path(model)
    return load_trained(folder) if folder.is_dir() else load_screen_gaze(model_store(load_settings()), model)


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        stderr.print(f"warning: {warning}", markup=False, highlight=False, soft_wrap=True)


def _print(evaluation: Evaluation, json: bool, plots: Path | None = None) -> None:
    if plots is not None:
        _draw(evaluation, plots)
    if json:
        shown = {name: value for name, value in asdict(evaluation).items() if name != "plots" and value is not None}
        print_json(shown)
        return
    title = f"{evaluation.task} · {evaluation.data} · n {evaluation.n} · coverage {evaluation.coverage:.3f}"
    rows = [(name, f"{x.value:.3f}", f"{x.low:.3f} – {x.high:.3f}") for name, x in evaluation.metrics.items()]
    print_table(("figure", "value", "95 % interval"), rows, title)
    if evaluation.confusion is not None:
        labels = evaluation.confusion.labels
        counts = [(label, *row) for label, row in zip(labels, evaluation.confusion.rows, strict=True)]
        print_table(("truth \\ answer", *labels), counts)


def _draw(evaluation: Evaluation, folder: Path) -> None:
    from interview_analysis.training.plots import confusion_matrix, write_plots

    plots = dict(evaluation.plots)
    if evaluation.confusion is not None:
        plots["confusion"] = confusion_matrix(evaluation.confusion.labels, evaluation.confusion.rows)
    for path in write_plots(evaluation.task, plots, folder):
        stderr.print(f"wrote {path}")
