"""The whole of ``preprocess aihub``, in one line of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import orjson

from interview_analysis.errors import InputError
from interview_analysis.training.aihub.config import AihubConfig
from interview_analysis.training.aihub.faces import CropRules
from interview_analysis.training.aihub.journal import Journal, journal_path, kept_entries
from interview_analysis.training.aihub.labels import Annotation, add_annotation, read_annotations
from interview_analysis.training.aihub.plan import SourcePlan, plan_source
from interview_analysis.training.aihub.report import Report, build_report, count_source
from interview_analysis.training.aihub.shelf import JOURNALS, Shelf, held, keep_settings
from interview_analysis.training.aihub.sources import (
    ANNOTATION_SUFFIX,
    BadSource,
    Member,
    Source,
    SourceFault,
    find_sources,
    open_source,
)
from interview_analysis.training.aihub.workers import Task, crop_all
from interview_analysis.training.aihub.writing import write_whole

REPORT_FILE = "report.json"
_MAX_ANNOTATION_BYTES = 256 * 1024**2

OnProgress = Callable[[float], None]
"""Receives the finished share 0–1 after every picture."""


def prepare_aihub(config: AihubConfig, bundle: Path, crop_scale: float, on_progress: OnProgress) -> Report:
    """Fill ``config.out`` with train/CLASS, validation/CLASS and report.json; called again, it goes on where it was.

    ``bundle``: the FaceLandmarker; ``crop_scale``: as the expression network's spec says. Raises ``InputError`` where there
    is no picture at all or ``config.out`` was begun with other options, ``Conflict`` where another run fills it now.
    """
    with held(config.out):
        plans, bad = plan_all(config)
        settings = config.fixed() | {"crop_scale": crop_scale}
        keep_settings(config.out, settings)
        shelf = Shelf(config.out)
        work = [(plan, Journal(journal_path(config.out / JOURNALS, plan.source))) for plan in plans]
        _remove_outdated(work, shelf)
        rules = CropRules(bundle, crop_scale, config.min_side, config.max_side)
        _crop(work, shelf, rules, config.jobs, on_progress)
        counts = [count_source(plan, journal) for plan, journal in work]
        report = build_report(config, settings, counts, bad, kept_entries(config.out / JOURNALS))
        write_whole(config.out / REPORT_FILE, orjson.dumps(asdict(report), option=orjson.OPT_INDENT_2))
        return report


def plan_all(config: AihubConfig) -> tuple[list[SourcePlan], list[BadSource]]:
    """Plans of all sources that have pictures, and what could not be read. Raises ``InputError`` where no picture is found."""
    found, bad = find_sources(config.data, config.out)
    listed: list[tuple[Source, list[Member]]] = []
    annotations: dict[str, Annotation] = {}
    for source in found:
        try:
            members = _list(source, annotations, bad)
        except SourceFault as fault:
            bad.append(BadSource(source.name, str(fault)))
            continue
        if members:
            listed.append((source, members))
    if not listed:
        faults = "".join(f"; {fault.name}: {fault.reason}" for fault in bad)
        raise InputError(f"no pictures in {config.data}, neither in folders nor in ZIP files{faults}")
    return [plan_source(source, members, annotations, config) for source, members in listed], bad


def _list(source: Source, annotations: dict[str, Annotation], bad: list[BadSource]) -> list[Member]:
    """The source's pictures; its annotation files are added to ``annotations``, or to ``bad``."""
    pictures = []
    with open_source(source) as reader:
        for member in reader.members():
            if member.suffix != ANNOTATION_SUFFIX:
                pictures.append(member)
                continue
            try:
                for key, annotation in read_annotations(reader.read(member, _MAX_ANNOTATION_BYTES)).items():
                    add_annotation(annotations, key, annotation)
            except (SourceFault, ValueError) as error:
                bad.append(BadSource(f"{source.name}/{member.name}", f"not an annotation file: {error}"))
    return pictures


def _remove_outdated(work: Sequence[tuple[SourcePlan, Journal]], shelf: Shelf) -> None:
    """Annotations that came since the last run may have given a picture another label."""
    for plan, journal in work:
        outdated = journal.outdated(plan.pictures)
        shelf.remove(outdated)
        journal.forget(outdated)


def _crop(
    work: Sequence[tuple[SourcePlan, Journal]], shelf: Shelf, rules: CropRules, jobs: int, on_progress: OnProgress
) -> None:
    journals = {plan.source: journal for plan, journal in work}
    total = sum(len(plan.pictures) for plan, _ in work)
    tasks = [
        Task(plan.source, picture) for plan, journal in work for picture in plan.pictures if journal.entry(picture) is None
    ]
    done = total - len(tasks)
    with closing(crop_all(tasks, rules, jobs)) as cropped:
        for task, outcome in cropped:
            journals[task.source].append(shelf.put(task.picture, outcome))
            done += 1
            on_progress(done / total)
