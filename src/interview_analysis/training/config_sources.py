"""Where hyperparameters come from: a YAML file, then environment variables, then options; what comes later wins."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from interview_analysis.errors import InputError
from interview_analysis.training.config import ExpressionConfig

_EARLIER_NAMES = {
    "train": "DATA_DIR_TRAIN",
    "validation": "DATA_DIR_VAL",
    "class_names": "CLASS_NAMES",
    "image_size": "IMG_SIZE",
    "batch_size": "BATCH_SIZE",
    "train_steps": "TRAIN_STEPS",
    "val_steps": "VAL_STEPS",
    "epochs_head": "EPOCHS_HEAD",
    "epochs_finetune": "EPOCHS_FINETUNE",
    "learning_rate_head": "LEARNING_RATE_HEAD",
    "learning_rate_finetune": "LEARNING_RATE_FINETUNE",
    "dropout": "DROPOUT_RATE",
    "weight_decay": "WEIGHT_DECAY",
    "freeze_bn": "FREEZE_BN_MODE",
    "mixup_alpha": "MIXUP_ALPHA",
    "mixup_probability": "P_MIXUP",
    "cutmix_alpha": "CUTMIX_ALPHA",
    "cutmix_probability": "P_CUTMIX",
}
"""Names in the ``.env`` files of the earlier system's users."""
_RECIPES = resources.files("interview_analysis.training") / "recipes"


def variable_of(field: str) -> str:
    """The environment variable of a field: the earlier system's name, else ``TRAIN_`` and the field."""
    return _EARLIER_NAMES.get(field, f"TRAIN_{field.upper()}")


def gather_config(file: Path | None, environment: Mapping[str, str | None], options: Mapping[str, Any]) -> ExpressionConfig:
    """``file``: YAML, or the name of a recipe of this package. ``options`` that are ``None`` and empty variables count as
    not given. Raises ``InputError`` naming every key or value at fault."""
    values = {} if file is None else read_recipe(file)
    for field in ExpressionConfig.model_fields:
        if given := environment.get(variable_of(field)):
            values[field] = given
    values |= {field: value for field, value in options.items() if value is not None}
    try:
        return ExpressionConfig.model_validate(values)
    except ValidationError as error:
        raise InputError("; ".join(_fault(dict(fault), file) for fault in error.errors(include_url=False))) from error


def read_recipe(file: Path) -> dict[str, Any]:
    """Raises ``InputError`` where neither a file nor a recipe of that name holds a YAML mapping."""
    packaged = _RECIPES / f"{file.name}.yaml"
    try:
        text = packaged.read_text("utf-8") if not file.exists() and packaged.is_file() else file.read_text("utf-8")
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{file}: {error}; recipes of this package: {', '.join(recipe_names())}") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise InputError(f"{file}: not a YAML mapping of option names to values")
    return values


def recipe_names() -> list[str]:
    """Recipes that this package brings."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _RECIPES.iterdir() if entry.name.endswith(".yaml"))


def recipe_of(config: ExpressionConfig) -> str | None:
    """The packaged recipe that has exactly these hyperparameters."""
    free = {"train": config.train, "validation": config.validation, "out": config.out}
    for name in recipe_names():
        if ExpressionConfig(**(read_recipe(Path(name)) | free)).hyperparameters() == config.hyperparameters():
            return name
    return None


def _fault(fault: dict[str, Any], file: Path | None) -> str:
    field = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "missing":
        return f"{field} is missing: give --{field.replace('_', '-')}, {variable_of(field)} or '{field}' in a --config file"
    if fault["type"] == "extra_forbidden":
        return f"{file or 'options'}: unknown key '{field}'"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{field}: {message}, not {fault['input']!r}" if field else message
