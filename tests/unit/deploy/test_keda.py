"""KEDA's objects against what its documentation (2.18) says of them, as far as they are used here; another field is refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import kubernetes_validate
import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy_files import KUBERNETES, Document, assignments, manifests, named

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Metadata(Strict):
    name: str


class RabbitMqMetadata(Strict):
    """All values are text. One of mode and value without the other is refused by KEDA."""

    protocol: Literal["amqp", "http", "auto"]
    queueName: str  # noqa: N815 - KEDA's name
    mode: Literal["QueueLength", "MessageRate", "DeliverGetRate", "PublishedToDeliveredRatio", "ExpectedQueueConsumptionTime"]
    value: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]


class AuthenticationRef(Strict):
    name: str


class Trigger(Strict):
    type: Literal["rabbitmq"]
    metadata: RabbitMqMetadata
    authenticationRef: AuthenticationRef  # noqa: N815


class Target(Strict):
    apiVersion: Literal["apps/v1"]  # noqa: N815
    kind: Literal["Deployment"]
    name: str


class ScalerConfig(Strict):
    """``behavior`` is that of an autoscaling/v2 HorizontalPodAutoscaler."""

    behavior: dict[str, Any]


class Advanced(Strict):
    horizontalPodAutoscalerConfig: ScalerConfig  # noqa: N815


class ScaledObjectSpec(Strict):
    scaleTargetRef: Target  # noqa: N815
    pollingInterval: Positive  # noqa: N815
    cooldownPeriod: Count  # noqa: N815
    minReplicaCount: Count  # noqa: N815
    maxReplicaCount: Positive  # noqa: N815
    advanced: Advanced
    triggers: Annotated[list[Trigger], Field(min_length=1)]


class Rollout(Strict):
    strategy: Literal["default", "gradual"]


class ScalingStrategy(Strict):
    strategy: Literal["default", "custom", "accurate", "eager"]


class ScaledJobSpec(Strict):
    """``jobTargetRef`` is the specification of a batch/v1 Job."""

    pollingInterval: Positive  # noqa: N815
    successfulJobsHistoryLimit: Count  # noqa: N815
    failedJobsHistoryLimit: Count  # noqa: N815
    minReplicaCount: Count  # noqa: N815
    maxReplicaCount: Positive  # noqa: N815
    rollout: Rollout
    scalingStrategy: ScalingStrategy  # noqa: N815
    triggers: Annotated[list[Trigger], Field(min_length=1)]
    jobTargetRef: dict[str, Any]  # noqa: N815


class SecretTarget(Strict):
    parameter: str
    name: str
    key: str


class TriggerAuthenticationSpec(Strict):
    secretTargetRef: Annotated[list[SecretTarget], Field(min_length=1)]  # noqa: N815


SPECS: dict[str, type[Strict]] = {
    "ScaledObject": ScaledObjectSpec,
    "ScaledJob": ScaledJobSpec,
    "TriggerAuthentication": TriggerAuthenticationSpec,
}
KEDA = [pytest.param(one, id=place) for place, one in manifests() if one["apiVersion"].startswith("keda.sh/")]
SCALERS = [pytest.param(one, id=one["kind"]) for _, one in manifests() if one["kind"] in ("ScaledObject", "ScaledJob")]


@pytest.mark.parametrize("manifest", KEDA)
def test_an_object_is_as_the_documentation_says(manifest: Document) -> None:
    assert manifest["apiVersion"] == "keda.sh/v1alpha1"
    Metadata.model_validate(manifest["metadata"])
    SPECS[manifest["kind"]].model_validate(manifest["spec"])


@pytest.mark.parametrize(("field", "value"), [("maxReplicas", 8), ("pollingInterval", "15"), ("triggers", [])])
def test_the_check_can_fail(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        ScaledObjectSpec.model_validate({**named("ScaledObject", "worker")["spec"], field: value})


def test_the_job_that_keda_starts_is_valid_by_the_strict_schema() -> None:
    specification = named("ScaledJob", "worker")["spec"]["jobTargetRef"]
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "worker"}, "spec": specification}
    kubernetes_validate.validate(job, "1.37", strict=True)


def test_the_scaler_that_keda_makes_is_valid_by_the_strict_schema() -> None:
    specification = named("ScaledObject", "worker")["spec"]
    scaler = named("HorizontalPodAutoscaler", "api")
    behavior = specification["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    kubernetes_validate.validate({**scaler, "spec": {**scaler["spec"], "behavior": behavior}}, "1.37", strict=True)


@pytest.mark.parametrize("manifest", SCALERS)
def test_workers_are_scaled_by_the_queue_that_the_settings_name(manifest: Document) -> None:
    (trigger,) = manifest["spec"]["triggers"]
    assert trigger["metadata"]["queueName"] == assignments(KUBERNETES / "base" / "settings.env")["RABBITMQ_QUEUE"]
    assert trigger["metadata"]["value"] == "1"
    assert trigger["authenticationRef"]["name"] == "rabbitmq"


def test_the_scaled_object_sizes_the_workers_and_keeps_one() -> None:
    specification = named("ScaledObject", "worker")["spec"]
    target = named("Deployment", specification["scaleTargetRef"]["name"])
    assert target["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"] == "worker"
    assert "replicas" not in target["spec"]
    assert specification["minReplicaCount"] >= 1, "a message being worked on is not counted"


def test_running_jobs_survive_a_change_and_a_failed_one_is_not_repeated_by_kubernetes() -> None:
    specification = named("ScaledJob", "worker")["spec"]
    assert specification["rollout"] == {"strategy": "gradual"}
    assert specification["scalingStrategy"] == {"strategy": "accurate"}
    assert specification["jobTargetRef"]["backoffLimit"] == 0


def test_both_kinds_of_workers_are_the_same_container_but_for_its_end() -> None:
    (stays,) = named("Deployment", "worker")["spec"]["template"]["spec"]["containers"]
    (goes,) = named("ScaledJob", "worker")["spec"]["jobTargetRef"]["template"]["spec"]["containers"]
    assert {**stays, "args": None} == {**goes, "args": None}
