"""File, environment, options: the later wins, and whatever is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_analysis.errors import InputError
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.config_sources import gather_config, read_recipe, recipe_of, variable_of

PATHS = {"train": "t", "validation": "v", "out": "o"}
RECIPE = Path("expression_lite0_fer2013")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.yaml"
    path.write_text("batch_size: 1000\ndropout: 0.1\nclass_names: [happy, sad]\n")
    return path


def test_options_win_over_the_environment_and_that_over_the_file(file: Path) -> None:
    environment = {"BATCH_SIZE": "2000", "P_MIXUP": "0.5", "IMG_SIZE": "", "HOME": "/"}
    config = gather_config(file, environment, PATHS | {"mixup_probability": "0.25", "seed": None})
    assert (config.dropout, config.batch_size, config.mixup_probability) == (0.1, 2000, 0.25)
    assert (config.image_size, config.class_names) == (224, ("happy", "sad"))


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("CLASS_NAMES", "happy, sad,neutral", "class_names", ("happy", "sad", "neutral")),
        ("DATA_DIR_TRAIN", "a/train", "train", Path("a/train")),
        ("DATA_DIR_VAL", "a/validation", "validation", Path("a/validation")),
        ("IMG_SIZE", "96", "image_size", 96),
        ("BATCH_SIZE", "16", "batch_size", 16),
        ("VAL_STEPS", "5", "val_steps", 5),
        ("EPOCHS_HEAD", "2", "epochs_head", 2),
        ("EPOCHS_FINETUNE", "3", "epochs_finetune", 3),
        ("LEARNING_RATE_HEAD", "1e-3", "learning_rate_head", 1e-3),
        ("LEARNING_RATE_FINETUNE", "1e-5", "learning_rate_finetune", 1e-5),
        ("DROPOUT_RATE", "0.4", "dropout", 0.4),
        ("WEIGHT_DECAY", "1e-4", "weight_decay", 1e-4),
        ("FREEZE_BN_MODE", "s3", "freeze_bn", "s3"),
        ("MIXUP_ALPHA", "0.3", "mixup_alpha", 0.3),
        ("CUTMIX_ALPHA", "0.4", "cutmix_alpha", 0.4),
        ("P_MIXUP", "0.1", "mixup_probability", 0.1),
        ("P_CUTMIX", "0.2", "cutmix_probability", 0.2),
        ("TRAIN_START_WEIGHTS", "w.pt", "start_weights", Path("w.pt")),
        ("TRAIN_MIXED_PRECISION", "false", "mixed_precision", False),
    ],
)
def test_the_earlier_names_are_read(variable: str, text: str, field: str, value: object) -> None:
    defaults = {"TRAIN_OUT": "o", "DATA_DIR_TRAIN": "t", "DATA_DIR_VAL": "v"}
    assert getattr(gather_config(None, defaults | {variable: text}, {}), field) == value


def test_every_field_has_a_variable_of_its_own() -> None:
    names = [variable_of(field) for field in ExpressionConfig.model_fields]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("batchsize: 3", "unknown key 'batchsize'"),
        ("batch_size: many", "batch_size: .* not 'many'"),
        ("schedule: cosine", "schedule: "),
        ("- 1", "not a YAML mapping"),
        ("1: 2", "not a YAML mapping"),
        ("a: [", r"run\.yaml"),
    ],
)
def test_faults_of_a_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "run.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        gather_config(tmp_path / "run.yaml", {}, PATHS)


def test_what_is_missing_is_named_with_every_way_to_give_it() -> None:
    with pytest.raises(InputError, match="--train, DATA_DIR_TRAIN or 'train'"):
        gather_config(None, {}, {"out": "o", "validation": "v"})
    with pytest.raises(InputError, match=r"absent\.yaml"):
        gather_config(Path("absent.yaml"), {}, PATHS)


def test_the_shipped_recipe_is_found_by_name_and_known_again() -> None:
    config = gather_config(RECIPE, {}, PATHS)
    assert (config.schedule, config.epochs_head, config.epochs_finetune, config.colour) == ("one_cycle", 0, 14, "grey")
    assert set(read_recipe(RECIPE)) <= set(ExpressionConfig.model_fields)
    assert recipe_of(config) == RECIPE.name
    assert recipe_of(gather_config(RECIPE, {}, PATHS | {"name": "mine", "threads": 2})) == RECIPE.name
    assert recipe_of(gather_config(RECIPE, {}, PATHS | {"dropout": 0.2})) is None
