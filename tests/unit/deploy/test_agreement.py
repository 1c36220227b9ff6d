"""deploy/ says what the program says: names of settings and their values, commands, routes, ports, and how long things take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup
from typer.exceptions import TyperException

from deploy_files import (
    DEPLOY,
    IMAGE,
    KUBERNETES,
    assignments,
    compose,
    dockerfile,
    image_environment,
    kustomizations,
    named,
    pods,
    seconds,
    setting_names,
)
from interview_analysis.api.app import create_app
from interview_analysis.cli import build_app
from interview_analysis.settings import Settings, load_settings
from interview_analysis.settings.stores import PathSettings

NO_SETTINGS = {"MPLCONFIGDIR", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_VISIBLE_DEVICES", "PATH", "PYTHONDONTWRITEBYTECODE"} | {
    *("PYTHONUNBUFFERED", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR"),
}
"""Variables of the image that are for Python, pip, Matplotlib and NVIDIA's runtime."""
MARGIN_SECONDS = 60

SETTINGS = assignments(KUBERNETES / "base" / "settings.env")
SECRET: dict[str, str] = named("Secret", "interview-analysis")["stringData"]
SERVICES = compose()["services"]
COMMANDS = {f"compose {name}": list(SERVICES[name]["command"]) for name in ("api", "worker")} | {
    f"{pod.place}:{one['name']}": list(one["args"])
    for pod in pods()
    for one in pod.containers
    if one["image"].startswith(IMAGE)
}


def longest_analysis(settings: dict[str, str]) -> float:
    """Pictures and sound are decoded one after the other, each bounded by the factor times the length plus a minute."""
    return 2 * (float(settings["DECODE_SECONDS_FACTOR"]) * float(settings["MAX_VIDEO_SECONDS"]) + 60)


def names_by_place() -> dict[str, set[str]]:
    overlays = {
        str(path.parent.relative_to(KUBERNETES)): {
            literal.partition("=")[0] for one in generated for literal in one["literals"]
        }
        for path, document in kustomizations().items()
        if (generated := [one for one in document.get("configMapGenerator", []) if "literals" in one])
    }
    return {
        "image": set(image_environment()) - NO_SETTINGS,
        "compose api": set(SERVICES["api"]["environment"]),
        "compose worker": set(SERVICES["worker"]["environment"]),
        "compose cuda": set(compose("compose.cuda.yaml")["services"]["worker"]["environment"]),
        "settings.env": set(SETTINGS),
        "secret": set(SECRET),
        **overlays,
    }


@pytest.mark.parametrize("place", sorted(names_by_place()))
def test_every_name_is_one_of_a_setting(place: str) -> None:
    assert names_by_place()[place] <= setting_names()


def test_no_secret_lies_among_the_settings_and_no_name_in_both() -> None:
    assert set(SETTINGS) & set(SECRET) == set()
    assert [name for name in SETTINGS if re.search(r"PASSWORD|SECRET|KEY|_URL$", name) and name != "S3_ENDPOINT_URL"] == []
    assert all("REPLACE-ME" in value for value in SECRET.values())


@pytest.mark.parametrize("values", [{**SETTINGS, **SECRET}, image_environment()], ids=["kubernetes", "image"])
def test_the_values_are_good_ones(values: dict[str, str], clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in values.keys() & setting_names() - {"API_KEYS", "WEBHOOK_SECRET"}:
        monkeypatch.setenv(name, values[name])
    assert load_settings()


def parse(command: list[str]) -> None:
    """As the program would, without running it. Raises for an unknown command or option."""
    words = [re.sub(r"\$\{\w+:-(.*)\}", r"\1", word) for word in command]
    entry = typer.main.get_command(build_app())
    while isinstance(entry, TyperGroup):
        entry = entry.commands[words.pop(0)]
    entry.make_context("command", words).close()


@pytest.mark.parametrize("command", [pytest.param(command, id=place) for place, command in COMMANDS.items()])
def test_every_command_is_one_of_the_program(command: list[str]) -> None:
    parse(command)


@pytest.mark.parametrize("command", [["serve", "--address", "localhost"], ["db", "move"], ["work"]])
def test_the_check_of_commands_can_fail(command: list[str]) -> None:
    with pytest.raises((KeyError, TyperException)):
        parse(command)


def test_pods_read_the_generated_settings_and_the_secret_of_the_example() -> None:
    sources = {
        (kind, reference["name"])
        for pod in pods()
        for container in pod.containers
        for one in container.get("envFrom", [])
        for kind, reference in one.items()
    }
    (generated,) = kustomizations()[KUBERNETES / "base" / "kustomization.yaml"]["configMapGenerator"]
    assert sources == {("configMapRef", generated["name"]), ("secretRef", "interview-analysis")}
    assert generated["envs"] == ["settings.env"]


def test_probes_ask_for_routes_of_the_api(tmp_path: Path) -> None:
    routes = create_app(Settings(paths=PathSettings(data_dir=tmp_path, logs_dir=tmp_path))).openapi()["paths"]
    (container,) = named("Deployment", "api")["spec"]["template"]["spec"]["containers"]
    asked = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert asked == {"startupProbe": "/health/live", "readinessProbe": "/health/ready", "livenessProbe": "/health/live"}
    checks = str([rest for word, rest in dockerfile() if word == "HEALTHCHECK"]) + str(SERVICES["api"]["healthcheck"])
    assert set(asked.values()) | set(re.findall(r"8000(/[a-z/]+)'", checks)) <= set(routes)


def test_the_api_has_one_port() -> None:
    port = int(image_environment()["PORT"])
    (container,) = named("Deployment", "api")["spec"]["template"]["spec"]["containers"]
    (rule,) = named("NetworkPolicy", "to-api")["spec"]["ingress"]
    assert [rest for word, rest in dockerfile() if word == "EXPOSE"] == [str(port)]
    assert container["ports"] == [{"name": "http", "containerPort": port}]
    assert [one["port"] for one in rule["ports"]] == [port]
    assert [one["targetPort"] for one in named("Service", "api")["spec"]["ports"]] == ["http"]
    assert SERVICES["api"]["ports"][0].endswith(f":{port}")
    assert scraped()["api"] == port


def test_the_metrics_of_workers_have_one_port() -> None:
    port = int(SETTINGS["WORKER_METRICS_PORT"])
    (container,) = named("Deployment", "worker")["spec"]["template"]["spec"]["containers"]
    (rule,) = named("NetworkPolicy", "metrics-of-workers")["spec"]["ingress"]
    assert container["ports"] == [{"name": "metrics", "containerPort": port}]
    assert [one["port"] for one in rule["ports"]] == [port]
    assert SERVICES["worker"]["environment"]["WORKER_METRICS_PORT"] == str(port)
    assert scraped()["worker"] == port


def scraped() -> dict[str, int]:
    """Port by the service that Prometheus reads."""
    jobs = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    (target,) = jobs[0]["static_configs"][0]["targets"]
    (found,) = jobs[1]["dns_sd_configs"]
    assert {target.partition(":")[0], *found["names"]} <= set(SERVICES)
    return {jobs[0]["job_name"]: int(target.partition(":")[2]), jobs[1]["job_name"]: found["port"]}


def test_a_worker_that_is_asked_to_stop_has_the_time_of_the_longest_analysis() -> None:
    specification = named("ScaledJob", "worker")["spec"]["jobTargetRef"]
    graces = [
        named("Deployment", "worker")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"],
        specification["template"]["spec"]["terminationGracePeriodSeconds"],
    ]
    assert min(graces) >= longest_analysis(SETTINGS) + MARGIN_SECONDS
    assert specification["activeDeadlineSeconds"] >= max(graces)
    grace = seconds(SERVICES["worker"]["stop_grace_period"])
    assert grace >= longest_analysis(SERVICES["worker"]["environment"]) + MARGIN_SECONDS


def test_rabbitmq_waits_longer_for_an_acknowledgement_than_an_analysis_may_take() -> None:
    (timeout,) = re.findall(r"^consumer_timeout = (\d+)$", (DEPLOY / "rabbitmq" / "rabbitmq.conf").read_text(), re.MULTILINE)
    assert int(timeout) / 1000 > seconds(SERVICES["worker"]["stop_grace_period"])


def test_the_api_has_time_to_end_its_requests_after_the_balancer_has_forgotten_it() -> None:
    specification = named("Deployment", "api")["spec"]["template"]["spec"]
    waits = specification["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert specification["terminationGracePeriodSeconds"] >= waits + 10


def test_the_api_starts_no_workers_where_workers_have_their_own_containers() -> None:
    assert SETTINGS["JOB_SUPERVISE"] == SERVICES["api"]["environment"]["JOB_SUPERVISE"] == "false"


def test_the_image_is_the_same_version_everywhere() -> None:
    found = re.findall(rf"{IMAGE}(?:-cuda)?:(\d+\.\d+\.\d+)", "".join(p.read_text() for p in DEPLOY.rglob("*") if p.is_file()))
    overlay = kustomizations()[KUBERNETES / "overlays" / "example" / "kustomization.yaml"]
    assert {*found, *(one["newTag"] for one in overlay["images"])} == {found[0]}
